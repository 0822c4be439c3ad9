-- When an open line is likely to be handed back, written by a reconciler beside its chance of missing. No end of the range: more
-- than one line in ten like it is not back within any time seen so far.
CREATE TABLE line_forecast (
    line_id BIGINT NOT NULL PRIMARY KEY REFERENCES rma_line(id),
    early_on DATE NOT NULL,
    likely_on DATE NOT NULL,
    late_on DATE,
    made_at TIMESTAMP NOT NULL
);

-- What stood in the depots at the end of a month: the sum of the movements with ids through `through_id` that happened before
-- `before_at`. Stock as of a later moment is this and the movements since; what is booked late is added by the job that takes them.
CREATE TABLE stock_snapshot (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    before_at TIMESTAMP NOT NULL UNIQUE,
    through_id BIGINT NOT NULL,
    taken_at TIMESTAMP NOT NULL
);
CREATE TABLE stock_snapshot_line (
    snapshot_id BIGINT NOT NULL REFERENCES stock_snapshot(id),
    part_id BIGINT NOT NULL REFERENCES part(id),
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    condition TEXT NOT NULL,
    owner TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (snapshot_id, part_id, depot_id, condition, owner)
);

-- Proofs of the ledgers: one each night, on whichever node comes first, and those a person asked for (without a night).
CREATE TABLE ledger_proof (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    night DATE UNIQUE,
    actor TEXT NOT NULL,
    began_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    movements BIGINT NOT NULL DEFAULT 0,
    seals BIGINT NOT NULL DEFAULT 0,
    differences BIGINT NOT NULL DEFAULT 0,
    -- The first differences, one a line, as `beiku verify` names them.
    found TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ledger_proof_ended ON ledger_proof(ended_at, id);

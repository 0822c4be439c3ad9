-- A step of an RMA line may be taken back. What it is about to change is kept beside it as it was, so that taking it back
-- puts those rows there again; only rows the step did change stay here.
CREATE TABLE rma_step (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    kind TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    -- Ids of its timeline rows and of its movements, oldest first, with blanks between.
    events TEXT NOT NULL DEFAULT '',
    movements TEXT NOT NULL DEFAULT '',
    -- The customer was told by mail.
    told BOOLEAN NOT NULL DEFAULT FALSE,
    taken_back_at TIMESTAMP
);
CREATE INDEX rma_step_line ON rma_step(line_id, id);

-- `made`: the step made the row, which was not there before.
CREATE TABLE step_line (
    step_id BIGINT NOT NULL REFERENCES rma_step(id),
    id BIGINT NOT NULL,
    made BOOLEAN NOT NULL,
    serial TEXT NOT NULL,
    unit_id BIGINT,
    mode TEXT NOT NULL,
    entitlement TEXT NOT NULL,
    payer TEXT NOT NULL,
    unrepaired BOOLEAN NOT NULL,
    data_certificate TEXT NOT NULL,
    depot_id BIGINT,
    repair_state TEXT NOT NULL,
    faulty_state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    cost_fen BIGINT,
    open_identity TEXT,
    received_at TIMESTAMP,
    ended_at TIMESTAMP,
    last_event_at TIMESTAMP NOT NULL,
    PRIMARY KEY (step_id, id)
);
CREATE TABLE step_issued (
    step_id BIGINT NOT NULL REFERENCES rma_step(id),
    id BIGINT NOT NULL,
    made BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    reservation_id BIGINT,
    shipped_at TIMESTAMP,
    in_use_at TIMESTAMP,
    in_use_recorded_at TIMESTAMP,
    ended_at TIMESTAMP,
    PRIMARY KEY (step_id, id)
);
CREATE TABLE step_promise (
    step_id BIGINT NOT NULL REFERENCES rma_step(id),
    id BIGINT NOT NULL,
    made BOOLEAN NOT NULL,
    started_at TIMESTAMP NOT NULL,
    base_due_on DATE NOT NULL,
    due_at TIMESTAMP,
    state TEXT NOT NULL,
    ended_at TIMESTAMP,
    PRIMARY KEY (step_id, id)
);
CREATE TABLE step_hold (
    step_id BIGINT NOT NULL REFERENCES rma_step(id),
    id BIGINT NOT NULL,
    made BOOLEAN NOT NULL,
    ended_at TIMESTAMP,
    end_recorded_at TIMESTAMP,
    PRIMARY KEY (step_id, id)
);
CREATE TABLE step_repair (
    step_id BIGINT NOT NULL REFERENCES rma_step(id),
    id BIGINT NOT NULL,
    made BOOLEAN NOT NULL,
    unit_id BIGINT NOT NULL,
    depot_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    technician_id BIGINT,
    diagnosis TEXT NOT NULL,
    cost_fen BIGINT,
    closed_at TIMESTAMP,
    fault_code TEXT NOT NULL,
    estimate_fen BIGINT,
    limit_fen BIGINT,
    rework BIGINT NOT NULL,
    waiting_since TIMESTAMP,
    last_event_at TIMESTAMP,
    -- Rows of its timeline after the step: more of them, and the bench went on.
    events_after BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (step_id, id)
);
CREATE TABLE step_leg (
    step_id BIGINT NOT NULL REFERENCES rma_step(id),
    id BIGINT NOT NULL,
    made BOOLEAN NOT NULL,
    returned_at TIMESTAMP,
    returned_unit_id BIGINT,
    outcome TEXT,
    cost_fen BIGINT,
    PRIMARY KEY (step_id, id)
);
CREATE TABLE step_shipment (
    step_id BIGINT NOT NULL REFERENCES rma_step(id),
    id BIGINT NOT NULL,
    made BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    delivered_at TIMESTAMP,
    received_by TEXT NOT NULL,
    PRIMARY KEY (step_id, id)
);

CREATE TABLE step_quote (
    step_id BIGINT NOT NULL REFERENCES rma_step(id),
    id BIGINT NOT NULL,
    made BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    answered_at TIMESTAMP,
    answered_by TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (step_id, id)
);
-- Boards that no issued unit stands for: held with the step, or let go by it.
CREATE TABLE step_board (
    step_id BIGINT NOT NULL REFERENCES rma_step(id),
    reservation_id BIGINT NOT NULL REFERENCES reservation(id),
    made BOOLEAN NOT NULL,
    PRIMARY KEY (step_id, reservation_id)
);

-- A promise that a step taken back had begun: as if never made, but known until then.
ALTER TABLE promise ADD COLUMN taken_back_at TIMESTAMP;
-- A unit issued by a step taken back.
ALTER TABLE issued_unit ADD COLUMN taken_back_at TIMESTAMP;
-- Holds as they were known until a step was taken back.
CREATE TABLE hold_taken_back (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    reason TEXT NOT NULL,
    said_by TEXT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    recorded_at TIMESTAMP NOT NULL,
    end_recorded_at TIMESTAMP,
    taken_back_at TIMESTAMP NOT NULL
);
CREATE INDEX hold_taken_back_line ON hold_taken_back(line_id, id);

-- A mail that was not sent yet is withdrawn with the step it tells of. The list of states grows, which SQLite does by a new table.
CREATE TABLE outbox_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('zh-CN','en')),
    rma_id BIGINT REFERENCES rma(id),
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued','sent','dead','withdrawn')),
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMP NOT NULL,
    lease_owner TEXT,
    lease_until TIMESTAMP,
    message_id TEXT NOT NULL,
    last_error TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP,
    subject TEXT NOT NULL DEFAULT '',
    tried_at TIMESTAMP,
    UNIQUE (event, recipient, kind)
);
INSERT INTO outbox_new SELECT id, event, kind, recipient, language, rma_id, payload, state, attempts, next_attempt_at, lease_owner,
    lease_until, message_id, last_error, created_at, sent_at, subject, tried_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;
CREATE INDEX outbox_due ON outbox(next_attempt_at, id) WHERE state = 'queued';
CREATE INDEX outbox_state ON outbox(state, id);
CREATE INDEX outbox_rma ON outbox(rma_id, id);
CREATE INDEX outbox_sent ON outbox(state, sent_at);

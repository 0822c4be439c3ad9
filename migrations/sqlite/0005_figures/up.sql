-- What the figures foresee of a line: its chance of missing the promised date, in basis points, written by a reconciler.
ALTER TABLE rma_line ADD COLUMN risk_bp BIGINT NOT NULL DEFAULT 0;
CREATE INDEX rma_line_risk ON rma_line(risk_bp, sort_due, id);

-- Seals: what was in a ledger up to a row, as one hash over every row and the seal before (ARCHITECTURE "Seals").
CREATE TABLE seal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ledger TEXT NOT NULL CHECK (ledger IN ('movement','rma_event','promise')),
    number BIGINT NOT NULL,
    through_id BIGINT NOT NULL,
    rows_sealed BIGINT NOT NULL CHECK (rows_sealed > 0),
    head TEXT NOT NULL,
    sealed_at TIMESTAMP NOT NULL,
    UNIQUE (ledger, number)
);

-- Evidence packs as they were issued; they never change. A later one lists what it tells differently.
CREATE TABLE evidence_pack (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    from_on DATE NOT NULL,
    to_on DATE NOT NULL,
    as_of DATE NOT NULL,
    known_at TIMESTAMP NOT NULL,
    depot TEXT,
    customer_id BIGINT REFERENCES customer(id),
    part_no TEXT,
    lines BIGINT NOT NULL,
    restated BIGINT NOT NULL,
    head TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    issued_by TEXT NOT NULL,
    issued_at TIMESTAMP NOT NULL
);
CREATE INDEX evidence_pack_period ON evidence_pack(from_on, to_on);
CREATE INDEX evidence_pack_customer ON evidence_pack(customer_id, id);
CREATE TABLE evidence_chunk (
    pack_id BIGINT NOT NULL REFERENCES evidence_pack(id),
    n BIGINT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (pack_id, n)
);
-- What a pack says of each line, to find later what was told differently.
CREATE TABLE evidence_line (
    pack_id BIGINT NOT NULL REFERENCES evidence_pack(id),
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    due_on DATE,
    due_in DATE NOT NULL,
    strict TEXT NOT NULL,
    by_due TEXT NOT NULL,
    remedy30 TEXT NOT NULL,
    PRIMARY KEY (pack_id, line_id)
);
CREATE INDEX evidence_line_line ON evidence_line(line_id, pack_id);
CREATE TRIGGER seal_no_update BEFORE UPDATE ON seal BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END;
CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END;
CREATE TRIGGER evidence_pack_no_update BEFORE UPDATE ON evidence_pack BEGIN SELECT RAISE(ABORT, 'evidence_pack is append-only'); END;
CREATE TRIGGER evidence_pack_no_delete BEFORE DELETE ON evidence_pack BEGIN SELECT RAISE(ABORT, 'evidence_pack is append-only'); END;
CREATE TRIGGER evidence_chunk_no_update BEFORE UPDATE ON evidence_chunk BEGIN SELECT RAISE(ABORT, 'evidence_chunk is append-only'); END;
CREATE TRIGGER evidence_chunk_no_delete BEFORE DELETE ON evidence_chunk BEGIN SELECT RAISE(ABORT, 'evidence_chunk is append-only'); END;
CREATE TRIGGER evidence_line_no_update BEFORE UPDATE ON evidence_line BEGIN SELECT RAISE(ABORT, 'evidence_line is append-only'); END;
CREATE TRIGGER evidence_line_no_delete BEFORE DELETE ON evidence_line BEGIN SELECT RAISE(ABORT, 'evidence_line is append-only'); END;

-- Which promise our own people were warned of: once when it came at risk, once when it was broken.
CREATE TABLE promise_warning (
    promise_id BIGINT NOT NULL REFERENCES promise(id),
    kind TEXT NOT NULL CHECK (kind IN ('at_risk','broken')),
    warned_at TIMESTAMP NOT NULL,
    PRIMARY KEY (promise_id, kind)
);

-- Which units are held for a document: an accepted exchange proposal holds its board for the RMA.
CREATE INDEX reservation_document ON reservation(document) WHERE state = 'open';

DELETE FROM outbox WHERE state = 'withdrawn';
CREATE TABLE outbox_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('zh-CN','en')),
    rma_id BIGINT REFERENCES rma(id),
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued','sent','dead')),
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
DROP TABLE hold_taken_back;
ALTER TABLE issued_unit DROP COLUMN taken_back_at;
ALTER TABLE promise DROP COLUMN taken_back_at;
DROP TABLE step_board;
DROP TABLE step_quote;
DROP TABLE step_shipment;
DROP TABLE step_leg;
DROP TABLE step_repair;
DROP TABLE step_hold;
DROP TABLE step_promise;
DROP TABLE step_issued;
DROP TABLE step_line;
DROP TABLE rma_step;

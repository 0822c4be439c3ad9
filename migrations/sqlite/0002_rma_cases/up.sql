-- RMA cases: void, waive and charge, quotes, consents, data-bearing parts, labels, reminders.

-- What the plan says happens to a customer's data before a data-bearing part leaves the customer's hands for good.
ALTER TABLE plan_version ADD COLUMN data_answer TEXT NOT NULL DEFAULT '' CHECK (data_answer IN ('','keep','wipe','destroy'));

ALTER TABLE rma_line ADD COLUMN payer TEXT NOT NULL DEFAULT '' CHECK (payer IN ('','customer','us','maker','carrier'));
-- The unit goes home as it came.
ALTER TABLE rma_line ADD COLUMN unrepaired BOOLEAN NOT NULL DEFAULT FALSE;
-- Number of the certificate that its data was wiped or destroyed.
ALTER TABLE rma_line ADD COLUMN data_certificate TEXT NOT NULL DEFAULT '';

-- Notes may be for our own eyes only.
ALTER TABLE rma_event ADD COLUMN internal BOOLEAN NOT NULL DEFAULT FALSE;

-- A promise towards us may be about one issued unit (a dead spare), besides the line's own: 0 for the line's.
ALTER TABLE promise ADD COLUMN issued_id BIGINT NOT NULL DEFAULT 0;
DROP INDEX promise_line;
CREATE UNIQUE INDEX promise_line ON promise(line_id, kind, issued_id) WHERE state IN ('open','floating');

-- An issued unit may be given up as lost: the list of states grows, which SQLite does by a new table.
CREATE TABLE issued_unit_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    role TEXT NOT NULL CHECK (role IN ('loan','permanent')),
    part_id BIGINT NOT NULL REFERENCES part(id),
    unit_id BIGINT NOT NULL REFERENCES unit(id),
    reservation_id BIGINT REFERENCES reservation(id),
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    state TEXT NOT NULL CHECK (state IN ('reserved','shipped','in_use','recovered','kept','doa','released','lost')),
    reserved_at TIMESTAMP NOT NULL,
    shipped_at TIMESTAMP,
    in_use_at TIMESTAMP,
    ended_at TIMESTAMP
);
INSERT INTO issued_unit_new SELECT id, line_id, role, part_id, unit_id, reservation_id, depot_id, state, reserved_at, shipped_at,
    in_use_at, ended_at FROM issued_unit;
DROP TABLE issued_unit;
ALTER TABLE issued_unit_new RENAME TO issued_unit;
CREATE UNIQUE INDEX issued_unit_active ON issued_unit(line_id, role) WHERE state IN ('reserved','shipped','in_use');
CREATE INDEX issued_unit_line ON issued_unit(line_id, id);
CREATE INDEX issued_unit_unit ON issued_unit(unit_id, id);

-- The price of a chargeable repair; at most one waits for its answer.
CREATE TABLE quote (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    currency TEXT NOT NULL,
    valid_until DATE NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open','accepted','refused','expired')),
    -- The clock stands still for this quote.
    holds BOOLEAN NOT NULL,
    sent_at TIMESTAMP NOT NULL,
    answered_at TIMESTAMP,
    answered_by TEXT NOT NULL DEFAULT '',
    evidence TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX quote_open ON quote(line_id) WHERE state = 'open';
CREATE INDEX quote_line ON quote(line_id, id);
CREATE INDEX quote_expiry ON quote(valid_until, id) WHERE state = 'open';

-- What the customer agreed to in writing.
CREATE TABLE consent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    kind TEXT NOT NULL CHECK (kind IN ('scrap','keep_loaner')),
    agreed_by TEXT NOT NULL,
    evidence TEXT NOT NULL,
    agreed_at TIMESTAMP NOT NULL,
    actor_id BIGINT REFERENCES app_user(id),
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX consent_line ON consent(line_id, id);

-- A new label somebody wants to give a unit; with a second person it becomes an alias.
CREATE TABLE label_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    unit_id BIGINT NOT NULL REFERENCES unit(id),
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_by BIGINT REFERENCES app_user(id),
    asked_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open','approved'))
);
CREATE UNIQUE INDEX label_request_open ON label_request(unit_id, code) WHERE state = 'open';

-- Each reminder of a promise towards us is sent once.
CREATE TABLE promise_reminder (
    promise_id BIGINT NOT NULL REFERENCES promise(id),
    step BIGINT NOT NULL,
    reminded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (promise_id, step)
);

-- Every engineer has a van.
INSERT INTO place (code, kind) SELECT 'engineer:' || username, 'engineer' FROM app_user WHERE role = 'engineer'
    AND NOT EXISTS (SELECT 1 FROM place WHERE code = 'engineer:' || app_user.username);

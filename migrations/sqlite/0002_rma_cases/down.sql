DROP TABLE promise_reminder;
DROP TABLE label_request;
DROP TABLE consent;
DROP TABLE quote;
CREATE TABLE issued_unit_old (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    role TEXT NOT NULL CHECK (role IN ('loan','permanent')),
    part_id BIGINT NOT NULL REFERENCES part(id),
    unit_id BIGINT NOT NULL REFERENCES unit(id),
    reservation_id BIGINT REFERENCES reservation(id),
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    state TEXT NOT NULL CHECK (state IN ('reserved','shipped','in_use','recovered','kept','doa','released')),
    reserved_at TIMESTAMP NOT NULL,
    shipped_at TIMESTAMP,
    in_use_at TIMESTAMP,
    ended_at TIMESTAMP
);
INSERT INTO issued_unit_old SELECT id, line_id, role, part_id, unit_id, reservation_id, depot_id,
    CASE state WHEN 'lost' THEN 'kept' ELSE state END, reserved_at, shipped_at, in_use_at, ended_at FROM issued_unit;
DROP TABLE issued_unit;
ALTER TABLE issued_unit_old RENAME TO issued_unit;
CREATE UNIQUE INDEX issued_unit_active ON issued_unit(line_id, role) WHERE state IN ('reserved','shipped','in_use');
CREATE INDEX issued_unit_line ON issued_unit(line_id, id);
CREATE INDEX issued_unit_unit ON issued_unit(unit_id, id);
DROP INDEX promise_line;
UPDATE promise SET state = 'excluded' WHERE issued_id <> 0 AND state IN ('open','floating');
ALTER TABLE promise DROP COLUMN issued_id;
CREATE UNIQUE INDEX promise_line ON promise(line_id, kind) WHERE state IN ('open','floating');
ALTER TABLE rma_event DROP COLUMN internal;
ALTER TABLE rma_line DROP COLUMN data_certificate;
ALTER TABLE rma_line DROP COLUMN unrepaired;
ALTER TABLE rma_line DROP COLUMN payer;
ALTER TABLE plan_version DROP COLUMN data_answer;

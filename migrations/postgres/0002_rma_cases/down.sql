DROP TABLE promise_reminder;
DROP TABLE label_request;
DROP TABLE consent;
DROP TABLE quote;
UPDATE issued_unit SET state = 'kept' WHERE state = 'lost';
ALTER TABLE issued_unit DROP CONSTRAINT issued_unit_state_check;
ALTER TABLE issued_unit ADD CONSTRAINT issued_unit_state_check
    CHECK (state IN ('reserved','shipped','in_use','recovered','kept','doa','released'));
DROP INDEX promise_line;
UPDATE promise SET state = 'excluded' WHERE issued_id <> 0 AND state IN ('open','floating');
ALTER TABLE promise DROP COLUMN issued_id;
CREATE UNIQUE INDEX promise_line ON promise(line_id, kind) WHERE state IN ('open','floating');
ALTER TABLE rma_event DROP COLUMN internal;
ALTER TABLE rma_line DROP COLUMN data_certificate;
ALTER TABLE rma_line DROP COLUMN unrepaired;
ALTER TABLE rma_line DROP COLUMN payer;
ALTER TABLE plan_version DROP COLUMN data_answer;

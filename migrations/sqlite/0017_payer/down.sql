ALTER TABLE app_user DROP COLUMN version;
ALTER TABLE vendor DROP COLUMN version;
ALTER TABLE contract DROP COLUMN version;
ALTER TABLE plan DROP COLUMN version;
ALTER TABLE depot DROP COLUMN version;
ALTER TABLE part DROP COLUMN version;
ALTER TABLE customer DROP COLUMN version;
UPDATE rma_line SET risk_bp = 0 WHERE risk_bp < 0;

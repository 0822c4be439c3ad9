-- Who pays is recorded from the request on; lines from before get the one their entitlement says.
UPDATE rma_line SET payer = CASE entitlement WHEN 'chargeable' THEN 'customer' WHEN 'warranty' THEN 'maker' ELSE 'us' END
    WHERE payer = '';

-- A chance of missing the date that was not counted yet is -1: not 0, which would say that there is no danger.
UPDATE rma_line SET risk_bp = -1 WHERE risk_bp = 0 AND open_identity IS NOT NULL AND received_at IS NOT NULL;

-- Set-up rows carry the version their readers saw, so that two people do not write over each other.
ALTER TABLE customer ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE part ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE depot ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE plan ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE contract ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE vendor ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE app_user ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

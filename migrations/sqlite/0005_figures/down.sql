DROP INDEX rma_line_risk;
ALTER TABLE rma_line DROP COLUMN risk_bp;

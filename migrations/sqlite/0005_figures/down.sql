DROP INDEX reservation_document;
DROP TABLE promise_warning;
DROP TABLE evidence_line;
DROP TABLE evidence_chunk;
DROP TABLE evidence_pack;
DROP TABLE seal;
DROP INDEX rma_line_risk;
ALTER TABLE rma_line DROP COLUMN risk_bp;

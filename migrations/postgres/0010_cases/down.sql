DROP INDEX rma_line_slot;
ALTER TABLE rma_line DROP COLUMN slot;

DROP TABLE intake_file;
DROP INDEX rma_line_contract;
ALTER TABLE rma_line DROP COLUMN contract_id;

DROP INDEX rma_line_open_changed;
DROP INDEX rma_line_changed;
DROP INDEX rma_line_open_number;

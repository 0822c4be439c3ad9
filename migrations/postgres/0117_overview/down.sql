DROP INDEX rma_line_open_list;
CREATE INDEX rma_line_open_list ON rma_line(sort_due, id) WHERE open_identity IS NOT NULL;

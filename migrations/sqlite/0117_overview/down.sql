DROP INDEX rma_line_open_counts;

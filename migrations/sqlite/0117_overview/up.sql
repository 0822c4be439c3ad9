-- The overview counts open lines by their due day, stage and chance: from the index alone.
DROP INDEX rma_line_open_list;
CREATE INDEX rma_line_open_list ON rma_line(sort_due, id, repair_state, risk_bp, open_identity) WHERE open_identity IS NOT NULL;

-- The overview counts open lines by their due day, stage and chance: from the index alone.
CREATE INDEX rma_line_open_counts ON rma_line(sort_due, repair_state, risk_bp, open_identity) WHERE open_identity IS NOT NULL;

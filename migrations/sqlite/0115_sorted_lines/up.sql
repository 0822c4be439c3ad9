-- The list of RMA lines is sorted by number and by last change, too: a page of it reads a page, of all lines and of the open ones.
CREATE INDEX rma_line_open_number ON rma_line(id) WHERE open_identity IS NOT NULL;
CREATE INDEX rma_line_changed ON rma_line(last_event_at, id);
CREATE INDEX rma_line_open_changed ON rma_line(last_event_at, id) WHERE open_identity IS NOT NULL;

-- The forecast of a month asks for the open lines due in it, and for no other.
CREATE INDEX rate_line_open_due ON rate_line(due_in, target_bp, line_id) WHERE fate IN ('open','open_excused');

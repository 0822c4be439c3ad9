-- A unit handed back as it came ends its line for the rate: such lines are judged anew.
INSERT INTO rate_touched (line_id) SELECT l.id FROM rma_line l WHERE l.unrepaired AND NOT EXISTS (SELECT 1 FROM rate_touched t WHERE t.line_id = l.id);

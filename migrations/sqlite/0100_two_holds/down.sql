DROP INDEX hold_open;
CREATE UNIQUE INDEX hold_open ON hold(line_id) WHERE ended_at IS NULL;
ALTER TABLE hold DROP COLUMN of_quote;

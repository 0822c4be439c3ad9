-- Of two that stand, what somebody asked for goes on; the quote's is as if it had ended when it began.
UPDATE hold SET ended_at = started_at, end_recorded_at = recorded_at WHERE of_quote AND ended_at IS NULL
    AND EXISTS (SELECT 1 FROM hold other WHERE other.line_id = hold.line_id AND other.id <> hold.id AND other.ended_at IS NULL);
DROP INDEX hold_open;
CREATE UNIQUE INDEX hold_open ON hold(line_id) WHERE ended_at IS NULL;
ALTER TABLE hold DROP COLUMN of_quote;

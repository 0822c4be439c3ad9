-- The hold of a quote and the one somebody asked for may stand side by side: one of each, and each has its own end.
ALTER TABLE hold ADD COLUMN of_quote BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE hold SET of_quote = TRUE WHERE reason = 'quote'
    AND EXISTS (SELECT 1 FROM quote q WHERE q.line_id = hold.line_id AND q.holds AND q.sent_at = hold.started_at);
-- Who said so is who sent the quote, and to whom; the price stands in the quote.
UPDATE hold SET said_by = COALESCE((SELECT u.username || ' → ' || c.code FROM rma_event e JOIN app_user u ON u.id = e.actor_id
        JOIN rma r ON r.id = e.rma_id JOIN customer c ON c.id = r.customer_id
        WHERE e.line_id = hold.line_id AND e.kind = 'send_quote' AND e.occurred_at = hold.started_at ORDER BY e.id LIMIT 1), said_by)
    WHERE of_quote;
DROP INDEX hold_open;
CREATE UNIQUE INDEX hold_open ON hold(line_id, of_quote) WHERE ended_at IS NULL;

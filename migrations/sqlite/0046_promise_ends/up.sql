-- Which end of a promise was known when: the newest row recorded by an instant is what was known then. `state` is 'open' where
-- an end turned out to be none.
CREATE TABLE promise_end (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    promise_id BIGINT NOT NULL REFERENCES promise(id),
    state TEXT NOT NULL CHECK (state IN ('open','kept','broken','excluded')),
    ended_at TIMESTAMP,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX promise_end_promise ON promise_end(promise_id, id);
CREATE TRIGGER promise_end_no_update BEFORE UPDATE ON promise_end BEGIN SELECT RAISE(ABORT, 'promise_end is append-only'); END;
CREATE TRIGGER promise_end_no_delete BEFORE DELETE ON promise_end BEGIN SELECT RAISE(ABORT, 'promise_end is append-only'); END;

-- Since when a hand-over of a spare is known; the hand-overs from before this table are known from the step that says so.
ALTER TABLE issued_unit ADD COLUMN in_use_recorded_at TIMESTAMP;

-- Dates that were known once and moved since: few, and asked for by figures as they were known then.
CREATE INDEX promise_due_history_moved ON promise_due_history(recorded_to) WHERE recorded_to IS NOT NULL;

INSERT INTO promise_end (promise_id, state, ended_at, recorded_at)
    SELECT p.id, p.state, p.ended_at, COALESCE(
        (SELECT min(e.recorded_at) FROM rma_event e WHERE e.line_id = p.line_id AND e.occurred_at = p.ended_at AND e.recorded_at >= p.recorded_at),
        CASE WHEN p.ended_at > p.recorded_at THEN p.ended_at ELSE p.recorded_at END)
    FROM promise p WHERE p.ended_at IS NOT NULL AND p.state IN ('kept','broken','excluded') ORDER BY p.id;
UPDATE issued_unit SET in_use_recorded_at = COALESCE(
    (SELECT min(e.recorded_at) FROM rma_event e WHERE e.line_id = issued_unit.line_id AND e.occurred_at = issued_unit.in_use_at), in_use_at)
    WHERE in_use_at IS NOT NULL;

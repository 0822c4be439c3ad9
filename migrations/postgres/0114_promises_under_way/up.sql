-- Every node asks each minute whether a promise under way was counted with another calendar: of the promises under way, not of all.
CREATE INDEX promise_under_way ON promise(line_id, id) WHERE ended_at IS NULL;

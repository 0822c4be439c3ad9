-- Promises beside the repair by due date: /kpi/promises/lines pages by it.
CREATE INDEX promise_by_due ON promise(sort_due, id) WHERE kind <> 'repair_return';

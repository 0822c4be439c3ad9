DROP INDEX promise_due_history_moved;
ALTER TABLE issued_unit DROP COLUMN in_use_recorded_at;
DROP TABLE promise_end;

DROP TRIGGER rate_touched_by_event ON rma_event;
DROP TRIGGER rate_touched_by_hold ON hold;
DROP TRIGGER rate_touched_by_promise ON promise;
DROP FUNCTION rate_touch();
DROP TABLE rate_touched;
DROP TABLE rate_day;
DROP TABLE rate_line;

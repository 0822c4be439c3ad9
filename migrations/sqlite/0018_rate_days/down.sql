DROP TRIGGER rate_touched_by_event;
DROP TRIGGER rate_touched_by_hold_change;
DROP TRIGGER rate_touched_by_hold;
DROP TRIGGER rate_touched_by_promise_change;
DROP TRIGGER rate_touched_by_promise;
DROP TABLE rate_touched;
DROP TABLE rate_day;
DROP TABLE rate_line;

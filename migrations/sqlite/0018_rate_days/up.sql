-- The lines of the timely repair rate as the job judged them last, and their sums by day, so that a figure of today reads no line
-- that has ended. Both only repeat what promises, holds and events say, and `verify` holds them against these. What was touched
-- since stands in rate_touched: readers judge it anew and leave its old row out, so that sums are never behind.
CREATE TABLE rate_line (
    line_id BIGINT NOT NULL PRIMARY KEY REFERENCES rma_line(id),
    customer_id BIGINT NOT NULL,
    -- 0: none.
    depot_id BIGINT NOT NULL,
    part_id BIGINT NOT NULL,
    due_in DATE NOT NULL,
    target_bp BIGINT NOT NULL,
    -- How it goes on: open, open_excused, moving (judged by whoever asks), or a letter of its class for each variant.
    fate TEXT NOT NULL,
    -- Counted days it took and what ended them; NULL while open and where nothing was counted.
    days BIGINT,
    ending TEXT CHECK (ending IN ('returned','exchanged','scrapped','open'))
);
CREATE INDEX rate_line_open ON rate_line(line_id) WHERE fate IN ('open','open_excused','moving');
CREATE INDEX rate_line_moving ON rate_line(line_id) WHERE fate = 'moving';
CREATE INDEX rate_line_due ON rate_line(due_in);

-- How many lines of an axis' depot, customer or part (0 on the axis of all, and for no depot) stand in their period on that day.
CREATE TABLE rate_day (
    axis TEXT NOT NULL CHECK (axis IN ('all','depot','customer','part')),
    of_id BIGINT NOT NULL,
    due_in DATE NOT NULL,
    target_bp BIGINT NOT NULL,
    fate TEXT NOT NULL,
    lines BIGINT NOT NULL,
    PRIMARY KEY (axis, of_id, due_in, target_bp, fate)
);
CREATE INDEX rate_day_due ON rate_day(axis, due_in);

CREATE TABLE rate_touched (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id BIGINT NOT NULL REFERENCES rma_line(id)
);
CREATE INDEX rate_touched_line ON rate_touched(line_id);

INSERT INTO rate_touched (line_id) SELECT DISTINCT line_id FROM promise WHERE kind = 'repair_return';

-- One writer at a time: a mark that is there will be worked off after this.
CREATE TRIGGER rate_touched_by_promise AFTER INSERT ON promise WHEN NEW.kind = 'repair_return'
BEGIN INSERT INTO rate_touched (line_id) SELECT NEW.line_id WHERE NOT EXISTS (SELECT 1 FROM rate_touched WHERE line_id = NEW.line_id); END;
CREATE TRIGGER rate_touched_by_promise_change AFTER UPDATE ON promise WHEN NEW.kind = 'repair_return'
BEGIN INSERT INTO rate_touched (line_id) SELECT NEW.line_id WHERE NOT EXISTS (SELECT 1 FROM rate_touched WHERE line_id = NEW.line_id); END;
CREATE TRIGGER rate_touched_by_hold AFTER INSERT ON hold
BEGIN INSERT INTO rate_touched (line_id) SELECT NEW.line_id WHERE NOT EXISTS (SELECT 1 FROM rate_touched WHERE line_id = NEW.line_id); END;
CREATE TRIGGER rate_touched_by_hold_change AFTER UPDATE ON hold
BEGIN INSERT INTO rate_touched (line_id) SELECT NEW.line_id WHERE NOT EXISTS (SELECT 1 FROM rate_touched WHERE line_id = NEW.line_id); END;
CREATE TRIGGER rate_touched_by_event AFTER INSERT ON rma_event WHEN NEW.line_id IS NOT NULL
BEGIN INSERT INTO rate_touched (line_id) SELECT NEW.line_id WHERE NOT EXISTS (SELECT 1 FROM rate_touched WHERE line_id = NEW.line_id); END;

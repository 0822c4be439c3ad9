-- 仪器仪表: a second class of stock. Never a spare; checked at intervals.
ALTER TABLE part ADD COLUMN class TEXT NOT NULL DEFAULT 'spare' CHECK (class IN ('spare','instrument'));
ALTER TABLE part ADD COLUMN check_every_days BIGINT CHECK (check_every_days >= 1);
CREATE INDEX part_instrument ON part(id) WHERE class = 'instrument';
-- What was found when an instrument was checked. A row stays; a later check speaks for itself.
CREATE TABLE instrument_check (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    unit_id BIGINT NOT NULL REFERENCES unit(id),
    checked_at TIMESTAMP NOT NULL,
    passed BOOLEAN NOT NULL,
    certificate TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    checked_by BIGINT REFERENCES app_user(id),
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX instrument_check_unit ON instrument_check(unit_id, id);

DELETE FROM stock_snapshot_line;
DELETE FROM stock_snapshot;
ALTER TABLE stock_snapshot_line DROP COLUMN in_transit;
ALTER TABLE stock_snapshot_line DROP COLUMN on_bench;
DROP INDEX reservation_of_unit;
DROP INDEX reservation_held;
ALTER TABLE reservation DROP COLUMN held_until;
ALTER TABLE reservation DROP COLUMN held_from;

DELETE FROM stock_count_scan WHERE replaced_at IS NOT NULL;
DROP INDEX stock_count_scan_unit;
DROP INDEX stock_count_scan_lot;
CREATE UNIQUE INDEX stock_count_scan_unit ON stock_count_scan(count_id, unit_id) WHERE unit_id IS NOT NULL;
CREATE UNIQUE INDEX stock_count_scan_lot ON stock_count_scan(count_id, place_id, part_id, condition) WHERE verdict = 'quantity';
ALTER TABLE stock_count_scan DROP COLUMN replaced_at;

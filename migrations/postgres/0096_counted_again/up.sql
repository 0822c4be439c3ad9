-- Who saw a thing first stays on the books when somebody else sees it again: whoever counted does not approve.
ALTER TABLE stock_count_scan ADD COLUMN replaced_at TIMESTAMP;
DROP INDEX stock_count_scan_unit;
DROP INDEX stock_count_scan_lot;
CREATE UNIQUE INDEX stock_count_scan_unit ON stock_count_scan(count_id, unit_id) WHERE unit_id IS NOT NULL AND replaced_at IS NULL;
CREATE UNIQUE INDEX stock_count_scan_lot ON stock_count_scan(count_id, place_id, part_id, condition)
    WHERE verdict = 'quantity' AND replaced_at IS NULL;

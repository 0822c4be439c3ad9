-- From when to when a reservation held, as it happened: `created_at` and `closed_at` say when that was recorded. `held_from` is set
-- where a hold goes on that a step taken back had used up; `held_until` is the moment of the movement that used it up.
ALTER TABLE reservation ADD COLUMN held_from TIMESTAMP;
ALTER TABLE reservation ADD COLUMN held_until TIMESTAMP;
UPDATE reservation SET held_until = closed_at WHERE closed_at IS NOT NULL;
UPDATE reservation SET held_until = COALESCE((SELECT min(m.occurred_at) FROM movement m WHERE m.unit_id = reservation.unit_id
    AND m.recorded_at = reservation.closed_at), closed_at) WHERE state = 'consumed' AND unit_id IS NOT NULL;
UPDATE reservation SET held_until = COALESCE((SELECT min(m.occurred_at) FROM movement m WHERE m.part_id = reservation.part_id
    AND m.depot_from_id = reservation.depot_id AND m.recorded_at = reservation.closed_at), closed_at)
    WHERE state = 'consumed' AND unit_id IS NULL;
CREATE INDEX reservation_held ON reservation(held_until);
CREATE INDEX reservation_of_unit ON reservation(unit_id, id);

-- What of it was on the bench, and what was on the way to the depot: stock as of a day tells both. Snapshots are sums of movements,
-- and the job takes them anew.
DELETE FROM stock_snapshot_line;
DELETE FROM stock_snapshot;
ALTER TABLE stock_snapshot_line ADD COLUMN on_bench BIGINT NOT NULL DEFAULT 0;
ALTER TABLE stock_snapshot_line ADD COLUMN in_transit BIGINT NOT NULL DEFAULT 0;

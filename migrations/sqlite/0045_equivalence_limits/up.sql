-- What a part must be to stand in for another, where the relation says so: firmware from and to, and hardware revisions (`A, B2`);
-- empty limits nothing. And what a unit is, where it is known.
ALTER TABLE part_alternate ADD COLUMN firmware_from TEXT NOT NULL DEFAULT '';
ALTER TABLE part_alternate ADD COLUMN firmware_to TEXT NOT NULL DEFAULT '';
ALTER TABLE part_alternate ADD COLUMN revisions TEXT NOT NULL DEFAULT '';
ALTER TABLE unit ADD COLUMN firmware TEXT NOT NULL DEFAULT '';
ALTER TABLE unit ADD COLUMN revision TEXT NOT NULL DEFAULT '';

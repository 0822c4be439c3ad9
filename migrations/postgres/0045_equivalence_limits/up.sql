-- What a part must be to stand in for another, where the relation says so: firmware from and to, and hardware revisions (`A, B2`);
-- empty limits nothing. And what a unit is, where it is known.
ALTER TABLE part_alternate ADD COLUMN firmware_from TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE part_alternate ADD COLUMN firmware_to TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE part_alternate ADD COLUMN revisions TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE unit ADD COLUMN firmware TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE unit ADD COLUMN revision TEXT COLLATE "C" NOT NULL DEFAULT '';

ALTER TABLE unit DROP COLUMN revision;
ALTER TABLE unit DROP COLUMN firmware;
ALTER TABLE part_alternate DROP COLUMN revisions;
ALTER TABLE part_alternate DROP COLUMN firmware_to;
ALTER TABLE part_alternate DROP COLUMN firmware_from;

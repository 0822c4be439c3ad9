DROP TABLE instrument_check;
DROP INDEX part_instrument;
ALTER TABLE part DROP COLUMN check_every_days;
ALTER TABLE part DROP COLUMN class;

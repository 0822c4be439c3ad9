DROP INDEX repair_order_opened;
DROP INDEX part_wear;
ALTER TABLE part DROP COLUMN wear;

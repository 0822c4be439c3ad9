-- 易损件: easily damaged, so its failures are watched.
ALTER TABLE part ADD COLUMN wear BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX part_wear ON part(part_no) WHERE wear = TRUE;
-- The watch counts the orders of a year.
CREATE INDEX repair_order_opened ON repair_order(opened_at, id);

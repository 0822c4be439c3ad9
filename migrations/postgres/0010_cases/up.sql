-- Where in the site's equipment the part sat, as far as the customer said: a slot that breaks one board after the other is
-- itself the fault.
ALTER TABLE rma_line ADD COLUMN slot TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX rma_line_slot ON rma_line(customer_id, slot) WHERE slot <> '';

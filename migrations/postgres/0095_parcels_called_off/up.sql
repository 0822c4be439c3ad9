-- A faulty part on its way for a line that was called off is waited for no more.
ALTER TABLE shipment DROP CONSTRAINT shipment_state_check;
ALTER TABLE shipment ADD CONSTRAINT shipment_state_check CHECK (state IN ('shipped','delivered','returned','lost','called_off'));
UPDATE shipment SET state = 'called_off' WHERE state = 'shipped' AND purpose = 'faulty' AND EXISTS (
    SELECT 1 FROM rma_line l WHERE l.id = shipment.line_id AND l.repair_state IN ('cancelled', 'void'));

-- A parcel that came back, or was given up, is on the road no more; what nobody ever sent, a loaner's way back, is no purpose.
ALTER TABLE shipment DROP CONSTRAINT shipment_state_check;
ALTER TABLE shipment ADD CONSTRAINT shipment_state_check CHECK (state IN ('shipped','delivered','returned','lost'));
ALTER TABLE shipment DROP CONSTRAINT shipment_purpose_check;
ALTER TABLE shipment ADD CONSTRAINT shipment_purpose_check CHECK (purpose IN ('replacement','return','faulty'));
-- What was recovered or given up on the road is on it no more.
UPDATE shipment SET state = 'returned' WHERE state = 'shipped' AND purpose = 'replacement' AND EXISTS (
    SELECT 1 FROM issued_unit i WHERE i.line_id = shipment.line_id AND i.unit_id = shipment.unit_id AND i.state = 'recovered') AND NOT EXISTS (
    SELECT 1 FROM issued_unit i WHERE i.line_id = shipment.line_id AND i.unit_id = shipment.unit_id AND i.state = 'shipped');
UPDATE shipment SET state = 'lost' WHERE state = 'shipped' AND purpose = 'replacement' AND EXISTS (
    SELECT 1 FROM issued_unit i WHERE i.line_id = shipment.line_id AND i.unit_id = shipment.unit_id AND i.state = 'lost');
UPDATE shipment SET state = 'lost' WHERE state = 'shipped' AND purpose = 'faulty' AND EXISTS (
    SELECT 1 FROM rma_line l WHERE l.id = shipment.line_id AND l.faulty_state IN ('waived', 'charged'));

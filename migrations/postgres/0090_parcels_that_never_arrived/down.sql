UPDATE shipment SET state = 'shipped' WHERE state IN ('returned', 'lost');
ALTER TABLE shipment DROP CONSTRAINT shipment_state_check;
ALTER TABLE shipment ADD CONSTRAINT shipment_state_check CHECK (state IN ('shipped','delivered'));
ALTER TABLE shipment DROP CONSTRAINT shipment_purpose_check;
ALTER TABLE shipment ADD CONSTRAINT shipment_purpose_check CHECK (purpose IN ('replacement','return','faulty','loaner_return'));

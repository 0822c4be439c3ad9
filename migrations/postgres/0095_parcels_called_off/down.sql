UPDATE shipment SET state = 'shipped' WHERE state = 'called_off';
ALTER TABLE shipment DROP CONSTRAINT shipment_state_check;
ALTER TABLE shipment ADD CONSTRAINT shipment_state_check CHECK (state IN ('shipped','delivered','returned','lost'));

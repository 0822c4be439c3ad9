UPDATE shipment SET state = 'shipped' WHERE state = 'called_off';
CREATE TABLE shipment_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rma_id BIGINT NOT NULL REFERENCES rma(id),
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    customer_id BIGINT NOT NULL REFERENCES customer(id),
    depot_id BIGINT REFERENCES depot(id),
    unit_id BIGINT REFERENCES unit(id),
    direction TEXT NOT NULL CHECK (direction IN ('outbound','inbound')),
    purpose TEXT NOT NULL CHECK (purpose IN ('replacement','return','faulty')),
    carrier TEXT NOT NULL DEFAULT '',
    tracking_no TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('shipped','delivered','returned','lost')),
    shipped_at TIMESTAMP NOT NULL,
    delivered_at TIMESTAMP,
    received_by TEXT NOT NULL DEFAULT ''
);
INSERT INTO shipment_new SELECT id, rma_id, line_id, customer_id, depot_id, unit_id, direction, purpose, carrier, tracking_no, state,
    shipped_at, delivered_at, received_by FROM shipment;
DROP TABLE shipment;
ALTER TABLE shipment_new RENAME TO shipment;
CREATE INDEX shipment_line ON shipment(line_id, id);
CREATE INDEX shipment_state ON shipment(state, id);
CREATE INDEX shipment_tracking ON shipment(tracking_no);

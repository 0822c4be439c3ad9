-- A spare in an engineer's van is held for a line by a reservation, as one in a depot is. It is no stock of the depot it came
-- from, whose availability does not count it: neither as good nor as held.
ALTER TABLE reservation ADD COLUMN in_van BOOLEAN NOT NULL DEFAULT FALSE;

-- What was promised out of a van until now is held from now on, where it still is what was promised, and by the first that asked.
INSERT INTO reservation (part_id, depot_id, unit_id, quantity, document, state, created_at, in_van)
    SELECT i.part_id, i.depot_id, i.unit_id, 1, r.number, 'open', i.reserved_at, TRUE
    FROM issued_unit i JOIN rma_line l ON l.id = i.line_id JOIN rma r ON r.id = l.rma_id
    JOIN unit u ON u.id = i.unit_id JOIN place p ON p.id = u.place_id
    WHERE i.state = 'reserved' AND i.reservation_id IS NULL AND p.kind = 'engineer' AND u.condition = 'good' AND u.owner = 'us'
      AND u.part_id = i.part_id AND NOT EXISTS (SELECT 1 FROM reservation h WHERE h.unit_id = u.id AND h.state = 'open')
      AND i.id = (SELECT min(f.id) FROM issued_unit f WHERE f.unit_id = i.unit_id AND f.state = 'reserved');
UPDATE issued_unit SET reservation_id = (SELECT h.id FROM reservation h WHERE h.unit_id = issued_unit.unit_id AND h.state = 'open' AND h.in_van)
    WHERE state = 'reserved' AND reservation_id IS NULL
      AND id = (SELECT min(f.id) FROM issued_unit f WHERE f.unit_id = issued_unit.unit_id AND f.state = 'reserved');

-- A line to which something happened that counts from a later day (after close of business) is judged anew on that day; NULL
-- where only what happens next can change how it goes on.
ALTER TABLE rate_line ADD COLUMN settles_on DATE;
INSERT INTO rate_touched (line_id) SELECT line_id FROM rate_line WHERE fate = 'moving';

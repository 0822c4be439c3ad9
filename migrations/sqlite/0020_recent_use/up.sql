-- What each depot handed out to customers in the last weeks, part by part, as a job counted it last: how far stock covers it is
-- asked on every overview, and counting it anew would read every movement of those weeks.
CREATE TABLE recent_use (
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    part_id BIGINT NOT NULL REFERENCES part(id),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (depot_id, part_id)
);

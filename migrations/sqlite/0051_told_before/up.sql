-- Hand-overs of spares, and approvals of requests, as they were known until the step was taken back.
CREATE TABLE hand_over_taken_back (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issued_id BIGINT NOT NULL REFERENCES issued_unit(id),
    in_use_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    taken_back_at TIMESTAMP NOT NULL
);
CREATE INDEX hand_over_taken_back_issued ON hand_over_taken_back(issued_id, id);
CREATE TABLE approval_taken_back (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id BIGINT NOT NULL REFERENCES spare_request(id),
    decided_at TIMESTAMP NOT NULL,
    taken_back_at TIMESTAMP NOT NULL
);
CREATE INDEX approval_taken_back_request ON approval_taken_back(request_id, id);

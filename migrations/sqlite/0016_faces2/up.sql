-- The steps of tests after repair, each with its own verdict. `test` counts the tests of an order from 1.
CREATE TABLE repair_test_step (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repair_id BIGINT NOT NULL REFERENCES repair_order(id),
    test BIGINT NOT NULL CHECK (test > 0),
    name TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('pass', 'fail', 'not_applicable')),
    evidence TEXT NOT NULL DEFAULT '',
    actor_id BIGINT REFERENCES app_user(id),
    tested_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX repair_test_step_name ON repair_test_step(repair_id, test, name);

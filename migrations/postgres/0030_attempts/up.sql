-- Attempts to guess something, counted for all nodes together. One row a name or address, by its hash; the row says when the
-- last of its attempts is forgiven, in microseconds since 1970.
CREATE TABLE attempt (
    key BYTEA PRIMARY KEY NOT NULL,
    free_at_us BIGINT NOT NULL
);
CREATE INDEX attempt_free ON attempt(free_at_us);

-- What somebody asked for a spare would like best: a depot or the own van, and the part that fits. Empty: the nearest.
ALTER TABLE spare_request ADD COLUMN wish_from TEXT NOT NULL DEFAULT '';
ALTER TABLE spare_request ADD COLUMN wish_part TEXT NOT NULL DEFAULT '';
CREATE INDEX spare_request_requester ON spare_request(requested_by, id);

-- Views of a list people keep: the query string of the page. A shared one is seen by all staff.
CREATE TABLE saved_view (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES app_user(id),
    page TEXT NOT NULL CHECK (page IN ('rma')),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    shared BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX saved_view_name ON saved_view(user_id, page, name);
CREATE INDEX saved_view_shared ON saved_view(page, id) WHERE shared;

-- Lines somebody cares for, most urgent first.
CREATE INDEX rma_line_assignee_list ON rma_line(assignee_id, sort_due, id);
CREATE INDEX rma_line_stage_list ON rma_line(repair_state, sort_due, id);

-- Files on an RMA: photos, logs, papers. Small ones; how large and of which kind is the program's to say.
CREATE TABLE attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rma_id BIGINT NOT NULL REFERENCES rma(id),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size > 0),
    content BLOB NOT NULL,
    internal BOOLEAN NOT NULL,
    user_id BIGINT REFERENCES app_user(id),
    added_at TIMESTAMP NOT NULL
);
CREATE INDEX attachment_rma ON attachment(rma_id, id);

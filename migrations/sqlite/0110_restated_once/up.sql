-- What a pack told anew of a line that is none of its own any more, so that no later pack tells it again. No due date: in no period.
CREATE TABLE evidence_restated (
    pack_id BIGINT NOT NULL REFERENCES evidence_pack(id),
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    as_of DATE NOT NULL,
    due_in DATE,
    strict TEXT NOT NULL,
    by_due TEXT NOT NULL,
    remedy30 TEXT NOT NULL,
    PRIMARY KEY (pack_id, line_id, as_of)
);
CREATE INDEX evidence_restated_line ON evidence_restated(line_id, pack_id);
CREATE TRIGGER evidence_restated_no_update BEFORE UPDATE ON evidence_restated BEGIN SELECT RAISE(ABORT, 'evidence_restated is append-only'); END;
CREATE TRIGGER evidence_restated_no_delete BEFORE DELETE ON evidence_restated BEGIN SELECT RAISE(ABORT, 'evidence_restated is append-only'); END;

-- What a pack told anew of a line that is none of its own any more, so that no later pack tells it again. No due date: in no period.
CREATE TABLE evidence_restated (
    pack_id BIGINT NOT NULL REFERENCES evidence_pack(id),
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    as_of DATE NOT NULL,
    due_in DATE,
    strict TEXT COLLATE "C" NOT NULL,
    by_due TEXT COLLATE "C" NOT NULL,
    remedy30 TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (pack_id, line_id, as_of)
);
CREATE INDEX evidence_restated_line ON evidence_restated(line_id, pack_id);
CREATE TRIGGER evidence_restated_append_only BEFORE UPDATE OR DELETE ON evidence_restated FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_restated_no_truncate BEFORE TRUNCATE ON evidence_restated FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

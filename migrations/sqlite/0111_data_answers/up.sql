-- What became of the data a customer left on a unit, with its certificate: said with a movement, or of a unit where its last one left it.
-- An answer falls with its movement when that is reversed; what comes back from a customer later asks anew.
CREATE TABLE data_answer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    unit_id BIGINT NOT NULL REFERENCES unit(id),
    movement_id BIGINT NOT NULL REFERENCES movement(id),
    answer TEXT NOT NULL CHECK (answer IN ('wipe','destroy')),
    certificate TEXT NOT NULL,
    document TEXT NOT NULL DEFAULT '',
    actor_id BIGINT REFERENCES app_user(id),
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX data_answer_unit ON data_answer(unit_id, movement_id);
-- What was answered and kept elsewhere before: at a maker's, and on lines.
INSERT INTO data_answer (unit_id, movement_id, answer, certificate, document, actor_id, recorded_at)
SELECT m.unit_id, m.id, v.data_answer, v.data_certificate, m.document, m.actor_id, m.recorded_at FROM vendor_repair v
JOIN movement m ON m.id = (SELECT max(x.id) FROM movement x JOIN place p ON p.id = x.to_place_id
    WHERE x.unit_id = v.unit_id AND p.kind = 'vendor' AND x.occurred_at = v.sent_at)
WHERE v.data_answer IN ('wipe','destroy');
INSERT INTO data_answer (unit_id, movement_id, answer, certificate, document, actor_id, recorded_at)
SELECT m.unit_id, m.id, CASE WHEN m.condition_to = 'scrapped' THEN 'destroy' ELSE 'wipe' END, l.data_certificate, m.document, m.actor_id, m.recorded_at
FROM rma_line l JOIN rma r ON r.id = l.rma_id
JOIN movement m ON m.id = (SELECT max(x.id) FROM movement x WHERE x.unit_id = l.unit_id AND x.document = r.number)
WHERE l.data_certificate <> '';
CREATE TRIGGER data_answer_no_update BEFORE UPDATE ON data_answer BEGIN SELECT RAISE(ABORT, 'data_answer is append-only'); END;
CREATE TRIGGER data_answer_no_delete BEFORE DELETE ON data_answer BEGIN SELECT RAISE(ABORT, 'data_answer is append-only'); END;

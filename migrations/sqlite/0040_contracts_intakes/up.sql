-- The contract that covered a line on the day it was asked for (lists are narrowed to it); none where the customer's own plan or
-- nothing did. Of several the one named for the site goes before the general one, then the younger one.
ALTER TABLE rma_line ADD COLUMN contract_id BIGINT REFERENCES contract(id);
UPDATE rma_line SET contract_id = (
    SELECT k.id FROM contract k JOIN rma r ON r.id = rma_line.rma_id
    WHERE k.customer_id = rma_line.customer_id AND k.valid_from <= date(r.requested_at, '+8 hours') AND (k.valid_to IS NULL OR k.valid_to >= date(r.requested_at, '+8 hours'))
        AND (NOT EXISTS (SELECT 1 FROM contract_site s WHERE s.contract_id = k.id)
            OR EXISTS (SELECT 1 FROM contract_site s JOIN site t ON t.id = s.site_id WHERE s.contract_id = k.id AND t.name = r.site))
    ORDER BY CASE WHEN EXISTS (SELECT 1 FROM contract_site s WHERE s.contract_id = k.id) THEN 0 ELSE 1 END, k.valid_from DESC, k.id DESC
    LIMIT 1)
    WHERE EXISTS (SELECT 1 FROM contract k WHERE k.customer_id = rma_line.customer_id);
CREATE INDEX rma_line_contract ON rma_line(contract_id, sort_due, id);

-- Photos and papers of a box nobody announced: under the rules of the files on an RMA.
CREATE TABLE intake_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    intake_id BIGINT NOT NULL REFERENCES intake(id),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size > 0),
    content BLOB NOT NULL,
    user_id BIGINT REFERENCES app_user(id),
    added_at TIMESTAMP NOT NULL
);
CREATE INDEX intake_file_intake ON intake_file(intake_id, id);

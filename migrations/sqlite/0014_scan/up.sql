-- A scanner also packs what leaves. The list of modes grows, which SQLite does by a new table.
CREATE TABLE scan_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mode TEXT NOT NULL CHECK (mode IN ('look','put_away','receive','take_in','ship')),
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    batch TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL,
    place_id BIGINT REFERENCES place(id),
    device TEXT NOT NULL DEFAULT '',
    client_time TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    actor_id BIGINT REFERENCES app_user(id),
    verdict TEXT NOT NULL CHECK (verdict IN ('accepted','review','refused')),
    reason TEXT NOT NULL DEFAULT '',
    facts TEXT NOT NULL DEFAULT '[]',
    movement_id BIGINT REFERENCES movement(id),
    exception_id BIGINT REFERENCES work_exception(id),
    document TEXT NOT NULL DEFAULT '',
    undone_at TIMESTAMP,
    undone_by BIGINT REFERENCES app_user(id)
);
INSERT INTO scan_new SELECT id, mode, depot_id, batch, code, place_id, device, client_time, recorded_at, actor_id, verdict, reason,
    facts, movement_id, exception_id, document, undone_at, undone_by FROM scan;
DROP TABLE scan;
ALTER TABLE scan_new RENAME TO scan;
CREATE INDEX scan_batch ON scan(batch, id);
CREATE INDEX scan_depot ON scan(depot_id, id);

-- The bench: what is done to a unit, for an RMA line and for our own faulty stock alike.

-- What a plan says about repairs. The causes are a list of codes with commas: which delays leave the rate's denominator.
ALTER TABLE plan_version ADD COLUMN repair_limit_percent BIGINT NOT NULL DEFAULT 100 CHECK (repair_limit_percent >= 0);
ALTER TABLE plan_version ADD COLUMN excused_causes TEXT NOT NULL DEFAULT '';
-- The line whose repair did not hold: this one is covered by the warranty on that repair.
CREATE TABLE repeat_repair (
    line_id BIGINT NOT NULL PRIMARY KEY REFERENCES rma_line(id),
    repeat_of_id BIGINT NOT NULL REFERENCES rma_line(id)
);
CREATE INDEX repeat_repair_of ON repeat_repair(repeat_of_id);

-- Reported fault of our own stock; an RMA line has its own.
ALTER TABLE repair_order ADD COLUMN fault TEXT NOT NULL DEFAULT '';
-- Diagnosis code, one of fault_code.
ALTER TABLE repair_order ADD COLUMN fault_code TEXT NOT NULL DEFAULT '';
ALTER TABLE repair_order ADD COLUMN estimate_fen BIGINT CHECK (estimate_fen >= 0);
-- What a manager agreed the repair may cost; without it the plan's share of the part's price.
ALTER TABLE repair_order ADD COLUMN limit_fen BIGINT CHECK (limit_fen >= 0);
-- How often the test after repair was failed.
ALTER TABLE repair_order ADD COLUMN rework BIGINT NOT NULL DEFAULT 0 CHECK (rework >= 0);
-- Parts are awaited since; the clock runs on.
ALTER TABLE repair_order ADD COLUMN waiting_since TIMESTAMP;
ALTER TABLE repair_order ADD COLUMN last_event_at TIMESTAMP;
ALTER TABLE repair_order ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX repair_order_unit ON repair_order(unit_id, id);
CREATE INDEX repair_order_technician ON repair_order(technician_id, state, id);

-- What happened to a repair order. Append-only.
CREATE TABLE repair_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repair_id BIGINT NOT NULL REFERENCES repair_order(id),
    kind TEXT NOT NULL,
    from_state TEXT NOT NULL DEFAULT '',
    to_state TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    actor_id BIGINT REFERENCES app_user(id),
    occurred_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX repair_event_repair ON repair_event(repair_id, id);

-- Parts built in: one row for each movement into `consumed`.
CREATE TABLE repair_part (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repair_id BIGINT NOT NULL REFERENCES repair_order(id),
    movement_id BIGINT NOT NULL UNIQUE REFERENCES movement(id),
    cost_fen BIGINT NOT NULL CHECK (cost_fen >= 0)
);
CREATE INDEX repair_part_repair ON repair_part(repair_id, id);

-- A unit at the maker's, with the maker's own dates. Another serial that comes back is another unit, never a rename.
CREATE TABLE vendor_repair (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repair_id BIGINT NOT NULL REFERENCES repair_order(id),
    vendor_id BIGINT NOT NULL REFERENCES vendor(id),
    part_id BIGINT NOT NULL REFERENCES part(id),
    unit_id BIGINT NOT NULL REFERENCES unit(id),
    vendor_rma TEXT NOT NULL DEFAULT '',
    sent_at TIMESTAMP NOT NULL,
    due_on DATE,
    data_answer TEXT CHECK (data_answer IN ('keep','wipe','destroy')),
    data_certificate TEXT NOT NULL DEFAULT '',
    returned_at TIMESTAMP,
    returned_unit_id BIGINT REFERENCES unit(id),
    outcome TEXT CHECK (outcome IN ('repaired','nff','ber')),
    cost_fen BIGINT CHECK (cost_fen >= 0)
);
CREATE UNIQUE INDEX vendor_repair_open ON vendor_repair(repair_id) WHERE returned_at IS NULL;
CREATE INDEX vendor_repair_vendor ON vendor_repair(vendor_id, sent_at);
CREATE INDEX vendor_repair_repair ON vendor_repair(repair_id, id);

-- What the bench calls a fault. The list can be changed; a code in use stays.
CREATE TABLE fault_code (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE
);
INSERT INTO fault_code (code, name, name_en) VALUES
    ('power', '电源故障', 'Power supply'), ('port', '端口故障', 'Port'), ('chip', '主芯片故障', 'Main chip'),
    ('memory', '内存故障', 'Memory'), ('storage', '存储故障', 'Storage'), ('optics', '光路故障', 'Optics'),
    ('fan', '风扇或散热故障', 'Fan or cooling'), ('clock', '时钟故障', 'Clock'),
    ('connector', '连接器或背板接触不良', 'Connector or backplane'), ('solder', '虚焊', 'Solder joint'),
    ('burnt', '烧毁或雷击', 'Burnt or struck by lightning'), ('liquid', '进水或腐蚀', 'Liquid or corrosion'),
    ('mechanical', '外力损坏', 'Mechanical damage'), ('firmware', '软件或固件故障', 'Software or firmware'),
    ('configuration', '配置错误', 'Configuration'), ('operation', '操作错误', 'Operation'), ('line', '通讯线路故障', 'Line'),
    ('other', '其他', 'Other');

CREATE TRIGGER repair_event_no_update BEFORE UPDATE ON repair_event BEGIN SELECT RAISE(ABORT, 'repair_event is append-only'); END;
CREATE TRIGGER repair_event_no_delete BEFORE DELETE ON repair_event BEGIN SELECT RAISE(ABORT, 'repair_event is append-only'); END;

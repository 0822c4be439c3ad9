-- People ------------------------------------------------------------------------------------------------------------

CREATE TABLE app_user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    email TEXT,
    password_hash TEXT,
    role TEXT NOT NULL CHECK (role IN ('admin','manager','clerk','engineer','technician','customer')),
    language TEXT NOT NULL DEFAULT 'zh-CN' CHECK (language IN ('zh-CN','en')),
    reads_own_only BOOLEAN NOT NULL DEFAULT FALSE,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMP NOT NULL
);

-- Sign-in sessions and API tokens: 32 random bytes, of which only the SHA-256 is kept.
CREATE TABLE access_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES app_user(id),
    kind TEXT NOT NULL CHECK (kind IN ('session','api')),
    token_hash BLOB NOT NULL UNIQUE,
    label TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);
CREATE INDEX access_token_user ON access_token(user_id, id);

-- Set-up ------------------------------------------------------------------------------------------------------------

-- A plan is a name; what it promises stands in its immutable versions.
CREATE TABLE plan (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL
);
CREATE TABLE plan_version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    plan_id BIGINT NOT NULL REFERENCES plan(id),
    valid_from DATE NOT NULL,
    regime TEXT NOT NULL CHECK (regime IN ('loan','exchange')),
    variant TEXT NOT NULL DEFAULT 'strict' CHECK (variant IN ('strict','by_due','remedy30')),
    brand_new_required BOOLEAN NOT NULL DEFAULT FALSE,
    vendor_swap_is TEXT NOT NULL DEFAULT 'exchange' CHECK (vendor_swap_is IN ('exchange','repair')),
    repair_warranty_days BIGINT NOT NULL DEFAULT 90 CHECK (repair_warranty_days >= 0),
    created_at TIMESTAMP NOT NULL,
    UNIQUE (plan_id, valid_from)
);
CREATE TABLE plan_term (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    plan_version_id BIGINT NOT NULL REFERENCES plan_version(id),
    promise_kind TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    unit TEXT NOT NULL CHECK (unit IN ('working_days','calendar_days','minutes')),
    start_day_counts BOOLEAN NOT NULL DEFAULT FALSE,
    target_bp BIGINT NOT NULL CHECK (target_bp BETWEEN 0 AND 10000),
    UNIQUE (plan_version_id, promise_kind)
);

CREATE TABLE customer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    city TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT 'zh-CN' CHECK (language IN ('zh-CN','en')),
    plan_id BIGINT REFERENCES plan(id),
    created_at TIMESTAMP NOT NULL
);
CREATE TABLE contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id BIGINT NOT NULL REFERENCES customer(id),
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT 'zh-CN' CHECK (language IN ('zh-CN','en')),
    UNIQUE (customer_id, email)
);
CREATE TABLE site (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id BIGINT NOT NULL REFERENCES customer(id),
    name TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    UNIQUE (customer_id, name)
);
CREATE TABLE contract (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    customer_id BIGINT NOT NULL REFERENCES customer(id),
    plan_id BIGINT NOT NULL REFERENCES plan(id),
    valid_from DATE NOT NULL,
    valid_to DATE,
    variant TEXT NOT NULL DEFAULT 'strict' CHECK (variant IN ('strict','by_due','remedy30'))
);
CREATE INDEX contract_customer ON contract(customer_id, valid_from);
-- The sites a contract is limited to; none: all of the customer's.
CREATE TABLE contract_site (
    contract_id BIGINT NOT NULL REFERENCES contract(id),
    site_id BIGINT NOT NULL REFERENCES site(id),
    PRIMARY KEY (contract_id, site_id)
);

CREATE TABLE vendor (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email TEXT NOT NULL DEFAULT ''
);

CREATE TABLE depot (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    city TEXT NOT NULL DEFAULT '',
    class TEXT NOT NULL CHECK (class IN ('common','other')),
    address TEXT NOT NULL DEFAULT '',
    has_bench BOOLEAN NOT NULL DEFAULT TRUE,
    -- On-site spares are a depot bound to one customer.
    customer_id BIGINT REFERENCES customer(id)
);

CREATE TABLE part (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    part_no TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    maker TEXT NOT NULL DEFAULT '',
    category TEXT NOT NULL DEFAULT '',
    tracking TEXT NOT NULL CHECK (tracking IN ('serial','quantity')),
    measure TEXT NOT NULL DEFAULT '',
    price_fen BIGINT CHECK (price_fen >= 0),
    repair_price_fen BIGINT CHECK (repair_price_fen >= 0),
    currency TEXT NOT NULL DEFAULT 'CNY',
    repairable BOOLEAN NOT NULL DEFAULT TRUE,
    warranty_months BIGINT CHECK (warranty_months >= 0),
    common BOOLEAN NOT NULL DEFAULT FALSE,
    data_bearing BOOLEAN NOT NULL DEFAULT FALSE,
    -- Some makers use a serial again on another part: then (part, serial) is the identity instead of (maker, serial).
    serial_per_part BOOLEAN NOT NULL DEFAULT FALSE
);
-- Equivalence is directed: the alternate may stand in for the part, for a reason somebody confirmed.
CREATE TABLE part_alternate (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    part_id BIGINT NOT NULL REFERENCES part(id),
    alternate_id BIGINT NOT NULL REFERENCES part(id),
    reason TEXT NOT NULL DEFAULT '',
    confirmed_by TEXT NOT NULL DEFAULT '',
    valid_from TIMESTAMP NOT NULL,
    valid_to TIMESTAMP,
    CHECK (part_id <> alternate_id)
);
CREATE UNIQUE INDEX part_alternate_live ON part_alternate(part_id, alternate_id) WHERE valid_to IS NULL;
CREATE TABLE reorder_point (
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    part_id BIGINT NOT NULL REFERENCES part(id),
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (depot_id, part_id)
);
CREATE INDEX reorder_point_part ON reorder_point(part_id);

CREATE TABLE user_depot (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES app_user(id),
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    valid_from TIMESTAMP NOT NULL,
    valid_to TIMESTAMP
);
CREATE UNIQUE INDEX user_depot_live ON user_depot(user_id, depot_id) WHERE valid_to IS NULL;
CREATE TABLE user_customer (
    user_id BIGINT NOT NULL REFERENCES app_user(id),
    customer_id BIGINT NOT NULL REFERENCES customer(id),
    PRIMARY KEY (user_id, customer_id)
);

-- Published years of the working-day calendar, over the built-in ones. The newest upload of a year counts.
CREATE TABLE calendar_year (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    year BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by BIGINT REFERENCES app_user(id)
);
CREATE TABLE calendar_day (
    calendar_year_id BIGINT NOT NULL REFERENCES calendar_year(id),
    day DATE NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('holiday','makeup')),
    name_zh TEXT NOT NULL DEFAULT '',
    name_en TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (calendar_year_id, day)
);

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
-- The next number of a kind of document in a year.
CREATE TABLE document_number (
    series TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- Stock ledger ------------------------------------------------------------------------------------------------------

CREATE TABLE place (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('depot','bin','bench','engineer','customer','vendor','transit',
        'opening','supplier','consumed','lost','scrap')),
    depot_id BIGINT REFERENCES depot(id),
    customer_id BIGINT REFERENCES customer(id)
);
CREATE INDEX place_depot ON place(depot_id, code);

CREATE TABLE unit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    part_id BIGINT NOT NULL REFERENCES part(id),
    serial TEXT NOT NULL,
    serial_reversed TEXT NOT NULL,
    -- (maker, serial), or (part, serial) where the maker reuses serials.
    identity TEXT NOT NULL UNIQUE,
    condition TEXT NOT NULL CHECK (condition IN ('good','faulty','quarantined','scrapped')),
    owner TEXT NOT NULL,
    place_id BIGINT NOT NULL REFERENCES place(id),
    depot_id BIGINT REFERENCES depot(id),
    document TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL,
    last_moved_at TIMESTAMP NOT NULL
);
CREATE INDEX unit_serial ON unit(serial, id);
CREATE INDEX unit_serial_reversed ON unit(serial_reversed, id);
CREATE INDEX unit_part ON unit(part_id, id);
CREATE INDEX unit_depot ON unit(depot_id, part_id, condition, id);
CREATE INDEX unit_place ON unit(place_id, part_id, id);

-- Another code the unit answers to, after it was labelled anew.
CREATE TABLE unit_alias (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    unit_id BIGINT NOT NULL REFERENCES unit(id),
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_by BIGINT REFERENCES app_user(id),
    confirmed_by BIGINT REFERENCES app_user(id),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX unit_alias_code ON unit_alias(code);

CREATE TABLE movement (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('opening','receive','issue','move','transfer_out','transfer_in','return','convert',
        'scrap','adjust','transfer_title','consume','reversal')),
    part_id BIGINT NOT NULL REFERENCES part(id),
    unit_id BIGINT REFERENCES unit(id),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    from_place_id BIGINT NOT NULL REFERENCES place(id),
    to_place_id BIGINT NOT NULL REFERENCES place(id),
    depot_from_id BIGINT,
    depot_to_id BIGINT,
    condition_from TEXT NOT NULL,
    condition_to TEXT NOT NULL,
    owner_from TEXT NOT NULL,
    owner_to TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    document TEXT NOT NULL DEFAULT '',
    reverses_id BIGINT UNIQUE REFERENCES movement(id),
    actor_id BIGINT REFERENCES app_user(id),
    occurred_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CHECK (unit_id IS NULL OR quantity = 1)
);
CREATE INDEX movement_unit ON movement(unit_id, id);
CREATE INDEX movement_part ON movement(part_id, id);
CREATE INDEX movement_depot_from ON movement(depot_from_id, id);
CREATE INDEX movement_depot_to ON movement(depot_to_id, id);
CREATE INDEX movement_document ON movement(document, id);

-- What stands at a real place now. Boundary places (supplier, scrap, opening …) have no row: they are summed by verify.
CREATE TABLE balance (
    place_id BIGINT NOT NULL REFERENCES place(id),
    part_id BIGINT NOT NULL REFERENCES part(id),
    condition TEXT NOT NULL,
    owner TEXT NOT NULL,
    depot_id BIGINT REFERENCES depot(id),
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (place_id, part_id, condition, owner)
);
CREATE INDEX balance_depot ON balance(depot_id, part_id, condition, owner, quantity);
CREATE INDEX balance_part ON balance(part_id, depot_id, condition, owner, quantity);

-- Good, ours and in a depot, and how many of these are held. Nothing is reserved twice: the CHECK is the proof.
CREATE TABLE availability (
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    part_id BIGINT NOT NULL REFERENCES part(id),
    good BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    PRIMARY KEY (depot_id, part_id),
    CHECK (reserved >= 0 AND good >= reserved)
);

CREATE TABLE reservation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    part_id BIGINT NOT NULL REFERENCES part(id),
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    unit_id BIGINT REFERENCES unit(id),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    document TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('open','released','consumed','expired')),
    created_by BIGINT REFERENCES app_user(id),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    closed_at TIMESTAMP,
    CHECK (unit_id IS NULL OR quantity = 1)
);
CREATE UNIQUE INDEX reservation_unit ON reservation(unit_id) WHERE state = 'open';
CREATE INDEX reservation_expiry ON reservation(expires_at) WHERE state = 'open';
CREATE INDEX reservation_depot ON reservation(depot_id, part_id, id);

-- RMA and promises --------------------------------------------------------------------------------------------------

CREATE TABLE rma (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    customer_id BIGINT NOT NULL REFERENCES customer(id),
    site TEXT NOT NULL DEFAULT '',
    contact_name TEXT NOT NULL DEFAULT '',
    contact_email TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL CHECK (language IN ('zh-CN','en')),
    tracking_code TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('staff','customer','import')),
    state TEXT NOT NULL,
    created_by BIGINT REFERENCES app_user(id),
    requested_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX rma_customer ON rma(customer_id, id);

CREATE TABLE rma_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rma_id BIGINT NOT NULL REFERENCES rma(id),
    line BIGINT NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES customer(id),
    part_id BIGINT NOT NULL REFERENCES part(id),
    serial TEXT NOT NULL,
    unit_id BIGINT REFERENCES unit(id),
    fault TEXT NOT NULL,
    fault_class TEXT NOT NULL DEFAULT '',
    mode TEXT NOT NULL CHECK (mode IN ('repair_return','loaner','advance_replacement','equivalent_exchange')),
    entitlement TEXT NOT NULL CHECK (entitlement IN ('warranty','contract','repair_warranty','goodwill','chargeable')),
    plan_version_id BIGINT REFERENCES plan_version(id),
    -- The depot that received the faulty part (or is to receive it): the rate is its.
    depot_id BIGINT REFERENCES depot(id),
    repair_state TEXT NOT NULL,
    faulty_state TEXT NOT NULL,
    assignee_id BIGINT REFERENCES app_user(id),
    outcome TEXT NOT NULL DEFAULT '',
    cost_fen BIGINT,
    -- Identity of the unit while the RMA is open, NULL afterwards: one open RMA for a unit.
    open_identity TEXT UNIQUE,
    -- For lists: the promised date, 9999-12-31 while there is none.
    sort_due DATE NOT NULL,
    received_at TIMESTAMP,
    ended_at TIMESTAMP,
    last_event_at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (rma_id, line)
);
CREATE INDEX rma_line_due ON rma_line(repair_state, sort_due, id);
CREATE INDEX rma_line_depot ON rma_line(depot_id, repair_state, sort_due, id);
CREATE INDEX rma_line_customer ON rma_line(customer_id, id);
CREATE INDEX rma_line_serial ON rma_line(serial, id);
CREATE INDEX rma_line_unit ON rma_line(unit_id, id);
CREATE INDEX rma_line_part ON rma_line(part_id, id);

CREATE TABLE issued_unit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    role TEXT NOT NULL CHECK (role IN ('loan','permanent')),
    part_id BIGINT NOT NULL REFERENCES part(id),
    unit_id BIGINT NOT NULL REFERENCES unit(id),
    reservation_id BIGINT REFERENCES reservation(id),
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    state TEXT NOT NULL CHECK (state IN ('reserved','shipped','in_use','recovered','kept','doa','released')),
    reserved_at TIMESTAMP NOT NULL,
    shipped_at TIMESTAMP,
    in_use_at TIMESTAMP,
    ended_at TIMESTAMP
);
CREATE UNIQUE INDEX issued_unit_active ON issued_unit(line_id, role) WHERE state IN ('reserved','shipped','in_use');
CREATE INDEX issued_unit_line ON issued_unit(line_id, id);
CREATE INDEX issued_unit_unit ON issued_unit(unit_id, id);

-- What happened to a line, track by track. Append-only; a wrong one is voided by a later one.
CREATE TABLE rma_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rma_id BIGINT NOT NULL REFERENCES rma(id),
    line_id BIGINT REFERENCES rma_line(id),
    track TEXT NOT NULL CHECK (track IN ('repair','issued','faulty','clock','note')),
    kind TEXT NOT NULL,
    from_state TEXT NOT NULL DEFAULT '',
    to_state TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    actor_id BIGINT REFERENCES app_user(id),
    occurred_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    voids_id BIGINT UNIQUE REFERENCES rma_event(id)
);
CREATE INDEX rma_event_line ON rma_event(line_id, id);
CREATE INDEX rma_event_rma ON rma_event(rma_id, id);

-- The clock stands still: only for the customer's reasons, always with who said so.
CREATE TABLE hold (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    reason TEXT NOT NULL,
    said_by TEXT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    recorded_at TIMESTAMP NOT NULL,
    end_recorded_at TIMESTAMP
);
CREATE UNIQUE INDEX hold_open ON hold(line_id) WHERE ended_at IS NULL;
CREATE INDEX hold_line ON hold(line_id, id);

CREATE TABLE promise (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    customer_id BIGINT NOT NULL REFERENCES customer(id),
    depot_id BIGINT REFERENCES depot(id),
    part_id BIGINT NOT NULL REFERENCES part(id),
    plan_version_id BIGINT NOT NULL REFERENCES plan_version(id),
    -- The terms as they were when the promise was made.
    amount BIGINT NOT NULL,
    unit TEXT NOT NULL,
    start_day_counts BOOLEAN NOT NULL,
    target_bp BIGINT NOT NULL,
    variant TEXT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    -- Due date without any hold: no hold can move it earlier.
    base_due_on DATE NOT NULL,
    -- Due date now; NULL while the clock stands still.
    due_on DATE,
    -- due_on, or 9999-12-31: lists and figures look here.
    sort_due DATE NOT NULL,
    due_at TIMESTAMP,
    calendar_version BIGINT NOT NULL,
    provisional BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open','kept','broken','floating','excluded')),
    ended_at TIMESTAMP,
    recorded_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX promise_line ON promise(line_id, kind) WHERE state IN ('open','floating');
CREATE INDEX promise_of_line ON promise(line_id, id);
CREATE INDEX promise_due ON promise(kind, state, sort_due, id);
CREATE INDEX promise_figure ON promise(kind, sort_due, base_due_on);
CREATE INDEX promise_depot ON promise(depot_id, kind, state, sort_due, id);

-- Which due date was known when: recorded_to is NULL for the present one.
CREATE TABLE promise_due_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    promise_id BIGINT NOT NULL REFERENCES promise(id),
    due_on DATE,
    calendar_version BIGINT NOT NULL,
    provisional BOOLEAN NOT NULL,
    recorded_from TIMESTAMP NOT NULL,
    recorded_to TIMESTAMP
);
CREATE INDEX promise_due_history_promise ON promise_due_history(promise_id, id);

CREATE TABLE repair_order (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    unit_id BIGINT NOT NULL REFERENCES unit(id),
    line_id BIGINT REFERENCES rma_line(id),
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    state TEXT NOT NULL CHECK (state IN ('received','diagnosing','repairing','at_vendor','testing','repaired','nff','ber','closed')),
    outcome TEXT NOT NULL DEFAULT '',
    technician_id BIGINT REFERENCES app_user(id),
    diagnosis TEXT NOT NULL DEFAULT '',
    cost_fen BIGINT CHECK (cost_fen >= 0),
    opened_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);
CREATE UNIQUE INDEX repair_order_open ON repair_order(unit_id) WHERE state <> 'closed';
CREATE INDEX repair_order_line ON repair_order(line_id);
CREATE INDEX repair_order_depot ON repair_order(depot_id, state, id);

CREATE TABLE shipment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rma_id BIGINT NOT NULL REFERENCES rma(id),
    line_id BIGINT NOT NULL REFERENCES rma_line(id),
    customer_id BIGINT NOT NULL REFERENCES customer(id),
    depot_id BIGINT REFERENCES depot(id),
    unit_id BIGINT REFERENCES unit(id),
    direction TEXT NOT NULL CHECK (direction IN ('outbound','inbound')),
    purpose TEXT NOT NULL CHECK (purpose IN ('replacement','return','faulty','loaner_return')),
    carrier TEXT NOT NULL DEFAULT '',
    tracking_no TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('shipped','delivered')),
    shipped_at TIMESTAMP NOT NULL,
    delivered_at TIMESTAMP,
    received_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX shipment_line ON shipment(line_id, id);
CREATE INDEX shipment_state ON shipment(state, id);
CREATE INDEX shipment_tracking ON shipment(tracking_no);

-- Notices, audit, idempotency, imports ------------------------------------------------------------------------------

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('zh-CN','en')),
    rma_id BIGINT REFERENCES rma(id),
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued','sent','dead')),
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMP NOT NULL,
    lease_owner TEXT,
    lease_until TIMESTAMP,
    message_id TEXT NOT NULL,
    last_error TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP,
    UNIQUE (event, recipient, kind)
);
CREATE INDEX outbox_due ON outbox(next_attempt_at, id) WHERE state = 'queued';
CREATE INDEX outbox_state ON outbox(state, id);
CREATE INDEX outbox_rma ON outbox(rma_id, id);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TIMESTAMP NOT NULL,
    actor_id BIGINT,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    request_id TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_subject ON audit(subject, id);

CREATE TABLE idempotency (
    actor_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status BIGINT NOT NULL DEFAULT 0,
    body TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (actor_id, key)
);
CREATE INDEX idempotency_age ON idempotency(created_at);

-- An import is staged, judged, then applied in one transaction. What was applied is remembered by row content, so that
-- the same file again changes nothing.
CREATE TABLE import_row (
    kind TEXT NOT NULL,
    row_key TEXT NOT NULL,
    content_hash BLOB NOT NULL,
    imported_at TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, row_key)
);

-- The ledgers are append-only: a mistake is put right by a reversing row.
CREATE TRIGGER movement_no_update BEFORE UPDATE ON movement BEGIN SELECT RAISE(ABORT, 'movement is append-only'); END;
CREATE TRIGGER movement_no_delete BEFORE DELETE ON movement BEGIN SELECT RAISE(ABORT, 'movement is append-only'); END;
CREATE TRIGGER rma_event_no_update BEFORE UPDATE ON rma_event BEGIN SELECT RAISE(ABORT, 'rma_event is append-only'); END;
CREATE TRIGGER rma_event_no_delete BEFORE DELETE ON rma_event BEGIN SELECT RAISE(ABORT, 'rma_event is append-only'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER promise_due_history_no_delete BEFORE DELETE ON promise_due_history BEGIN SELECT RAISE(ABORT, 'promise_due_history is append-only'); END;

-- The boundary places of the ledger, and the two service plans every company starts with.
INSERT INTO place (code, kind) VALUES ('opening','opening'), ('supplier','supplier'), ('consumed','consumed'), ('lost','lost'), ('scrap','scrap');

INSERT INTO plan (code, name, name_en) VALUES ('standard','标准服务','Standard service'), ('gold','金牌服务','Gold service');
INSERT INTO plan_version (plan_id, valid_from, regime, created_at)
    SELECT id, '2010-01-01', 'loan', '2010-01-01 00:00:00' FROM plan ORDER BY id;
INSERT INTO plan_term (plan_version_id, promise_kind, amount, unit, target_bp)
    SELECT v.id, t.kind, t.amount, t.unit, t.target_bp
    FROM plan_version v JOIN plan p ON p.id = v.plan_id
    JOIN (
        SELECT 'standard' AS plan, 'repair_return' AS kind, 60 AS amount, 'working_days' AS unit, 9500 AS target_bp
        UNION ALL SELECT 'standard', 'equivalent_exchange', 30, 'calendar_days', 10000
        UNION ALL SELECT 'standard', 'spare_in_place', 1440, 'minutes', 10000
        UNION ALL SELECT 'standard', 'faulty_return', 10, 'working_days', 10000
        UNION ALL SELECT 'standard', 'loan_return', 10, 'working_days', 10000
        UNION ALL SELECT 'gold', 'repair_return', 60, 'working_days', 9500
        UNION ALL SELECT 'gold', 'equivalent_exchange', 30, 'calendar_days', 10000
        UNION ALL SELECT 'gold', 'spare_in_place', 240, 'minutes', 10000
        UNION ALL SELECT 'gold', 'faulty_return', 10, 'working_days', 10000
        UNION ALL SELECT 'gold', 'loan_return', 10, 'working_days', 10000
    ) t ON t.plan = p.code;

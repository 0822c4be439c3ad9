-- Transfers between depots -------------------------------------------------------------------------------------------

CREATE TABLE transfer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    from_depot_id BIGINT NOT NULL REFERENCES depot(id),
    to_depot_id BIGINT NOT NULL REFERENCES depot(id),
    state TEXT NOT NULL CHECK (state IN ('requested','approved','in_transit','differences','closed','cancelled')),
    note TEXT NOT NULL DEFAULT '',
    carrier TEXT NOT NULL DEFAULT '',
    tracking_no TEXT NOT NULL DEFAULT '',
    -- Where its goods stand while on the road; none before they leave.
    transit_place_id BIGINT REFERENCES place(id),
    requested_by BIGINT REFERENCES app_user(id),
    requested_at TIMESTAMP NOT NULL,
    approved_by BIGINT REFERENCES app_user(id),
    approved_at TIMESTAMP,
    dispatched_by BIGINT REFERENCES app_user(id),
    dispatched_at TIMESTAMP,
    received_at TIMESTAMP,
    closed_at TIMESTAMP,
    version BIGINT NOT NULL,
    CHECK (from_depot_id <> to_depot_id)
);
CREATE INDEX transfer_from ON transfer(from_depot_id, id);
CREATE INDEX transfer_to ON transfer(to_depot_id, id);
CREATE INDEX transfer_state ON transfer(state, id);
CREATE INDEX transfer_transit ON transfer(transit_place_id);

-- What was asked for.
CREATE TABLE transfer_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    transfer_id BIGINT NOT NULL REFERENCES transfer(id),
    line BIGINT NOT NULL,
    part_id BIGINT NOT NULL REFERENCES part(id),
    -- This very unit, or any.
    unit_id BIGINT REFERENCES unit(id),
    condition TEXT NOT NULL CHECK (condition IN ('good','faulty','quarantined')),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    reservation_id BIGINT REFERENCES reservation(id),
    UNIQUE (transfer_id, line)
);
CREATE INDEX transfer_line_reservation ON transfer_line(reservation_id);

-- What left, and what became of it. An unexpected thing never left by the papers: nothing sent, something received.
CREATE TABLE transfer_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    transfer_id BIGINT NOT NULL REFERENCES transfer(id),
    line_id BIGINT REFERENCES transfer_line(id),
    part_id BIGINT NOT NULL REFERENCES part(id),
    unit_id BIGINT REFERENCES unit(id),
    condition TEXT NOT NULL CHECK (condition IN ('good','faulty','quarantined')),
    owner TEXT NOT NULL,
    unexpected BOOLEAN NOT NULL DEFAULT FALSE,
    sent BIGINT NOT NULL,
    received BIGINT NOT NULL DEFAULT 0,
    returned BIGINT NOT NULL DEFAULT 0,
    lost BIGINT NOT NULL DEFAULT 0,
    CHECK (sent >= 0 AND received >= 0 AND returned >= 0 AND lost >= 0),
    CHECK (unexpected OR received + returned + lost <= sent)
);
CREATE INDEX transfer_item_transfer ON transfer_item(transfer_id, id);
CREATE INDEX transfer_item_unit ON transfer_item(unit_id, id);

-- Boxes nobody announced ---------------------------------------------------------------------------------------------

CREATE TABLE intake (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    -- Units of one box share it.
    box TEXT NOT NULL,
    serial TEXT NOT NULL DEFAULT '',
    -- Temporary label of a unit whose serial cannot be read.
    label TEXT NOT NULL DEFAULT '',
    part_id BIGINT REFERENCES part(id),
    unit_id BIGINT REFERENCES unit(id),
    carrier TEXT NOT NULL DEFAULT '',
    tracking_no TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('unmatched','matched','returned','settled')),
    -- Why it was not matched at once; empty when it was.
    exception TEXT NOT NULL DEFAULT '' CHECK (exception IN ('','unreadable','no_rma','elsewhere')),
    -- Where the books had it when the box came.
    book_place TEXT NOT NULL DEFAULT '',
    rma_line_id BIGINT REFERENCES rma_line(id),
    taken_in_at TIMESTAMP NOT NULL,
    taken_in_by BIGINT REFERENCES app_user(id),
    recorded_at TIMESTAMP NOT NULL,
    settled_at TIMESTAMP,
    settled_by BIGINT REFERENCES app_user(id),
    settlement TEXT NOT NULL DEFAULT '',
    CHECK (serial <> '' OR label <> '')
);
CREATE INDEX intake_state ON intake(state, id);
CREATE INDEX intake_depot ON intake(depot_id, state, id);
CREATE INDEX intake_serial ON intake(serial, id);
CREATE INDEX intake_label ON intake(label, id);
CREATE INDEX intake_box ON intake(box, id);
CREATE INDEX intake_line ON intake(rma_line_id);

-- What a person has to settle ----------------------------------------------------------------------------------------

CREATE TABLE work_exception (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL CHECK (source IN ('scan','count')),
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    code TEXT NOT NULL,
    part_no TEXT NOT NULL DEFAULT '',
    unit_id BIGINT REFERENCES unit(id),
    document TEXT NOT NULL DEFAULT '',
    -- The refusal's code with its facts, so that it can be told in the reader's language.
    reason TEXT NOT NULL,
    facts TEXT NOT NULL DEFAULT '[]',
    -- What the books say, and since when.
    book_place TEXT NOT NULL DEFAULT '',
    book_since TIMESTAMP,
    act TEXT NOT NULL CHECK (act IN ('recover_loan','match_rma','receive_transfer','reverse','take_in','look')),
    held_by BIGINT REFERENCES app_user(id),
    held_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open','settled')),
    settled_at TIMESTAMP,
    settled_by BIGINT REFERENCES app_user(id),
    settlement TEXT NOT NULL DEFAULT ''
);
CREATE INDEX work_exception_state ON work_exception(state, id);
CREATE INDEX work_exception_depot ON work_exception(depot_id, state, id);

-- Counts -------------------------------------------------------------------------------------------------------------

CREATE TABLE stock_count (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    depot_id BIGINT NOT NULL REFERENCES depot(id),
    state TEXT NOT NULL CHECK (state IN ('open','approved','cancelled')),
    opened_by BIGINT REFERENCES app_user(id),
    opened_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES app_user(id),
    decided_at TIMESTAMP
);
CREATE INDEX stock_count_depot ON stock_count(depot_id, id);
CREATE INDEX stock_count_state ON stock_count(state, id);
-- The places a count covers.
CREATE TABLE stock_count_place (
    count_id BIGINT NOT NULL REFERENCES stock_count(id),
    place_id BIGINT NOT NULL REFERENCES place(id),
    PRIMARY KEY (count_id, place_id)
);
-- What was seen, and what the ledger said at that moment.
CREATE TABLE stock_count_scan (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    count_id BIGINT NOT NULL REFERENCES stock_count(id),
    place_id BIGINT NOT NULL REFERENCES place(id),
    code TEXT NOT NULL,
    part_id BIGINT REFERENCES part(id),
    unit_id BIGINT REFERENCES unit(id),
    condition TEXT NOT NULL DEFAULT 'good',
    counted BIGINT NOT NULL CHECK (counted >= 0),
    booked BIGINT NOT NULL,
    book_place TEXT NOT NULL DEFAULT '',
    verdict TEXT NOT NULL CHECK (verdict IN ('here','other_bin','elsewhere','unknown','quantity')),
    exception_id BIGINT REFERENCES work_exception(id),
    scanned_by BIGINT REFERENCES app_user(id),
    scanned_at TIMESTAMP NOT NULL
);
CREATE INDEX stock_count_scan_count ON stock_count_scan(count_id, id);
CREATE UNIQUE INDEX stock_count_scan_unit ON stock_count_scan(count_id, unit_id) WHERE unit_id IS NOT NULL;
CREATE UNIQUE INDEX stock_count_scan_lot ON stock_count_scan(count_id, place_id, part_id, condition) WHERE verdict = 'quantity';

-- Scans from devices, some of which waited for a signal --------------------------------------------------------------

CREATE TABLE scan (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mode TEXT NOT NULL CHECK (mode IN ('look','put_away','receive','take_in')),
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
CREATE INDEX scan_batch ON scan(batch, id);
CREATE INDEX scan_depot ON scan(depot_id, id);

-- Replacement requests -----------------------------------------------------------------------------------------------

-- Plan versions under which a replacement request needs nobody's yes.
CREATE TABLE plan_auto_approval (
    plan_version_id BIGINT NOT NULL PRIMARY KEY REFERENCES plan_version(id)
);
CREATE TABLE spare_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    customer_id BIGINT NOT NULL REFERENCES customer(id),
    part_id BIGINT NOT NULL REFERENCES part(id),
    rma_line_id BIGINT NOT NULL REFERENCES rma_line(id),
    reason TEXT NOT NULL CHECK (reason IN ('fault','preventive')),
    receiver TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('requested','approved','rejected','issued')),
    automatic BOOLEAN NOT NULL DEFAULT FALSE,
    requested_by BIGINT REFERENCES app_user(id),
    requested_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES app_user(id),
    decided_at TIMESTAMP,
    decision_note TEXT NOT NULL DEFAULT '',
    unit_id BIGINT REFERENCES unit(id),
    issued_by BIGINT REFERENCES app_user(id),
    issued_at TIMESTAMP
);
CREATE INDEX spare_request_customer ON spare_request(customer_id, id);
CREATE INDEX spare_request_state ON spare_request(state, id);
CREATE INDEX spare_request_line ON spare_request(rma_line_id);
CREATE INDEX spare_request_issuer ON spare_request(issued_by, id);

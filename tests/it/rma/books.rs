//! What must hold whatever people did: asked of the books again and again while a walk goes on.

use crate::setup::{act, actor, read_as};
use beiku::app::figures::{self, Asked, ClassFilter, LineFilter, Query, TimelyRepair};
use beiku::app::rma::{self, LineView, PromiseView, TrackedLine};
use beiku::app::{App, AppResult, Conn, Ctx, calendar, verify};
use beiku::domain::actor::Role;
use beiku::domain::plan::PromiseKind;
use beiku::domain::rma::{IssuedState, PromiseState, RepairState, ShipmentPurpose};
use beiku::row;
use beiku::store::StoreError;
use beiku::store::sql::sql_once;

row! {
    struct CountRow { value: i64 }
    struct FollowedRow { number: String, tracking_code: String }
}

/// What must never be found: a question that counts, and what it would mean.
const NEVER: &[(&str, &str)] = &[
    (
        "two active units of one role on a line",
        "SELECT count(*) AS value FROM (SELECT line_id FROM issued_unit WHERE state IN ('reserved','shipped','in_use') \
         GROUP BY line_id, role HAVING count(*) > 1) x",
    ),
    (
        "one unit out on two lines",
        "SELECT count(*) AS value FROM (SELECT unit_id FROM issued_unit WHERE state IN ('reserved','shipped','in_use') \
         GROUP BY unit_id HAVING count(*) > 1) x",
    ),
    (
        // Of a unit the maker kept and another it sent back, the line is about the other.
        "two open RMAs for one serial",
        "SELECT count(*) AS value FROM (SELECT l.part_id FROM rma_line l LEFT JOIN unit u ON u.id = l.unit_id \
         WHERE l.repair_state NOT IN ('rejected','returned','exchanged','scrapped','to_stock','closed','cancelled','void') \
         GROUP BY l.part_id, COALESCE(u.serial, l.serial) HAVING count(*) > 1) x",
    ),
    (
        // Another code of the unit, or the maker's other unit, is said somewhere.
        "a line about one serial whose unit is another one",
        "SELECT count(*) AS value FROM rma_line l JOIN unit u ON u.id = l.unit_id WHERE l.open_identity IS NOT NULL \
         AND u.serial <> l.serial AND NOT EXISTS (SELECT 1 FROM unit_alias a WHERE a.unit_id = u.id AND a.code = l.serial) \
         AND NOT EXISTS (SELECT 1 FROM rma_event e WHERE e.line_id = l.id AND e.to_state IN ('vendor_exchange','vendor_repair') \
         AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id))",
    ),
    (
        "a line that has its unit, which stands at the customer's",
        "SELECT count(*) AS value FROM rma_line l JOIN unit u ON u.id = l.unit_id JOIN place p ON p.id = u.place_id \
         WHERE l.repair_state IN ('received','diagnosing','nff','repairing','at_vendor','ber','testing','repaired') AND p.kind = 'customer'",
    ),
    (
        "a line that waits for its unit, which a movement by hand brought in",
        "SELECT count(*) AS value FROM rma_line l JOIN unit u ON u.identity = l.open_identity JOIN customer c ON c.id = l.customer_id \
         JOIN movement m ON m.id = (SELECT max(x.id) FROM movement x WHERE x.unit_id = u.id) \
         JOIN place f ON f.id = m.from_place_id JOIN rma r ON r.id = l.rma_id WHERE l.repair_state IN ('requested','authorised','expected') AND u.depot_id IS NOT NULL \
         AND f.code = 'customer:' || c.code AND m.document = '' AND m.recorded_at > r.requested_at",
    ),
    (
        "a closed line with our spare still out",
        "SELECT count(*) AS value FROM rma_line l JOIN issued_unit i ON i.line_id = l.id \
         WHERE l.repair_state IN ('closed','cancelled','rejected','void') AND i.state IN ('reserved','shipped','in_use')",
    ),
    (
        "a closed line whose dead spare was not settled",
        "SELECT count(*) AS value FROM rma_line l JOIN issued_unit i ON i.line_id = l.id JOIN unit u ON u.id = i.unit_id \
         JOIN place p ON p.id = u.place_id JOIN rma r ON r.id = l.rma_id WHERE l.repair_state IN ('closed','cancelled','rejected','void') \
         AND i.state = 'doa' AND u.owner = 'us' AND p.kind = 'customer' AND u.document = r.number",
    ),
    (
        "a finished line whose customer's unit is still in our house",
        "SELECT count(*) AS value FROM rma_line l JOIN rma r ON r.id = l.rma_id JOIN unit u ON u.id = l.unit_id \
         WHERE l.repair_state IN ('closed','cancelled','rejected','void','returned') AND u.owner LIKE 'customer:%' \
         AND u.depot_id IS NOT NULL AND u.document = r.number",
    ),
    (
        "a promise that runs and has ended, or is kept and has not",
        "SELECT count(*) AS value FROM promise WHERE (state IN ('open','floating') AND ended_at IS NOT NULL) \
         OR (state IN ('kept','excluded') AND ended_at IS NULL)",
    ),
    (
        // Why it failed is still to be explained when all else is done.
        "a promise that runs on a finished line",
        "SELECT count(*) AS value FROM promise p JOIN rma_line l ON l.id = p.line_id WHERE p.ended_at IS NULL \
         AND p.kind <> 'failure_analysis' \
         AND l.repair_state IN ('closed','cancelled','rejected','void')",
    ),
    (
        "a promise that floats without a hold",
        "SELECT count(*) AS value FROM promise p WHERE p.state = 'floating' \
         AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.line_id = p.line_id AND h.ended_at IS NULL)",
    ),
    (
        "an open quote on a finished line",
        "SELECT count(*) AS value FROM quote q JOIN rma_line l ON l.id = q.line_id WHERE q.state = 'open' \
         AND l.repair_state IN ('closed','cancelled','rejected','void')",
    ),
    (
        // What was given for good is the customer's, who may send it in under an RMA of its own.
        "a spare in use that is not at its customer's",
        "SELECT count(*) AS value FROM issued_unit i JOIN rma_line l ON l.id = i.line_id JOIN customer c ON c.id = l.customer_id \
         JOIN unit u ON u.id = i.unit_id JOIN place p ON p.id = u.place_id WHERE i.state = 'in_use' AND p.code <> 'customer:' || c.code \
         AND NOT (i.role = 'permanent' AND u.document <> (SELECT r.number FROM rma r WHERE r.id = l.rma_id))",
    ),
    (
        "a reserved spare nothing holds",
        "SELECT count(*) AS value FROM issued_unit i LEFT JOIN reservation r ON r.id = i.reservation_id \
         WHERE i.state = 'reserved' AND (r.id IS NULL OR r.state <> 'open')",
    ),
    (
        "a spare that was let go and is held all the same",
        "SELECT count(*) AS value FROM issued_unit i JOIN reservation r ON r.id = i.reservation_id \
         WHERE i.state = 'released' AND r.state = 'open'",
    ),
    (
        "a mail that waits to tell of what was taken back",
        "SELECT count(*) AS value FROM rma_event e JOIN rma_event v ON v.voids_id = e.id JOIN rma r ON r.id = e.rma_id \
         JOIN rma_line l ON l.id = e.line_id JOIN outbox o ON o.rma_id = r.id AND o.state = 'queued' \
         AND o.event = r.number || '/' || CAST(l.line AS TEXT) || '/' || e.kind || '/' || CAST(e.id AS TEXT)",
    ),
    (
        "a line ended without its day, or a day without an end",
        "SELECT count(*) AS value FROM rma_line WHERE repair_state IN ('closed','cancelled','rejected','void') AND ended_at IS NULL",
    ),
    (
        "one unit held twice",
        "SELECT count(*) AS value FROM (SELECT unit_id FROM reservation WHERE state = 'open' AND unit_id IS NOT NULL \
         GROUP BY unit_id HAVING count(*) > 1) x",
    ),
    (
        "more held in a depot than there is",
        "SELECT count(*) AS value FROM availability WHERE reserved > good OR reserved < 0",
    ),
    (
        "stock held for an RMA of which nothing is open",
        "SELECT count(*) AS value FROM reservation h JOIN rma r ON r.number = h.document WHERE h.state = 'open' \
         AND NOT EXISTS (SELECT 1 FROM rma_line l WHERE l.rma_id = r.id \
         AND l.repair_state NOT IN ('closed','cancelled','rejected','void'))",
    ),
    (
        "stock held for a transfer that left or never will",
        "SELECT count(*) AS value FROM transfer_line l JOIN transfer t ON t.id = l.transfer_id \
         JOIN reservation h ON h.id = l.reservation_id WHERE h.state = 'open' AND t.state NOT IN ('requested','approved')",
    ),
    (
        "something on the road of a transfer that is over",
        "SELECT count(*) AS value FROM transfer t JOIN balance b ON b.place_id = t.transit_place_id \
         WHERE b.quantity > 0 AND t.state IN ('closed','cancelled')",
    ),
    (
        "a board with us whose return nobody promised, though its plan does",
        "SELECT count(*) AS value FROM rma_line l WHERE l.mode <> 'advance_replacement' AND l.repair_state IN \
         ('received','diagnosing','nff','repairing','at_vendor','ber','testing','repaired') AND EXISTS (SELECT 1 FROM plan_term t \
         WHERE t.plan_version_id = l.plan_version_id AND t.promise_kind = 'repair_return') AND NOT EXISTS (SELECT 1 FROM promise p \
         WHERE p.line_id = l.id AND p.kind = 'repair_return' AND p.taken_back_at IS NULL)",
    ),
    (
        "an exchange that was decided and is not promised",
        "SELECT count(*) AS value FROM rma_line l WHERE l.repair_state IN \
         ('received','diagnosing','nff','repairing','at_vendor','ber','testing','repaired') AND EXISTS (SELECT 1 FROM plan_term t \
         WHERE t.plan_version_id = l.plan_version_id AND t.promise_kind = 'equivalent_exchange') AND EXISTS (SELECT 1 FROM rma_event e \
         WHERE e.line_id = l.id AND e.kind = 'decide_exchange' AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id)) \
         AND NOT EXISTS (SELECT 1 FROM promise p WHERE p.line_id = l.id AND p.kind = 'equivalent_exchange' AND p.taken_back_at IS NULL)",
    ),
    (
        "a promise or a line that ended before it began",
        "SELECT (SELECT count(*) FROM promise WHERE ended_at < started_at AND state <> 'excluded') \
         + (SELECT count(*) FROM rma_line WHERE ended_at < received_at) AS value",
    ),
    (
        "an open promise counted by an older calendar",
        "SELECT count(*) AS value FROM promise WHERE ended_at IS NULL AND unit = 'working_days' AND state <> 'excluded' \
         AND calendar_version <> (SELECT COALESCE(max(id), 0) FROM calendar_year)",
    ),
    (
        "a scan that was taken back and whose movement stands",
        "SELECT count(*) AS value FROM scan s WHERE s.undone_at IS NOT NULL AND s.movement_id IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM movement m WHERE m.reverses_id = s.movement_id)",
    ),
    (
        "an exception of a scan that was taken back",
        "SELECT count(*) AS value FROM scan s JOIN work_exception x ON x.id = s.exception_id \
         WHERE s.undone_at IS NOT NULL AND x.state = 'open'",
    ),
    (
        "two units of one part under one code",
        "SELECT (SELECT count(*) FROM unit_alias a JOIN unit o ON o.id = a.unit_id JOIN unit u ON u.serial = a.code \
         AND u.part_id = o.part_id AND u.id <> o.id) + (SELECT count(*) FROM (SELECT a.code FROM unit_alias a \
         JOIN unit u ON u.id = a.unit_id GROUP BY a.code, u.part_id HAVING count(DISTINCT a.unit_id) > 1) x) AS value",
    ),
    (
        "a label one person gave alone",
        "SELECT count(*) AS value FROM unit_alias WHERE created_by = confirmed_by",
    ),
    (
        "a count its counter approved",
        "SELECT count(*) AS value FROM stock_count c JOIN stock_count_scan s ON s.count_id = c.id \
         WHERE c.state = 'approved' AND s.scanned_by = c.decided_by",
    ),
    (
        "a replacement request that was issued without a spare",
        "SELECT count(*) AS value FROM spare_request WHERE (state = 'issued') <> (unit_id IS NOT NULL)",
    ),
];

/// Asks everything. `walked` is told when something is wrong.
pub(super) async fn check(app: &App, walked: &[String]) {
    // What another node would do within a minute.
    calendar::refresh(app).await.unwrap();
    act(app, calendar::reconcile).await.unwrap();
    for (meaning, question) in NEVER {
        let question = (*question).to_owned();
        let found =
            app.store().read(move |c| Ok::<_, StoreError>(sql_once(question).load::<CountRow>(c)?)).await;
        let found = found.unwrap()[0].value;
        let tail = &walked[walked.len().saturating_sub(40)..];
        assert_eq!(found, 0, "{meaning}\n{}", tail.join("\n"));
    }
    figures::settle(app).await.unwrap();
    let proof = app.store().read(verify::verify).await.unwrap();
    assert!(proof.differences.is_empty(), "{:?}\n{}", proof.differences, walked.join("\n"));
    let wrong = read_as(app, actor(Role::Manager), |conn, ctx| {
        let mut wrong = figures_that_do_not_add_up(conn, ctx)?;
        wrong.extend(pages_that_say_otherwise(conn, ctx)?);
        Ok(wrong)
    });
    let wrong = wrong.await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}\n{}", walked.join("\n"));
}

/// The months of a walk, which lasts some years.
fn asked(by: &str, variant: &str) -> Asked {
    let word = |text: &str| Some(text.to_owned());
    Asked {
        from: word("2026-01"),
        to: word("2031-12"),
        by: word(by),
        variant: word(variant),
        ..Asked::default()
    }
}

/// Every number of the rate is that of the lines behind it, and the groups add up to it.
fn figures_that_do_not_add_up(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<String>> {
    let mut wrong = vec![];
    let turn = usize::try_from(ctx.now.timestamp().rem_euclid(3)).unwrap_or_default();
    let variant = ["strict", "by_due", "remedy30"][turn];
    for by in ["month", "customer"] {
        let query = Query::read(&asked(by, variant), ctx)?;
        let rate = figures::timely_repair(conn, ctx, &query)?;
        for (class, told) in numbers(&rate) {
            let filter = LineFilter { group: None, class: Some(class) };
            let lines = figures::timely_repair_lines(conn, ctx, &query, &filter, None, 10_000)?;
            let groups: u32 = rate.groups.iter().map(|group| number(&group.sum, class)).sum();
            if usize::try_from(told) != Ok(lines.len()) || groups != told {
                wrong.push(format!(
                    "{variant} {class} by {by}: {told}, groups {groups}, lines {}",
                    lines.len()
                ));
            }
        }
    }
    Ok(wrong)
}

fn numbers(rate: &TimelyRepair) -> Vec<(ClassFilter, u32)> {
    ClassFilter::ALL.iter().map(|class| (*class, number(&rate.total, *class))).collect()
}

fn number(sum: &figures::Sum, class: ClassFilter) -> u32 {
    let figures = &sum.figures;
    match class {
        ClassFilter::Timely => figures.timely,
        ClassFilter::Missed => figures.misses,
        ClassFilter::Eligible => figures.eligible,
        ClassFilter::Pending => figures.pending,
        ClassFilter::Floating => figures.floating,
        ClassFilter::Excluded => figures.excluded,
        ClassFilter::Excused => figures.excused,
    }
}

/// What the page without an account shows of the latest RMAs is what their lines say.
fn pages_that_say_otherwise(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<String>> {
    let mut wrong = vec![];
    let latest = "SELECT number, tracking_code FROM rma ORDER BY id DESC LIMIT 6";
    for row in sql_once(latest.to_owned()).load::<FollowedRow>(conn).map_err(StoreError::from)? {
        let tracked = rma::track(conn, ctx, &row.number, &row.tracking_code)?;
        let lines = rma::view(conn, ctx, &row.number)?.lines;
        if tracked.lines.len() != lines.len() {
            wrong.push(format!("{} shows {} lines", row.number, tracked.lines.len()));
        }
        for (shown, line) in tracked.lines.iter().zip(&lines) {
            wrong.extend(differs(shown, line).map(|what| format!("{}/{} {what}", row.number, line.row.line)));
        }
    }
    Ok(wrong)
}

/// How a line on the page without an account differs from the line itself.
fn differs(shown: &TrackedLine, line: &LineView) -> Option<String> {
    let (state, own) = (shown.row.repair_state, line.row.repair_state);
    if state != own {
        return Some(format!("is {own} and shows {state}"));
    }
    let held = line.holds.iter().any(|hold| hold.ended_at.is_none());
    if shown.on_hold != held {
        return Some(format!("waits: {held}, and shows {}", shown.on_hold));
    }
    let on_the_road = line.issued.iter().any(|issued| issued.state == IssuedState::Shipped);
    let arriving = match own {
        _ if on_the_road => Some(ShipmentPurpose::Replacement),
        RepairState::Dispatched => Some(ShipmentPurpose::Return),
        _ => None,
    };
    if shown.arriving != arriving {
        return Some(format!("has {arriving:?} on the road, and shows {:?}", shown.arriving));
    }
    let due = |kind: PromiseKind| {
        let of_kind = |promise: &&PromiseView| {
            promise.promise.kind == kind && promise.promise.state != PromiseState::Excluded
        };
        line.promises.iter().rfind(of_kind).map(|view| view.promise.due_on)
    };
    let owed = [due(PromiseKind::RepairReturn), due(PromiseKind::EquivalentExchange)];
    let none = owed.iter().all(Option::is_none) && shown.due_on.is_none();
    if !none && !owed.contains(&Some(shown.due_on)) {
        return Some(format!("owes by {owed:?}, and shows {:?}", shown.due_on));
    }
    None
}

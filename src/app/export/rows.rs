//! What the rows of each spreadsheet hold.

use super::sheet::{Cell, Sheet};
use super::{Export, ExportError, Words};
use crate::app::{Ctx, figures, stock};
use crate::domain::actor::{Permission, Role};
use crate::domain::plan::RateVariant;
use crate::domain::rate::Class;
use crate::domain::stock::Owner;
use crate::store::movements::{MovementFilter, MovementRow};
use crate::store::stock::{StockFilter, StockKey, StockRow};
use crate::store::units::{UnitFilter, UnitRow};
use crate::store::{Conn, exports};

/// Rows read at once.
const PAGE: i64 = 5_000;

fn begin(sheet: &mut Sheet, words: &Words, columns: &[&str]) -> Result<(), ExportError> {
    sheet.headings(columns.iter().map(|column| words.of("export", column)).collect())
}

/// `customer:C1001` and `vendor:V1` say more than a word.
fn owner(words: &Words, owner: &Owner) -> Cell {
    let code = owner.to_string();
    if code.contains(':') { code.into() } else { words.of("owner", &code).into() }
}

const STOCK: &[&str] = &[
    "part_no",
    "part_name",
    "depot",
    "condition",
    "owner",
    "quantity",
    "reserved",
    "available",
    "in_transit",
    "reorder_point",
];

/// Balances by part, depot, condition and owner.
pub(super) fn stock(conn: &mut Conn, ctx: &Ctx, words: &Words, sheet: &mut Sheet) -> Result<(), ExportError> {
    begin(sheet, words, STOCK)?;
    let mut after = StockKey::default();
    loop {
        let page = stock::list_stock(conn, ctx, &StockFilter::default(), &after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = StockKey {
            part_no: last.part_no.clone(),
            depot: last.depot.clone(),
            condition: last.condition.to_string(),
            owner: last.owner.to_string(),
        };
        for row in page {
            sheet.row(&stock_row(row, words))?;
        }
    }
}

fn stock_row(row: StockRow, words: &Words) -> Vec<Cell> {
    vec![
        row.part_no.into(),
        words.name(row.name, row.name_en).into(),
        row.depot.into(),
        words.of("condition", row.condition.as_str()).into(),
        owner(words, &row.owner),
        row.quantity.into(),
        row.reserved.into(),
        row.available.into(),
        row.in_transit.into(),
        row.reorder_point.into(),
    ]
}

const UNITS: &[&str] = &[
    "serial",
    "part_no",
    "part_name",
    "maker",
    "condition",
    "owner",
    "place",
    "depot",
    "document",
    "reserved_for",
    "last_moved_at",
];

/// Units by their age in the books.
pub(super) fn units(conn: &mut Conn, ctx: &Ctx, words: &Words, sheet: &mut Sheet) -> Result<(), ExportError> {
    begin(sheet, words, UNITS)?;
    let mut after = 0;
    loop {
        let page = stock::list_units(conn, ctx, &UnitFilter::default(), after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for row in page {
            sheet.row(&unit_row(row, words))?;
        }
    }
}

fn unit_row(row: UnitRow, words: &Words) -> Vec<Cell> {
    vec![
        row.serial.into(),
        row.part_no.into(),
        words.name(row.part_name, row.part_name_en).into(),
        row.maker.into(),
        words.of("condition", row.condition.as_str()).into(),
        owner(words, &row.owner),
        row.place.into(),
        row.depot.into(),
        row.document.into(),
        row.reservation_document.into(),
        row.last_moved_at.into(),
    ]
}

const MOVEMENTS: &[&str] = &[
    "movement",
    "kind",
    "occurred_at",
    "recorded_at",
    "part_no",
    "part_name",
    "serial",
    "quantity",
    "from",
    "to",
    "condition_from",
    "condition_to",
    "owner_from",
    "owner_to",
    "reason",
    "document",
    "reverses",
    "actor",
];

/// The stock ledger, newest first.
pub(super) fn movements(
    conn: &mut Conn,
    ctx: &Ctx,
    words: &Words,
    sheet: &mut Sheet,
) -> Result<(), ExportError> {
    begin(sheet, words, MOVEMENTS)?;
    let mut before = i64::MAX;
    loop {
        let page = stock::list_movements(conn, ctx, &MovementFilter::default(), before, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        before = last.id;
        for row in page {
            sheet.row(&movement_row(row, words))?;
        }
    }
}

fn movement_row(row: MovementRow, words: &Words) -> Vec<Cell> {
    vec![
        row.id.into(),
        words.of("movement", row.kind.as_str()).into(),
        row.occurred_at.into(),
        row.recorded_at.into(),
        row.part_no.into(),
        words.name(row.part_name, row.part_name_en).into(),
        row.serial.into(),
        row.quantity.into(),
        row.from_place.into(),
        row.to_place.into(),
        words.of("condition", row.condition_from.as_str()).into(),
        words.of("condition", row.condition_to.as_str()).into(),
        owner(words, &row.owner_from),
        owner(words, &row.owner_to),
        row.reason.into(),
        row.document.into(),
        row.reverses_id.into(),
        row.actor.into(),
    ]
}

const RMAS: &[&str] = &[
    "rma",
    "line",
    "customer",
    "customer_name",
    "depot",
    "part_no",
    "part_name",
    "serial",
    "mode",
    "entitlement",
    "fault",
    "repair_state",
    "faulty_state",
    "requested_at",
    "received_at",
    "due_on",
    "provisional",
    "promise_state",
    "ended_at",
    "outcome",
    "cost",
];

/// RMA lines, those that were asked for. What a repair cost us is not for customers.
pub(super) fn rmas(
    conn: &mut Conn,
    ctx: &Ctx,
    export: &Export,
    words: &Words,
    sheet: &mut Sheet,
) -> Result<(), ExportError> {
    ctx.actor.may(Permission::ReadRma)?;
    let (reader, shows_cost) = (ctx.actor.scope(), ctx.actor.role != Role::Customer);
    begin(sheet, words, RMAS)?;
    let mut after = None;
    loop {
        let page = exports::rma_lines(conn, &reader, &export.lines, (export.sort, after), PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(export.sort.mark(last.id, last.sort_due, last.last_event_at));
        for row in page {
            let cost = row.cost_fen.filter(|_| shows_cost);
            let mut cells = rma_row(row, words);
            cells.push(Cell::money(cost));
            sheet.row(&cells)?;
        }
    }
}

fn rma_row(row: exports::RmaLineRow, words: &Words) -> Vec<Cell> {
    let word = |area: &str, code: &str| match code {
        "" => Cell::Empty,
        code => words.of(area, code).into(),
    };
    vec![
        row.rma.into(),
        row.line.into(),
        row.customer.into(),
        row.customer_name.into(),
        row.depot.into(),
        row.part_no.into(),
        words.name(row.part_name, row.part_name_en).into(),
        row.serial.into(),
        word("mode", &row.mode),
        word("entitlement", &row.entitlement),
        row.fault.into(),
        word("repair-state", &row.repair_state),
        word("faulty-state", &row.faulty_state),
        row.requested_at.into(),
        row.received_at.into(),
        row.due_on.into(),
        row.provisional.map(|yes| yes_or_no(words, yes)).into(),
        word("promise-state", row.promise_state.as_deref().unwrap_or_default()),
        row.ended_at.into(),
        word("outcome", &row.outcome),
    ]
}

fn yes_or_no(words: &Words, yes: bool) -> String {
    words.of("export", if yes { "yes" } else { "no" })
}

const TIMELY_REPAIR: &[&str] = &[
    "rma",
    "line",
    "serial",
    "part_no",
    "part_name",
    "customer",
    "customer_name",
    "depot",
    "received_on",
    "holds",
    "due_on",
    "due_month",
    "provisional",
    "returned_on",
    "unrepaired_on",
    "exchange_decided_on",
    "exchange_delivered_on",
    "loaner_kept_on",
    "scrapped_on",
    "scrap_agreed_on",
    "cancelled_on",
    "voided_on",
    "strict",
    "by_due",
    "remedy30",
    "excluded_because",
];

/// The lines due in the period, each judged under all three variants.
pub(super) fn timely_repair(
    conn: &mut Conn,
    ctx: &Ctx,
    asked: &figures::Asked,
    words: &Words,
    sheet: &mut Sheet,
) -> Result<(), ExportError> {
    let query = figures::Query::read(asked, ctx)?;
    begin(sheet, words, TIMELY_REPAIR)?;
    let mut failed = None;
    let walked = figures::for_each_line(conn, ctx, &query, &mut |line| {
        Ok(match sheet.row(&timely_repair_row(&line, words)) {
            Ok(()) => std::ops::ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                std::ops::ControlFlow::Break(())
            }
        })
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(walked?),
    }
}

/// `2025-03-10/2025-03-17; 2025-04-01/`: the last one is still open.
fn holds(line: &figures::Line) -> String {
    let holds = line.holds().into_iter().map(|hold| {
        let until = hold.resume.map(|resume| resume.to_string()).unwrap_or_default();
        format!("{}/{until}", hold.start)
    });
    holds.collect::<Vec<_>>().join("; ")
}

fn timely_repair_row(line: &figures::Line, words: &Words) -> Vec<Cell> {
    let (names, outcome) = (&line.names, &line.outcome);
    let class = |variant| words.of("rate-class", line.judged_as(variant).class.as_str());
    let excluded = match line.judged.class {
        Class::Excluded(why) => Some(words.of("rate-excluded", why.as_str())),
        _ => None,
    };
    vec![
        names.rma.as_str().into(),
        names.line.into(),
        names.serial.as_str().into(),
        names.part_no.as_str().into(),
        words.name(names.part_name.clone(), names.part_name_en.clone()).into(),
        names.customer.as_str().into(),
        names.customer_name.as_str().into(),
        names.depot.as_deref().into(),
        line.received_on.into(),
        holds(line).into(),
        line.judged.due_on.into(),
        line.month().to_string().into(),
        yes_or_no(words, line.judged.provisional).into(),
        outcome.returned_on.into(),
        outcome.unrepaired_on.into(),
        outcome.exchange.map(|exchange| exchange.decided_on).into(),
        outcome.exchange.and_then(|exchange| exchange.delivered_on).into(),
        outcome.loaner_kept_on.into(),
        outcome.scrapped_on.into(),
        outcome.scrap_agreed_on.into(),
        outcome.cancelled_on.into(),
        outcome.voided_on.into(),
        class(RateVariant::Strict).into(),
        class(RateVariant::ByDue).into(),
        class(RateVariant::Remedy30).into(),
        excluded.into(),
    ]
}

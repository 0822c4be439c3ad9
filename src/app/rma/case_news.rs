//! What the customer is told of the settled cases, gathered from the books.

use crate::app::AppResult;
use crate::app::rma::makers_unit::makers_unit;
use crate::app::rma::news::{named, parcel_of, replacement};
use crate::domain::calendar::Zone;
use crate::domain::money::format_fen;
use crate::domain::notice::{Bilingual, CaseNews, NoticeKind, Parcel, Replacement, RmaNews, UnitNamed};
use crate::domain::plan::PromiseKind;
use crate::domain::rma::{ActionKind, IssuedRole, IssuedState, RepairOutcome, RepairState, ShipmentPurpose};
use crate::store::issued::{self, IssuedRow};
use crate::store::promises::PromiseRow;
use crate::store::rmas::LineRow;
use crate::store::{Conn, promises, rma_cases, rmas};
use chrono::{DateTime, NaiveDate, Utc};

/// News of a case; none for kinds that are no case.
pub(super) fn news(
    tx: &mut Conn,
    row: &LineRow,
    kind: NoticeKind,
    rma_id: i64,
    now: DateTime<Utc>,
) -> AppResult<Option<RmaNews>> {
    let mut news = nothing_said(row, kind);
    let promises = promises::of_line(tx, row.id)?;
    match kind {
        NoticeKind::Rejected => news.reason = said(tx, row, rma_id, ActionKind::Reject)?,
        NoticeKind::ExchangeDecided => {
            news.due_on = board_by(&promises, now);
            // Beyond repair, it is not what the customer gets.
            let serves = row.outcome != Some(RepairOutcome::Ber);
            news.replacement = if serves { makers_board(tx, row)? } else { None };
        }
        NoticeKind::ExchangeShipped if row.repair_state == RepairState::Dispatched => {
            news.replacement = makers_board(tx, row)?;
            news.parcel = parcel_of(tx, row, rma_id, ShipmentPurpose::Return)?;
            news.due_on = board_by(&promises, now);
        }
        NoticeKind::ExchangeShipped => {
            let given = latest(tx, row, |unit| unit.role == IssuedRole::Permanent)?;
            news.replacement = given.as_ref().map(replacement);
            news.parcel = parcel_of(tx, row, rma_id, ShipmentPurpose::Replacement)?;
            news.due_on = board_by(&promises, now);
        }
        NoticeKind::Quote => {
            if let Some(quote) = rma_cases::quotes(tx, row.id)?.pop() {
                news.price = Some((format_fen(quote.amount_fen), quote.currency));
                news.due_on = Some(quote.valid_until);
            }
        }
        NoticeKind::Doa => {
            let dead = latest(tx, row, |unit| unit.state == IssuedState::Doa)?;
            news.replacement = dead.as_ref().map(replacement);
            news.due_on = dead
                .and_then(|dead| promises.iter().rfind(|promise| promise.issued_id == dead.id))
                .and_then(|promise| promise.due_on);
        }
        _ => return Ok(None),
    }
    news.overdue = is_over(news.due_on, now);
    Ok(Some(RmaNews::Case(news)))
}

/// What is owed to us by one promise: the customer's part, a spare that never worked, or a loaner. Several may be owed on one
/// line, each with its own day.
pub(super) fn reminder(
    tx: &mut Conn,
    row: &LineRow,
    kind: NoticeKind,
    promise_id: i64,
    now: DateTime<Utc>,
) -> AppResult<Option<RmaNews>> {
    let promised = promises::of_line(tx, row.id)?;
    let Some(owed) = promised.iter().find(|promise| promise.id == promise_id) else { return Ok(None) };
    let mut news = nothing_said(row, kind);
    if kind == NoticeKind::LoanDue {
        let lent = latest(tx, row, |unit| unit.role == IssuedRole::Loan && unit.state.is_active())?;
        news.replacement = lent.as_ref().map(replacement);
    } else if let Some(dead) = latest(tx, row, |unit| unit.id == owed.issued_id)? {
        news.unit = UnitNamed {
            part_no: dead.part_no,
            part_name: Bilingual { zh: dead.part_name, en: dead.part_name_en },
            serial: dead.serial,
            ..news.unit
        };
    }
    news.due_on = owed.due_on;
    news.overdue = is_over(owed.due_on, now);
    Ok(Some(RmaNews::Case(news)))
}

/// A step that was told is taken back, for this reason.
pub(super) fn correction(row: &LineRow, reason: &str) -> RmaNews {
    let reason = reason.to_owned();
    RmaNews::Case(CaseNews { reason, ..nothing_said(row, NoticeKind::Correction) })
}

fn nothing_said(row: &LineRow, kind: NoticeKind) -> CaseNews {
    CaseNews {
        kind,
        unit: named(row),
        replacement: None,
        parcel: Parcel::default(),
        reason: String::new(),
        price: None,
        due_on: None,
        overdue: false,
    }
}

/// The board its maker sent in place of the unit: of the same part, and the customer's.
fn makers_board(tx: &mut Conn, row: &LineRow) -> AppResult<Option<Replacement>> {
    let UnitNamed { part_no, part_name, .. } = named(row);
    let serial = makers_unit(tx, row)?;
    Ok(serial.map(|serial| Replacement { part_no, part_name, serial, on_loan: false }))
}

fn is_over(due_on: Option<NaiveDate>, now: DateTime<Utc>) -> bool {
    due_on.is_some_and(|due_on| due_on < Zone::default().local_date(now))
}

/// The day by which a board given instead is promised. Decided long after the repair was late, its thirty days may be over: no
/// date is better than a past one.
fn board_by(promises: &[PromiseRow], now: DateTime<Utc>) -> Option<NaiveDate> {
    let today = Zone::default().local_date(now);
    due(promises, PromiseKind::EquivalentExchange).filter(|due_on| *due_on >= today)
}

/// The due date of the latest promise of a kind that has not ended.
fn due(promises: &[PromiseRow], kind: PromiseKind) -> Option<NaiveDate> {
    promises.iter().rfind(|promise| promise.kind == kind && promise.ended_at.is_none())?.due_on
}

fn latest(tx: &mut Conn, row: &LineRow, is_it: impl Fn(&IssuedRow) -> bool) -> AppResult<Option<IssuedRow>> {
    Ok(issued::of_line(tx, row.id)?.into_iter().rfind(is_it))
}

/// What was said with the latest action of a kind: one of its rows has the words.
fn said(tx: &mut Conn, row: &LineRow, rma_id: i64, kind: ActionKind) -> AppResult<String> {
    let timeline = rmas::timeline(tx, rma_id)?;
    let of_kind = timeline
        .into_iter()
        .filter(|event| !event.taken_back && event.line == Some(row.line) && event.kind == kind.as_str());
    let latest = of_kind.take_while({
        let mut at = None;
        move |event| *at.get_or_insert(event.recorded_at) == event.recorded_at
    });
    Ok(latest.map(|event| event.note).find(|note| !note.is_empty()).unwrap_or_default())
}

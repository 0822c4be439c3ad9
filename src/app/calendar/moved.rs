//! A committed change of the calendar mails each customer whose date moved, old and new (PRODUCT "The numbers of the contract").

use super::recount::Move;
use crate::app::outbox::{NewNotice, enqueue};
use crate::app::rma::board_was_told;
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Scope;
use crate::domain::notice::{Bilingual, MovedDate, Notice, PromisedDay, RmaNews, RmaNotice, UnitNamed};
use crate::domain::plan::PromiseKind;
use crate::domain::rma::IssuedRole;
use crate::store::issued::{self, IssuedRow};
use crate::store::rmas::LineRow;
use crate::store::{Conn, rmas, warnings};

/// Which date of the customer's a promise of this kind is.
const fn told_by(kind: PromiseKind) -> MovedDate {
    match kind {
        PromiseKind::RepairReturn => MovedDate::Repair,
        PromiseKind::EquivalentExchange => MovedDate::Exchange,
        PromiseKind::FaultyReturn | PromiseKind::LoanReturn => MovedDate::Owed,
        PromiseKind::SpareInPlace => MovedDate::Spare,
        PromiseKind::FirstAnswer => MovedDate::Answer,
        PromiseKind::OnSite => MovedDate::Visit,
        PromiseKind::Restored => MovedDate::Restored,
        PromiseKind::FailureAnalysis => MovedDate::Report,
    }
}

/// Tells the customers of these moves, one mail for each date and calendar. A clock that stands moves without a word, and so does
/// what the customer does not wait for: a board nobody has decided to give yet, the repair once they were told of a board.
pub(super) fn tell(tx: &mut Conn, ctx: &Ctx, version: i64, moves: &[Move]) -> AppResult<()> {
    for moved in moves {
        let kind = moved.promise.kind;
        let date = told_by(kind);
        let Some(due_on) = moved.due_on else { continue };
        let number = warnings::rma_of_line(tx, moved.promise.line_id)?;
        let Some(rma) = rmas::by_number(tx, &Scope::All, &number)? else { continue };
        let lines = rmas::lines(tx, rma.id)?;
        let Some(line) = lines.into_iter().find(|line| line.id == moved.promise.line_id) else { continue };
        let waits_for_board = board_was_told(tx, line.id)?;
        if (date == MovedDate::Exchange && !waits_for_board) || (date == MovedDate::Repair && waits_for_board)
        {
            continue;
        }
        let event = match kind {
            PromiseKind::RepairReturn => format!("{number}/{}/date_moved/{version}", line.line),
            _ => format!("{number}/{}/date_moved/{version}/{}", line.line, moved.promise.id),
        };
        let news = RmaNews::DateMoved {
            date,
            unit: about(tx, moved, &line)?,
            old_due_on: moved.promise.due_on,
            promise: PromisedDay {
                due_on,
                days: u32::try_from(moved.promise.amount).unwrap_or_default(),
                working_days: true,
                provisional: moved.provisional,
            },
        };
        let notice = Notice::from(RmaNotice {
            tracking_path: format!("/track/{number}?code={}", rma.tracking_code),
            rma: number,
            customer: rma.customer_name,
            contact: rma.contact_name,
            news,
        });
        let (recipient, language) = (rma.contact_email, rma.language);
        enqueue(tx, ctx, &NewNotice { event, recipient, language, rma_id: Some(rma.id), notice })?;
    }
    Ok(())
}

/// What the date is about: the line's own unit, or the spare or loaner that is to come back.
fn about(tx: &mut Conn, moved: &Move, line: &LineRow) -> AppResult<UnitNamed> {
    let lent = moved.promise.kind == PromiseKind::LoanReturn;
    let is_it = |unit: &IssuedRow| {
        unit.id == moved.promise.issued_id || lent && unit.role == IssuedRole::Loan && unit.state.is_active()
    };
    let issued = issued::of_line(tx, line.id)?.into_iter().rfind(is_it);
    let (part_no, zh, en, serial) = match issued {
        Some(unit) => (unit.part_no, unit.part_name, unit.part_name_en, unit.serial),
        None => {
            (line.part_no.clone(), line.part_name.clone(), line.part_name_en.clone(), line.serial.clone())
        }
    };
    let part_name = Bilingual { zh, en };
    Ok(UnitNamed { line: u32::try_from(line.line).unwrap_or(1), part_no, part_name, serial })
}

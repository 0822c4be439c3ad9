//! A committed change of the calendar mails each customer whose date moved, old and new (PRODUCT "The numbers of the contract").

use super::recount::Move;
use crate::app::outbox::{NewNotice, enqueue};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Scope;
use crate::domain::notice::{Bilingual, Notice, PromisedDay, RmaNews, RmaNotice, UnitNamed};
use crate::domain::plan::PromiseKind;
use crate::store::{Conn, rmas, warnings};

/// Tells the customers of these moves, one mail for each line and calendar. Only the date of the repair is theirs: what is
/// owed to us moves without a word, and so does a clock that stands.
pub(super) fn tell(tx: &mut Conn, ctx: &Ctx, version: i64, moves: &[Move]) -> AppResult<()> {
    for moved in moves.iter().filter(|moved| moved.promise.kind == PromiseKind::RepairReturn) {
        let Some(due_on) = moved.due_on else { continue };
        let number = warnings::rma_of_line(tx, moved.promise.line_id)?;
        let Some(rma) = rmas::by_number(tx, &Scope::All, &number)? else { continue };
        let lines = rmas::lines(tx, rma.id)?;
        let Some(line) = lines.into_iter().find(|line| line.id == moved.promise.line_id) else { continue };
        let event = format!("{number}/{}/date_moved/{version}", line.line);
        let news = RmaNews::DateMoved {
            unit: UnitNamed {
                line: u32::try_from(line.line).unwrap_or(1),
                part_no: line.part_no,
                part_name: Bilingual { zh: line.part_name, en: line.part_name_en },
                serial: line.serial,
            },
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

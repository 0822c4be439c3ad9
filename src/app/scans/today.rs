//! What the day holds for the people of some depots.

use super::Due;
use super::station::{coming, leaving};
use crate::app::exceptions::{self, ExceptionFilter, ExceptionRow};
use crate::app::instruments::{self, Instrument};
use crate::app::intakes::{self, IntakeRow};
use crate::app::stock;
use crate::app::transfers::{self, TransferFilter, TransferRow};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::{DepotRef, Permission};
use crate::domain::count::ExceptionState;
use crate::domain::intake::IntakeState;
use crate::domain::stock::Suggestion;
use crate::domain::transfer::TransferState;
use crate::store::rmas::LineRow;
use crate::store::{Conn, station};

/// Rows of each list.
const ROWS: i64 = 50;

/// The day of some depots.
#[derive(Debug, Clone, Default)]
pub struct Today {
    /// What should come, each with its depot.
    pub coming: Vec<(String, Due)>,
    /// What waits to leave.
    pub leaving: Vec<(String, Due)>,
    /// Transfers that wait for a yes.
    pub to_approve: Vec<TransferRow>,
    /// Transfers on the road to these depots, with their days.
    pub on_road: Vec<(TransferRow, Option<i64>)>,
    /// Lines whose faulty part should have come back and did not.
    pub owed: Vec<LineRow>,
    /// What a person has to settle.
    pub exceptions: Vec<ExceptionRow>,
    /// Boxes nobody announced.
    pub intakes: Vec<IntakeRow>,
    /// Instruments to be checked: in these depots, or with people.
    pub checks: Vec<Instrument>,
    /// What to move before anything is bought.
    pub suggestions: Vec<Suggestion>,
}

/// The day of these depots.
///
/// # Errors
/// `forbidden`.
pub fn today(conn: &mut Conn, ctx: &Ctx, depots: &[DepotRef]) -> AppResult<Today> {
    ctx.actor.may(Permission::ReadStock)?;
    let mut day = Today::default();
    for depot in depots {
        let with = |due: Due| (depot.code.clone(), due);
        day.coming
            .extend(coming(conn, ctx, depot)?.into_iter().filter(|due| due.done < due.wanted).map(with));
        day.leaving.extend(leaving(conn, ctx, depot)?.into_iter().map(with));
        let of = |state, from: bool| TransferFilter {
            from: from.then(|| depot.code.clone()),
            to: (!from).then(|| depot.code.clone()),
            state: Some(state),
        };
        let asked = transfers::list(conn, ctx, &of(TransferState::Requested, true), i64::MAX, ROWS)?;
        day.to_approve.extend(asked.into_iter().map(|(row, _)| row));
        for state in [TransferState::InTransit, TransferState::Differences] {
            day.on_road.extend(transfers::list(conn, ctx, &of(state, false), i64::MAX, ROWS)?);
        }
        if ctx.actor.may(Permission::ReadRma).is_ok() {
            day.owed.extend(station::owed(conn, &ctx.actor.scope(), depot.id, ROWS)?);
        }
        let open = ExceptionFilter {
            state: Some(ExceptionState::Open),
            depot: Some(depot.code.clone()),
            document: None,
        };
        day.exceptions.extend(exceptions::rows(conn, ctx, &open, i64::MAX, ROWS)?);
        let unmatched = Some(IntakeState::Unmatched);
        day.intakes.extend(intakes::list(conn, ctx, unmatched, Some(&depot.code), i64::MAX, ROWS)?);
        let suggested = stock::suggestions(conn, ctx, Some(&depot.code))?;
        day.suggestions.extend(suggested.into_iter().filter(|one| one.to == depot.code));
    }
    let is_ours = |one: &Instrument| {
        one.row.depot.as_ref().is_none_or(|code| depots.iter().any(|depot| depot.code == *code))
    };
    day.checks = instruments::to_check(conn, ctx)?.into_iter().filter(is_ours).collect();
    Ok(day)
}

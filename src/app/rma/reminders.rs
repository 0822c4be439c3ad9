//! What time brings to RMAs by itself: reminders of what is owed to us, and quotes nobody answered. Reconcilers: each looks
//! at everything due, each step happens once, and a missed night loses nothing.

use crate::app::rma::state::load;
use crate::app::rma::{ActionInput, act, news, promises};
use crate::app::{App, AppResult, Ctx, Error};
use crate::domain::calendar::Zone;
use crate::domain::notice::NoticeKind;
use crate::domain::plan::PromiseKind;
use crate::domain::rma::{ActionKind, FaultyState, Track};
use crate::store::rma_cases::{self, OwedRow};
use crate::store::rmas::{self, NewEvent};
use crate::store::{Conn, rma_cases as rows};
use chrono::{Days, NaiveDate};

/// Days after the due date on which the customer is reminded (PRODUCT "What is owed to us").
const STEPS: [i64; 4] = [-3, 0, 7, 30];
/// The first reminder comes so many days before the due date.
const AHEAD: Days = Days::new(3);
/// So many at once.
const BITE: i64 = 200;
/// Late lines looked at in one transaction: others need not wait long.
const BOARDS_AT_ONCE: usize = 20;

/// Sends the reminders that are due; how many. After a pause of ours only the latest step is sent: nobody gets three
/// mails at once.
///
/// # Errors
/// Faults of the store; what was reminded until then stays so.
pub async fn remind(app: &App) -> AppResult<usize> {
    let ctx = app.system_context("jobs");
    let today = Zone::default().local_date(ctx.now);
    let until = today.checked_add_days(AHEAD).unwrap_or(today);
    let (mut after, mut reminded) = (0, 0);
    loop {
        let owed =
            app.store().read(move |conn| Ok::<_, Error>(rows::owed(conn, until, after, BITE)?)).await?;
        let Some(last) = owed.last() else { break };
        after = last.id;
        for row in owed {
            let ctx = ctx.clone();
            let sent = app.store().write(move |tx| remind_of(tx, &ctx, &row, today)).await?;
            reminded += usize::from(sent);
        }
    }
    if reminded > 0 {
        app.nudge_mailer();
    }
    Ok(reminded)
}

fn remind_of(tx: &mut Conn, ctx: &Ctx, row: &OwedRow, today: NaiveDate) -> AppResult<bool> {
    let days = (today - row.due_on).num_days();
    if days > 0 && row.kind == PromiseKind::FaultyReturn {
        overdue(tx, ctx, row)?;
    }
    let due: Vec<i64> = STEPS.into_iter().filter(|step| *step <= days).collect();
    let Some(latest) = due.last().copied().filter(|latest| row.reminded.is_none_or(|done| done < *latest))
    else {
        return Ok(false);
    };
    let mut fresh = false;
    for step in due {
        let written = rma_cases::remind(tx, row.id, step, ctx.now)?;
        fresh |= written && step == latest;
    }
    if !fresh {
        // Another node was a moment faster.
        return Ok(false);
    }
    let kind = match row.kind {
        PromiseKind::LoanReturn => NoticeKind::LoanDue,
        _ => NoticeKind::FaultyOverdue,
    };
    let event = format!("{}/{}/reminder/{}/{latest}", row.number, row.line, row.id);
    news::remind(tx, ctx, row, kind, &event)?;
    Ok(true)
}

/// The faulty part's own track says so too, once.
fn overdue(tx: &mut Conn, ctx: &Ctx, row: &OwedRow) -> AppResult<()> {
    let Some((rma_id, line_id)) = rma_cases::mark_overdue(tx, &row.number, row.line)? else { return Ok(()) };
    rmas::insert_event(
        tx,
        &NewEvent {
            rma_id,
            line_id: Some(line_id),
            track: Track::Faulty,
            kind: "reminder",
            from: FaultyState::Due.as_str(),
            to: FaultyState::Overdue.as_str(),
            note: "",
            actor_id: None,
            occurred_at: ctx.now,
            recorded_at: ctx.now,
        },
    )?;
    Ok(())
}

/// From the day after a repair was due an equivalent board is owed, whether or not somebody decided so (NUMBERS §2): makes
/// that promise for every open line that is late and has none; how many. Once a line, on several nodes too.
///
/// # Errors
/// Faults of the store; what was promised until then stays so.
pub async fn owe_boards(app: &App) -> AppResult<usize> {
    let ctx = app.system_context("jobs");
    let today = Zone::default().local_date(ctx.now);
    let (mut after, mut made) = (0, 0);
    loop {
        let late = app
            .store()
            .read(move |conn| Ok::<_, Error>(rows::late_without_board(conn, today, after, BITE)?))
            .await?;
        let Some(last) = late.last() else { break };
        after = last.id;
        for some in late.chunks(BOARDS_AT_ONCE) {
            let (ctx, some) = (ctx.clone(), some.to_vec());
            let work = move |tx: &mut Conn| {
                let mut made = 0;
                for row in &some {
                    // Whoever acts on the line in this moment is waited for, and seen.
                    rmas::lock_line(tx, row.id)?;
                    let line = load(tx, &ctx, &row.number, row.line)?;
                    made += usize::from(promises::owe_board(tx, &ctx, &line, today)?);
                }
                Ok::<_, Error>(made)
            };
            made += app.store().write(work).await?;
        }
    }
    Ok(made)
}

/// Ends the quotes whose last day is over; how many. Their holds ended with that day.
///
/// # Errors
/// Faults of the store.
pub async fn expire_quotes(app: &App) -> AppResult<usize> {
    let ctx = app.system_context("jobs");
    let today = Zone::default().local_date(ctx.now);
    let mut expired = 0;
    let over = app
        .store()
        .read(move |conn| Ok::<_, Error>(rows::lines_with_quotes_over(conn, today, BITE)?))
        .await?;
    for line in over {
        let ctx = ctx.clone();
        let done = app.store().write(move |tx| {
            act(tx, &ctx, &line.number, line.line, ActionKind::ExpireQuote, &ActionInput::default())
        });
        match done.await {
            Ok(_) => expired += 1,
            // Answered in this moment, or the line went on otherwise.
            Err(Error::Refused(refusal)) => tracing::info!(%refusal, "a quote did not expire"),
            Err(fault) => return Err(fault),
        }
    }
    Ok(expired)
}

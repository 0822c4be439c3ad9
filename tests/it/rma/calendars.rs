//! A notice of the holidays published in the middle of everything: what it moves is what was shown before, what has ended stays,
//! and each customer is told once.

use super::model::Dice;
use crate::setup::{act, actor, read_as};
use beiku::app::App;
use beiku::app::calendar::{self, Notice, Recount};
use beiku::domain::actor::Role;
use beiku::domain::calendar::{DayName, ListedKind, PublishedDay};
use beiku::domain::plan::PromiseKind;
use beiku::row;
use beiku::store::StoreError;
use beiku::store::sql::sql_once;
use chrono::{Datelike, Days, NaiveDate, Weekday};

row! {
    struct PromiseRow { id: i64, due_on: Option<NaiveDate>, state: String, calendar_version: i64 }
    struct EventRow { event: String }
    struct AddressRow { number: String, contact_email: String }
}

/// The notice of this year or the next with one day put otherwise: a holiday more or less, or a Saturday that is worked.
pub(super) fn notice(app: &App, dice: &mut Dice) -> Vec<Notice> {
    let calendar = app.calendar();
    let soon = app.clock().now().date_naive() + Days::new(u64::try_from(dice.below(150)).unwrap());
    let year = soon.year();
    let mut days = calendar.published_days(year);
    if days.is_empty() {
        // No notice yet: the days nobody may work, at least.
        let off =
            [(1, 1), (5, 1), (10, 1)].map(|(month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap());
        days.extend(off.map(|date| published(date, ListedKind::Holiday)));
    }
    match days.iter().position(|day| day.date == soon) {
        Some(at) => {
            days.remove(at);
        }
        None if matches!(soon.weekday(), Weekday::Sat | Weekday::Sun) => {
            days.push(published(soon, ListedKind::Makeup));
        }
        None => days.push(published(soon, ListedKind::Holiday)),
    }
    days.sort_by_key(|day| day.date);
    vec![Notice { year, days }]
}

fn published(date: NaiveDate, kind: ListedKind) -> PublishedDay {
    PublishedDay { date, kind, name: DayName::new("通知", "By notice") }
}

async fn promises(app: &App, ended: bool) -> Vec<PromiseRow> {
    let is = if ended { "IS NOT NULL" } else { "IS NULL" };
    let question =
        format!("SELECT id, due_on, state, calendar_version FROM promise WHERE ended_at {is} ORDER BY id");
    app.store().read(move |c| Ok::<_, StoreError>(sql_once(question).load(c)?)).await.unwrap()
}

/// What was so, and what was shown, before a notice is published.
pub(super) struct Before {
    ended: Vec<PromiseRow>,
    moves: Vec<(i64, Option<NaiveDate>)>,
}

fn moved(recount: &Recount) -> Vec<(i64, Option<NaiveDate>)> {
    recount.moves.iter().map(|moved| (moved.promise.id, moved.due_on)).collect()
}

impl Before {
    /// None when the notice cannot be published.
    pub(super) async fn look(app: &App, notices: &[Notice]) -> Option<Before> {
        let notices = notices.to_vec();
        let shown = read_as(app, actor(Role::Manager), move |c, ctx| calendar::preview(c, ctx, &notices));
        let moves = moved(&shown.await.ok()?);
        Some(Before { ended: promises(app, true).await, moves })
    }

    /// Holds what became of it against what was so.
    pub(super) async fn hold(&self, app: &App, version: i64, recount: &Recount) {
        assert_eq!(self.moves, moved(recount), "calendar {version} moves what was shown before");
        let facts = |rows: &[PromiseRow]| {
            let fact = |row: &PromiseRow| (row.id, row.due_on, row.state.clone(), row.calendar_version);
            rows.iter().map(fact).collect::<Vec<_>>()
        };
        let ended = promises(app, true).await;
        assert_eq!(facts(&self.ended), facts(&ended), "calendar {version} touched what has ended");
        let open = promises(app, false).await;
        for (id, due_on) in &self.moves {
            let row = open.iter().find(|row| row.id == *id);
            let stands = row.map(|row| (row.due_on, row.calendar_version));
            assert_eq!(stands, Some((*due_on, version)), "promise {id} under calendar {version}");
        }
        self.hold_mails(app, version, recount).await;
    }

    /// Who waits for a date that moved was written to once, nobody else at all.
    async fn hold_mails(&self, app: &App, version: i64, recount: &Recount) {
        // Lines with word of a board, perhaps taken back since: who waits for one is not told of the repair.
        let (told, addresses, boards) = app
            .store()
            .read(|c| {
                let told: Vec<EventRow> =
                    sql_once("SELECT event FROM outbox WHERE event LIKE '%/date_moved/%'".to_owned())
                        .load(c)?;
                let addresses: Vec<AddressRow> =
                    sql_once("SELECT number, contact_email FROM rma".to_owned()).load(c)?;
                let boards: Vec<EventRow> = sql_once(
                    "SELECT DISTINCT r.number || '/' || l.line AS event FROM rma_event e JOIN rma_line l ON l.id = e.line_id \
                     JOIN rma r ON r.id = l.rma_id WHERE e.kind IN ('decide_exchange', 'vendor_returned')"
                        .to_owned(),
                )
                .load(c)?;
                Ok::<_, StoreError>((told, addresses, boards))
            })
            .await
            .unwrap();
        let of_now = format!("/date_moved/{version}");
        let mut told: Vec<String> = told
            .into_iter()
            .map(|row| row.event)
            .filter(|event| event.ends_with(&of_now) || event.contains(&format!("{of_now}/")))
            .collect();
        for moved in recount.moves.iter().filter(|moved| moved.due_on.is_some()) {
            let promise = &moved.promise;
            let event = match promise.kind {
                PromiseKind::RepairReturn => format!("{}/{}{of_now}", promise.rma, promise.line),
                _ => format!("{}/{}{of_now}/{}", promise.rma, promise.line, promise.id),
            };
            let at = told.iter().position(|told| *told == event);
            let has_address =
                addresses.iter().any(|row| row.number == promise.rma && !row.contact_email.is_empty());
            let waits_for_board =
                boards.iter().any(|row| row.event == format!("{}/{}", promise.rma, promise.line));
            let is_told = match promise.kind {
                PromiseKind::RepairReturn => !waits_for_board,
                kind => matches!(kind, PromiseKind::FaultyReturn | PromiseKind::LoanReturn),
            };
            assert!(at.is_some() || !is_told || !has_address, "nobody was told of {event}");
            if let Some(at) = at {
                told.remove(at);
            }
        }
        assert!(told.is_empty(), "told of what did not move, or twice: {told:?}");
    }
}

/// Somebody publishes a notice; what came of it. Now and then this node hears of it only later, as another one does.
pub(super) async fn publish(app: &App, dice: &mut Dice) -> String {
    let notices = notice(app, dice);
    let Some(before) = Before::look(app, &notices).await else { return "no notice that can be".to_owned() };
    let (version, recount) =
        act(app, move |tx, ctx| calendar::publish(tx, ctx, &notices)).await.expect("it was shown before");
    before.hold(app, version, &recount).await;
    if dice.one_in(2) {
        calendar::refresh(app).await.unwrap();
    }
    format!("calendar {version}: {} of {} dates moved", recount.moves.len(), recount.checked)
}

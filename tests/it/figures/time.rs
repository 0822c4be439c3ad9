//! What had happened by a day, and what was known at an instant.

use super::scene::{self, Case, ask, day, event, line, noon, on_database};
use crate::setup::actor;
use crate::support::{self, Database, on_both};
use beiku::app::App;
use beiku::app::figures::{self, LineFilter};
use beiku::domain::actor::Role;
use beiku::domain::calendar::{Calendar, DayName, ListedKind, PublishedDay};
use beiku::store::promises;
use beiku::store::sql::sql;

/// The class and due date of the only line.
async fn class(app: &App, parameters: &[(&str, &str)]) -> String {
    let wide = [parameters, &[("from", "2024-01"), ("to", "2028-12")]].concat();
    let lines = ask(app, actor(Role::Admin), &wide, |conn, ctx, query| {
        figures::timely_repair_lines(conn, ctx, query, &LineFilter::default(), None, 10)
    });
    let lines = lines.await.unwrap();
    assert!(lines.len() <= 1);
    let Some(line) = lines.first() else { return "none".into() };
    let due = line.judged.due_on.map(|due_on| due_on.to_string()).unwrap_or_default();
    format!("{} {due}", line.judged.class.as_str()).trim().to_owned()
}

fn ready(db: &Database) -> App {
    db.clock().set("2026-06-01T00:00:00Z".parse().unwrap());
    support::app(db)
}

on_both!(what_happened_counts_from_its_day_and_is_known_from_its_recording, async |db: &Database| {
    let app = ready(db);
    on_database(&app, |tx| {
        // Due 2025-07-30; handed back in time, told us only in August.
        let line = line(tx, &Case::new("R-1", "2025-05-06"))?;
        event(tx, line, "confirm_returned", noon(day("2025-07-20")), None, noon(day("2025-08-11")))
    })
    .await;
    assert_eq!(class(&app, &[("as_of", "2025-05-05")]).await, "none", "nothing was promised yet");
    assert_eq!(class(&app, &[("as_of", "2025-07-19")]).await, "pending 2025-07-30");
    assert_eq!(class(&app, &[("as_of", "2025-07-20")]).await, "timely 2025-07-30");
    let before = ("known_at", "2025-08-10");
    assert_eq!(class(&app, &[("as_of", "2025-07-30"), before]).await, "pending 2025-07-30");
    assert_eq!(class(&app, &[("as_of", "2025-07-31"), before]).await, "missed 2025-07-30");
    assert_eq!(
        class(&app, &[("as_of", "2025-07-31"), ("known_at", "2025-08-11")]).await,
        "timely 2025-07-30"
    );
    let noon = ("known_at", "2025-08-11T04:00:00Z");
    assert_eq!(class(&app, &[("as_of", "2025-07-31"), noon]).await, "timely 2025-07-30", "to the instant");
    let before_noon = ("known_at", "2025-08-11T12:00:00+08:01");
    assert_eq!(class(&app, &[("as_of", "2025-07-31"), before_noon]).await, "missed 2025-07-30");
    assert_eq!(
        class(&app, &[("known_at", "2025-05-06T00:00:00Z")]).await,
        "none",
        "the receipt was not recorded"
    );
});

on_both!(holds_count_as_they_were_known, async |db: &Database| {
    // Written past the books: what is asked is how facts of any date are read.
    db.spoil();
    let app = ready(db);
    on_database(&app, |tx| {
        let line = line(tx, &Case::new("R-1", "2025-03-03"))?;
        // Waited from the 10th, which was written down on the 20th; went on on the 17th, written down on 1 April.
        promises::start_hold(
            tx,
            line,
            "等待客户",
            "黄杰",
            false,
            noon(day("2025-03-10")),
            noon(day("2025-03-20")),
        )?;
        promises::end_holds(tx, line, &[false], noon(day("2025-03-17")), noon(day("2025-04-01")))?;
        let due = sql("UPDATE promise SET due_on = '2025-06-06', sort_due = '2025-06-06' WHERE line_id = $1");
        due.bind(line).execute(tx)?;
        Ok(())
    })
    .await;
    let at = ("as_of", "2025-04-10");
    assert_eq!(class(&app, &[at, ("known_at", "2025-03-19")]).await, "pending 2025-05-29");
    assert_eq!(class(&app, &[at, ("known_at", "2025-03-31")]).await, "floating");
    assert_eq!(class(&app, &[at, ("known_at", "2025-04-01")]).await, "pending 2025-06-06");
    assert_eq!(
        class(&app, &[("as_of", "2025-03-12")]).await,
        "floating",
        "as known now, it was waiting then"
    );
    assert_eq!(class(&app, &[("as_of", "2025-06-07")]).await, "missed 2025-06-06");
});

on_both!(an_event_taken_back_does_not_count_unless_that_is_taken_back, async |db: &Database| {
    let app = ready(db);
    on_database(&app, |tx| {
        let line = line(tx, &Case::new("R-1", "2025-05-06"))?;
        let on = |date: &str| noon(day(date));
        let wrong = event(tx, line, "confirm_returned", on("2025-07-20"), None, on("2025-07-20"))?;
        let taken_back = event(tx, line, "correct", on("2025-07-25"), Some(wrong), on("2025-07-25"))?;
        event(tx, line, "correct", on("2025-08-05"), Some(taken_back), on("2025-08-05"))
    })
    .await;
    let at = ("as_of", "2025-07-31");
    assert_eq!(class(&app, &[at, ("known_at", "2025-07-24")]).await, "timely 2025-07-30");
    assert_eq!(class(&app, &[at, ("known_at", "2025-07-25")]).await, "missed 2025-07-30");
    assert_eq!(class(&app, &[at]).await, "timely 2025-07-30");
    on_database(&app, |tx| {
        let line = sql("SELECT id AS value FROM rma_line").number(tx)?;
        event(tx, line, "confirm_returned", noon(day("2025-07-31")), None, noon(day("2025-09-01")))
    })
    .await;
    assert_eq!(class(&app, &[]).await, "timely 2025-07-30", "of two the earlier day counts");
});

on_both!(a_receipt_put_right_leaves_one_line, async |db: &Database| {
    // Written past the books: what is asked is how facts of any date are read.
    db.spoil();
    let app = ready(db);
    on_database(&app, |tx| {
        let line = line(tx, &Case::new("R-1", "2025-05-06"))?;
        sql("UPDATE promise SET state = 'excluded'").execute(tx)?;
        sql("INSERT INTO promise (kind, line_id, customer_id, depot_id, part_id, plan_version_id, amount, unit, start_day_counts, \
             target_bp, variant, started_at, base_due_on, due_on, sort_due, calendar_version, provisional, state, recorded_at) \
             SELECT kind, line_id, customer_id, depot_id, part_id, plan_version_id, amount, unit, start_day_counts, target_bp, \
             variant, $2, '2025-07-31', '2025-07-31', '2025-07-31', 0, provisional, 'open', $2 FROM promise WHERE line_id = $1")
        .bind(line)
        .bind(noon(day("2025-05-07")))
        .execute(tx)?;
        Ok(())
    })
    .await;
    assert_eq!(class(&app, &[("as_of", "2025-06-01")]).await, "pending 2025-07-31");
    assert_eq!(
        class(&app, &[("as_of", "2025-06-01"), ("known_at", "2025-05-06")]).await,
        "pending 2025-07-30"
    );
});

fn notice_2027() -> Vec<PublishedDay> {
    let day = |date: &str, kind| PublishedDay {
        date: day(date),
        kind,
        name: DayName::new("春节", "Spring Festival"),
    };
    let holidays = (6..=12).map(|n| day(&format!("2027-02-{n:02}"), ListedKind::Holiday));
    let statutory = [
        "2027-01-01",
        "2027-04-05",
        "2027-05-01",
        "2027-05-02",
        "2027-06-09",
        "2027-09-15",
        "2027-10-01",
        "2027-10-02",
        "2027-10-03",
        "2027-02-05",
    ];
    holidays.chain(statutory.map(|date| day(date, ListedKind::Holiday))).collect()
}

on_both!(a_closed_promise_stays_under_the_calendar_it_was_counted_with, async |db: &Database| {
    // Written past the books: what is asked is how facts of any date are read.
    db.spoil();
    db.clock().set("2027-03-01T00:00:00Z".parse().unwrap());
    let app = support::app(db);
    // Counted over 2027 while it had no notice, and closed before the notice came.
    scene::write(&app, vec![Case::new("R-1", "2026-12-01").with("confirm_returned", "2027-01-15")]).await;
    let before = class(&app, &[]).await;
    let new = Calendar::builtin().with_published_year(2027, notice_2027()).unwrap();
    let terms = beiku::domain::calendar::ClockTerms::REPAIR_RETURN;
    let old = Calendar::builtin().due(day("2026-12-01"), &terms, &[]).due_on.unwrap();
    let moved = new.due(day("2026-12-01"), &terms, &[]).due_on.unwrap();
    assert_ne!(old, moved, "the notice must move the date for this test to say anything");
    assert_eq!(before, format!("timely {old}"));
    let version = on_database(&app, |tx| {
        let id = sql("INSERT INTO calendar_year (year, created_at) VALUES (2027, $1) RETURNING id AS value")
            .bind(noon(day("2027-02-01")))
            .number(tx)?;
        for listed in notice_2027() {
            sql("INSERT INTO calendar_day (calendar_year_id, day, kind) VALUES ($1, $2, $3)")
                .bind(id)
                .bind(listed.date)
                .bind("holiday")
                .execute(tx)?;
        }
        Ok(id)
    })
    .await;
    app.set_calendar(new.with_version(version));
    assert_eq!(class(&app, &[]).await, before, "closed before, so untouched");
    on_database(&app, move |tx| {
        let counted =
            sql("UPDATE promise SET calendar_version = $1, due_on = $2, sort_due = $2, base_due_on = $2");
        Ok(counted.bind(version).bind(moved).execute(tx)?)
    })
    .await;
    assert_eq!(class(&app, &[]).await, format!("timely {moved}"));
    let then = [("known_at", "2027-01-31")];
    assert_eq!(class(&app, &then).await, before, "known then under the calendar of then");
    let month = old.format("%Y-%m-%d").to_string();
    let there = [("known_at", "2027-01-31"), ("from", month.as_str()), ("to", month.as_str())];
    let found = ask(&app, actor(Role::Admin), &there, figures::timely_repair).await.unwrap();
    assert_eq!(found.total.figures.timely, 1, "and on the day it was due then");
});

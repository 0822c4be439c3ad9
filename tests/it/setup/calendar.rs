use super::{act, act_as, actor, execute, field_errors, number, read_as, refusal};
use crate::support::{self, Database, on_both};
use beiku::app::App;
use beiku::app::calendar::{self, Notice, Recount, Source};
use beiku::domain::actor::Role;
use beiku::domain::calendar::{Calendar, ClockTerms, Count, DayKind, Zone};
use beiku::domain::refusal::Refusal;
use chrono::{DateTime, NaiveDate, Utc};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A made-up notice for 2027 with longer holidays than the law alone gives.
const NOTICE: &str = "date,kind,name_zh,name_en\n\
    2027-01-01,holiday,元旦,New Year's Day\n2027-01-02,holiday,元旦,New Year's Day\n2027-01-03,holiday,元旦,New Year's Day\n\
    2027-02-05,holiday,春节,Spring Festival\n2027-02-06,holiday,春节,Spring Festival\n2027-02-07,holiday,春节,Spring Festival\n\
    2027-02-08,holiday,春节,Spring Festival\n2027-02-09,holiday,春节,Spring Festival\n2027-02-10,holiday,春节,Spring Festival\n\
    2027-02-11,holiday,春节,Spring Festival\n2027-02-12,holiday,春节,Spring Festival\n2027-01-30,makeup,春节,Spring Festival\n\
    2027-05-01,holiday,劳动节,Labour Day\n2027-05-03,holiday,劳动节,Labour Day\n2027-10-01,holiday,国庆节,National Day\n";

fn notices() -> Vec<Notice> {
    calendar::read_csv(NOTICE).unwrap()
}

/// Four promises of 60 working days: open over 2027, open and held, kept, and open wholly within 2026. Their due dates
/// stand as the built-in calendar gives them.
async fn promises(app: &App) {
    execute(
        app,
        "INSERT INTO customer (code, name, created_at) VALUES ('C1', '客户', '2026-01-01 00:00:00');
         INSERT INTO part (part_no, name, tracking) VALUES ('P1', '电源', 'serial');
         INSERT INTO rma (number, customer_id, language, tracking_code, source, state, requested_at, recorded_at)
             SELECT 'RMA-1', id, 'zh-CN', 'x', 'staff', 'received', '2026-11-01 00:00:00', '2026-11-01 00:00:00' FROM customer;
         INSERT INTO rma_line (rma_id, line, customer_id, part_id, serial, fault, mode, entitlement, repair_state,
                 faulty_state, open_identity, sort_due, received_at, last_event_at, version)
             SELECT r.id, n.line, c.id, p.id, n.serial, '坏', 'repair_return', 'contract', 'received', 'received',
                 n.serial, '9999-12-31', '2026-11-01 00:00:00', '2026-11-01 00:00:00', 1
             FROM rma r, customer c, part p, (SELECT 1 AS line, 'S1' AS serial UNION ALL SELECT 2, 'S2'
                 UNION ALL SELECT 3, 'S3' UNION ALL SELECT 4, 'S4') n;
         INSERT INTO rma_event (rma_id, line_id, track, kind, to_state, occurred_at, recorded_at)
             SELECT l.rma_id, l.id, t.track, 'receive_faulty', 'received', l.received_at, l.received_at
             FROM rma_line l, (SELECT 'repair' AS track UNION ALL SELECT 'faulty') t;
         INSERT INTO promise (kind, line_id, customer_id, part_id, plan_version_id, amount, unit, start_day_counts,
                 target_bp, variant, started_at, base_due_on, due_on, sort_due, calendar_version, provisional, state,
                 recorded_at)
             SELECT 'repair_return', l.id, l.customer_id, l.part_id, (SELECT min(id) FROM plan_version), 60,
                 'working_days', FALSE, 9500, 'strict', '2026-12-01 02:00:00', '2027-01-01', '2027-01-01', '2027-01-01',
                 0, TRUE, CASE WHEN l.line = 3 THEN 'kept' ELSE 'open' END, '2026-12-01 02:00:00'
             FROM rma_line l ORDER BY l.line;
         INSERT INTO hold (line_id, reason, said_by, started_at, ended_at, recorded_at)
             SELECT id, '客户停机', '黄娟', '2026-12-02 02:00:00', '2026-12-09 02:00:00', '2026-12-02 02:00:00'
             FROM rma_line WHERE line = 2;",
    )
    .await;
    // Line 4 is received in spring: 2027 is nothing to it.
    execute(
        app,
        "UPDATE promise SET started_at = '2026-03-02 02:00:00', provisional = FALSE \
         WHERE line_id = (SELECT id FROM rma_line WHERE line = 4); \
         UPDATE promise SET ended_at = '2026-12-20 02:00:00' WHERE state = 'kept'",
    )
    .await;
    let builtin = Calendar::builtin();
    let set = |line: i64, received: &str, holds: &[beiku::domain::calendar::Hold]| {
        let due = builtin.due(day(received), &ClockTerms::REPAIR_RETURN, holds).due_on.unwrap();
        let base = builtin.due(day(received), &ClockTerms::REPAIR_RETURN, &[]).due_on.unwrap();
        format!(
            "UPDATE promise SET base_due_on = '{base}', due_on = '{due}', sort_due = '{due}' \
             WHERE line_id = (SELECT id FROM rma_line WHERE line = {line}); \
             UPDATE rma_line SET sort_due = '{due}' WHERE line = {line};"
        )
    };
    let held = beiku::domain::calendar::Hold { start: day("2026-12-02"), resume: Some(day("2026-12-09")) };
    let text = [
        set(1, "2026-12-01", &[]),
        set(2, "2026-12-01", &[held]),
        set(3, "2026-12-01", &[]),
        set(4, "2026-03-02", &[]),
    ]
    .concat();
    app.store().write(move |c| Ok::<_, beiku::store::StoreError>(c.batch(&text)?)).await.unwrap();
    execute(
        app,
        "INSERT INTO promise_due_history (promise_id, due_on, calendar_version, provisional, recorded_from) \
         SELECT id, due_on, calendar_version, provisional, recorded_at FROM promise",
    )
    .await;
    execute(
        app,
        "INSERT INTO promise_end (promise_id, state, ended_at, recorded_at) \
         SELECT id, state, ended_at, ended_at FROM promise WHERE ended_at IS NOT NULL",
    )
    .await;
}

fn moved(recount: &Recount) -> Vec<(i64, Option<NaiveDate>, Option<NaiveDate>)> {
    let mut moves: Vec<_> =
        recount.moves.iter().map(|m| (m.promise.line, m.promise.due_on, m.due_on)).collect();
    moves.sort_unstable();
    moves
}

on_both!(a_new_notice_moves_open_promises_and_no_closed_one, async |db: &Database| {
    let app = support::app(db);
    promises(&app).await;
    let before = number(&app, "SELECT count(*) AS value FROM promise_due_history").await;
    let preview =
        read_as(&app, actor(Role::Manager), |c, ctx| calendar::preview(c, ctx, &notices())).await.unwrap();
    assert_eq!(preview.checked, 3);
    let new = Calendar::builtin().with_published_year(2027, notices().remove(0).days).unwrap();
    let due = new.due(day("2026-12-01"), &ClockTerms::REPAIR_RETURN, &[]).due_on;
    let expected = moved(&preview);
    assert_eq!(expected.iter().map(|(line, _, _)| *line).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(expected[0].2, due);
    assert!(expected[0].1 < expected[0].2, "longer holidays: later");
    assert!(expected[0].2 < expected[1].2, "the hold is counted too");
    assert_eq!(
        number(&app, "SELECT count(*) AS value FROM calendar_year").await,
        0,
        "a preview changes nothing"
    );

    let (version, counted) = act(&app, |tx, ctx| calendar::publish(tx, ctx, &notices())).await.unwrap();
    assert_eq!(moved(&counted), expected, "what the preview said");
    let changed = "SELECT count(*) AS value FROM promise p JOIN rma_line l ON l.id = p.line_id \
                   WHERE l.line IN (1, 2) AND NOT p.provisional AND p.sort_due = p.due_on AND p.due_on = l.sort_due \
                   AND p.base_due_on <= p.due_on AND p.calendar_version > 0";
    assert_eq!(number(&app, changed).await, 2);
    let due_1 = number(
        &app,
        "SELECT count(*) AS value FROM promise_due_history h JOIN promise p ON p.id = h.promise_id \
         WHERE h.recorded_to IS NULL AND h.due_on = p.due_on AND h.provisional = p.provisional",
    )
    .await;
    assert_eq!(due_1, 4, "each promise has one present due date, and it is the promise's");
    assert_eq!(number(&app, "SELECT count(*) AS value FROM promise_due_history").await, before + 2);
    let kept =
        "SELECT count(*) AS value FROM promise WHERE state = 'kept' AND provisional AND calendar_version = 0";
    assert_eq!(number(&app, kept).await, 1, "a closed promise stays as it was");
    let stamped = "SELECT count(*) AS value FROM promise WHERE state = 'open' AND calendar_version > 0";
    assert_eq!(number(&app, stamped).await, 3);
    assert_eq!(number(&app, "SELECT count(*) AS value FROM audit WHERE subject = 'calendar:2027'").await, 1);

    assert_eq!(app.calendar().version(), 0);
    assert!(calendar::refresh(&app).await.unwrap());
    assert_eq!(app.calendar().version(), version);
    assert!(app.calendar().is_published(2027));
    assert!(!calendar::refresh(&app).await.unwrap(), "it is in force already");
});

on_both!(a_promise_made_meanwhile_is_counted_anew, async |db: &Database| {
    let app = support::app(db);
    act(&app, |tx, ctx| calendar::publish(tx, ctx, &notices())).await.unwrap();
    promises(&app).await;
    let looked_at = act(&app, calendar::reconcile).await.unwrap();
    assert_eq!(looked_at, 3);
    assert_eq!(act(&app, calendar::reconcile).await.unwrap(), 0);
    let provisional = "SELECT count(*) AS value FROM promise WHERE state = 'open' AND provisional";
    assert_eq!(number(&app, provisional).await, 0);
});

on_both!(an_open_hold_keeps_the_clock_standing, async |db: &Database| {
    let app = support::app(db);
    promises(&app).await;
    execute(
        &app,
        "UPDATE hold SET ended_at = NULL; UPDATE promise SET state = 'floating', due_on = NULL, sort_due = '9999-12-31' \
         WHERE line_id = (SELECT id FROM rma_line WHERE line = 2); \
         UPDATE promise_due_history SET due_on = NULL WHERE promise_id = (SELECT id FROM promise WHERE state = 'floating'); \
         UPDATE rma_line SET sort_due = '9999-12-31' WHERE line = 2",
    )
    .await;
    let (_, counted) = act(&app, |tx, ctx| calendar::publish(tx, ctx, &notices())).await.unwrap();
    assert_eq!(moved(&counted).len(), 1, "there is no date to move");
    let floating = "SELECT count(*) AS value FROM promise WHERE state = 'floating' AND due_on IS NULL";
    assert_eq!(number(&app, floating).await, 1);
});

on_both!(the_newest_upload_of_a_year_counts, async |db: &Database| {
    let app = support::app(db);
    let years = async |app: &App| {
        let years = read_as(app, actor(Role::Customer), calendar::years).await.unwrap();
        years.into_iter().map(|year| (year.year, year.source)).collect::<Vec<_>>()
    };
    let before = years(&app).await;
    assert_eq!(before.first(), Some(&(2010, Source::BuiltIn)));
    assert_eq!(before.last(), Some(&(2028, Source::Rule)));
    act(&app, |tx, ctx| calendar::publish(tx, ctx, &notices())).await.unwrap();
    let corrected = NOTICE.replace("2027-01-30,makeup,春节,Spring Festival\n", "");
    act(&app, move |tx, ctx| calendar::publish(tx, ctx, &calendar::read_csv(&corrected)?)).await.unwrap();
    calendar::refresh(&app).await.unwrap();
    assert_eq!(app.calendar().day_kind(day("2027-01-30")), DayKind::Weekend);
    assert_eq!(app.calendar().day_kind(day("2027-02-12")), DayKind::Holiday);
    assert!(years(&app).await.contains(&(2027, Source::Upload)));
    let days = read_as(&app, actor(Role::Clerk), |_, ctx| calendar::special_days(ctx, 2027)).await.unwrap();
    assert_eq!(days.len(), 14);
});

on_both!(who_may_publish_and_what, async |db: &Database| {
    let app = support::app(db);
    let refused = act_as(&app, actor(Role::Clerk), |tx, ctx| calendar::publish(tx, ctx, &notices())).await;
    assert_eq!(refusal(refused), Refusal::Forbidden { permission: "manage_setup".into() });
    let worked = NOTICE.replace("2027-10-01,holiday,国庆节,National Day\n", "");
    let refused = act(&app, move |tx, ctx| calendar::publish(tx, ctx, &calendar::read_csv(&worked)?)).await;
    assert_eq!(field_errors(refused), [("days".to_owned(), "calendar_statutory_day_worked")]);
    let refused = act(&app, |_, ctx| calendar::due(ctx, day("1999-12-31"), 0, Count::Working)).await;
    let expected = [("received_at", "out_of_range"), ("days", "out_of_range")];
    assert_eq!(field_errors(refused), expected.map(|(f, c)| (f.to_owned(), c)));
});

on_both!(due_dates_of_the_vectors, async |db: &Database| {
    let app = support::app(db);
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../vectors/due-dates.json")).unwrap();
    for vector in vectors["vectors"].as_array().unwrap() {
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        let received: DateTime<Utc> = text("received_at").parse().unwrap();
        let due = read_as(&app, actor(Role::Engineer), move |_, ctx| {
            calendar::due(ctx, Zone::default().local_date(received), 60, Count::Working)
        })
        .await
        .unwrap();
        assert_eq!(due.due_on, Some(day(&text("due_date"))), "{}", text("id"));
        assert_eq!(due.provisional, vector["provisional"].as_bool().unwrap(), "{}", text("id"));
    }
});

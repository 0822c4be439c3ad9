//! The outbox on both databases: what is queued, claimed, settled, listed and put back.

use crate::notices::{all, closed, ctx, get, queue};
use crate::support::{self, Database, on_both};
use beiku::app::outbox::{self, Counts, NewNotice, NoticeFilter, Verdict, claim, settle};
use beiku::app::{self, App, Error};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::language::Language;
use beiku::domain::notice::{Notice, NoticeState};
use beiku::domain::refusal::Refusal;
use beiku::store::StoreError;
use beiku::store::sql::sql;
use chrono::TimeDelta;

const LEASE: TimeDelta = TimeDelta::minutes(5);

fn again(after: TimeDelta, counts: bool) -> Verdict {
    Verdict::Again { after, error: "not taken".to_owned(), counts }
}

async fn write(app: &App, text: &'static str) {
    app.store().write(move |tx| Ok::<_, StoreError>(sql(text).execute(tx)?)).await.unwrap();
}

on_both!(an_event_is_told_once_to_each_reader, async |db: &Database| {
    let app = support::app(db);
    let first = closed("RMA-2026-000171/closed/1", "liu@hospital.example", Language::ZhCn);
    let ids = queue(
        &app,
        vec![
            first.clone(),
            first.clone(),
            NewNotice { recipient: "wang@hospital.example".into(), ..first.clone() },
            NewNotice { event: "RMA-2026-000171/closed/2".into(), ..first.clone() },
            NewNotice { notice: Notice::Test { asked_by: String::new() }, ..first.clone() },
            NewNotice { recipient: "  ".into(), ..first.clone() },
        ],
    )
    .await;
    let queued: Vec<bool> = ids.iter().map(Option::is_some).collect();
    assert_eq!(queued, [true, false, true, true, true, false]);
    db.clock().advance(TimeDelta::days(1));
    assert_eq!(queue(&app, vec![first.clone()]).await, [None], "a day later it is still the same event");
    // Sent long ago, it is still the same event.
    for claimed in claim(&app, "n", 10, LEASE).await.unwrap() {
        assert!(settle(&app, &claimed, &Verdict::Sent).await.unwrap());
    }
    assert_eq!(queue(&app, vec![first]).await, [None]);
    let rows = all(&app, NoticeState::Sent).await;
    let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.message_id).collect();
    assert_eq!((rows.len(), ids.len()), (4, 4), "each has a Message-ID of its own");
});

on_both!(what_is_rolled_back_is_not_queued, async |db: &Database| {
    let app = support::app(db);
    let new = closed("e", "liu@hospital.example", Language::ZhCn);
    let ctx = ctx(&app);
    let result = app::run(
        &app,
        &ctx,
        None,
        |_| (200, String::new()),
        move |tx, ctx| {
            assert!(outbox::enqueue(tx, ctx, &new)?.is_some());
            Err::<(), _>(Refusal::not_found("rma", "x").into())
        },
    );
    assert!(matches!(result.await, Err(Error::Refused(_))));
    assert!(all(&app, NoticeState::Queued).await.is_empty());
    assert!(claim(&app, "n", 10, LEASE).await.unwrap().is_empty());
});

on_both!(a_claim_is_a_lease, async |db: &Database| {
    let app = support::app(db);
    let id = queue(&app, vec![closed("e", "liu@hospital.example", Language::ZhCn)]).await[0].unwrap();
    let first = claim(&app, "a", 10, LEASE).await.unwrap().remove(0);
    assert_eq!((first.id, first.attempt), (id, 1));
    assert!(outbox::is_being_sent(&get(&app, id).await, db.clock().now()));
    db.clock().advance(LEASE - TimeDelta::microseconds(1));
    assert!(claim(&app, "b", 10, LEASE).await.unwrap().is_empty(), "the lease holds");
    db.clock().advance(TimeDelta::microseconds(1));
    assert!(!outbox::is_being_sent(&get(&app, id).await, db.clock().now()));
    let second = claim(&app, "b", 10, LEASE).await.unwrap().remove(0);
    assert_eq!((second.id, second.attempt), (id, 2));
    assert_eq!(first.message_id, second.message_id);
    assert_eq!(first.notice, second.notice);
    // The first one wakes up: it is no longer its own.
    assert!(!settle(&app, &first, &Verdict::Dead { error: "x".into() }).await.unwrap());
    assert_eq!(get(&app, id).await.state, NoticeState::Queued);
    assert!(settle(&app, &second, &Verdict::Sent).await.unwrap());
    assert!(!settle(&app, &second, &Verdict::Sent).await.unwrap(), "settled before");
    let row = get(&app, id).await;
    assert_eq!((row.state, row.sent_at), (NoticeState::Sent, Some(db.clock().now())));
    assert_eq!((row.lease_until, row.last_error.as_str()), (None, ""));
});

on_both!(a_failed_try_waits_and_counts_only_when_it_met_a_server, async |db: &Database| {
    let app = support::app(db);
    let id = queue(&app, vec![closed("e", "liu@hospital.example", Language::ZhCn)]).await[0].unwrap();
    let wait = TimeDelta::seconds(30);
    for (counts, attempts) in [(true, 1), (false, 1), (true, 2)] {
        let claimed = claim(&app, "n", 1, LEASE).await.unwrap().remove(0);
        assert!(settle(&app, &claimed, &again(wait, counts)).await.unwrap());
        let row = get(&app, id).await;
        assert_eq!((row.attempts, row.last_error.as_str()), (attempts, "not taken"));
        db.clock().advance(wait - TimeDelta::seconds(1));
        assert!(claim(&app, "n", 1, LEASE).await.unwrap().is_empty(), "not due yet");
        db.clock().advance(TimeDelta::seconds(1));
    }
    // What the server says may hold anything.
    let claimed = claim(&app, "n", 1, LEASE).await.unwrap().remove(0);
    let error = format!("5.1.1\0\r\n{}", "很长".repeat(1000));
    assert!(settle(&app, &claimed, &Verdict::Dead { error }).await.unwrap());
    let row = get(&app, id).await;
    assert!(row.last_error.starts_with("5.1.1   很长") && row.last_error.chars().count() == 500);
});

on_both!(many_who_claim_at_once_share_without_overlap, async |db: &Database| {
    let app = support::app(db);
    let notices =
        (0..60).map(|n| closed(&format!("e/{n}"), "liu@hospital.example", Language::ZhCn)).collect();
    queue(&app, notices).await;
    let mut claimers = tokio::task::JoinSet::new();
    for node in 0..6 {
        let app = app.clone();
        claimers.spawn(async move {
            let mut mine = vec![];
            loop {
                let claimed = claim(&app, &format!("node-{node}"), 7, LEASE).await.unwrap();
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|claimed| claimed.id));
            }
        });
    }
    let mut ids = claimers.join_all().await.concat();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!((count, ids.len()), (60, 60));
});

on_both!(a_dead_letter_is_put_back_and_a_sent_one_is_not, async |db: &Database| {
    let app = support::app(db);
    let id = queue(&app, vec![closed("e", "liu@hospital.example", Language::ZhCn)]).await[0].unwrap();
    let retry = async || {
        app::run(&app, &ctx(&app), None, |_| (200, String::new()), move |tx, ctx| outbox::retry(tx, ctx, id))
            .await
            .map(|_| ())
    };
    let claimed = claim(&app, "n", 1, LEASE).await.unwrap().remove(0);
    settle(&app, &claimed, &Verdict::Dead { error: "550 no such user".into() }).await.unwrap();
    assert!(claim(&app, "n", 1, LEASE).await.unwrap().is_empty());
    retry().await.unwrap();
    let row = get(&app, id).await;
    assert_eq!((row.state, row.attempts), (NoticeState::Queued, 0));
    assert_eq!(row.last_error, "550 no such user", "until it is sent, the reason stands");
    // One that waits need not wait.
    let claimed = claim(&app, "n", 1, LEASE).await.unwrap().remove(0);
    settle(&app, &claimed, &again(TimeDelta::days(1), true)).await.unwrap();
    retry().await.unwrap();
    let claimed = claim(&app, "n", 1, LEASE).await.unwrap().remove(0);
    assert_eq!(claimed.attempt, 2);
    settle(&app, &claimed, &Verdict::Sent).await.unwrap();
    let refused = retry().await.unwrap_err();
    assert!(matches!(refused, Error::Refused(Refusal::NoticeSent { .. })), "{refused:?}");
    let audited = app.store().read(|conn| {
        let text = "SELECT count(*) AS value FROM audit WHERE action = 'notice.retry'";
        Ok::<_, StoreError>(sql(text).number(conn)?)
    });
    assert_eq!(audited.await.unwrap(), 2);
});

fn manager(user_id: i64, reads_own_only: bool) -> Actor {
    Actor { user_id, role: Role::Manager, reads_own_only, ..Actor::system("m") }
}

on_both!(readers_see_the_notices_of_their_depots, async |db: &Database| {
    let app = support::app(db);
    for text in [
        "INSERT INTO app_user (id, username, display_name, role, created_at) VALUES (71, 'm', 'm', 'manager', '2026-01-01')",
        "INSERT INTO customer (id, code, name, created_at) VALUES (71, 'C71', 'c', '2026-01-01')",
        "INSERT INTO part (id, part_no, name, tracking) VALUES (71, 'P71', 'p', 'serial')",
        "INSERT INTO depot (id, code, name, class) VALUES (71, 'JN', 'j', 'common'), (72, 'DZ', 'd', 'common')",
        "INSERT INTO user_depot (user_id, depot_id, valid_from) VALUES (71, 71, '2026-01-01')",
        "INSERT INTO rma (id, number, customer_id, language, tracking_code, source, state, requested_at, recorded_at) VALUES \
         (71, 'RMA-2026-000071', 71, 'zh-CN', 'a', 'staff', 'open', '2026-01-01', '2026-01-01'), \
         (72, 'RMA-2026-000072', 71, 'zh-CN', 'b', 'staff', 'open', '2026-01-01', '2026-01-01')",
        "INSERT INTO rma_line (rma_id, line, customer_id, part_id, serial, fault, mode, entitlement, depot_id, repair_state, \
         faulty_state, sort_due, last_event_at, version) VALUES \
         (71, 1, 71, 71, 's', 'f', 'loaner', 'contract', 71, 'requested', 'not_due', '9999-12-31', '2026-01-01', 1), \
         (72, 1, 71, 71, 't', 'f', 'loaner', 'contract', 72, 'requested', 'not_due', '9999-12-31', '2026-01-01', 1)",
    ] {
        write(&app, text).await;
    }
    let of =
        |rma_id, event: &str| NewNotice { rma_id, ..closed(event, "liu@hospital.example", Language::ZhCn) };
    queue(&app, vec![of(Some(71), "a"), of(Some(72), "b"), of(None, "c")]).await;
    let seen = async |actor: Actor, rma: Option<&str>| {
        let filter = NoticeFilter { state: None, rma: rma.map(str::to_owned) };
        let ctx = app.context(actor, String::new());
        let rows =
            app::read(&app, &ctx, move |conn, ctx| outbox::list(conn, ctx, &filter, i64::MAX, 10)).await?;
        Ok::<_, Error>(rows.into_iter().map(|row| row.event).collect::<Vec<_>>())
    };
    let (all, own) = (manager(71, false), manager(71, true));
    assert_eq!(seen(all.clone(), None).await.unwrap(), ["c", "b", "a"], "newest first");
    assert_eq!(seen(own.clone(), None).await.unwrap(), ["a"]);
    assert_eq!(seen(all.clone(), Some(" rma-2026-000072 ")).await.unwrap(), ["b"]);
    assert!(seen(own.clone(), Some("RMA-2026-000072")).await.unwrap().is_empty());
    assert!(seen(all.clone(), Some("RMA-2026-000099")).await.unwrap().is_empty());
    let clerk = Actor { role: Role::Clerk, ..all.clone() };
    assert!(matches!(seen(clerk, None).await, Err(Error::Refused(Refusal::Forbidden { .. }))));
    let counted = async |actor: Actor| {
        app::read(&app, &app.context(actor, String::new()), outbox::counts).await.unwrap()
    };
    assert_eq!(counted(own.clone()).await, Counts { queued: 1, sent_recently: 0, dead: 0 });
    // The others' notices are not there to be opened or put back.
    let foreign = all_ids(&app).await[1];
    let ctx = app.context(own, String::new());
    let opened = app::read(&app, &ctx, move |conn, ctx| outbox::facts(conn, ctx, foreign)).await;
    assert!(matches!(opened, Err(Error::Refused(Refusal::NotFound { .. }))));
    let retried =
        app::run(&app, &ctx, None, |_| (200, String::new()), move |tx, ctx| outbox::retry(tx, ctx, foreign));
    assert!(matches!(retried.await, Err(Error::Refused(Refusal::NotFound { .. }))));
    let claimed = claim(&app, "n", 1, LEASE).await.unwrap().remove(0);
    settle(&app, &claimed, &Verdict::Sent).await.unwrap();
    assert_eq!(counted(all.clone()).await, Counts { queued: 2, sent_recently: 1, dead: 0 });
    db.clock().advance(TimeDelta::days(31));
    assert_eq!(counted(all).await, Counts { queued: 2, sent_recently: 0, dead: 0 });
});

async fn all_ids(app: &App) -> Vec<i64> {
    all(app, NoticeState::Queued).await.into_iter().map(|row| row.id).collect()
}

on_both!(what_a_newer_beiku_queued_is_left_to_it, async |db: &Database| {
    let app = support::app(db);
    queue(&app, vec![closed("e", "liu@hospital.example", Language::ZhCn)]).await;
    write(&app, r#"UPDATE outbox SET payload = '{"v":2,"notice":{"visit":{}}}'"#).await;
    let claimed = claim(&app, "n", 1, LEASE).await.unwrap().remove(0);
    assert!(claimed.notice.unwrap_err().contains("version 2"));
});

//! Figures of promises as they were known: an end entered late, an end judged anew, a date that moved.

use super::scene::{Case, day, event, line, noon, on_database};
use crate::rma::scene::scene;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use beiku::domain::plan::{PromiseKind, RateVariant, TermUnit};
use beiku::domain::rma::PromiseState;
use beiku::store::promises::{self, NewDue, NewPromise};
use beiku::store::sql::sql;
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both!(a_hand_over_entered_late_is_not_kept_as_known_before_its_entry, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.clerk, &number, "reserve_replacement", json!({ "depot": "JN" })).await;
    let parcel = json!({ "carrier": "顺丰", "tracking_no": "SF1" });
    s.act(&s.clerk, &number, "ship_replacement", parcel).await;
    let begun = db.clock().now();
    db.clock().advance(TimeDelta::hours(6));
    let happened = (begun + TimeDelta::hours(1)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let late = json!({ "received_by": "黄杰", "occurred_at": happened, "note": "补录" });
    s.act(&s.clerk, &number, "replacement_delivered", late).await;

    let instant =
        |hours| (begun + TimeDelta::hours(hours)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let month = "from=2026-03&to=2026-03";
    let spare = async |known: &str| {
        let promises = s.get(&s.manager, &format!("/kpi/promises?{month}{known}")).await;
        let found = promises["kinds"].as_array().unwrap().iter().find(|sum| sum["kind"] == "spare_in_place");
        let found = found.unwrap();
        let lines =
            s.get(&s.manager, &format!("/kpi/promises/lines?{month}&kind=spare_in_place{known}")).await;
        let fill = s.get(&s.manager, &format!("/kpi/fill-rate?{month}{known}")).await;
        let item = &fill["items"][0];
        (
            json!([found["kept"], found["broken"], fill["total"]["filled"], fill["total"]["late"]]),
            json!([lines["items"][0]["class"], lines["items"][0]["ended_at"]]),
            json!([item["class"], item["ended_at"], item["served_by"]]),
        )
    };
    let at = format!("{}Z", &happened[..19]);
    let seen = spare("").await;
    assert_eq!(seen.0, json!([1, 0, 1, 0]), "it was there in time");
    assert_eq!(seen.1, json!(["kept", at]));
    assert_eq!(seen.2, json!(["filled", at, "JN"]));
    let before = spare(&format!("&known_at={}", instant(5))).await;
    assert_eq!(before.0, json!([0, 1, 0, 1]), "nobody knew of it then");
    assert_eq!(before.1, json!(["broken", Value::Null]));
    assert_eq!(before.2, json!(["late", Value::Null, Value::Null]));
    let after = spare(&format!("&known_at={}", instant(6))).await;
    assert_eq!(after.0, json!([1, 0, 1, 0]), "from its entry on");
    // Every figure says what it knew.
    for figure in ["promises", "fill-rate", "pauses"] {
        let found = s.get(&s.manager, &format!("/kpi/{figure}?{month}&known_at={}", instant(5))).await;
        assert_eq!(found["known_at"], instant(5), "{figure}: {found}");
    }
    s.prove().await;
});

/// A promise of an equivalent board within thirty days, from 1 May 2026 on, of the only line.
fn board() -> NewPromise {
    NewPromise {
        kind: PromiseKind::EquivalentExchange,
        line_id: 0,
        customer_id: 0,
        depot_id: None,
        part_id: 0,
        plan_version_id: 0,
        amount: 30,
        unit: TermUnit::CalendarDays,
        start_day_counts: false,
        target_bp: 10_000,
        variant: RateVariant::Strict,
        started_at: noon(day("2026-05-01")),
        due_on: day("2026-05-31"),
        due_at: None,
        calendar_version: 0,
        provisional: false,
        recorded_at: noon(day("2026-05-01")),
    }
}

on_both!(a_promise_counts_by_the_date_and_the_end_that_were_known, async |db: &Database| {
    // Written past the books: what is asked is how facts of any date are read.
    db.spoil();
    db.clock().set("2026-07-15T00:00:00Z".parse().unwrap());
    let server = Server::start(db);
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    on_database(&server.app, |tx| {
        let line_id = line(tx, &Case::new("R-1", "2026-04-01"))?;
        let id = |tx: &mut _, text: &'static str| sql(text).number(tx);
        let new = NewPromise {
            line_id,
            customer_id: id(tx, "SELECT min(id) AS value FROM customer")?,
            part_id: id(tx, "SELECT min(id) AS value FROM part")?,
            plan_version_id: id(tx, "SELECT min(id) AS value FROM plan_version")?,
            ..board()
        };
        let board = promises::insert(tx, &new)?;
        // On 20 May it turned out to be due in June; handed over on 10 June, entered on the 20th; on 1 July it fell away.
        let moved = NewDue {
            base_due_on: day("2026-06-15"),
            due_on: Some(day("2026-06-15")),
            calendar_version: 0,
            provisional: false,
            state: PromiseState::Open,
        };
        promises::set_due(tx, board, &moved, noon(day("2026-05-20")))?;
        promises::end(tx, board, PromiseState::Kept, noon(day("2026-06-10")), noon(day("2026-06-20")))?;
        promises::end(tx, board, PromiseState::Excluded, noon(day("2026-06-10")), noon(day("2026-07-01")))?;
        event(tx, line_id, "note", noon(day("2026-07-01")), None, noon(day("2026-07-01")))
    })
    .await;
    let class = async |month: &str, parameters: &str| {
        let path = format!("/kpi/promises/lines?from={month}&to={month}{parameters}");
        let (status, found) = manager.get(&path).await;
        assert_eq!(status, 200, "{found}");
        let sums = manager.get(&path.replace("/lines", "")).await.1;
        let Some(line) = found["items"].as_array().unwrap().first().cloned() else {
            assert!(sums["kinds"].as_array().unwrap().is_empty(), "{sums}");
            return "none".to_owned();
        };
        let class = line["class"].as_str().unwrap().to_owned();
        assert_eq!(sums["kinds"][0][class.as_str()], 1, "{sums}");
        format!("{class} {}", line["due_on"].as_str().unwrap())
    };
    assert_eq!(class("2026-06", "").await, "excluded 2026-06-15");
    assert_eq!(class("2026-05", "").await, "none", "it is due in June");
    let then = "&known_at=2026-05-19";
    assert_eq!(class("2026-05", then).await, "broken 2026-05-31", "as known before the date moved");
    assert_eq!(class("2026-05", &format!("{then}&as_of=2026-05-31")).await, "pending 2026-05-31");
    assert_eq!(class("2026-06", then).await, "none");
    let moved = "&known_at=2026-06-19";
    assert_eq!(class("2026-06", &format!("{moved}&as_of=2026-06-15")).await, "pending 2026-06-15");
    assert_eq!(class("2026-06", &format!("{moved}&as_of=2026-06-16")).await, "broken 2026-06-15");
    assert_eq!(class("2026-06", "&known_at=2026-06-30").await, "kept 2026-06-15");
    assert_eq!(class("2026-06", "&known_at=2026-06-30&as_of=2026-06-09").await, "pending 2026-06-15");
    assert_eq!(class("2026-06", "&known_at=2026-04-30").await, "none", "not promised yet");
});

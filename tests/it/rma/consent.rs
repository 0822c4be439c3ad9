//! Consent to scrap, and what became of the unit all the same: the promise and the rate tell one story.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// A board received on 2 March 2026, due on 28 May, whose customer agrees to its scrap a week later.
async fn agreed(s: &Scene, db: &Database, mode: &str) -> String {
    let number = s.request("B1", mode).await;
    if mode == "loaner" {
        s.hand_over_spare(&number).await;
    }
    s.receive(&number, "B1").await;
    db.clock().advance(TimeDelta::days(7));
    s.act(&s.manager, &number, "agree_scrap", json!({ "by": "黄杰", "evidence": "同意书 3 号" })).await;
    assert_eq!(told(s, &number, "repair_return").await, ["excluded"], "given up on in time");
    number
}

/// The states of the line's promises of this kind.
async fn told(s: &Scene, number: &str, kind: &str) -> Vec<String> {
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let promises = rma["lines"][0]["promises"].as_array().unwrap().clone();
    let of_kind = promises.iter().filter(|promise| promise["kind"] == kind);
    of_kind.map(|promise| promise["state"].as_str().unwrap().to_owned()).collect()
}

/// What the rate makes of the line as of a day: timely, eligible, excluded, pending.
async fn rate(s: &Scene, as_of: &str) -> Value {
    let path = format!("/kpi/timely-repair?from=2026-05&to=2026-06&as_of={as_of}");
    let total = s.get(&s.manager, &path).await["total"].clone();
    json!(["timely", "eligible", "excluded", "pending"].map(|name| &total[name]))
}

async fn ends(s: &Scene, in_rate: [i64; 4]) {
    s.prove().await;
    assert_eq!(rate(s, "2026-07-31").await, json!(in_rate));
}

on_both!(repaired_and_returned_on_the_day_of_the_consent_it_was_returned, async |db: &Database| {
    let s = scene(db).await;
    let number = agreed(&s, db, "repair_return").await;
    db.clock().advance(TimeDelta::hours(2));
    s.repair_and_return(&number).await;
    assert_eq!(told(&s, &number, "repair_return").await, ["kept"]);
    ends(&s, [1, 1, 0, 0]).await;
});

on_both!(returned_later_the_consent_stands, async |db: &Database| {
    let mut s = scene(db).await;
    let number = agreed(&s, db, "repair_return").await;
    db.clock().advance(TimeDelta::days(100));
    s.renew().await;
    s.repair_and_return(&number).await;
    assert_eq!(told(&s, &number, "repair_return").await, ["excluded"]);
    ends(&s, [0, 0, 1, 0]).await;
});

on_both!(a_board_decided_on_after_the_consent_lets_the_promise_run_on, async |db: &Database| {
    let s = scene(db).await;
    let number = agreed(&s, db, "repair_return").await;
    db.clock().advance(TimeDelta::days(1));
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "客户改要替换板" })).await;
    assert_eq!(told(&s, &number, "repair_return").await, ["open"]);
    assert_eq!(rate(&s, "2026-03-31").await, json!([0, 0, 0, 1]), "pending in both");
    // Taken back, the consent stands as before; decided again, it is as above.
    s.act(&s.manager, &number, "take_back", json!({ "reason": "误录" })).await;
    assert_eq!(told(&s, &number, "repair_return").await, ["excluded"]);
    s.prove().await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "客户改要替换板" })).await;
    let board = json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, &number, "ship_exchange", board).await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    assert_eq!(told(&s, &number, "repair_return").await, ["broken"]);
    assert_eq!(told(&s, &number, "equivalent_exchange").await, ["kept"]);
    ends(&s, [0, 1, 0, 0]).await;
});

on_both!(a_loaner_kept_after_the_consent_is_an_exchange, async |db: &Database| {
    let s = scene(db).await;
    let number = agreed(&s, db, "loaner").await;
    let kept = json!({ "agreed_by": "黄杰", "evidence": "邮件 0310" });
    s.act(&s.manager, &number, "keep_loaner", kept).await;
    assert_eq!(told(&s, &number, "repair_return").await, ["broken"]);
    ends(&s, [0, 1, 0, 0]).await;
});

on_both!(called_off_late_after_the_consent_it_was_given_up_in_time, async |db: &Database| {
    let mut s = scene(db).await;
    let number = agreed(&s, db, "repair_return").await;
    db.clock().advance(TimeDelta::days(100));
    s.renew().await;
    let home = json!({ "reason": "客户改要回原件", "carrier": "顺丰", "tracking_no": "SF3" });
    s.act(&s.clerk, &number, "return_unrepaired", home).await;
    s.act(&s.clerk, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    s.act(&s.manager, &number, "cancel", json!({ "reason": "不修了" })).await;
    assert_eq!(told(&s, &number, "repair_return").await, ["excluded"]);
    ends(&s, [0, 0, 1, 0]).await;
});

//! A unit that entered the books by mistake: nowhere once that was taken back, said so plainly, and free to enter anew.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use serde_json::{Value, json};

/// A receipt under a mistyped serial, taken back.
async fn mistaken(s: &Scene, serial: &str) -> String {
    s.plan("five", json!({})).await;
    let number = s.request(serial, "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, serial).await;
    s.act(&s.manager, &number, "take_back", json!({ "reason": "录错了" })).await;
    number
}

async fn call_off(s: &Scene, number: &str) {
    s.act(&s.manager, number, "cancel", json!({ "reason": "重复" })).await;
}

async fn serials(s: &Scene, path: &str) -> Vec<String> {
    let units = s.get(&s.manager, path).await;
    units["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| unit["serial"].as_str().unwrap().to_owned())
        .collect()
}

on_both!(what_entered_by_mistake_is_said_so_and_in_no_list, async |db: &Database| {
    let s = scene(db).await;
    let number = mistaken(&s, "TYP0").await;
    // While its line is open, that is what the code means.
    let scanned = s.get(&s.manager, "/scan/TYP0").await;
    assert_eq!((&scanned["what"], &scanned["rma"]), (&json!("rma"), &json!(number)));
    call_off(&s, &number).await;
    let scanned = s.get(&s.manager, "/scan/TYP0").await;
    assert_eq!((&scanned["what"], &scanned["part_no"]), (&json!("taken_back"), &json!("BOARD-1")));
    assert_eq!((&scanned["unit"], &scanned["moves"]), (&Value::Null, &json!([])));
    let unit = s.get(&s.manager, "/units/TYP0").await;
    assert_eq!((&unit["place"], &unit["flags"]), (&json!("opening"), &json!(["taken_back"])));
    assert_eq!(serials(&s, "/units?serial=TYP").await, Vec::<String>::new());
    assert_eq!(serials(&s, "/units").await, ["SPARE1", "SPARE2"]);
    assert_eq!(serials(&s, "/units?place=opening").await, ["TYP0"], "whoever looks there finds it");
    s.prove().await;
});

on_both!(what_entered_by_mistake_is_bought_like_any_other, async |db: &Database| {
    let s = scene(db).await;
    let number = mistaken(&s, "TYP0").await;
    call_off(&s, &number).await;
    let bought = json!({ "kind": "receive", "part_no": "BOARD-1", "serial": "TYP0", "from": "supplier", "to": "JN", "document": "PO-2" });
    let made = s.post(&s.manager, "/movements", bought.clone(), 201).await;
    assert_eq!(
        (&made["kind"], &made["from"], &made["owner_to"]),
        (&json!("receive"), &json!("supplier"), &json!("us"))
    );
    let unit = s.get(&s.manager, "/units/TYP0").await;
    assert_eq!(
        (&unit["place"], &unit["condition"], &unit["owner"], &unit["flags"]),
        (&json!("JN"), &json!("good"), &json!("us"), &json!([]))
    );
    assert_eq!(serials(&s, "/units?serial=TYP").await, ["TYP0"]);
    assert_eq!(s.post(&s.manager, "/movements", bought, 409).await["code"], "serial_elsewhere", "once");
    s.prove().await;
});

on_both!(what_entered_by_mistake_comes_in_a_box_or_a_batch_like_any_other, async |db: &Database| {
    let s = scene(db).await;
    // The line still waits for it.
    let number = mistaken(&s, "TYP0").await;
    let boxed = json!({ "depot": "JN", "serial": "TYP0", "part_no": "BOARD-1" });
    let intake = s.post(&s.clerk, "/intakes", boxed, 201).await;
    assert_eq!(intake["state"], "matched", "{intake}");
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    assert_eq!(rma["lines"][0]["state"], "received");
    s.prove().await;
    // No line waits for this one.
    let number = s.request("TYP1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "TYP1").await;
    s.act(&s.manager, &number, "take_back", json!({ "reason": "录错了" })).await;
    call_off(&s, &number).await;
    let boxed = json!({ "depot": "JN", "serial": "TYP1", "part_no": "BOARD-1" });
    let intake = s.post(&s.clerk, "/intakes", boxed, 201).await;
    assert_eq!((&intake["state"], &intake["exception"]), (&json!("unmatched"), &json!("no_rma")), "{intake}");
    let unit = s.get(&s.manager, "/units/TYP1").await;
    assert_eq!(
        (&unit["condition"], &unit["owner"], &unit["depot"]),
        (&json!("quarantined"), &json!("unknown"), &json!("JN"))
    );
    // And one that is found in stock.
    let number = s.request("TYP2", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "TYP2").await;
    s.act(&s.manager, &number, "take_back", json!({ "reason": "录错了" })).await;
    call_off(&s, &number).await;
    let items =
        json!([{ "part_no": "BOARD-1", "serial": "TYP2" }, { "part_no": "BOARD-1", "serial": "NEW2" }]);
    let batch = json!({ "kind": "receive", "from": "supplier", "to": "DZ", "items": items });
    let made = s.post(&s.manager, "/movements/batch", batch, 201).await;
    assert_eq!(made["items"].as_array().unwrap().len(), 2, "{made}");
    s.prove().await;
});

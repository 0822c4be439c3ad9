//! The bench by browser: the queue with its buttons, one order with its forms, no script needed.

use super::{answered, bench};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use serde_json::{Value, json};

on_both!(the_bench_is_worked_from_the_queue, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    b.received("BOARD-1", "C-1", json!({})).await;
    let queued = answered(b.technician.get("/repairs").await, 200);
    let number = queued["items"][0]["number"].as_str().unwrap();
    let wang = Browser::signed_in(&b.server, "wang").await;
    let page = wang.page("/bench").await;
    assert!(page.contains(number) && page.contains("Start the repair"), "{page}");
    let order = format!("/bench/{number}");
    let act = |code: &str| format!("{order}/actions/{code}");
    assert_eq!(wang.submit("/bench", &act("start_repair"), &[("from", "queue")]).await, "/bench");
    let page = wang.page(&order).await;
    assert!(
        page.contains("In repair") && page.contains(&format!("action=\"{}\"", act("finish_repair"))),
        "{page}"
    );

    let csrf = crate::support::browser::hidden(&page, "csrf");
    let refused = wang.post(&act("finish_repair"), &[("csrf", csrf), ("work", "更换电容")]).await;
    assert_eq!(refused.status(), 422, "an outcome is wanted");
    assert!(refused.text().await.unwrap().contains("更换电容"), "what was typed stays");
    let done = [("outcome", "repaired"), ("work", "更换电容"), ("cost", "128.50")];
    assert_eq!(wang.submit(&order, &act("finish_repair"), &done).await, order);
    wang.submit("/bench", &act("test"), &[("from", "queue"), ("result", "pass")]).await;
    let page = wang.page(&order).await;
    assert!(page.contains("Repaired") && page.contains("128.50"), "{page}");

    b.faulty("BOARD-1", "S1").await;
    let own = wang.submit("/bench", "/bench", &[("serial", "s1"), ("fault", "不上电")]).await;
    assert!(own.starts_with("/bench/RO-"), "{own}");
    assert!(wang.page(&own).await.contains("Our own stock"));
    b.prove().await;
});

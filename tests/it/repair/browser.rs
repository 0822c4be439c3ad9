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
    let first = page.find("btn btn-primary").map(|at| &page[at..at + 200]);
    assert!(
        first.is_some_and(|link| link.contains("#do-diagnose")),
        "the natural step comes first: {first:?}"
    );
    let order = format!("/bench/{number}");
    let act = |code: &str| format!("{order}/actions/{code}");
    assert_eq!(wang.submit("/bench", &act("start_repair"), &[("from", "queue")]).await, "/bench");
    let page = wang.page(&order).await;
    assert!(
        page.contains("In repair") && page.contains(&format!("action=\"{}\"", act("finish_repair"))),
        "{page}"
    );
    assert!(page.contains("Next: Finish the repair"), "waiting for parts is not what comes next: {page}");

    let csrf = crate::support::browser::hidden(&page, "csrf");
    let refused = wang.post(&act("finish_repair"), &[("csrf", csrf), ("work", "更换电容")]).await;
    assert_eq!(refused.status(), 422, "an outcome is wanted");
    assert!(refused.text().await.unwrap().contains("更换电容"), "what was typed stays");
    let done = [("outcome", "repaired"), ("work", "更换电容"), ("cost", "128.50")];
    assert_eq!(wang.submit(&order, &act("finish_repair"), &done).await, order);
    let page = wang.page(&order).await;
    assert!(page.contains("Power-on self-test") && page.contains("Burn-in"), "{page}");
    let csrf = crate::support::browser::hidden(&page, "csrf");
    let steps = [("step_1_name", "Power-on self-test"), ("step_1", "pass"), ("step_1_evidence", "T-02")];
    let wrong = [("csrf", csrf), ("step_2_name", "Burn-in"), ("step_2", "fail"), ("result", "pass")];
    let refused = wang.post(&act("test"), &[&steps[..], &wrong[..]].concat()).await;
    assert_eq!(refused.status(), 422, "a failed step forbids it");
    let text = refused.text().await.unwrap();
    assert!(text.contains("A step was failed") && text.contains("T-02"), "{text}");
    let open = [("csrf", csrf), ("step_2_name", "Burn-in"), ("step_2_evidence", "48 h")];
    let refused = wang.post(&act("test"), &[&steps[..], &open[..]].concat()).await;
    assert_eq!(refused.status(), 422, "what has evidence has a verdict");
    // The burn-in was left open: what is not tried is not kept.
    wang.submit(&order, &act("test"), &[&steps[..], &[("step_2_name", "Burn-in")]].concat()).await;
    let page = wang.page(&order).await;
    assert!(
        page.contains("Power-on self-test") && page.contains("T-02") && !page.contains("Burn-in"),
        "{page}"
    );
    let repair = answered(b.technician.get(&format!("/repairs/{number}")).await, 200);
    assert_eq!(repair["tests"][0]["result"], "pass");
    assert_eq!(repair["tests"].as_array().unwrap().len(), 1);
    assert!(page.contains("Repaired") && page.contains("128.50"), "{page}");

    b.faulty("BOARD-1", "S1").await;
    let own = wang.submit("/bench", "/bench", &[("serial", "s1"), ("fault", "不上电")]).await;
    assert!(own.starts_with("/bench/RO-"), "{own}");
    assert!(wang.page(&own).await.contains("Our own stock"));
    b.prove().await;
});

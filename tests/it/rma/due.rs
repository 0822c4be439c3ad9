//! Lines by the working days they have left: what is counted is what the same word lists.

use super::scene::{Scene, scene};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use serde_json::json;

const GROUPS: [&str; 6] = ["overdue", "d5", "d15", "d30", "d31", "none"];

/// How many open lines each group holds, as counted beside `asked`.
async fn counted(s: &Scene, asked: &str) -> Vec<(String, i64)> {
    let found = s.get(&s.manager, &format!("/rmas/facets?{asked}")).await;
    let facets = found["facets"].as_array().unwrap();
    let values = facets.iter().find(|facet| facet["facet"] == "due").unwrap()["values"].as_array().unwrap();
    values
        .iter()
        .map(|one| (one["value"].as_str().unwrap().to_owned(), one["lines"].as_i64().unwrap()))
        .collect()
}

async fn serials(s: &Scene, asked: &str) -> Vec<String> {
    let found = s.get(&s.manager, &format!("/rmas?{asked}")).await;
    let items = found["items"].as_array().unwrap().iter();
    items.map(|item| item["serial"].as_str().unwrap().to_owned()).collect()
}

/// One board received now and promised in so many working days from now.
async fn promised(s: &Scene, serial: &str, days: i64) {
    s.plan(
        &format!("in{days}"),
        json!({ "regime": "loan", "valid_from": "2026-01-01", "terms": [
            { "promise": "repair_return", "amount": days, "unit": "working_days", "target_bp": 9500 }] }),
    )
    .await;
    let number = s.request(serial, "repair_return").await;
    s.receive(&number, serial).await;
}

on_both!(lines_are_counted_and_found_by_the_days_they_have_left, async |db: &Database| {
    let s = scene(db).await;
    for days in [5, 6, 15, 16, 30, 31] {
        promised(&s, &format!("IN{days}"), days).await;
    }
    s.request("WAITS", "repair_return").await;
    let groups = [("d5", vec!["IN5"]), ("d15", vec!["IN6", "IN15"]), ("d30", vec!["IN16", "IN30"])];
    for (group, expected) in groups.into_iter().chain([("d31", vec!["IN31"]), ("none", vec!["WAITS"])]) {
        assert_eq!(serials(&s, &format!("due={group}")).await, expected, "{group}");
    }
    assert_eq!(serials(&s, "due=d15&sort=risk").await.len(), 2);
    // What the others say narrows the counts; its own word does not.
    let all = counted(&s, "").await;
    assert_eq!(all.iter().map(|(group, _)| group.as_str()).collect::<Vec<_>>(), GROUPS);
    assert_eq!(counted(&s, "due=d5").await, all);
    assert_eq!(counted(&s, "q=IN5").await.iter().map(|(_, lines)| lines).sum::<i64>(), 1);
    // Days go by: some are late, and every count is the number of rows of its word.
    db.clock().set("2026-03-26T02:00:00Z".parse().unwrap());
    let later = counted(&s, "").await;
    assert_ne!(later, all);
    assert!(later[0].1 > 0, "{later:?}");
    for (group, lines) in &later {
        let listed = serials(&s, &format!("open=true&due={group}")).await;
        assert_eq!(listed.len(), usize::try_from(*lines).unwrap(), "{group}: {listed:?}");
    }
    assert_eq!(later.iter().map(|(_, lines)| lines).sum::<i64>(), 7, "each line is in one group");
    // The days asked for narrow a group.
    assert_eq!(serials(&s, "due=none&due_to=2026-12-31").await, Vec::<String>::new());
    for asked in ["/rmas?due=d10", "/rmas/facets?due=soon"] {
        let (status, said) = s.manager.get(asked).await;
        assert_eq!((status.as_u16(), &said["code"]), (422, &json!("invalid")), "{said}");
        assert_eq!(said["errors"][0]["field"], "due");
        assert_eq!(said["errors"][0]["code"], "unknown_word");
    }
    // A bar of the overview opens its own lines, and stays in sight as a box.
    let browser = Browser::signed_in(&s.server, "wang").await;
    let page = browser.page("/rma?clock=d31").await;
    assert!(page.contains("IN31") == (later[4].1 > 0) && !page.contains(">IN5<"), "{page}");
    assert!(page.contains("value=\"d31\"") && !browser.page("/rma?clock=x").await.contains("facet-clock-x"));
});

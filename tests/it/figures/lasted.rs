//! The rows behind the turnaround add up to it.

use super::foresight::{SEEN, server};
use crate::support::server::Client;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use serde_json::{Value, json};

/// The lines behind a turnaround, page by page.
pub async fn lines_behind(reader: &Client, asked: &str) -> Vec<Value> {
    let (mut lines, mut cursor) = (vec![], String::new());
    loop {
        let (status, page) = reader.get(&format!("/kpi/turnaround/lines?{asked}&limit=5{cursor}")).await;
        assert_eq!(status, 200, "{page}");
        lines.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else { return lines };
        cursor = format!("&cursor={next}");
    }
}

on_both!(the_lines_behind_a_turnaround_add_up_to_it, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let period = "from=2025-09&to=2026-06";
    for by in ["month", "depot", "customer", "part"] {
        let (_, found) = manager.get(&format!("/kpi/turnaround?{period}&by={by}")).await;
        let groups = found["groups"].as_array().unwrap();
        let mut seen = 0;
        for (group, code) in groups.iter().map(|group| (group, group["group"].as_str().unwrap())) {
            let lines = lines_behind(&manager, &format!("{period}&by={by}&group={code}")).await;
            assert_eq!(json!(lines.len()), group["lines"], "{by} {code}");
            seen += lines.len();
            for end in ["returned", "exchanged", "scrapped", "open"] {
                let some = lines_behind(&manager, &format!("{period}&by={by}&group={code}&end={end}")).await;
                assert_eq!(json!(some.len()), group[end], "{by} {code} {end}");
                assert!(some.iter().all(|line| line["end"] == end));
            }
        }
        assert_eq!(json!(seen), found["total"]["lines"], "{by}");
    }
    let lines = lines_behind(&manager, period).await;
    let mut days: Vec<(u32, bool)> = lines
        .iter()
        .map(|line| (u32::try_from(line["days"].as_u64().unwrap()).unwrap(), line["end"] == "returned"))
        .collect();
    days.sort_unstable();
    let mut wanted = SEEN.to_vec();
    wanted.sort_unstable();
    assert_eq!(days, wanted, "the days of the vector");
    let none = lines_behind(&manager, &format!("{period}&by=depot&group=XX")).await;
    assert_eq!(none, Vec::<Value>::new());
    for (query, field) in [("by=planet", "by"), ("end=lost", "end"), ("group=XX", "group")] {
        let (status, problem) = manager.get(&format!("/kpi/turnaround/lines?{query}")).await;
        assert_eq!((status.as_u16(), &problem["errors"][0]["field"]), (422, &json!(field)), "{problem}");
    }
});

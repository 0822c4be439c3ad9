//! Lists as the API describes itself: every one says whether it goes on.

use crate::support::server::Server;
use crate::support::{Database, on_both};
use serde_json::Value;

/// The schema an answer of this call has.
fn answer<'d>(document: &'d Value, call: &'d Value) -> Option<&'d Value> {
    let schema = &call["responses"]["200"]["content"]["application/json"]["schema"];
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.strip_prefix('#')?),
        None => Some(schema),
    }
}

on_both!(every_list_says_whether_it_goes_on, async |db: &Database| {
    let server = Server::start(db);
    let (status, document) = server.anybody().get("/openapi.json").await;
    assert_eq!(status, 200, "{document}");
    let paths = document["paths"].as_object().unwrap();
    let calls = paths.iter().filter_map(|(path, item)| Some((path, item.get("get")?)));
    let lists: Vec<_> = calls
        .filter_map(|(path, call)| Some((path, answer(&document, call)?["properties"].as_object()?)))
        .filter(|(_, fields)| fields.get("items").is_some_and(|items| items["type"] == "array"))
        .collect();
    let silent: Vec<_> = lists.iter().filter(|(_, fields)| !fields.contains_key("next_cursor")).collect();
    assert!(silent.is_empty(), "{silent:?}");
    assert!(lists.len() > 40, "the document was read: {}", lists.len());
});

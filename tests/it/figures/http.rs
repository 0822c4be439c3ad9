//! Figures, promises and exports as programs get them.

use super::scene::{Case, write};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use reqwest::Method;
use serde_json::{Value, json};

const JULY: &str = "from=2025-07&to=2025-07&as_of=2025-08-15&known_at=2025-08-31";

async fn server(db: &Database) -> Server {
    db.clock().set("2025-09-01T02:00:00Z".parse().unwrap());
    let server = Server::start(db);
    let mut other = Case::new("R-3", "2025-05-06").with("confirm_returned", "2025-07-31");
    (other.customer, other.depot) = ("C2".into(), "DZ".into());
    let exchanged = Case::new("R-1", "2025-05-06").held("2025-05-12", Some("2025-05-13"));
    let exchanged = exchanged.with("decide_exchange", "2025-07-01").with("exchange_delivered", "2025-07-10");
    let cases = vec![
        exchanged,
        Case::new("R-2", "2025-05-06").with("confirm_returned", "2025-07-30"),
        other,
        Case::new("R-4", "2025-05-06").with("cancel", "2025-06-01"),
        Case::new("R-5", "2025-06-09"),
    ];
    write(&server.app, cases).await;
    server
}

on_both!(the_rate_over_http_has_the_shape_scripts_rely_on, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let (status, rate) = manager.get(&format!("/kpi/timely-repair?{JULY}&by=depot&variant=by_due")).await;
    assert_eq!(status, 200, "{rate}");
    insta::assert_json_snapshot!("rate", rate);
    let (_, empty) = manager.get("/kpi/timely-repair?from=2024-01&to=2024-01").await;
    let group = &empty["groups"][0];
    assert_eq!((&group["group"], &group["eligible"]), (&json!("2024-01"), &json!(0)));
    for null in ["rate", "shown", "meets_target", "wilson95"] {
        assert!(group.get(null).is_some_and(Value::is_null), "{null}: no line, no rate");
    }
    let (_, months) = manager.get("/kpi/timely-repair").await;
    assert_eq!(months["groups"].as_array().unwrap().len(), 12);
    assert_eq!(
        (&months["as_of"], &months["by"], &months["variant"]),
        (&json!("2025-09-01"), &json!("month"), &json!("strict"))
    );
});

on_both!(the_lines_over_http_come_in_pages, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let (status, lines) = manager.get(&format!("/kpi/timely-repair/lines?{JULY}&class=missed")).await;
    assert_eq!(status, 200, "{lines}");
    insta::assert_json_snapshot!("lines", lines);
    let mut rmas = Vec::new();
    let mut cursor = String::new();
    loop {
        let (_, page) = manager.get(&format!("/kpi/timely-repair/lines?{JULY}&limit=2{cursor}")).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        rmas.extend(items.iter().map(|line| line["rma"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(rmas, ["R-2", "R-3", "R-4", "R-1"], "by due date");
    let (_, group) = manager.get(&format!("/kpi/timely-repair/lines?{JULY}&by=depot&group=dz")).await;
    assert_eq!((&group["items"][0]["rma"], group["items"].as_array().unwrap().len()), (&json!("R-3"), 1));
    let (_, chinese) = {
        let request = manager.request(Method::GET, &format!("/kpi/timely-repair/lines?{JULY}"));
        crate::support::server::read(request.header("Accept-Language", "zh-CN")).await
    };
    assert!(["业务板", "Service board"].contains(&chinese["items"][0]["part_name"].as_str().unwrap()));
});

on_both!(what_cannot_be_asked_is_told, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    for (query, field, code) in [
        ("from=2025-13", "from", "bad_day_or_month"),
        ("from=2025-06&to=2025-05", "to", "before_start"),
        ("by=planet", "by", "unknown_word"),
        ("variant=kind", "variant", "unknown_word"),
        ("as_of=1-1-2025", "as_of", "bad_date"),
        ("known_at=now", "known_at", "bad_instant"),
    ] {
        for path in ["/kpi/timely-repair", "/kpi/timely-repair/lines", "/exports/timely-repair.csv"] {
            // A spreadsheet has no groups.
            if path.ends_with("csv") && field == "by" {
                continue;
            }
            let (status, problem) = manager.get(&format!("{path}?{query}")).await;
            assert_eq!(status, 422, "{path}?{query} {problem}");
            assert_eq!(
                (&problem["errors"][0]["field"], &problem["errors"][0]["code"]),
                (&json!(field), &json!(code))
            );
            assert!(!problem["errors"][0]["message"].as_str().unwrap().contains("field-"), "{problem}");
        }
    }
    let (status, problem) = manager.get("/kpi/vendors?from=2026-03&to=2026-02").await;
    let first = &problem["errors"][0];
    assert_eq!(status, 422, "{problem}");
    assert_eq!((&first["field"], &first["code"]), (&json!("to"), &json!("before_start")));
    assert_eq!(manager.get("/kpi/timely-repair/lines?class=late").await.0, 422);
    assert_eq!(manager.get("/kpi/timely-repair/lines?group=summer").await.0, 422);
    assert_eq!(manager.get("/kpi/timely-repair?grouped_by=month").await.0, 400, "no such parameter");
    assert_eq!(manager.get("/promises?state=late").await.0, 422);
    for kind in ["stock", "units", "movements", "rmas"] {
        let (status, problem) = manager.get(&format!("/exports/{kind}.csv?depot=JN&from=2026-01")).await;
        let fields: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
        assert_eq!((status.as_u16(), fields), (422, vec![&json!("from"), &json!("depot")]), "{kind}");
    }
    assert_eq!(manager.get("/exports/secrets.csv").await.0, 404);
    assert_eq!(manager.get("/exports/stock.pdf").await.0, 404);
});

on_both!(customers_get_their_own_and_no_more, async |db: &Database| {
    let server = server(db).await;
    let customer = server.user("huang", Role::Customer, &[], &["C2"]).await;
    let (_, rate) = customer.get(&format!("/kpi/timely-repair?{JULY}&by=customer")).await;
    assert_eq!((&rate["groups"][0]["group"], &rate["total"]["eligible"]), (&json!("C2"), &json!(1)));
    let (_, lines) = customer.get(&format!("/kpi/timely-repair/lines?{JULY}&customer=C1")).await;
    assert_eq!(lines["items"], json!([]));
    let (_, promises) = customer.get("/promises").await;
    assert_eq!(promises["items"].as_array().unwrap().len(), 1);
    let (status, problem) = customer.get("/exports/stock.csv").await;
    assert_eq!((status.as_u16(), &problem["code"]), (403, &json!("forbidden")));
    let (status, text) = customer.get("/exports/rmas.csv").await;
    let text = text.as_str().unwrap().to_owned();
    assert_eq!(status, 200);
    assert!(text.contains("R-3") && !text.contains("R-1"), "{text}");
});

on_both!(promises_over_http, async |db: &Database| {
    let server = server(db).await;
    let clerk = server.user("li", Role::Clerk, &["JN"], &[]).await;
    let (status, promises) =
        clerk.get("/promises?kind=repair_return&state=open&due_before=2025-08-01&limit=1").await;
    assert_eq!(status, 200, "{promises}");
    assert!(promises["next_cursor"].is_string());
    let next = promises["next_cursor"].as_str().unwrap();
    let rest = format!("/promises?kind=repair_return&state=open&due_before=2025-08-01&cursor={next}");
    let (_, rest) = clerk.get(&rest).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 3);
    insta::assert_json_snapshot!("promise", rest["items"][2]);
});

on_both!(a_spreadsheet_comes_as_a_file, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let response =
        manager.request(Method::GET, &format!("/exports/timely-repair.csv?{JULY}")).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        response.headers()["content-disposition"],
        "attachment; filename=\"timely-repair-2025-09-01.csv\""
    );
    let bytes = response.bytes().await.unwrap();
    assert!(bytes.starts_with(b"\xef\xbb\xbf") && bytes.windows(3).filter(|w| w == b"R-2").count() > 0);
    let response = manager.request(Method::GET, "/exports/rmas.xlsx").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.unwrap().starts_with(b"PK"), "a zip archive, whole and not packed again");
});

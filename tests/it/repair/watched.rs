//! Easily damaged parts: marked wherever their units are seen, and how often they failed.

use super::{Bench, answered, bench, serials};
use crate::support::browser::Browser;
use crate::support::server::read;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// The day comes, and everybody signs in anew: no sign-in lasts a year.
async fn day(b: &mut Bench, db: &Database, day: &str) {
    db.clock().set(format!("{day}T04:00:00Z").parse().unwrap());
    b.manager = b.server.user(&format!("zhao-{day}"), Role::Manager, &[], &[]).await;
    b.technician = b.server.user(&format!("wang-{day}"), Role::Technician, &["JN"], &[]).await;
    b.clerk = b.server.user(&format!("li-{day}"), Role::Clerk, &["JN"], &[]).await;
}

/// Opens an order for a board of ours that failed; its id.
async fn ours(b: &Bench, serial: &str) -> Value {
    b.faulty("BOARD-1", serial).await;
    answered(b.technician.post("/repairs", &json!({ "serial": serial })).await, 201)["id"].clone()
}

on_both!(the_failures_of_a_watched_part_are_counted_and_shown, async |db: &Database| {
    db.clock().set("2025-03-31T04:00:00Z".parse().unwrap());
    let mut b = bench(db, Value::Null).await;
    answered(b.manager.patch("/parts/BOARD-1", &json!({ "wear": true })).await, 200);
    let parts = answered(b.clerk.get("/parts?wear=true").await, 200);
    assert_eq!(
        (parts["items"].as_array().unwrap().len(), &parts["items"][0]["part_no"]),
        (1, &json!("BOARD-1"))
    );
    ours(&b, "OLD").await;
    day(&mut b, db, "2025-04-01").await;
    ours(&b, "YEAR").await;
    day(&mut b, db, "2025-12-31").await;
    b.received("BOARD-1", "THEIRS-1", json!({})).await;
    day(&mut b, db, "2026-01-01").await;
    b.received("BOARD-1", "THEIRS-2", json!({})).await;
    // Received on the wrong line: nothing failed.
    let wrong = b.received("BOARD-1", "WRONG", json!({})).await;
    b.line(&wrong, "take_back", json!({ "reason": "收错了行" })).await;
    day(&mut b, db, "2026-02-02").await;
    ours(&b, "MINE").await;
    let sound = ours(&b, "SOUND").await;
    b.work(&sound, "diagnose", json!({ "outcome": "nff" })).await;
    b.faulty("DISK-1", "DISK").await;
    answered(b.technician.post("/repairs", &json!({ "serial": "DISK" })).await, 201);
    b.stock("BOARD-1", json!({ "serial": "SPARE" }), "JN").await;
    day(&mut b, db, "2026-03-31").await;

    let watched = answered(b.clerk.get("/kpi/watched-parts").await, 200);
    let one = json!({ "part_no": "BOARD-1", "name": "业务板", "name_en": "", "as_of": "2026-03-31", "failures_90": 2,
        "failures_earlier": 1, "failures_365": 4, "open": 4, "nff_365": 1, "available": 1 });
    assert_eq!(watched["items"], json!([one]));
    let then = answered(b.clerk.get("/kpi/watched-parts?as_of=2025-12-31").await, 200);
    assert_eq!((&then["items"][0]["failures_90"], &then["items"][0]["failures_365"]), (&json!(1), &json!(3)));
    let of = async |class: &str| {
        let path = format!("/kpi/watched-parts/board-1/failures?class={class}");
        answered(b.technician.get(&path).await, 200)
    };
    assert_eq!(serials(&of("recent").await), ["MINE", "THEIRS-2"], "the rows a number counts");
    assert_eq!(serials(&of("earlier").await), ["THEIRS-1"]);
    assert_eq!(serials(&of("year").await), ["MINE", "THEIRS-2", "THEIRS-1", "YEAR"]);
    assert_eq!(b.clerk.get("/kpi/watched-parts/NONE/failures").await.0, 404);
    let customer = b.server.user("guest", Role::Customer, &[], &["C1"]).await;
    assert_eq!(customer.get("/kpi/watched-parts").await.0, 403);
    let (all, asked) = (customer.get("/parts").await, customer.get("/parts?wear=true").await);
    assert_eq!(all, asked, "what we think breaks easily is no customer's business");
    assert!(!all.1.to_string().contains("\"wear\":true"), "{}", all.1);

    assert_eq!(b.unit("SPARE").await["flags"], json!(["wear_part"]));
    let queue = answered(b.technician.get("/repairs?q=MINE").await, 200);
    assert_eq!(queue["items"][0]["flags"], json!(["wear_part"]));
    let disk = answered(b.technician.get("/repairs?q=DISK").await, 200);
    assert_eq!(disk["items"][0]["flags"], json!([]));
    pages(&b).await;
});

/// What the screens say of it.
async fn pages(b: &Bench) {
    let zhao = Browser::signed_in(&b.server, "zhao").await;
    let stock = zhao.page("/stock").await;
    assert_eq!(stock.matches("/report/watched?part_no=BOARD-1#failures").count(), 1, "{stock}");
    assert!(!stock.contains("/report/watched?part_no=DISK-1"), "{stock}");
    let bench = zhao.page("/bench?view=open").await;
    assert!(bench.contains("Wear part"), "{bench}");
    let report = zhao.page("/report/watched?part_no=BOARD-1&class=recent").await;
    assert!(
        report.contains("MINE") && report.contains("THEIRS-2") && !report.contains("THEIRS-1"),
        "{report}"
    );
    assert!(report.contains("1 more") && !report.contains(">watched-"), "{report}");
    let list = zhao.page("/settings/parts?wear=1").await;
    assert!(list.contains("BOARD-1") && !list.contains("DISK-1"), "{list}");
}

on_both!(a_parts_list_says_what_is_easily_damaged, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    let file = "料号,名称,易损件\nDISK-1,硬盘,是\nFAN-1,风扇,是\nBOARD-1,业务板,\n";
    let send = async |text: &str| {
        let part = Part::bytes(text.as_bytes().to_vec()).file_name("parts.csv");
        let form = Form::new().part("file", part);
        read(b.manager.request(Method::POST, "/imports/parts").multipart(form)).await
    };
    let done = answered(send(file).await, 200);
    assert_eq!((&done["accepted"], &done["unchanged"]), (&json!(2), &json!(1)), "{done}");
    let parts = answered(b.clerk.get("/parts?wear=true").await, 200);
    let numbers: Vec<_> = parts["items"].as_array().unwrap().iter().map(|part| &part["part_no"]).collect();
    assert_eq!(numbers, ["DISK-1", "FAN-1"]);
    assert_eq!(answered(send(file).await, 200)["unchanged"], 3, "twice changes nothing");
});

//! Who looked at whom.

use crate::setup::act;
use crate::support::browser::Browser;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::app::customers::{self, ContactFields, CustomerFields};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn trail(admin: &crate::support::server::Client, subject: &str) -> Vec<(String, String)> {
    let (_, trail) = admin.get(&format!("/audit?subject={subject}")).await;
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    trail["items"].as_array().unwrap().iter().map(|row| (text(row, "actor"), text(row, "action"))).collect()
}

on_both!(a_look_at_contacts_and_every_export_is_written_down, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let li = server.user("li", Role::Clerk, &[], &[]).await;
    act(&server.app, |tx, ctx| {
        let contact =
            ContactFields {
                name: "黄杰".into(), email: "it@c1.example".into(), ..ContactFields::default()
            };
        let fields = CustomerFields {
            name: Some("济南电力公司".into()),
            contacts: Some(vec![contact]),
            ..CustomerFields::default()
        };
        customers::create(tx, ctx, "C1", &fields).map(|_| ())
    })
    .await
    .unwrap();
    let before = trail(&admin, "customer:C1").await.len();
    for _ in 0..3 {
        assert_eq!(li.get("/customers/C1").await.0, 200);
    }
    assert_eq!(admin.get("/customers/C1").await.0, 200);
    assert_eq!(li.get("/customers/C9").await.0, 404);
    let after = trail(&admin, "customer:C1").await;
    let read = |actor: &str| (actor.to_owned(), "customer.read".to_owned());
    assert_eq!(after[..after.len() - before], [read("admin"), read("li")], "once an hour for each reader");
    db.clock().advance(TimeDelta::minutes(61));
    assert_eq!(li.get("/customers/C1").await.0, 200);
    assert_eq!(trail(&admin, "customer:C1").await.len(), after.len() + 1);

    for _ in 0..2 {
        assert_eq!(li.get("/exports/rmas.csv").await.0, 200);
    }
    let exported = ("li".to_owned(), "export.read".to_owned());
    assert_eq!(trail(&admin, "export:rmas").await, [exported.clone(), exported], "every time");
});

on_both!(a_contact_seen_on_a_page_is_written_down, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    for (path, body) in [
        ("/depots", json!({ "code": "JN", "name": "济南", "city": "济南", "class": "common" })),
        ("/parts", json!({ "part_no": "BOARD", "name": "业务板", "maker": "华讯达" })),
        (
            "/customers",
            json!({ "code": "C1", "name": "济南电力公司", "plan": "standard",
            "contacts": [{ "name": "黄杰", "email": "it@c1.example" }] }),
        ),
    ] {
        assert_eq!(admin.post(path, &body).await.0, 201, "{path}");
    }
    let line = json!({ "part_no": "BOARD", "serial": "B-1", "fault": "no link", "mode": "repair_return" });
    let (_, rma) = admin.post("/rmas", &json!({ "customer": "C1", "lines": [line] })).await;
    let number = rma["number"].as_str().unwrap();
    let zhao = server.user("zhao", Role::Manager, &[], &[]).await;
    let browser = Browser::signed_in(&server, "zhao").await;
    let subject = format!("rma:{number}");
    let seen = |trail: &[(String, String)], action: &str| {
        trail.iter().filter(|row| **row == ("zhao".to_owned(), action.to_owned())).count()
    };
    assert!(browser.page("/settings/customers/C1").await.contains("it@c1.example"));
    assert_eq!(seen(&trail(&admin, "customer:C1").await, "customer.read"), 1);
    assert!(browser.page(&format!("/rma/{number}")).await.contains("it@c1.example"));
    assert_eq!(seen(&trail(&admin, &subject).await, "contact.read"), 1);
    db.clock().advance(TimeDelta::minutes(61));
    assert_eq!(browser.get(&format!("/print/rma/{number}/1/tag")).await.status(), 200);
    assert_eq!(seen(&trail(&admin, &subject).await, "contact.read"), 2, "the label names who sent it");
    db.clock().advance(TimeDelta::minutes(61));
    let (_, document) = zhao.get(&format!("/rmas/{number}")).await;
    assert_eq!(document["contact_email"], "it@c1.example");
    assert_eq!(seen(&trail(&admin, &subject).await, "contact.read"), 3);
    let customer = server.user("huang", Role::Customer, &[], &["C1"]).await;
    assert_eq!(customer.get(&format!("/rmas/{number}")).await.0, 200);
    assert!(trail(&admin, &subject).await.iter().all(|(actor, _)| actor != "huang"), "one's own");
});

on_both!(a_list_with_addresses_of_people_outside_is_written_down, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let zhao = server.user("zhao", Role::Manager, &[], &[]).await;
    let page = Browser::signed_in(&server, "admin").await;
    for (list, by_script, by_page) in
        [("notices", "/notices", "/notices"), ("public_requests", "/public/requests", "/public-requests")]
    {
        for _ in 0..2 {
            assert_eq!(zhao.get(by_script).await.0, 200, "{list}");
            assert_eq!(page.get(by_page).await.status(), 200, "{list}");
        }
        let seen = trail(&admin, &format!("list:{list}")).await;
        let read = |actor: &str| (actor.to_owned(), "contact.read".to_owned());
        assert_eq!(seen, [read("admin"), read("zhao")], "{list}");
    }
});

//! The exchange proposed for a line that is likely to be late, and accepted in one act.

use super::scene::on_database;
use crate::rma::{company, request, scanned, take};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use beiku::domain::rma::{ActionKind, Mode};
use beiku::store::sql::sql;
use serde_json::{Value, json};

on_both!(a_proposal_names_a_board_and_is_accepted_in_one_act, async |db: &Database| {
    let server = Server::start(db);
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    company(&server.app).await;
    let customer = server.user("huang", Role::Customer, &[], &["C1"]).await;
    let clerk = server.user("li", Role::Clerk, &["JN"], &[]).await;
    let number = request(&server.app, "FAULTY1", Mode::RepairReturn).await.unwrap().rma.number;
    take(&server.app, &number, ActionKind::Authorise, Default::default()).await.unwrap();
    take(&server.app, &number, ActionKind::ReceiveFaulty, scanned("JN", "FAULTY1")).await.unwrap();
    let line = async |client: &crate::support::server::Client| -> Value {
        let (status, rma) = client.get(&format!("/rmas/{number}")).await;
        assert_eq!(status, 200, "{rma}");
        rma["lines"][0].clone()
    };
    let accept = format!("/rmas/{number}/lines/1/actions/accept_exchange_proposal");
    assert_eq!(line(&manager).await["exchange_proposal"], Value::Null, "it is in no danger");
    let (status, problem) = manager.post(&accept, &json!({})).await;
    assert_eq!((status.as_u16(), &problem["code"]), (409, &json!("nothing_proposed")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains(&format!("{number}/1")), "{problem}");

    on_database(&server.app, |tx| Ok(sql("UPDATE rma_line SET risk_bp = 4200").execute(tx)?)).await;
    let at_risk = line(&manager).await;
    let proposal = &at_risk["exchange_proposal"];
    assert_eq!(
        [&proposal["part_no"], &proposal["serial"], &proposal["depot"], &proposal["miss_probability"]],
        [&json!("BOARD-1"), &json!("SPARE1"), &json!("JN"), &json!(0.42)],
        "{at_risk}"
    );
    let may = |line: &Value, deed: &str| line["allowed_actions"].as_array().unwrap().contains(&json!(deed));
    assert!(may(&at_risk, "accept_exchange_proposal") && may(&at_risk, "assign"), "{at_risk}");
    let customers = line(&customer).await;
    assert!(!may(&customers, "accept_exchange_proposal") && !may(&customers, "assign"), "{customers}");
    let due =
        at_risk["promises"].as_array().unwrap().iter().find(|promise| promise["kind"] == "repair_return");
    assert_eq!(proposal["decide_by"], due.unwrap()["due_on"]);
    assert_eq!(line(&customer).await["exchange_proposal"], Value::Null, "customers do not see stock");
    assert_eq!(clerk.post(&accept, &json!({})).await.0, 403);

    // The customer's mail is read before it goes out: of the trial nothing is left.
    let kept = async || {
        on_database(&server.app, |tx| {
            let counted = "SELECT CAST((SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM reservation) \
                 + (SELECT COUNT(*) FROM audit) + (SELECT SUM(version) FROM rma_line) AS BIGINT) AS value";
            Ok(sql(counted).number(tx)?)
        })
        .await
    };
    let before = kept().await;
    let preview = format!("{accept}/preview");
    assert_eq!(clerk.post(&preview, &json!({})).await.0, 403);
    let (status, draft) = manager.post(&preview, &json!({})).await;
    assert_eq!((status.as_u16(), &draft["to"]), (200, &json!("it@c1.example")), "{draft}");
    assert!(draft["subject"].as_str().unwrap().contains(&number), "{draft}");
    assert!(draft["text"].as_str().unwrap().contains("FAULTY1"), "{draft}");
    assert_eq!(kept().await, before, "nothing of it is kept");

    let (status, done) = manager.post(&accept, &json!({})).await;
    assert_eq!(status, 200, "{done}");
    assert_eq!(done["exchange_proposal"], Value::Null, "it is decided");
    assert!(!may(&done, "accept_exchange_proposal"), "{done}");
    let told = &done["notices"][0];
    assert_eq!((&told["kind"], &told["to"]), (&json!("exchange_decided"), &json!("it@c1.example")), "{done}");
    let reserved = on_database(&server.app, |tx| {
        Ok(sql("SELECT COUNT(*) AS value FROM reservation r JOIN rma m ON m.number = r.document WHERE r.state = 'open'").number(tx)?)
    })
    .await;
    assert_eq!(reserved, 1, "held for the RMA");
    assert_eq!(manager.post(&accept, &json!({})).await.0, 409, "once");

    // The board that is held is the one that is given, and what held it is used up.
    let ship = format!("/rmas/{number}/lines/1/actions/ship_exchange");
    let (status, shipped) = manager.post(&ship, &json!({"carrier": "顺丰", "tracking_no": "SF1"})).await;
    assert_eq!(status, 200, "{shipped}");
    assert_eq!(shipped["issued"][0]["serial"], "SPARE1", "{shipped}");
    let open = on_database(&server.app, |tx| {
        Ok(sql("SELECT COUNT(*) AS value FROM reservation WHERE state = 'open'").number(tx)?)
    })
    .await;
    assert_eq!(open, 0);
});

on_both!(a_customers_own_on_site_spare_is_proposed_before_any_depots, async |db: &Database| {
    let server = Server::start(db);
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    company(&server.app).await;
    let made = async |path: &str, body: Value| {
        let (status, answer) = manager.post(path, &body).await;
        assert_eq!(status, 201, "{answer}");
    };
    made("/customers", json!({ "code": "OTHER", "name": "德州水务" })).await;
    for (depot, customer, serial) in [("ONS", "C1", "ONSITE"), ("AAA", "OTHER", "THEIRS")] {
        made(
            "/depots",
            json!({ "code": depot, "name": "现场备件", "city": "济南", "class": "other", "customer": customer }),
        )
        .await;
        let bought = json!({ "kind": "receive", "part_no": "BOARD-1", "serial": serial, "from": "supplier", "to": depot });
        made("/movements", bought).await;
    }
    let offered = async |query: &str| -> Vec<Value> {
        let path = format!("/availability?part_no=BOARD-1&near=JN{query}");
        let (status, found) = manager.get(&path).await;
        assert_eq!(status, 200, "{found}");
        found["items"].as_array().unwrap().iter().map(|offer| offer["depot"].clone()).collect()
    };
    assert_eq!(offered("").await, ["JN"], "on-site spares are their customer's");
    assert_eq!(offered("&customer=c1").await, ["ONS", "JN"]);
    let (status, unknown) = manager.get("/availability?part_no=BOARD-1&customer=NOBODY").await;
    assert_eq!((status.as_u16(), &unknown["errors"][0]["code"]), (422, &json!("unknown_customer")));

    let number = request(&server.app, "FAULTY1", Mode::RepairReturn).await.unwrap().rma.number;
    take(&server.app, &number, ActionKind::Authorise, Default::default()).await.unwrap();
    take(&server.app, &number, ActionKind::ReceiveFaulty, scanned("JN", "FAULTY1")).await.unwrap();
    on_database(&server.app, |tx| Ok(sql("UPDATE rma_line SET risk_bp = 4200").execute(tx)?)).await;
    let (_, rma) = manager.get(&format!("/rmas/{number}")).await;
    let proposal = &rma["lines"][0]["exchange_proposal"];
    assert_eq!((&proposal["serial"], &proposal["depot"]), (&json!("ONSITE"), &json!("ONS")), "{rma}");
    let act = async |action: &str, body: Value| {
        let (status, done) = manager.post(&format!("/rmas/{number}/lines/1/actions/{action}"), &body).await;
        assert_eq!(status, 200, "{action}: {done}");
        done
    };
    act("accept_exchange_proposal", json!({})).await;
    let shipped = act("ship_exchange", json!({})).await;
    assert_eq!(shipped["issued"][0]["serial"], "ONSITE", "{shipped}");
});

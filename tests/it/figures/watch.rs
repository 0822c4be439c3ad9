//! Mails to our own people, each once, and to customers whose date a new calendar moves.

use super::foresight::received_before;
use super::scene::{Case, on_database, write};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use beiku::jobs::{Job, Scheduler};
use beiku::store::sql::sql;
use serde_json::{Value, json};

async fn server(db: &Database) -> Server {
    db.clock().set("2026-06-30T04:00:00Z".parse().unwrap());
    let server = Server::start(db);
    server.user("wang", Role::Manager, &[], &[]).await;
    server.user("root", Role::Admin, &[], &[]).await;
    server.sql("UPDATE app_user SET email = username || '@beiku.example', display_name = '王敏'").await;
    server
}

/// Kind, recipient and payload of every mail queued, in order.
async fn queued(server: &Server) -> Vec<(String, String, Value)> {
    beiku::row! { struct Queued { kind: String, recipient: String, payload: String } }
    let rows: Vec<Queued> = on_database(&server.app, |tx| {
        Ok(sql("SELECT kind, recipient, payload FROM outbox ORDER BY id").load(tx)?)
    })
    .await;
    rows.into_iter()
        .map(|row| (row.kind, row.recipient, serde_json::from_str(&row.payload).unwrap()))
        .collect()
}

fn due_in(days_old: u32, rma: &str) -> Case {
    Case::new(rma, &received_before("2026-06-30".parse().unwrap(), days_old).to_string())
}

on_both!(each_line_is_named_once_at_risk_and_once_late, async |db: &Database| {
    let server = server(db).await;
    write(&server.app, vec![due_in(50, "R-1"), due_in(70, "R-2"), due_in(5, "R-3")]).await;
    let scheduler = Scheduler::new(server.app.clone());
    scheduler.turn(Job::MarkBroken).await.unwrap();
    assert_eq!(scheduler.turn(Job::Warn).await.unwrap(), 2, "the fresh one needs nobody");
    assert_eq!(scheduler.turn(Job::Warn).await.unwrap(), 0);
    let mails = queued(&server).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    let (kind, recipient, payload) = &mails[0];
    assert_eq!((kind.as_str(), recipient.as_str()), ("warnings", "wang@beiku.example"));
    let news = &payload["notice"]["staff"]["news"]["warnings"];
    assert_eq!(
        (&news["at_risk"][0]["rma"], &news["late"][0]["rma"]),
        (&json!("R-1"), &json!("R-2")),
        "{payload}"
    );
    // Ten working days later R-1 is late, and says so once.
    db.clock().set("2026-07-20T04:00:00Z".parse().unwrap());
    scheduler.turn(Job::MarkBroken).await.unwrap();
    assert_eq!(scheduler.turn(Job::Warn).await.unwrap(), 1);
    let last = queued(&server).await.pop().unwrap().2;
    assert_eq!(last["notice"]["staff"]["news"]["warnings"]["late"][0]["rma"], "R-1", "{last}");
    assert_eq!(scheduler.turn(Job::Warn).await.unwrap(), 0);
});

on_both!(the_morning_mail_comes_once_and_the_alert_once_a_month, async |db: &Database| {
    let server = server(db).await;
    // Whoever was seen so far took too long.
    let slow = Case::new("SLOW", "2025-09-01").with("confirm_returned", "2026-02-02");
    let cases = (0..4).map(|n| due_in(55, &format!("R-{n}"))).chain([slow]).collect();
    write(&server.app, cases).await;
    let scheduler = Scheduler::new(server.app.clone());
    scheduler.turn(Job::Seal).await.unwrap();
    db.clock().set("2026-07-01T23:00:00Z".parse().unwrap());
    assert_eq!(scheduler.turn(Job::Digest).await.unwrap(), 0, "seven in the morning");
    db.clock().set("2026-07-02T00:30:00Z".parse().unwrap());
    assert_eq!(scheduler.turn(Job::Digest).await.unwrap(), 2, "the digest and the alert");
    assert_eq!(scheduler.turn(Job::Digest).await.unwrap(), 0);
    db.clock().set("2026-07-03T00:30:00Z".parse().unwrap());
    assert_eq!(scheduler.turn(Job::Digest).await.unwrap(), 1, "the alert of July was told");
    let mails = queued(&server).await;
    let kinds: Vec<&str> = mails.iter().map(|(kind, _, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["daily_digest", "month_in_danger", "daily_digest"]);
    let digest = &mails[0].2["notice"]["staff"]["news"]["digest"];
    assert_eq!(
        [&digest["open"], &digest["overdue"], &digest["at_risk"]],
        [&json!(4), &json!(0), &json!(4)],
        "{digest}"
    );
    assert_eq!(
        [&digest["month"]["open"], &digest["month"]["chance_percent"]],
        [&json!(4), &json!(0)],
        "nothing ever came back"
    );
    assert!(digest["seals"][0].as_str().unwrap().starts_with("rma_event "), "{digest}");
});

on_both!(administrators_are_told_of_every_dead_letter_once, async |db: &Database| {
    let server = server(db).await;
    server
        .sql("INSERT INTO outbox (event, kind, recipient, language, payload, state, next_attempt_at, message_id, last_error, created_at) \
              VALUES ('e', 'test', 'liu@c1.example', 'zh-CN', '{}', 'dead', '2026-06-30 00:00:00', 'm', '550 no such mailbox', '2026-06-30 00:00:00')")
        .await;
    let scheduler = Scheduler::new(server.app.clone());
    assert_eq!(scheduler.turn(Job::DeadLetters).await.unwrap(), 1);
    assert_eq!(scheduler.turn(Job::DeadLetters).await.unwrap(), 0);
    let (kind, recipient, payload) = queued(&server).await.pop().unwrap();
    assert_eq!((kind.as_str(), recipient.as_str()), ("dead_letter", "root@beiku.example"));
    let told = &payload["notice"]["staff"]["news"]["dead_letter"];
    assert_eq!(
        (&told["recipient"], &told["error"]),
        (&json!("liu@c1.example"), &json!("550 no such mailbox"))
    );
});

on_both!(a_new_calendar_tells_each_customer_whose_date_moved, async |db: &Database| {
    let server = server(db).await;

    write(&server.app, vec![Case::new("R-1", "2026-12-01"), Case::new("R-2", "2026-03-02")]).await;
    server.sql("UPDATE rma SET contact_email = 'it@c1.example', contact_name = '黄杰'").await;
    let before = queued(&server).await.len();
    let days = json!({"year": 2027, "days": [
        {"date": "2027-01-01", "kind": "holiday", "name_zh": "元旦"}, {"date": "2027-02-05", "kind": "holiday", "name_zh": "春节"},
        {"date": "2027-02-06", "kind": "holiday", "name_zh": "春节"}, {"date": "2027-02-07", "kind": "holiday", "name_zh": "春节"},
        {"date": "2027-02-08", "kind": "holiday", "name_zh": "春节"}, {"date": "2027-02-09", "kind": "holiday", "name_zh": "春节"},
        {"date": "2027-02-10", "kind": "holiday", "name_zh": "春节"}, {"date": "2027-02-11", "kind": "holiday", "name_zh": "春节"},
        {"date": "2027-02-12", "kind": "holiday", "name_zh": "春节"}, {"date": "2027-04-05", "kind": "holiday", "name_zh": "清明节"},
        {"date": "2027-05-01", "kind": "holiday", "name_zh": "劳动节"}, {"date": "2027-06-09", "kind": "holiday", "name_zh": "端午节"},
        {"date": "2027-09-15", "kind": "holiday", "name_zh": "中秋节"}, {"date": "2027-10-01", "kind": "holiday", "name_zh": "国庆节"}]});
    let ctx = server.operator();
    let notices: Vec<beiku::app::calendar::Notice> = {
        let text = days["days"].as_array().unwrap().iter().map(|day| {
            let field = |name: &str| day[name].as_str().unwrap();
            format!("{},{},{},x\n", field("date"), field("kind"), field("name_zh"))
        });
        beiku::app::calendar::read_csv(&format!("date,kind,name_zh,name_en\n{}", text.collect::<String>()))
            .unwrap()
    };
    let moved = server
        .app
        .store()
        .write(move |tx| beiku::app::calendar::publish(tx, &ctx, &notices))
        .await
        .unwrap()
        .1;
    assert_eq!(moved.moves.len(), 1);
    let mails = queued(&server).await;
    assert_eq!(mails.len(), before + 1, "one customer's date moved: {mails:?}");
    let (kind, recipient, payload) = mails.last().unwrap();
    assert_eq!((kind.as_str(), recipient.as_str()), ("date_moved", "it@c1.example"));
    let news = &payload["notice"]["rma"]["news"]["date_moved"];
    let due = |date: Option<chrono::NaiveDate>| json!(date.unwrap().to_string());
    assert_eq!(news["old_due_on"], due(moved.moves[0].promise.due_on));
    assert_eq!(news["promise"]["due_on"], due(moved.moves[0].due_on));
    assert_eq!(news["promise"]["provisional"], json!(false));
    // The reconciler finds nothing left to say.
    assert_eq!(Scheduler::new(server.app.clone()).turn(Job::FollowCalendar).await.unwrap(), 0);
    assert_eq!(queued(&server).await.len(), before + 1);
});

on_both!(the_ledger_proves_itself_once_a_night_and_the_morning_mail_says_so, async |db: &Database| {
    let server = server(db).await;
    let nodes = [Scheduler::new(server.app.clone()), Scheduler::new(server.app.clone())];
    db.clock().set("2026-07-01T17:30:00Z".parse().unwrap());
    assert_eq!(nodes[0].turn(Job::Prove).await.unwrap(), 0, "half past one in the night");
    db.clock().set("2026-07-01T18:05:00Z".parse().unwrap());
    let (one, other) = tokio::join!(nodes[0].turn(Job::Prove), nodes[1].turn(Job::Prove));
    assert_eq!(one.unwrap() + other.unwrap(), 1, "one of the nodes");
    assert_eq!(nodes[1].turn(Job::Prove).await.unwrap(), 0, "once a night");
    db.clock().set("2026-07-02T00:30:00Z".parse().unwrap());
    nodes[0].turn(Job::Digest).await.unwrap();
    let digest = queued(&server).await.pop().unwrap().2;
    assert_eq!(digest["notice"]["staff"]["news"]["digest"]["proof"], json!(["2026-07-02", 0]), "{digest}");
    // A node that died over its proof leaves the night to the others.
    server.sql("UPDATE ledger_proof SET ended_at = NULL").await;
    assert_eq!(nodes[1].turn(Job::Prove).await.unwrap(), 1, "two hours later");
    // What does not prove is said.
    db.spoil();
    server.sql("INSERT INTO part (part_no, name, tracking) VALUES ('GHOST', 'x', 'quantity')").await;
    server
        .sql(
            "INSERT INTO balance (place_id, part_id, condition, owner, quantity) \
             SELECT p.id, t.id, 'good', 'us', 3 FROM place p, part t WHERE p.code = 'scrap' AND t.part_no = 'GHOST'",
        )
        .await;
    db.clock().set("2026-07-02T18:05:00Z".parse().unwrap());
    assert_eq!(nodes[0].turn(Job::Prove).await.unwrap(), 1);
    db.clock().set("2026-07-03T00:30:00Z".parse().unwrap());
    nodes[0].turn(Job::Digest).await.unwrap();
    let digest = queued(&server).await.pop().unwrap().2;
    assert_eq!(digest["notice"]["staff"]["news"]["digest"]["proof"], json!(["2026-07-03", 1]), "{digest}");
    let found: String = {
        beiku::row! { struct Found { found: String } }
        let rows: Vec<Found> = on_database(&server.app, |tx| {
            Ok(sql("SELECT found FROM ledger_proof ORDER BY id DESC LIMIT 1").load(tx)?)
        })
        .await;
        rows.into_iter().next().unwrap().found
    };
    assert!(found.starts_with("balance_extra balance scrap GHOST good us"), "{found}");
});

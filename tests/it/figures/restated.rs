//! What a later evidence pack tells differently from the earlier ones: which packs it answers, who did it, and why.

use super::evidence::{file, independent, pack, server};
use super::scene::{Case, event, noon, on_database, write};
use crate::support::server::{Client, Server};
use crate::support::{Database, on_both};
use beiku::app::evidence::check;
use beiku::domain::actor::Role;
use beiku::store::sql::sql;
use beiku::store::{Conn, StoreResult};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

on_both!(a_later_pack_lists_what_it_tells_differently, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let july = json!({"from": "2025-07", "to": "2025-07", "as_of": "2025-08-31"});
    let (_, first) = manager.post("/evidence", &july).await;
    // R-2's hand-over is put right: it came a day late. R-8, of August, is none of July's business.
    let li = server.user("li", Role::Manager, &[], &[]).await;
    drop(li);
    db.clock().set("2025-09-02T02:00:00Z".parse().unwrap());
    on_database(&server.app, |tx| {
        let line = sql("SELECT id AS value FROM rma_line WHERE serial = 'S-R-2'").number(tx)?;
        let wrong = sql("SELECT id AS value FROM rma_event WHERE line_id = $1 AND kind = 'confirm_returned'").bind(line).number(tx)?;
        let now = "2025-09-02T01:00:00Z".parse().unwrap();
        event(tx, line, "note", noon("2025-07-30".parse().unwrap()), Some(wrong), now)?;
        let right = event(tx, line, "confirm_returned", noon("2025-07-31".parse().unwrap()), None, now)?;
        sql("INSERT INTO rma_event (rma_id, line_id, track, kind, note, actor_id, occurred_at, recorded_at) \
             SELECT rma_id, line_id, 'note', 'note', '签收单日期有误', (SELECT id FROM app_user WHERE username = 'li'), $2, $2 \
             FROM rma_event WHERE id = $1")
        .bind(right)
        .bind(now)
        .execute(tx)?;
        // What is said among ourselves, and what bears on no date, is none of the customer's reading.
        for (kind, note, internal) in
            [("note", "客户好应付", true), ("assign", "李工", false), ("approve_cost", "860.00", false)]
        {
            sql("INSERT INTO rma_event (rma_id, line_id, track, kind, note, internal, actor_id, occurred_at, recorded_at) \
                 SELECT rma_id, line_id, 'note', $3, $4, $5, (SELECT id FROM app_user WHERE username = 'wang'), $2, $2 \
                 FROM rma_event WHERE id = $1")
            .bind(right)
            .bind(now)
            .bind(kind)
            .bind(note)
            .bind(internal)
            .execute(tx)?;
        }
        Ok(())
    })
    .await;
    let (_, second) = manager.post("/evidence", &july).await;
    assert_eq!(second["restated"], 1, "{second}");
    assert_eq!(
        second["figures"]["strict"]["timely"].as_i64().unwrap() + 1,
        first["figures"]["strict"]["timely"].as_i64().unwrap()
    );
    let bytes = file(&manager, second["number"].as_str().unwrap()).await;
    let restated = pack(&bytes).restated;
    let row = csv::Reader::from_reader(restated.as_bytes()).records().next().unwrap().unwrap();
    let row: Vec<&str> = row.iter().collect();
    assert_eq!(
        row[..8],
        ["EV-2025-000001", "R-2", "1", "2025-08-31", "2025-07-30", "2025-07-30", "timely", "missed"]
    );
    assert_eq!(row[12], "li");
    assert!(row[13].contains("签收单日期有误"), "{row:?}");
    for ours in ["客户好应付", "assign", "李工", "approve_cost", "860.00"] {
        assert!(!row[13].contains(ours), "{ours} is ours: {row:?}");
    }
    assert!(check(&pack(&bytes), None).unwrap().broken.is_none());
    if let Some(theirs) = independent(&bytes) {
        assert_eq!(theirs["holds"], true, "{theirs}");
    }
    // What merely happened since is no restatement.
    let (_, third) = manager.post("/evidence", &july).await;
    assert_eq!(third["restated"], 0);
});

/// Takes back the only event of a kind on a line, and enters it anew with another day: by wang, the day after the packs.
fn put_right(tx: &mut Conn, serial: &str, kind: &str, on: &str) -> StoreResult<()> {
    let line = sql("SELECT id AS value FROM rma_line WHERE serial = $1").bind(serial).number(tx)?;
    let wrong = sql("SELECT id AS value FROM rma_event WHERE line_id = $1 AND kind = $2")
        .bind(line)
        .bind(kind)
        .number(tx)?;
    let now: DateTime<Utc> = "2025-09-02T01:00:00Z".parse().unwrap();
    event(tx, line, "correct", noon(on.parse().unwrap()), Some(wrong), now)?;
    sql("INSERT INTO rma_event (rma_id, line_id, track, kind, note, actor_id, occurred_at, recorded_at) \
         SELECT l.rma_id, l.id, 'repair', $2, '签收单', (SELECT id FROM app_user WHERE username = 'wang'), $3, $4 \
         FROM rma_line l WHERE l.id = $1")
    .bind(line)
    .bind(kind)
    .bind(noon(on.parse().unwrap()))
    .bind(now)
    .execute(tx)?;
    Ok(())
}

/// Pack, RMA, old and new strict class, who and why of each restated row.
async fn restated(client: &Client, issued: &Value) -> Vec<[String; 6]> {
    let restated = pack(&file(client, issued["number"].as_str().unwrap()).await).restated;
    let rows = csv::Reader::from_reader(restated.as_bytes()).into_records();
    rows.map(|row| {
        let row = row.unwrap();
        [0, 1, 6, 7, 12, 13].map(|at: usize| row[at].to_owned())
    })
    .collect()
}

on_both!(a_dispatch_put_right_names_who_did_it_where_dispatch_hands_back, async |db: &Database| {
    // Written past the books: what is asked is how facts of any date are read.
    db.spoil();
    db.clock().set("2025-09-01T02:00:00Z".parse().unwrap());
    let server = Server::start(db);
    let cases = vec![
        Case::new("R-1", "2025-05-06").with("dispatch_return", "2025-07-30"),
        Case::new("R-2", "2025-05-06").with("confirm_returned", "2025-07-30"),
    ];
    write(&server.app, cases).await;
    on_database(&server.app, |tx| {
        Ok(sql("UPDATE plan_version SET returned_when = 'dispatched'").execute(tx)?)
    })
    .await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let july = json!({"from": "2025-07", "to": "2025-07", "as_of": "2025-08-31"});
    let (_, first) = manager.post("/evidence", &july).await;
    assert_eq!(first["figures"]["strict"]["timely"], 2, "{first}");
    db.clock().set("2025-09-02T02:00:00Z".parse().unwrap());
    on_database(&server.app, |tx| {
        put_right(tx, "S-R-1", "dispatch_return", "2025-07-31")?;
        // The due date of another became an earlier one, and nobody recorded why.
        sql("UPDATE promise SET amount = 59, base_due_on = '2025-07-29', due_on = '2025-07-29', sort_due = '2025-07-29' \
             WHERE line_id = (SELECT id FROM rma_line WHERE serial = 'S-R-2')")
        .execute(tx)?;
        Ok(())
    })
    .await;
    let (_, second) = manager.post("/evidence", &july).await;
    let rows = restated(&manager, &second).await;
    let [dispatched, unsaid] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(dispatched[..5], ["EV-2025-000001", "R-1", "timely", "missed", "wang"]);
    assert!(dispatched[5].ends_with("dispatch_return: 签收单"), "{dispatched:?}");
    assert_eq!(unsaid[1..], ["R-2", "timely", "missed", "", ""], "no calendar is named that is the same");
});

on_both!(a_pack_over_more_lines_lists_what_one_over_fewer_told, async |db: &Database| {
    // Written past the books: what is asked is how facts of any date are read.
    db.spoil();
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let july = |more: Value| {
        let mut asked = json!({"from": "2025-07", "to": "2025-07", "as_of": "2025-08-31"});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        asked
    };
    let issue = async |more: Value| {
        let (status, issued) = manager.post("/evidence", &july(more)).await;
        assert_eq!(status, 201, "{issued}");
        let number = issued["number"].as_str().unwrap().to_owned();
        (number, restated(&manager, &issued).await)
    };
    let (own, _) = issue(json!({"customer": "C1"})).await;
    let (other, _) = issue(json!({"customer": "C2"})).await;
    db.clock().set("2025-09-02T02:00:00Z".parse().unwrap());
    on_database(&server.app, |tx| put_right(tx, "S-R-2", "confirm_returned", "2025-07-31")).await;
    assert_eq!(issue(json!({"depot": "DZ"})).await.1, Vec::<[String; 6]>::new(), "R-2 is not of DZ");
    let (all, rows) = issue(json!({})).await;
    assert_eq!(rows.len(), 1, "{other} says nothing else: {rows:?}");
    assert_eq!(rows[0][..5], [own.as_str(), "R-2", "timely", "missed", "wang"]);
    assert_eq!(issue(json!({})).await.1.len(), 0, "told once, in {all}");
    let (_, rows) = issue(json!({"customer": "C1"})).await;
    assert_eq!(rows.len(), 1, "whom the first was made for has read none of the packs over all: {rows:?}");
    assert_eq!(issue(json!({"customer": "C1"})).await.1.len(), 0);
    assert_eq!(issue(json!({})).await.1.len(), 0, "both tell it alike");
});

/// The due date of a line moves, and somebody says why.
fn moves(tx: &mut Conn, serial: &str, (on, by): (&str, i64), recorded_at: &str) -> StoreResult<()> {
    let now: DateTime<Utc> = recorded_at.parse().unwrap();
    sql("UPDATE promise SET amount = amount + $3, base_due_on = $2, due_on = $2, sort_due = $2 \
         WHERE line_id = (SELECT id FROM rma_line WHERE serial = $1)")
    .bind(serial)
    .bind(on.parse::<chrono::NaiveDate>().unwrap())
    .bind(by)
    .execute(tx)?;
    let line = sql("SELECT id AS value FROM rma_line WHERE serial = $1").bind(serial).number(tx)?;
    event(tx, line, "note", now, None, now)?;
    Ok(())
}

on_both!(a_line_that_left_the_period_is_told_once, async |db: &Database| {
    // Written past the books: what is asked is how facts of any date are read.
    db.spoil();
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let month = |month: &str| json!({"from": month, "to": month, "as_of": "2025-08-31"});
    let issue = async |asked: Value| {
        let (status, issued) = manager.post("/evidence", &asked).await;
        assert_eq!(status, 201, "{issued}");
        let rows = restated(&manager, &issued).await;
        let bytes = file(&manager, issued["number"].as_str().unwrap()).await;
        assert!(check(&pack(&bytes), None).unwrap().broken.is_none());
        (issued["number"].as_str().unwrap().to_owned(), rows)
    };
    let (july, _) = issue(month("2025-07")).await;
    db.clock().set("2025-09-02T02:00:00Z".parse().unwrap());
    on_database(&server.app, |tx| moves(tx, "S-R-2", ("2025-08-13", 10), "2025-09-02T01:00:00Z")).await;
    // August's pack comes first; July's tells its own readers all the same, and each once.
    let (_, moved_in) = issue(month("2025-08")).await;
    assert_eq!(moved_in.len(), 1, "{moved_in:?}");
    assert_eq!(moved_in[0][..2], [july.as_str(), "R-2"]);
    let (second, moved_out) = issue(month("2025-07")).await;
    assert_eq!(moved_out, moved_in, "a moved date is listed in both months");
    for again in ["2025-07", "2025-08", "2025-07"] {
        assert_eq!(issue(month(again)).await.1, Vec::<[String; 6]>::new(), "{again} again");
    }
    // It comes back: that is news, held against what was told last.
    db.clock().set("2025-09-03T02:00:00Z".parse().unwrap());
    on_database(&server.app, |tx| moves(tx, "S-R-2", ("2025-07-30", -10), "2025-09-03T01:00:00Z")).await;
    let (_, back) = issue(month("2025-07")).await;
    assert_eq!(back.len(), 1, "{back:?}");
    assert_eq!(back[0][..2], [second.as_str(), "R-2"]);
    let deleted: StoreResult<usize> =
        server.app.store().write(|tx| Ok(sql("DELETE FROM evidence_restated").execute(tx)?)).await;
    assert!(deleted.unwrap_err().to_string().contains("append-only"));
    assert_eq!(issue(month("2025-07")).await.1.len(), 0);
});

//! A spreadsheet by the browser: checked, committed, rejects given back.

use crate::support::browser::{Browser, hidden, location};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::app::import::kind::Kind;
use beiku::domain::actor::Role;

const DEPOTS: &str = "代码,名称,城市\nJN,济南备件库,济南\nDZ,德州备件库,德州\nJN,又一个,济南\n";

on_both!(a_spreadsheet_is_checked_then_committed, async |db: &Database| {
    let server = Server::start(db);
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let page = boss.page("/imports").await;
    assert!(page.contains("Depot code") || page.contains(">Code<"), "the columns are told first: {page}");
    let file = || ("depots.csv", DEPOTS.as_bytes().to_vec());
    let answer = boss.upload("/imports", "/imports", &[("kind", "depots")], file()).await;
    assert_eq!(answer.status(), 303);
    let at = location(&answer).to_owned();

    let page = boss.page(&at).await;
    assert!(page.contains("JN is already in row 2.") && page.contains("1 refused row"), "{page}");
    assert!(page.contains(">JN</span>") && page.contains("Keep one of this row and row 2."), "{page}");
    assert!(!boss.page("/stock").await.contains("济南备件库"), "a look writes nothing");
    let rejects = boss.get(&format!("{at}/rejects.csv")).await;
    assert!(rejects.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    let rejects = rejects.text().await.unwrap();
    assert!(rejects.starts_with("\u{feff}row,column,code,message,"), "{rejects}");
    assert!(rejects.contains("duplicate_in_file") && rejects.contains("又一个"), "{rejects}");

    let key = hidden(&page, "idempotency_key").to_owned();
    let form = [("idempotency_key", key.as_str()), ("skip_bad", "1")];
    let commit = format!("{at}/commit");
    assert_eq!(boss.submit(&at, &commit, &form).await, at);
    assert_eq!(boss.submit(&at, &commit, &form).await, at, "sent twice");
    let page = boss.page(&at).await;
    assert!(page.contains("2 rows were written.") && !page.contains("/commit"), "{page}");
    let (status, depots) = server.user("admin", Role::Admin, &[], &[]).await.get("/depots").await;
    assert_eq!(status, 200, "{depots}");
    assert_eq!(depots["items"].as_array().map(Vec::len), Some(2), "{depots}");

    let answer = boss.upload("/imports", "/imports", &[("kind", "depots")], file()).await;
    let again = location(&answer).to_owned();
    assert!(boss.page(&again).await.contains("No row can be imported"), "both rows are known");
    assert_eq!(boss.get(&at).await.status(), 404, "a new file takes the place of the old one");
});

on_both!(a_file_is_its_senders_and_must_be_a_spreadsheet, async |db: &Database| {
    let server = Server::start(db);
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("other", Role::Admin, &[], &[]).await;
    server.user("clerk", Role::Clerk, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let answer = boss.upload("/imports", "/imports", &[("kind", "depots")], ("d.csv", DEPOTS.into())).await;
    let at = location(&answer).to_owned();
    assert_eq!(Browser::signed_in(&server, "other").await.get(&at).await.status(), 404);
    let clerk = Browser::signed_in(&server, "clerk").await;
    assert_eq!(clerk.get("/imports").await.status(), 403);
    assert_eq!(clerk.get(&at).await.status(), 403);

    let wrong = [("csrf", "wrong"), ("kind", "depots")];
    let answer = boss.upload("/imports", "/imports", &wrong, ("d.csv", DEPOTS.into())).await;
    assert_eq!(answer.status(), 303, "the first token counts, which is the page's");
    let answer = boss.post(&format!("{at}/commit"), &[("skip_bad", "1")]).await;
    assert_eq!(answer.status(), 403, "without the page's token");
    let empty = boss.upload("/imports", "/imports", &[("kind", "depots")], ("", vec![])).await;
    assert_eq!(empty.status(), 422);
    assert!(empty.text().await.unwrap().contains("Choose a file"));
    let odd = boss.upload("/imports", "/imports", &[("kind", "depots")], ("d.csv", "名称\nX\n".into())).await;
    let page = boss.get(location(&odd)).await;
    assert_eq!(page.status(), 422);
    assert!(page.text().await.unwrap().contains("is missing"));
});

on_both!(the_headings_of_every_kind_are_told_and_come_as_a_table, async |db: &Database| {
    let server = Server::start(db);
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let page = boss.page("/imports").await;
    for kind in Kind::ALL {
        let blank = boss.get(&format!("/imports/{}/template.csv", kind.as_str())).await;
        let blank = blank.text().await.unwrap();
        let told: Vec<&str> = kind.columns().iter().map(|column| column.en).collect();
        assert_eq!(blank, format!("\u{feff}{}\r\n", told.join(",")), "{kind:?}");
        for column in told {
            assert!(page.contains(&format!("<span class=\"tag\">{column}")), "{kind:?} {column}: {page}");
        }
        // What the page gives away is taken: with nothing below its headings there is nothing to say against it.
        let form = [("kind", kind.as_str())];
        let answer = boss.upload("/imports", "/imports", &form, ("blank.csv", blank.into_bytes())).await;
        assert_eq!(boss.get(location(&answer)).await.status(), 200, "{kind:?}");
    }
    assert_eq!(boss.get("/imports/nothing/template.csv").await.status(), 404);
});

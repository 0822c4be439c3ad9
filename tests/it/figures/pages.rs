//! The reports in the browser: every tab for who may, numbers that open their rows, packs issued, a proposal accepted.

use super::foresight::received_before;
use super::scene::{Case, on_database, write};
use crate::rma::{company, request, scanned, take};
use crate::support::browser::Browser;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use beiku::domain::rma::{ActionKind, Mode};
use beiku::jobs::{Job, Scheduler};
use beiku::store::sql::sql;

const TABS: [&str; 8] =
    ["timely-repair", "ageing", "turnaround", "fill-rate", "vendors", "watched", "pauses", "evidence"];

async fn server(db: &Database) -> Server {
    db.clock().set("2026-06-30T04:00:00Z".parse().unwrap());
    let server = Server::start(db);
    let old =
        |rma: &str, days| Case::new(rma, &received_before("2026-06-30".parse().unwrap(), days).to_string());
    let mut cases: Vec<Case> = (0..6)
        .map(|n| Case::new(&format!("R-{n}"), "2026-03-02").with("confirm_returned", "2026-05-20"))
        .collect();
    cases.push(old("O-1", 50));
    cases.push(old("O-2", 70).held("2026-06-01", Some("2026-06-03")));
    write(&server.app, cases).await;
    server
}

on_both!(every_report_is_there_for_who_may_read_it, async |db: &Database| {
    let server = server(db).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("guest", Role::Customer, &[], &["C1"]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    for tab in TABS {
        let page = boss.page(&format!("/report/{tab}")).await;
        assert!(page.contains(&format!("href=\"/report/{tab}\" aria-current=\"page\"")), "{tab}: {page}");
        assert!(
            !page.contains(">reports-") && !page.contains(">evidence-"),
            "{tab}: a text is missing: {page}"
        );
    }
    let guest = Browser::signed_in(&server, "guest").await;
    for tab in TABS {
        let expected = if ["vendors", "watched"].contains(&tab) { 403 } else { 200 };
        assert_eq!(guest.get(&format!("/report/{tab}")).await.status(), expected, "{tab}");
    }
    let page = guest.page("/report/timely-repair").await;
    assert!(!page.contains("/report/vendors") && !page.contains("/report/evidence?from"), "{page}");
});

on_both!(a_number_opens_the_rows_it_counts, async |db: &Database| {
    let server = server(db).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let all = boss.page("/report/ageing").await;
    assert!(all.contains("O-1/1") && all.contains("O-2/1") && !all.contains("R-0/1"), "{all}");
    assert!(all.contains("href=\"?file=csv\""), "{all}");
    let file = boss.get("/report/ageing?left=overdue&file=csv").await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let file = file.text().await.unwrap();
    assert!(file.contains("O-2/1,") && !file.contains("O-1/1") && !file.contains('<'), "{file}");
    assert!(file.lines().next().unwrap().contains("Serial number,"), "{file}");
    let late = boss.page("/report/ageing?left=overdue").await;
    assert!(late.contains("O-2/1") && !late.contains("O-1/1"), "{late}");
    let by_age = boss.page("/report/ageing?age=46-60").await;
    assert!(by_age.contains("O-1/1") && !by_age.contains("O-2/1"), "{by_age}");
    let open = boss.page("/report/turnaround?from=2026-01&to=2026-06&end=open").await;
    assert!(open.contains("O-1/1") && !open.contains("R-0/1"), "{open}");
    let back = boss.page("/report/turnaround?from=2026-01&to=2026-06&end=returned").await;
    assert!(back.contains("R-5/1") && !back.contains("O-1/1"), "{back}");
    let paused = boss.page("/report/pauses").await;
    assert!(paused.contains("O-2/1"), "{paused}");
    // The trend of the overview leads to a month, and a month to its lines.
    let month = boss.page("/report/timely-repair?month=2026-05&class=eligible").await;
    assert!(month.contains("R-0") && month.contains("class=eligible"), "{month}");
});

on_both!(the_overview_says_who_does_what_next, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let number = request(&server.app, "FAULTY1", Mode::RepairReturn).await.unwrap().rma.number;
    take(&server.app, &number, ActionKind::Authorise, Default::default()).await.unwrap();
    take(&server.app, &number, ActionKind::ReceiveFaulty, scanned("JN", "FAULTY1")).await.unwrap();
    on_database(&server.app, |tx| Ok(sql("UPDATE rma_line SET risk_bp = 4200").execute(tx)?)).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let page = boss.page("/").await;
    for said in ["42 % chance of being late", "Service manager", "Offer an equivalent board"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let at = format!("/rma/{number}?line=1");
    assert!(page.contains(&format!("{at}#proposal")), "{page}");
    let own = boss.page(&at).await;
    assert!(own.contains("id=\"proposal\"") && own.contains("SPARE1"), "{own}");
    let notice = boss.page(&format!("/rma/{number}/lines/1/proposal-notice")).await;
    assert!(notice.contains("it@c1.example") && notice.contains("FAULTY1"), "{notice}");
    let to = boss.submit(&at, &format!("/rma/{number}/lines/1/accept-proposal"), &[]).await;
    assert_eq!(to, at);
    let decided = boss.page(&at).await;
    assert!(!decided.contains("id=\"proposal\""), "it is decided: {decided}");
});

on_both!(a_pack_is_issued_and_fetched_from_its_page, async |db: &Database| {
    let server = server(db).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("li", Role::Clerk, &["JN"], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let at = "/report/evidence";
    let period = [("from", "2026-05-01"), ("to", "2026-05-31")];
    let csrf = crate::support::browser::hidden(&boss.page(at).await, "csrf").to_owned();
    let hasty = boss.post(at, &[period[0], period[1], ("csrf", &csrf)]).await;
    assert_eq!(hasty.status(), 422, "a pack stands for ever: one press makes none");
    let form = [period[0], period[1], ("sure", "1"), ("idempotency_key", "k1")];
    assert_eq!(boss.submit(at, at, &form).await, at);
    let page = boss.page(at).await;
    assert!(page.contains("/api/v1/evidence/EV-2026-000001/report.pdf"), "{page}");
    let paper = boss.get("/api/v1/evidence/EV-2026-000001/report.pdf").await;
    assert_eq!(
        (paper.status().as_u16(), paper.headers()["content-type"].to_str().unwrap()),
        (200, "application/pdf")
    );
    let csrf = crate::support::browser::hidden(&page, "csrf").to_owned();
    let wrong = [
        ("from", "2026-05-01"),
        ("to", "2026-05-31"),
        ("customer", "NOBODY"),
        ("sure", "1"),
        ("csrf", &csrf),
    ];
    let refused = boss.post(at, &wrong).await;
    assert!(refused.status().is_client_error(), "{}", refused.status());
    let clerk = Browser::signed_in(&server, "li").await;
    let page = clerk.page(at).await;
    assert!(!page.contains("name=\"customer\""), "clerks issue none: {page}");
});

on_both!(the_health_page_says_when_the_ledger_last_proved_itself, async |db: &Database| {
    let server = server(db).await;
    server.user("root", Role::Admin, &[], &[]).await;
    db.clock().set("2026-06-30T19:00:00Z".parse().unwrap());
    let root = Browser::signed_in(&server, "root").await;
    Scheduler::new(server.app.clone()).turn(Job::Prove).await.unwrap();
    let page = root.page("/settings/health").await;
    assert!(page.contains("every night") && page.contains("Nothing wrong"), "{page}");
    root.submit("/settings/health", "/settings/health/proof", &[]).await;
    let page = root.page("/settings/health").await;
    assert!(page.contains("· root") && page.contains("Nothing wrong"), "{page}");
});

//! The list of RMAs: boxes, kept views, lines given to somebody.

use crate::rma::company;
use crate::support::browser::Browser;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;

pub async fn served(db: &Database) -> (Server, Browser, Vec<String>) {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("sun", Role::Technician, &["JN"], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let mut rmas = vec![];
    for serial in ["B-1", "B-2", "B-3"] {
        let form = [
            ("customer", "C1"),
            ("lines", "1"),
            ("line-0-serial", serial),
            ("line-0-part_no", "BOARD-1"),
            ("line-0-fault", "端口不通"),
            ("line-0-mode", "repair_return"),
        ];
        rmas.push(boss.submit("/rma/new", "/rma", &form).await);
    }
    boss.submit(&rmas[0], &format!("{}/lines/1/actions/authorise", rmas[0]), &[]).await;
    for rma in &rmas[1..2] {
        boss.submit(rma, &format!("{rma}/lines/1/actions/authorise"), &[]).await;
        let received = [("serial", "B-2"), ("depot", "JN")];
        boss.submit(rma, &format!("{rma}/lines/1/actions/receive_faulty"), &received).await;
    }
    (server, boss, rmas)
}

/// Serials shown in the list's table.
fn shown(page: &str) -> Vec<&'static str> {
    let table = page.split_once("<tbody>").map_or("", |(_, rest)| rest);
    ["B-1", "B-2", "B-3"].into_iter().filter(|serial| table.contains(&format!(">{serial}<"))).collect()
}

/// The count beside a box.
fn counted<'a>(page: &'a str, name: &str, value: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"{value}\"");
    let rest = page.split_once(&start).unwrap_or_else(|| panic!("no box {name}={value} in {page}")).1;
    let label = rest.split_once("</label>").unwrap().0;
    label.split_once("class=\"n\">").unwrap().1.split('<').next().unwrap()
}

on_both!(boxes_widen_within_a_group_and_narrow_between_groups, async |db: &Database| {
    let (_server, boss, _) = served(db).await;
    let page = boss.page("/rma").await;
    assert_eq!(shown(&page), ["B-1", "B-2", "B-3"]);
    assert_eq!((counted(&page, "state", "received"), counted(&page, "customer", "C1")), ("1", "3"));
    assert_eq!((counted(&page, "assignee", ""), counted(&page, "clock", "none")), ("3", "2"));
    let page = boss.page("/rma?state=received").await;
    assert_eq!(shown(&page), ["B-2"]);
    assert_eq!(counted(&page, "state", "requested"), "1", "a group is counted without itself");
    assert_eq!(counted(&page, "depot", "JN"), "1");
    assert_eq!(shown(&boss.page("/rma?state=received&state=requested").await), ["B-2", "B-3"]);
    assert_eq!(shown(&boss.page("/rma?state=requested&depot=JN").await), [] as [&str; 0]);
    assert_eq!(shown(&boss.page("/rma?clock=none&q=B-1").await), ["B-1"]);
    let page = boss.page("/rma?state=received&state=requested&q=B-2").await;
    for rest in
        ["state=requested&#38;q=B-2", "state=received&#38;q=B-2", "state=received&#38;state=requested"]
    {
        assert!(
            page.contains(&format!("href=\"/rma?view=open&#38;{rest}\"")),
            "each goes alone, {rest}: {page}"
        );
    }
    assert_eq!(shown(&boss.page("/rma?clock=d31").await), ["B-2"], "60 working days are left");
    assert_eq!(shown(&boss.page("/rma?view=all&state=received").await), ["B-2"]);
});

on_both!(lines_are_given_to_somebody_many_at_once, async |db: &Database| {
    let (server, boss, rmas) = served(db).await;
    let line = |at: usize| format!("{}/1", rmas[at].trim_start_matches("/rma/"));
    let (first, second) = (line(0), line(1));
    let back = "view=open&customer=C1";
    let chosen = [("line", first.as_str()), ("line", second.as_str()), ("user", "sun"), ("back", back)];
    assert_eq!(boss.submit("/rma", "/rma/assign", &chosen).await, format!("/rma?{back}"));
    let page = boss.page("/rma?view=open&all=1").await;
    assert_eq!(page.matches("name=\"line\"").count(), 3);
    let ticked = |page: &str| {
        page.split("<input")
            .filter(|box_| box_.contains("name=\"line\"") && box_.contains(" checked"))
            .count()
    };
    assert_eq!(
        (ticked(&page), ticked(&boss.page("/rma").await)),
        (3, 0),
        "all of the page, without a script"
    );
    assert!(page.contains("/rma?view=open&#38;all=1#results"), "{page}");
    let sun = Browser::signed_in(&server, "sun").await;
    assert_eq!(shown(&sun.page("/rma?view=mine").await), ["B-1", "B-2"]);
    let page = boss.page("/rma?assignee=").await;
    assert_eq!((shown(&page), counted(&page, "assignee", "sun")), (vec!["B-3"], "2"));
    let csrf = crate::support::browser::hidden(&page, "csrf").to_owned();
    let nothing = boss.post("/rma/assign", &[("csrf", &csrf), ("user", "sun"), ("back", back)]).await;
    assert_eq!(nothing.status(), 422);
    let page = nothing.text().await.unwrap();
    assert!(page.contains("Choose lines"), "{page}");
    let wrong = [("csrf", csrf.as_str()), ("line", &first), ("line", "RMA-9999-000001/1"), ("user", "boss")];
    assert_eq!(boss.post("/rma/assign", &wrong).await.status(), 404);
    assert_eq!(shown(&sun.page("/rma?view=mine").await), ["B-1", "B-2"], "all or none");
    server.user("eng", Role::Engineer, &[], &[]).await;
    let engineer = Browser::signed_in(&server, "eng").await;
    assert!(!engineer.page("/rma").await.contains("/rma/assign"));
    let csrf = crate::support::browser::hidden(&engineer.page("/me").await, "csrf").to_owned();
    let form = [("csrf", csrf.as_str()), ("line", &first), ("user", "eng")];
    assert_eq!(engineer.post("/rma/assign", &form).await.status(), 403);
});

on_both!(a_view_is_kept_shared_by_a_manager_and_removed, async |db: &Database| {
    let (server, boss, _) = served(db).await;
    let at = "/rma?view=open&state=received";
    let keep = [("name", "已收 <b>"), ("query", "view=open&state=received"), ("shared", "1")];
    assert_eq!(boss.submit(at, "/rma/views", &keep).await, at);
    let sun = Browser::signed_in(&server, "sun").await;
    let page = sun.page("/rma").await;
    assert!(page.contains("已收 &#60;b&#62;") || page.contains("已收 &lt;b&gt;"), "{page}");
    let tab = page.split_once("已收").unwrap().1.split_once("</a>").unwrap().0;
    assert!(
        tab.contains("<span class=\"n\">") && !tab.contains("<span class=\"n\"></span>"),
        "with a count: {tab}"
    );
    let beside = boss.page("/rma?state=received&q=B").await;
    let results = beside.split_once("id=\"results\"").unwrap().1;
    assert!(results.contains("action=\"/rma/views\""), "kept beside the chips: {results}");
    assert!(!sun.page(at).await.contains("/forget\""), "another's view is not the technician's to remove");
    let csrf = crate::support::browser::hidden(&sun.page(at).await, "csrf").to_owned();
    let form = [("csrf", csrf.as_str()), ("name", "x"), ("query", "view=all"), ("shared", "1")];
    assert_eq!(sun.post("/rma/views", &form).await.status(), 403, "sharing is for managers");
    sun.submit("/rma?state=received", "/rma/views", &[("name", "own"), ("query", "view=all&q=B-1")]).await;
    assert!(!boss.page("/rma").await.contains(">own<"), "what is not shared is one's own");
    let page = boss.page(at).await;
    let forget = page.split_once("action=\"/rma/views/").unwrap().1.split_once('"').unwrap().0;
    assert_eq!(boss.submit(at, &format!("/rma/views/{forget}"), &[]).await, "/rma");
    assert!(!sun.page("/rma").await.contains("已收"));
});

/// Serials in the order of the table.
fn in_order(page: &str) -> Vec<String> {
    let table = page.split_once("<tbody>").map_or("", |(_, rest)| rest);
    table.split("class=\"pn mono\">").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

on_both!(the_list_is_sorted_by_its_headings, async |db: &Database| {
    let (server, boss, _) = served(db).await;
    for late in [
        "UPDATE rma_line SET last_event_at = '2030-01-01 00:00:00' WHERE serial = 'B-3'",
        "UPDATE rma_line SET last_event_at = '2030-02-01 00:00:00' WHERE serial = 'B-2'",
        "UPDATE rma_line SET last_event_at = '2030-03-01 00:00:00' WHERE serial = 'B-1'",
    ] {
        server.sql(late).await;
    }
    let page = boss.page("/rma").await;
    assert_eq!(in_order(&page), ["B-2", "B-1", "B-3"], "the one with a date first");
    assert!(page.contains("aria-sort=\"ascending\"><a href=\"/rma?view=open&#38;sort=last-due\">"), "{page}");
    let orders = [
        ("last-due", ["B-3", "B-1", "B-2"]),
        ("newest", ["B-3", "B-2", "B-1"]),
        ("oldest", ["B-1", "B-2", "B-3"]),
        ("changed", ["B-1", "B-2", "B-3"]),
        ("unchanged", ["B-3", "B-2", "B-1"]),
        ("nonsense", ["B-2", "B-1", "B-3"]),
    ];
    for (sort, serials) in orders {
        assert_eq!(in_order(&boss.page(&format!("/rma?sort={sort}")).await), serials, "{sort}");
    }
    let page = boss.page("/rma?sort=newest&state=received&state=requested").await;
    assert!(page.contains("aria-sort=\"descending\"><a href=\"/rma?view=open&#38;state=requested&#38;state=received&#38;sort=oldest\">RMA"), "{page}");
    assert!(page.contains("<option value=\"newest\" selected>"), "the phone has a choice: {page}");
    assert!(page.contains("state=requested&#38;sort=newest\""), "a chip keeps the order: {page}");
    assert_eq!(
        boss.get("/rma?sort=changed&after=2026-11-20_1").await.status(),
        400,
        "a mark of another order"
    );
    server
        .sql(
            "INSERT INTO rma_line (rma_id, line, customer_id, part_id, serial, mode, entitlement, repair_state, faulty_state, \
             open_identity, sort_due, last_event_at, version, slot, payer, fault) \
             SELECT l.rma_id, 1 + n.id, l.customer_id, l.part_id, 'N-' || n.id, l.mode, l.entitlement, l.repair_state, \
             l.faulty_state, 'N-' || n.id, l.sort_due, l.last_event_at, 1, '', l.payer, l.fault \
             FROM rma_line l CROSS JOIN (SELECT m.id FROM movement m UNION SELECT a.id + 1000 FROM audit a) n \
             WHERE l.serial = 'B-3'",
        )
        .await;
    for sort in ["due", "last-due", "newest", "oldest", "changed", "unchanged"] {
        let (mut at, mut seen) = (format!("/rma?sort={sort}"), vec![]);
        loop {
            let page = boss.page(&at).await;
            seen.extend(in_order(&page));
            let Some((_, rest)) = page.split_once("rel=\"next\" href=\"") else { break };
            at = rest.split('"').next().unwrap().replace("&#38;", "&");
        }
        let (all, each) = (seen.len(), seen.iter().collect::<std::collections::BTreeSet<_>>().len());
        assert_eq!((all, all), (each, all), "{sort}: none twice");
        assert!(all > 3, "{sort}: {all}");
    }
});

on_both!(the_list_comes_as_a_file_as_it_is_filtered_and_sorted, async |db: &Database| {
    let (server, boss, _) = served(db).await;
    server
        .sql("INSERT INTO customer (code, name, created_at) VALUES ('C2', '别家', '2026-01-01 00:00:00')")
        .await;
    server.sql("UPDATE rma_line SET fault = '=HYPERLINK(1)' WHERE serial = 'B-3'").await;
    let page = boss.page("/rma?state=requested&state=received&sort=newest").await;
    let at = "/rma/export.csv?view=open&#38;state=requested&#38;state=received&#38;sort=newest";
    assert!(page.contains(&format!("href=\"{at}\"")), "{page}");
    let file = boss.get(&at.replace("&#38;", "&")).await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    assert!(
        file.headers()["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"rmas-")
    );
    let text = file.text().await.unwrap();
    let serials: Vec<&str> = text.lines().skip(1).map(|row| row.split(',').nth(7).unwrap()).collect();
    assert_eq!(serials, ["B-3", "B-2"], "{text}");
    assert!(text.contains(",'=HYPERLINK(1),"), "no formula: {text}");
    assert!(
        text.starts_with("\u{feff}RMA No,") && text.contains("Faulty part received"),
        "in the reader's words: {text}"
    );
    let sheet = boss.get("/rma/export.xlsx?view=all").await;
    assert_eq!(sheet.status(), 200);
    assert!(sheet.bytes().await.unwrap().starts_with(b"PK"));
    assert_eq!(boss.get("/rma/export.pdf").await.status(), 404);
    server.user("other", Role::Customer, &[], &["C2"]).await;
    let other = Browser::signed_in(&server, "other").await;
    let theirs = other.get("/rma/export.csv?view=all").await.text().await.unwrap();
    assert_eq!(theirs.lines().count(), 1, "nobody else's: {theirs}");
    server.user("li", Role::Clerk, &["DZ"], &[]).await;
    server.sql("UPDATE app_user SET reads_own_only = TRUE WHERE username = 'li'").await;
    let li = Browser::signed_in(&server, "li").await;
    let (list, file) = (li.page("/rma?view=all").await, li.get("/rma/export.csv?view=all").await);
    let file = file.text().await.unwrap();
    assert_eq!((shown(&list).len(), file.lines().count()), (0, 1), "the file has what the list has: {file}");
});

//! Lists and records: who sees them, what each form does, and how each refuses.

use super::{assert_worded, refused};
use crate::rma::company;
use crate::support::browser::Browser;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;

/// Pages everybody on the staff reads.
const READABLE: &[&str] = &[
    "/settings",
    "/settings/depots",
    "/settings/depots/JN",
    "/settings/parts",
    "/settings/parts?q=BOARD",
    "/settings/parts/BOARD-1",
    "/settings/customers",
    "/settings/customers/C1",
    "/settings/vendors",
    "/settings/plans",
    "/settings/plans/gold",
    "/settings/contracts",
    "/settings/calendar",
    "/settings/calendar?year=2026",
];

/// Pages of those who change set-up data.
const CHANGEABLE: &[&str] = &[
    "/settings/new/depot",
    "/settings/new/part",
    "/settings/new/customer",
    "/settings/new/vendor",
    "/settings/new/plan",
    "/settings/new/contract",
    "/settings/plans/gold/versions",
];

on_both!(each_page_is_for_those_whose_work_it_is, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    let people = [("root", Role::Admin), ("boss", Role::Manager), ("li", Role::Clerk)];
    for (name, role) in people {
        server.user(name, role, &[], &[]).await;
    }
    server.user("guest", Role::Customer, &[], &["C1"]).await;
    let root = Browser::signed_in(&server, "root").await;
    let boss = Browser::signed_in(&server, "boss").await;
    let clerk = Browser::signed_in(&server, "li").await;
    let guest = Browser::signed_in(&server, "guest").await;
    let stranger = Browser::open(&server);
    let mine = ["/settings/audit", "/settings/health"];
    let people = ["/settings/users", "/settings/users/li", "/settings/new/user"];
    for path in READABLE.iter().chain(CHANGEABLE).chain(&mine).chain(&people) {
        assert_eq!(stranger.get(path).await.status(), 303, "{path}");
        assert_eq!(guest.get(path).await.status(), 403, "{path}");
        assert_worded(path, &root.page(path).await);
    }
    for path in READABLE {
        assert_worded(path, &clerk.page(path).await);
    }
    for path in CHANGEABLE.iter().chain(&mine) {
        assert_eq!(clerk.get(path).await.status(), 403, "{path}");
        boss.page(path).await;
    }
    for path in people {
        assert_eq!(boss.get(path).await.status(), 403, "{path}");
    }
    assert!(!boss.page("/settings").await.contains("/settings/users"), "a menu shows only what may be done");
    assert!(!clerk.page("/settings").await.contains("/settings/audit"));
    let seen = clerk.page("/settings/depots/JN").await;
    assert!(seen.contains("济南备件库") && !seen.contains("action=\"/settings/depots"), "{seen}");
    assert!(!guest.page("/rma").await.contains("href=\"/settings\""));
});

on_both!(depots_and_makers_are_made_and_changed, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("li", Role::Clerk, &["JN"], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let new = [
        ("code", "zz"),
        ("name", "枣庄备件库"),
        ("city", "枣庄"),
        ("class", "common"),
        ("bins", "A1 A2，A3"),
    ];
    let to = boss.submit("/settings/new/depot", "/settings/depots", &new).await;
    assert_eq!(to, "/settings/depots/ZZ?saved=1");
    let page = boss.page(&to).await;
    assert!(page.contains("ZZ/A3") && page.contains("Saved."), "{page}");
    boss.submit(&to, "/settings/depots/ZZ/bins", &[("bins", "B1\nA1")]).await;
    assert!(boss.page("/settings/depots/ZZ").await.contains("ZZ/B1"));
    let (status, page) = refused(&boss, &to, "/settings/depots/ZZ/bins", &[("bins", "bench")]).await;
    assert!(status == 422 && page.contains("bench") && page.contains("invalid-feedback"), "{page}");
    let (status, page) = refused(&boss, "/settings/new/depot", "/settings/depots", &new).await;
    assert!(status == 409 && page.contains("already exists") && page.contains("枣庄备件库"), "{page}");
    let (status, page) = refused(&boss, "/settings/new/depot", "/settings/depots", &[("code", "Y Y")]).await;
    assert!(status == 422 && page.contains("Y Y") && page.matches("invalid-feedback").count() >= 2, "{page}");
    boss.submit(&to, "/settings/depots/ZZ", &[("name", "枣庄库"), ("class", "other")]).await;
    let page = boss.page("/settings/depots/ZZ").await;
    assert!(page.contains("value=\"枣庄库\"") && !page.contains("name=\"has_bench\" value=\"1\" checked"));
    let clerk = Browser::signed_in(&server, "li").await;
    let (status, _) = refused(&clerk, "/settings/depots/JN", "/settings/depots/JN", &[("name", "x")]).await;
    assert_eq!(status, 403);

    let vendor = [("code", "v1"), ("name", "华讯达"), ("email", "repair@v1.example")];
    let to = boss.submit("/settings/new/vendor", "/settings/vendors", &vendor).await;
    assert_eq!(to, "/settings/vendors/V1?saved=1");
    let (status, page) =
        refused(&boss, &to, "/settings/vendors/V1", &[("name", "华讯达"), ("email", "x")]).await;
    assert!(status == 422 && page.contains("Not a mail address"), "{page}");
    let page = boss.page("/settings/audit?subject=vendor:V1").await;
    assert!(page.contains("vendor.create") && !page.contains("depot.create"), "{page}");
});

on_both!(parts_have_equivalents_with_reasons_and_minimums, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let new = [("part_no", "psu/600"), ("name", "电源 600 W"), ("price", "1280.00"), ("tracking", "serial")];
    let to = boss.submit("/settings/new/part", "/settings/parts", &new).await;
    assert_eq!(to, "/settings/parts/PSU%2F600?saved=1", "a part number with a slash has a page too");
    assert!(boss.page(&to).await.contains("value=\"1280.00\""));
    let wrong = [("name", "电源"), ("price", "abc"), ("warranty_months", "24")];
    let (status, page) = refused(&boss, &to, "/settings/parts/PSU%2F600", &wrong).await;
    assert!(status == 422 && page.contains("value=\"abc\"") && page.contains("invalid-feedback"), "{page}");

    let own = "/settings/parts/BOARD-1";
    let (status, page) = refused(&boss, own, &format!("{own}/equivalents"), &[("part_no", "BOARD-2")]).await;
    assert!(status == 422 && page.contains("value=\"BOARD-2\""), "without a reason: {page}");
    assert_eq!(page.matches("class=\"invalid-feedback\"").count(), 2, "reason and name at once: {page}");
    let (status, _) =
        refused(&boss, own, &format!("{own}/equivalents"), &[("part_no", "BOARD-2"), ("reason", "same")])
            .await;
    assert_eq!(status, 422, "nobody is named who confirmed it");
    assert!(boss.page(own).await.contains("<option value=\"boss\""), "people are chosen, not typed");
    let own_part = [("part_no", "BOARD-1"), ("reason", "same"), ("confirmed_by", "boss")];
    let (status, _) = refused(&boss, own, &format!("{own}/equivalents"), &own_part).await;
    assert_eq!(status, 422, "a part is not its own equivalent");
    let good = [
        ("part_no", "board-2"),
        ("reason", "固件 V3 以上"),
        ("confirmed_by", "boss"),
        ("firmware_from", "V3"),
        ("revisions", "A;B2"),
    ];
    boss.submit(own, &format!("{own}/equivalents"), &good).await;
    let page = boss.page(own).await;
    assert!(page.contains("固件 V3 以上") && page.contains("?end=BOARD-2"), "{page}");
    assert!(page.contains("Firmware ≥ V3 · Hardware revision A, B2"), "{page}");
    assert!(boss.page(&format!("{own}?end=BOARD-2")).await.contains("/equivalents/end"), "it is asked first");
    boss.submit(own, &format!("{own}/equivalents/end"), &[("part_no", "BOARD-2")]).await;
    assert!(!boss.page(own).await.contains("固件 V3 以上"));

    boss.submit(own, &format!("{own}/minimum"), &[("depot", "JN"), ("quantity", "7")]).await;
    assert!(boss.page(own).await.contains(">7</span>"));
    let (status, page) =
        refused(&boss, own, &format!("{own}/minimum"), &[("depot", "JN"), ("quantity", "many")]).await;
    assert!(status == 422 && page.contains("value=\"many\""), "{page}");
    boss.submit(own, &format!("{own}/minimum"), &[("depot", "JN"), ("quantity", "")]).await;
    assert!(!boss.page(own).await.contains(">7</span>"));
});

on_both!(customers_have_contacts_sites_and_contracts, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let new = [("code", "c9"), ("name", "泉城轨道"), ("language", "zh-CN"), ("plan", "gold")];
    let own = "/settings/customers/C9";
    assert_eq!(
        boss.submit("/settings/new/customer", "/settings/customers", &new).await,
        format!("{own}?saved=1")
    );
    let contact = [("name", "陈工"), ("email", "chen@c9.example"), ("phone", "138"), ("language", "zh-CN")];
    boss.submit(own, &format!("{own}/contacts"), &contact).await;
    let (status, page) =
        refused(&boss, own, &format!("{own}/contacts"), &[("name", "王"), ("email", "x")]).await;
    assert!(status == 422 && page.contains("value=\"王\"") && page.contains("Not a mail address"), "{page}");
    boss.submit(own, &format!("{own}/sites"), &[("name", "北 站"), ("address", "北大街 1 号")]).await;
    let page = boss.page(own).await;
    assert!(page.contains("chen@c9.example") && page.contains("北大街 1 号"), "{page}");

    let contract = [
        ("number", "HT/2026-1"),
        ("customer", "C9"),
        ("plan", "gold"),
        ("valid_from", "2026-01-01"),
        ("sites", "北 站"),
    ];
    let to = boss.submit("/settings/new/contract", "/settings/contracts", &contract).await;
    assert_eq!(to, "/settings/contracts/HT%2F2026-1?saved=1");
    let (status, page) = refused(&boss, "/settings/new/contract", "/settings/contracts", &[]).await;
    assert_eq!((status, page.matches("invalid-feedback").count()), (422, 4), "all at once: {page}");
    let (status, page) = refused(&boss, "/settings/new/contract", "/settings/contracts", &contract).await;
    assert!(status == 409 && page.contains("HT/2026-1"), "{page}");
    let ends = [("plan", "gold"), ("valid_from", "2026-05-01"), ("valid_to", "2026-04-01")];
    let (status, page) = refused(&boss, &to, "/settings/contracts/HT%2F2026-1", &ends).await;
    assert!(status == 422 && page.contains("2026-04-01"), "{page}");
    // The site stands in a contract: it stays, and the page says so.
    let removal = [("kind", "site"), ("key", "北 站")];
    let (status, page) = refused(&boss, own, &format!("{own}/remove"), &removal).await;
    assert!(status == 422 && page.contains("contract"), "{page}");
    assert!(
        boss.page(&format!("{own}?contact=chen%40c9.example")).await.contains("/remove\""),
        "it is asked first"
    );
    boss.submit(own, &format!("{own}/remove"), &[("kind", "contact"), ("key", "chen@c9.example")]).await;
    assert!(!boss.page(own).await.contains("chen@c9.example"));
});

on_both!(a_plan_gets_a_version_and_keeps_the_old_one, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let own = "/settings/plans/gold/versions";
    let version = [
        ("valid_from", "2099-01-01"),
        ("repair_warranty_days", "120"),
        ("repair_limit_percent", "80"),
        ("regime", "loan"),
        ("variant", "strict"),
        ("vendor_swap_is", "exchange"),
        ("data_answer", "wipe"),
        ("excused_causes", "customer"),
        ("amount-repair_return", "45"),
        ("unit-repair_return", "working_days"),
        ("target-repair_return", "97.5"),
        ("amount-loan_return", "10"),
        ("unit-loan_return", "working_days"),
        ("target-loan_return", "100"),
    ];
    assert!(boss.page(own).await.contains("changes nothing already promised"));
    let to = boss.submit(own, own, &version).await;
    assert_eq!(to, "/settings/plans/gold?saved=1#versions");
    let page = boss.page("/settings/plans/gold").await;
    assert!(
        page.contains("2099-01-01") && page.contains("45 working days") && page.contains("Not yet"),
        "{page}"
    );
    let (status, _) = refused(&boss, own, own, &version).await;
    assert_eq!(status, 409, "one version a day");
    let mut wrong = version.to_vec();
    wrong.retain(|(name, _)| !name.starts_with("target-loan") && *name != "valid_from");
    wrong.extend([("valid_from", "2099-02-01"), ("target-loan_return", "120")]);
    let (status, page) = refused(&boss, own, own, &wrong).await;
    assert!(
        status == 422 && page.contains("value=\"120\"") && page.contains("target-loan_return-e"),
        "{page}"
    );
    let (status, _) = refused(&boss, own, own, &[("valid_from", "2099-03-01")]).await;
    assert_eq!(status, 422, "a plan promises something");
    boss.submit(
        "/settings/plans/gold",
        "/settings/plans/gold",
        &[("name", "金牌"), ("name_en", "Gold care")],
    )
    .await;
    assert!(boss.page("/settings/plans").await.contains("Gold care"));
    let mut new = version.to_vec();
    new.extend([("code", "silver"), ("name", "银牌服务"), ("name_en", "Silver")]);
    let to = boss.submit("/settings/new/plan", "/settings/plans", &new).await;
    assert_eq!(to, "/settings/plans/silver?saved=1");
});

const NOTICE: &str = "date,kind,name_zh,name_en\r\n2031-01-01,holiday,元旦,New Year\r\n\
    2031-05-01,holiday,劳动节,Labour Day\r\n2031-10-01,holiday,国庆节,National Day\r\n";

on_both!(the_last_days_are_looked_at_under_another_version, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let form = [("customer", "C1"), ("lines", "1"), ("line-0-part_no", "BOARD-1"), ("line-0-fault", "坏")];
    let mut rmas = vec![];
    for serial in ["B-1", "B-2"] {
        let form = [&form[..], &[("line-0-serial", serial), ("line-0-mode", "repair_return")]].concat();
        let rma = boss.submit("/rma/new", "/rma", &form).await;
        boss.submit(&rma, &format!("{rma}/lines/1/actions/authorise"), &[]).await;
        let received = [("serial", serial), ("depot", "JN")];
        boss.submit(&rma, &format!("{rma}/lines/1/actions/receive_faulty"), &received).await;
        rmas.push(rma);
    }
    // One comes back after sixty days, the other is still with us after a hundred and twenty.
    db.clock().advance(chrono::TimeDelta::days(60));
    let boss = Browser::signed_in(&server, "boss").await;
    let steps: [(&str, &[(&str, &str)]); 6] = [
        ("diagnose", &[("outcome", "repairable"), ("finding", "短路")]),
        ("start_repair", &[]),
        ("finish_repair", &[("outcome", "repaired"), ("work", "换 D12")]),
        ("test", &[("result", "pass")]),
        ("dispatch_return", &[("carrier", "顺丰"), ("tracking_no", "SF1")]),
        ("confirm_returned", &[("received_by", "黄杰")]),
    ];
    for (action, fields) in steps {
        boss.submit(&rmas[0], &format!("{}/lines/1/actions/{action}", rmas[0]), fields).await;
    }
    db.clock().advance(chrono::TimeDelta::days(60));
    let boss = Browser::signed_in(&server, "boss").await;
    let versions = "/settings/plans/gold/versions";
    let look = async |days: &str| {
        let (amount, unit) = (("amount-repair_return", days), ("unit-repair_return", "working_days"));
        let form = [("look", "1"), ("valid_from", "2031-01-01"), amount, unit];
        let (status, page) = refused(&boss, versions, versions, &form).await;
        assert_eq!(status, 200, "{page}");
        page
    };
    let page = look("60").await;
    assert!(page.matches("1 / 2").count() == 2 && page.matches("50.0 %").count() == 2, "{page}");
    let page = look("30").await;
    assert!(page.contains("1 / 2") && page.contains("0 / 2") && page.contains("value=\"30\""), "{page}");
    assert!(!boss.page("/settings/plans/gold").await.contains("2031-01-01"), "only looked at");
});

on_both!(a_notice_is_looked_at_before_it_counts, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("li", Role::Clerk, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let here = "/settings/calendar";
    let look = "/settings/calendar/preview";
    let answer = boss.upload(here, look, &[], ("n.csv", NOTICE.into())).await;
    let (status, page) = (answer.status(), answer.text().await.unwrap());
    assert!(status == 200 && page.contains("nothing has changed") && page.contains("2031-01-01"), "{page}");
    assert!(page.contains("class=\"cal\"") && page.contains("chg\""), "the days that change: {page}");
    assert!(
        page.contains("No longer worked") && !page.contains("moves.csv"),
        "no open promise moves: {page}"
    );
    let asked = refused(&boss, here, "/settings/calendar/moves.csv", &[("csv", NOTICE)]).await;
    assert!(asked.0 == 200 && asked.1.starts_with("\u{feff}RMA line,Customer,Customer name,"), "{asked:?}");
    assert!(!boss.page(here).await.contains("?year=2031"), "only looked at");
    let answer = boss.upload(here, look, &[], ("n.csv", "nonsense".into())).await;
    let (status, page) = (answer.status(), answer.text().await.unwrap());
    assert!(status == 422 && page.contains("alert-bad"), "{page}");
    let clerk = Browser::signed_in(&server, "li").await;
    let answer = clerk.upload("/settings/depots", look, &[], ("n.csv", NOTICE.into())).await;
    assert_eq!(answer.status(), 403);
    let (status, _) = refused(&boss, here, here, &[("csv", "nonsense")]).await;
    assert_eq!(status, 422);
    let to = boss.submit(here, here, &[("csv", NOTICE), ("idempotency_key", "k1")]).await;
    assert_eq!(to, "/settings/calendar?year=2031&saved=1");
    assert!(boss.page(here).await.contains("?year=2031"));
    assert!(boss.page("/settings/audit?action=calendar.publish").await.contains("calendar:2031"));
});

on_both!(people_are_made_changed_and_switched_off, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("root", Role::Admin, &[], &[]).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let root = Browser::signed_in(&server, "root").await;
    let new = [
        ("username", "wang"),
        ("display_name", "王海涛"),
        ("role", "clerk"),
        ("depots", "JN"),
        ("depots", "DZ"),
    ];
    let from = "/settings/new/user";
    let (status, page) = refused(&root, from, "/settings/users", &new).await;
    assert!(status == 422 && page.contains("王海涛") && page.contains("password-e"), "{page}");
    let with = |password| [&new[..], &[("password", password), ("language", "en")]].concat();
    let (status, page) = refused(&root, from, "/settings/users", &with("short")).await;
    assert!(status == 422 && !page.contains("short\""), "a password is never shown again");
    let to = root.submit(from, "/settings/users", &with("password of wang")).await;
    assert_eq!(to, "/settings/users/wang?saved=1");
    let wang = Browser::signed_in(&server, "wang").await;
    assert_eq!(wang.get("/stock").await.status(), 200);
    let (status, _) = refused(&root, from, "/settings/users", &with("password of wang")).await;
    assert_eq!(status, 409, "the name is taken");

    let own = "/settings/users/wang";
    let page = root.page(own).await;
    assert_eq!(page.matches("name=\"depots\"").count(), 2, "{page}");
    assert_eq!(page.matches(" checked").count(), 3, "two depots and the account: {page}");
    let customer = [("display_name", "王"), ("role", "customer"), ("active", "1"), ("customers", "")];
    let (status, page) = refused(&root, own, own, &customer).await;
    assert!(status == 422 && page.contains("customers-e"), "{page}");
    let (status, _) = refused(&root, own, &format!("{own}/password"), &[("password", "wang")]).await;
    assert_eq!(status, 422);
    root.submit(own, &format!("{own}/password"), &[("password", "another password")]).await;
    assert_eq!(wang.get("/stock").await.status(), 303, "a new password ends all sessions");
    root.submit(own, own, &[("display_name", "王"), ("role", "clerk")]).await;
    assert!(root.page("/settings/users?view=off").await.contains("/settings/users/wang"));
    let me = [("display_name", "root"), ("role", "clerk"), ("active", "1")];
    let (status, page) = refused(&root, "/settings/users/root", "/settings/users/root", &me).await;
    assert!(status == 409 && page.contains("last administrator"), "{page}");
    let boss = Browser::signed_in(&server, "boss").await;
    let (status, _) = refused(&boss, "/settings", "/settings/users", &with("password of x")).await;
    assert_eq!(status, 403);
});

on_both!(the_ledger_proves_itself_and_the_page_remembers, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let here = "/settings/health";
    assert!(boss.page(here).await.contains("Never"));
    assert_eq!(boss.submit(here, "/settings/health/proof", &[]).await, here);
    let page = boss.page(here).await;
    assert!(page.contains("Nothing wrong (2 movements") && page.contains("boss"), "{page}");
});

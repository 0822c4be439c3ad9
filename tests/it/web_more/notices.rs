//! Mails in an administrator's words, and the page of notices.

use crate::support::browser::{Browser, hidden};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use reqwest::Method;
use serde_json::json;

on_both!(a_text_is_tried_put_in_place_and_taken_back, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let boss = server.user("boss", Role::Manager, &[], &[]).await;
    let at = "/notice-templates/closed/en";
    let (_, template) = boss.get(at).await;
    let texts = template["texts"].as_array().unwrap();
    let title = texts.iter().find(|text| text["key"] == "mail-closed-title").unwrap();
    assert!(title["own"].is_null() && title["broken"].is_null());
    let own = json!({ "texts": { "mail-closed-title": "All done, thank you." } });
    let put = async |client: &crate::support::server::Client, body: &serde_json::Value| {
        crate::support::server::read(client.request(Method::PUT, at).json(body)).await
    };
    assert_eq!(put(&boss, &own).await.0, 403, "for administrators");
    let (status, shown) = boss.post(&format!("{at}/preview"), &own).await;
    assert_eq!(status, 200);
    assert!(shown["text"].as_str().unwrap().contains("All done, thank you."), "{shown}");
    for wrong in ["{ $price }", "{ $unit", ""] {
        let (status, answer) = put(&admin, &json!({ "texts": { "mail-closed-title": wrong } })).await;
        assert_eq!(
            (status.as_u16(), &answer["errors"][0]["code"]),
            (422, &json!("text_unusable")),
            "{wrong}"
        );
    }
    assert_eq!(
        put(&admin, &json!({ "texts": { "mail-test-title": "x" } })).await.0,
        422,
        "another mail's text"
    );
    assert_eq!(put(&admin, &own).await.0, 204);
    let (_, list) = boss.get("/notice-templates").await;
    let changed = list["items"].as_array().unwrap().iter().filter(|item| item["changed"] == true).count();
    assert_eq!(changed, 1);

    // A text that went bad behind our back is not used, and the page says so.
    server.sql("UPDATE notice_template SET texts = '[[\"mail-closed-title\",\"{ $gone }\"]]'").await;
    let page = Browser::signed_in(&server, "boss").await.page("/notices/templates/closed/en").await;
    assert!(page.contains("1 text is broken") && page.contains("knows no “gone”"), "{page}");
    let (_, template) = boss.get(at).await;
    assert!(template["texts"].as_array().unwrap().iter().any(|text| text["broken"].is_string()));
    // Named as nothing it is the built-in one again.
    assert_eq!(put(&admin, &json!({ "texts": { "mail-closed-title": null } })).await.0, 204);
    assert!(
        boss.get("/notice-templates").await.1["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|i| i["changed"] == false)
    );
});

on_both!(the_page_of_notices_sends_a_test_mail, async |db: &Database| {
    let server = Server::start(db);
    server.user("admin", Role::Admin, &[], &[]).await;
    let admin = Browser::signed_in(&server, "admin").await;
    let page = admin.page("/notices").await;
    assert!(page.contains("Mail is not set up"));
    let wrong = [("csrf", hidden(&page, "csrf")), ("to", "nobody")];
    assert_eq!(admin.post("/notices/test", &wrong).await.status(), 422);
    assert_eq!(admin.submit("/notices", "/notices/test", &[("to", "he@example.cn")]).await, "/notices");
    assert!(admin.page("/notices").await.contains("he@example.cn"));
    assert_eq!(admin.get("/mail").await.status(), 404, "mail goes into no folder here");
    // Links for new passwords lie there too: whoever may not give passwords does not read them.
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("eng", Role::Engineer, &[], &[]).await;
    for name in ["boss", "eng"] {
        let other = Browser::signed_in(&server, name).await;
        for address in ["/mail", "/mail/1.eml", "/mail/1.eml/body"] {
            assert_eq!(other.get(address).await.status(), 403, "{name} {address}");
        }
    }
    let page = admin.page("/notices/templates/closed/zh-CN").await;
    assert!(page.contains("sandbox=\"\"") && page.contains("/notices/templates/closed/en"), "{page}");
    assert!(
        page.contains("<textarea")
            && !page.contains("<textarea class=\"form-control\" id=\"template-mail-closed-what\""),
        "a subject is one line: {page}"
    );
    let form = [("csrf", hidden(&page, "csrf")), ("mail-closed-title", "办妥了。")];
    let shown = admin.post("/notices/templates/closed/zh-CN/body", &form).await;
    let policy = shown.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
    let shown = shown.text().await.unwrap();
    assert!(shown.contains("办妥了。") && shown.contains("<table"), "the mail as customers get it: {shown}");
    assert!(
        !admin.get("/notices/templates/closed/zh-CN/body").await.text().await.unwrap().contains("办妥了。")
    );
    let save = [("do", "save"), ("mail-closed-title", "办妥了。")];
    let at = "/notices/templates/closed/zh-CN";
    assert_eq!(admin.submit(at, at, &save).await, at);
    assert!(admin.page("/notices/templates").await.contains("Changed"));
});

on_both!(a_mail_can_be_read_and_that_is_written_down, async |db: &Database| {
    let server = Server::start(db);
    server.user("admin", Role::Admin, &[], &[]).await;
    server.user("clerk", Role::Clerk, &[], &[]).await;
    server.sql("UPDATE app_user SET email = 'admin@beiku.example' WHERE username = 'admin'").await;
    let admin = Browser::signed_in(&server, "admin").await;
    let template = "/notices/templates/closed/zh-CN";
    assert_eq!(admin.submit(template, &format!("{template}/send"), &[]).await, template);
    let list = admin.page("/notices").await;
    assert!(list.contains("admin@beiku.example"), "{list}");
    let at = list.split_once("class=\"strong\" href=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let page = admin.get(&at).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("frame-src 'self'"), "{policy}");
    let page = page.text().await.unwrap();
    assert!(page.contains(&format!("src=\"{at}/body\"")) && page.contains("admin@beiku.example"), "{page}");
    let body = admin.get(&format!("{at}/body")).await.text().await.unwrap();
    assert!(body.contains("<table"), "{body}");
    let subject = at.replace("/notices/", "notice:");
    let trail = admin.get(&format!("/api/v1/audit?subject={subject}")).await.text().await.unwrap();
    assert_eq!(trail.matches("contact.read").count(), 1, "once in a while is enough: {trail}");
    let clerk = Browser::signed_in(&server, "clerk").await;
    assert_eq!(clerk.get(&at).await.status(), 403);
    assert_eq!(clerk.get(&format!("{at}/body")).await.status(), 403);
});

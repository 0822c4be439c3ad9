//! What customers are told: each piece of news once, in the contact's own language, and every mail can be looked at before
//! anybody changes its words.

use super::scene::{Scene, scene};
use crate::support::server::Client;
use crate::support::{Database, on_both};
use beiku::domain::notice::NoticeKind;
use beiku::row;
use beiku::store::StoreError;
use beiku::store::sql::sql;
use serde_json::{Value, json};

row! {
    struct Told { kind: String, language: String, recipient: String }
}

/// Takes an action the way a bad connection does: the same request three times.
async fn thrice(s: &Scene, who: &Client, number: &str, action: &str, body: Value) {
    let key = format!("{number}-{action}-{}", s.server.app.clock().now().timestamp_micros());
    for _ in 0..3 {
        let path = format!("/rmas/{number}/lines/1/actions/{action}");
        let answer = who.post_once(&path, &key, &body).await;
        let status = answer.status().as_u16();
        assert_eq!(status, 200, "{action}: {}", answer.text().await.unwrap());
    }
}

/// Kinds of the mails of an RMA, in order; all must go to the contact, in this language.
async fn told(s: &Scene, number: &str, recipient: &str, language: &str) -> Vec<String> {
    let wanted = number.to_owned();
    let text = "SELECT o.kind, o.language, o.recipient FROM outbox o JOIN rma r ON r.id = o.rma_id WHERE r.number = $1 ORDER BY o.id";
    let rows =
        s.server.app.store().read(move |c| Ok::<_, StoreError>(sql(text).bind(wanted).load::<Told>(c)?));
    let rows = rows.await.unwrap();
    for row in &rows {
        assert_eq!((row.language.as_str(), row.recipient.as_str()), (language, recipient), "{}", row.kind);
    }
    rows.into_iter().map(|row| row.kind).collect()
}

on_both!(each_piece_of_news_is_told_once_in_the_contacts_language, async |db: &Database| {
    let s = scene(db).await;
    let contact = json!([{ "name": "Ann", "email": "ann@c2.example", "language": "en" }]);
    let second = json!({ "code": "C2", "name": "Dezhou Water", "plan": "gold", "language": "en", "contacts": contact });
    s.post(&s.admin, "/customers", second, 201).await;
    for serial in ["SPARE3", "SPARE4", "SPARE5", "SPARE6"] {
        let bought = json!({ "kind": "receive", "part_no": "BOARD-1", "serial": serial, "from": "supplier", "to": "JN" });
        s.post(&s.manager, "/movements", bought, 201).await;
    }
    for (customer, recipient, language) in [("C1", "it@c1.example", "zh-CN"), ("C2", "ann@c2.example", "en")]
    {
        let ask = async |serial: &str, mode: &str| {
            let line = json!({ "part_no": "BOARD-1", "serial": format!("{customer}-{serial}"), "fault": "端口不通", "mode": mode });
            let made = s.ask(&s.manager, json!({ "customer": customer, "lines": [line] }), 201).await;
            made["number"].as_str().unwrap().to_owned()
        };
        let parcel = || json!({ "carrier": "顺丰", "tracking_no": "SF1" });
        let no = ask("A", "repair_return").await;
        thrice(&s, &s.manager, &no, "reject", json!({ "reason": "不在合同内" })).await;
        assert_eq!(told(&s, &no, recipient, language).await, ["request_received", "rejected"]);
        assert!(
            s.inbox(&no).await[1].1.contains("不在合同内"),
            "the mail says why: {:?}",
            s.inbox(&no).await
        );

        let dead = ask("B", "loaner").await;
        thrice(&s, &s.manager, &dead, "authorise", json!({})).await;
        s.act(&s.clerk, &dead, "reserve_replacement", json!({ "depot": "JN" })).await;
        thrice(&s, &s.clerk, &dead, "ship_replacement", parcel()).await;
        let given =
            s.get(&s.manager, &format!("/rmas/{dead}")).await["lines"][0]["issued"][0]["serial"].clone();
        s.act(&s.clerk, &dead, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
        thrice(&s, &s.manager, &dead, "report_doa", json!({ "serial": given, "reason": "不上电" })).await;
        assert_eq!(
            told(&s, &dead, recipient, language).await,
            ["request_received", "authorised", "replacement_shipped", "doa"]
        );

        let paid = ask("C", "repair_return").await;
        thrice(
            &s,
            &s.clerk,
            &paid,
            "receive_faulty",
            json!({ "depot": "JN", "serial": format!("{customer}-C") }),
        )
        .await;
        s.act(
            &s.manager,
            &paid,
            "set_entitlement",
            json!({ "entitlement": "chargeable", "reason": "人为损坏" }),
        )
        .await;
        thrice(
            &s,
            &s.manager,
            &paid,
            "send_quote",
            json!({ "amount": "860.00", "valid_until": "2026-03-20" }),
        )
        .await;
        s.act(&s.manager, &paid, "refuse_quote", json!({ "by": "黄杰", "evidence": "电话" })).await;
        thrice(&s, &s.manager, &paid, "decide_exchange", json!({ "reason": "无修复价值" })).await;
        thrice(&s, &s.clerk, &paid, "ship_exchange", parcel()).await;
        thrice(&s, &s.clerk, &paid, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
        s.act(&s.clerk, &paid, "to_stock", json!({ "depot": "JN" })).await;
        thrice(&s, &s.clerk, &paid, "close", json!({})).await;
        let all = [
            "request_received",
            "faulty_received",
            "quote",
            "exchange_decided",
            "exchange_shipped",
            "closed",
        ];
        assert_eq!(told(&s, &paid, recipient, language).await, all);
    }
    s.prove().await;
});

on_both!(a_unit_that_goes_home_as_it_came_is_never_called_repaired, async |db: &Database| {
    let s = scene(db).await;
    let contact = json!([{ "name": "Ann", "email": "ann@c2.example", "language": "en" }]);
    let second = json!({ "code": "C2", "name": "Dezhou Water", "plan": "gold", "language": "en", "contacts": contact });
    s.post(&s.admin, "/customers", second, 201).await;
    for (customer, words) in
        [("C1", "您的板件未作维修，原样寄回。"), ("C2", "Your unit is on its way back, unrepaired.")]
    {
        // Wherever the bench was: nothing done, at work, done, nothing found.
        let nothing_found = [("diagnose", json!({ "outcome": "nff" }))];
        let repair = [("start_repair", json!({})), ("finish_repair", json!({ "outcome": "repaired" }))];
        let benches: [&[(&str, Value)]; 4] = [&[], &repair[..1], &repair, &nothing_found];
        for (at, steps) in benches.iter().enumerate() {
            let serial = format!("{customer}-H{at}");
            let line = json!({ "part_no": "BOARD-1", "serial": serial, "fault": "端口不通", "mode": "repair_return" });
            let made = s.ask(&s.manager, json!({ "customer": customer, "lines": [line] }), 201).await;
            let number = made["number"].as_str().unwrap();
            s.receive(number, &serial).await;
            for (action, body) in *steps {
                s.act(&s.manager, number, action, body.clone()).await;
            }
            s.send_home(number).await;
            let (kind, mail) = s.inbox(number).await.pop().unwrap();
            assert_eq!(kind, "shipped_back");
            assert!(mail.contains(words), "{serial}: {mail}");
        }
    }
});

on_both!(
    every_mail_can_be_looked_at_in_both_languages_before_its_words_are_changed,
    async |db: &Database| {
        let s = scene(db).await;
        let listed = s.get(&s.admin, "/notice-templates").await;
        let kinds: Vec<_> =
            listed["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
        for kind in NoticeKind::ALL {
            assert!(kinds.contains(&kind.as_str()), "{kind} cannot be edited");
            for language in ["zh-CN", "en"] {
                let at = format!("/notice-templates/{kind}/{language}");
                let texts = s.get(&s.admin, &at).await["texts"].as_array().unwrap().len();
                assert!(texts > 0, "{at} has no words");
                let shown = s.post(&s.admin, &format!("{at}/preview"), json!({ "texts": {} }), 200).await;
                for part in ["subject", "text", "html"] {
                    let text = shown[part].as_str().unwrap_or_else(|| panic!("{at}: no {part}: {shown}"));
                    assert!(
                        !text.is_empty() && !text.contains("{$") && !text.contains("{ $"),
                        "{at} {part}: {text}"
                    );
                }
            }
        }
    }
);

on_both!(a_calendar_that_moves_what_a_customer_owes_us_tells_them_too, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    // The part is owed within ten working days; a notice makes two of them holidays.
    let year = s.get(&s.manager, "/calendar?year=2026").await;
    let mut days = year["days"].as_array().unwrap().clone();
    days.extend(
        ["2026-03-09", "2026-03-10"].map(|day| json!({ "date": day, "kind": "holiday", "name_zh": "调休" })),
    );
    s.post(&s.admin, "/calendar", json!({ "days": days }), 201).await;
    assert_eq!(told(&s, &number, "it@c1.example", "zh-CN").await.last().unwrap(), "date_moved");
    row! { struct Payload { payload: String } }
    let text = "SELECT payload FROM outbox WHERE kind = 'date_moved'";
    let rows =
        s.server.app.store().read(move |c| Ok::<_, StoreError>(sql(text).load::<Payload>(c)?)).await.unwrap();
    assert_eq!(rows.len(), 1, "the date of the repair has not begun");
    let said: Value = serde_json::from_str(&rows[0].payload).unwrap();
    let news = &said["notice"]["rma"]["news"]["date_moved"];
    assert_eq!(
        [&news["date"], &news["unit"]["serial"], &news["old_due_on"], &news["promise"]["due_on"]],
        [&json!("owed"), &json!("B1"), &json!("2026-03-16"), &json!("2026-03-18")],
        "{said}"
    );
});

on_both!(a_calendar_that_moves_the_repair_tells_nobody_who_waits_for_a_board, async |db: &Database| {
    let s = scene(db).await;
    let (repaired, exchanged) =
        (s.request("B1", "repair_return").await, s.request("B2", "repair_return").await);
    s.receive(&repaired, "B1").await;
    s.receive(&exchanged, "B2").await;
    s.act(
        &s.manager,
        &exchanged,
        "change_mode",
        json!({ "mode": "equivalent_exchange", "reason": "修不好" }),
    )
    .await;
    let mut days = s.get(&s.manager, "/calendar?year=2026").await["days"].as_array().unwrap().clone();
    days.push(json!({ "date": "2026-03-10", "kind": "holiday", "name_zh": "调休" }));
    s.post(&s.admin, "/calendar", json!({ "days": days }), 201).await;
    let moved =
        async |number: &str| s.inbox(number).await.iter().filter(|(kind, _)| kind == "date_moved").count();
    assert_eq!((moved(&repaired).await, moved(&exchanged).await), (1, 0));
});

on_both!(a_calendar_that_moves_any_date_of_a_service_case_tells_the_customer, async |db: &Database| {
    let s = scene(db).await;
    let days =
        |promise: &str, amount: i64| json!({ "promise": promise, "amount": amount, "unit": "working_days" });
    let terms = json!([
        { "promise": "repair_return", "amount": 60, "unit": "working_days", "target_bp": 9500 },
        days("spare_in_place", 6), days("on_site", 7), days("restored", 8), days("failure_analysis", 9),
    ]);
    s.plan("slow", json!({ "regime": "loan", "terms": terms })).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let running = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0]["promises"].clone();
    let before: Vec<_> = running.as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    let year = s.get(&s.manager, "/calendar?year=2026").await;
    let mut all = year["days"].as_array().unwrap().clone();
    all.push(json!({ "date": "2026-03-04", "kind": "holiday", "name_zh": "调休" }));
    s.post(&s.admin, "/calendar", json!({ "days": all }), 201).await;
    let mails = s.inbox(&number).await;
    let moved: Vec<_> = mails.iter().filter(|(kind, _)| kind == "date_moved").map(|(_, mail)| mail).collect();
    assert_eq!(moved.len(), before.len(), "{before:?}: {moved:?}");
    for words in ["备件到位的日期有变动", "我们到场的日期有变动", "恢复运行的日期有变动"]
    {
        assert!(moved.iter().any(|mail| mail.contains(words)), "{words}: {moved:?}");
    }
});

//! What a line's page says comes next, and what its buttons call the things they are about.

use crate::rma::scene::scene;
use crate::support::browser::{Browser, hidden};
use crate::support::{Database, on_both};
use serde_json::json;

on_both!(what_is_written_off_is_called_by_its_name, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    let boss = Browser::signed_in(&s.server, "wang").await;
    let at = format!("/rma/{number}");
    let page = boss.page(&at).await;
    // What is theirs is only waited for.
    assert!(
        page.contains("the customer’s part B1, which need not come") && page.contains("our loaner SPARE1")
    );
    assert!(page.contains("Charge our loaner SPARE1"), "{page}");
    s.receive(&number, "B1").await;
    let page = boss.page(&at).await;
    assert!(page.contains("Write off our loaner SPARE1") && page.contains("Charge our loaner SPARE1"));
    s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE1", "reason": "不上电" })).await;
    s.issue_spare(&number).await;
    let page = boss.page(&at).await;
    for thing in ["our dead spare SPARE1", "our loaner SPARE2"] {
        assert!(page.contains(thing), "of two things one is chosen: {page}");
    }
    let dead = [("serial", "SPARE1"), ("reason", "客户已报废")];
    boss.submit(&at, &format!("{at}/lines/1/actions/waive_faulty_return"), &dead).await;
    let unit = async |serial: &str| s.get(&s.manager, &format!("/units/{serial}")).await["place"].clone();
    assert_eq!((unit("SPARE1").await, unit("SPARE2").await), (json!("lost"), json!("customer:C1")));
    let page = boss.page(&at).await;
    assert!(page.contains("Write off our loaner SPARE2") && page.contains("wrote off what was owed to us"));
});

on_both!(once_decided_the_exchange_is_the_next_step, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "start_repair", json!({})).await;
    let boss = Browser::signed_in(&s.server, "wang").await;
    let at = format!("/rma/{number}");
    // It is somebody else's step each time: a sentence says whose, and the act is folded.
    let next = async || {
        let page = boss.page(&at).await;
        assert!(!page.contains("class=\"next\" id=\"do-"), "{page}");
        let strip = page.split_once("class=\"next done-strip\"").unwrap().1;
        strip.split_once("href=\"#do-").unwrap().1.split_once('"').unwrap().0.to_owned()
    };
    assert_eq!(next().await, "finish_repair");
    assert!(boss.page(&at).await.contains("Next: Finish the repair (Repair technician)"));
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "来不及" })).await;
    assert_eq!(next().await, "ship_exchange");
    let li = Browser::signed_in(&s.server, "li").await;
    assert!(li.page(&at).await.contains("class=\"next\" id=\"do-ship_exchange\""), "the clerk's own step");
    let board = json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, &number, "ship_exchange", board).await;
    assert_eq!(next().await, "exchange_delivered");
});

on_both!(a_quote_is_answered_first_and_by_the_customer_with_one_press, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "set_entitlement", json!({ "entitlement": "chargeable", "reason": "进水" }))
        .await;
    s.act(&s.manager, &number, "send_quote", json!({ "amount": "860.00", "valid_until": "2026-12-31" }))
        .await;
    let (boss, huang) =
        (Browser::signed_in(&s.server, "wang").await, Browser::signed_in(&s.server, "huang").await);
    let at = format!("/rma/{number}");
    let shown = boss.page(&at).await;
    assert!(
        shown.contains("Waiting for the customer to answer the quote by")
            && shown.contains("href=\"#do-accept_quote\"")
            && !shown.contains("class=\"next\" id=\"do-accept_quote\""),
        "nobody accepts for the customer by the way: {shown}"
    );
    let page = huang.page(&at).await;
    assert!(
        page.contains("type=\"hidden\" name=\"evidence\"") && !page.contains("name=\"occurred_at\""),
        "{page}"
    );
    let by = hidden(&page, "by").to_owned();
    let answer = [("by", by.as_str()), ("evidence", hidden(&page, "evidence"))];
    huang.submit(&at, &format!("{at}/lines/1/actions/accept_quote"), &answer).await;
    let page = boss.page(&at).await;
    assert!(page.contains("answered by the customer, signed in"), "{page}");
});

on_both!(what_need_not_come_any_more_is_not_waited_for, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    let (boss, li) = (Browser::signed_in(&s.server, "wang").await, Browser::signed_in(&s.server, "li").await);
    let at = format!("/rma/{number}");
    assert!(li.page(&at).await.contains("class=\"next\" id=\"do-receive_faulty\""));
    let gone = json!({ "reason": "客户机房拆除", "serial": "B1" });
    s.act(&s.manager, &number, "waive_faulty_return", gone).await;
    let page = li.page(&at).await;
    assert!(page.contains("class=\"next\" id=\"do-recover_loan\""), "what is ours is still to come: {page}");
    let steps = page.split_once("class=\"steps\"").unwrap().1.split_once("</ol>").unwrap().0;
    assert!(!steps.contains("Faulty part received"), "{steps}");
    let back = json!({ "depot": "JN", "serial": "SPARE1", "condition": "good" });
    s.act(&s.clerk, &number, "recover_loan", back).await;
    let page = boss.page(&at).await;
    assert!(page.contains("can be called off") && !page.contains("class=\"next\" id="), "{page}");
});

on_both!(a_loaner_is_kept_while_the_own_board_is_beyond_repair, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    s.receive(&number, "B1").await;
    s.server.sql("UPDATE rma SET tracking_code = 'ABCDEFGHJKLM'").await;
    let stranger = Browser::open(&s.server);
    let huang = Browser::signed_in(&s.server, "huang").await;
    let says = async |words: &str| {
        for page in [
            stranger.page(&format!("/track/{number}?code=ABCDEFGHJKLM")).await,
            huang.page(&format!("/rma/{number}")).await,
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
    };
    says("Please send it back when you have your own board again.").await;
    s.act(&s.manager, &number, "diagnose", json!({ "outcome": "ber", "finding": "烧毁" })).await;
    says("Your own board is beyond repair and does not come back").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "无修复价值" })).await;
    says("until you have the board that takes the place of yours").await;
});

//! A count by plain forms: blind for who counts, open to the second person.

use super::{clerk, refused};
use crate::depot::{BOARD, SCREW, buy, buy_screws, get, stands};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use beiku::store::StoreError;
use beiku::store::sql::sql;
use chrono::TimeDelta;

on_both!(a_count_is_blind_and_a_second_person_approves_it, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2"], "JN/A1-01").await;
    buy(&c, BOARD, &["SN3"], "JN/A1-02").await;
    buy(&c, BOARD, &["SN9"], "DZ").await;
    buy_screws(&c, 20, "JN/A1-01").await;
    db.clock().advance(TimeDelta::hours(1));
    let form = [("depot", "JN"), ("bins", "A1-01")];
    let at = li.submit("/counts/new", "/counts", &form).await;
    let number = at.rsplit('=').next().unwrap().to_owned();
    assert_eq!(at, format!("/scan/count?depot=JN&count={number}"));
    let see = async |code: &str, quantity: &str| {
        let form =
            [("depot", "JN"), ("count", &number), ("bin", "A1-01"), ("code", code), ("quantity", quantity)];
        let to = li.submit(&at, "/scan/count", &form).await;
        li.page(&to).await
    };
    assert!(see("SN1", "").await.contains("As booked"));
    assert!(see("SN3", "").await.contains("In another bin"));
    assert!(see("SN9", "").await.contains("Elsewhere on the books"));
    let page = see(SCREW, "18").await;
    assert!(
        page.contains("Counted: 18") && !page.contains(">20<"),
        "what the books have is not shown: {page}"
    );
    let (status, page) = refused(
        &li,
        &at,
        "/scan/count",
        &[("depot", "JN"), ("count", &number), ("bin", "A1-02"), ("code", "SN3")],
    )
    .await;
    assert!(status == 409 && page.contains("not covered"), "{status} {page}");

    let own = li.page(&format!("/counts/{number}")).await;
    assert!(own.contains("Counting is blind") && !own.contains("SN2"), "{own}");
    let approve = format!("/counts/{number}/approve");
    let zhao = Browser::signed_in(&c.server, "zhao").await;
    let page = zhao.page(&format!("/counts/{number}")).await;
    assert!(page.contains("It is still being counted."), "{page}");
    let done = format!("/counts/{number}/done");
    li.submit(&format!("/counts/{number}"), &done, &[]).await;
    assert!(li.page("/counts").await.contains("To be approved"));
    assert!(zhao.page("/menu/counts").await.contains("id=\"nb-o\">1<"));
    let page = zhao.page(&format!("/counts/{number}")).await;
    for said in
        ["1 unit not seen: booked as lost", "1 unit moved", "2 too few by quantity", "data-confirm-body"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    see("SN1", "").await;
    assert!(!li.page("/counts").await.contains("To be approved"), "scanned again, it is open again");
    li.submit(&format!("/counts/{number}"), &done, &[]).await;
    assert_eq!(refused(&li, &at, &approve, &[]).await.0, 403, "a clerk does not approve");
    let named = db.store().write(|tx| {
        Ok::<_, StoreError>(
            sql("UPDATE app_user SET display_name = '李小宁' WHERE username = 'li'").execute(tx)?,
        )
    });
    assert_eq!(named.await.unwrap(), 1);
    for list in [format!("/counts/{number}"), "/counts".to_owned()] {
        let page = zhao.page(&list).await;
        assert!(page.contains("李小宁 ·") || page.contains(">李小宁<"), "people go by their names: {page}");
        assert!(!page.contains("li ·") && !page.contains(">li<"), "{page}");
    }
    let page = zhao.page(&format!("/counts/{number}")).await;
    for shown in ["SN2", "SN3", "Approve 3 differences", "What approving writes", "SN9"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert_eq!(zhao.submit(&format!("/counts/{number}"), &approve, &[]).await, format!("/counts/{number}"));
    assert_eq!(stands(&c.manager, "SN3").await, "JN/A1-01 good us");
    assert_eq!(stands(&c.manager, "SN2").await, "lost good us");
    assert_eq!(stands(&c.manager, "SN9").await, "DZ good us", "never booked by the count");
    let stock = get(&c.manager, "/stock?depot=JN&part_no=Q-1").await;
    assert_eq!(stock["items"][0]["quantity"], 18);
    assert!(li.page("/counts?view=approved").await.contains(&number));
    assert!(li.page(&format!("/counts/{number}")).await.contains("SN2"), "over, it hides nothing");
});

on_both!(the_label_of_a_shelf_is_no_unknown_unit, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy_screws(&c, 20, "JN/A1-01").await;
    let at = li.submit("/counts/new", "/counts", &[("depot", "JN"), ("bins", "A1-01")]).await;
    let number = at.rsplit('=').next().unwrap().to_owned();
    let form = [("depot", "JN"), ("count", number.as_str()), ("bin", "A1-01"), ("code", SCREW)];
    let (status, page) = refused(&li, &at, "/scan/count", &form).await;
    assert!(status == 422 && page.contains("is kept by quantity"), "{status} {page}");
    assert_eq!(get(&c.jn, "/exceptions").await["items"], serde_json::json!([]));
    let form = [&form[..], &[("quantity", "20")]].concat();
    li.submit(&at, "/scan/count", &form).await;
});

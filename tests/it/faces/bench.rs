//! The bench as lanes, and the numbers beside the menu.

use super::list;
use crate::support::browser::Browser;
use crate::support::{Database, on_both};

on_both!(the_bench_shows_lanes_and_the_menu_its_numbers, async |db: &Database| {
    let (server, boss, _) = list::served(db).await;
    let sun = Browser::signed_in(&server, "sun").await;
    let page = sun.page("/bench").await;
    assert!(page.contains("class=\"lanes\"") && page.contains("Do this next"), "{page}");
    let lane = page.split_once("Diagnosis</h2>").unwrap().1.split_once("</section>").unwrap().0;
    assert!(lane.contains("RO-") && lane.contains(">B-2<"), "{lane}");
    assert!(
        lane.contains("端口不通") && lane.contains("济南电力公司"),
        "what is wrong, and whose it is: {lane}"
    );
    assert!(sun.page("/bench?view=open").await.contains("<table"), "the table is there, too");
    let rest = sun.page("/bench?view=risk&lane=diagnosis").await;
    assert!(rest.contains("RO-") && rest.contains("name=\"lane\" value=\"diagnosis\""), "{rest}");
    let none = sun.page("/bench?view=risk&lane=parts").await;
    assert!(none.contains("Waiting for parts") && !none.contains("RO-"), "{none}");
    let page = boss.page("/rma").await;
    for heading in
        ["<li class=\"nav-h\">Parts<", "<li class=\"nav-h\">Running<", "<p class=\"menu-h\">Running<"]
    {
        assert!(page.contains(heading), "{heading}: {page}");
    }
    let counts = boss.page("/menu/counts").await;
    assert!(counts.contains("hx-swap-oob=\"true\"") && counts.contains("id=\"nb-q\""), "{counts}");
    assert!(boss.page("/rma").await.contains("hx-get=\"/menu/counts\""));
});

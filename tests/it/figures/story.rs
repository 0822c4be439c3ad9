//! What people do with RMAs, as the figures see it: the use cases write the very facts the figures read.

use super::scene::ask;
use crate::rma::{by, company, request, scanned, take};
use crate::setup::{actor, read_as};
use crate::support::{self, Database, on_both};
use beiku::app::App;
use beiku::app::figures::{self, Line, LineFilter};
use beiku::app::promises::{self, Asked};
use beiku::app::rma::ActionInput;
use beiku::domain::actor::Role;
use beiku::domain::plan::RateVariant;
use beiku::domain::rma::{ActionKind as A, Mode, RepairOutcome};
use chrono::TimeDelta;

async fn line(app: &App, rma: &str) -> Line {
    let asked = [("from", "2026-01"), ("to", "2026-12")];
    let read = ask(app, actor(Role::Admin), &asked, |conn, ctx, query| {
        figures::timely_repair_lines(conn, ctx, query, &LineFilter::default(), None, 100)
    });
    read.await.unwrap().into_iter().find(|line| line.names.rma == rma).unwrap()
}

fn classes(line: &Line) -> Vec<&'static str> {
    RateVariant::ALL.iter().map(|variant| line.judged_as(*variant).class.as_str()).collect()
}

fn plain() -> ActionInput {
    ActionInput::default()
}

on_both!(a_repair_with_a_hold_is_counted_when_it_is_handed_back, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let number = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    take(&app, &number, A::ReceiveFaulty, scanned("JN", "B1")).await.unwrap();
    db.clock().advance(TimeDelta::days(2));
    let wait =
        ActionInput {
            reason: "等客户确认报价".into(), said_by: "黄杰".into(), ..ActionInput::default()
        };
    take(&app, &number, A::Hold, wait).await.unwrap();
    db.clock().advance(TimeDelta::days(7));
    assert_eq!(classes(&line(&app, &number).await), ["floating"; 3]);
    let resumed = take(&app, &number, A::Resume, plain()).await.unwrap();
    let promised = resumed.line.promises[0].promise.due_on;
    assert_eq!(
        line(&app, &number).await.judged.due_on,
        promised,
        "one due date, on the line and in the figure"
    );
    let verdict = ActionInput {
        finding: "插拔后正常".into(),
        outcome: Some(RepairOutcome::Nff),
        ..ActionInput::default()
    };
    take(&app, &number, A::Diagnose, verdict).await.unwrap();
    let parcel = ActionInput { carrier: "顺丰速运".into(), tracking_no: "SF1".into(), ..plain() };
    take(&app, &number, A::DispatchReturn, parcel).await.unwrap();
    assert_eq!(classes(&line(&app, &number).await), ["pending"; 3], "on its way is not handed back");
    db.clock().advance(TimeDelta::days(2));
    take(&app, &number, A::ConfirmReturned, by("黄杰")).await.unwrap();
    let done = line(&app, &number).await;
    assert_eq!((classes(&done), done.judged.due_on, done.holds().len()), (vec!["timely"; 3], promised, 1));

    let filter = promises::filter(&Asked { rma: Some(number.clone()), ..Asked::default() }).unwrap();
    let kept =
        read_as(&app, actor(Role::Admin), move |conn, ctx| promises::list(conn, ctx, &filter, None, 10));
    let kept = kept.await.unwrap();
    // Counted: 3 and 4 March; held from the 4th to the 11th; then 12 and 13 March.
    let days = kept[0].days.unwrap();
    assert_eq!((days.used, days.remaining, kept[0].holds.len()), (4, 56, 1));
});

on_both!(an_exchange_is_counted_by_variant, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let number = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    take(&app, &number, A::ReceiveFaulty, scanned("JN", "B1")).await.unwrap();
    let verdict =
        ActionInput { finding: "烧毁".into(), outcome: Some(RepairOutcome::Ber), ..ActionInput::default() };
    take(&app, &number, A::Diagnose, verdict).await.unwrap();
    let reason = ActionInput { reason: "无修复价值".into(), ..ActionInput::default() };
    take(&app, &number, A::DecideExchange, reason).await.unwrap();
    take(&app, &number, A::ShipExchange, plain()).await.unwrap();
    assert_eq!(classes(&line(&app, &number).await), ["pending"; 3]);
    db.clock().advance(TimeDelta::days(3));
    take(&app, &number, A::ExchangeDelivered, by("黄杰")).await.unwrap();
    assert_eq!(classes(&line(&app, &number).await), ["missed", "timely", "timely"]);
});

on_both!(a_spare_in_place_of_repair_is_not_in_this_rate, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let number = request(&app, "B1", Mode::Loaner).await.unwrap().rma.number;
    take(&app, &number, A::Authorise, plain()).await.unwrap();
    take(&app, &number, A::ReserveReplacement, plain()).await.unwrap();
    take(&app, &number, A::ShipReplacement, plain()).await.unwrap();
    take(&app, &number, A::ReplacementDelivered, by("黄杰")).await.unwrap();
    let asked = [("from", "2026-01"), ("to", "2026-12")];
    let rate = ask(&app, actor(Role::Admin), &asked, figures::timely_repair).await.unwrap();
    assert_eq!(
        rate.total.figures.pending, 0,
        "a loaner delivered promises no repair before the part is here"
    );
    take(&app, &number, A::ReceiveFaulty, scanned("JN", "B1")).await.unwrap();
    assert_eq!(classes(&line(&app, &number).await), ["pending"; 3]);
});

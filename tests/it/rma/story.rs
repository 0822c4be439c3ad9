//! From request to close, with the ledger rows, promises and mails it leaves.

use super::{by, company, request, scanned, take};
use crate::setup::{actor, read_as};
use crate::support::{self, Database, on_both};
use beiku::app::rma::{self, ActionInput};
use beiku::domain::actor::Role;
use beiku::domain::plan::PromiseKind;
use beiku::domain::rma::{ActionKind as A, Mode, PromiseState, RepairOutcome, RepairState};
use beiku::store::rma_lists::LineFilter;
use beiku::store::sql::sql;
use beiku::{row, store::StoreError};
use chrono::TimeDelta;

row! {
    struct MailRow { kind: String, recipient: String }
}

on_both!(a_loaner_bridges_the_repair_and_everything_goes_home, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let view = request(&app, "ＢＯＡＲＤ-９", Mode::Loaner).await.unwrap();
    let number = view.rma.number.clone();
    assert_eq!(view.lines[0].row.serial, "BOARD-9", "full-width as scanned, one form in the books");
    assert_eq!(
        view.lines[0].allowed_actions,
        [
            A::Authorise,
            A::Reject,
            A::Cancel,
            A::ReceiveFaulty,
            A::Void,
            A::CorrectSerial,
            A::ChangeMode,
            A::SetEntitlement
        ]
    );

    take(&app, &number, A::Authorise, ActionInput::default()).await.unwrap();
    let reserved = take(&app, &number, A::ReserveReplacement, ActionInput::default()).await.unwrap();
    assert_eq!(reserved.line.issued[0].serial, "SPARE1", "the one that has been there longest");
    let parcel =
        ActionInput { carrier: "顺丰速运".into(), tracking_no: "SF1".into(), ..ActionInput::default() };
    let shipped = take(&app, &number, A::ShipReplacement, parcel.clone()).await.unwrap();
    assert_eq!(shipped.movements[0].to_place, "transit:JN");
    take(&app, &number, A::ReplacementDelivered, by("黄杰")).await.unwrap();

    let received = take(&app, &number, A::ReceiveFaulty, scanned("JN", "board-9")).await.unwrap();
    let places: Vec<_> =
        received.movements.iter().map(|m| (m.from_place.as_str(), m.to_place.as_str())).collect();
    assert_eq!(places, [("opening", "customer:C1"), ("customer:C1", "JN/bench")]);
    let promise =
        received.line.promises.iter().find(|p| p.promise.kind == PromiseKind::RepairReturn).unwrap();
    assert_eq!((promise.promise.amount, promise.clock.as_ref().unwrap().progress.used), (60, 0));

    db.clock().advance(TimeDelta::days(1));
    let finding = ActionInput { finding: "3.3 V 短路".into(), ..ActionInput::default() };
    take(&app, &number, A::Diagnose, finding).await.unwrap();
    take(&app, &number, A::StartRepair, ActionInput::default()).await.unwrap();
    let done = ActionInput {
        outcome: Some(RepairOutcome::Repaired),
        cost_fen: Some(12_850),
        ..ActionInput::default()
    };
    take(&app, &number, A::FinishRepair, done).await.unwrap();
    let failed = take(&app, &number, A::Test, ActionInput { passed: Some(false), ..ActionInput::default() })
        .await
        .unwrap();
    assert_eq!(failed.line.row.repair_state, RepairState::Repairing, "rework");
    let done = ActionInput { outcome: Some(RepairOutcome::Repaired), ..ActionInput::default() };
    take(&app, &number, A::FinishRepair, done).await.unwrap();
    let tested = take(&app, &number, A::Test, ActionInput { passed: Some(true), ..ActionInput::default() })
        .await
        .unwrap();
    assert_eq!(
        (tested.line.row.repair_state, tested.line.row.cost_fen),
        (RepairState::Repaired, Some(12_850))
    );

    take(&app, &number, A::DispatchReturn, parcel).await.unwrap();
    let home = take(&app, &number, A::ConfirmReturned, by("黄杰")).await.unwrap();
    let states: Vec<_> = home.line.promises.iter().map(|p| (p.promise.kind, p.promise.state)).collect();
    assert_eq!(
        states,
        [
            (PromiseKind::SpareInPlace, PromiseState::Kept),
            (PromiseKind::FaultyReturn, PromiseState::Kept),
            (PromiseKind::RepairReturn, PromiseState::Kept),
            (PromiseKind::LoanReturn, PromiseState::Open),
        ]
    );
    assert_eq!(home.line.unit.as_ref().map(|unit| unit.place.as_str()), Some("customer:C1"));
    assert!(take(&app, &number, A::Close, ActionInput::default()).await.is_err(), "our loaner is still out");
    take(&app, &number, A::RecoverLoan, scanned("JN", "SPARE1")).await.unwrap();
    let closed = take(&app, &number, A::Close, ActionInput::default()).await.unwrap();
    assert_eq!(closed.line.row.repair_state, RepairState::Closed);

    let mails: Vec<MailRow> = app
        .store()
        .read(|c| Ok::<_, StoreError>(sql("SELECT kind, recipient FROM outbox ORDER BY id").load(c)?))
        .await
        .unwrap();
    let kinds: Vec<_> = mails.iter().map(|mail| mail.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "request_received",
            "authorised",
            "replacement_shipped",
            "faulty_received",
            "shipped_back",
            "closed"
        ]
    );
    assert!(mails.iter().all(|mail| mail.recipient == "it@c1.example"));
});

on_both!(a_hold_stops_the_clock_for_the_customer_and_resume_counts_anew, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let number = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    let received = take(&app, &number, A::ReceiveFaulty, scanned("DZ", "B1")).await.unwrap();
    let before = received.line.row.sort_due;
    let hold =
        ActionInput {
            reason: "等客户确认报价".into(), said_by: "黄杰".into(), ..ActionInput::default()
        };
    db.clock().advance(TimeDelta::days(2));
    let held = take(&app, &number, A::Hold, hold).await.unwrap();
    assert_eq!(held.line.promises[0].promise.due_on, None, "while a hold is open there is no due date");
    db.clock().advance(TimeDelta::days(14));
    let resumed = take(&app, &number, A::Resume, ActionInput::default()).await.unwrap();
    let after = resumed.line.promises[0].promise.due_on.unwrap();
    assert!(after > before && resumed.line.row.sort_due == after, "{before} → {after}");
});

on_both!(an_equivalent_board_swaps_titles, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let number = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    take(&app, &number, A::ReceiveFaulty, scanned("JN", "B1")).await.unwrap();
    let verdict =
        ActionInput { finding: "烧毁".into(), outcome: Some(RepairOutcome::Ber), ..ActionInput::default() };
    take(&app, &number, A::Diagnose, verdict).await.unwrap();
    let reason = ActionInput { reason: "无修复价值".into(), ..ActionInput::default() };
    take(&app, &number, A::DecideExchange, reason).await.unwrap();
    take(&app, &number, A::ShipExchange, ActionInput::default()).await.unwrap();
    let swapped = take(&app, &number, A::ExchangeDelivered, by("黄杰")).await.unwrap();
    let titles: Vec<_> =
        swapped.movements.iter().map(|m| (m.owner_from.to_string(), m.owner_to.to_string())).collect();
    assert_eq!(titles, [("us".into(), "customer:C1".into()), ("customer:C1".to_owned(), "us".to_owned())]);
    assert_eq!(swapped.line.row.repair_state, RepairState::Exchanged);
    assert_eq!(
        swapped.line.promises.iter().map(|p| (p.promise.kind, p.promise.state)).collect::<Vec<_>>(),
        [
            (PromiseKind::RepairReturn, PromiseState::Broken),
            (PromiseKind::EquivalentExchange, PromiseState::Kept)
        ]
    );
    take(&app, &number, A::Close, ActionInput::default()).await.unwrap();
});

on_both!(the_most_urgent_line_comes_first, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let early = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    take(&app, &early, A::ReceiveFaulty, scanned("JN", "B1")).await.unwrap();
    db.clock().advance(TimeDelta::days(20));
    let late = request(&app, "B2", Mode::RepairReturn).await.unwrap().rma.number;
    take(&app, &late, A::ReceiveFaulty, scanned("DZ", "B2")).await.unwrap();
    let waiting = request(&app, "B3", Mode::RepairReturn).await.unwrap().rma.number;
    let numbers = |filter: LineFilter| {
        let app = app.clone();
        async move {
            let rows = read_as(&app, actor(Role::Manager), move |c, ctx| {
                rma::list_lines(c, ctx, &filter, rma::FIRST, 50)
            });
            rows.await.unwrap().into_iter().map(|row| row.number).collect::<Vec<_>>()
        }
    };
    assert_eq!(numbers(LineFilter::default()).await, [early.clone(), late.clone(), waiting.clone()]);
    assert_eq!(
        numbers(LineFilter { depot: Some("DZ".into()), ..Default::default() }).await,
        std::slice::from_ref(&late)
    );
    assert_eq!(
        numbers(LineFilter { q: Some("电力".into()), open: true, ..Default::default() }).await.len(),
        3
    );
    assert_eq!(numbers(LineFilter { q: Some("b2".into()), ..Default::default() }).await, [late]);
    assert_eq!(
        numbers(LineFilter { state: Some(RepairState::Requested), ..Default::default() }).await,
        [waiting]
    );
});

on_both!(number_and_code_show_one_rma_and_nothing_else, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let number = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    for (number, code, found) in [
        (number.as_str(), "trackingcode", true),
        (number.as_str(), "WRONG", false),
        (number.as_str(), "", false),
        ("RMA-1", "TRACKINGCODE", false),
    ] {
        let (number, code) = (number.to_owned(), code.to_owned());
        let tracked =
            read_as(&app, actor(Role::Customer), move |c, ctx| rma::track(c, ctx, &number, &code)).await;
        assert_eq!(tracked.is_ok(), found);
    }
});

//! What must not happen to an RMA.

use super::{by, company, request, scanned, take};
use crate::setup::{actor, refusal};
use crate::support::{self, Database, on_both};
use beiku::app::rma::{self, ActionInput};
use beiku::domain::actor::{Actor, DepotRef, Role};
use beiku::domain::refusal::Refusal;
use beiku::domain::rma::{ActionKind as A, Mode};
use chrono::TimeDelta;

on_both!(one_open_rma_for_a_unit, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let first = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    let again = refusal(request(&app, "b1", Mode::RepairReturn).await);
    assert_eq!(again, Refusal::RmaAlreadyOpen { serial: "B1".into(), number: first.clone() });
    let reason = ActionInput { reason: "客户自行解决".into(), ..ActionInput::default() };
    take(&app, &first, A::Cancel, reason).await.unwrap();
    assert!(request(&app, "B1", Mode::RepairReturn).await.is_ok(), "a cancelled one is not open");
});

on_both!(a_wrong_scan_changes_nothing, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let number = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    let wrong = refusal(take(&app, &number, A::ReceiveFaulty, scanned("JN", "B2")).await);
    assert_eq!(wrong, Refusal::WrongSerial { expected: "B1".into(), scanned: "B2".into() });
    let view = take(&app, &number, A::ReceiveFaulty, scanned("JN", "B1")).await.unwrap();
    assert_eq!(view.movements.len(), 2, "the ledger met the unit only now");
});

on_both!(the_contract_says_which_ways_of_service_there_are, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let refused = refusal(request(&app, "B1", Mode::AdvanceReplacement).await);
    assert_eq!(
        refused,
        Refusal::ModeNotAllowed { mode: "advance_replacement".into(), regime: "loan".into() }
    );
});

on_both!(steps_happen_in_order_and_not_in_the_future, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let number = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    let at =
        |delta: TimeDelta| ActionInput { occurred_at: Some(db.clock().now() + delta), ..scanned("JN", "B1") };
    let early = refusal(take(&app, &number, A::ReceiveFaulty, at(TimeDelta::days(-1))).await);
    assert!(matches!(early, Refusal::BeforePreviousStep { .. }), "{early:?}");
    let future = refusal(take(&app, &number, A::ReceiveFaulty, at(TimeDelta::hours(1))).await);
    assert!(matches!(future, Refusal::InTheFuture { .. }), "{future:?}");
    let skipped = refusal(take(&app, &number, A::ConfirmReturned, by("黄杰")).await);
    assert_eq!(
        skipped,
        Refusal::ActionNotAllowed { action: "confirm_returned".into(), state: "requested".into() }
    );
});

on_both!(the_same_spare_is_not_promised_twice, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let mut numbers = vec![];
    for serial in ["B1", "B2", "B3"] {
        let number = request(&app, serial, Mode::Loaner).await.unwrap().rma.number;
        take(&app, &number, A::Authorise, ActionInput::default()).await.unwrap();
        numbers.push(number);
    }
    let reserve = |number: &str| {
        let (app, number) = (app.clone(), number.to_owned());
        async move { take(&app, &number, A::ReserveReplacement, ActionInput::default()).await }
    };
    let (a, b, c) = tokio::join!(reserve(&numbers[0]), reserve(&numbers[1]), reserve(&numbers[2]));
    let won = [&a, &b, &c].into_iter().filter(|result| result.is_ok()).count();
    assert!(won <= 2, "there are two spares");
    let held: std::collections::BTreeSet<_> =
        [a, b, c].into_iter().flatten().map(|acted| acted.line.issued[0].serial.clone()).collect();
    assert_eq!(held.len(), won, "each got a unit of its own");
});

on_both!(a_clerk_acts_only_in_the_own_depot, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let number = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    let clerk = Actor { depots: vec![DepotRef { id: 1, code: "JN".into() }], ..actor(Role::Clerk) };
    let clerk = support_depot(&app, clerk).await;
    let refused = crate::setup::act_as(&app, clerk, move |tx, ctx| {
        rma::act(tx, ctx, &number, 1, A::ReceiveFaulty, &scanned("DZ", "B1"))
    });
    assert_eq!(refusal(refused.await), Refusal::NotYourDepot { depot: "DZ".into() });
});

/// The clerk with the real id of depot JN.
async fn support_depot(app: &beiku::app::App, clerk: Actor) -> Actor {
    let id = crate::setup::number(app, "SELECT id AS value FROM depot WHERE code = 'JN'").await;
    Actor { depots: vec![DepotRef { id, code: "JN".into() }], ..clerk }
}

on_both!(another_customers_rma_is_not_there, async |db: &Database| {
    let app = support::app(db);
    company(&app).await;
    let number = request(&app, "B1", Mode::RepairReturn).await.unwrap().rma.number;
    let stranger = Actor { customer_ids: vec![999], ..actor(Role::Customer) };
    let wanted = number.clone();
    let seen = crate::setup::read_as(&app, stranger.clone(), move |c, ctx| rma::view(c, ctx, &wanted)).await;
    assert_eq!(refusal(seen), Refusal::not_found("rma", &number));
    let acted = crate::setup::act_as(&app, stranger, move |tx, ctx| {
        rma::act(
            tx,
            ctx,
            &number,
            1,
            A::Cancel,
            &ActionInput { reason: "x".into(), ..ActionInput::default() },
        )
    });
    assert!(matches!(refusal(acted.await), Refusal::NotFound { .. }));
});

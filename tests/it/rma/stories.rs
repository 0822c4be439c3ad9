//! What a random walk hardly comes to by chance: lines that are told step by step from the request to the end, while everything else
//! goes on around them.

use super::model::{asked, buy};
use crate::setup::act;
use crate::support::Database;
use beiku::app::repair::BenchInput;
use beiku::app::rma::{self, ActionInput, CaseInput};
use beiku::app::{App, Error};
use beiku::domain::data_bearing::DataAnswer;
use beiku::domain::rma::{ActionKind, Entitlement, Mode, RepairOutcome};
use beiku::row;
use beiku::store::StoreError;
use beiku::store::sql::sql_once;
use chrono::{Days, TimeDelta};

row! { struct KindRow { kind: String } }

use ActionKind as A;

/// How each goes on once it was asked for.
const STORIES: &[(Mode, &[ActionKind])] = &[
    // A loaner its customer keeps.
    (
        Mode::Loaner,
        &[
            A::Authorise,
            A::ReserveReplacement,
            A::ShipReplacement,
            A::ReplacementDelivered,
            A::ReceiveFaulty,
            A::KeepLoaner,
            A::ToStock,
            A::Close,
        ],
    ),
    // A quote nobody answers.
    (Mode::RepairReturn, &[A::ReceiveFaulty, A::SetEntitlement, A::SendQuote, A::ExpireQuote]),
    // A repair that is paid for.
    (
        Mode::RepairReturn,
        &[
            A::Authorise,
            A::FaultyShipped,
            A::ReceiveFaulty,
            A::SetEntitlement,
            A::SendQuote,
            A::AcceptQuote,
            A::StartRepair,
            A::FinishRepair,
            A::Test,
            A::DispatchReturn,
            A::ConfirmReturned,
            A::Close,
        ],
    ),
    // A quote that is refused: nobody wants the board back.
    (
        Mode::RepairReturn,
        &[
            A::ReceiveFaulty,
            A::SetEntitlement,
            A::SendQuote,
            A::RefuseQuote,
            A::AgreeScrap,
            A::Scrap,
            A::Close,
        ],
    ),
    // Another board in exchange.
    (
        Mode::RepairReturn,
        &[
            A::ReceiveFaulty,
            A::StartRepair,
            A::DecideExchange,
            A::ShipExchange,
            A::ExchangeDelivered,
            A::ToStock,
            A::Close,
        ],
    ),
    // A loaner that comes back.
    (
        Mode::Loaner,
        &[
            A::Authorise,
            A::ReserveReplacement,
            A::ShipReplacement,
            A::ReplacementDelivered,
            A::ReceiveFaulty,
            A::ReturnUnrepaired,
            A::ConfirmReturned,
            A::RecoverLoan,
            A::Close,
        ],
    ),
    // A loaner that does not.
    (
        Mode::Loaner,
        &[
            A::Authorise,
            A::ReserveReplacement,
            A::ShipReplacement,
            A::ReplacementDelivered,
            A::WaiveFaultyReturn,
        ],
    ),
];

/// The story that is being told.
pub(super) struct Told {
    /// How many were begun.
    begun: usize,
    number: Option<String>,
    rest: &'static [ActionKind],
}

impl Told {
    pub(super) fn new() -> Told {
        Told { begun: 0, number: None, rest: &[] }
    }

    /// The next step of the story, or the next story; what came of it. A step that is refused ends its story: somebody else was at
    /// the line.
    pub(super) async fn on(&mut self, db: &Database, app: &App) -> String {
        let Some(number) = self.number.clone() else { return self.begin(app).await };
        let Some((kind, rest)) = self.rest.split_first() else {
            self.number = None;
            return format!("the story of {number} is told");
        };
        if *kind == A::ExpireQuote {
            db.clock().advance(TimeDelta::days(2));
        }
        let said = self.said(app, *kind);
        let (wanted, kind) = (number.clone(), *kind);
        let done = act(app, move |tx, ctx| rma::act(tx, ctx, &wanted, 1, kind, &said)).await;
        self.rest = rest;
        match done {
            Ok(_) => format!("{number} goes on: {kind}"),
            Err(Error::Refused(refusal)) => {
                self.number = None;
                format!("{number} does not go on: {kind} refused: {}", refusal.code())
            }
            Err(fault) => panic!("{kind} on {number}: {fault:?}"),
        }
    }

    async fn begin(&mut self, app: &App) -> String {
        let (mode, steps) = STORIES[self.begun % STORIES.len()];
        self.begun += 1;
        buy(app, self.spare()).await;
        self.number = asked(app, "C1", self.faulty(), mode).await;
        self.rest = steps;
        format!("story {} begins: {:?}", self.begun, self.number)
    }

    fn faulty(&self) -> String {
        format!("TOLD{}", self.begun)
    }

    fn spare(&self) -> String {
        format!("TOLD{}-SPARE", self.begun)
    }

    /// What is said with a step.
    fn said(&self, app: &App, kind: ActionKind) -> ActionInput {
        let text = || "x".to_owned();
        let serial = match kind {
            A::ReceiveFaulty => Some(self.faulty()),
            A::ReserveReplacement | A::ShipExchange | A::RecoverLoan => Some(self.spare()),
            _ => None,
        };
        ActionInput {
            depot: matches!(kind, A::ReceiveFaulty | A::RecoverLoan | A::ToStock).then(|| "JN".to_owned()),
            serial,
            carrier: text(),
            received_by: text(),
            reason: text(),
            outcome: Some(RepairOutcome::Repaired),
            passed: Some(true),
            case: CaseInput {
                by: text(),
                evidence: text(),
                amount_fen: Some(86_000),
                valid_until: Some(app.clock().now().date_naive() + Days::new(1)),
                entitlement: Some(Entitlement::Chargeable),
                ..CaseInput::default()
            },
            bench: BenchInput { data: Some(DataAnswer::Wipe), certificate: text(), ..BenchInput::default() },
            ..ActionInput::default()
        }
    }
}

/// The kinds of action the timelines tell of, those of the jobs among them.
pub(super) async fn on_record(app: &App) -> Vec<ActionKind> {
    let kinds = "SELECT DISTINCT kind FROM rma_event".to_owned();
    let rows = app.store().read(move |c| Ok::<_, StoreError>(sql_once(kinds).load::<KindRow>(c)?)).await;
    rows.unwrap().iter().filter_map(|row| ActionKind::from_code(&row.kind)).collect()
}

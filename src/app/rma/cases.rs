//! The settled cases: what a decision needs to know of them, the codes people send, and what they leave in the books.

use crate::app::rma::resolve::{self, ActionInput};
use crate::app::rma::state::Loaded;
use crate::app::stock::unit_of_part;
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Role;
use crate::domain::data_bearing::DataProof;
use crate::domain::equivalence::Fit;
use crate::domain::money::DEFAULT_CURRENCY;
use crate::domain::place::PlaceRef;
use crate::domain::refusal::Refusal;
use crate::domain::rma::case::{Agreement, Asker, ConsentKind, Quote, QuoteChange};
use crate::domain::rma::{
    ActionKind, Case, CaseFacts, Decision, Entitlement, Mode, Parcel, Payer, RepairState,
};
use crate::domain::serial::Serial;
use crate::store::rma_cases::{self, ConsentRow, LineCase, QuoteRow};
use crate::store::rmas::LineRow;
use crate::store::{Conn, Violation, open_lines, plans, requests, stock, units, violates};
use chrono::{DateTime, NaiveDate, Utc};

/// What the settled cases may say beside the fields every action knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseInput {
    /// Who at the customer said so.
    pub by: String,
    /// Where that can be read.
    pub evidence: String,
    /// When the customer agreed.
    pub agreed_at: Option<DateTime<Utc>>,
    /// Amount of a quote, in fen.
    pub amount_fen: Option<i64>,
    /// Its currency; CNY when not said.
    pub currency: Option<String>,
    /// Its last day.
    pub valid_until: Option<NaiveDate>,
    /// Another mode.
    pub mode: Option<Mode>,
    /// Another entitlement.
    pub entitlement: Option<Entitlement>,
    /// Who pays; the usual one when not said.
    pub payer: Option<Payer>,
    /// Charge what is owed instead of waiving it.
    pub charge: bool,
}

/// What the cases need to know of a line.
pub(super) fn facts(conn: &mut Conn, row: &LineRow) -> AppResult<CaseFacts> {
    let plan = match row.plan_version_id {
        Some(id) => plans::version(conn, id)?,
        None => None,
    };
    let consents = rma_cases::consents(conn, row.id)?;
    let asker = rma_cases::void_asker(conn, row.id)?;
    Ok(CaseFacts {
        requested_at: Some(row.requested_at),
        received_at: row.received_at,
        preventive: requests::is_preventive(conn, row.id)?,
        regime: plan.as_ref().map(|plan| plan.regime),
        brand_new_required: plan.as_ref().is_some_and(|plan| plan.brand_new_required),
        returned_when: plan.as_ref().map(|plan| plan.returned_when),
        data_bearing: row.data_bearing,
        data_answer: plan.and_then(|plan| plan.data_answer),
        entitlement: Some(row.entitlement),
        outcome: row.outcome,
        unrepaired: row.unrepaired,
        void_asked_by: asker.map(|(user_id, username)| Asker { user_id, username }),
        scrap_agreed_at: consents
            .iter()
            .rfind(|consent| consent.kind == ConsentKind::Scrap)
            .map(|consent| consent.agreed_at),
        quote: rma_cases::quotes(conn, row.id)?.pop().map(quote),
        other_part: None,
        owed_elsewhere: false,
        closed_from: match row.repair_state {
            RepairState::Closed => rma_cases::came_from(conn, row.id, RepairState::Closed)?,
            _ => None,
        },
    })
}

fn quote(row: QuoteRow) -> Quote {
    Quote {
        id: row.id,
        amount_fen: row.amount_fen,
        currency: row.currency,
        valid_until: row.valid_until,
        state: row.state,
        holds: row.holds,
    }
}

/// The case, with its codes looked up.
pub(super) fn resolve(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    kind: ActionKind,
    input: &ActionInput,
) -> AppResult<Case> {
    use ActionKind as K;
    let case = &input.case;
    let text = |text: &str| text.trim().to_owned();
    let reason = text(&input.reason);
    let required = |field: &str| Refusal::field(field, "required");
    Ok(match kind {
        K::Void => Case::Void { reason },
        K::ApproveVoid => Case::ApproveVoid,
        K::CorrectSerial => correct_serial(tx, line, input)?,
        K::ReportDoa => {
            Case::ReportDoa { scanned: serial(tx, input)?.ok_or_else(|| required("serial"))?, reason }
        }
        K::KeepLoaner => keep_loaner(tx, line, input)?,
        K::ChangeMode => Case::ChangeMode { mode: case.mode.ok_or_else(|| required("mode"))?, reason },
        K::SetEntitlement => Case::SetEntitlement {
            entitlement: case.entitlement.ok_or_else(|| required("entitlement"))?,
            payer: case.payer,
            reason,
        },
        K::SendQuote => Case::SendQuote {
            amount_fen: case.amount_fen.ok_or_else(|| required("amount"))?,
            currency: case.currency.clone().unwrap_or_else(|| DEFAULT_CURRENCY.to_owned()),
            valid_until: case.valid_until.ok_or_else(|| required("valid_until"))?,
        },
        K::AcceptQuote => Case::AcceptQuote { by: text(&case.by), evidence: text(&case.evidence) },
        K::RefuseQuote => Case::RefuseQuote { by: text(&case.by), evidence: text(&case.evidence) },
        K::ExpireQuote => Case::ExpireQuote,
        K::ReturnUnrepaired => Case::ReturnUnrepaired {
            reason,
            parcel: Parcel { carrier: text(&input.carrier), tracking_no: text(&input.tracking_no) },
            transit: resolve::way_from(tx, line.state.working_depot())?,
        },
        K::AgreeScrap => Case::AgreeScrap { agreed: agreement(input) },
        K::Scrap => Case::Scrap { place: boundary(tx, "scrap")?, data: data_proof(input) },
        K::ToStock => Case::ToStock { place: resolve::shelf(tx, line, input)?, data: data_proof(input) },
        K::WaiveFaultyReturn | K::ChargeFaulty => Case::Settle {
            charge: kind == K::ChargeFaulty || case.charge,
            scanned: serial(tx, input)?,
            lost: boundary(tx, "lost")?,
            reason,
        },
        _ => {
            let action = kind.to_string();
            let state = line.row.repair_state.to_string();
            return Err(Refusal::ActionNotAllowed { action, state }.into());
        }
    }
    .checked(ctx))
}

impl Case {
    /// A customer's own user is who answers, unless another name is given. Nobody else answers in the customer's place.
    fn checked(self, ctx: &Ctx) -> Case {
        match self {
            Case::AcceptQuote { by, evidence } if by.is_empty() && ctx.actor.role == Role::Customer => {
                Case::AcceptQuote { by: ctx.actor.username.clone(), evidence }
            }
            other => other,
        }
    }
}

/// What the act says of a customer's data: the same words as at the bench.
pub(super) fn data_proof(input: &ActionInput) -> DataProof {
    DataProof { answer: input.bench.data, certificate: input.bench.certificate.clone() }
}

fn agreement(input: &ActionInput) -> Agreement {
    Agreement {
        by: input.case.by.trim().to_owned(),
        evidence: input.case.evidence.trim().to_owned(),
        at: input.case.agreed_at,
    }
}

/// The scanned serial, when one was given: that of the unit which goes by it, else as scanned.
fn serial(tx: &mut Conn, input: &ActionInput) -> AppResult<Option<String>> {
    let Some(text) = input.serial.as_deref().filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    let parsed = Serial::parse(text).map_err(|error| Refusal::field("serial", error.code()))?.into_string();
    let known = units::by_serial(tx, &parsed)?;
    Ok(Some(match known.as_slice() {
        [only] => only.serial.clone(),
        _ => parsed,
    }))
}

fn boundary(tx: &mut Conn, code: &str) -> AppResult<PlaceRef> {
    crate::app::places::find(tx, code)
}

fn correct_serial(tx: &mut Conn, line: &Loaded, input: &ActionInput) -> AppResult<Case> {
    let text = input.serial.as_deref().unwrap_or_default();
    let typed = Serial::parse(text).map_err(|error| Refusal::field("serial", error.code()))?.into_string();
    let unit = unit_of_part(units::by_serial(tx, &typed)?, &line.state.part, &typed)?;
    let serial = unit.as_ref().map_or(typed, |unit| unit.serial.clone());
    let identity = line.state.part.identity(&serial);
    if let Some(open) = open_lines::of_identity(tx, &identity)?.filter(|open| open.id != line.row.id) {
        return Err(Refusal::RmaAlreadyOpen { serial, number: open.number }.into());
    }
    Ok(Case::CorrectSerial {
        serial,
        unit: unit.map(|unit| unit.state()),
        reason: input.reason.trim().to_owned(),
    })
}

fn keep_loaner(tx: &mut Conn, line: &Loaded, input: &ActionInput) -> AppResult<Case> {
    use crate::domain::rma::IssuedRole;
    let (mut fits, mut brand_new) = (false, false);
    if let Some(loan) = line.state.active(IssuedRole::Loan) {
        fits = stock::fitting_parts(tx, &line.row.part_no)?.iter().any(|part| part.id == loan.part.id)
            && !matches!(loan.limits, Fit::Breaks(_));
        brand_new = rma_cases::is_brand_new(tx, loan.unit.id, &line.rma.number)?;
    }
    Ok(Case::KeepLoaner { scanned: serial(tx, input)?, agreed: agreement(input), fits, brand_new })
}

/// Writes what a case changed beside the tracks.
pub(super) fn write(tx: &mut Conn, ctx: &Ctx, line: &Loaded, decision: &Decision) -> AppResult<()> {
    let case = &decision.case;
    let change = LineCase {
        mode: case.mode,
        entitlement: case.entitlement,
        payer: case.payer,
        unrepaired: case.unrepaired,
        certificate: case.certificate.as_deref(),
    };
    if change.mode.is_some()
        || change.entitlement.is_some()
        || change.payer.is_some()
        || change.unrepaired
        || change.certificate.is_some()
    {
        rma_cases::change_line(tx, line.row.id, &change)?;
    }
    if let Some((serial, unit_id)) = &case.serial {
        let identity = line.state.part.identity(serial);
        match rma_cases::set_serial(tx, line.row.id, serial, &identity, *unit_id) {
            Ok(()) => {}
            Err(error) if violates(&error, Violation::Unique) => {
                let number = String::new();
                return Err(Refusal::RmaAlreadyOpen { serial: serial.clone(), number }.into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    if let Some((kind, agreed)) = &case.consent {
        let consent = ConsentRow {
            kind: *kind,
            agreed_by: agreed.by.clone(),
            evidence: agreed.evidence.clone(),
            agreed_at: agreed.at.unwrap_or(decision.occurred_at),
        };
        rma_cases::insert_consent(tx, line.row.id, &consent, ctx.actor.id(), ctx.now)?;
    }
    match &case.quote {
        None => {}
        Some(QuoteChange::Send { amount_fen, currency, valid_until, holds }) => rma_cases::insert_quote(
            tx,
            line.row.id,
            *amount_fen,
            currency,
            *valid_until,
            *holds,
            decision.occurred_at,
        )?,
        Some(QuoteChange::End { id, state, by, evidence }) => {
            rma_cases::end_quote(tx, *id, *state, by, evidence, decision.occurred_at)?;
        }
    }
    Ok(())
}

//! What somebody in front of a dead board has to know before asking for a spare: what it is and whose, what fits, from
//! where and by when, and why the rest cannot come.

use crate::app::plans;
use crate::app::stock::{self, Offer, Sourcing, UnitRow};
use crate::app::{AppResult, Ctx, Error, requests};
use crate::domain::actor::{Permission, Scope};
use crate::domain::calendar::Zone;
use crate::domain::entitlement::PlanInForce;
use crate::domain::fields::code_of;
use crate::domain::place::engineer_code;
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Condition, Owner};
use crate::store::customers::{CustomerRow, SiteRow};
use crate::store::stock::FittingPart;
use crate::store::units::UnitFilter;
use crate::store::{Conn, customers, rmas, units};

/// Depots and vans shown at most.
const SHOWN: i64 = 50;

/// What is known so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Serial of the dead board, as scanned.
    pub serial: String,
    /// Part number; says it where the books do not know the serial.
    pub part_no: String,
    /// Customer code; says it where the books do not know.
    pub customer: String,
    /// Near which depot or city; where the customer is, when not said.
    pub near: String,
}

/// A depot that cannot give the part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// Part number.
    pub part_no: String,
    /// Depot code.
    pub depot: String,
    /// Depot name.
    pub depot_name: String,
    /// Good ones that are there and all held for somebody; 0: there is none.
    pub held: i64,
}

/// What the books answer.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The dead board, when the books know its serial.
    pub unit: Option<UnitRow>,
    /// The part, and what may stand in for it: own part first. Empty while it is not known.
    pub parts: Vec<FittingPart>,
    /// Whose it is.
    pub customer: Option<CustomerRow>,
    /// Their sites.
    pub sites: Vec<SiteRow>,
    /// What covers it; none: chargeable, and nothing is promised.
    pub cover: Option<PlanInForce>,
    /// The plan's name in Chinese and English.
    pub plan: (String, String),
    /// The open RMA it is on, with its line.
    pub rma: Option<(String, i64)>,
    /// Why no spare can be asked for on that line.
    pub blocked: Option<Refusal>,
    /// Where spares can come from, the best first.
    pub offers: Vec<Offer>,
    /// Where none can come from.
    pub lacking: Vec<Lack>,
    /// Fitting spares in the asker's own van.
    pub van: Vec<UnitRow>,
    /// Near where was asked.
    pub near: String,
}

/// Looks it up.
///
/// # Errors
/// Refused when the serial is that of several parts, or the part number is of none.
pub fn look(conn: &mut Conn, ctx: &Ctx, asked: &Question) -> AppResult<Answer> {
    ctx.actor.may(Permission::RequestRma)?;
    ctx.actor.may(Permission::ReadStock)?;
    let mut answer = Answer::default();
    let part_no = Some(code_of(&asked.part_no)).filter(|part_no| !part_no.is_empty());
    if !asked.serial.trim().is_empty() {
        answer.unit = known(stock::find_unit(conn, &asked.serial, part_no.as_deref()))?;
    }
    if let Some(unit) = &answer.unit
        && let Some(number) = stock::open_rma_of(conn, &unit.identity)?
        && let Some(head) = rmas::by_number(conn, &Scope::All, &number)?
    {
        let line = rmas::lines(conn, head.id)?.into_iter().find(|line| line.serial == unit.serial);
        if let Some(line) = &line {
            answer.blocked = match requests::waits_for_spare(conn, ctx, line) {
                Ok(()) => None,
                Err(Error::Refused(refusal)) => Some(refusal),
                Err(error) => return Err(error),
            };
        }
        answer.rma = line.map(|line| (number, line.line));
    }
    let code = match &answer.unit {
        Some(unit) if asked.customer.trim().is_empty() => customer_of(unit),
        _ => Some(code_of(&asked.customer)).filter(|code| !code.is_empty()),
    };
    if let Some(code) = code {
        answer.customer = customers::by_code(conn, &ctx.actor.scope(), &code)?;
    }
    if let Some(customer) = &answer.customer {
        let today = Zone::default().local_date(ctx.now);
        answer.sites = customers::sites(conn, customer.id)?;
        answer.cover = plans::in_force(conn, customer.id, "", today)?;
        if let Some(cover) = &answer.cover {
            answer.plan = plans::names(conn, ctx, &cover.version.plan)?;
        }
    }
    let near = asked.near.trim();
    let city = answer.customer.as_ref().map(|customer| customer.city.clone()).unwrap_or_default();
    answer.near = if near.is_empty() { city } else { near.to_owned() };
    if let Some(part_no) = answer.unit.as_ref().map(|unit| unit.part_no.clone()).or(part_no) {
        source(conn, ctx, &part_no, &mut answer)?;
    }
    Ok(answer)
}

/// A serial the books do not know is no fault here: the part number then says it.
fn known(found: AppResult<UnitRow>) -> AppResult<Option<UnitRow>> {
    match found {
        Ok(unit) => Ok(Some(unit)),
        Err(Error::Refused(Refusal::NotFound { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whose board it is, or at whom it stands.
fn customer_of(unit: &UnitRow) -> Option<String> {
    match &unit.owner {
        Owner::Customer(code) => Some(code.clone()),
        _ => unit.place.strip_prefix("customer:").map(ToOwned::to_owned),
    }
}

fn source(conn: &mut Conn, ctx: &Ctx, part_no: &str, answer: &mut Answer) -> AppResult<()> {
    let customer = answer.customer.as_ref().map(|customer| customer.id);
    let near = Some(answer.near.clone()).filter(|near| !near.is_empty());
    let question = Sourcing { part_no: part_no.to_owned(), near };
    answer.offers = stock::sourcing_for(conn, ctx, &question, customer)?;
    answer.parts = stock::fitting(conn, part_no)?;
    for row in
        answer.parts.first().map(|own| stock::availability(conn, own.id)).transpose()?.unwrap_or_default()
    {
        if row.good <= row.reserved && row.customer_id.is_none_or(|owner| Some(owner) == customer) {
            answer.lacking.push(Lack {
                part_no: part_no.to_owned(),
                depot: row.depot,
                depot_name: row.depot_name,
                held: row.good,
            });
        }
    }
    for part in &answer.parts {
        let filter = UnitFilter {
            part_no: Some(part.part_no.clone()),
            place: Some(engineer_code(&ctx.actor.username)),
            condition: Some(Condition::Good),
            owner: Some(Owner::Us.to_string()),
            ..UnitFilter::default()
        };
        answer.van.extend(units::list(conn, &Scope::All, &filter, 0, SHOWN)?);
    }
    answer.van.retain(|unit| unit.reservation_id.is_none());
    Ok(())
}

//! A request: who has which faulty units, and how they are to be handled.

use crate::app::rma::{RmaView, news, promises, view};
use crate::app::stock::unit_of_part;
use crate::app::{AppResult, Ctx, Error, audit, plans, repair};
use crate::domain::actor::{Permission, Role};
use crate::domain::calendar::Zone;
use crate::domain::entitlement::PlanInForce;
use crate::domain::fields::{Fields, LONG_MAX, NAME_MAX, NUMBER_MAX, code_of};
use crate::domain::language::Language;
use crate::domain::notice::NoticeKind;
use crate::domain::place::PlaceKind;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::rma::{
    Entitlement, FaultyState, IssuedRole, IssuedState, Mode, RepairState, Source, Track,
};
use crate::domain::serial::{Serial, folded};
use crate::domain::stock::{Owner, PartRef, Tracking};
use crate::store::customers::{CustomerRow, SiteRow};
use crate::store::rmas::{self, NewEvent, NewRma};
use crate::store::units::UnitRow;
use crate::store::{
    Conn, Violation, customers, depots, instruments, issued, line_contracts, open_lines, repeats, stock,
    units, violates,
};
use chrono::Datelike;

/// At most this many units in one request.
const LINES_MAX: usize = 100;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// Customer code; a customer's user may leave it out when there is only one.
    pub customer: Option<String>,
    /// Where notices go; empty for the customer's first contact.
    pub contact_email: String,
    /// Name of the contact.
    pub contact_name: String,
    /// Language of the notices; the contact's when not said.
    pub language: Option<Language>,
    /// Site.
    pub site: String,
    /// The depot that is to receive the parts, when it is known.
    pub depot: Option<String>,
    /// Units.
    pub lines: Vec<NewLine>,
    /// The code with which the customer follows it; made outside, because a transaction may run twice.
    pub tracking_code: String,
}

/// One faulty unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// Part number.
    pub part_no: String,
    /// Serial.
    pub serial: String,
    /// What is wrong with it.
    pub fault: String,
    /// Class of fault.
    pub fault_class: String,
    /// Where in the site's equipment it sat; empty when not said.
    pub slot: String,
    /// How it is to be handled; repair and return when not said.
    pub mode: Option<Mode>,
}

/// A checked line.
struct Line {
    part: PartRef,
    serial: String,
    unit_id: Option<i64>,
    fault: String,
    fault_class: String,
    slot: String,
    mode: Mode,
}

/// Registers a request. Each unit may have one open RMA.
pub fn request(tx: &mut Conn, ctx: &Ctx, new: &NewRequest) -> AppResult<RmaView> {
    ctx.actor.may(Permission::RequestRma)?;
    let mut fields = Fields::new();
    let customer = match customer_of(tx, ctx, new.customer.as_deref()) {
        // Said together with what is wrong below it on the form, not one press after the other.
        Err(Error::Refused(Refusal::Invalid(mut wrong))) => {
            check_lines(tx, &mut fields, &new.lines)?;
            if let Err(Refusal::Invalid(more)) = fields.finish() {
                wrong.extend(more);
            }
            return Err(Refusal::Invalid(wrong).into());
        }
        found => found?,
    };
    let site = site_of(tx, &mut fields, &customer, &new.site)?;
    let contact = contact_of(tx, &mut fields, &customer, new)?;
    let depot_id = depot_of(tx, &mut fields, new.depot.as_deref())?;
    let today = Zone::default().local_date(ctx.now);
    let plan = plans::in_force(tx, customer.id, &site, today)?;
    let lines = check_lines(tx, &mut fields, &new.lines)?;
    fields.finish()?;
    for line in &lines {
        line.mode.check_offered(plan.as_ref().map(|plan| plan.version.regime))?;
    }
    let number =
        format!("RMA-{}-{:06}", today.year(), rmas::next_number(tx, &format!("RMA-{}", today.year()))?);
    let source = if ctx.actor.role == Role::Customer { Source::Customer } else { Source::Staff };
    let rma_id = rmas::insert(
        tx,
        &NewRma {
            number: &number,
            customer_id: customer.id,
            site: &site,
            contact_name: &contact.name,
            contact_email: &contact.email,
            language: contact.language,
            tracking_code: &new.tracking_code,
            source,
            state: RepairState::Requested,
            created_by: ctx.actor.id(),
            requested_at: ctx.now,
            recorded_at: ctx.now,
        },
    )?;
    for (at, line) in lines.iter().enumerate() {
        insert_line(tx, ctx, &customer, rma_id, at, line, depot_id, plan.as_ref())?;
    }
    audit::record(
        tx,
        ctx,
        "rma.request",
        &format!("rma:{number}"),
        &format!("{} line(s) for {}", lines.len(), customer.code),
    )?;
    news::tell(tx, ctx, &number, None, NoticeKind::RequestReceived, &number)?;
    view(tx, ctx, &number)
}

/// Whether this unit may be asked for: it has no open RMA; and a customer does not ask for what is somebody else's, nor learns
/// whose it is. Our own people may: titles are put right before it comes in.
fn check_free(
    tx: &mut Conn,
    ctx: &Ctx,
    customer: &CustomerRow,
    line: &Line,
    identity: &str,
) -> AppResult<()> {
    let is_customer = ctx.actor.role == Role::Customer;
    let serial = line.serial.clone();
    let unit = match line.unit_id {
        Some(id) => units::by_id(tx, id)?,
        None => None,
    };
    if let Some(unit) = unit {
        if is_customer && !is_theirs(tx, &unit, customer)? {
            return Err(Refusal::WrongOwner { serial, owner: String::new() }.into());
        }
        if let Some(number) = lent_on(tx, &unit)? {
            return Err(Refusal::SpareOfLine { serial, number }.into());
        }
    }
    let Some(open) = open_lines::of_identity(tx, identity)? else { return Ok(()) };
    let number = if is_customer && open.customer_id != customer.id { String::new() } else { open.number };
    Err(Refusal::RmaAlreadyOpen { serial, number }.into())
}

/// The RMA on which a spare of ours is out and comes back, whether it works or not: it needs no RMA of its own, and could not be
/// received on one.
fn lent_on(conn: &mut Conn, unit: &UnitRow) -> AppResult<Option<String>> {
    let out = issued::out_on(conn, unit.id, unit.place_kind)?;
    let lent = out.filter(|out| out.role == IssuedRole::Loan || out.state == IssuedState::Doa);
    Ok(lent.map(|out| format!("{}/{}", out.number, out.line)))
}

/// Whether a customer has a say in this unit: it is theirs, stands at theirs, or was sent to them and they may have it in the hand
/// already. Of a unit whose owner nobody knows they may say that it is theirs.
fn is_theirs(conn: &mut Conn, unit: &UnitRow, customer: &CustomerRow) -> AppResult<bool> {
    let stands_at = unit.place_ref().customer_id;
    Ok(match &unit.owner {
        Owner::Customer(owner) => *owner == customer.code,
        Owner::Unknown => stands_at.is_none_or(|id| id == customer.id),
        Owner::Us | Owner::Vendor(_) => {
            stands_at == Some(customer.id) || issued::is_sent_to(conn, unit.id, customer.id)?
        }
    })
}

fn insert_line(
    tx: &mut Conn,
    ctx: &Ctx,
    customer: &CustomerRow,
    rma_id: i64,
    at: usize,
    line: &Line,
    depot_id: Option<i64>,
    plan: Option<&PlanInForce>,
) -> AppResult<()> {
    let identity = line.part.identity(&line.serial);
    check_free(tx, ctx, customer, line, &identity)?;
    let new = rmas::NewLine {
        rma_id,
        line: i64::try_from(at + 1).unwrap_or(i64::MAX),
        customer_id: customer.id,
        part_id: line.part.id,
        serial: &line.serial,
        unit_id: line.unit_id,
        fault: &line.fault,
        fault_class: &line.fault_class,
        slot: &line.slot,
        mode: line.mode,
        entitlement: match plan {
            Some(_) => Entitlement::Contract,
            None if repair::is_under_warranty(tx, line.unit_id, ctx.now)? => Entitlement::Warranty,
            None => Entitlement::Chargeable,
        },
        plan_version_id: plan.map(|plan| plan.version.id),
        depot_id,
        repair_state: RepairState::Requested,
        faulty_state: FaultyState::NotDue,
        open_identity: Some(&identity),
        at: ctx.now,
    };
    let line_id = match rmas::insert_line(tx, &new) {
        Ok(id) => id,
        // Another request for the same unit was a moment faster.
        Err(error) if violates(&error, Violation::Unique) => {
            return Err(Refusal::RmaAlreadyOpen { serial: line.serial.clone(), number: String::new() }.into());
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(contract) = plan.and_then(|plan| plan.contract.as_deref()) {
        line_contracts::set(tx, line_id, contract)?;
    }
    // The last repair did not hold: this one is free, whatever else covers it.
    if let Some(repeat_of) = repair::covering(tx, line.unit_id, line_id, &line.fault_class, ctx.now)? {
        repeats::cover(tx, line_id, repeat_of)?;
    }
    rmas::insert_event(
        tx,
        &NewEvent {
            rma_id,
            line_id: Some(line_id),
            track: Track::Repair,
            kind: "request",
            from: "",
            to: RepairState::Requested.as_str(),
            note: &line.fault,
            actor_id: ctx.actor.id(),
            occurred_at: ctx.now,
            recorded_at: ctx.now,
        },
    )?;
    match plan {
        Some(plan) => promises::begin_case(tx, ctx, line_id, &new, &plan.version),
        None => Ok(()),
    }
}

/// The customer, if the actor may act for it; another's is as good as not there.
fn customer_of(tx: &mut Conn, ctx: &Ctx, code: Option<&str>) -> AppResult<CustomerRow> {
    let code = code.map(str::trim).filter(|code| !code.is_empty());
    let found = match (code, ctx.actor.customer_ids.as_slice()) {
        (Some(code), _) => customers::by_code(tx, &ctx.actor.scope(), &code_of(code))?,
        (None, [only]) => customers::by_id(tx, *only)?,
        (None, _) => return Err(Refusal::field("customer", "required").into()),
    };
    match found.filter(|customer| ctx.actor.sees_customer(customer.id)) {
        Some(customer) => Ok(customer),
        None => {
            let code = code.unwrap_or_default();
            Err(Refusal::field_with("customer", "unknown_customer", "code", code).into())
        }
    }
}

struct Contact {
    name: String,
    email: String,
    language: Language,
}

/// Who hears of it: the person named, with what is known of them, else the customer's first contact.
fn contact_of(
    tx: &mut Conn,
    fields: &mut Fields,
    customer: &CustomerRow,
    new: &NewRequest,
) -> AppResult<Contact> {
    let known = customers::contacts(tx, customer.id)?;
    let email = if new.contact_email.trim().is_empty() {
        known.first().map(|contact| contact.email.clone()).unwrap_or_default()
    } else {
        fields.email("contact_email", &new.contact_email)
    };
    let same = known.iter().find(|contact| contact.email.eq_ignore_ascii_case(&email));
    let name = fields.text("contact_name", &new.contact_name, NAME_MAX);
    let name =
        if name.is_empty() { same.map(|contact| contact.name.clone()).unwrap_or_default() } else { name };
    let language = new.language.or(same.map(|contact| contact.language)).unwrap_or(customer.language);
    Ok(Contact { name, email, language })
}

/// A site of the customer's. Contracts are limited to sites by name: one that is written otherwise would be covered by none of
/// them. Where no sites of the customer are on record, none can be.
fn site_of(tx: &mut Conn, fields: &mut Fields, customer: &CustomerRow, said: &str) -> AppResult<String> {
    let site = fields.text("site", said, NAME_MAX);
    let known = customers::sites(tx, customer.id)?;
    if !site.is_empty() && !known.is_empty() && !known.iter().any(|known| known.name == site) {
        fields.push(unknown_site(&site, &known));
    }
    Ok(site)
}

/// None of the customer's sites, with those there are.
pub(in crate::app) fn unknown_site(said: &str, known: &[SiteRow]) -> FieldError {
    let names: Vec<&str> = known.iter().map(|site| site.name.as_str()).collect();
    FieldError::new("site", "unknown_site").with("site", said).with("sites", names.join(", "))
}

fn depot_of(tx: &mut Conn, fields: &mut Fields, code: Option<&str>) -> AppResult<Option<i64>> {
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else { return Ok(None) };
    let depot = depots::by_code(tx, &code_of(code))?;
    if depot.is_none() {
        fields.push(FieldError::new("depot", "unknown_place").with("code", code));
    }
    Ok(depot.map(|depot| depot.id))
}

fn check_lines(tx: &mut Conn, fields: &mut Fields, lines: &[NewLine]) -> AppResult<Vec<Line>> {
    if lines.is_empty() || lines.len() > LINES_MAX {
        fields.push(
            FieldError::new("lines", "count_out_of_range").with("max", LINES_MAX).with("count", lines.len()),
        );
        return Ok(vec![]);
    }
    let mut checked: Vec<Line> = vec![];
    for (at, line) in lines.iter().enumerate() {
        let name = |field: &str| format!("lines[{at}].{field}");
        let fault = fields.required(&name("fault"), &line.fault, LONG_MAX);
        let fault_class = fields.text(&name("fault_class"), &line.fault_class, NAME_MAX);
        // One slot however it was typed: it is compared with what failed there before.
        let slot = folded(&fields.text(&name("slot"), &line.slot, NUMBER_MAX));
        let serial = match Serial::parse(&line.serial) {
            Ok(serial) => serial.into_string(),
            Err(error) => {
                fields.fault(name("serial"), error.code());
                continue;
            }
        };
        let Some(part) = stock::part_ref(tx, &code_of(&line.part_no))? else {
            let unsaid = line.part_no.trim().is_empty();
            fields.fault(name("part_no"), if unsaid { "part_of_new_serial" } else { "unknown_part" });
            continue;
        };
        if part.tracking != Tracking::Serial {
            fields.fault(name("part_no"), "not_a_serial_part");
            continue;
        }
        if instruments::is_instrument(tx, &part.part_no)? {
            fields.fault(name("part_no"), "not_for_instruments");
            continue;
        }
        if checked.iter().any(|other| other.part.identity(&other.serial) == part.identity(&serial)) {
            fields.fault(name("serial"), "twice_in_request");
            continue;
        }
        let unit = unit_of_part(units::by_serial(tx, &serial)?, &part, &serial)?;
        // What was scrapped or built in comes to nobody any more: a line about it would wait for ever.
        let gone = |unit: &UnitRow| matches!(unit.place_kind, PlaceKind::Scrap | PlaceKind::Consumed);
        if unit.as_ref().is_some_and(gone) {
            fields.fault(name("serial"), "unit_gone");
            continue;
        }
        let unit_id = unit.as_ref().map(|unit| unit.id);
        // A unit that was labelled anew goes by its own serial.
        let serial = unit.map_or(serial, |unit| unit.serial);
        checked.push(Line {
            part,
            serial,
            unit_id,
            fault,
            fault_class,
            slot,
            mode: line.mode.unwrap_or(Mode::RepairReturn),
        });
    }
    Ok(checked)
}

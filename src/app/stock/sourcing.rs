//! Where a spare can come from: the own part first, then its equivalents; the nearest depot first, then the next.

use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::{Calendar, Zone};
use crate::domain::fields::code_of;
use crate::domain::place::engineer_code;
use crate::domain::refusal::Refusal;
use crate::store::stock::AvailabilityRow;
pub use crate::store::stock::FittingPart;
use crate::store::{Conn, customers, instruments, stock};
use crate::text_enum;
use chrono::{Days, NaiveDate};

/// A question for spares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourcing {
    /// The part needed.
    pub part_no: String,
    /// Near which depot (code) or city.
    pub near: Option<String>,
}

text_enum! {
    /// Where a spare can come from.
    SourceKind {
        /// The own van: nobody else is offered what is in it.
        Van => "van",
        /// The customer's own on-site spares.
        OnSite => "on_site",
        /// A depot open to all.
        Depot => "depot",
    }
}

/// One depot's answer, or the own van's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Part that can be handed out.
    pub part_no: String,
    /// Its name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// Why it fits, when it is not the part itself.
    pub reason: Option<String>,
    /// What sort of place that is.
    pub kind: SourceKind,
    /// Depot code, or that of the own van.
    pub depot: String,
    /// Depot name.
    pub depot_name: String,
    /// City.
    pub city: String,
    /// How many are free.
    pub quantity: i64,
    /// The day it can be there: today from the depot itself, else the next working day.
    pub expected_on: NaiveDate,
    /// 0: here; 1: same city; 2: a common depot; 3: any other.
    pub distance: u8,
}

/// Offers in the order they should be taken. Parts fit in the order own, then equivalents by number.
pub fn sourcing(conn: &mut Conn, ctx: &Ctx, question: &Sourcing) -> AppResult<Vec<Offer>> {
    sourcing_for(conn, ctx, question, None)
}

/// As [`sourcing_for`], for the customer of this code where one is named; before depots what the actor's own van carries.
///
/// # Errors
/// `forbidden`, `not_found`, `not_a_spare`; 422 for a customer nobody knows.
pub fn sourcing_of(
    conn: &mut Conn,
    ctx: &Ctx,
    question: &Sourcing,
    customer: Option<&str>,
) -> AppResult<Vec<Offer>> {
    let code = customer.map(code_of).filter(|code| !code.is_empty());
    let customer_id = match code {
        None => None,
        Some(code) => {
            let found = customers::by_code(conn, &ctx.actor.scope(), &code)?;
            let unknown = || Refusal::field_with("customer", "unknown_customer", "code", &code);
            Some(found.ok_or_else(unknown)?.id)
        }
    };
    let depots = sourcing_for(conn, ctx, question, customer_id)?;
    // Of nowhere nothing is near: whoever mistyped a place would read the order as an answer to it.
    let near = question.near.as_deref().map(code_of).filter(|near| !near.is_empty());
    if let Some(near) = near
        && stock::city_of(conn, &near)?.is_none()
    {
        return Err(Refusal::field_with("near", "unknown_place", "code", near).into());
    }
    // What is in the hand already is nearest.
    let mut offers = in_van(conn, ctx, &code_of(&question.part_no))?;
    offers.extend(depots);
    offers.sort_by_key(|offer| offer.reason.is_some());
    Ok(offers)
}

/// What fits in the actor's own van.
fn in_van(conn: &mut Conn, ctx: &Ctx, part_no: &str) -> AppResult<Vec<Offer>> {
    let van = engineer_code(&ctx.actor.username);
    let mut offers = vec![];
    for part in stock::fitting_parts(conn, part_no)? {
        let quantity = stock::free_in_van(conn, &van, part.id)?;
        if quantity > 0 {
            offers.push(Offer {
                part_no: part.part_no,
                name: part.name,
                name_en: part.name_en,
                reason: part.reason,
                kind: SourceKind::Van,
                depot: van.clone(),
                depot_name: ctx.actor.username.clone(),
                city: String::new(),
                quantity,
                expected_on: Zone::default().local_date(ctx.now),
                distance: 0,
            });
        }
    }
    Ok(offers)
}

/// As [`sourcing`], for one customer: the customer's own on-site spares come first; nobody else's are offered.
pub fn sourcing_for(
    conn: &mut Conn,
    ctx: &Ctx,
    question: &Sourcing,
    customer_id: Option<i64>,
) -> AppResult<Vec<Offer>> {
    ctx.actor.may(Permission::ReadStock)?;
    let part_no = code_of(&question.part_no);
    let fitting = stock::fitting_parts(conn, &part_no)?;
    if fitting.is_empty() {
        if instruments::is_instrument(conn, &part_no)? {
            return Err(Refusal::NotASpare { part_no }.into());
        }
        return Err(Refusal::not_found("part", part_no).into());
    }
    let near = question.near.as_deref().map(code_of).filter(|near| !near.is_empty());
    let near = near.as_deref();
    let city = match near {
        Some(near) => stock::city_of(conn, near)?,
        None => None,
    };
    let today = Zone::default().local_date(ctx.now);
    let mut offers = vec![];
    for part in fitting {
        for row in stock::availability(conn, part.id)?.into_iter().filter(|row| {
            row.good > row.reserved && (row.customer_id.is_none() || row.customer_id == customer_id)
        }) {
            let on_site = row.customer_id.is_some();
            let distance = if on_site { 0 } else { distance(&row, near, city.as_deref()) };
            let offer = Offer {
                part_no: part.part_no.clone(),
                name: part.name.clone(),
                name_en: part.name_en.clone(),
                reason: part.reason.clone(),
                kind: if on_site { SourceKind::OnSite } else { SourceKind::Depot },
                depot: row.depot.clone(),
                depot_name: row.depot_name.clone(),
                city: row.city.clone(),
                quantity: row.good - row.reserved,
                expected_on: if distance == 0 { today } else { next_working_day(&ctx.calendar, today) },
                distance,
            };
            offers.push((!on_site, offer));
        }
    }
    offers.sort_by(|(a_elsewhere, a), (b_elsewhere, b)| {
        (a.reason.is_some(), a_elsewhere, a.distance, &a.part_no, &a.depot).cmp(&(
            b.reason.is_some(),
            b_elsewhere,
            b.distance,
            &b.part_no,
            &b.depot,
        ))
    });
    Ok(offers.into_iter().map(|(_, offer)| offer).collect())
}

/// Parts that may stand in for this one, with how many of each are free in depots open to all.
///
/// # Errors
/// `forbidden`.
pub fn equivalents(conn: &mut Conn, ctx: &Ctx, part_no: &str) -> AppResult<Vec<(FittingPart, i64)>> {
    ctx.actor.may(Permission::ReadStock)?;
    let mut found = vec![];
    for part in stock::fitting_parts(conn, part_no)?.into_iter().filter(|part| part.reason.is_some()) {
        let depots = stock::availability(conn, part.id)?;
        let open = depots.iter().filter(|row| row.customer_id.is_none());
        let free = open.map(|row| (row.good - row.reserved).max(0)).sum();
        found.push((part, free));
    }
    Ok(found)
}

fn distance(row: &AvailabilityRow, near: Option<&str>, city: Option<&str>) -> u8 {
    match near {
        Some(near) if row.depot == near => 0,
        Some(near) if row.city == near || city == Some(row.city.as_str()) => 1,
        _ if row.class == "common" => 2,
        _ => 3,
    }
}

fn next_working_day(calendar: &Calendar, today: NaiveDate) -> NaiveDate {
    (1..=30)
        .filter_map(|n| today.checked_add_days(Days::new(n)))
        .find(|day| calendar.is_working_day(*day))
        .unwrap_or(today)
}

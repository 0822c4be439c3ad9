//! A customer's own page: what waits for them, their lines, the spares they hold. Everything concerns one customer, also
//! for who serves several.

use crate::app::contracts::{self, Held};
use crate::app::rma::list::{list_lines, list_lines_newest};
use crate::app::rma::makers_unit::makers_units;
use crate::app::rma::state::find;
use crate::app::rma::track::{Tracked, track};
use crate::app::setup::Listing;
use crate::app::{AppResult, Ctx, customers, plans};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::entitlement::PlanInForce;
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::customers::CustomerRow;
use crate::store::mine::{self, HeldSpareRow, NeedRow};
use crate::store::rma_lists::{LineFilter, LineKey};
use crate::store::rmas::LineRow;
use std::collections::HashMap;

/// Needs and loans shown at most.
const SHOWN: i64 = 50;
/// Contracts shown at most.
const CONTRACTS: usize = 6;
/// Customers somebody serves at most.
const CUSTOMERS: i64 = 100;

/// The page.
#[derive(Debug, Clone)]
pub struct Mine {
    /// The customers this person serves.
    pub customers: Vec<CustomerRow>,
    /// The one shown.
    pub customer: CustomerRow,
    /// What covers them today.
    pub cover: Option<PlanInForce>,
    /// The plan's name in Chinese and English.
    pub plan: (String, String),
    /// Their contracts, as they stand today.
    pub contracts: Vec<Held>,
    /// What waits for them; on the first page of open lines only.
    pub needs: Vec<NeedRow>,
    /// Loaners they hold; on the first page of open lines only.
    pub loans: Vec<HeldSpareRow>,
    /// Lines: open ones by urgency, finished ones the latest first.
    pub lines: Vec<LineRow>,
    /// Serials of the units their makers sent in place of the own ones, by line id.
    pub makers_units: HashMap<i64, String>,
}

/// Which lines of which customer.
#[derive(Debug, Clone, Copy)]
pub struct Which<'a> {
    /// Customer code; the first one's when not said.
    pub customer: Option<&'a str>,
    /// The finished lines rather than the open ones.
    pub finished: bool,
    /// Where the page goes on.
    pub after: LineKey,
    /// How many lines at most.
    pub limit: i64,
}

/// Reads it.
///
/// # Errors
/// Refused when the customer is not the reader's to know.
pub fn mine(conn: &mut Conn, ctx: &Ctx, which: Which<'_>) -> AppResult<Mine> {
    ctx.actor.may(Permission::ReadRma)?;
    let customers = customers::list(conn, ctx, &Listing { limit: CUSTOMERS, ..Listing::default() })?;
    let wanted = which.customer.map(code_of);
    let customer = customers.iter().find(|row| wanted.as_ref().is_none_or(|code| row.code == *code));
    let customer =
        customer.cloned().ok_or_else(|| Refusal::not_found("customer", wanted.unwrap_or_default()))?;
    let filter = LineFilter {
        open: !which.finished,
        ended: which.finished,
        customer: Some(customer.code.clone()),
        ..LineFilter::default()
    };
    let is_first_page = which.after == super::FIRST;
    let lines = if which.finished {
        let before = if is_first_page { i64::MAX } else { which.after.id };
        list_lines_newest(conn, ctx, &filter, before, which.limit)?
    } else {
        list_lines(conn, ctx, &filter, which.after, which.limit)?
    };
    let today = Zone::default().local_date(ctx.now);
    let cover = plans::in_force(conn, customer.id, "", today)?;
    let plan = match &cover {
        Some(cover) => plans::names(conn, ctx, &cover.version.plan)?,
        None => Default::default(),
    };
    let contracts = contracts::held(conn, customer.id, today, CONTRACTS)?;
    let is_first = !which.finished && is_first_page;
    let needs = if is_first { mine::needs(conn, customer.id, SHOWN)? } else { vec![] };
    let loans = if is_first { mine::loans(conn, customer.id, SHOWN)? } else { vec![] };
    let makers_units = makers_units(conn, &lines)?;
    Ok(Mine { customers, customer, cover, plan, contracts, needs, loans, lines, makers_units })
}

/// An RMA as its customer follows it, for who is signed in.
///
/// # Errors
/// Refused when the RMA is not the reader's to know.
pub fn followed(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<Tracked> {
    ctx.actor.may(Permission::ReadRma)?;
    let rma = find(conn, ctx, number)?;
    track(conn, ctx, &rma.number, &rma.tracking_code)
}

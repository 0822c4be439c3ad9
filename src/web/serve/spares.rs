//! Spares a form offers: good units that fit, within the limits of their equivalence.

use crate::app::rma::{self, LineView};
use crate::app::stock::{self, FittingPart, UnitFilter, UnitRow};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::equivalence::Fit;
use crate::domain::stock::Condition;

/// Units of a part read at once.
const READ: i64 = 100;
/// So many of a part are enough to choose from.
const OFFERED: usize = 100;

/// What may be chosen.
#[derive(Debug, Default)]
pub(super) struct Spares {
    /// The units: what is held for this RMA already, then the own part, then its equivalents.
    pub units: Vec<UnitRow>,
    /// One of them has to be looked at: nobody put down whether it is within the limits.
    pub look: bool,
}

/// Good units in depots that fit the line.
pub(super) fn of_line(conn: &mut Conn, ctx: &Ctx, line: &LineView) -> AppResult<Spares> {
    let question = stock::Sourcing { part_no: line.row.part_no.clone(), near: line.row.depot.clone() };
    let mut parts: Vec<String> = vec![];
    for offer in stock::sourcing_for(conn, ctx, &question, Some(line.row.customer_id))? {
        if !parts.contains(&offer.part_no) {
            parts.push(offer.part_no);
        }
    }
    let is_shown = |unit: &UnitRow| {
        line.issued.iter().any(|issued| issued.unit_id == unit.id)
            || line.held.as_ref().is_some_and(|held| held.id == unit.id)
    };
    let equivalents = stock::equivalents(conn, ctx, &line.row.part_no)?;
    let mut spares = Spares::default();
    spares.take(&equivalents, line.held.iter().cloned().collect());
    for part_no in parts {
        let filter = UnitFilter {
            part_no: Some(part_no),
            condition: Some(Condition::Good),
            owner: Some("us".to_owned()),
            for_customer: Some(line.row.customer_id),
            held_for: Some(line.row.number.clone()),
            ..UnitFilter::default()
        };
        let (mut after, enough) = (0, spares.units.len() + OFFERED);
        // What does not fit hides nothing that does: the list goes on until enough fit.
        while spares.units.len() < enough {
            let mut good = stock::list_units(conn, ctx, &filter, after, READ)?;
            let Some(last) = good.last().map(|unit| unit.id) else { break };
            after = last;
            good.retain(|unit| !is_shown(unit));
            let mut free = vec![];
            for unit in good {
                if unit.reservation_id.is_none() || rma::is_held_for(conn, &line.row, &unit)? {
                    free.push(unit);
                }
            }
            spares.take(&equivalents, free);
        }
    }
    spares.units.sort_by_key(|unit| unit.reservation_id.is_none());
    Ok(spares)
}

/// Those of the units that may stand in for the part, as far as the books know.
pub(super) fn within_limits(
    conn: &mut Conn,
    ctx: &Ctx,
    part_no: &str,
    units: Vec<UnitRow>,
) -> AppResult<Spares> {
    let equivalents = stock::equivalents(conn, ctx, part_no)?;
    let mut spares = Spares::default();
    spares.take(&equivalents, units);
    Ok(spares)
}

impl Spares {
    /// Takes those of the units that keep the limits of their equivalence.
    fn take(&mut self, equivalents: &[(FittingPart, i64)], units: Vec<UnitRow>) {
        for unit in units {
            let relation = equivalents.iter().find(|(part, _)| part.part_no == unit.part_no);
            let fit = relation.map(|(part, _)| part.limits().check(&unit.firmware, &unit.revision));
            match fit.unwrap_or_default() {
                Fit::Breaks(_) => continue,
                Fit::Unknown(_) => self.look = true,
                Fit::Meets => {}
            }
            self.units.push(unit);
        }
    }
}

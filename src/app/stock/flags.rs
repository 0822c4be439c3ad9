//! What to know about a unit before touching it: the same wherever it is shown.

use crate::app::{AppResult, Ctx, passport};
use crate::domain::calendar::Zone;
use crate::domain::data_bearing::DataState;
use crate::domain::repair::RepairFlag;
use crate::domain::stock::Owner;
use crate::store::units::UnitRow;
use crate::store::{Conn, data_answers, units};
use crate::text_enum;
use std::collections::{HashMap, HashSet};

text_enum! {
    /// What to know about a unit before touching it.
    UnitFlag {
        /// Held for somebody.
        Reserved => "reserved",
        /// On an RMA that is not finished.
        OpenRma => "open_rma",
        /// Not ours.
        NotOurs => "not_ours",
        /// Labelled anew: it answers to other codes too.
        Relabelled => "relabelled",
        /// Came back for the third time in a year.
        ThirdReturn => "third_return",
        /// Twice nothing was found.
        NffTwice => "nff_twice",
        /// Was dead on arrival.
        Doa => "doa",
        /// Another of its part failed at the same site before.
        SiteFailedBefore => "site_failed_before",
        /// Parts of its kind are easily damaged.
        WearPart => "wear_part",
        /// An instrument that may not be used before it is checked.
        CheckNeeded => "check_needed",
        /// Entered the books by mistake, which was taken back.
        TakenBack => "taken_back",
        /// A spare of ours that a customer used: what became of the data on it is to be put down before it is anybody's again.
        CustomersData => "customers_data",
    }
}

impl From<RepairFlag> for UnitFlag {
    fn from(flag: RepairFlag) -> UnitFlag {
        match flag {
            RepairFlag::ThirdReturn => UnitFlag::ThirdReturn,
            RepairFlag::NffTwice => UnitFlag::NffTwice,
            RepairFlag::Doa => UnitFlag::Doa,
            RepairFlag::SiteFailedBefore => UnitFlag::SiteFailedBefore,
            RepairFlag::WearPart => UnitFlag::WearPart,
        }
    }
}

/// What to know about each of these units, by row id; units of which there is nothing to know are left out.
pub fn flags_of(conn: &mut Conn, ctx: &Ctx, rows: &[UnitRow]) -> AppResult<HashMap<i64, Vec<UnitFlag>>> {
    let ids: Vec<i64> = rows.iter().map(|unit| unit.id).collect();
    let mut past = passport::flags_of(conn, ctx, &ids)?;
    let relabelled: HashSet<i64> = units::with_aliases(conn, &ids)?.into_iter().collect();
    let identities: Vec<&str> = rows.iter().map(|unit| unit.identity.as_str()).collect();
    let on_rma: HashSet<String> = units::with_open_rma(conn, &identities)?.into_iter().collect();
    let here = |unit: &&UnitRow| unit.data_bearing && unit.owner == Owner::Us && unit.depot_id.is_some();
    let bearing: Vec<i64> = rows.iter().filter(here).map(|unit| unit.id).collect();
    let mut data = data_answers::all_left(conn, &bearing)?;
    // Under a document, its act asks.
    data.retain(|_, left| left.state != DataState::OnDocument);
    let today = Zone::default().local_date(ctx.now);
    let known = rows.iter().map(|unit| {
        let now = [
            (unit.taken_back, UnitFlag::TakenBack),
            (unit.reservation_id.is_some(), UnitFlag::Reserved),
            (unit.owner != Owner::Us && !unit.taken_back, UnitFlag::NotOurs),
            (on_rma.contains(&unit.identity), UnitFlag::OpenRma),
            (relabelled.contains(&unit.id), UnitFlag::Relabelled),
            (data.contains_key(&unit.id), UnitFlag::CustomersData),
            (unit.instrument().is_some_and(|check| !check.state(today).is_fit()), UnitFlag::CheckNeeded),
        ];
        let now = now.into_iter().filter_map(|(holds, flag)| holds.then_some(flag));
        let past = past.remove(&unit.id).unwrap_or_default().into_iter().map(UnitFlag::from);
        (unit.id, now.chain(past).collect::<Vec<_>>())
    });
    Ok(known.filter(|(_, flags)| !flags.is_empty()).collect())
}

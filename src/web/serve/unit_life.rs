//! The story of a unit as its page draws it: where it was and for how long, and the RMAs it had a part in.

use crate::app::rma::{IssuedFor, LineRow};
use crate::app::stock::MovementRow;
use crate::domain::calendar::Zone;
use crate::domain::stock::Condition;
use crate::web::Page;
use crate::web::chart::Stay;
use crate::web::unit_detail::UnitRma;
use chrono::NaiveDate;

/// The lane of a place and its colour; none where the story of a unit begins or ends.
fn lane(p: &Page, place: &str, condition: Condition) -> Option<(String, &'static str)> {
    let stored = if condition == Condition::Good { "f-good" } else { "f-faulty" };
    Some(match place.split_once(':') {
        Some(("customer", _)) => (p.t("unit-at-customer"), "f-acc"),
        Some(("vendor", _)) => (p.t("unit-at-vendor"), "f-repair"),
        Some(("transit", _)) => (p.t("unit-lane-transit"), "f-transit"),
        Some(("engineer", _)) => (p.t("unit-at-engineer"), stored),
        Some(_) => return None,
        None if matches!(place, "opening" | "supplier" | "consumed" | "lost" | "scrap") => return None,
        None => match place.split_once('/') {
            Some((_, "bench")) => (p.t("unit-at-bench"), "f-repair"),
            Some((depot, _)) => (depot.to_owned(), stored),
            None => (place.to_owned(), stored),
        },
    })
}

/// Where it stood from when to when, oldest first. A movement that was reversed never happened here.
pub fn stays(p: &Page, history: &[MovementRow], today: NaiveDate) -> Vec<Stay> {
    let zone = Zone::default();
    let happened = |row: &&MovementRow| row.reverses_id.is_none() && row.reversed_by_id.is_none();
    let mut steps: Vec<&MovementRow> = history.iter().filter(happened).collect();
    steps.sort_by_key(|row| (row.occurred_at, row.id));
    let ends = steps.iter().skip(1).map(|row| zone.local_date(row.occurred_at)).chain([today]);
    let mut stays: Vec<Stay> = vec![];
    for (row, until) in steps.iter().zip(ends) {
        let Some((lane, fill)) = lane(p, &row.to_place, row.condition_to) else { continue };
        let from = zone.local_date(row.occurred_at);
        match stays.last_mut() {
            Some(last) if last.lane == lane && last.fill == fill && last.until == from => last.until = until,
            _ => stays.push(Stay { lane, fill, from, until }),
        }
    }
    stays
}

/// RMAs it was the dead board of, and those it was issued for, the newest first.
pub fn rmas(faulty: &[LineRow], issued: &[IssuedFor]) -> Vec<UnitRma> {
    let dead = faulty.iter().map(|line| UnitRma {
        number: line.number.clone(),
        line: line.line,
        role: "faulty",
        state: line.repair_state.to_string(),
        opened_at: line.requested_at,
    });
    let given = issued.iter().map(|row| UnitRma {
        number: row.number.clone(),
        line: row.line,
        role: row.role.as_str(),
        state: row.repair_state.to_string(),
        opened_at: row.requested_at,
    });
    let mut rmas: Vec<UnitRma> = dead.chain(given).collect();
    rmas.sort_by_key(|rma| std::cmp::Reverse(rma.opened_at));
    rmas
}

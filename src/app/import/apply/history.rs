//! RMA history into the books: first every movement in order of day, then the RMAs with what hangs on them.

use std::collections::HashMap;
use std::io;

use chrono::NaiveDate;

use super::super::book::{Books, Needs};
use super::super::judge::{Chronicle, JudgeFault, Judged};
use super::super::kind::ImportRow;
use super::super::rma_history::{HistoryEffects, HistoryRow, effects};
use super::super::sheet::CHUNK_ROWS;
use super::super::spool::{Position, Staged};
use super::ledger::Ledger;
use super::lines::Lines;
use super::{Apply, ROWS_PER_WRITE, disk};
use crate::app::{AppResult, Ctx};
use crate::domain::stock::PartRef;
use crate::store::Conn;

/// A movement to post: which step of which row, and when. Sorted, this is the order of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    on: NaiveDate,
    /// On one day a unit's movements follow each other; movements of different units may come in any order, and those of
    /// one rank together make one batch.
    rank: usize,
    /// The row, by its place in the chronicle.
    row: usize,
    /// The movement, by its place in the row's effects.
    nth: usize,
}

/// Steps of one use of a unit; a use has at most five.
const STEPS_PER_USE: usize = 8;

/// The judged rows, in order of date, and their movements in order of posting.
#[derive(Debug)]
pub struct Prepared {
    judged: Judged<HistoryRow>,
    chronicle: Chronicle,
    steps: Vec<Step>,
    /// Tracking codes are drawn from it.
    secret: [u8; 32],
}

impl Apply for HistoryRow {
    type Finished = (Chronicle, Vec<Step>);
    type Prepared = Prepared;

    fn finish<B: Books>(
        judged: &mut Judged<Self>,
        books: &mut B,
    ) -> Result<(Chronicle, Vec<Step>), JudgeFault<B::Fault>> {
        let chronicle = judged.finish_history(books)?;
        let mut steps = Vec::with_capacity(chronicle.order.len() * STEPS_PER_USE);
        for (at, positions) in chronicle.order.chunks(CHUNK_ROWS).enumerate() {
            let rows = read_rows(judged, positions).map_err(JudgeFault::Spool)?;
            let mut needs = Needs::default();
            needs.parts.extend(rows.iter().map(|staged| staged.value.part_no.clone()));
            let book = books.look_up(&needs).map_err(JudgeFault::Books)?;
            for (nth, staged) in rows.iter().enumerate() {
                if let Some(facts) = book.parts.get(&staged.value.part_no) {
                    add_steps(at * CHUNK_ROWS + nth, staged, &facts.part, &chronicle, &mut steps);
                }
            }
        }
        steps.sort_unstable();
        Ok((chronicle, steps))
    }

    fn prepare(judged: Judged<Self>, (chronicle, steps): (Chronicle, Vec<Step>)) -> io::Result<Prepared> {
        Ok(Prepared { judged, chronicle, steps, secret: rand::random() })
    }

    fn apply(tx: &mut Conn, ctx: &Ctx, prepared: &mut Prepared) -> AppResult<()> {
        let mut ledger = Ledger::new(ctx);
        post_movements(tx, prepared, &mut ledger)?;
        let mut lines = Lines::new(ctx, prepared.secret);
        for positions in prepared.chronicle.order.chunks(CHUNK_ROWS) {
            let rows = read_rows(&mut prepared.judged, positions).map_err(disk)?;
            let units: Vec<(String, String)> =
                rows.iter().flat_map(|staged| units_of(&staged.value)).collect();
            ledger.meet(tx, &units)?;
            let mut written = Vec::with_capacity(rows.len());
            for staged in rows {
                let part = ledger.part(tx, &staged.value.part_no)?;
                let effects = effects_of(&staged, &part, &prepared.chronicle);
                written.push((staged, part, effects));
            }
            lines.write(tx, &mut ledger, written)?;
        }
        lines.finish(tx)
    }
}

fn read_rows(judged: &mut Judged<HistoryRow>, positions: &[Position]) -> io::Result<Vec<Staged<HistoryRow>>> {
    positions.iter().map(|position| judged.spool.at(*position)).collect()
}

fn effects_of(staged: &Staged<HistoryRow>, part: &PartRef, chronicle: &Chronicle) -> HistoryEffects {
    effects(&staged.value, &chronicle.lives.starts(staged.row, &staged.value, part))
}

fn units_of(history: &HistoryRow) -> Vec<(String, String)> {
    let mut needs = Needs::default();
    history.needs(&mut needs);
    needs.units.into_iter().collect()
}

fn add_steps(
    row: usize,
    staged: &Staged<HistoryRow>,
    part: &PartRef,
    chronicle: &Chronicle,
    steps: &mut Vec<Step>,
) {
    let mut of_unit: HashMap<String, usize> = HashMap::new();
    for (nth, step) in effects_of(staged, part, chronicle).moves.into_iter().enumerate() {
        let serial = step.serial.unwrap_or_default();
        let uses_before = chronicle.lives.rank(staged.row, part, &serial);
        let own = of_unit.entry(serial).or_default();
        steps.push(Step { on: step.on, rank: uses_before * STEPS_PER_USE + *own, row, nth });
        *own += 1;
    }
}

fn post_movements(tx: &mut Conn, prepared: &mut Prepared, ledger: &mut Ledger<'_>) -> AppResult<()> {
    for steps in prepared.steps.chunks(ROWS_PER_WRITE) {
        let mut rows: HashMap<usize, (String, HistoryEffects)> = HashMap::new();
        let mut units = Vec::new();
        for step in steps {
            if rows.contains_key(&step.row) {
                continue;
            }
            let Some(position) = prepared.chronicle.order.get(step.row) else { continue };
            let staged = prepared.judged.spool.at(*position).map_err(disk)?;
            let part = ledger.part(tx, &staged.value.part_no)?;
            let effects = effects_of(&staged, &part, &prepared.chronicle);
            units.extend(units_of(&staged.value));
            rows.insert(step.row, (staged.value.number, effects));
        }
        ledger.meet(tx, &units)?;
        for step in steps {
            let found = rows
                .get(&step.row)
                .and_then(|(number, effects)| Some((number, effects.moves.get(step.nth)?)));
            if let Some((number, movement)) = found {
                ledger.take(tx, movement, number.clone(), String::new())?;
            }
        }
    }
    ledger.post(tx)
}

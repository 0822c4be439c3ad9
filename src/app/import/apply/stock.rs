//! Opening stock into the ledger.

use std::io;

use chrono::{Datelike, NaiveDate};

use super::super::book::Books;
use super::super::judge::{JudgeFault, Judged};
use super::super::kind::ImportRow;
use super::super::spool::Staged;
use super::super::stock::{self, StockRow};
use super::ledger::Ledger;
use super::{Apply, ROWS_PER_WRITE, disk, vanished};
use crate::app::{AppResult, Ctx};
use crate::domain::calendar::Zone;
use crate::domain::rma::RepairOrderState;
use crate::store::sql::Value;
use crate::store::{Conn, depots, imports, rmas};

impl Apply for StockRow {
    type Finished = ();
    type Prepared = Judged<Self>;

    fn finish<B: Books>(judged: &mut Judged<Self>, _books: &mut B) -> Result<(), JudgeFault<B::Fault>> {
        judged.report.sort();
        Ok(())
    }

    fn prepare(judged: Judged<Self>, (): ()) -> io::Result<Judged<Self>> {
        Ok(judged)
    }

    fn apply(tx: &mut Conn, ctx: &Ctx, judged: &mut Judged<Self>) -> AppResult<()> {
        let mut ledger = Ledger::new(ctx);
        let mut rows = judged.spool.read().map_err(disk)?;
        loop {
            let chunk: Vec<Staged<Self>> =
                rows.by_ref().take(ROWS_PER_WRITE).collect::<io::Result<_>>().map_err(disk)?;
            if chunk.is_empty() {
                return Ok(());
            }
            apply_chunk(tx, ctx, &mut ledger, chunk)?;
        }
    }
}

/// First all openings, then what goes on to a bench: a unit must be there before it can move.
fn apply_chunk(
    tx: &mut Conn,
    ctx: &Ctx,
    ledger: &mut Ledger<'_>,
    chunk: Vec<Staged<StockRow>>,
) -> AppResult<()> {
    let units: Vec<(String, String)> = chunk
        .iter()
        .filter_map(|staged| Some((staged.value.part_no.clone(), staged.value.serial.clone()?)))
        .collect();
    ledger.meet(tx, &units)?;
    let mut to_bench = Vec::new();
    let mut remembered = Vec::with_capacity(chunk.len());
    for staged in chunk {
        let effects = stock::effects(&staged.value);
        let document = format!("import:stock#{}", staged.row);
        let note = staged.value.note.clone().unwrap_or_default();
        let mut moves = effects.moves.into_iter();
        if let Some(opening) = moves.next() {
            ledger.take(tx, &opening, document.clone(), note)?;
        }
        to_bench.extend(moves.map(|step| (step, document.clone(), effects.repair_order.clone())));
        if let Some(content) = staged.value.fingerprint() {
            remembered.push((staged.key, content.bytes()));
        }
    }
    ledger.post(tx)?;
    for (step, document, _) in &to_bench {
        ledger.take(tx, step, document.clone(), String::new())?;
    }
    ledger.post(tx)?;
    let mut orders = Vec::new();
    for (step, _, order) in to_bench {
        if let Some((serial, (depot, on))) = step.serial.as_ref().zip(order) {
            orders.push((ledger.unit_id(tx, &step.part_no, serial)?, depot, on));
        }
    }
    open_repairs(tx, orders)?;
    imports::remember(tx, StockRow::KIND.as_str(), remembered, ctx.now)?;
    Ok(())
}

/// Our own repair orders, without an RMA line.
fn open_repairs(tx: &mut Conn, orders: Vec<(i64, String, NaiveDate)>) -> AppResult<()> {
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(orders.len());
    for (unit_id, depot, on) in orders {
        let depot = depots::by_code(tx, &depot)?.ok_or_else(|| vanished("depot", &depot))?;
        let number = repair_number(tx, on)?;
        rows.push(vec![
            number.into(),
            unit_id.into(),
            Value::Int(None),
            depot.id.into(),
            RepairOrderState::Repairing.as_str().into(),
            "".into(),
            Value::Int(None),
            Zone::default().day_start(on).into(),
            Value::Time(None),
        ]);
    }
    imports::insert_repairs(tx, rows)?;
    Ok(())
}

/// The next number of a repair order, in the year it was opened.
pub(super) fn repair_number(tx: &mut Conn, on: NaiveDate) -> AppResult<String> {
    let series = format!("RO-{}", on.year());
    Ok(format!("{series}-{:06}", rmas::next_number(tx, &series)?))
}

//! From the cells of a row to a [`HistoryRow`], with what the row alone can tell: dates in order, nothing half said.

use chrono::NaiveDate;

use super::super::cells::{CellError, Cells};
use super::super::columns::{Field, Layout};
use super::super::fault::Reason;
use super::super::sheet::Row;
use super::super::values;
use super::{HistoryRow, OUTCOMES, Outcome, SpareOut};

/// Reads one row.
///
/// # Errors
/// Every faulty cell of the row.
pub(super) fn parse(layout: &Layout, row: &Row, today: NaiveDate) -> Result<HistoryRow, Vec<CellError>> {
    let mut cells = Cells::new(layout, row);
    let number = cells.required(Field::RmaNumber, values::code);
    let customer = cells.required(Field::Customer, values::code);
    let depot = cells.required(Field::Depot, values::place_code);
    let part_no = cells.required(Field::PartNo, values::code);
    let faulty_serial = cells.required(Field::FaultySerial, values::serial);
    let fault = cells.text(Field::Fault, 500).unwrap_or_default();
    let requested_on = cells.required_past_date(Field::RequestedOn, today);
    let received_on = cells.past_date(Field::ReceivedOn, today);
    let spare = spare(&mut cells, today);
    let started_on = cells.past_date(Field::StartedOn, today);
    let outcome = cells.word(Field::Outcome, &OUTCOMES);
    let finished_on = cells.past_date(Field::FinishedOn, today);
    let returned_on = cells.past_date(Field::ReturnedOn, today);
    let replacement_serial = cells.optional(Field::ReplacementSerial, values::serial);
    let carrier = cells.text(Field::Carrier, 100);
    let waybill = cells.text(Field::Waybill, 100);
    let cost_fen = cells.optional(Field::RepairCost, values::money);
    let note = cells.text(Field::Note, 1_000);
    let whole = (|| {
        Some(HistoryRow {
            number: number?,
            customer: customer?,
            depot: depot?,
            part_no: part_no?,
            faulty_serial: faulty_serial?,
            fault,
            requested_on: requested_on?,
            received_on,
            spare,
            started_on,
            outcome,
            finished_on,
            returned_on,
            replacement_serial,
            carrier,
            waybill,
            cost_fen,
            note,
        })
    })();
    if let Some(history) = whole.as_ref().filter(|_| cells.is_sound()) {
        judge_steps(history, &mut cells);
        judge_order(history, &mut cells);
        judge_serials(history, &mut cells);
    }
    cells.finish(whole)
}

/// A spare has a serial and the day it left, or neither.
fn spare(cells: &mut Cells<'_>, today: NaiveDate) -> Option<SpareOut> {
    let (serial_filled, day_filled) =
        (cells.is_filled(Field::SpareSerial), cells.is_filled(Field::SparePosted));
    let serial = cells.optional(Field::SpareSerial, values::serial);
    let shipped_on = cells.past_date(Field::SparePosted, today);
    if serial_filled && !day_filled {
        cells.unpaired(Field::SparePosted, Field::SpareSerial);
    }
    if day_filled && !serial_filled {
        cells.unpaired(Field::SpareSerial, Field::SparePosted);
    }
    serial.zip(shipped_on).map(|(serial, shipped_on)| SpareOut { serial, shipped_on })
}

/// A later step cannot be there without the earlier one it stands on. What was cancelled may stop anywhere.
fn judge_steps(history: &HistoryRow, cells: &mut Cells<'_>) {
    if history.outcome == Some(Outcome::Cancelled) {
        return;
    }
    let steps = [
        (Field::StartedOn, history.started_on),
        (Field::FinishedOn, history.finished_on),
        (Field::ReturnedOn, history.returned_on),
    ];
    let worked_on = steps.iter().find(|(_, day)| day.is_some()).map(|(field, _)| *field);
    if let Some(step) = worked_on.filter(|_| history.received_on.is_none()) {
        cells.unpaired(Field::ReceivedOn, step);
        return;
    }
    if history.outcome.is_some() && history.finished_on.is_none() {
        cells.unpaired(Field::FinishedOn, Field::Outcome);
    }
    if history.outcome.is_none() && (history.finished_on.is_some() || history.returned_on.is_some()) {
        cells.fault(Field::Outcome, Reason::OutcomeMissing);
    }
    if history.outcome.is_none() && history.replacement_serial.is_some() {
        cells.fault(Field::Outcome, Reason::OutcomeMissing);
    }
}

/// Each step on or after the one before it; a spare never before it was asked for, and never after its return.
fn judge_order(history: &HistoryRow, cells: &mut Cells<'_>) {
    let mut before = (Field::RequestedOn, history.requested_on);
    let later = [
        (Field::ReceivedOn, history.received_on),
        (Field::StartedOn, history.started_on),
        (Field::FinishedOn, history.finished_on),
        (Field::ReturnedOn, history.returned_on),
    ];
    for (field, day) in later {
        let Some(day) = day else { continue };
        if day < before.1 {
            cells.out_of_order((field, day), before);
            return;
        }
        before = (field, day);
    }
    let Some(spare) = &history.spare else { return };
    if spare.shipped_on < history.requested_on {
        cells
            .out_of_order((Field::SparePosted, spare.shipped_on), (Field::RequestedOn, history.requested_on));
    }
    if let Some(returned_on) = history.returned_on.filter(|day| *day < spare.shipped_on) {
        cells.out_of_order((Field::ReturnedOn, returned_on), (Field::SparePosted, spare.shipped_on));
    }
}

/// Faulty unit, spare and replacement are three units.
fn judge_serials(history: &HistoryRow, cells: &mut Cells<'_>) {
    let spare = history.spare.as_ref().map(|spare| &spare.serial);
    let replacement = history.replacement_serial.as_ref();
    if spare == Some(&history.faulty_serial) {
        cells.fault(Field::SpareSerial, Reason::SameSerial(history.faulty_serial.clone()));
    }
    if let Some(replacement) =
        replacement.filter(|serial| **serial == history.faulty_serial || Some(*serial) == spare)
    {
        cells.fault(Field::ReplacementSerial, Reason::SameSerial(replacement.clone()));
    }
}

//! A history row against the file and the books, in file order: codes, numbers, what was imported before.
//! Where its three units were at the time is judged afterwards, in order of date, by [`super::Lives`].

use chrono::NaiveDate;

use crate::domain::stock::{PartClass, Tracking};

use super::super::book::{Book, Fingerprint, Needs};
use super::super::cells::CellError;
use super::super::columns::{Column, Field, Layout};
use super::super::fault::Reason;
use super::super::kind::{ImportRow, Kind, duplicate};
use super::super::outcome::Verdict;
use super::super::seen::Seen;
use super::super::sheet::Row;
use super::{COLUMNS, HistoryRow};

impl ImportRow for HistoryRow {
    const KIND: Kind = Kind::RmaHistory;
    const COLUMNS: &'static [Column] = COLUMNS;

    fn parse(layout: &Layout, row: &Row, today: NaiveDate) -> Result<Self, Vec<CellError>> {
        super::parse::parse(layout, row, today)
    }

    fn needs(&self, needs: &mut Needs) {
        needs.parts.insert(self.part_no.clone());
        needs.depots.insert(self.depot.clone());
        needs.customers.insert(self.customer.clone());
        needs.rmas.insert(self.number.clone());
        let spare = self.spare.as_ref().map(|spare| &spare.serial);
        let units = [Some(&self.faulty_serial), spare, self.replacement_serial.as_ref()];
        needs.units.extend(units.into_iter().flatten().map(|serial| (self.part_no.clone(), serial.clone())));
    }

    fn claim(
        &self,
        row: u32,
        layout: &Layout,
        book: &Book,
        seen: &mut Seen,
    ) -> Result<String, Vec<CellError>> {
        let errors = unknown_codes(self, book);
        if !errors.is_empty() {
            let named = |(field, reason)| CellError { row, column: layout.heading(field), reason };
            return Err(errors.into_iter().map(named).collect());
        }
        let taken = |first| duplicate(row, layout.heading(Field::RmaNumber), &self.number, first);
        seen.claim(&self.number, row).map_err(taken)
    }

    fn settle(&self, row: u32, key: &str, layout: &Layout, book: &Book) -> Verdict {
        let taken = match book.imported.get(key) {
            Some(content) if *content == self.content() => return Verdict::Unchanged,
            Some(_) => Reason::ImportedDifferently(self.number.clone()),
            None if book.rmas.contains(&self.number) => Reason::NumberTaken(self.number.clone()),
            None => return Verdict::Accepted,
        };
        Verdict::refused(row, layout.heading(Field::RmaNumber), taken)
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        Some(self.content())
    }
}

fn unknown_codes(history: &HistoryRow, book: &Book) -> Vec<(Field, Reason)> {
    let mut errors = Vec::new();
    if !book.customers.contains_key(&history.customer) {
        errors.push((Field::Customer, Reason::CustomerUnknown(history.customer.clone())));
    }
    if !book.depots.contains_key(&history.depot) {
        errors.push((Field::Depot, Reason::DepotUnknown(history.depot.clone())));
    }
    match book.parts.get(&history.part_no) {
        None => errors.push((Field::PartNo, Reason::PartUnknown(history.part_no.clone()))),
        Some(part) if part.part.tracking == Tracking::Quantity => {
            errors.push((Field::PartNo, Reason::PartNotBySerial(history.part_no.clone())));
        }
        Some(part) if part.row.class == Some(PartClass::Instrument) => {
            errors.push((Field::PartNo, Reason::RmaOfInstrument(history.part_no.clone())));
        }
        Some(_) => {}
    }
    errors
}

//! The books of the product: what the judges ask, read from the store.

use std::collections::HashMap;

use crate::domain::actor::Scope;
use crate::domain::calendar::Zone;
use crate::domain::place::PlaceKind;
use crate::store::units::UnitRow;
use crate::store::{Conn, StoreError, StoreResult, customers, depots, imports, plans, units};

use super::book::{Book, Books, Fingerprint, Needs, PartFacts, Standing};
use super::customers::{CustomerFacts, CustomerRow};
use super::depots::DepotRow;
use super::effects::Place;
use super::kind::Kind;
use super::parts::PartRow;

/// Parts kept from chunk to chunk; a list of stock names the same few again and again.
const PARTS_KEPT: usize = 20_000;

/// The store as books. Depots, customers, plans and parts are read once each.
pub(super) struct StoreBooks<'a> {
    conn: &'a mut Conn,
    zone: Zone,
    depots: HashMap<String, Option<DepotRow>>,
    customers: HashMap<String, Option<CustomerFacts>>,
    parts: HashMap<String, Option<PartFacts>>,
    plans: Option<HashMap<String, String>>,
}

impl<'a> StoreBooks<'a> {
    pub(super) fn new(conn: &'a mut Conn) -> Self {
        Self {
            conn,
            zone: Zone::default(),
            depots: HashMap::new(),
            customers: HashMap::new(),
            parts: HashMap::new(),
            plans: None,
        }
    }

    fn read_depots(&mut self, needs: &Needs) -> StoreResult<HashMap<String, DepotRow>> {
        for code in &needs.depots {
            if !self.depots.contains_key(code) {
                let depot = read_depot(self.conn, code)?;
                self.depots.insert(code.clone(), depot);
            }
        }
        Ok(pick(&needs.depots, &self.depots))
    }

    fn read_customers(&mut self, needs: &Needs) -> StoreResult<HashMap<String, CustomerFacts>> {
        for code in &needs.customers {
            if !self.customers.contains_key(code) {
                let customer = read_customer(self.conn, code)?;
                self.customers.insert(code.clone(), customer);
            }
        }
        Ok(pick(&needs.customers, &self.customers))
    }

    fn read_parts(&mut self, needs: &Needs) -> StoreResult<HashMap<String, PartFacts>> {
        if self.parts.len() > PARTS_KEPT {
            self.parts.clear();
        }
        let missing: Vec<String> =
            needs.parts.iter().filter(|number| !self.parts.contains_key(*number)).cloned().collect();
        let found = imports::parts(self.conn, &missing)?;
        self.parts.extend(missing.into_iter().map(|number| (number, None)));
        for (row, alternates) in found {
            self.parts.insert(row.part_no.clone(), Some(part_facts(&row, alternates)));
        }
        Ok(pick(&needs.parts, &self.parts))
    }

    fn read_units(&mut self, needs: &Needs, book: &Book) -> StoreResult<HashMap<String, Standing>> {
        let identity =
            |(part_no, serial): &(String, String)| Some(book.parts.get(part_no)?.part.identity(serial));
        let identities: Vec<String> = needs.units.iter().filter_map(identity).collect();
        let rows = units::by_identities(self.conn, &identities)?;
        Ok(rows.into_iter().map(|row| (row.identity.clone(), standing(&row, self.zone))).collect())
    }
}

impl Books for StoreBooks<'_> {
    type Fault = StoreError;

    fn look_up(&mut self, needs: &Needs) -> Result<Book, StoreError> {
        let mut book = Book {
            depots: self.read_depots(needs)?,
            parts: self.read_parts(needs)?,
            customers: self.read_customers(needs)?,
            ..Book::default()
        };
        if !needs.customers.is_empty() {
            if self.plans.is_none() {
                self.plans = Some(read_plans(self.conn)?);
            }
            book.plans = self.plans.clone().unwrap_or_default();
        }
        book.units = self.read_units(needs, &book)?;
        let numbers: Vec<String> = needs.rmas.iter().cloned().collect();
        book.rmas = imports::rma_numbers(self.conn, &numbers)?.into_iter().collect();
        Ok(book)
    }

    fn imported(&mut self, kind: Kind, keys: &[String]) -> Result<HashMap<String, Fingerprint>, StoreError> {
        let found = imports::imported(self.conn, kind.as_str(), keys)?;
        let read = |(key, content): (String, Vec<u8>)| {
            let content = Fingerprint::from_bytes(&content);
            content
                .map(|content| (key, content))
                .ok_or_else(|| StoreError::Codec("import_row.content_hash".into()))
        };
        found.into_iter().map(read).collect()
    }
}

/// The entries of a cache that were asked for and are there.
fn pick<T: Clone>(
    asked: &std::collections::BTreeSet<String>,
    kept: &HashMap<String, Option<T>>,
) -> HashMap<String, T> {
    asked.iter().filter_map(|key| Some((key.clone(), kept.get(key)?.clone()?))).collect()
}

/// An empty column of the books is a cell that says nothing.
fn said(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn read_depot(conn: &mut Conn, code: &str) -> StoreResult<Option<DepotRow>> {
    let Some(row) = depots::by_code(conn, code)? else { return Ok(None) };
    let bins = depots::bins_between(conn, code, code)?;
    let bin = |code: &str| code.split_once('/').map(|(_, bin)| bin.to_owned());
    Ok(Some(DepotRow {
        code: row.code,
        name: row.name,
        city: said(row.city),
        class: Some(row.class),
        address: said(row.address),
        bins: bins.iter().filter_map(|row| bin(&row.code)).collect(),
    }))
}

fn read_customer(conn: &mut Conn, code: &str) -> StoreResult<Option<CustomerFacts>> {
    let Some(row) = customers::by_code(conn, &Scope::All, code)? else { return Ok(None) };
    let contacts = customers::contacts(conn, row.id)?;
    let row = CustomerRow {
        code: row.code,
        name: row.name,
        city: said(row.city),
        contact: None,
        email: None,
        phone: None,
        plan: row.plan,
        language: Some(row.language),
    };
    let contacts = contacts.into_iter().map(|contact| (contact.name, contact.email, contact.phone)).collect();
    Ok(Some(CustomerFacts { row, contacts }))
}

fn read_plans(conn: &mut Conn) -> StoreResult<HashMap<String, String>> {
    let rows = plans::list(conn)?;
    let words = |row: plans::PlanRow| {
        [(row.name, row.code.clone()), (row.name_en, row.code.clone()), (row.code.clone(), row.code)]
    };
    Ok(rows.into_iter().flat_map(words).filter(|(word, _)| !word.is_empty()).collect())
}

fn part_facts(row: &imports::KnownPartRow, alternates: Vec<String>) -> PartFacts {
    let facts = PartRow {
        part_no: row.part_no.clone(),
        name: row.name.clone(),
        name_en: said(row.name_en.clone()),
        model: said(row.model.clone()),
        maker: said(row.maker.clone()),
        category: said(row.category.clone()),
        tracking: Some(row.tracking),
        unit: said(row.measure.clone()),
        unit_price_fen: row.price_fen,
        repair_price_fen: row.repair_price_fen,
        repairable: Some(row.repairable),
        warranty_months: row.warranty_months,
        common: Some(row.common),
        wear: Some(row.wear),
        class: Some(row.class),
        check_every_days: row.check_every_days,
        alternates,
    };
    PartFacts {
        part: row.part_ref(),
        row: facts,
        has_movements: row.in_use != 0,
        kept_as_spare: row.kept_as_spare != 0,
    }
}

fn standing(row: &UnitRow, zone: Zone) -> Standing {
    let place = match (row.place_kind, &row.depot) {
        (PlaceKind::Opening, _) => Place::Opening,
        (PlaceKind::Scrap, _) => Place::Scrap,
        (PlaceKind::Depot, Some(depot)) => Place::Depot(depot.clone()),
        (PlaceKind::Bench, Some(depot)) => Place::Bench(depot.clone()),
        (PlaceKind::Bin, Some(depot)) => match row.place.split_once('/') {
            Some((_, bin)) => Place::Bin { depot: depot.clone(), bin: bin.to_owned() },
            None => Place::Other(row.place.clone()),
        },
        (PlaceKind::Customer, _) => match row.place.split_once(':') {
            Some((_, code)) => Place::Customer(code.to_owned()),
            None => Place::Other(row.place.clone()),
        },
        _ => Place::Other(row.place.clone()),
    };
    Standing {
        part_no: row.part_no.clone(),
        place,
        condition: row.condition,
        owner: row.owner.clone(),
        reserved: row.reservation_id.is_some(),
        last_on: zone.local_date(row.last_moved_at),
    }
}

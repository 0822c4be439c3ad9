//! Depots, parts and customers: through the same use cases as the API, so that the same rules and the same audit rows
//! come with them.

use std::io;

use super::super::book::Books;
use super::super::customers::CustomerRow;
use super::super::depots::DepotRow;
use super::super::judge::{JudgeFault, Judged};
use super::super::parts::PartRow;
use super::{Apply, disk};
use crate::app::customers::{ContactFields, CustomerFields};
use crate::app::depots::DepotFields;
use crate::app::parts::{AlternateFields, PartFields};
use crate::app::{AppResult, Ctx, customers, depots, parts};
use crate::domain::money::format_fen;
use crate::store::Conn;

impl Apply for DepotRow {
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
        for staged in judged.spool.read().map_err(disk)? {
            let row = staged.map_err(disk)?.value;
            let fields = DepotFields {
                name: Some(row.name),
                city: row.city,
                class: row.class.map(|class| class.as_str().to_owned()),
                address: row.address,
                bins: row.bins,
                ..DepotFields::default()
            };
            depots::put(tx, ctx, &row.code, &fields)?;
        }
        Ok(())
    }
}

impl Apply for CustomerRow {
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
        for staged in judged.spool.read().map_err(disk)? {
            let row = staged.map_err(disk)?.value;
            let language = row.language.map(|language| language.as_str().to_owned());
            // A mail address is what makes somebody a contact; the organisation stands in for a name not given.
            let contact = row.email.map(|email| ContactFields {
                name: row.contact.unwrap_or_else(|| row.name.clone()),
                email,
                phone: row.phone,
                language: language.clone(),
            });
            let fields = CustomerFields {
                name: Some(row.name),
                city: row.city,
                language,
                plan: row.plan.map(Some),
                contacts: contact.map(|contact| vec![contact]),
                sites: None,
            };
            customers::put(tx, ctx, &row.code, &fields)?;
        }
        Ok(())
    }
}

impl Apply for PartRow {
    type Finished = ();
    type Prepared = Judged<Self>;

    fn finish<B: Books>(judged: &mut Judged<Self>, books: &mut B) -> Result<(), JudgeFault<B::Fault>> {
        judged.finish_parts(books)
    }

    fn prepare(judged: Judged<Self>, (): ()) -> io::Result<Judged<Self>> {
        Ok(judged)
    }

    /// Twice over the rows: a part may name one that comes further down.
    fn apply(tx: &mut Conn, ctx: &Ctx, judged: &mut Judged<Self>) -> AppResult<()> {
        let dropped = std::mem::take(&mut judged.dropped);
        let outcome = apply_parts(tx, ctx, judged, &dropped);
        judged.dropped = dropped;
        outcome
    }
}

fn apply_parts(tx: &mut Conn, ctx: &Ctx, judged: &mut Judged<PartRow>, dropped: &[u32]) -> AppResult<()> {
    for staged in judged.spool.read().map_err(disk)? {
        let staged = staged.map_err(disk)?;
        if dropped.binary_search(&staged.row).is_err() {
            let number = staged.value.part_no.clone();
            parts::put(tx, ctx, &number, &part_fields(staged.value))?;
        }
    }
    for staged in judged.spool.read().map_err(disk)? {
        let staged = staged.map_err(disk)?;
        if dropped.binary_search(&staged.row).is_ok() || staged.value.alternates.is_empty() {
            continue;
        }
        let alternates = staged.value.alternates.into_iter();
        let alternates =
            alternates.map(|part_no| AlternateFields { part_no, ..AlternateFields::default() }).collect();
        let fields = PartFields { alternates: Some(alternates), ..PartFields::default() };
        parts::put(tx, ctx, &staged.value.part_no, &fields)?;
    }
    Ok(())
}

fn part_fields(row: PartRow) -> PartFields {
    let price = |fen: Option<i64>| fen.map(|fen| Some(format_fen(fen)));
    PartFields {
        name: Some(row.name),
        name_en: row.name_en,
        model: row.model,
        maker: row.maker,
        category: row.category,
        tracking: row.tracking.map(|tracking| tracking.as_str().to_owned()),
        measure: row.unit,
        price: price(row.unit_price_fen),
        repair_price: price(row.repair_price_fen),
        repairable: row.repairable,
        warranty_months: row.warranty_months.map(Some),
        common: row.common,
        wear: row.wear,
        class: row.class.map(|class| class.as_str().to_owned()),
        check_every_days: row.check_every_days.map(Some),
        ..PartFields::default()
    }
}

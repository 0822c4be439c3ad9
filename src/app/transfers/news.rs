//! The sending depot is told what did not come, and what came without being in the papers.

use crate::app::outbox::{NewNotice, enqueue};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Role;
use crate::domain::notice::{Bilingual, DepotNews, DepotNotice, Notice, PieceNamed};
use crate::store::Conn;
use crate::store::people::{self, UserFilter, UserRow};
use crate::store::transfers::{TransferItemRow, TransferRow};

/// At most so many people of a depot hear of it.
const READERS_MAX: i64 = 50;

/// What left and did not come, and what came without having left.
#[derive(PartialEq, Eq)]
pub(super) struct Differences {
    pub missing: Vec<PieceNamed>,
    pub unexpected: Vec<PieceNamed>,
}

pub(super) fn differences(items: &[TransferItemRow]) -> Differences {
    let missing = items.iter().filter(|item| item.outstanding() > 0);
    let unexpected = items.iter().filter(|item| item.unexpected);
    Differences {
        missing: missing.map(|item| named(item, item.outstanding())).collect(),
        unexpected: unexpected.map(|item| named(item, item.received)).collect(),
    }
}

/// Tells everybody who works in the sending depot; the managers where nobody there has a mail address.
pub(super) fn tell(tx: &mut Conn, ctx: &Ctx, row: &TransferRow, differences: &Differences) -> AppResult<()> {
    let Differences { missing, unexpected } = differences;
    for reader in readers(tx, &row.from_depot)? {
        let notice = DepotNotice {
            reader: reader.display_name.clone(),
            news: DepotNews::TransferDifferences {
                number: row.number.clone(),
                from: row.from_depot.clone(),
                to: row.to_depot.clone(),
                missing: missing.clone(),
                unexpected: unexpected.clone(),
            },
        };
        let new = NewNotice {
            event: format!("{}/received/{}", row.number, row.version),
            recipient: reader.email.unwrap_or_default(),
            language: reader.language,
            rma_id: None,
            notice: Notice::from(notice),
        };
        enqueue(tx, ctx, &new)?;
    }
    Ok(())
}

fn readers(tx: &mut Conn, depot: &str) -> AppResult<Vec<UserRow>> {
    let active = UserFilter { active: Some(true), ..UserFilter::default() };
    let of_depot = UserFilter { depot: Some(depot.to_owned()), ..active.clone() };
    let reachable = |users: Vec<UserRow>| -> Vec<UserRow> {
        users.into_iter().filter(|user| user.email.is_some()).collect()
    };
    let clerks = reachable(people::list(tx, &of_depot, "", READERS_MAX)?);
    if !clerks.is_empty() {
        return Ok(clerks);
    }
    let managers = UserFilter { role: Some(Role::Manager), ..active };
    Ok(reachable(people::list(tx, &managers, "", READERS_MAX)?))
}

fn named(item: &TransferItemRow, quantity: i64) -> PieceNamed {
    PieceNamed {
        part_no: item.part_no.clone(),
        part_name: Bilingual { zh: item.part_name.clone(), en: item.part_name_en.clone() },
        serial: item.serial.clone().unwrap_or_default(),
        quantity,
    }
}

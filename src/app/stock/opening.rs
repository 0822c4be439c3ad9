//! Opening stock by hand: what stood in a depot before Beiku did, one unit or one lot at a time. A whole list is imported.

use crate::app::stock::book::unit_of_part;
use crate::app::{AppResult, Ctx, depots, places};
use crate::domain::actor::{DepotRef, Permission};
use crate::domain::fields::{Fields, LONG_MAX, code_of};
use crate::domain::refusal::Refusal;
use crate::domain::serial::Serial;
use crate::domain::stock::{
    Condition, MovementKind, Owner, PartRef, Posting, QUANTITY_MAX, Stand, Subject, Tracking,
};
use crate::store::{Conn, ledger, stock, units};

/// What stands there, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Part number.
    pub part_no: String,
    /// Serial, for a part with serials.
    pub serial: Option<String>,
    /// How many, for a part kept by quantity.
    pub quantity: Option<i64>,
    /// Depot code.
    pub depot: String,
    /// Bin; the depot itself when not said.
    pub bin: Option<String>,
    /// In which condition.
    pub condition: Condition,
    /// Note.
    pub note: String,
}

/// What the form says, checked.
struct Checked {
    part: PartRef,
    serial: Option<String>,
    quantity: i64,
    note: String,
}

/// Books opening stock of ours as of now.
///
/// # Errors
/// `forbidden`, `not_your_depot`, 422 for what is missing or unknown, `serial_elsewhere` for a unit the books have.
pub fn open(tx: &mut Conn, ctx: &Ctx, new: &Opening) -> AppResult<()> {
    ctx.actor.may(Permission::ImportData)?;
    let mut f = Fields::new();
    let depot = depots::in_field(tx, &mut f, "depot", &new.depot)?;
    let part = stock::part_ref(tx, &code_of(&new.part_no))?;
    let checked = check(&mut f, new, part);
    f.finish()?;
    let depot = depot.ok_or_else(|| Refusal::field("depot", "required"))?;
    let depot = DepotRef { id: depot.id, code: depot.code };
    ctx.actor.may_in(Permission::ImportData, &depot)?;
    let Checked { part, serial, quantity, note } =
        checked.ok_or_else(|| Refusal::field("part_no", "required"))?;
    let (condition, owner) = (new.condition, Owner::Us);
    let to = Stand { place: places::bin_or_depot(tx, &depot.code, new.bin.as_deref())?, condition, owner };
    let nowhere = Stand { place: places::find(tx, "opening")?, ..to.clone() };
    let known = match &serial {
        None => None,
        Some(serial) => unit_of_part(units::by_serial(tx, serial)?, &part, serial)?,
    };
    let (subject, from) = match (known, serial) {
        // What entered by mistake and was taken back is nowhere: it enters anew.
        (Some(unit), _) if unit.taken_back => {
            let unit = unit.state();
            (Subject::of(&unit), unit.stand())
        }
        (Some(unit), _) => {
            return Err(Refusal::SerialElsewhere { serial: unit.serial, place: unit.place }.into());
        }
        (None, Some(serial)) => (Subject::NewUnit { serial }, nowhere),
        (None, None) => (Subject::Quantity, nowhere),
    };
    let posting = Posting::of_one(MovementKind::Opening, part, subject, from, to, ctx.now);
    let posting = Posting { quantity, reason: note, ..posting };
    ledger::post(tx, &[posting], ctx.actor.id(), ctx.now)?;
    Ok(())
}

/// A unit has a serial and is one; of a quantity it is said how many.
fn check(f: &mut Fields, new: &Opening, part: Option<PartRef>) -> Option<Checked> {
    let note = f.text("note", &new.note, LONG_MAX);
    if new.condition == Condition::Scrapped {
        f.fault("condition", "only_by_scrap");
    }
    let Some(part) = part else {
        let code = if new.part_no.trim().is_empty() { "required" } else { "unknown_part" };
        f.fault("part_no", code);
        return None;
    };
    let typed = new.serial.as_deref().map(str::trim).filter(|serial| !serial.is_empty());
    let serial = match (part.tracking, typed) {
        (Tracking::Serial, None) => {
            f.fault("serial", "required");
            None
        }
        (Tracking::Quantity, Some(_)) => {
            f.fault("serial", "not_for_quantity_part");
            None
        }
        (_, None) => None,
        (_, Some(typed)) => match Serial::parse(typed) {
            Ok(serial) => Some(serial.into_string()),
            Err(error) => {
                f.fault("serial", error.code());
                None
            }
        },
    };
    let quantity = match (part.tracking, new.quantity) {
        (Tracking::Serial, None | Some(1)) => 1,
        (Tracking::Serial, Some(_)) => {
            f.fault("quantity", "one_per_serial");
            1
        }
        (Tracking::Quantity, None) => {
            f.fault("quantity", "required");
            1
        }
        (Tracking::Quantity, Some(quantity)) => f.number("quantity", quantity, 1..=QUANTITY_MAX),
    };
    Some(Checked { part, serial, quantity, note })
}

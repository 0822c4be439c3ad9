//! Rows of transfers: head, what was asked for, what left and what became of it.

use crate::domain::actor::{DepotRef, Scope};
use crate::domain::stock::{Condition, Owner, Tracking};
use crate::domain::transfer::{Route, TransferState};
use crate::row;
use crate::store::sql::{Conn, Filters, sql, sql_shaped};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, Utc};

row! {
    /// A transfer's head.
    pub struct TransferRow {
        /// Id.
        pub id: i64,
        /// Number.
        pub number: String,
        /// Giving depot.
        pub from_depot_id: i64,
        /// Its code.
        pub from_depot: String,
        /// Receiving depot.
        pub to_depot_id: i64,
        /// Its code.
        pub to_depot: String,
        /// State.
        pub state: TransferState,
        /// Note.
        pub note: String,
        /// Carrier.
        pub carrier: String,
        /// Waybill number.
        pub tracking_no: String,
        /// Where its goods stand while on the road.
        pub transit_place_id: Option<i64>,
        /// Who asked for it.
        pub requested_by: Option<String>,
        /// When.
        pub requested_at: DateTime<Utc>,
        /// Who approved it.
        pub approved_by: Option<String>,
        /// When it left.
        pub dispatched_at: Option<DateTime<Utc>>,
        /// When it was first received.
        pub received_at: Option<DateTime<Utc>>,
        /// When every piece was accounted for, or it was called off.
        pub closed_at: Option<DateTime<Utc>>,
        /// Pieces that left and are not accounted for.
        pub outstanding: i64,
        /// Pieces that came and were not in the papers.
        pub unexpected: i64,
        /// Version.
        pub version: i64,
    }

    /// A line: what was asked for.
    pub struct TransferLineRow {
        /// Id.
        pub id: i64,
        /// Line number, from 1.
        pub line: i64,
        /// Part.
        pub part_id: i64,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// How the part is counted.
        pub tracking: Tracking,
        /// This very unit.
        pub unit_id: Option<i64>,
        /// Its serial.
        pub serial: Option<String>,
        /// Condition.
        pub condition: Condition,
        /// How many.
        pub quantity: i64,
        /// What is held for it.
        pub reservation_id: Option<i64>,
    }

    /// A piece that left, or came without having left.
    pub struct TransferItemRow {
        /// Id.
        pub id: i64,
        /// Its line.
        pub line_id: Option<i64>,
        /// Part.
        pub part_id: i64,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Unit.
        pub unit_id: Option<i64>,
        /// Its serial.
        pub serial: Option<String>,
        /// Condition on the road.
        pub condition: Condition,
        /// Owner.
        pub owner: Owner,
        /// It was not in the papers.
        pub unexpected: bool,
        /// Left.
        pub sent: i64,
        /// Came.
        pub received: i64,
        /// Went back.
        pub returned: i64,
        /// Given up.
        pub lost: i64,
    }

    /// So many of a part at a place.
    pub struct LotRow {
        /// Place code.
        pub place: String,
        /// How many.
        pub quantity: i64,
    }
}

impl TransferRow {
    /// The transfer as the rule sees it.
    #[must_use]
    pub fn route(&self) -> Route {
        Route {
            number: self.number.clone(),
            from: DepotRef { id: self.from_depot_id, code: self.from_depot.clone() },
            to: DepotRef { id: self.to_depot_id, code: self.to_depot.clone() },
            state: self.state,
        }
    }
}

impl TransferItemRow {
    /// How many left and are not accounted for.
    #[must_use]
    pub fn outstanding(&self) -> i64 {
        if self.unexpected { 0 } else { self.sent - self.received - self.returned - self.lost }
    }
}

/// A line to write.
pub struct NewTransferLine {
    /// Line number.
    pub line: i64,
    /// Part.
    pub part_id: i64,
    /// This very unit.
    pub unit_id: Option<i64>,
    /// Condition.
    pub condition: Condition,
    /// How many.
    pub quantity: i64,
}

/// A piece to write.
pub struct NewTransferItem<'a> {
    /// Its line.
    pub line_id: Option<i64>,
    /// Part.
    pub part_id: i64,
    /// Unit.
    pub unit_id: Option<i64>,
    /// Condition on the road.
    pub condition: Condition,
    /// Owner.
    pub owner: &'a Owner,
    /// How many left; nothing for what was not in the papers.
    pub sent: i64,
    /// How many came, for what was not in the papers.
    pub received: i64,
}

const SELECT: &str = "SELECT t.id, t.number, t.from_depot_id, f.code AS from_depot, t.to_depot_id, d.code AS to_depot, t.state, t.note, \
     t.carrier, t.tracking_no, t.transit_place_id, rb.username AS requested_by, t.requested_at, ab.username AS approved_by, \
     t.dispatched_at, t.received_at, t.closed_at, \
     (SELECT CAST(COALESCE(SUM(i.sent - i.received - i.returned - i.lost), 0) AS BIGINT) FROM transfer_item i \
       WHERE i.transfer_id = t.id AND NOT i.unexpected) AS outstanding, \
     (SELECT CAST(COALESCE(SUM(i.received), 0) AS BIGINT) FROM transfer_item i \
       WHERE i.transfer_id = t.id AND i.unexpected) AS unexpected, t.version \
     FROM transfer t JOIN depot f ON f.id = t.from_depot_id JOIN depot d ON d.id = t.to_depot_id \
     LEFT JOIN app_user rb ON rb.id = t.requested_by LEFT JOIN app_user ab ON ab.id = t.approved_by";

/// Writes a transfer that was asked for; its id.
pub fn insert(
    tx: &mut Conn,
    number: &str,
    (from, to): (i64, i64),
    note: &str,
    by: Option<i64>,
    now: DateTime<Utc>,
) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO transfer (number, from_depot_id, to_depot_id, state, note, requested_by, requested_at, version) \
         VALUES ($1, $2, $3, 'requested', $4, $5, $6, 1) RETURNING id AS value",
    )
    .bind(number)
    .bind(from)
    .bind(to)
    .bind(note)
    .bind(by)
    .bind(now)
    .number(tx)?)
}

/// Writes a line.
pub fn insert_line(tx: &mut Conn, transfer_id: i64, new: &NewTransferLine) -> StoreResult<()> {
    sql("INSERT INTO transfer_line (transfer_id, line, part_id, unit_id, condition, quantity) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(transfer_id)
        .bind(new.line)
        .bind(new.part_id)
        .bind(new.unit_id)
        .bind(new.condition)
        .bind(new.quantity)
        .execute(tx)?;
    Ok(())
}

/// Notes what is held for a line.
pub fn set_reservation(tx: &mut Conn, line_id: i64, reservation_id: i64) -> StoreResult<()> {
    sql("UPDATE transfer_line SET reservation_id = $1 WHERE id = $2")
        .bind(reservation_id)
        .bind(line_id)
        .execute(tx)?;
    Ok(())
}

/// Writes a piece.
pub fn insert_item(tx: &mut Conn, transfer_id: i64, new: &NewTransferItem<'_>) -> StoreResult<()> {
    sql(
        "INSERT INTO transfer_item (transfer_id, line_id, part_id, unit_id, condition, owner, unexpected, sent, received) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(transfer_id)
    .bind(new.line_id)
    .bind(new.part_id)
    .bind(new.unit_id)
    .bind(new.condition)
    .bind(new.owner)
    .bind(new.sent == 0)
    .bind(new.sent)
    .bind(new.received)
    .execute(tx)?;
    Ok(())
}

/// What a piece's account grows by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ItemChange {
    /// Came.
    pub received: i64,
    /// Went back.
    pub returned: i64,
    /// Given up.
    pub lost: i64,
}

/// Accounts for a piece; false when somebody else did a moment ago.
pub fn account(tx: &mut Conn, item_id: i64, change: ItemChange) -> StoreResult<bool> {
    let changed =
        sql("UPDATE transfer_item SET received = received + $1, returned = returned + $2, lost = lost + $3 \
         WHERE id = $4 AND received + returned + lost + $1 + $2 + $3 <= sent")
        .bind(change.received)
        .bind(change.returned)
        .bind(change.lost)
        .bind(item_id)
        .execute(tx)?;
    Ok(changed == 1)
}

/// A step of the head: the state afterwards; stamps are written once. False when the transfer changed since it was read.
pub struct HeadChange<'a> {
    /// Transfer.
    pub id: i64,
    /// The version the decision saw.
    pub version: i64,
    /// State afterwards.
    pub state: TransferState,
    /// Who approves now.
    pub approved_by: Option<i64>,
    /// Who dispatches now.
    pub dispatched_by: Option<i64>,
    /// Where its goods stand on the road.
    pub transit_place_id: Option<i64>,
    /// Carrier and waybill, when it leaves.
    pub parcel: Option<(&'a str, &'a str)>,
    /// Whether it is received now.
    pub received: bool,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Writes a step of the head.
pub fn change(tx: &mut Conn, change: &HeadChange<'_>) -> StoreResult<bool> {
    let closes = matches!(change.state, TransferState::Closed | TransferState::Cancelled);
    let approves = change.state == TransferState::Approved;
    let leaves = change.parcel.is_some();
    let changed = sql(
        "UPDATE transfer SET state = $1, approved_by = COALESCE(approved_by, $2), approved_at = COALESCE(approved_at, $3), \
         dispatched_by = COALESCE(dispatched_by, $4), dispatched_at = COALESCE(dispatched_at, $5), \
         transit_place_id = COALESCE(transit_place_id, $6), carrier = COALESCE($7, carrier), tracking_no = COALESCE($8, tracking_no), \
         received_at = COALESCE(received_at, $9), closed_at = COALESCE(closed_at, $10), version = version + 1 \
         WHERE id = $11 AND version = $12",
    )
    .bind(change.state)
    .bind(change.approved_by)
    .bind(approves.then_some(change.now))
    .bind(change.dispatched_by)
    .bind(leaves.then_some(change.now))
    .bind(change.transit_place_id)
    .bind(change.parcel.map(|(carrier, _)| carrier.to_owned()))
    .bind(change.parcel.map(|(_, tracking_no)| tracking_no.to_owned()))
    .bind(change.received.then_some(change.now))
    .bind(closes.then_some(change.now))
    .bind(change.id)
    .bind(change.version)
    .execute(tx)?;
    Ok(changed == 1)
}

/// Which transfers to list.
#[derive(Debug, Clone, Default)]
pub struct TransferFilter {
    /// Giving depot.
    pub from: Option<String>,
    /// Receiving depot.
    pub to: Option<String>,
    /// State.
    pub state: Option<TransferState>,
}

/// The clause that keeps transfers of the reader's depots, on either side.
fn visible(filters: &mut Filters, reader: &Scope) {
    if let (Some((from, user)), Some((to, _))) =
        (scope::depots(reader, "t.from_depot_id"), scope::depots(reader, "t.to_depot_id"))
    {
        filters.and(&format!("({from} OR {to})"), user);
    }
}

/// Transfers before `before_id`, newest first. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    filter: &TransferFilter,
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<TransferRow>> {
    let mut filters = Filters::after(vec![before_id.into()]);
    filters.and_some("f.code = ?", filter.from.as_deref());
    filters.and_some("d.code = ?", filter.to.as_deref());
    filters.and_some("t.state = ?", filter.state);
    visible(&mut filters, reader);
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE t.id < $1 {} ORDER BY t.id DESC LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}

/// Transfers with this waybill number, newest first. At most `limit`.
pub fn of_waybill(
    conn: &mut Conn,
    reader: &Scope,
    tracking_no: &str,
    limit: i64,
) -> StoreResult<Vec<TransferRow>> {
    let mut filters = Filters::after(vec![tracking_no.into()]);
    visible(&mut filters, reader);
    let limit = filters.value(limit);
    let text = format!(
        "{SELECT} WHERE t.tracking_no = $1 AND t.tracking_no <> '' {} ORDER BY t.id DESC LIMIT {limit}",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// The transfer of this number, if the reader may see it.
pub fn by_number(conn: &mut Conn, reader: &Scope, number: &str) -> StoreResult<Option<TransferRow>> {
    let mut filters = Filters::after(vec![number.into()]);
    visible(&mut filters, reader);
    let text = format!("{SELECT} WHERE t.number = $1 {}", filters.text());
    Ok(filters.into_sql(text).optional(conn)?)
}

/// The transfer with this id.
pub fn by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<TransferRow>> {
    Ok(sql_shaped(format!("{SELECT} WHERE t.id = $1")).bind(id).optional(conn)?)
}

/// Its lines.
pub fn lines(conn: &mut Conn, transfer_id: i64) -> StoreResult<Vec<TransferLineRow>> {
    Ok(sql(
        "SELECT l.id, l.line, l.part_id, p.part_no, p.name AS part_name, p.name_en AS part_name_en, p.tracking, l.unit_id, u.serial, \
         l.condition, l.quantity, l.reservation_id FROM transfer_line l JOIN part p ON p.id = l.part_id \
         LEFT JOIN unit u ON u.id = l.unit_id WHERE l.transfer_id = $1 ORDER BY l.line",
    )
    .bind(transfer_id)
    .load(conn)?)
}

const ITEM: &str = "SELECT i.id, i.line_id, i.part_id, p.part_no, p.name AS part_name, p.name_en AS part_name_en, i.unit_id, u.serial, \
     i.condition, i.owner, i.unexpected, i.sent, i.received, i.returned, i.lost FROM transfer_item i \
     JOIN part p ON p.id = i.part_id LEFT JOIN unit u ON u.id = i.unit_id";

/// Its pieces, in the order they left.
pub fn items(conn: &mut Conn, transfer_id: i64) -> StoreResult<Vec<TransferItemRow>> {
    Ok(sql_shaped(format!("{ITEM} WHERE i.transfer_id = $1 ORDER BY i.id")).bind(transfer_id).load(conn)?)
}

row! { struct Found { transfer_id: i64, item_id: i64 } }

/// The transfer on which a unit is on the road, and its piece.
pub fn on_the_road(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<(i64, i64)>> {
    let found: Option<Found> = sql(
        "SELECT i.transfer_id, i.id AS item_id FROM transfer_item i JOIN transfer t ON t.id = i.transfer_id \
         WHERE i.unit_id = $1 AND NOT i.unexpected AND i.sent > i.received + i.returned + i.lost \
         AND t.state IN ('in_transit', 'differences') ORDER BY i.id DESC LIMIT 1",
    )
    .bind(unit_id)
    .optional(conn)?;
    Ok(found.map(|found| (found.transfer_id, found.item_id)))
}

/// Where a depot has good or other stock of ours of a quantity part, outside the bench, by place.
pub fn lots(conn: &mut Conn, depot_id: i64, part_id: i64, condition: Condition) -> StoreResult<Vec<LotRow>> {
    Ok(sql("SELECT p.code AS place, b.quantity FROM balance b JOIN place p ON p.id = b.place_id \
         WHERE b.depot_id = $1 AND b.part_id = $2 AND b.condition = $3 AND b.owner = 'us' AND b.quantity > 0 \
         AND p.kind IN ('depot', 'bin') ORDER BY p.code")
    .bind(depot_id)
    .bind(part_id)
    .bind(condition)
    .load(conn)?)
}

/// Number of the document whose own steps move what stands at this place of transit.
pub fn number_of_place(conn: &mut Conn, place_id: i64) -> StoreResult<Option<String>> {
    row! { struct NumberRow { number: String } }
    let row: Option<NumberRow> =
        sql("SELECT number FROM transfer WHERE transit_place_id = $1").bind(place_id).optional(conn)?;
    Ok(row.map(|row| row.number))
}

/// Number of the transfer that keeps this reservation.
pub fn number_of_reservation(conn: &mut Conn, reservation_id: i64) -> StoreResult<Option<String>> {
    row! { struct KeeperRow { number: String } }
    let row: Option<KeeperRow> =
        sql("SELECT t.number FROM transfer_line l JOIN transfer t ON t.id = l.transfer_id \
         WHERE l.reservation_id = $1 AND t.state = 'approved'")
        .bind(reservation_id)
        .optional(conn)?;
    Ok(row.map(|row| row.number))
}

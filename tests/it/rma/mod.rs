//! RMAs on both databases, through the use cases.

mod as_of;
mod asked;
mod astray;
mod behind;
mod boards;
mod books;
mod box_again;
mod boxes;
mod calendars;
mod cases;
mod chance;
mod consent;
mod corrected;
mod docs;
mod due;
mod ends;
mod handed_back;
mod helpers;
mod holds;
mod house;
mod known_before;
mod leads;
mod left_data;
mod limits;
mod mailed;
mod makers_unit;
mod mistaken;
mod model;
mod offered;
mod parcels;
mod proof;
mod refusals;
mod regimes;
mod reminded;
pub mod scene;
mod service;
mod settled;
mod spares;
mod stories;
mod story;
mod taken_back;
mod theirs;
mod told;
mod told_whole;
mod ways_out;
mod when;
mod work;

use crate::setup::act;
use beiku::app::App;
use beiku::app::customers::{self, ContactFields, CustomerFields};
use beiku::app::depots::{self, DepotFields};
use beiku::app::parts::{self, PartFields};
use beiku::app::rma::{self, Acted, ActionInput, NewLine, NewRequest, RmaView};
use beiku::app::stock::{self, Booking};
use beiku::app::{AppResult, Ctx};
use beiku::domain::rma::{ActionKind, Mode};
use beiku::domain::stock::MovementKind;

/// Two depots, a board with one equivalent, a customer under the gold plan, and two good spares of the board in JN.
pub async fn company(app: &App) {
    act(app, |tx, ctx| {
        for (code, city, class) in [("JN", "济南", "other"), ("DZ", "德州", "common")] {
            let fields = DepotFields {
                name: Some(format!("{city}备件库")),
                city: Some(city.into()),
                class: Some(class.into()),
                ..DepotFields::default()
            };
            depots::create(tx, ctx, code, &fields)?;
        }
        for part_no in ["BOARD-1", "BOARD-2"] {
            let fields = PartFields {
                name: Some("业务板".into()),
                maker: Some("华讯达".into()),
                ..PartFields::default()
            };
            parts::create(tx, ctx, part_no, &fields)?;
        }
        let contact =
            ContactFields {
                name: "黄杰".into(), email: "it@c1.example".into(), ..ContactFields::default()
            };
        let fields = CustomerFields {
            name: Some("济南电力公司".into()),
            plan: Some(Some("gold".into())),
            contacts: Some(vec![contact]),
            ..CustomerFields::default()
        };
        customers::create(tx, ctx, "C1", &fields)?;
        for serial in ["SPARE1", "SPARE2"] {
            receive(tx, ctx, "BOARD-1", serial, "JN")?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

/// What is bought into a depot, before it is said how much.
fn bought(part_no: &str, to: &str) -> Booking {
    Booking {
        kind: MovementKind::Receive,
        part_no: Some(part_no.into()),
        serial: None,
        quantity: None,
        from: "supplier".into(),
        to: to.into(),
        condition: None,
        condition_to: None,
        owner_to: None,
        reason: String::new(),
        document: "PO-1".into(),
        occurred_at: None,
    }
}

/// Buys a lot into a depot.
pub fn receive_lot(
    tx: &mut beiku::store::Conn,
    ctx: &Ctx,
    part_no: &str,
    quantity: i64,
    to: &str,
) -> AppResult<()> {
    let booking = Booking { quantity: Some(quantity), ..bought(part_no, to) };
    stock::book(tx, ctx, &booking).map(|_| ())
}

/// Buys a unit into a depot.
pub fn receive(
    tx: &mut beiku::store::Conn,
    ctx: &Ctx,
    part_no: &str,
    serial: &str,
    to: &str,
) -> AppResult<()> {
    let booking = Booking { serial: Some(serial.into()), ..bought(part_no, to) };
    stock::book(tx, ctx, &booking).map(|_| ())
}

/// Requests one line.
pub async fn request(app: &App, serial: &'static str, mode: Mode) -> AppResult<RmaView> {
    act(app, move |tx, ctx| {
        let line = NewLine {
            part_no: "BOARD-1".into(),
            serial: serial.into(),
            fault: "端口不通".into(),
            fault_class: String::new(),
            slot: String::new(),
            mode: Some(mode),
        };
        let new = NewRequest {
            customer: Some("C1".into()),
            contact_email: String::new(),
            contact_name: String::new(),
            language: None,
            site: String::new(),
            depot: None,
            lines: vec![line],
            tracking_code: "TRACKINGCODE".into(),
        };
        rma::request(tx, ctx, &new)
    })
    .await
}

/// Takes an action on line 1.
pub async fn take(app: &App, number: &str, kind: ActionKind, input: ActionInput) -> AppResult<Acted> {
    let number = number.to_owned();
    act(app, move |tx, ctx| rma::act(tx, ctx, &number, 1, kind, &input)).await
}

/// An input that names a depot and a serial.
pub fn scanned(depot: &str, serial: &str) -> ActionInput {
    ActionInput { depot: Some(depot.into()), serial: Some(serial.into()), ..ActionInput::default() }
}

/// An input that says who took it.
pub fn by(name: &str) -> ActionInput {
    ActionInput { received_by: name.into(), ..ActionInput::default() }
}

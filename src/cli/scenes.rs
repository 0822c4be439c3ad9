//! What is under way at the example company: a little of everything a depot does, done by its people through the use cases,
//! so that no page of the demo begins empty. Nothing here touches a repair promise: the figures stay those of the spreadsheets.

use crate::app::counts::{self, Seen};
use crate::app::goods::Item;
use crate::app::instruments::{self, MadeCheck};
use crate::app::parts::{self, PartFields, PartFilter, ReorderFields};
use crate::app::people::User;
use crate::app::requests::{self, Issue, NewSpareRequest};
use crate::app::rma::{self, ActionInput, CaseInput, LineFilter, NewFile, NewLine, NewRequest};
use crate::app::setup::Listing;
use crate::app::stock::{self, Booking, UnitFilter, UnitRow};
use crate::app::transfers::{self, Dispatch, NewTransfer, WantedLine};
use crate::app::vendors::{self, VendorFields};
use crate::app::{App, AppResult, Conn, Ctx, Error, depots};
use crate::cli::{Failure, Outcome};
use crate::domain::actor::{Actor, DepotRef};
use crate::domain::calendar::Zone;
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::domain::request::{RequestReason, RequestState};
use crate::domain::rma::{ActionKind, Entitlement, Payer, RepairOutcome, RepairState};
use crate::domain::stock::{Condition, MovementKind, Owner};
use crate::store::savepoint::savepoint;
use chrono::Days;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Where most of it happens, and where a parcel goes.
const HERE: &str = "JN";
const THERE: &str = "DZ";
/// Whose user signs in to the demo.
const CUSTOMER: &str = "C1001";
/// Units looked at.
const UNITS: i64 = 4_000;
/// Parts with a safety stock, and what each depot is to have of them.
const PARTS_WITH_MINIMUM: usize = 9;
const SAFETY_STOCK: [(&str, i64); 4] = [(HERE, 4), (THERE, 3), ("JI", 2), ("ZZ", 2)];
/// A maker who repairs.
const MAKER: &str = "V-DLYK";
/// Lines looked at for the bench, and how many of them are too urgent to wait for anything.
const LINES: i64 = 60;
const URGENT: usize = 6;
/// Requests that are made: one waits for a yes, one for its spare, one is served.
const REQUESTS: usize = 3;

/// Families of parts that are easily damaged, as the parts list calls them, and how many parts of one are looked at.
const WEARS: [&str; 2] = ["风扇", "电源"];
const PARTS: i64 = 500;
/// Instruments: part number, name, English name, days a check is good for.
const INSTRUMENTS: [(&str, &str, &str, i64); 2] = [
    ("YQ-OTDR", "光时域反射仪", "Optical time-domain reflectometer", 365),
    ("YQ-DMM", "数字万用表", "Digital multimeter", 180),
];

/// Those who act, each with the rights they have.
#[derive(Clone)]
struct Cast {
    manager: Ctx,
    clerk: Ctx,
    engineer: Ctx,
    technician: Ctx,
}

/// Plays it all, or nothing of it.
///
/// # Errors
/// When a use case refuses: the example company is not what it was.
pub fn play(app: &App, people: &[User]) -> Outcome {
    let here = app.store().read_blocking(|conn| depots::get(conn, &app.system_context("demo"), HERE))?;
    let depot = DepotRef { id: here.row.id, code: here.row.code };
    // All of it happens in one moment, or a step would lie before the one it follows.
    let now = app.clock().now();
    let of = |username: &str| {
        let user = people.iter().find(|user| user.row.username == username);
        let user = user.ok_or_else(|| Error::from(Refusal::not_found("user", username)))?;
        let actor = Actor {
            user_id: user.row.id,
            username: user.row.username.clone(),
            role: user.row.role,
            depots: if user.depots.is_empty() { vec![] } else { vec![depot.clone()] },
            ..Actor::system("")
        };
        let mut ctx = app.context(actor, uuid::Uuid::now_v7().to_string());
        ctx.now = now;
        Ok::<_, Error>(ctx)
    };
    let cast = Cast {
        manager: of("manager")?,
        clerk: of("clerk")?,
        engineer: of("engineer")?,
        technician: of("technician")?,
    };
    // Codes are made outside: a transaction may run twice.
    let codes: Vec<String> = (0..=REQUESTS).map(|_| rma::new_tracking_code()).collect();
    app.store().write_blocking(move |tx| scenes(tx, &cast, &codes)).map_err(Failure::from)
}

fn scenes(tx: &mut Conn, cast: &Cast, codes: &[String]) -> AppResult<()> {
    let Some((code, codes)) = codes.split_last() else { return Ok(()) };
    let all = stock::list_units(tx, &cast.manager, &UnitFilter::default(), 0, UNITS)?;
    let mut spares: Vec<UnitRow> = all
        .iter()
        .filter(|unit| unit.depot.as_deref() == Some(HERE) && unit.condition == Condition::Good)
        .filter(|unit| {
            unit.owner == Owner::Us && unit.reservation_id.is_none() && unit.place_kind.counts_as_available()
        })
        .cloned()
        .collect();
    safety_stock(tx, cast, &spares)?;
    counting(tx, cast, &spares)?;
    requests(tx, cast, codes, &all, &mut spares)?;
    let mut next = || spares.pop().ok_or_else(|| Error::from(Refusal::not_found("unit", HERE)));
    for _ in 0..2 {
        into_the_van(tx, cast, &next()?)?;
    }
    on_the_road(tx, cast, &next()?, true)?;
    on_the_road(tx, cast, &next()?, false)?;
    quoted(tx, cast, code, &next()?.part_no)?;
    at_the_bench(tx, cast)?;
    wear_parts(tx, cast)?;
    instruments(tx, cast)?;
    paper(tx, cast)
}

/// Fans and power supplies wear: their failures are watched.
fn wear_parts(tx: &mut Conn, cast: &Cast) -> AppResult<()> {
    for category in WEARS {
        let filter = PartFilter { category: category.to_owned(), ..PartFilter::default() };
        let page = Listing { limit: PARTS, ..Listing::default() };
        for part in parts::list(tx, &cast.manager, &page, &filter)? {
            let wear = PartFields { wear: Some(true), ..PartFields::default() };
            parts::update(tx, &cast.manager, &part.row.part_no, &wear)?;
        }
    }
    Ok(())
}

/// What the company works with: one instrument is fit, one has to be checked soon, one never was.
fn instruments(tx: &mut Conn, cast: &Cast) -> AppResult<()> {
    for (part_no, name, name_en, every) in INSTRUMENTS {
        let fields = PartFields {
            name: Some(name.to_owned()),
            name_en: Some(name_en.to_owned()),
            class: Some("instrument".to_owned()),
            check_every_days: Some(Some(every)),
            ..PartFields::default()
        };
        parts::create(tx, &cast.manager, part_no, &fields)?;
    }
    for (part_no, serial, checked) in
        [("YQ-OTDR", "OTDR-2101", Some(90)), ("YQ-DMM", "DMM-1803", Some(172)), ("YQ-DMM", "DMM-2207", None)]
    {
        let bought = Booking {
            kind: MovementKind::Receive,
            part_no: Some(part_no.to_owned()),
            serial: Some(serial.to_owned()),
            quantity: None,
            from: "supplier".to_owned(),
            to: HERE.to_owned(),
            condition: None,
            condition_to: None,
            owner_to: None,
            reason: String::new(),
            document: String::new(),
            occurred_at: None,
        };
        stock::book(tx, &cast.clerk, &bought)?;
        let Some(ago) = checked else { continue };
        let made = MadeCheck {
            passed: true,
            checked_at: cast.technician.now.checked_sub_days(Days::new(ago)),
            certificate: format!("JL-{serial}"),
            ..MadeCheck::default()
        };
        instruments::record(tx, &cast.technician, serial, &made)?;
    }
    Ok(())
}

/// The parts the depots have most of have a safety stock: some depots have enough, some are short, as it is.
fn safety_stock(tx: &mut Conn, cast: &Cast, spares: &[UnitRow]) -> AppResult<()> {
    let mut held = BTreeMap::<&str, usize>::new();
    for unit in spares {
        *held.entry(unit.part_no.as_str()).or_default() += 1;
    }
    let mut parts: Vec<(&str, usize)> = held.into_iter().collect();
    parts.sort_by_key(|(_, pieces)| Reverse(*pieces));
    for (part_no, _) in parts.into_iter().take(PARTS_WITH_MINIMUM) {
        let points = SAFETY_STOCK
            .map(|(depot, quantity)| ReorderFields { depot: depot.to_owned(), quantity: Some(quantity) });
        let minimum = PartFields { reorder_points: Some(points.to_vec()), ..PartFields::default() };
        parts::update(tx, &cast.manager, part_no, &minimum)?;
    }
    Ok(())
}

/// A count of one bin is under way: all but the last unit were seen.
fn counting(tx: &mut Conn, cast: &Cast, spares: &[UnitRow]) -> AppResult<()> {
    let Some((place, bin)) =
        spares.iter().find_map(|unit| Some((unit.place.clone(), unit.place.split_once('/')?.1.to_owned())))
    else {
        return Ok(());
    };
    let number = counts::open(tx, &cast.clerk, HERE, std::slice::from_ref(&bin))?.row.number;
    let mut seen: Vec<Seen> = spares
        .iter()
        .filter(|unit| unit.place == place)
        .map(|unit| Seen {
            serial: Some(unit.serial.clone()),
            part_no: Some(unit.part_no.clone()),
            ..Seen::default()
        })
        .collect();
    if seen.len() > 1 {
        seen.pop();
    }
    counts::see(tx, &cast.clerk, &number, Some(&bin), &seen).map(|_| ())
}

/// Boards fail at customers, and the engineer asks for spares of parts the depot has.
fn requests(
    tx: &mut Conn,
    cast: &Cast,
    codes: &[String],
    all: &[UnitRow],
    spares: &mut Vec<UnitRow>,
) -> AppResult<()> {
    let mut made = vec![];
    for unit in all {
        let Some(customer) = unit.place.strip_prefix("customer:") else { continue };
        let spare = spares.iter().position(|spare| spare.part_no == unit.part_no);
        let (Some(code), Some(at)) = (codes.get(made.len()), spare) else { continue };
        let new = NewSpareRequest {
            customer: customer.to_owned(),
            site: String::new(),
            part_no: unit.part_no.clone(),
            faulty_serial: Some(unit.serial.clone()),
            rma: None,
            reason: RequestReason::Fault,
            receiver: "值班室".to_owned(),
            fault: "现场更换后仍告警，端口不通".to_owned(),
            wish_from: HERE.to_owned(),
            wish_part: String::new(),
            tracking_code: code.clone(),
        };
        // What is on an open RMA already, or ours, is passed over.
        match savepoint(tx, |tx| requests::request(tx, &cast.engineer, &new)) {
            Ok(row) => made.push((row, spares.swap_remove(at))),
            Err(Error::Refused(_)) => continue,
            Err(fault) => return Err(fault),
        }
    }
    for (at, (row, spare)) in made.into_iter().enumerate().skip(1) {
        if row.state == RequestState::Requested {
            requests::approve(tx, &cast.manager, &row.number, "同意，请尽快送达")?;
        }
        if at > 1 {
            let issue = Issue {
                serial: Some(spare.serial),
                carrier: "同城闪送".to_owned(),
                tracking_no: "SS20261122001".to_owned(),
                received_by: row.receiver,
                ..Issue::default()
            };
            requests::issue(tx, &cast.clerk, &row.number, &issue)?;
        }
    }
    Ok(())
}

fn into_the_van(tx: &mut Conn, cast: &Cast, unit: &UnitRow) -> AppResult<()> {
    let booking = Booking {
        kind: MovementKind::Issue,
        part_no: Some(unit.part_no.clone()),
        serial: Some(unit.serial.clone()),
        quantity: None,
        from: unit.place.clone(),
        to: crate::domain::place::engineer_code(&cast.engineer.actor.username),
        condition: None,
        condition_to: None,
        owner_to: None,
        reason: "随车备件".to_owned(),
        document: String::new(),
        occurred_at: None,
    };
    stock::book(tx, &cast.clerk, &booking).map(|_| ())
}

/// A transfer that waits to be packed, or one that left.
fn on_the_road(tx: &mut Conn, cast: &Cast, unit: &UnitRow, left: bool) -> AppResult<()> {
    let line = WantedLine {
        part_no: Some(unit.part_no.clone()),
        serial: Some(unit.serial.clone()),
        ..WantedLine::default()
    };
    let new = NewTransfer {
        from: HERE.to_owned(),
        to: THERE.to_owned(),
        lines: vec![line],
        note: "补足安全库存".to_owned(),
    };
    // The other depot is to have two of it, and is short until the parcel is there.
    let point = ReorderFields { depot: THERE.to_owned(), quantity: Some(2) };
    let minimum = PartFields { reorder_points: Some(vec![point]), ..PartFields::default() };
    parts::update(tx, &cast.manager, &unit.part_no, &minimum)?;
    let number = transfers::request(tx, &cast.clerk, &new)?.row.number;
    transfers::approve(tx, &cast.manager, &number)?;
    if left {
        let what = Dispatch {
            items: vec![Item { part_no: Some(unit.part_no.clone()), ..Item::scanned(&unit.serial) }],
            carrier: "顺丰速运".to_owned(),
            tracking_no: "SF1419203750286".to_owned(),
        };
        transfers::dispatch(tx, &cast.clerk, &number, &what)?;
    }
    Ok(())
}

/// A board that water got into: its repair is to be paid, and waits for the customer's word on the price.
fn quoted(tx: &mut Conn, cast: &Cast, code: &str, part_no: &str) -> AppResult<()> {
    let line = NewLine {
        part_no: part_no.to_owned(),
        serial: "2102391126110047".to_owned(),
        fault: "机房漏水，板卡进水后不上电".to_owned(),
        fault_class: String::new(),
        slot: String::new(),
        mode: None,
    };
    let new = NewRequest {
        customer: Some(CUSTOMER.to_owned()),
        contact_email: "customer@beiku.example".to_owned(),
        contact_name: "黄杰".to_owned(),
        language: Some(Language::ZhCn),
        site: String::new(),
        depot: Some(HERE.to_owned()),
        lines: vec![line],
        tracking_code: code.to_owned(),
    };
    let number = rma::request(tx, &cast.clerk, &new)?.rma.number;
    let at = ActionInput {
        depot: Some(HERE.to_owned()),
        serial: Some("2102391126110047".to_owned()),
        ..ActionInput::default()
    };
    let found = ActionInput {
        finding: "电源区腐蚀，可修；属人为损坏".to_owned(),
        outcome: Some(RepairOutcome::Repaired),
        ..ActionInput::default()
    };
    let paid = ActionInput {
        reason: "进水不在保修范围内".to_owned(),
        case: CaseInput {
            entitlement: Some(Entitlement::Chargeable),
            payer: Some(Payer::Customer),
            amount_fen: Some(86_000),
            valid_until: Zone::default().local_date(cast.manager.now).checked_add_days(Days::new(14)),
            ..CaseInput::default()
        },
        ..ActionInput::default()
    };
    for (who, kind, input) in [
        (&cast.manager, ActionKind::Authorise, &ActionInput::default()),
        (&cast.clerk, ActionKind::ReceiveFaulty, &at),
        (&cast.technician, ActionKind::Diagnose, &found),
        (&cast.manager, ActionKind::SetEntitlement, &paid),
        (&cast.manager, ActionKind::SendQuote, &paid),
    ] {
        rma::act(tx, who, &number, 1, kind, input)?;
    }
    Ok(())
}

/// Of what is repaired here with days to spare some waits for bought parts, some is at its maker.
fn at_the_bench(tx: &mut Conn, cast: &Cast) -> AppResult<()> {
    let maker = VendorFields { name: Some("动力源科返修中心".to_owned()), email: None };
    vendors::create(tx, &cast.manager, MAKER, &maker)?;
    let filter = LineFilter {
        state: Some(RepairState::Repairing),
        open: true,
        depot: Some(HERE.to_owned()),
        ..LineFilter::default()
    };
    let waiting = ActionInput {
        note: "等外购器件，供应商答复下周到货".to_owned(), ..ActionInput::default()
    };
    let sent = ActionInput {
        vendor: Some(MAKER.to_owned()),
        vendor_rma: "DLY-26-1187".to_owned(),
        due_on: Zone::default().local_date(cast.manager.now).checked_add_days(Days::new(21)),
        ..ActionInput::default()
    };
    let mut acts =
        [(ActionKind::WaitParts, &waiting); 3].into_iter().chain([(ActionKind::SendToVendor, &sent); 2]);
    let mut next = acts.next();
    for line in rma::list_lines(tx, &cast.manager, &filter, rma::FIRST, LINES)?.iter().skip(URGENT) {
        let Some((kind, input)) = next else { break };
        // Not every part may leave the house as it is.
        match savepoint(tx, |tx| rma::act(tx, &cast.technician, &line.number, line.line, kind, input)) {
            Ok(_) => next = acts.next(),
            Err(Error::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

/// A note and a file on the line that is due first.
fn paper(tx: &mut Conn, cast: &Cast) -> AppResult<()> {
    let filter = LineFilter { open: true, ..LineFilter::default() };
    let Some(line) = rma::list_lines(tx, &cast.manager, &filter, rma::FIRST, 1)?.pop() else { return Ok(()) };
    let text = "已与客户确认：端口 3–6 无链路，更换光模块无效。";
    rma::note(tx, &cast.engineer, &line.number, Some(line.line), text, false)?;
    let log = "2026-11-20 09:12:44 port 3 link down\n2026-11-20 09:12:44 port 4 link down\n";
    let file =
        NewFile { name: "现场日志.txt".to_owned(), content: log.as_bytes().to_vec(), internal: false };
    rma::attach(tx, &cast.engineer, &line.number, &file).map(|_| ())
}

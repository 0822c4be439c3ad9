//! Looking up: stock now and as of a day, units, movements, where to get a spare, what a code is.

use super::world::{
    BOARD, EQUIVALENT, REUSED, REUSED_TOO, SCREW, World, becoming, hold, hold_unit, lot, then, unit, world,
};
use crate::support::{Database, on_both};
use beiku::app::stock::{self, Booking, Scanned, Sourcing};
use beiku::app::{self, AppResult};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::place::PlaceKind;
use beiku::domain::stock::{Condition, MovementKind as Kind, Owner};
use beiku::store::Conn;
use beiku::store::movements::MovementFilter;
use beiku::store::stock::{StockFilter, StockKey, StockRow};
use beiku::store::units::UnitFilter;
use chrono::{DateTime, TimeDelta, Utc};

type Line = (String, String, String, String, i64);

async fn as_actor<T: Send + 'static>(
    w: &World,
    actor: Actor,
    work: impl FnOnce(&mut Conn, &app::Ctx) -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    app::read(&w.app, &w.ctx_of(actor), work).await
}

async fn stock_now(w: &World, filter: StockFilter) -> Vec<StockRow> {
    w.read(move |conn, ctx| stock::list_stock(conn, ctx, &filter, &StockKey::default(), 1_000)).await
}

async fn lines_now(w: &World) -> Vec<Line> {
    let rows = stock_now(w, StockFilter::default()).await;
    rows.into_iter()
        .map(|row| (row.part_no, row.depot, row.condition.to_string(), row.owner.to_string(), row.quantity))
        .collect()
}

async fn lines_before(w: &World, before: DateTime<Utc>) -> Vec<Line> {
    let rows = w
        .read(move |conn, ctx| {
            stock::list_as_of(conn, ctx, &StockFilter::default(), &then(before), &StockKey::default(), 1_000)
        })
        .await;
    rows.into_iter()
        .map(|row| (row.part_no, row.depot, row.condition.to_string(), row.owner.to_string(), row.quantity))
        .collect()
}

on_both!(stock_as_of_a_time_is_what_it_was_then, async |db: &Database| {
    let w = world(db).await;
    let mut seen = vec![];
    let mut first = 0;
    for step in [
        lot(Kind::Receive, 10, "supplier", "JN/A1-01"),
        unit(Kind::Receive, BOARD, "SN1", "supplier", "JN"),
        unit(Kind::Receive, BOARD, "SN2", "customer:C1", "JN/bench"),
        lot(Kind::TransferOut, 4, "JN/A1-01", "transit:1"),
        unit(Kind::Move, BOARD, "SN1", "JN", "DZ"),
        lot(Kind::TransferIn, 4, "transit:1", "DZ"),
        becoming(Condition::Faulty, unit(Kind::Convert, BOARD, "SN1", "DZ", "DZ")),
        unit(Kind::Issue, BOARD, "SN2", "JN/bench", "customer:C1"),
        unit(Kind::Scrap, BOARD, "SN1", "DZ", "scrap"),
    ] {
        db.clock().advance(TimeDelta::days(1));
        let booked = w.book(step).await.unwrap();
        first = if first == 0 { booked.id } else { first };
        seen.push((db.clock().now(), lines_now(&w).await));
    }
    assert_eq!(lines_before(&w, seen[0].0).await, []);
    for (at, lines) in &seen {
        assert_eq!(&lines_before(&w, *at + TimeDelta::microseconds(1)).await, lines, "{at}");
    }
    assert_eq!(lines_before(&w, seen[1].0).await, seen[0].1, "before the instant, not at it");
    // What is booked late counts from the day it happened, as known now.
    let late = Booking { occurred_at: Some(seen[2].0), ..lot(Kind::Receive, 5, "supplier", "QD") };
    w.book(late).await.unwrap();
    let missing = seen[2].0 + TimeDelta::seconds(1);
    assert!(lines_before(&w, missing).await.contains(&(
        SCREW.into(),
        "QD".into(),
        "good".into(),
        "us".into(),
        5
    )));
});

on_both!(stock_is_listed_page_by_page_and_filtered, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["SN1", "SN2", "SN3"]).await;
    w.receive("DZ", BOARD, &["SN4"]).await;
    w.book(lot(Kind::Receive, 5, "supplier", "JN/A1-01")).await.unwrap();
    w.book(lot(Kind::Receive, 5, "supplier", "JN/A1-02")).await.unwrap();
    w.book(becoming(Condition::Faulty, unit(Kind::Convert, BOARD, "SN3", "JN", "JN"))).await.unwrap();
    w.reserve(hold_unit(BOARD, "JN", "SN1")).await.unwrap();
    let all = stock_now(&w, StockFilter::default()).await;
    let told: Vec<_> = all
        .iter()
        .map(|row| (&*row.part_no, &*row.depot, row.condition, row.quantity, row.reserved, row.available))
        .collect();
    assert_eq!(
        told,
        [
            (BOARD, "DZ", Condition::Good, 1, 0, 1),
            (BOARD, "JN", Condition::Faulty, 1, 0, 0),
            (BOARD, "JN", Condition::Good, 2, 1, 1),
            (SCREW, "JN", Condition::Good, 10, 0, 10),
        ]
    );
    let mut paged = vec![];
    let mut after = StockKey::default();
    loop {
        let key = after.clone();
        let page = w.read(move |c, ctx| stock::list_stock(c, ctx, &StockFilter::default(), &key, 1)).await;
        let Some(row) = page.into_iter().next() else { break };
        after = StockKey {
            part_no: row.part_no.clone(),
            depot: row.depot.clone(),
            condition: row.condition.to_string(),
            owner: row.owner.to_string(),
        };
        paged.push((row.part_no, row.depot, row.condition));
    }
    assert_eq!(paged.len(), 4);
    let only = StockFilter {
        depot: Some("JN".into()),
        part_no: Some(BOARD.into()),
        condition: Some(Condition::Good),
        low: false,
    };
    assert_eq!(stock_now(&w, only).await.len(), 1);
    let mut clerk = w.actor(Role::Clerk);
    clerk.reads_own_only = true;
    let own = as_actor(&w, clerk, |c, ctx| {
        stock::list_stock(c, ctx, &StockFilter::default(), &StockKey::default(), 99)
    })
    .await
    .unwrap();
    assert!(own.len() == 3 && own.iter().all(|row| row.depot == "JN"));
});

on_both!(low_stock_includes_what_is_gone, async |db: &Database| {
    let w = world(db).await;
    w.raw(
        "INSERT INTO reorder_point (depot_id, part_id, quantity) SELECT d.id, p.id, 2 FROM depot d, part p \
           WHERE d.code IN ('JN', 'DZ', 'QD') AND p.part_no = 'P-100'",
    )
    .await;
    w.receive("JN", BOARD, &["SN1", "SN2"]).await;
    w.receive("DZ", BOARD, &["SN3"]).await;
    let low = async || {
        let rows = stock_now(&w, StockFilter { low: true, ..StockFilter::default() }).await;
        let (all, first) = w
            .read(|c, ctx| {
                Ok((stock::count_low(c, ctx, None, 99)?, stock::count_low(c, ctx, Some("DZ"), 99)?))
            })
            .await;
        assert_eq!((usize::try_from(all).unwrap(), first), (rows.len(), 1), "counted as listed");
        rows.into_iter()
            .map(|row| (row.depot, row.quantity, row.available, row.reorder_point))
            .collect::<Vec<_>>()
    };
    assert_eq!(low().await, [("DZ".into(), 1, 1, 2), ("QD".into(), 0, 0, 2)]);
    // What is held is not there for the next one.
    w.reserve(hold(BOARD, "JN", 1)).await.unwrap();
    assert_eq!(low().await, [("DZ".into(), 1, 1, 2), ("JN".into(), 2, 1, 2), ("QD".into(), 0, 0, 2)]);
});

on_both!(units_are_found_by_any_piece_of_their_serial, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["AB-1001", "AB-1002"]).await;
    w.receive("DZ", EQUIVALENT, &["XY-1001"]).await;
    let find = async |filter: UnitFilter| {
        let rows = w.read(move |c, ctx| stock::list_units(c, ctx, &filter, 0, 100)).await;
        rows.into_iter().map(|row| row.serial).collect::<Vec<_>>()
    };
    let serial = |text: &str| UnitFilter { serial: Some(text.into()), ..UnitFilter::default() };
    assert_eq!(find(serial("AB-")).await, ["AB-1001", "AB-1002"]);
    assert_eq!(find(serial("1001")).await, ["AB-1001", "XY-1001"]);
    assert_eq!(find(serial("B-100")).await, ["AB-1001", "AB-1002"]);
    assert_eq!(find(serial("%")).await, Vec::<String>::new());
    assert_eq!(find(UnitFilter { depot: Some("DZ".into()), ..serial("1001") }).await, ["XY-1001"]);
    assert_eq!(find(UnitFilter { place: Some("JN".into()), ..UnitFilter::default() }).await.len(), 2);
});

on_both!(another_depots_unit_is_not_there_for_who_reads_the_own_only, async |db: &Database| {
    let w = world(db).await;
    w.receive("DZ", REUSED, &["SN1"]).await;
    w.receive("JN", REUSED_TOO, &["SN1"]).await;
    let mut clerk = w.actor(Role::Clerk);
    clerk.reads_own_only = true;
    // Nor does an ambiguous serial tell of it.
    let found = as_actor(&w, clerk.clone(), |c, ctx| stock::unit(c, ctx, "SN1", None)).await.unwrap();
    assert_eq!(found.part_no, REUSED_TOO);
    let hidden = as_actor(&w, clerk.clone(), |c, ctx| stock::unit(c, ctx, "SN1", Some(REUSED))).await;
    assert_eq!(super::world::refused(hidden).code(), "not_found");
    let hidden = as_actor(&w, clerk.clone(), |c, ctx| {
        stock::history(c, ctx, "SN1", Some(REUSED), i64::MAX, 10).map(|rows| rows.len())
    })
    .await;
    assert_eq!(super::world::refused(hidden).code(), "not_found");
    let scanned = as_actor(&w, clerk.clone(), |c, ctx| stock::scan(c, ctx, "SN1")).await.unwrap();
    assert!(matches!(scanned, Scanned::Unit { unit, .. } if unit.part_no == REUSED_TOO));
    let moves =
        as_actor(&w, clerk, |c, ctx| stock::list_movements(c, ctx, &MovementFilter::default(), i64::MAX, 99))
            .await
            .unwrap();
    assert_eq!(moves.len(), 1);
    let customer = w.actor(Role::Customer);
    let refused = as_actor(&w, customer, |c, ctx| stock::unit(c, ctx, "SN1", None)).await;
    assert_eq!(super::world::refused(refused).code(), "forbidden");
});

on_both!(movements_are_listed_newest_first_and_filtered, async |db: &Database| {
    let w = world(db).await;
    let start = db.clock().now();
    w.receive("JN", BOARD, &["SN1"]).await;
    db.clock().advance(TimeDelta::hours(1));
    w.book(Booking { document: "D-1".into(), ..unit(Kind::Move, BOARD, "SN1", "JN", "DZ") }).await.unwrap();
    w.book(lot(Kind::Receive, 1, "supplier", "QD")).await.unwrap();
    let list = async |filter: MovementFilter| {
        let rows = w.read(move |c, ctx| stock::list_movements(c, ctx, &filter, i64::MAX, 99)).await;
        rows.into_iter().map(|row| (row.kind, row.part_no)).collect::<Vec<_>>()
    };
    let any = MovementFilter::default;
    let (moved, received, lot) = (
        (Kind::Move, BOARD.to_owned()),
        (Kind::Receive, BOARD.to_owned()),
        (Kind::Receive, SCREW.to_owned()),
    );
    assert_eq!(list(any()).await, [lot.clone(), moved.clone(), received.clone()]);
    assert_eq!(
        list(MovementFilter { part_no: Some(BOARD.into()), ..any() }).await,
        [moved.clone(), received.clone()]
    );
    assert_eq!(
        list(MovementFilter { depot: Some("DZ".into()), ..any() }).await,
        std::slice::from_ref(&moved)
    );
    assert_eq!(
        list(MovementFilter { depot: Some("JN".into()), ..any() }).await,
        [moved.clone(), received.clone()]
    );
    assert_eq!(list(MovementFilter { kind: Some(Kind::Receive), ..any() }).await, [lot, received.clone()]);
    assert_eq!(list(MovementFilter { document: Some("D-1".into()), ..any() }).await, [moved]);
    let before = Some(start + TimeDelta::minutes(1));
    assert_eq!(list(MovementFilter { from: Some(start), before, ..any() }).await, [received]);
});

on_both!(a_spare_is_sought_own_part_first_and_near_first, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", EQUIVALENT, &["E1"]).await;
    for (depot, serial) in [("DZ", "D1"), ("QD", "Q1"), ("JN2", "J1"), ("SITE", "S1")] {
        w.receive(depot, BOARD, &[serial]).await;
    }
    let ask = async |near: Option<&str>| {
        let question = Sourcing { part_no: " p-100 ".into(), near: near.map(Into::into) };
        w.read(move |c, ctx| stock::sourcing(c, ctx, &question)).await
    };
    let told = async |near| {
        let offers = ask(near).await;
        offers.into_iter().map(|offer| (offer.part_no, offer.depot, offer.distance)).collect::<Vec<_>>()
    };
    let own = |depot: &str, distance| (BOARD.to_owned(), depot.to_owned(), distance);
    let other = |depot: &str, distance| (EQUIVALENT.to_owned(), depot.to_owned(), distance);
    // Own part: same city, then the common depot, then the rest; on-site spares are their customer's alone.
    assert_eq!(told(Some("JN")).await, [own("JN2", 1), own("DZ", 2), own("QD", 3), other("JN", 0)]);
    assert_eq!(told(Some("青岛")).await, [own("QD", 1), own("DZ", 2), own("JN2", 3), other("JN", 3)]);
    assert_eq!(told(None).await, [own("DZ", 2), own("JN2", 3), own("QD", 3), other("JN", 3)]);
    w.reserve(hold(BOARD, "JN2", 1)).await.unwrap();
    w.receive("JN", BOARD, &["N1", "N2"]).await;
    let offers = ask(Some("jn")).await;
    assert_eq!((offers[0].depot.as_str(), offers[0].quantity, offers[0].distance), ("JN", 2, 0));
    assert!(offers.iter().all(|offer| offer.depot != "JN2"), "what is held is not offered");
    // Monday: from here today, from elsewhere on the next working day.
    assert_eq!(offers[0].expected_on.to_string(), "2026-03-02");
    assert_eq!(offers[1].expected_on.to_string(), "2026-03-03");
    let last = offers.last().unwrap();
    assert_eq!((last.part_no.as_str(), last.reason.as_deref()), (EQUIVALENT, Some("电性能相同")));
    let unknown = Sourcing { part_no: "NOPE".into(), near: None };
    let result = as_actor(&w, w.actor(Role::Manager), move |c, ctx| stock::sourcing(c, ctx, &unknown)).await;
    assert_eq!(super::world::refused(result).code(), "not_found");
});

on_both!(a_scan_says_what_a_code_is, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["SN1"]).await;
    w.receive("JN", REUSED, &["TWIN"]).await;
    w.receive("JN", REUSED_TOO, &["TWIN"]).await;
    let scan = async |code: &'static str| w.read(move |c, ctx| stock::scan(c, ctx, code)).await;
    assert!(matches!(scan("ｓｎ１").await, Scanned::Unit { unit, .. } if unit.serial == "SN1"));
    assert!(matches!(scan("twin").await, Scanned::Ambiguous { units, .. } if units.len() == 2));
    assert!(matches!(scan("jn/a1-01").await, Scanned::Place { place } if place.code == "JN/A1-01"));
    assert!(matches!(scan("ＪＮ／Ａ１－０１").await, Scanned::Place { place } if place.code == "JN/A1-01"));
    assert!(matches!(scan("p-100").await, Scanned::Part { part } if part.part_no == BOARD));
    assert!(matches!(scan(" new-7 ").await, Scanned::Unknown { code } if code == "NEW-7"));
});

/// Every move a scan offers can be booked, and what it does not offer cannot.
async fn offers_are_what_may_be_booked(w: &World, role: Role) {
    let places = [
        "JN",
        "JN/A1-01",
        "JN/bench",
        "customer:C1",
        "vendor:V1",
        "engineer:wang",
        "transit:1",
        "scrap",
        "lost",
        "consumed",
    ];
    for serial in ["GOOD", "HELD", "BAD", "BENCH", "THEIRS", "OUT", "VAN", "WAY", "FIX", "GONE"] {
        let ctx = w.ctx_of(w.actor(role));
        let scanned = app::read(&w.app, &ctx, move |c, ctx| stock::scan(c, ctx, serial)).await.unwrap();
        let Scanned::Unit { unit: found, moves, .. } = scanned else { panic!("{serial}") };
        for kind in Kind::ALL {
            for place in places {
                let mut booking = unit(*kind, BOARD, serial, &found.place, place);
                booking.condition_to = (*kind == Kind::Convert).then_some(Condition::Quarantined);
                booking.owner_to = (*kind == Kind::TransferTitle).then_some(Owner::Unknown);
                if found.place == place && matches!(kind, Kind::Move) {
                    continue;
                }
                let kind_of = match place {
                    "JN" => PlaceKind::Depot,
                    "JN/A1-01" => PlaceKind::Bin,
                    "JN/bench" => PlaceKind::Bench,
                    other => PlaceKind::from_code(other.split(':').next().unwrap()).unwrap(),
                };
                let offered = moves.iter().any(|legal| legal.kind == *kind && legal.to.contains(&kind_of));
                // Tried, and taken back whatever came of it.
                let tried = w
                    .write_as(w.ctx_of(w.actor(role)), move |tx, ctx| {
                        stock::book(tx, ctx, &booking)?;
                        Err::<(), _>(beiku::domain::refusal::Refusal::SignInFailed {}.into())
                    })
                    .await;
                let code = super::world::refused(tried).code();
                // In place, only what acts in place; elsewhere, what moves.
                let in_place = found.place == place;
                let acts_in_place = matches!(kind, Kind::Convert | Kind::TransferTitle);
                if in_place == acts_in_place {
                    assert_eq!(
                        offered,
                        code == "sign_in_failed",
                        "{role} {serial}: {kind} to {place}: {code}"
                    );
                }
            }
        }
    }
}

on_both!(a_scan_offers_exactly_the_moves_that_can_be_booked, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["GOOD", "HELD", "BAD", "BENCH", "OUT", "VAN", "WAY", "FIX", "GONE"]).await;
    w.book(unit(Kind::Receive, BOARD, "THEIRS", "customer:C1", "JN")).await.unwrap();
    w.reserve(hold_unit(BOARD, "JN", "HELD")).await.unwrap();
    w.book(becoming(Condition::Faulty, unit(Kind::Convert, BOARD, "BAD", "JN", "JN"))).await.unwrap();
    for (kind, serial, to) in [
        (Kind::Move, "BENCH", "JN/bench"),
        (Kind::Issue, "OUT", "customer:C1"),
        (Kind::Issue, "VAN", "engineer:wang"),
        (Kind::TransferOut, "WAY", "transit:1"),
        (Kind::Issue, "FIX", "vendor:V1"),
        (Kind::Scrap, "GONE", "scrap"),
    ] {
        w.book(unit(kind, BOARD, serial, "JN", to)).await.unwrap();
    }
    for role in [Role::Manager, Role::Clerk, Role::Engineer] {
        offers_are_what_may_be_booked(&w, role).await;
    }
    w.prove().await;
});

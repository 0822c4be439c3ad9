//! A small company to test on: two depots with bins and benches, an on-site depot, parts, customers, a vendor, a van.

use crate::support::{self, Database};
use beiku::app::stock::{self, Booked, Booking, Hold};
use beiku::app::{self, App, AppResult, Ctx, Error, Outcome};
use beiku::domain::actor::{Actor, DepotRef, Role};
use beiku::domain::place::PlaceKind;
use beiku::domain::refusal::Refusal;
use beiku::domain::stock::{Condition, MovementKind, Owner};
use beiku::store::reservations::ReservationRow;
use beiku::store::sql::sql;
use beiku::store::{Conn, StoreError, places};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Serial part of one maker; `P-200` may stand in for it.
pub const BOARD: &str = "P-100";
/// Its equivalent, by the same maker.
pub const EQUIVALENT: &str = "P-200";
/// Serial part of a maker who uses serials again on other parts, as `REUSED_TOO`.
pub const REUSED: &str = "P-300";
/// See `REUSED`.
pub const REUSED_TOO: &str = "P-301";
/// Quantity part.
pub const SCREW: &str = "Q-1";

/// The company in a fresh database, and the program on it.
pub struct World {
    pub app: App,
    depots: BTreeMap<String, DepotRef>,
    users: BTreeMap<String, i64>,
}

/// Fills a fresh database.
pub async fn world(db: &Database) -> World {
    let app = support::app(db);
    let now = app.clock().now();
    let (depots, users) = app.store().write(move |tx| seed(tx, now)).await.unwrap();
    World { app, depots, users }
}

type Seeded = (BTreeMap<String, DepotRef>, BTreeMap<String, i64>);

fn seed(tx: &mut Conn, now: DateTime<Utc>) -> Result<Seeded, StoreError> {
    for (code, name) in [("C1", "齐鲁通信"), ("C2", "泰山能源")] {
        let id =
            sql("INSERT INTO customer (code, name, created_at) VALUES ($1, $2, $3) RETURNING id AS value")
                .bind(code)
                .bind(name)
                .bind(now)
                .number(tx)?;
        places::ensure(tx, &format!("customer:{code}"), PlaceKind::Customer, None, Some(id))?;
    }
    sql("INSERT INTO vendor (code, name) VALUES ('V1', '原厂维修')").execute(tx)?;
    places::ensure(tx, "vendor:V1", PlaceKind::Vendor, None, None)?;
    places::ensure(tx, "engineer:wang", PlaceKind::Engineer, None, None)?;
    let depots = seed_depots(tx)?;
    seed_parts(tx, now)?;
    let mut users = BTreeMap::new();
    for role in Role::ALL {
        let id = sql("INSERT INTO app_user (username, display_name, role, created_at) VALUES ($1, $1, $2, $3) RETURNING id AS value")
            .bind(role.as_str())
            .bind(*role)
            .bind(now)
            .number(tx)?;
        users.insert(role.to_string(), id);
    }
    let clerk = users.get("clerk").copied().unwrap_or_default();
    sql("INSERT INTO user_depot (user_id, depot_id, valid_from) VALUES ($1, $2, $3)")
        .bind(clerk)
        .bind(depots.get("JN").map(|depot| depot.id))
        .bind(now)
        .execute(tx)?;
    Ok((depots, users))
}

fn seed_depots(tx: &mut Conn) -> Result<BTreeMap<String, DepotRef>, StoreError> {
    let mut depots = BTreeMap::new();
    for (code, city, class, customer) in [
        ("JN", "济南", "other", None),
        ("JN2", "济南", "other", None),
        ("DZ", "德州", "common", None),
        ("QD", "青岛", "other", None),
        ("SITE", "济南", "other", Some("C1")),
    ] {
        let customer = match customer {
            None => None,
            Some(code) => {
                Some(sql("SELECT id AS value FROM customer WHERE code = $1").bind(code).number(tx)?)
            }
        };
        let id = sql("INSERT INTO depot (code, name, city, class, customer_id) VALUES ($1, $2, $3, $4, $5) RETURNING id AS value")
            .bind(code)
            .bind(format!("{city}备件库"))
            .bind(city)
            .bind(class)
            .bind(customer)
            .number(tx)?;
        for (place, kind) in [
            (code.to_owned(), PlaceKind::Depot),
            (format!("{code}/A1-01"), PlaceKind::Bin),
            (format!("{code}/A1-02"), PlaceKind::Bin),
            (format!("{code}/bench"), PlaceKind::Bench),
        ] {
            places::ensure(tx, &place, kind, Some(id), customer)?;
        }
        depots.insert(code.to_owned(), DepotRef { id, code: code.to_owned() });
    }
    Ok(depots)
}

fn seed_parts(tx: &mut Conn, now: DateTime<Utc>) -> Result<(), StoreError> {
    for (part_no, tracking, maker, serial_per_part) in [
        (BOARD, "serial", "华讯达", false),
        (EQUIVALENT, "serial", "华讯达", false),
        (REUSED, "serial", "新纪元", true),
        (REUSED_TOO, "serial", "新纪元", true),
        (SCREW, "quantity", "五金", false),
    ] {
        sql("INSERT INTO part (part_no, name, name_en, maker, tracking, serial_per_part) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(part_no)
            .bind(format!("部件{part_no}"))
            .bind(format!("Part {part_no}"))
            .bind(maker)
            .bind(tracking)
            .bind(serial_per_part)
            .execute(tx)?;
    }
    sql("INSERT INTO part_alternate (part_id, alternate_id, reason, confirmed_by, valid_from) \
         SELECT p.id, e.id, '电性能相同', 'zhao', $3 FROM part p, part e WHERE p.part_no = $1 AND e.part_no = $2")
    .bind(BOARD)
    .bind(EQUIVALENT)
    .bind(now)
    .execute(tx)?;
    Ok(())
}

impl World {
    /// Somebody of this role; a clerk works in `JN`.
    pub fn actor(&self, role: Role) -> Actor {
        let depots = if role.is_bound_to_depots() { vec![self.depots["JN"].clone()] } else { vec![] };
        Actor {
            user_id: self.users[role.as_str()],
            username: role.to_string(),
            role,
            depots,
            customer_ids: vec![],
            reads_own_only: false,
            only: None,
        }
    }

    /// The manager's context now.
    pub fn ctx(&self) -> Ctx {
        self.ctx_of(self.actor(Role::Manager))
    }

    /// Somebody's context now.
    pub fn ctx_of(&self, actor: Actor) -> Ctx {
        self.app.context(actor, "test".into())
    }

    /// One transaction as the manager.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        self.write_as(self.ctx(), work).await
    }

    /// One transaction as somebody.
    pub async fn write_as<T: Send + 'static>(
        &self,
        ctx: Ctx,
        work: impl Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        match app::run(&self.app, &ctx, None, |_| (201, String::new()), work).await? {
            Outcome::Done(done) => Ok(done),
            Outcome::Replayed { .. } => panic!("replayed without a key"),
        }
    }

    /// A read as the manager.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
    ) -> T {
        app::read(&self.app, &self.ctx(), work).await.unwrap()
    }

    /// Books one movement as the manager.
    pub async fn book(&self, booking: Booking) -> AppResult<Booked> {
        self.write(move |tx, ctx| stock::book(tx, ctx, &booking)).await
    }

    /// Books a batch as the manager.
    pub async fn batch(&self, bookings: Vec<Booking>) -> AppResult<Vec<Booked>> {
        self.write(move |tx, ctx| stock::book_batch(tx, ctx, &bookings)).await
    }

    /// Receives new boards from the supplier.
    pub async fn receive(&self, to: &str, part_no: &str, serials: &[&str]) {
        let bookings = serials
            .iter()
            .map(|serial| Booking {
                to: to.into(),
                ..unit(MovementKind::Receive, part_no, serial, "supplier", to)
            })
            .collect();
        self.batch(bookings).await.unwrap();
    }

    /// Reserves as the manager.
    pub async fn reserve(&self, hold: Hold) -> AppResult<ReservationRow> {
        self.write(move |tx, ctx| stock::reserve(tx, ctx, &hold)).await
    }

    /// Runs statements past every rule.
    pub async fn raw(&self, text: &'static str) -> usize {
        self.app
            .store()
            .write(move |tx| Ok::<_, StoreError>(sql(text).execute(tx)?))
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// A number out of the database.
    pub async fn number(&self, text: &'static str) -> i64 {
        self.app.store().read(move |conn| Ok::<_, StoreError>(sql(text).number(conn)?)).await.unwrap()
    }

    /// Everything that stands anywhere: "place part condition owner" → quantity. Taken from `balance`.
    pub async fn balances(&self) -> BTreeMap<String, i64> {
        self.keyed(
            "SELECT p.code || ' ' || t.part_no || ' ' || b.condition || ' ' || b.owner AS key, b.quantity FROM balance b \
             JOIN place p ON p.id = b.place_id JOIN part t ON t.id = b.part_id WHERE b.quantity <> 0",
        )
        .await
    }

    /// "depot part" → (good, reserved), where there is either.
    pub async fn availability(&self) -> BTreeMap<String, (i64, i64)> {
        let good = self
            .keyed(
                "SELECT d.code || ' ' || t.part_no AS key, a.good AS quantity FROM availability a \
                 JOIN depot d ON d.id = a.depot_id JOIN part t ON t.id = a.part_id",
            )
            .await;
        let reserved = self
            .keyed(
                "SELECT d.code || ' ' || t.part_no AS key, a.reserved AS quantity FROM availability a \
                 JOIN depot d ON d.id = a.depot_id JOIN part t ON t.id = a.part_id",
            )
            .await;
        good.into_iter()
            .map(|(key, good)| {
                let reserved = reserved[&key];
                (key, (good, reserved))
            })
            .filter(|(_, counts)| *counts != (0, 0))
            .collect()
    }

    async fn keyed(&self, text: &'static str) -> BTreeMap<String, i64> {
        beiku::row! { struct Keyed { key: String, quantity: i64 } }
        let rows: Vec<Keyed> =
            self.app.store().read(move |conn| Ok::<_, StoreError>(sql(text).load(conn)?)).await.unwrap();
        rows.into_iter().map(|row| (row.key, row.quantity)).collect()
    }

    /// Fails unless the ledger proves itself.
    pub async fn prove(&self) {
        let proof = self.read(|conn, _| beiku::app::verify::verify(conn)).await;
        assert!(proof.is_proven(), "the ledger does not prove: {:#?}", proof.differences);
    }
}

/// A movement of one unit.
pub fn unit(kind: MovementKind, part_no: &str, serial: &str, from: &str, to: &str) -> Booking {
    Booking {
        kind,
        part_no: Some(part_no.into()),
        serial: Some(serial.into()),
        quantity: None,
        from: from.into(),
        to: to.into(),
        condition: None,
        condition_to: None,
        owner_to: None,
        reason: "test".into(),
        document: String::new(),
        occurred_at: None,
    }
}

/// A movement of so many screws.
pub fn lot(kind: MovementKind, quantity: i64, from: &str, to: &str) -> Booking {
    Booking { serial: None, quantity: Some(quantity), ..unit(kind, SCREW, "", from, to) }
}

/// The same with another condition afterwards.
pub fn becoming(condition: Condition, booking: Booking) -> Booking {
    Booking { condition_to: Some(condition), ..booking }
}

/// The same with another owner afterwards.
pub fn owned_by(owner: Owner, booking: Booking) -> Booking {
    Booking { owner_to: Some(owner), ..booking }
}

/// A wish for this very unit.
pub fn hold_unit(part_no: &str, depot: &str, serial: &str) -> Hold {
    Hold {
        part_no: part_no.into(),
        depot: depot.into(),
        serial: Some(serial.into()),
        quantity: None,
        expires_at: None,
        document: "RMA-2026-000001".into(),
    }
}

/// A wish for any so many.
pub fn hold(part_no: &str, depot: &str, quantity: i64) -> Hold {
    Hold { serial: None, quantity: Some(quantity), ..hold_unit(part_no, depot, "") }
}

/// The refusal, or the test fails.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: AppResult<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal: {other:?}"),
    }
}

/// Before an instant, as is known by now.
pub fn then(before: DateTime<Utc>) -> stock::Then {
    stock::Then { before, known_at: "2999-01-01T00:00:00Z".parse().unwrap(), looks_back: false }
}

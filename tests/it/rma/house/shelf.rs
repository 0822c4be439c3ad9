//! Movements by hand, stock that is held, labels.

use super::*;
use beiku::app::stock::{Hold, Release};

/// Where a movement by hand may go.
const PLACES: &[&str] = &[
    "JN",
    "DZ",
    "JN/A1",
    "JN/bench",
    "DZ/bench",
    "customer:C1",
    "vendor:V1",
    "engineer:engineer",
    "lost",
    "scrap",
    "consumed",
];

impl House {
    /// Whether it was one of these deeds.
    pub(super) async fn at_the_shelf(&mut self, name: &'static str, step: usize) -> bool {
        match name {
            "book a movement" | "book several movements" => self.move_by_hand(name).await,
            "reverse a movement" => self.reverse().await,
            "hold a spare" => self.hold(step).await,
            "let go of what is held" => self.let_go().await,
            "ask for a label" => self.ask_label(step).await,
            "agree to a label" => self.agree().await,
            "put down what a unit is" => self.put_down().await,
            _ => return false,
        }
        true
    }

    /// A good unit of ours on a shelf, and where.
    pub(super) async fn good_unit(&mut self) -> Option<(String, String)> {
        let good = "SELECT u.serial || '@' || p.code AS value FROM unit u JOIN place p ON p.id = u.place_id \
             WHERE p.kind IN ('depot','bin') AND u.condition = 'good' AND u.owner = 'us' ORDER BY u.serial";
        let found = self.one(good).await?;
        found.split_once('@').map(|(serial, place)| (serial.to_owned(), place.to_owned()))
    }

    /// Something somewhere, and a way it might go.
    async fn some_movement(&mut self) -> Option<Booking> {
        let any = "SELECT u.serial || '@' || p.code AS value FROM unit u JOIN place p ON p.id = u.place_id ORDER BY u.serial";
        let (serial, from) = if self.dice.one_in(2) {
            self.good_unit().await?
        } else {
            let found = self.one(any).await?;
            found.split_once('@').map(|(serial, place)| (serial.to_owned(), place.to_owned()))?
        };
        let kind = self.dice.pick(&[
            MovementKind::Move,
            MovementKind::Move,
            MovementKind::Convert,
            MovementKind::Issue,
            MovementKind::Return,
            MovementKind::Scrap,
            MovementKind::Adjust,
            MovementKind::Consume,
            MovementKind::TransferTitle,
        ]);
        let stays = matches!(kind, MovementKind::Convert | MovementKind::TransferTitle);
        let to = if stays { from.clone() } else { self.dice.pick(PLACES).to_owned() };
        let condition = self.dice.pick(&[Condition::Good, Condition::Faulty, Condition::Quarantined]);
        Some(Booking {
            kind,
            serial: Some(serial),
            condition_to: (kind == MovementKind::Convert).then_some(condition),
            owner_to: (kind == MovementKind::TransferTitle).then_some(Owner::Us),
            ..booking(&from, &to)
        })
    }

    async fn move_by_hand(&mut self, name: &'static str) {
        let Some(first) = self.some_movement().await else { return };
        let who = self.who(&[BOSS, JN, DZ]);
        let about = format!("{} {:?} {} → {}", first.kind, first.serial, first.from, first.to);
        if name == "book a movement" {
            self.deed(name, who, about, move |tx, ctx| stock::book(tx, ctx, &first)).await;
            return;
        }
        let lots = Booking {
            kind: MovementKind::Move,
            part_no: Some("CAP".into()),
            quantity: Some(2),
            ..booking("JN", "JN/A1")
        };
        let units = Booking { kind: MovementKind::Move, to: "JN/A1".into(), ..first };
        let several = if self.dice.one_in(2) { vec![lots, units] } else { vec![lots] };
        self.deed(name, who, about, move |tx, ctx| stock::book_batch(tx, ctx, &several)).await;
    }

    async fn reverse(&mut self) {
        let last = number(&self.app, "SELECT COALESCE(max(id), 0) AS value FROM movement").await;
        let id = last - i64::try_from(self.dice.below(15)).unwrap();
        let (who, about) = (self.who(&[BOSS, JN, DZ]), format!("movement {id}"));
        self.deed("reverse a movement", who, about, move |tx, ctx| stock::reverse(tx, ctx, id, "记错了"))
            .await;
    }

    async fn hold(&mut self, step: usize) {
        let serial = if self.dice.one_in(2) { self.good_unit().await } else { None };
        let depot =
            serial.as_ref().map_or("JN", |(_, place)| if place.starts_with("JN") { "JN" } else { "DZ" });
        let who = self.who(&[JN, DZ, ENGINEER, BOSS]);
        let days = TimeDelta::days(i64::try_from(self.dice.below(9)).unwrap() + 1);
        let hold = Hold {
            part_no: "BOARD-1".into(),
            depot: depot.to_owned(),
            quantity: serial.is_none().then_some(1),
            serial: serial.map(|(serial, _)| serial),
            expires_at: (!self.dice.one_in(3)).then(|| self.app.clock().now() + days),
            document: format!("HOLD-{step}"),
        };
        let about = format!("{:?} in {depot}", hold.serial);
        self.deed("hold a spare", who, about, move |tx, ctx| stock::reserve(tx, ctx, &hold)).await;
    }

    async fn let_go(&mut self) {
        let held = "SELECT CAST(id AS TEXT) AS value FROM reservation WHERE state = 'open' ORDER BY id";
        let Some(id) = self.one(held).await.and_then(|id| id.parse::<i64>().ok()) else { return };
        let (who, about) = (self.who(&[JN, DZ, BOSS]), format!("reservation {id}"));
        self.deed("let go of what is held", who, about, move |tx, ctx| stock::release(tx, ctx, id)).await;
    }

    async fn ask_label(&mut self, step: usize) {
        let units = "SELECT serial AS value FROM unit ORDER BY serial";
        let Some(serial) = self.code(units).await else { return };
        // A code that is somebody else's already is refused.
        let taken = if self.dice.one_in(6) { self.code(units).await } else { None };
        let code = taken.unwrap_or_else(|| format!("LABEL{step}"));
        let (who, about) = (self.who(&[JN, DZ, BOSS]), format!("{serial}: {code}"));
        self.deed("ask for a label", who, about, move |tx, ctx| {
            rma::ask_label(tx, ctx, &serial, None, &code, "标签磨损")
        })
        .await;
    }

    async fn agree(&mut self) {
        let open = "SELECT CAST(id AS TEXT) AS value FROM label_request WHERE state = 'open' ORDER BY id";
        let Some(id) = self.one(open).await.and_then(|id| id.parse::<i64>().ok()) else { return };
        let (who, about) = (self.who(&[JN, DZ, BOSS]), format!("label {id}"));
        self.deed("agree to a label", who, about, move |tx, ctx| rma::approve_label(tx, ctx, id)).await;
    }

    async fn put_down(&mut self) {
        let Some(serial) = self.code("SELECT serial AS value FROM unit ORDER BY serial").await else {
            return;
        };
        let (who, about) = (self.who(&[JN, DZ, BOSS]), serial.clone());
        let said = Release { part_no: None, firmware: Some("1.2".into()), revision: None };
        self.deed("put down what a unit is", who, about, move |tx, ctx| {
            stock::put_down_release(tx, ctx, &serial, &said)
        })
        .await;
    }
}

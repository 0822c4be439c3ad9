//! The whole house at work in any order: RMAs of several lines, boxes, spares asked for, transfers, counts, our own repairs and
//! exchanges proposed, by people of every role. Whatever they do the invariants hold, and what they may not do is said clearly
//! and changes nothing.
//!
//! `BEIKU_MODEL_STEPS` makes it longer; `BEIKU_MODEL_SEED` repeats one walk.

#![allow(clippy::too_many_lines, reason = "a deed is one choice among its ways, read as a list")]

mod boxes;
mod depots;

use super::model::{Dice, check, explain, input, likely, pass_time, world};
use crate::setup::{act_as, number, read_as};
use crate::support::{self, Database, on_both};
use beiku::app::counts::{self, Seen};
use beiku::app::goods::Item;
use beiku::app::intakes::{self, Identity, Match, NewBox, NewRma, Thing};
use beiku::app::repair::{self, NewOrder};
use beiku::app::requests::{self, Issue, NewSpareRequest};
use beiku::app::rma::{self, NewLine, NewRequest};
use beiku::app::stock::{self, Booking};
use beiku::app::transfers::{self, Dispatch, NewTransfer, Receipt, Settling, WantedLine};
use beiku::app::{App, AppResult, Conn, Ctx, Error};
use beiku::domain::actor::{Actor, DepotRef, Role};
use beiku::domain::calendar::Zone;
use beiku::domain::repair::RepairKind;
use beiku::domain::request::RequestReason;
use beiku::domain::rma::{ActionKind, Mode};
use beiku::domain::stock::Condition;
use beiku::domain::transfer::Settlement;
use beiku::http::words;
use beiku::i18n::Lang;
use beiku::jobs::Scheduler;
use beiku::row;
use beiku::store::StoreError;
use beiku::store::sql::{sql, sql_once};
use chrono::TimeDelta;
use std::collections::BTreeSet;

row! { struct TextRow { value: String } }

/// What must have gone at least once, or the walk proves little.
const DEEDS: &[&str] = &[
    "request",
    "act",
    "take a step back",
    "take a box in",
    "match to a line",
    "match to a new RMA",
    "send back",
    "make out",
    "ask for a spare",
    "approve a spare",
    "reject a spare",
    "issue a spare",
    "ask for a transfer",
    "approve a transfer",
    "cancel a transfer",
    "dispatch",
    "receive",
    "receive with differences",
    "settle differences",
    "open a count",
    "count",
    "approve a count",
    "cancel a count",
    "open a repair",
    "work on a repair",
    "accept a proposal",
];
/// A walk goes on so many times as far while some deed never went.
const FURTHER: usize = 6;
/// Everything somebody could have left behind: rows of the ledgers, the documents and what is told of them.
const TRACES: &str = "SELECT CAST((SELECT COUNT(*) FROM movement) + (SELECT COUNT(*) FROM rma_event) + (SELECT COUNT(*) FROM repair_event) \
     + (SELECT COUNT(*) FROM audit) + (SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM reservation) + (SELECT COUNT(*) FROM promise) \
     + (SELECT COUNT(*) FROM intake) + (SELECT COUNT(*) FROM transfer_item) + (SELECT COUNT(*) FROM stock_count_scan) \
     + (SELECT COUNT(*) FROM unit) + (SELECT COUNT(*) FROM unit_alias) + (SELECT COALESCE(SUM(version), 0) FROM rma_line) \
     + (SELECT COALESCE(SUM(version), 0) FROM unit) + (SELECT COALESCE(SUM(version), 0) FROM repair_order) AS BIGINT) AS value";

/// Everybody who works here or asks us, and what they did so far.
struct House {
    app: App,
    people: Vec<Actor>,
    dice: Dice,
    walked: Vec<String>,
    done: BTreeSet<&'static str>,
    did: BTreeSet<String>,
    refused: BTreeSet<String>,
}

/// Places in the list of people.
const BOSS: usize = 0;
const SECOND: usize = 1;
const JN: usize = 2;
const DZ: usize = 3;
const BENCH: usize = 4;
const ENGINEER: usize = 5;
const C1: usize = 6;
const C2: usize = 7;

async fn somebody(
    app: &App,
    name: &'static str,
    role: Role,
    depots: &[&str],
    customer: Option<&str>,
) -> Actor {
    let depots: Vec<String> = depots.iter().map(ToString::to_string).collect();
    let customer = customer.map(ToOwned::to_owned);
    let now = app.clock().now();
    let work = move |tx: &mut Conn| {
        let user_id = sql(
            "INSERT INTO app_user (username, display_name, role, created_at) VALUES ($1, $1, $2, $3) RETURNING id AS value",
        )
        .bind(name)
        .bind(role)
        .bind(now)
        .number(tx)?;
        let mut own = vec![];
        for code in &depots {
            sql("INSERT INTO user_depot (user_id, depot_id, valid_from) SELECT $1, id, $3 FROM depot WHERE code = $2")
                .bind(user_id)
                .bind(code)
                .bind(now)
                .execute(tx)?;
            let id = sql("SELECT id AS value FROM depot WHERE code = $1").bind(code).number(tx)?;
            own.push(DepotRef { id, code: code.clone() });
        }
        let mut customer_ids = vec![];
        if let Some(code) = &customer {
            sql("INSERT INTO user_customer (user_id, customer_id) SELECT $1, id FROM customer WHERE code = $2")
                .bind(user_id)
                .bind(code)
                .execute(tx)?;
            customer_ids.push(sql("SELECT id AS value FROM customer WHERE code = $1").bind(code).number(tx)?);
        }
        Ok::<_, StoreError>(Actor {
            user_id,
            username: name.to_owned(),
            role,
            depots: own,
            customer_ids,
            reads_own_only: false,
            only: None,
        })
    };
    app.store().write(work).await.unwrap()
}

impl House {
    async fn new(db: &Database, seed: u64) -> House {
        let app = support::app(db);
        world(&app).await;
        let people = vec![
            somebody(&app, "boss", Role::Manager, &[], None).await,
            somebody(&app, "deputy", Role::Manager, &[], None).await,
            somebody(&app, "clerk-jn", Role::Clerk, &["JN"], None).await,
            somebody(&app, "clerk-dz", Role::Clerk, &["DZ"], None).await,
            somebody(&app, "bench", Role::Technician, &["JN", "DZ"], None).await,
            somebody(&app, "engineer", Role::Engineer, &[], None).await,
            somebody(&app, "of-c1", Role::Customer, &[], Some("C1")).await,
            somebody(&app, "of-c2", Role::Customer, &[], Some("C2")).await,
        ];
        let dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (walked, done) = (vec![], BTreeSet::new());
        House { app, people, dice, walked, done, did: BTreeSet::new(), refused: BTreeSet::new() }
    }

    /// One of these people; now and then anybody at all.
    fn who(&mut self, of: &[usize]) -> Actor {
        let at = if self.dice.one_in(5) { self.dice.below(self.people.len()) } else { self.dice.pick(of) };
        self.people[at].clone()
    }

    /// What the books answer, in order.
    async fn texts(&self, question: &str) -> Vec<String> {
        let question = question.to_owned();
        let rows =
            self.app.store().read(move |c| Ok::<_, StoreError>(sql_once(question).load::<TextRow>(c)?));
        rows.await.unwrap().into_iter().map(|row| row.value).collect()
    }

    /// One of the answers, rather a late one.
    async fn one(&mut self, question: &str) -> Option<String> {
        let found = self.texts(question).await;
        if found.is_empty() {
            return None;
        }
        let from = if self.dice.one_in(4) { 0 } else { found.len().saturating_sub(4) };
        Some(self.dice.pick(&found[from..]))
    }

    /// Somebody does something. A refusal is said in both languages and leaves no trace.
    async fn deed<T: Send + 'static>(
        &mut self,
        name: &'static str,
        who: Actor,
        about: String,
        work: impl Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
    ) -> Option<T> {
        let before = number(&self.app, TRACES).await;
        let role = who.role.to_string();
        let said = format!("{} {name} {about}", who.username);
        let (outcome, made) = match act_as(&self.app, who, work).await {
            Ok(made) => {
                self.done.insert(name);
                self.did.insert(role);
                ("done".to_owned(), Some(made))
            }
            Err(Error::Refused(refusal)) => {
                let after = number(&self.app, TRACES).await;
                assert_eq!(before, after, "{said} was refused with {} and left something", refusal.code());
                for lang in [Lang::Zh, Lang::En] {
                    let sentence = words::in_full(lang, &refusal);
                    let raw = ["refusal-", "field-", "{"].iter().any(|raw| sentence.contains(raw));
                    assert!(!raw && sentence.chars().count() > 3, "{}: {sentence}", refusal.code());
                }
                self.refused.insert(role);
                (format!("refused: {}", refusal.code()), None)
            }
            Err(fault) => panic!("{said}: {fault:?}\n{}", self.walked.join("\n")),
        };
        self.walked.push(format!("{said} → {outcome}"));
        made
    }

    async fn request(&mut self) {
        let who = self.who(&[BOSS, C1, C2, JN]);
        let own = match who.username.as_str() {
            "of-c1" => "C1",
            "of-c2" => "C2",
            _ => self.dice.pick(&["C1", "C2"]),
        };
        let letter = if own == "C1" { 'B' } else { 'D' };
        let mut lines = vec![];
        for _ in 0..=self.dice.below(3) {
            let mode = self.dice.one_in(2).then(|| self.dice.pick(Mode::ALL));
            lines.push(NewLine {
                part_no: "BOARD-1".into(),
                serial: format!("{letter}{}", self.dice.below(14)),
                fault: "x".into(),
                fault_class: String::new(),
                slot: String::new(),
                mode,
            });
        }
        let new = NewRequest {
            customer: Some(own.to_owned()),
            contact_email: "a@example.com".into(),
            contact_name: String::new(),
            language: None,
            site: String::new(),
            depot: None,
            lines,
            tracking_code: "TRACKINGCODE".into(),
        };
        self.deed("request", who, own.to_owned(), move |tx, ctx| rma::request(tx, ctx, &new)).await;
    }

    /// Any line of any RMA, rather of a late one.
    async fn any_line(&mut self) -> Option<(String, i64)> {
        let found = self.one(
            "SELECT r.number || '/' || CAST(l.line AS TEXT) AS value FROM rma_line l JOIN rma r ON r.id = l.rma_id ORDER BY l.id",
        );
        let (number, line) =
            found.await?.rsplit_once('/').map(|(a, b)| (a.to_owned(), b.parse().unwrap()))?;
        Some((number, line))
    }

    async fn act(&mut self) {
        let Some((rma, line)) = self.any_line().await else { return };
        let wanted = rma.clone();
        let boss = self.people[BOSS].clone();
        let view =
            read_as(&self.app, boss, move |c, ctx| rma::line_view(c, ctx, &wanted, line)).await.unwrap();
        let kind = likely(&mut self.dice, &view.allowed_actions, &BTreeSet::new());
        let own = &view.row.serial;
        let mut serials = vec![own.clone(), own.clone(), "SPARE4".to_owned()];
        serials.extend(view.issued.iter().flat_map(|issued| [issued.serial.clone(), issued.serial.clone()]));
        let mut said = input(&mut self.dice, &serials);
        if kind == ActionKind::ReportFailure {
            said.attachment = explain(&self.app, &rma).await;
        }
        let who = self.who(&[BOSS, SECOND, BOSS, SECOND, JN, DZ, BENCH, ENGINEER, C1]);
        let about = format!("{kind} {rma}/{line} {:?}", said.serial);
        self.deed("act", who, about, move |tx, ctx| rma::act(tx, ctx, &rma, line, kind, &said)).await;
    }

    /// One step of a line, or several, entered wrongly.
    async fn take_back(&mut self) {
        let Some((rma, line)) = self.any_line().await else { return };
        for _ in 0..=self.dice.below(3) {
            let (who, rma) = (self.who(&[BOSS, SECOND]), rma.clone());
            let about = format!("{rma}/{line}");
            let said = rma::ActionInput { reason: "录错了".into(), ..rma::ActionInput::default() };
            self.deed("take a step back", who, about, move |tx, ctx| {
                rma::act(tx, ctx, &rma, line, ActionKind::TakeBack, &said)
            })
            .await;
        }
    }

    /// New boards come from the supplier, faulty ones of our own from nowhere we know.
    async fn supply(&mut self, step: usize) {
        let depot = self.dice.pick(&["JN", "DZ"]);
        let bought = crate::setup::act(&self.app, move |tx, ctx| {
            super::receive(tx, ctx, "BOARD-1", &format!("BOUGHT{step}"), depot)?;
            let broken = Booking {
                serial: Some(format!("OURS{step}")),
                condition_to: Some(Condition::Faulty),
                ..super::bought("BOARD-1", depot)
            };
            stock::book(tx, ctx, &broken).map(|_| ())
        });
        bought.await.unwrap();
    }

    fn missing(&self) -> Vec<&'static str> {
        DEEDS.iter().copied().filter(|deed| !self.done.contains(deed)).collect()
    }
}

async fn walk(db: &Database, seed: u64, steps: usize) -> House {
    let mut house = House::new(db, seed).await;
    let scheduler = Scheduler::new(house.app.clone());
    for step in 0..steps * FURTHER {
        if step >= steps && house.missing().is_empty() {
            break;
        }
        db.clock().advance(TimeDelta::minutes(1));
        match house.dice.below(24) {
            0 | 1 => house.request().await,
            2 | 3 => house.take_in(step).await,
            4..=6 => house.settle_box(step).await,
            7 | 8 => house.spare().await,
            9..=11 => house.transfer().await,
            12 | 13 => house.count().await,
            14 | 15 => house.bench().await,
            16 => house.propose().await,
            19 => house.take_back().await,
            17 if house.dice.one_in(2) => house.supply(step).await,
            18 => pass_time(db, &scheduler, &mut house.dice).await,
            _ => house.act().await,
        }
        if step % 40 == 0 {
            check(&house.app, &house.walked).await;
        }
    }
    check(&house.app, &house.walked).await;
    house
}

on_both!(whoever_does_what_the_books_hold_and_a_no_changes_nothing, async |db: &Database| {
    let from_env = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let steps = from_env("BEIKU_MODEL_STEPS").map_or(400, |steps| usize::try_from(steps).unwrap());
    let seed = from_env("BEIKU_MODEL_SEED");
    let house = walk(db, seed.unwrap_or(20_261_122), steps).await;
    if seed.is_none() {
        assert!(house.missing().is_empty(), "never done: {:?}\n{}", house.missing(), house.walked.join("\n"));
        for role in ["manager", "clerk", "technician", "engineer", "customer"] {
            assert!(house.did.contains(role) && house.refused.contains(role), "{role}: {:?}", house.walked);
        }
    }
});

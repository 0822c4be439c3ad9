//! The whole house at work in any order: RMAs of several lines, boxes, spares asked for, vans, transfers, counts, scans with and
//! without a signal, labels, our own repairs, exchanges proposed, new calendars, by people of every role. Whatever they do the
//! invariants hold, what they may not do is said clearly and changes nothing, and what is sent twice is done once.
//!
//! `BEIKU_MODEL_STEPS` makes it longer; `BEIKU_MODEL_SEED` repeats one walk.

mod bench;
mod boxes;
mod calls;
mod counts;
mod lines;
mod people;
mod scans;
mod shelf;
mod spares;
mod told;
mod transfers;

use super::books::check;
use super::model::{Dice, input, pass_time, soon, world};
use crate::setup::{number, read_as};
use crate::support::{self, Database, on_both};
use beiku::app::rma::{self, ActionInput};
use beiku::app::stock::{self, Booking};
use beiku::app::token::Secret;
use beiku::app::{self, App, AppResult, Conn, Ctx, Error, Once, Outcome};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::repair::RepairKind;
use beiku::domain::stock::{Condition, MovementKind, Owner};
use beiku::http::words;
use beiku::i18n::Lang;
use beiku::jobs::Scheduler;
use beiku::row;
use beiku::store::StoreError;
use beiku::store::sql::sql_once;
use calls::{BENCH_WEIGHT, DEEDS};
use chrono::TimeDelta;
use people::{BENCH, BOSS, C1, C2, DZ, ENGINEER, JN, SECOND, somebody};
use std::collections::BTreeSet;
use std::sync::Arc;

row! { struct TextRow { value: String } }

/// A walk goes on so many times as far while some deed never went.
const FURTHER: usize = 6;
/// Tables whose rows are only added.
const ADDED: &[&str] = &[
    "movement",
    "rma_event",
    "repair_event",
    "audit",
    "outbox",
    "reservation",
    "promise",
    "hold",
    "quote",
    "consent",
    "issued_unit",
    "shipment",
    "intake",
    "intake_file",
    "transfer",
    "transfer_item",
    "transfer_line",
    "stock_count",
    "stock_count_scan",
    "scan",
    "work_exception",
    "unit",
    "unit_alias",
    "label_request",
    "spare_request",
    "attachment",
    "public_request",
    "calendar_year",
];

/// Everything somebody could have left behind: rows of the ledgers, the documents and what is told of them, and what changed.
fn traces() -> String {
    let last = ADDED.iter().map(|table| format!("(SELECT COALESCE(MAX(id), 0) FROM {table})"));
    let changed = ["rma_line", "unit", "repair_order", "transfer"]
        .map(|table| format!("(SELECT COALESCE(SUM(version), 0) FROM {table})"));
    let kept = ["idempotency", "promise_due_history"].map(|table| format!("(SELECT COUNT(*) FROM {table})"));
    let all: Vec<String> = last.chain(changed).chain(kept).collect();
    format!("SELECT CAST({} AS BIGINT) AS value", all.join(" + "))
}

/// Everybody who works here or asks us, and what they did so far.
struct House {
    app: App,
    people: Vec<Actor>,
    dice: Dice,
    walked: Vec<String>,
    done: BTreeSet<&'static str>,
    did: BTreeSet<String>,
    refused: BTreeSet<String>,
    /// Links mailed to people without an account.
    links: Vec<Secret>,
    traces: String,
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
        let bins = "INSERT INTO place (code, kind, depot_id) SELECT code || '/A1', 'bin', id FROM depot";
        crate::setup::execute(&app, bins).await;
        House {
            app,
            people,
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            walked: vec![],
            done: BTreeSet::new(),
            did: BTreeSet::new(),
            refused: BTreeSet::new(),
            links: vec![],
            traces: traces(),
        }
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

    /// As [`House::one`], of units by their serials; now and then by a label that was put over it.
    async fn code(&mut self, question: &str) -> Option<String> {
        let serial = self.one(question).await?;
        if !self.dice.one_in(3) {
            return Some(serial);
        }
        let labels = format!(
            "SELECT a.code AS value FROM unit_alias a JOIN unit u ON u.id = a.unit_id WHERE u.serial = '{serial}' ORDER BY a.id"
        );
        Some(self.one(&labels).await.unwrap_or(serial))
    }

    /// A key nobody used before.
    fn key(&self) -> Once {
        Once { key: format!("walk-{}", self.walked.len()), fingerprint: b"the same".to_vec(), bound_to: None }
    }

    async fn traces(&self) -> String {
        self.texts(&format!("SELECT CAST(value AS TEXT) AS value FROM ({}) x", self.traces)).await.remove(0)
    }

    /// Somebody does something. A refusal is said in both languages and leaves no trace; what is sent again with the same key
    /// leaves no second one.
    async fn deed<T: Send + 'static>(
        &mut self,
        name: &'static str,
        who: Actor,
        about: String,
        work: impl Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + Sync + 'static,
    ) -> Option<T> {
        let before = self.traces().await;
        let role = who.role.to_string();
        let said = format!("{} {name} {about}", who.username);
        let (key, work) = (self.key(), Arc::new(work));
        let (outcome, made) = match self.send(&who, &key, &work).await {
            Ok(Outcome::Done(made)) => {
                self.done.insert(name);
                self.did.insert(role);
                if self.dice.one_in(3) {
                    let after = self.traces().await;
                    let again = self.send(&who, &key, &work).await;
                    let replayed = matches!(again, Ok(Outcome::Replayed { body, .. }) if body == key.key);
                    assert!(replayed, "{said} was sent again");
                    assert_eq!(after, self.traces().await, "{said} was sent again and left something more");
                }
                ("done".to_owned(), Some(made))
            }
            Ok(Outcome::Replayed { .. }) => panic!("nobody used this key before: {said}"),
            Err(Error::Refused(refusal)) => {
                let code = refusal.code();
                assert_eq!(before, self.traces().await, "{said} was refused with {code} and left something");
                for lang in [Lang::Zh, Lang::En] {
                    let sentence = words::in_full(lang, &refusal);
                    let raw = ["refusal-", "field-", "{"].iter().any(|raw| sentence.contains(raw));
                    assert!(!raw && sentence.chars().count() > 3, "{code}: {sentence}");
                }
                self.refused.insert(role);
                (format!("refused: {code}"), None)
            }
            Err(fault) => panic!("{said}: {fault:?}\n{}", self.walked.join("\n")),
        };
        self.walked.push(format!("{said} → {outcome}"));
        made
    }

    /// Sends a request with its key, as a device does that heard no answer.
    async fn send<T: Send + 'static>(
        &self,
        who: &Actor,
        key: &Once,
        work: &Arc<impl Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + Sync + 'static>,
    ) -> AppResult<Outcome<T>> {
        let ctx = self.app.context(who.clone(), "test".into());
        let (answer, work) = (key.key.clone(), Arc::clone(work));
        let encode = move |_: &T| (200, answer.clone());
        app::run(&self.app, &ctx, Some(key.clone()), encode, move |tx, ctx| work(tx, ctx)).await
    }

    /// Any line of any RMA, rather of a late one.
    async fn any_line(&mut self) -> Option<(String, i64)> {
        let lines = "SELECT r.number || '/' || CAST(l.line AS TEXT) AS value FROM rma_line l JOIN rma r ON r.id = l.rma_id ORDER BY l.id";
        split(&self.one(lines).await?)
    }

    /// What somebody says with an action or with work at the bench.
    fn said(&mut self, serials: &[String]) -> ActionInput {
        let mut said = input(&mut self.dice, serials);
        soon(&mut self.dice, &mut said, self.app.clock().now());
        said
    }

    /// What is tried next: `None` for work at the bench. In a walk that goes on, rather what never went.
    fn next(&mut self, goes_on: bool) -> Option<&'static str> {
        let missing = self.missing();
        if goes_on && !missing.is_empty() && self.dice.one_in(2) {
            return Some(self.dice.pick(&missing));
        }
        let all = DEEDS.iter().map(|deed| deed.weight).sum::<usize>() + BENCH_WEIGHT;
        let mut at = self.dice.below(all);
        for deed in DEEDS {
            match at.checked_sub(deed.weight) {
                None => return Some(deed.name),
                Some(left) => at = left,
            }
        }
        None
    }

    async fn try_deed(&mut self, name: Option<&'static str>, step: usize) {
        let Some(name) = name else { return self.work(None).await };
        match name {
            "request" => self.request().await,
            "act" => self.act().await,
            "take a step back" => self.take_back().await,
            "accept a proposal" | "look at a proposal's mail" => self.propose(name).await,
            "publish a calendar" => self.publish().await,
            "open a repair" => self.open_repair().await,
            _ => {
                let known = self.with_a_box(name, step).await
                    || self.with_a_spare(name).await
                    || self.with_a_transfer(name).await
                    || self.with_a_count(name).await
                    || self.with_a_scanner(name, step).await
                    || self.at_the_shelf(name, step).await
                    || self.with_words(name, step).await;
                if !known {
                    self.work(Some(RepairKind::from_code(name).expect(name))).await;
                }
            }
        }
    }

    fn missing(&self) -> Vec<&'static str> {
        calls::all().filter(|deed| !self.done.contains(deed)).collect()
    }
}

/// `RMA-…/1` as number and line.
fn split(line: &str) -> Option<(String, i64)> {
    let (number, line) = line.rsplit_once('/')?;
    Some((number.to_owned(), line.parse().ok()?))
}

/// A movement by hand, before it is said of what.
fn booking(from: &str, to: &str) -> Booking {
    let any = super::bought("", to);
    Booking { part_no: None, from: from.to_owned(), reason: "x".into(), document: String::new(), ..any }
}

async fn walk(db: &Database, seed: u64, steps: usize) -> House {
    let mut house = House::new(db, seed).await;
    let scheduler = Scheduler::new(house.app.clone());
    for step in 0..steps * FURTHER {
        if step >= steps && house.missing().is_empty() {
            break;
        }
        db.clock().advance(TimeDelta::minutes(1));
        match house.dice.below(48) {
            0 => house.supply(step).await,
            1 | 2 => pass_time(db, &scheduler, &mut house.dice).await,
            _ => {
                let next = house.next(step >= steps);
                house.try_deed(next, step).await;
            }
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

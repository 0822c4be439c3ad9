//! All actions in any order against the real store: whatever people do, the invariants hold.
//!
//! `BEIKU_MODEL_STEPS` makes it longer; `BEIKU_MODEL_SEED` repeats one walk.

use super::books::check;
use super::stories::{Told, on_record};
use super::{calendars, company};
use crate::setup::{act_as, actor, execute, number, read_as};
use crate::support::{self, Database, on_both};
use beiku::app::parts::{self, PartFields};
use beiku::app::repair::{BenchInput, PartInput};
use beiku::app::rma::{self, ActionInput, CaseInput, LineView, NewFile, NewLine, NewRequest};
use beiku::app::vendors::{self, VendorFields};
use beiku::app::{App, Error, stock};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::data_bearing::DataAnswer;
use beiku::domain::repair::Cause;
use beiku::domain::rma::{ActionKind, Entitlement, Mode, RepairOutcome};
use beiku::domain::stock::Condition;
use beiku::jobs::{Job, Scheduler};
use chrono::{DateTime, Days, TimeDelta, Utc};
use std::collections::BTreeSet;

/// A generator of its own: the same seed walks the same way on both databases.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n).unwrap()).unwrap()
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(super) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

/// Two customers, one under each regime, both with the promises of a service case; spares of which some are equivalents.
pub(super) async fn world(app: &App) -> i64 {
    company(app).await;
    crate::setup::act(app, |tx, ctx| {
        for n in 3..12 {
            super::receive(tx, ctx, "BOARD-1", &format!("SPARE{n}"), if n % 2 == 0 { "JN" } else { "DZ" })?;
        }
        let maker = VendorFields { name: Some("华讯达".into()), ..VendorFields::default() };
        vendors::create(tx, ctx, "V1", &maker)?;
        let caps = PartFields {
            name: Some("电容".into()),
            tracking: Some("quantity".into()),
            price: Some(Some("1.00".into())),
            ..PartFields::default()
        };
        parts::create(tx, ctx, "CAP", &caps)?;
        for depot in ["JN", "DZ"] {
            super::receive_lot(tx, ctx, "CAP", 10_000, depot)?;
        }
        Ok(())
    })
    .await
    .unwrap();
    execute(
        app,
        "UPDATE part SET data_bearing = TRUE WHERE part_no = 'BOARD-1'; \
         INSERT INTO plan_term (plan_version_id, promise_kind, amount, unit, target_bp) \
             SELECT v.id, t.kind, t.amount, t.unit, 10000 FROM plan_version v JOIN plan p ON p.id = v.plan_id AND p.code = 'gold' \
             CROSS JOIN (SELECT 'first_answer' AS kind, 30 AS amount, 'minutes' AS unit UNION ALL SELECT 'on_site', 120, 'minutes' \
             UNION ALL SELECT 'restored', 360, 'minutes' UNION ALL SELECT 'failure_analysis', 3, 'calendar_days') t; \
         INSERT INTO plan (code, name, name_en) VALUES ('swap', '换新', 'Swap'); \
         INSERT INTO plan_version (plan_id, valid_from, regime, created_at) \
             SELECT id, '2010-01-01', 'exchange', '2010-01-01 00:00:00' FROM plan WHERE code = 'swap'; \
         INSERT INTO plan_term (plan_version_id, promise_kind, amount, unit, target_bp) \
             SELECT n.id, t.promise_kind, t.amount, t.unit, t.target_bp FROM plan_term t JOIN plan_version o ON o.id = t.plan_version_id \
             JOIN plan p ON p.id = o.plan_id AND p.code = 'gold' JOIN plan_version n ON n.plan_id = (SELECT id FROM plan WHERE code = 'swap'); \
         INSERT INTO customer (code, name, plan_id, created_at) SELECT 'C2', '德州水务', id, '2010-01-01 00:00:00' FROM plan WHERE code = 'swap'; \
         INSERT INTO place (code, kind, customer_id) SELECT 'customer:C2', 'customer', id FROM customer WHERE code = 'C2'; \
         INSERT INTO app_user (username, display_name, role, created_at) VALUES ('second', 'second', 'admin', '2010-01-01 00:00:00')",
    )
    .await;
    number(app, "SELECT id AS value FROM app_user WHERE username = 'second'").await
}

pub(super) fn input(dice: &mut Dice, serials: &[String]) -> ActionInput {
    let text = || "x".to_owned();
    ActionInput {
        depot: (!dice.one_in(8)).then(|| dice.pick(&["JN", "DZ"]).to_owned()),
        serial: (!dice.one_in(4)).then(|| dice.pick(serials)),
        carrier: text(),
        received_by: text(),
        reason: text(),
        said_by: text(),
        finding: text(),
        outcome: (!dice.one_in(5)).then(|| dice.pick(RepairOutcome::ALL)),
        cost_fen: Some(100),
        vendor: Some("V1".to_owned()),
        passed: Some(!dice.one_in(3)),
        condition: Some(dice.pick(&[Condition::Good, Condition::Faulty, Condition::Quarantined])),
        note: text(),
        case: CaseInput {
            by: text(),
            evidence: text(),
            amount_fen: Some(86_000),
            // A walk lasts some years.
            valid_until: chrono::NaiveDate::from_ymd_opt(
                2026 + i32::try_from(dice.below(4)).unwrap(),
                3 + u32::try_from(dice.below(9)).unwrap(),
                15,
            ),
            mode: Some(dice.pick(Mode::ALL)),
            entitlement: Some(dice.pick(Entitlement::ALL)),
            charge: dice.one_in(2),
            ..CaseInput::default()
        },
        bench: BenchInput {
            fault_code: Some("port".to_owned()),
            cause: Some(Cause::Maker),
            certificate: text(),
            evidence: text(),
            parts: vec![PartInput { part_no: Some("CAP".to_owned()), ..PartInput::default() }],
            data: (!dice.one_in(3)).then(|| dice.pick(DataAnswer::ALL)),
            ..BenchInput::default()
        },
        ..ActionInput::default()
    }
}

/// A file on the RMA that explains a failure; its id. None when it has files enough.
pub(super) async fn explain(app: &App, number: &str) -> Option<i64> {
    let number = number.to_owned();
    let file = NewFile {
        name: "analysis.pdf".into(),
        content: b"%PDF-1.7 The power stage failed.".to_vec(),
        internal: false,
    };
    crate::setup::act(app, move |tx, ctx| rma::attach(tx, ctx, &number, &file)).await.ok()
}

/// Somebody asks for a repair. Boards come to an end in a long walk: others fail then.
async fn request(app: &App, dice: &mut Dice, step: usize) -> Option<String> {
    let unit = dice.below(5) + step / 80;
    let (customer, serial) =
        if dice.one_in(2) { ("C1", format!("B{unit}")) } else { ("C2", format!("D{unit}")) };
    asked(app, customer, serial, dice.pick(Mode::ALL)).await
}

/// A request of one board; its number, unless it is refused.
pub(super) async fn asked(app: &App, customer: &'static str, serial: String, mode: Mode) -> Option<String> {
    let made = crate::setup::act(app, move |tx, ctx| {
        let line = NewLine {
            part_no: "BOARD-1".into(),
            serial: serial.clone(),
            fault: "x".into(),
            fault_class: String::new(),
            slot: String::new(),
            mode: Some(mode),
        };
        let new = NewRequest {
            customer: Some(customer.into()),
            contact_email: "a@example.com".into(),
            contact_name: String::new(),
            language: None,
            site: String::new(),
            depot: None,
            lines: vec![line],
            tracking_code: "TRACKINGCODE".into(),
        };
        rma::request(tx, ctx, &new)
    })
    .await;
    match made {
        Ok(view) => Some(view.rma.number),
        Err(Error::Refused(_)) => None,
        Err(fault) => panic!("{fault:?}"),
    }
}

/// Mostly what goes now, gladly what was never done; seldom what ends a line at once, or the walk would never get far.
pub(super) fn likely(dice: &mut Dice, allowed: &[ActionKind], taken: &BTreeSet<ActionKind>) -> ActionKind {
    use ActionKind as A;
    let ends = [
        A::Reject,
        A::Cancel,
        A::Void,
        A::ApproveVoid,
        A::Scrap,
        A::CorrectSerial,
        A::ApproveCost,
        A::TakeBack,
    ];
    let onward: Vec<_> = allowed.iter().copied().filter(|kind| !ends.contains(kind)).collect();
    let fresh: Vec<_> = allowed.iter().copied().filter(|kind| !taken.contains(kind)).collect();
    if dice.one_in(8) || allowed.is_empty() {
        dice.pick(A::ALL)
    } else if !fresh.is_empty() && dice.one_in(2) {
        dice.pick(&fresh)
    } else if dice.one_in(12) || onward.is_empty() {
        dice.pick(allowed)
    } else {
        dice.pick(&onward)
    }
}

/// Up to eight days pass, and the jobs have their turns; a turn that is missed loses nothing.
pub(super) async fn pass_time(db: &Database, scheduler: &Scheduler, dice: &mut Dice) {
    const JOBS: [Job; 6] = [
        Job::FollowCalendar,
        Job::MarkBroken,
        Job::Remind,
        Job::OweBoards,
        Job::ExpireQuotes,
        Job::ExpireReservations,
    ];
    db.clock().advance(TimeDelta::hours(i64::try_from(dice.below(24 * 8)).unwrap()));
    for job in JOBS {
        if !dice.one_in(6) {
            scheduler.turn(job).await.unwrap();
        }
    }
}

/// Spares that went to customers are bought anew.
pub(super) async fn buy(app: &App, serial: String) {
    let bought = crate::setup::act(app, move |tx, ctx| super::receive(tx, ctx, "BOARD-1", &serial, "JN"));
    bought.await.unwrap();
}

/// What happens to a line beside its actions: somebody gets it, its customer confirms by the link, a movement is taken back, the
/// holidays are published.
async fn beside(app: &App, dice: &mut Dice, numbers: &[String]) -> String {
    let number = dice.pick(numbers);
    let rma = number.clone();
    let (said, done) = match dice.below(5) {
        0 => {
            let whom = dice.one_in(2).then(|| "second".to_owned());
            let done = crate::setup::act(app, move |tx, ctx| {
                rma::assign(tx, ctx, &rma, 1, whom.as_deref(), &ActionInput::default()).map(|_| ())
            });
            ("assigned", done.await)
        }
        1 => {
            let done = crate::setup::act(app, move |tx, ctx| {
                rma::confirm_by_customer(tx, ctx, &rma, "TRACKINGCODE", 1, None, "黄杰").map(|_| ())
            });
            ("confirmed by the link", done.await)
        }
        2 => {
            let back = ActionInput { reason: "录错了".to_owned(), ..ActionInput::default() };
            let done = crate::setup::act(app, move |tx, ctx| {
                rma::act(tx, ctx, &rma, 1, ActionKind::TakeBack, &back).map(|_| ())
            });
            ("a step taken back", done.await)
        }
        3 if dice.one_in(2) => return calendars::publish(app, dice).await,
        _ => {
            let last = crate::setup::number(app, "SELECT max(id) AS value FROM movement").await;
            let id = last - i64::try_from(dice.below(12)).unwrap();
            let done =
                crate::setup::act(app, move |tx, ctx| stock::reverse(tx, ctx, id, "扫错了").map(|_| ()));
            ("taken back", done.await)
        }
    };
    match done {
        Ok(()) => format!("{number} {said}"),
        Err(Error::Refused(refusal)) => format!("{number} not {said}: {}", refusal.code()),
        Err(fault) => panic!("{number} {said}: {fault:?}"),
    }
}

/// What somebody says of a line. Now and then a step is put down late, sometimes too late.
fn said_of(dice: &mut Dice, line: &LineView, now: DateTime<Utc>) -> ActionInput {
    let mut serials =
        vec![line.row.serial.clone(), line.row.serial.clone(), "SPARE4".to_owned(), "NEW1".to_owned()];
    serials.extend(line.issued.iter().flat_map(|issued| [issued.serial.clone(), issued.serial.clone()]));
    let mut input = input(dice, &serials);
    if dice.one_in(8) {
        let ago = TimeDelta::minutes(i64::try_from(dice.below(60 * 90)).unwrap());
        input.occurred_at = Some(now - ago);
    }
    soon(dice, &mut input, now);
    input
}

/// Half of the quotes are good for some days only.
pub(super) fn soon(dice: &mut Dice, input: &mut ActionInput, now: DateTime<Utc>) {
    if dice.one_in(2) {
        let days = Days::new(u64::try_from(dice.below(20)).unwrap());
        input.case.valid_until = Some(now.date_naive() + days);
    }
}

/// A young line on which an action goes now that never went.
async fn chance(
    app: &App,
    who: &Actor,
    numbers: &[String],
    never: &[ActionKind],
) -> Option<(String, ActionKind)> {
    for number in numbers.iter().rev().take(40) {
        let wanted = number.clone();
        let view = read_as(app, who.clone(), move |c, ctx| rma::view(c, ctx, &wanted)).await.unwrap();
        let allowed = &view.lines[0].allowed_actions;
        if let Some(kind) = never.iter().find(|kind| allowed.contains(kind)) {
            return Some((number.clone(), *kind));
        }
    }
    None
}

/// What happens around the lines: requests, deliveries, time, the world outside, other desks. `None`: it is a line's turn.
async fn around(
    db: &Database,
    app: &App,
    scheduler: &Scheduler,
    dice: &mut Dice,
    told: &mut Told,
    numbers: &mut Vec<String>,
    step: usize,
) -> Option<String> {
    if numbers.is_empty() || dice.one_in(9) {
        let Some(number) = request(app, dice, step).await else { return Some("request refused".into()) };
        numbers.push(number.clone());
        return Some(format!("request {number}"));
    }
    if dice.one_in(30) {
        buy(app, format!("BOUGHT{step}")).await;
        return Some("a board is bought".into());
    }
    if dice.one_in(12) {
        pass_time(db, scheduler, dice).await;
        return Some("time passes".into());
    }
    db.clock().advance(TimeDelta::minutes(1));
    if dice.one_in(4) {
        return Some(told.on(db, app).await);
    }
    if dice.one_in(14) {
        return Some(beside(app, dice, numbers).await);
    }
    None
}

/// One walk; the kinds of action that went.
async fn walk(db: &Database, seed: u64, steps: usize) -> BTreeSet<ActionKind> {
    let app = support::app(db);
    let second = world(&app).await;
    let people =
        [actor(Role::Admin), Actor { user_id: second, username: "second".into(), ..actor(Role::Admin) }];
    let scheduler = Scheduler::new(app.clone());
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (mut numbers, mut walked, mut taken) = (vec![], vec![], 0_usize);
    let (mut kinds, mut sought) = (BTreeSet::new(), None);
    let mut told = Told::new();
    for step in 0..steps * FURTHER {
        // What is seldom possible is tried where it goes, for a while.
        if step >= steps && (step - steps).is_multiple_of(40) {
            kinds.extend(on_record(&app).await);
            sought = chance(&app, &people[0], &numbers, &never(&kinds)).await;
        }
        if step >= steps && never(&kinds).is_empty() {
            break;
        }
        if let Some(said) = around(db, &app, &scheduler, &mut dice, &mut told, &mut numbers, step).await {
            walked.push(format!("{step}: {said}"));
            continue;
        }
        // Mostly the young ones: the old ones are over.
        let from = numbers.len().saturating_sub(6);
        let rma = if dice.one_in(6) { dice.pick(&numbers) } else { dice.pick(&numbers[from..]) };
        let now = sought.clone().filter(|(_, kind)| !kinds.contains(kind) && dice.one_in(2));
        let rma = now.as_ref().map_or(rma, |(number, _)| number.clone());
        let wanted = rma.clone();
        let view = read_as(&app, people[0].clone(), move |c, ctx| rma::view(c, ctx, &wanted)).await.unwrap();
        let line = &view.lines[0];
        let kind = now.map_or_else(|| likely(&mut dice, &line.allowed_actions, &kinds), |(_, kind)| kind);
        let mut input = said_of(&mut dice, line, db.clock().now());
        if kind == ActionKind::ReportFailure && !dice.one_in(5) {
            input.attachment = explain(&app, &rma).await;
        }
        let who = dice.pick(&people);
        let name = who.username.clone();
        let (wanted, said) = (rma.clone(), input.clone());
        let done = act_as(&app, who, move |tx, ctx| rma::act(tx, ctx, &wanted, 1, kind, &said)).await;
        let outcome = match done {
            Ok(acted) => {
                taken += 1;
                kinds.insert(kind);
                acted.line.row.repair_state.to_string()
            }
            Err(Error::Refused(refusal)) => format!("refused: {}", refusal.code()),
            Err(fault) => panic!("{kind} on {rma}: {fault:?}\n{}", walked.join("\n")),
        };
        walked.push(format!("{step}: {name} {kind} {rma} {:?} → {outcome}", input.serial));
        if step % 25 == 0 {
            check(&app, &walked).await;
        }
    }
    check(&app, &walked).await;
    assert!(taken * 5 > steps, "only {taken} of {steps} steps were legal: the walk proves little");
    kinds.extend(on_record(&app).await);
    kinds
}

/// A walk goes on so many times as far while some action never went.
const FURTHER: usize = 8;

/// Actions that did not go yet.
fn never(taken: &BTreeSet<ActionKind>) -> Vec<ActionKind> {
    let all = ActionKind::ALL.iter().copied();
    all.filter(|kind| !taken.contains(kind)).collect()
}

on_both!(whatever_people_do_the_books_hold, async |db: &Database| {
    let from_env = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let steps = from_env("BEIKU_MODEL_STEPS").map_or(350, |steps| usize::try_from(steps).unwrap());
    let seed = from_env("BEIKU_MODEL_SEED");
    let taken = walk(db, seed.unwrap_or(20_260_302), steps).await;
    assert!(seed.is_some() || never(&taken).is_empty(), "never taken: {:?}", never(&taken));
});

//! Requests and their lines, and what moves all of them: new boards, new calendars.

use super::*;
use crate::rma::calendars::{self, Before};
use crate::rma::model::{explain, likely};
use beiku::app::calendar;
use beiku::app::rma::{NewLine, NewRequest};
use beiku::domain::calendar::Zone;
use beiku::domain::rma::{ActionKind, Mode};

impl House {
    pub(super) async fn request(&mut self) {
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
            let mut serial = format!("{letter}{}", self.dice.below(14));
            if self.dice.one_in(4) {
                let known = format!(
                    "SELECT serial AS value FROM unit WHERE owner = 'customer:{own}' ORDER BY serial"
                );
                serial = self.code(&known).await.unwrap_or(serial);
            }
            lines.push(NewLine {
                part_no: "BOARD-1".into(),
                serial,
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

    pub(super) async fn act(&mut self) {
        let Some((rma, line)) = self.any_line().await else { return };
        let wanted = rma.clone();
        let boss = self.people[BOSS].clone();
        let view =
            read_as(&self.app, boss, move |c, ctx| rma::line_view(c, ctx, &wanted, line)).await.unwrap();
        let kind = likely(&mut self.dice, &view.allowed_actions, &BTreeSet::new());
        let own = &view.row.serial;
        let mut serials = vec![own.clone(), own.clone(), "SPARE4".to_owned()];
        serials.extend(view.issued.iter().flat_map(|issued| [issued.serial.clone(), issued.serial.clone()]));
        let mut said = self.said(&serials);
        if kind == ActionKind::ReportFailure {
            said.attachment = explain(&self.app, &rma).await;
        }
        let who = self.who(&[BOSS, SECOND, BOSS, SECOND, JN, DZ, BENCH, ENGINEER, C1]);
        let about = format!("{kind} {rma}/{line} {:?}", said.serial);
        self.deed("act", who, about, move |tx, ctx| rma::act(tx, ctx, &rma, line, kind, &said)).await;
    }

    /// One step of a line, or several, entered wrongly.
    pub(super) async fn take_back(&mut self) {
        let Some((rma, line)) = self.any_line().await else { return };
        for _ in 0..=self.dice.below(3) {
            let (who, rma) = (self.who(&[BOSS, SECOND]), rma.clone());
            let about = format!("{rma}/{line}");
            let said = ActionInput { reason: "录错了".into(), ..ActionInput::default() };
            self.deed("take a step back", who, about, move |tx, ctx| {
                rma::act(tx, ctx, &rma, line, ActionKind::TakeBack, &said)
            })
            .await;
        }
    }

    /// New boards come from the supplier, faulty ones of our own from nowhere we know.
    pub(super) async fn supply(&mut self, step: usize) {
        let depot = self.dice.pick(&["JN", "DZ"]);
        let bought = crate::setup::act(&self.app, move |tx, ctx| {
            crate::rma::receive(tx, ctx, "BOARD-1", &format!("BOUGHT{step}"), depot)?;
            let broken = Booking {
                serial: Some(format!("OURS{step}")),
                condition_to: Some(Condition::Faulty),
                ..crate::rma::bought("BOARD-1", depot)
            };
            stock::book(tx, ctx, &broken).map(|_| ())
        });
        bought.await.unwrap();
    }

    /// An exchange proposed for the line that is due soonest and not late yet: late ones have their own thirty days.
    pub(super) async fn propose(&mut self, name: &'static str) {
        let today = Zone::default().local_date(self.app.clock().now());
        let due = format!(
            "SELECT r.number || '/' || CAST(l.line AS TEXT) AS value FROM rma_line l JOIN rma r ON r.id = l.rma_id \
             WHERE l.received_at IS NOT NULL AND l.ended_at IS NULL AND l.sort_due < '9999-01-01' AND l.sort_due >= '{today}' \
             ORDER BY l.sort_due DESC, l.id"
        );
        let Some((rma, line)) = self.one(&due).await.and_then(|line| split(&line)) else { return };
        let (who, about) = (self.who(&[BOSS, SECOND]), format!("{rma}/{line}"));
        let said = ActionInput { reason: "来不及修".into(), ..ActionInput::default() };
        if name == "accept a proposal" {
            let work = move |tx: &mut Conn, ctx: &Ctx| rma::accept_proposal(tx, ctx, &rma, line, &said);
            self.deed(name, who, about, work).await;
        } else {
            let work = move |tx: &mut Conn, ctx: &Ctx| rma::draft_notice(tx, ctx, &rma, line, &said);
            self.deed(name, who, about, work).await;
        }
    }

    /// A notice of the holidays; now and then this node hears of it only later, as another one does.
    pub(super) async fn publish(&mut self) {
        let notices = calendars::notice(&self.app, &mut self.dice);
        let Some(before) = Before::look(&self.app, &notices).await else { return };
        let (who, about) = (self.who(&[BOSS, SECOND]), format!("{}", notices[0].year));
        let work = move |tx: &mut Conn, ctx: &Ctx| calendar::publish(tx, ctx, &notices);
        let Some((version, recount)) = self.deed("publish a calendar", who, about, work).await else {
            return;
        };
        before.hold(&self.app, version, &recount).await;
        if self.dice.one_in(2) {
            calendar::refresh(&self.app).await.unwrap();
        }
    }
}

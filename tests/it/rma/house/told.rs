//! What is said beside the actions: notes and files, who cares for a line, what arrived, and what people without an account ask.

use super::*;
use beiku::app::public_requests::{self, Written};
use beiku::app::rma::NewFile;
use beiku::app::token::Secret;
use beiku::app::{Once, Outcome};

impl House {
    /// Whether it was one of these deeds.
    pub(super) async fn with_words(&mut self, name: &'static str, step: usize) -> bool {
        match name {
            "write a note" => self.write_note().await,
            "put a file to an RMA" => self.attach().await,
            "give lines to somebody" => self.assign().await,
            "say that a parcel arrived" => self.arrived().await,
            "confirm by the link" => self.confirm().await,
            "ask without an account" => self.ask_in_public(step).await,
            "use the mail's link" => self.use_link().await,
            "accept what was asked" | "dismiss what was asked" => self.decide_asked(name, step).await,
            _ => return false,
        }
        true
    }

    async fn write_note(&mut self) {
        let Some((rma, line)) = self.any_line().await else { return };
        let (who, about) = (self.who(&[BOSS, JN, BENCH, C1]), rma.clone());
        let internal = self.dice.one_in(2);
        self.deed("write a note", who, about, move |tx, ctx| {
            rma::note(tx, ctx, &rma, Some(line), "已联系", internal)
        })
        .await;
    }

    async fn attach(&mut self) {
        let Some((rma, _)) = self.any_line().await else { return };
        let (who, about) = (self.who(&[BOSS, JN, C1]), rma.clone());
        let file = NewFile { name: "photo.txt".into(), content: b"A board.".to_vec(), internal: false };
        self.deed("put a file to an RMA", who, about, move |tx, ctx| rma::attach(tx, ctx, &rma, &file)).await;
    }

    async fn assign(&mut self) {
        let (Some(first), Some(second)) = (self.any_line().await, self.any_line().await) else { return };
        let (who, about) = (self.who(&[BOSS, BENCH]), format!("{first:?} {second:?}"));
        let lines = if first == second { vec![first] } else { vec![first, second] };
        self.deed("give lines to somebody", who, about, move |tx, ctx| {
            rma::assign_many(tx, ctx, &lines, Some("bench"))
        })
        .await;
    }

    async fn arrived(&mut self) {
        let on_the_road = "SELECT CAST(id AS TEXT) AS value FROM shipment WHERE state = 'shipped' AND direction = 'outbound' ORDER BY id";
        let Some(id) = self.one(on_the_road).await.and_then(|id| id.parse::<i64>().ok()) else { return };
        let (who, about) = (self.who(&[BOSS, JN, DZ, ENGINEER, C1]), format!("shipment {id}"));
        let proof = rma::ActionInput { received_by: "黄杰".into(), ..rma::ActionInput::default() };
        self.deed("say that a parcel arrived", who, about, move |tx, ctx| {
            rma::delivered(tx, ctx, id, &proof)
        })
        .await;
    }

    async fn confirm(&mut self) {
        let coming = "SELECT r.number || '/' || CAST(l.line AS TEXT) AS value FROM rma_line l JOIN rma r ON r.id = l.rma_id \
             WHERE l.repair_state = 'dispatched' OR EXISTS (SELECT 1 FROM issued_unit i WHERE i.line_id = l.id AND i.state = 'shipped') \
             ORDER BY l.id";
        let Some((rma, line)) = self.one(coming).await.and_then(|line| split(&line)) else {
            return self.act().await;
        };
        let code = self
            .texts(&format!("SELECT tracking_code AS value FROM rma WHERE number = '{rma}'"))
            .await
            .remove(0);
        let about = format!("{rma}/{line}");
        self.deed("confirm by the link", Actor::system("track"), about, move |tx, ctx| {
            rma::confirm_by_customer(tx, ctx, &rma, &code, line, None, "黄杰")
        })
        .await;
    }

    async fn ask_in_public(&mut self, step: usize) {
        let link = Secret::parse(&format!("beiku_{step:064x}")).unwrap();
        self.links.push(link.clone());
        let written = Written {
            email: self.dice.pick(&["it@c1.example", "stranger@example.com"]).to_owned(),
            name: "黄杰".into(),
            part_no: "BOARD-1".into(),
            serial: format!("B{}", self.dice.below(14)),
            fault: "x".into(),
            ..Written::default()
        };
        let about = format!("{} {}", written.email, written.serial);
        self.deed("ask without an account", Actor::system("public"), about, move |tx, ctx| {
            public_requests::submit(tx, ctx, &written, &link)
        })
        .await;
    }

    /// The link works once, however often it is used.
    async fn use_link(&mut self) {
        let Some(latest) = self.links.last().cloned() else { return };
        let link = if self.dice.one_in(2) { latest } else { self.dice.pick(&self.links) };
        let encode = |confirmed: &public_requests::Confirmed| (200, format!("{confirmed:?}"));
        let key = self.key();
        let mut answers = vec![];
        for once in [Some(key.clone()), Some(key), None] {
            let ctx = self.app.context(Actor::system("public"), "test".into());
            let once = once.map(|once: Once| Once { bound_to: Some(link.text()), ..once });
            match public_requests::confirm(&self.app, &ctx, &link, once, encode).await {
                Ok(Outcome::Done(confirmed)) => answers.push(format!("{confirmed:?}")),
                Ok(Outcome::Replayed { body, .. }) => answers.push(body),
                // Its day is over.
                Err(Error::Refused(refusal)) => answers.push(refusal.code().to_owned()),
                Err(fault) => panic!("{fault:?}"),
            }
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        if answers[0] != "not_found" {
            self.done.insert("use the mail's link");
        }
        self.walked.push(format!("use the mail's link → {}", answers[0]));
    }

    async fn decide_asked(&mut self, name: &'static str, step: usize) {
        let held = "SELECT CAST(id AS TEXT) AS value FROM public_request WHERE confirmed_at IS NOT NULL AND rma_id IS NULL \
             AND settled_at IS NULL ORDER BY id";
        let waiting = self.one(held).await.and_then(|id| id.parse::<i64>().ok());
        // One that waits for a unit with an open line would be tried for ever.
        let Some(id) = waiting.filter(|_| !self.dice.one_in(3)) else {
            self.ask_in_public(step).await;
            return self.use_link().await;
        };
        let (who, about) = (self.who(&[BOSS, SECOND]), format!("request {id}"));
        if name == "dismiss what was asked" {
            self.deed(name, who, about, move |tx, ctx| public_requests::dismiss(tx, ctx, id, "不是我们的"))
                .await;
            return;
        }
        let customer = self.dice.pick(&["C1", "C2"]);
        self.deed(name, who, about, move |tx, ctx| {
            public_requests::accept(tx, ctx, id, customer, "BOARD-1", "TRACKINGCODE")
        })
        .await;
    }
}

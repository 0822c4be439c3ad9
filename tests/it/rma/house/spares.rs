//! Spares somebody asks for, and the engineer's van they may come from.

use super::*;
use beiku::app::requests::{self, Issue, NewSpareRequest};
use beiku::app::van::{self, GiveBack};
use beiku::domain::request::RequestReason;

/// The van of the one engineer.
const VAN: &str = "engineer:engineer";

/// Requests in this state.
fn of(state: &str) -> String {
    format!("SELECT number AS value FROM spare_request WHERE state = '{state}' ORDER BY id")
}

impl House {
    /// Whether it was one of these deeds.
    pub(super) async fn with_a_spare(&mut self, name: &'static str) -> bool {
        match name {
            "ask for a spare" => self.ask().await,
            "approve a spare" => self.approve_spare().await,
            "reject a spare" => self.reject_spare().await,
            "call a spare back" => self.call_spare_back().await,
            "issue a spare" => self.issue_spare().await,
            "load the van" => self.load_van().await,
            "hand over from the van" => self.hand_over().await,
            "give back from the van" => self.give_back().await,
            _ => return false,
        }
        true
    }

    async fn ask(&mut self) {
        let who = self.who(&[ENGINEER, C1, BOSS]);
        let customer = self.dice.pick(&["C1", "C2"]);
        let letter = if customer == "C1" { 'B' } else { 'D' };
        let rma = if self.dice.one_in(3) { self.any_line().await } else { None };
        let new = NewSpareRequest {
            customer: customer.to_owned(),
            site: String::new(),
            part_no: "BOARD-1".into(),
            faulty_serial: Some(format!("{letter}{}", self.dice.below(14))),
            rma,
            reason: self.dice.pick(RequestReason::ALL),
            receiver: "黄杰".into(),
            fault: "x".into(),
            wish_from: self.dice.pick(&["", "", "JN", VAN]).to_owned(),
            wish_part: String::new(),
            tracking_code: "TRACKINGCODE".into(),
        };
        let about = format!("{customer} {}", new.wish_from);
        self.deed("ask for a spare", who, about, move |tx, ctx| requests::request(tx, ctx, &new)).await;
    }

    async fn approve_spare(&mut self) {
        let Some(number) = self.one(&of("requested")).await else { return self.ask().await };
        let (who, about) = (self.who(&[BOSS, SECOND]), number.clone());
        self.deed("approve a spare", who, about, move |tx, ctx| requests::approve(tx, ctx, &number, "x"))
            .await;
    }

    async fn reject_spare(&mut self) {
        let Some(number) = self.one(&of("requested")).await else { return self.ask().await };
        let (who, about) = (self.who(&[BOSS, SECOND]), number.clone());
        self.deed("reject a spare", who, about, move |tx, ctx| requests::reject(tx, ctx, &number, "x")).await;
    }

    async fn call_spare_back(&mut self) {
        let Some(number) = self.one(&of("requested")).await else { return self.ask().await };
        let (who, about) = (self.who(&[ENGINEER, C1, BOSS]), number.clone());
        self.deed("call a spare back", who, about, move |tx, ctx| requests::withdraw(tx, ctx, &number, "x"))
            .await;
    }

    async fn issue_spare(&mut self) {
        let Some(number) = self.one(&of("approved")).await else { return };
        let who = self.who(&[BOSS, JN, DZ, ENGINEER]);
        let how = Issue {
            depot: Some(self.dice.pick(&["JN", "DZ"]).to_owned()),
            received_by: if self.dice.one_in(2) { "黄杰".into() } else { String::new() },
            removed_to: self.dice.one_in(4).then(|| "JN".to_owned()),
            ..Issue::default()
        };
        let about = number.clone();
        self.deed("issue a spare", who, about, move |tx, ctx| requests::issue(tx, ctx, &number, &how)).await;
    }

    async fn load_van(&mut self) {
        let Some((serial, from)) = self.good_unit().await else { return };
        let who = self.who(&[if from.starts_with("JN") { JN } else { DZ }]);
        let lot = self.dice.one_in(4);
        let what = Booking {
            kind: MovementKind::Issue,
            part_no: lot.then(|| "CAP".to_owned()),
            serial: (!lot).then_some(serial),
            quantity: lot.then_some(2),
            ..booking(&from, VAN)
        };
        let about = format!("{:?} {from}", what.serial);
        self.deed("load the van", who, about, move |tx, ctx| stock::book(tx, ctx, &what)).await;
    }

    /// A unit in the van.
    async fn carried(&mut self) -> Option<String> {
        let carried = format!(
            "SELECT u.serial AS value FROM unit u JOIN place p ON p.id = u.place_id WHERE p.code = '{VAN}' ORDER BY u.serial"
        );
        self.code(&carried).await
    }

    async fn hand_over(&mut self) {
        let Some(serial) = self.carried().await else { return self.load_van().await };
        let Some(number) = self.one(&of("approved")).await else { return self.approve_spare().await };
        let who = self.who(&[ENGINEER]);
        let about = format!("{number} {serial}");
        let how = Issue { serial: Some(serial), received_by: "黄杰".into(), ..Issue::default() };
        self.deed("hand over from the van", who, about, move |tx, ctx| {
            requests::issue(tx, ctx, &number, &how)
        })
        .await;
    }

    async fn give_back(&mut self) {
        let serial = self.carried().await.filter(|_| !self.dice.one_in(4));
        let lot = serial.is_none();
        let who = self.who(&[ENGINEER]);
        let what = GiveBack {
            serial,
            part_no: lot.then(|| "CAP".to_owned()),
            quantity: lot.then_some(1),
            condition: None,
            depot: self.dice.pick(&["JN", "DZ"]).to_owned(),
            note: String::new(),
        };
        let about = format!("{:?} {}", what.serial, what.depot);
        self.deed("give back from the van", who, about, move |tx, ctx| van::give_back(tx, ctx, &what)).await;
    }
}

//! Transfers between the depots.

use super::*;
use beiku::app::goods::Item;
use beiku::app::transfers::{self, Dispatch, NewTransfer, Receipt, Settling, TransferView, WantedLine};
use beiku::domain::transfer::Settlement;

/// Transfers in one of these states.
fn of(states: &str) -> String {
    format!("SELECT number AS value FROM transfer WHERE state IN ({states}) ORDER BY id")
}

impl House {
    /// Whether it was one of these deeds.
    pub(super) async fn with_a_transfer(&mut self, name: &'static str) -> bool {
        match name {
            "ask for a transfer" => self.ask_for_transfer().await,
            "approve a transfer" => self.approve_transfer().await,
            "cancel a transfer" => self.cancel_transfer().await,
            "dispatch" => self.dispatch().await,
            "receive" | "receive with differences" => self.receive(name == "receive").await,
            "settle differences" => self.settle_differences().await,
            _ => return false,
        }
        true
    }

    async fn ask_for_transfer(&mut self) {
        let who = self.who(&[JN, DZ, BOSS]);
        let (from, to) = self.dice.pick(&[("JN", "DZ"), ("DZ", "JN"), ("JN", "DZ"), ("DZ", "DZ")]);
        let quantity = Some(i64::try_from(self.dice.below(3)).unwrap() + 1);
        let any = WantedLine { part_no: Some("BOARD-1".into()), quantity, ..WantedLine::default() };
        let lots = WantedLine { part_no: Some("CAP".into()), quantity: Some(5), ..WantedLine::default() };
        let new =
            NewTransfer { from: from.into(), to: to.into(), lines: vec![any, lots], note: String::new() };
        let about = format!("{from} → {to}");
        self.deed("ask for a transfer", who, about, move |tx, ctx| transfers::request(tx, ctx, &new)).await;
    }

    async fn approve_transfer(&mut self) {
        let Some(number) = self.one(&of("'requested'")).await else { return self.ask_for_transfer().await };
        let (who, about) = (self.who(&[BOSS, SECOND]), number.clone());
        self.deed("approve a transfer", who, about, move |tx, ctx| transfers::approve(tx, ctx, &number))
            .await;
    }

    async fn cancel_transfer(&mut self) {
        let Some(number) = self.one(&of("'requested','approved'")).await else { return };
        let (who, about) = (self.who(&[BOSS, JN, DZ]), number.clone());
        self.deed("cancel a transfer", who, about, move |tx, ctx| transfers::cancel(tx, ctx, &number, "x"))
            .await;
    }

    async fn dispatch(&mut self) {
        let Some(number) = self.one(&of("'approved'")).await else { return self.approve_transfer().await };
        let from = self.transfer(&number).await.row.from_depot;
        let good = format!(
            "SELECT u.serial AS value FROM unit u JOIN depot d ON d.id = u.depot_id WHERE d.code = '{from}' AND u.condition = 'good' \
             AND u.owner = 'us' ORDER BY u.serial"
        );
        let mut items = vec![];
        if let Some(serial) = self.code(&good).await {
            items.push(Item { part_no: None, serial: Some(serial), quantity: None });
        }
        if self.dice.one_in(2) || items.is_empty() {
            items.push(Item { part_no: Some("CAP".into()), serial: None, quantity: Some(3) });
        }
        let who = self.who(&[if from == "JN" { JN } else { DZ }]);
        let about = format!("{number} {items:?}");
        let what = Dispatch { items, carrier: "顺丰".into(), tracking_no: "SF1".into() };
        self.deed("dispatch", who, about, move |tx, ctx| transfers::dispatch(tx, ctx, &number, &what)).await;
    }

    async fn transfer(&self, number: &str) -> TransferView {
        let (boss, wanted) = (self.people[BOSS].clone(), number.to_owned());
        read_as(&self.app, boss, move |c, ctx| transfers::view(c, ctx, &wanted)).await.unwrap()
    }

    async fn receive(&mut self, wholly: bool) {
        let Some(number) = self.one(&of("'in_transit'")).await else { return self.dispatch().await };
        let view = self.transfer(&number).await;
        let mut items = vec![];
        for piece in view.items.iter().filter(|piece| piece.outstanding() > 0) {
            if !wholly && self.dice.one_in(3) {
                continue;
            }
            let quantity = piece.serial.is_none().then_some(piece.outstanding());
            let (part_no, serial) = (Some(piece.part_no.clone()), piece.serial.clone());
            items.push(Item { part_no, serial, quantity });
        }
        let stray = "SELECT u.serial AS value FROM unit u JOIN place p ON p.id = u.place_id WHERE p.kind IN ('depot','bin') \
                     AND u.owner = 'us' ORDER BY u.serial";
        if !wholly && let Some(serial) = self.code(stray).await {
            items.push(Item { part_no: None, serial: Some(serial), quantity: None });
        }
        let who = self.who(&[if view.row.to_depot == "JN" { JN } else { DZ }]);
        let name = if wholly { "receive" } else { "receive with differences" };
        let about = format!("{number} {items:?}");
        let receipt = Receipt { items, bin: None };
        self.deed(name, who, about, move |tx, ctx| transfers::receive(tx, ctx, &number, &receipt)).await;
    }

    async fn settle_differences(&mut self) {
        let Some(number) = self.one(&of("'differences'")).await else { return self.receive(false).await };
        let view = self.transfer(&number).await;
        let Some(piece) = view.items.iter().find(|piece| piece.outstanding() > 0) else { return };
        let quantity = piece.serial.is_none().then_some(piece.outstanding());
        let (part_no, serial) = (Some(piece.part_no.clone()), piece.serial.clone());
        let items = vec![Item { part_no, serial, quantity }];
        let settlement = self.dice.pick(Settlement::ALL);
        let who = self.who(&[BOSS, JN, DZ]);
        let about = format!("{number} {settlement:?} {items:?}");
        let settling = Settling { items, settlement, reason: "x".into(), bin: None };
        self.deed("settle differences", who, about, move |tx, ctx| {
            transfers::settle(tx, ctx, &number, &settling)
        })
        .await;
    }
}

//! Boxes nobody announced.

use super::*;
use beiku::app::intakes::{self, Identity, Match, NewBox, NewRma, Thing};
use beiku::app::rma::NewFile;

impl House {
    /// Whether it was one of these deeds.
    pub(super) async fn with_a_box(&mut self, name: &'static str, step: usize) -> bool {
        match name {
            "take a box in" => self.take_in(step).await,
            "match to a line" | "match to a new RMA" | "send back" | "settle a box" => {
                self.settle_box(name, step).await;
            }
            "make out" => self.make_out(step).await,
            "put a photo to a box" => self.photograph().await,
            _ => return false,
        }
        true
    }

    async fn take_in(&mut self, step: usize) {
        let who = self.who(&[JN, DZ]);
        let depot = self.dice.pick(&["JN", "DZ"]).to_owned();
        let mut things = vec![];
        for n in 0..=self.dice.below(3) {
            let part_no = (!self.dice.one_in(4)).then(|| "BOARD-1".to_owned());
            let serial = match self.dice.below(5) {
                0 | 1 => {
                    self.one("SELECT serial AS value FROM rma_line WHERE repair_state IN ('requested','authorised','expected') ORDER BY id")
                        .await
                }
                2 => Some(format!("X{step}-{n}")),
                3 => self.code("SELECT u.serial AS value FROM unit u ORDER BY u.serial").await,
                _ => None,
            };
            things.push(Thing { serial, part_no, label: None });
        }
        let about = format!("{depot} {things:?}");
        let new = NewBox { depot, things, ..NewBox::default() };
        self.deed("take a box in", who, about, move |tx, ctx| intakes::take_in(tx, ctx, &new)).await;
    }

    /// A piece that waits to be settled.
    async fn unmatched(&mut self) -> Option<i64> {
        let open = "SELECT CAST(id AS TEXT) AS value FROM intake WHERE state = 'unmatched' ORDER BY id";
        self.one(open).await?.parse().ok()
    }

    async fn settle_box(&mut self, name: &'static str, step: usize) {
        let Some(id) = self.unmatched().await else { return };
        let who = self.who(&[JN, DZ, BOSS, SECOND]);
        let about = format!("intake {id}");
        let what = match name {
            "match to a line" => {
                let waiting = "SELECT r.number || '/' || CAST(l.line AS TEXT) AS value FROM rma_line l JOIN rma r ON r.id = l.rma_id \
                     WHERE l.repair_state IN ('requested','authorised','expected') ORDER BY l.id";
                let Some((number, line)) = self.one(waiting).await.and_then(|line| split(&line)) else {
                    return;
                };
                Match::Rma { number, line }
            }
            "match to a new RMA" => Match::NewRma(Box::new(NewRma {
                customer: self.dice.pick(&["C1", "C2"]).to_owned(),
                part_no: Some("BOARD-1".into()),
                serial: self.dice.one_in(2).then(|| format!("Y{step}")),
                fault: "x".into(),
                tracking_code: "TRACKINGCODE".into(),
                ..NewRma::default()
            })),
            "send back" => {
                let customer = self.dice.one_in(2).then(|| self.dice.pick(&["C1", "C2"]).to_owned());
                Match::Return { customer, reason: "寄错".into() }
            }
            _ => Match::Settled { reason: "空盒".into() },
        };
        self.deed(name, who, about, move |tx, ctx| intakes::settle(tx, ctx, id, &what)).await;
    }

    async fn make_out(&mut self, step: usize) {
        let Some(id) = self.unmatched().await else { return };
        let who = self.who(&[JN, DZ, BOSS, SECOND]);
        let said = Identity {
            part_no: self.dice.one_in(2).then(|| "BOARD-1".into()),
            serial: (!self.dice.one_in(3)).then(|| format!("Z{step}")),
            reason: "放大镜".into(),
        };
        let about = format!("intake {id}");
        self.deed("make out", who, about, move |tx, ctx| intakes::identify(tx, ctx, id, &said)).await;
    }

    async fn photograph(&mut self) {
        let any = self.one("SELECT CAST(id AS TEXT) AS value FROM intake ORDER BY id").await;
        let Some(id) = any.and_then(|id| id.parse::<i64>().ok()) else { return };
        let who = self.who(&[JN, DZ]);
        let file = NewFile { name: "box.txt".into(), content: b"A box.".to_vec(), internal: false };
        let about = format!("intake {id}");
        self.deed("put a photo to a box", who, about, move |tx, ctx| intakes::attach(tx, ctx, id, &file))
            .await;
    }
}

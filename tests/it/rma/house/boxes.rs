//! Boxes nobody announced, and spares somebody asks for.

use super::*;

impl House {
    pub(super) async fn take_in(&mut self, step: usize) {
        let who = self.who(&[JN, DZ]);
        let depot = self.dice.pick(&["JN", "DZ"]).to_owned();
        let mut things = vec![];
        for n in 0..=self.dice.below(3) {
            let part_no = (!self.dice.one_in(4)).then(|| "BOARD-1".to_owned());
            let serial = match self.dice.below(5) {
                0 | 1 => self.one("SELECT serial AS value FROM rma_line WHERE repair_state IN ('requested','authorised','expected') ORDER BY id").await,
                2 => Some(format!("X{step}-{n}")),
                3 => self.one("SELECT serial AS value FROM unit ORDER BY serial").await,
                _ => None,
            };
            things.push(Thing { serial, part_no, label: None });
        }
        let about = format!("{depot} {things:?}");
        let new = NewBox { depot, things, ..NewBox::default() };
        self.deed("take a box in", who, about, move |tx, ctx| intakes::take_in(tx, ctx, &new)).await;
    }

    pub(super) async fn settle_box(&mut self, step: usize) {
        let open = self
            .one("SELECT CAST(id AS TEXT) AS value FROM intake WHERE state = 'unmatched' ORDER BY id")
            .await;
        let Some(id) = open.and_then(|id| id.parse::<i64>().ok()) else { return };
        let who = self.who(&[JN, DZ, BOSS, SECOND]);
        let about = format!("intake {id}");
        let name = self.dice.pick(&[
            "match to a line",
            "match to a new RMA",
            "send back",
            "make out",
            "settle a box",
        ]);
        let what = match name {
            "match to a line" => {
                let waiting = "SELECT r.number || '/' || CAST(l.line AS TEXT) AS value FROM rma_line l JOIN rma r ON r.id = l.rma_id \
                     WHERE l.repair_state IN ('requested','authorised','expected') ORDER BY l.id";
                let Some(line) = self.one(waiting).await else { return };
                let (number, line) =
                    line.rsplit_once('/').map(|(a, b)| (a.to_owned(), b.parse().unwrap())).unwrap();
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
            "make out" => {
                let said = Identity {
                    part_no: self.dice.one_in(2).then(|| "BOARD-1".into()),
                    serial: (!self.dice.one_in(3)).then(|| format!("Z{step}")),
                    reason: "放大镜".into(),
                };
                self.deed(name, who, about, move |tx, ctx| intakes::identify(tx, ctx, id, &said)).await;
                return;
            }
            _ => Match::Settled { reason: "空盒".into() },
        };
        self.deed(name, who, about, move |tx, ctx| intakes::settle(tx, ctx, id, &what)).await;
    }

    pub(super) async fn spare(&mut self) {
        let of = |state: &str| {
            format!("SELECT number AS value FROM spare_request WHERE state = '{state}' ORDER BY id")
        };
        match self.dice.below(5) {
            0 | 1 => {
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
                    wish_from: String::new(),
                    wish_part: String::new(),
                    tracking_code: "TRACKINGCODE".into(),
                };
                let about = customer.to_owned();
                self.deed("ask for a spare", who, about, move |tx, ctx| requests::request(tx, ctx, &new))
                    .await;
            }
            2 => {
                let Some(number) = self.one(&of("requested")).await else { return };
                let who = self.who(&[BOSS, SECOND]);
                let about = number.clone();
                self.deed("approve a spare", who, about, move |tx, ctx| {
                    requests::approve(tx, ctx, &number, "x")
                })
                .await;
            }
            3 if self.dice.one_in(3) => {
                let Some(number) = self.one(&of("requested")).await else { return };
                let who = self.who(&[BOSS, SECOND]);
                let about = number.clone();
                self.deed("reject a spare", who, about, move |tx, ctx| {
                    requests::reject(tx, ctx, &number, "x")
                })
                .await;
            }
            _ => {
                let Some(number) = self.one(&of("approved")).await else { return };
                let who = self.who(&[BOSS, JN, DZ, ENGINEER]);
                let how = Issue {
                    depot: Some(self.dice.pick(&["JN", "DZ"]).to_owned()),
                    received_by: if self.dice.one_in(2) { "黄杰".into() } else { String::new() },
                    ..Issue::default()
                };
                let about = number.clone();
                self.deed("issue a spare", who, about, move |tx, ctx| {
                    requests::issue(tx, ctx, &number, &how)
                })
                .await;
            }
        }
    }
}

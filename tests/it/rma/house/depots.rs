//! The work of depots: transfers, counts, our own repairs, exchanges proposed.

use super::*;

impl House {
    pub(super) async fn transfer(&mut self) {
        let of = |states: &str| {
            format!("SELECT number AS value FROM transfer WHERE state IN ({states}) ORDER BY id")
        };
        match self.dice.below(8) {
            0 | 1 => {
                let who = self.who(&[JN, DZ, BOSS]);
                let (from, to) = self.dice.pick(&[("JN", "DZ"), ("DZ", "JN"), ("JN", "DZ"), ("DZ", "DZ")]);
                let lines = vec![
                    WantedLine {
                        part_no: Some("BOARD-1".into()),
                        quantity: Some(i64::try_from(self.dice.below(3)).unwrap() + 1),
                        ..WantedLine::default()
                    },
                    WantedLine { part_no: Some("CAP".into()), quantity: Some(5), ..WantedLine::default() },
                ];
                let new = NewTransfer { from: from.into(), to: to.into(), lines, note: String::new() };
                let about = format!("{from} → {to}");
                self.deed("ask for a transfer", who, about, move |tx, ctx| transfers::request(tx, ctx, &new))
                    .await;
            }
            2 => {
                let Some(number) = self.one(&of("'requested'")).await else { return };
                let (who, about) = (self.who(&[BOSS, SECOND]), number.clone());
                self.deed("approve a transfer", who, about, move |tx, ctx| {
                    transfers::approve(tx, ctx, &number)
                })
                .await;
            }
            3 if self.dice.one_in(3) => {
                let Some(number) = self.one(&of("'requested','approved'")).await else { return };
                let (who, about) = (self.who(&[BOSS, JN, DZ]), number.clone());
                self.deed("cancel a transfer", who, about, move |tx, ctx| {
                    transfers::cancel(tx, ctx, &number, "x")
                })
                .await;
            }
            3 | 4 => {
                let Some(number) = self.one(&of("'approved'")).await else { return };
                let from = format!(
                    "SELECT d.code AS value FROM transfer t JOIN depot d ON d.id = t.from_depot_id WHERE t.number = '{number}'"
                );
                let from = self.texts(&from).await.remove(0);
                let good = format!(
                    "SELECT u.serial AS value FROM unit u JOIN depot d ON d.id = u.depot_id WHERE d.code = '{from}' AND u.condition = 'good' \
                     AND u.owner = 'us' ORDER BY u.serial"
                );
                let mut items = vec![];
                if let Some(serial) = self.one(&good).await {
                    items.push(Item { part_no: None, serial: Some(serial), quantity: None });
                }
                if self.dice.one_in(2) || items.is_empty() {
                    items.push(Item { part_no: Some("CAP".into()), serial: None, quantity: Some(3) });
                }
                let who = self.who(&[if from == "JN" { JN } else { DZ }]);
                let about = format!("{number} {items:?}");
                let what = Dispatch { items, carrier: "顺丰".into(), tracking_no: "SF1".into() };
                self.deed("dispatch", who, about, move |tx, ctx| {
                    transfers::dispatch(tx, ctx, &number, &what)
                })
                .await;
            }
            5 | 6 => {
                let Some(number) = self.one(&of("'in_transit'")).await else { return };
                let view = {
                    let (boss, wanted) = (self.people[BOSS].clone(), number.clone());
                    read_as(&self.app, boss, move |c, ctx| transfers::view(c, ctx, &wanted)).await.unwrap()
                };
                let mut items = vec![];
                for piece in view.items.iter().filter(|piece| piece.outstanding() > 0) {
                    if self.dice.one_in(3) {
                        continue;
                    }
                    let quantity = piece.serial.is_none().then_some(piece.outstanding());
                    items.push(Item {
                        part_no: Some(piece.part_no.clone()),
                        serial: piece.serial.clone(),
                        quantity,
                    });
                }
                let differs = self.dice.one_in(3);
                let stray = self.one("SELECT u.serial AS value FROM unit u JOIN place p ON p.id = u.place_id WHERE p.kind IN ('depot','bin') \
                     AND u.owner = 'us' ORDER BY u.serial").await;
                if let Some(serial) = stray.filter(|_| differs) {
                    items.push(Item { part_no: None, serial: Some(serial), quantity: None });
                }
                let who = self.who(&[if view.row.to_depot == "JN" { JN } else { DZ }]);
                let whole = items.len() == view.items.len() && !differs;
                let name = if whole { "receive" } else { "receive with differences" };
                let about = format!("{number} {items:?}");
                let receipt = Receipt { items, bin: None };
                self.deed(name, who, about, move |tx, ctx| transfers::receive(tx, ctx, &number, &receipt))
                    .await;
            }
            _ => {
                let Some(number) = self.one(&of("'differences'")).await else { return };
                let view = {
                    let (boss, wanted) = (self.people[BOSS].clone(), number.clone());
                    read_as(&self.app, boss, move |c, ctx| transfers::view(c, ctx, &wanted)).await.unwrap()
                };
                let Some(piece) = view.items.iter().find(|piece| piece.outstanding() > 0) else { return };
                let quantity = piece.serial.is_none().then_some(piece.outstanding());
                let items = vec![Item {
                    part_no: Some(piece.part_no.clone()),
                    serial: piece.serial.clone(),
                    quantity,
                }];
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
    }

    pub(super) async fn count(&mut self) {
        let open = self.one("SELECT number AS value FROM stock_count WHERE state = 'open' ORDER BY id").await;
        let depot = self.dice.pick(&["JN", "DZ"]);
        let own = [if depot == "JN" { JN } else { DZ }];
        match (open, self.dice.below(6)) {
            (None, _) | (_, 0) => {
                let who = self.who(&own);
                self.deed("open a count", who, depot.to_owned(), move |tx, ctx| {
                    counts::open(tx, ctx, depot, &[])
                })
                .await;
            }
            (Some(number), 1) => {
                let (who, about) = (self.who(&[BOSS, SECOND]), number.clone());
                self.deed("approve a count", who, about, move |tx, ctx| counts::approve(tx, ctx, &number))
                    .await;
            }
            (Some(number), 2) if self.dice.one_in(3) => {
                let (who, about) = (self.who(&[BOSS, JN, DZ]), number.clone());
                self.deed("cancel a count", who, about, move |tx, ctx| counts::cancel(tx, ctx, &number))
                    .await;
            }
            (Some(number), _) => {
                let mut seen = vec![];
                let units = "SELECT serial AS value FROM unit WHERE depot_id IS NOT NULL ORDER BY serial";
                for serial in self.texts(units).await {
                    if !self.dice.one_in(5) {
                        seen.push(Seen { serial: Some(serial), ..Seen::default() });
                    }
                }
                let quantity = Some(9_000 + i64::try_from(self.dice.below(900)).unwrap());
                seen.push(Seen { part_no: Some("CAP".into()), quantity, ..Seen::default() });
                let (who, about) = (self.who(&[JN, DZ]), number.clone());
                self.deed("count", who, about, move |tx, ctx| counts::see(tx, ctx, &number, None, &seen))
                    .await;
            }
        }
    }

    pub(super) async fn bench(&mut self) {
        let order = self.one("SELECT number AS value FROM repair_order WHERE state <> 'closed' AND line_id IS NULL ORDER BY id").await;
        let Some(order) = order.filter(|_| !self.dice.one_in(4)) else {
            let ours = "SELECT u.serial AS value FROM unit u WHERE u.owner = 'us' AND u.depot_id IS NOT NULL \
                 AND u.condition IN ('faulty','quarantined') ORDER BY u.serial";
            let Some(serial) = self.one(ours).await else { return };
            let (who, about) = (self.who(&[BENCH, BOSS]), serial.clone());
            let new = NewOrder { serial, part_no: None, fault: "x".into() };
            self.deed("open a repair", who, about, move |tx, ctx| repair::open(tx, ctx, &new)).await;
            return;
        };
        let kind = self.dice.pick(RepairKind::ALL);
        let said = input(&mut self.dice, &["SPARE4".to_owned(), "NEW1".to_owned()]);
        let (who, about) = (self.who(&[BENCH, BOSS]), format!("{kind} {order}"));
        self.deed("work on a repair", who, about, move |tx, ctx| repair::act(tx, ctx, &order, kind, &said))
            .await;
    }

    pub(super) async fn propose(&mut self) {
        // The soonest due that is not late yet: late ones have their own thirty days.
        let today = Zone::default().local_date(self.app.clock().now());
        let due = format!(
            "SELECT r.number || '/' || CAST(l.line AS TEXT) AS value FROM rma_line l JOIN rma r ON r.id = l.rma_id \
             WHERE l.received_at IS NOT NULL AND l.ended_at IS NULL AND l.sort_due < '9999-01-01' AND l.sort_due >= '{today}' \
             ORDER BY l.sort_due DESC, l.id"
        );
        let Some(line) = self.one(&due).await else { return };
        let (rma, line) =
            line.rsplit_once('/').map(|(a, b)| (a.to_owned(), b.parse::<i64>().unwrap())).unwrap();
        let (who, about) = (self.who(&[BOSS, SECOND]), format!("{rma}/{line}"));
        let said = rma::ActionInput { reason: "来不及修".into(), ..rma::ActionInput::default() };
        self.deed("accept a proposal", who, about, move |tx, ctx| {
            rma::accept_proposal(tx, ctx, &rma, line, &said)
        })
        .await;
    }
}

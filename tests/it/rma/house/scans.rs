//! Scans in all modes, with and without a signal, and what becomes of them.

use super::*;
use beiku::app::exceptions;
use beiku::app::scans::{self, NewScan, SendOff};
use beiku::domain::scan::ScanMode;

impl House {
    /// Whether it was one of these deeds.
    pub(super) async fn with_a_scanner(&mut self, name: &'static str, step: usize) -> bool {
        match name {
            "look" => self.scan(name, ScanMode::Look, step).await,
            "put away" => self.scan(name, ScanMode::PutAway, step).await,
            "scan what comes" => self.scan(name, ScanMode::Receive, step).await,
            "scan into the house" => self.scan(name, ScanMode::TakeIn, step).await,
            "pack" => self.scan(name, ScanMode::Ship, step).await,
            "scan without a signal" => {
                let mode = self.dice.pick(ScanMode::ALL);
                self.scan(name, mode, step).await;
            }
            "undo a scan" => self.undo().await,
            "settle an exception" => self.settle_exception().await,
            "send a load off" => self.send_off().await,
            _ => return false,
        }
        true
    }

    /// What lies before the scanner: mostly what the mode is for.
    async fn before_the_scanner(&mut self, mode: ScanMode, depot: &str, step: usize) -> Option<String> {
        let of = |rule: &str| {
            format!(
                "SELECT u.serial AS value FROM unit u JOIN place p ON p.id = u.place_id {rule} ORDER BY u.serial"
            )
        };
        let here = of(&format!("JOIN depot d ON d.id = u.depot_id WHERE d.code = '{depot}'"));
        let on_the_road = of("WHERE p.kind = 'transit'");
        let sought = match mode {
            _ if self.dice.one_in(6) => of(""),
            ScanMode::Look | ScanMode::PutAway => here,
            ScanMode::Ship => format!(
                "SELECT u.serial AS value FROM unit u JOIN depot d ON d.id = u.depot_id LEFT JOIN rma_line l ON l.unit_id = u.id \
                 AND l.repair_state IN ('nff','repaired') LEFT JOIN reservation r ON r.unit_id = u.id AND r.state = 'open' \
                 WHERE d.code = '{depot}' AND (l.id IS NOT NULL OR r.id IS NOT NULL OR u.condition = 'good') ORDER BY u.serial"
            ),
            ScanMode::Receive => on_the_road,
            ScanMode::TakeIn if self.dice.one_in(3) => return Some(format!("S{step}")),
            ScanMode::TakeIn if self.dice.one_in(2) => on_the_road,
            ScanMode::TakeIn => {
                "SELECT serial AS value FROM rma_line WHERE repair_state IN ('requested','authorised','expected') ORDER BY id"
                    .to_owned()
            }
        };
        self.code(&sought).await
    }

    async fn scan(&mut self, name: &'static str, mode: ScanMode, step: usize) {
        let depot = self.dice.pick(&["JN", "DZ"]);
        let Some(code) = self.before_the_scanner(mode, depot, step).await else { return };
        let who = self.who(&[if depot == "JN" { JN } else { DZ }]);
        let ago = if name == "scan without a signal" { 3 + self.dice.below(600) } else { 0 };
        let bin = (mode == ScanMode::PutAway).then(|| "A1".to_owned());
        let new = NewScan {
            mode,
            depot: depot.to_owned(),
            batch: depot.to_owned(),
            code,
            part_no: None,
            bin,
            client_time: self.app.clock().now() - TimeDelta::minutes(i64::try_from(ago).unwrap()),
            device: "pda".to_owned(),
        };
        let about = format!("{mode} {} in {depot}", new.code);
        if let Some(row) = self.deed(name, who, about, move |tx, ctx| scans::scan(tx, ctx, &new)).await {
            self.walked.push(format!("    {} {} {}", row.verdict, row.reason, row.document));
        }
    }

    async fn undo(&mut self) {
        let stand = "SELECT CAST(id AS TEXT) AS value FROM scan WHERE undone_at IS NULL ORDER BY id";
        let Some(id) = self.one(stand).await.and_then(|id| id.parse::<i64>().ok()) else { return };
        let (who, about) = (self.who(&[JN, DZ, BOSS]), format!("scan {id}"));
        self.deed("undo a scan", who, about, move |tx, ctx| scans::undo(tx, ctx, id, "扫错了")).await;
    }

    async fn settle_exception(&mut self) {
        let open = "SELECT CAST(id AS TEXT) AS value FROM work_exception WHERE state = 'open' ORDER BY id";
        let Some(id) = self.one(open).await.and_then(|id| id.parse::<i64>().ok()) else { return };
        let (who, about) = (self.who(&[JN, DZ, BOSS]), format!("exception {id}"));
        self.deed("settle an exception", who, about, move |tx, ctx| {
            exceptions::settle(tx, ctx, id, "找到了")
        })
        .await;
    }

    async fn send_off(&mut self) {
        let at = self.dice.pick(&[JN, DZ]);
        let clerk = self.people[at].clone();
        let depot = clerk.depots[0].clone();
        let code = depot.code.clone();
        let packed = read_as(&self.app, clerk, move |c, ctx| scans::loads(c, ctx, &depot, &depot.code)).await;
        let packed = packed.unwrap();
        // What was packed last: earlier boxes may have lost their document meanwhile.
        let Some(load) = packed.last().cloned() else { return };
        let who = self.who(&[at]);
        let about = format!("{} {:?}", load.document, load.serials);
        let what = SendOff {
            batch: code.clone(),
            depot: code,
            document: load.document,
            carrier: "顺丰".into(),
            tracking_no: "SF1".into(),
            received_by: if self.dice.one_in(2) { "黄杰".into() } else { String::new() },
            lots: vec![],
            is_own_ride: false,
            limits_confirmed: false,
        };
        self.deed("send a load off", who, about, move |tx, ctx| scans::send_off(tx, ctx, &what)).await;
    }
}

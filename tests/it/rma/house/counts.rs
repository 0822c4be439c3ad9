//! Counts: what was seen against what the books have, and a second person's yes.

use super::*;
use beiku::app::counts::{self, Seen};

const OPEN: &str = "SELECT number AS value FROM stock_count WHERE state = 'open' ORDER BY id";

impl House {
    /// Whether it was one of these deeds.
    pub(super) async fn with_a_count(&mut self, name: &'static str) -> bool {
        match name {
            "open a count" => self.open_count().await,
            "count" => self.count().await,
            "take back what was seen" => {
                let Some(number) = self.one(OPEN).await else { return true };
                let seen = format!(
                    "SELECT CAST(MAX(s.id) AS TEXT) AS value FROM stock_count_scan s JOIN stock_count c ON c.id = s.count_id \
                     WHERE c.number = '{number}' AND s.replaced_at IS NULL HAVING MAX(s.id) IS NOT NULL"
                );
                let Some(id) = self.one(&seen).await else { return true };
                let (who, about) = (self.who(&[BOSS, JN, DZ]), format!("{number} {id}"));
                let id: i64 = id.parse().unwrap();
                self.deed(name, who, about, move |tx, ctx| counts::take_back(tx, ctx, &number, id, "walk"))
                    .await;
            }
            "say a count is done" => {
                let Some(number) = self.one(OPEN).await else { return true };
                let (who, about) = (self.who(&[JN, DZ]), number.clone());
                self.deed(name, who, about, move |tx, ctx| counts::done(tx, ctx, &number)).await;
            }
            "approve a count" => {
                let Some(number) = self.one(OPEN).await else { return true };
                let (who, about) = (self.who(&[BOSS, SECOND]), number.clone());
                self.deed(name, who, about, move |tx, ctx| counts::approve(tx, ctx, &number)).await;
            }
            "cancel a count" => {
                let Some(number) = self.one(OPEN).await else { return true };
                let (who, about) = (self.who(&[BOSS, JN, DZ]), number.clone());
                self.deed(name, who, about, move |tx, ctx| counts::cancel(tx, ctx, &number)).await;
            }
            _ => return false,
        }
        true
    }

    async fn open_count(&mut self) {
        let depot = self.dice.pick(&["JN", "DZ"]);
        let who = self.who(&[if depot == "JN" { JN } else { DZ }]);
        self.deed("open a count", who, depot.to_owned(), move |tx, ctx| counts::open(tx, ctx, depot, &[]))
            .await;
    }

    async fn count(&mut self) {
        let Some(number) = self.one(OPEN).await else { return self.open_count().await };
        let mut seen = vec![];
        // By their serials, or by the labels that were put over them.
        let code = if self.dice.one_in(2) {
            "u.serial"
        } else {
            "COALESCE((SELECT MAX(a.code) FROM unit_alias a WHERE a.unit_id = u.id), u.serial)"
        };
        let units =
            format!("SELECT {code} AS value FROM unit u WHERE u.depot_id IS NOT NULL ORDER BY u.serial");
        for serial in self.texts(&units).await {
            if !self.dice.one_in(5) {
                seen.push(Seen { serial: Some(serial), ..Seen::default() });
            }
        }
        let quantity = Some(9_000 + i64::try_from(self.dice.below(900)).unwrap());
        seen.push(Seen { part_no: Some("CAP".into()), quantity, ..Seen::default() });
        let (who, about) = (self.who(&[JN, DZ]), number.clone());
        self.deed("count", who, about, move |tx, ctx| counts::see(tx, ctx, &number, None, &seen)).await;
    }
}

//! Our own repairs.

use super::*;
use beiku::app::repair::{self, NewOrder, RepairView};
use beiku::domain::repair::RepairKind;

impl House {
    pub(super) async fn open_repair(&mut self) {
        let ours = "SELECT u.serial AS value FROM unit u WHERE u.owner = 'us' AND u.depot_id IS NOT NULL \
             AND u.condition IN ('faulty','quarantined') ORDER BY u.serial";
        let Some(serial) = self.code(ours).await else { return };
        let (who, about) = (self.who(&[BENCH, BOSS]), serial.clone());
        let new = NewOrder { serial, part_no: None, fault: "x".into() };
        self.deed("open a repair", who, about, move |tx, ctx| repair::open(tx, ctx, &new)).await;
    }

    /// Work of this kind where it goes, else whatever goes; now and then what does not.
    pub(super) async fn work(&mut self, wanted: Option<RepairKind>) {
        let Some((order, kind)) = self.order_for(wanted).await else { return self.open_repair().await };
        let kind = if self.dice.one_in(8) { self.dice.pick(RepairKind::ALL) } else { kind };
        let own = order.row.serial.clone();
        let mut said = self.said(&[own.clone(), own, "NEW1".to_owned()]);
        if kind != RepairKind::VendorReturned {
            said.serial = None;
        }
        let (who, number) = (self.who(&[BENCH, BOSS]), order.row.number);
        let about = number.clone();
        self.deed(kind.as_str(), who, about, move |tx, ctx| repair::act(tx, ctx, &number, kind, &said)).await;
    }

    /// One of the latest orders on which this work goes, else one on which any does.
    async fn order_for(&mut self, wanted: Option<RepairKind>) -> Option<(RepairView, RepairKind)> {
        let open = "SELECT number AS value FROM repair_order WHERE state <> 'closed' AND line_id IS NULL ORDER BY id DESC LIMIT 6";
        let mut any = vec![];
        for number in self.texts(open).await {
            let boss = self.people[BOSS].clone();
            let view = read_as(&self.app, boss, move |c, ctx| repair::view(c, ctx, &number)).await.unwrap();
            match wanted.filter(|kind| view.allowed_actions.contains(kind)) {
                Some(kind) => return Some((view, kind)),
                None if view.allowed_actions.is_empty() => {}
                None => any.push(view),
            }
        }
        if any.is_empty() {
            return None;
        }
        let view = any.swap_remove(self.dice.below(any.len()));
        let ends = [RepairKind::Scrap, RepairKind::ToStock, RepairKind::WriteOff];
        let onward: Vec<_> =
            view.allowed_actions.iter().copied().filter(|kind| !ends.contains(kind)).collect();
        let from = if onward.is_empty() || self.dice.one_in(8) { &view.allowed_actions } else { &onward };
        let kind = self.dice.pick(from);
        Some((view, kind))
    }
}

//! What the movements add up to, against balances and availability.

use super::{BalanceKey, DifferenceKind as Kind, Entry, Prover};
use crate::domain::stock::{Condition, Owner};
use std::collections::HashMap;

/// Depot and part.
type DepotPart = (i64, i64);

impl Prover {
    /// Adds a movement to the sums of both its sides. Movements of quantities come in posting order, so a sum under zero
    /// is a place that held less than nothing; of units their chains prove more.
    pub(super) fn add_up(&mut self, entry: &Entry) {
        let from = (entry.from_place, entry.part_id, entry.condition_from, entry.owner_from.clone());
        let to = (entry.to_place, entry.part_id, entry.condition_to, entry.owner_to.clone());
        if from == to {
            return;
        }
        self.add(to, entry.quantity);
        let Some(left) = self.add(from.clone(), -entry.quantity) else { return };
        // Said once: the sum crosses zero only here.
        if left < 0 && left + entry.quantity >= 0 && entry.unit_id.is_none() {
            let name = self.balance_name(&from);
            self.proof.note(Kind::BalanceNegative, name, ">= 0", format!("{left} (movement {})", entry.id));
        }
    }

    /// The sum afterwards; none where no balance is kept.
    fn add(&mut self, key: BalanceKey, quantity: i64) -> Option<i64> {
        if !self.kind_of(key.0)?.has_balance() {
            return None;
        }
        let sum = self.sums.entry(key).or_default();
        *sum = sum.saturating_add(quantity);
        Some(*sum)
    }

    /// Good stock of ours in depots and bins, by depot and part: what the movements say is there to be picked.
    #[must_use]
    pub fn available(&self) -> HashMap<DepotPart, i64> {
        let mut good: HashMap<DepotPart, i64> = HashMap::new();
        for ((place, part, condition, owner), quantity) in &self.sums {
            if *condition == Condition::Good
                && *owner == Owner::Us
                && self.kind_of(*place).is_some_and(|kind| kind.counts_as_available())
                && let Some(depot) = self.depot_of(*place)
            {
                *good.entry((depot, *part)).or_default() += quantity;
            }
        }
        good
    }

    /// A row of the balances. Each is held against the sum and the sum is done with.
    pub fn balance(&mut self, key: BalanceKey, depot_id: Option<i64>, quantity: i64) {
        self.proof.checked.balances += 1;
        let name = self.balance_name(&key);
        let expected_depot = self.depot_of(key.0);
        if depot_id != expected_depot {
            let (expected, found) = (self.depot_code(expected_depot), self.depot_code(depot_id));
            self.proof.note(Kind::BalanceDepot, &name, expected, found);
        }
        match self.sums.remove(&key) {
            Some(sum) if sum != quantity => self.proof.note(Kind::BalanceQuantity, name, sum, quantity),
            None if quantity != 0 => self.proof.note(Kind::BalanceExtra, name, 0, quantity),
            _ => {}
        }
    }

    /// After the last balance: sums without a row.
    pub fn end_of_balances(&mut self) {
        let mut left: Vec<(BalanceKey, i64)> = self.sums.drain().filter(|(_, sum)| *sum != 0).collect();
        left.sort();
        for (key, sum) in left {
            let name = self.balance_name(&key);
            self.proof.note(Kind::BalanceMissing, name, sum, "-");
        }
    }

    /// A row of the availability, against what should be `good` there and what is `reserved`. Both are done with.
    pub fn availability(
        &mut self,
        (depot_id, part_id): DepotPart,
        (good, reserved): (i64, i64),
        (should_be_good, should_be_reserved): (i64, i64),
    ) {
        let name = format!("availability {} {}", self.depot_code(Some(depot_id)), self.part_no(part_id));
        if good != should_be_good {
            self.proof.note(Kind::AvailabilityGood, &name, should_be_good, good);
        }
        if reserved != should_be_reserved {
            self.proof.note(Kind::AvailabilityReserved, &name, should_be_reserved, reserved);
        }
    }
}

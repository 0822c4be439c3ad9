//! RMAs of a history with their lines, timelines, loans, shipments, repair orders and promises, in bulk.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use super::super::kind::ImportRow;
use super::super::rma_history::{HistoryEffects, HistoryRow, Outcome, PromiseEnd, Promised};
use super::super::spool::Staged;
use super::ledger::Ledger;
use super::stock::repair_number;
use super::vanished;
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Scope;
use crate::domain::calendar::{ClockTerms, NO_DUE_DATE, Zone};
use crate::domain::entitlement::{ContractFacts, Coverage, coverage};
use crate::domain::plan::{PlanVersion, PromiseKind, Term};
use crate::domain::rma::{
    Direction, Entitlement, PromiseState, RepairOrderState, RepairState, ShipmentState, Source,
};
use crate::domain::stock::PartRef;
use crate::domain::turnaround::NOT_COUNTED_BP;
use crate::store::customers::{ContactRow, CustomerRow};
use crate::store::sql::Value;
use crate::store::{Conn, contracts, customers, depots, imports, plans};

/// One row with its part and what it writes.
pub(super) type Written = (Staged<HistoryRow>, PartRef, HistoryEffects);

/// Writes RMAs chunk by chunk; customers, plans and depots are read once each.
pub(super) struct Lines<'a> {
    ctx: &'a Ctx,
    zone: Zone,
    /// Tracking codes are drawn from it: a transaction that runs twice gives the same ones.
    secret: [u8; 32],
    clients: HashMap<String, Client>,
    versions: HashMap<i64, Vec<PlanVersion>>,
    depots: HashMap<String, i64>,
    /// Highest number seen of each series `RMA-2026`.
    series: HashMap<String, i64>,
}

/// A customer with what an RMA takes from it.
#[derive(Debug, Clone)]
struct Client {
    row: CustomerRow,
    contact: Option<ContactRow>,
    contracts: Vec<ContractFacts>,
}

/// The rows of one chunk by table.
#[derive(Default)]
struct Tables {
    events: Vec<Vec<Value>>,
    issued: Vec<Vec<Value>>,
    shipments: Vec<Vec<Value>>,
    repairs: Vec<Vec<Value>>,
    promises: Vec<Vec<Value>>,
    dues: Vec<[Value; 4]>,
    ends: Vec<Option<[Value; 3]>>,
}

/// A line as far as its dependants need it.
struct Line<'l> {
    rma_id: i64,
    line_id: i64,
    client: &'l Client,
    depot_id: i64,
    plan: Option<PlanVersion>,
    part: &'l PartRef,
    history: &'l HistoryRow,
    effects: &'l HistoryEffects,
}

impl<'a> Lines<'a> {
    pub(super) fn new(ctx: &'a Ctx, secret: [u8; 32]) -> Self {
        Self {
            ctx,
            zone: Zone::default(),
            secret,
            clients: HashMap::new(),
            versions: HashMap::new(),
            depots: HashMap::new(),
            series: HashMap::new(),
        }
    }

    /// Writes a chunk of RMAs with all that hangs on them.
    pub(super) fn write(
        &mut self,
        tx: &mut Conn,
        ledger: &mut Ledger<'_>,
        written: Vec<Written>,
    ) -> AppResult<()> {
        let mut heads = Vec::with_capacity(written.len());
        for (staged, _, effects) in &written {
            heads.push(self.head(tx, &staged.value, effects)?);
            self.note_number(&staged.value.number);
        }
        let rma_ids = imports::insert_rmas(tx, heads)?;
        let id_of = |number: &str| rma_ids.get(number).copied().ok_or_else(|| vanished("rma", number));
        let mut rows = Vec::with_capacity(written.len());
        for (staged, part, effects) in &written {
            let rma_id = id_of(&staged.value.number)?;
            rows.push(self.line(tx, ledger, rma_id, &staged.value, part, effects)?);
        }
        let line_ids = imports::insert_lines(tx, rows)?;
        let mut tables = Tables::default();
        for (staged, part, effects) in &written {
            let history = &staged.value;
            let rma_id = id_of(&history.number)?;
            let line_id = line_ids.get(&rma_id).copied().ok_or_else(|| vanished("rma", &history.number))?;
            let client = self.client(tx, &history.customer)?;
            let depot_id = self.depot(tx, &history.depot)?;
            let plan = self.plan(tx, &client, history.requested_on)?;
            let line = Line { rma_id, line_id, client: &client, depot_id, plan, part, history, effects };
            self.dependants(tx, ledger, &line, &mut tables)?;
        }
        imports::insert_events(tx, tables.events)?;
        imports::insert_issued(tx, tables.issued)?;
        imports::insert_shipments(tx, tables.shipments)?;
        imports::insert_repairs(tx, tables.repairs)?;
        imports::insert_promises(tx, tables.promises, tables.dues, tables.ends)?;
        let remembered = written.into_iter().map(|(staged, ..)| (staged.key, staged.value.content().bytes()));
        imports::remember(tx, HistoryRow::KIND.as_str(), remembered.collect(), self.ctx.now)?;
        Ok(())
    }

    /// New numbers go on after the imported ones.
    pub(super) fn finish(self, tx: &mut Conn) -> AppResult<()> {
        for (series, last) in self.series {
            imports::advance_series(tx, &series, last)?;
        }
        Ok(())
    }

    fn note_number(&mut self, number: &str) {
        let Some((series, count)) = number.rsplit_once('-') else { return };
        if let Ok(count) = count.parse::<i64>() {
            let last = self.series.entry(series.to_owned()).or_default();
            *last = count.max(*last);
        }
    }

    fn at(&self, day: NaiveDate) -> DateTime<Utc> {
        self.zone.day_start(day)
    }

    fn actor_id(&self) -> Option<i64> {
        Some(self.ctx.actor.user_id).filter(|id| *id != 0)
    }

    fn head(
        &mut self,
        tx: &mut Conn,
        history: &HistoryRow,
        effects: &HistoryEffects,
    ) -> AppResult<Vec<Value>> {
        let client = self.client(tx, &history.customer)?;
        let (name, email, language) = match client.contact {
            Some(contact) => (contact.name, contact.email, contact.language),
            None => (String::new(), String::new(), client.row.language),
        };
        let mut hasher = Sha256::new();
        hasher.update(self.secret);
        hasher.update(history.number.as_bytes());
        let code: String = hex::encode_upper(hasher.finalize()).chars().take(24).collect();
        Ok(vec![
            (&history.number).into(),
            client.row.id.into(),
            name.into(),
            email.into(),
            language.into(),
            code.into(),
            Source::Import.as_str().into(),
            effects.repair.as_str().into(),
            self.actor_id().into(),
            self.at(history.requested_on).into(),
            self.ctx.now.into(),
        ])
    }

    fn line(
        &mut self,
        tx: &mut Conn,
        ledger: &mut Ledger<'_>,
        rma_id: i64,
        history: &HistoryRow,
        part: &PartRef,
        effects: &HistoryEffects,
    ) -> AppResult<Vec<Value>> {
        let client = self.client(tx, &history.customer)?;
        let depot_id = self.depot(tx, &history.depot)?;
        let plan = self.plan(tx, &client, history.requested_on)?;
        let due = effects.promises.iter().find(|promise| promise.kind == PromiseKind::RepairReturn);
        let due =
            due.zip(plan.as_ref()).and_then(|(promise, plan)| self.due(promise, plan.term(promise.kind)?));
        let entitlement = if plan.is_some() { Entitlement::Contract } else { Entitlement::Chargeable };
        let outcome =
            history.outcome.filter(|outcome| *outcome != Outcome::Cancelled).map_or("", Outcome::as_str);
        let identity = (!effects.repair.is_ended()).then(|| part.identity(&history.faulty_serial));
        let last = effects.events.last().map_or(history.requested_on, |event| event.on);
        let contract_id = match coverage(&client.contracts, client.row.plan_id, "", history.requested_on) {
            Coverage::Contract(contract) => Some(contract.id),
            Coverage::OwnPlan(_) | Coverage::None => None,
        };
        Ok(vec![
            rma_id.into(),
            1_i64.into(),
            client.row.id.into(),
            part.id.into(),
            (&history.faulty_serial).into(),
            ledger.unit_id(tx, &history.part_no, &history.faulty_serial)?.into(),
            (&history.fault).into(),
            effects.mode.as_str().into(),
            entitlement.as_str().into(),
            plan.map(|plan| plan.id).into(),
            depot_id.into(),
            effects.repair.as_str().into(),
            effects.faulty.as_str().into(),
            outcome.into(),
            history.cost_fen.into(),
            identity.into(),
            due.map_or(NO_DUE_DATE, |(day, _)| day).into(),
            history.received_on.map(|day| self.at(day)).into(),
            effects.ended_on.map(|day| self.at(day)).into(),
            self.at(last).into(),
            1_i64.into(),
            entitlement.usual_payer().as_str().into(),
            if due.is_some() && !effects.repair.is_ended() { NOT_COUNTED_BP } else { 0 }.into(),
            contract_id.into(),
        ])
    }

    fn dependants(
        &mut self,
        tx: &mut Conn,
        ledger: &mut Ledger<'_>,
        line: &Line<'_>,
        tables: &mut Tables,
    ) -> AppResult<()> {
        self.timeline(line, tables);
        for unit in &line.effects.issued {
            let (shipped_at, ended_at) = (self.at(unit.shipped_on), unit.ended_on.map(|day| self.at(day)));
            tables.issued.push(vec![
                line.line_id.into(),
                unit.role.as_str().into(),
                line.part.id.into(),
                ledger.unit_id(tx, &line.part.part_no, &unit.serial)?.into(),
                self.depot(tx, &unit.depot)?.into(),
                unit.state.as_str().into(),
                shipped_at.into(),
                shipped_at.into(),
                shipped_at.into(),
                ended_at.into(),
                self.ctx.now.into(),
            ]);
        }
        for parcel in &line.effects.parcels {
            tables.shipments.push(vec![
                line.rma_id.into(),
                line.line_id.into(),
                line.client.row.id.into(),
                self.depot(tx, &parcel.depot)?.into(),
                ledger.unit_id(tx, &line.part.part_no, &parcel.serial)?.into(),
                Direction::Outbound.as_str().into(),
                parcel.purpose.as_str().into(),
                (&parcel.carrier).into(),
                (&parcel.waybill).into(),
                ShipmentState::Delivered.as_str().into(),
                self.at(parcel.on).into(),
                self.at(parcel.on).into(),
            ]);
        }
        if let Some(received_on) = line.history.received_on {
            let unit_id = ledger.unit_id(tx, &line.part.part_no, &line.history.faulty_serial)?;
            tables.repairs.push(self.repair(tx, line, unit_id, received_on)?);
        }
        for promise in &line.effects.promises {
            self.promise(line, &self.since_first(line, promise), tables);
        }
        Ok(())
    }

    fn timeline(&self, line: &Line<'_>, tables: &mut Tables) {
        let last = line.effects.events.last().map(|event| event.on);
        let remark = line.history.note.as_ref().zip(last);
        let own = line.effects.events.iter().enumerate().map(|(nth, event)| {
            let note = if nth == 0 { line.history.fault.as_str() } else { "" };
            (event.track.as_str(), event.kind, event.from, event.to, note, event.on)
        });
        let remark = remark.map(|(note, day)| ("note", "note", "", "", note.as_str(), day));
        for (track, kind, from, to, note, on) in own.chain(remark) {
            tables.events.push(vec![
                line.rma_id.into(),
                line.line_id.into(),
                track.into(),
                kind.into(),
                from.into(),
                to.into(),
                note.into(),
                self.actor_id().into(),
                self.at(on).into(),
                self.ctx.now.into(),
            ]);
        }
    }

    /// What the bench did: open where the unit still is with us, else closed when it was settled.
    fn repair(
        &self,
        tx: &mut Conn,
        line: &Line<'_>,
        unit_id: i64,
        received_on: NaiveDate,
    ) -> AppResult<Vec<Value>> {
        let state = match line.effects.repair {
            RepairState::Received => RepairOrderState::Received,
            RepairState::Diagnosing => RepairOrderState::Diagnosing,
            RepairState::Repairing => RepairOrderState::Repairing,
            RepairState::Testing => RepairOrderState::Testing,
            RepairState::Repaired => RepairOrderState::Repaired,
            RepairState::Nff => RepairOrderState::Nff,
            RepairState::Ber => RepairOrderState::Ber,
            _ => RepairOrderState::Closed,
        };
        let outcome = line.history.outcome.filter(|outcome| *outcome != Outcome::Cancelled);
        Ok(vec![
            repair_number(tx, received_on)?.into(),
            unit_id.into(),
            line.line_id.into(),
            line.depot_id.into(),
            state.as_str().into(),
            outcome.map_or("", Outcome::as_str).into(),
            line.history.cost_fen.into(),
            self.at(received_on).into(),
            line.effects.ended_on.map(|day| self.at(day)).into(),
        ])
    }

    /// A board is owed from the decision or the verdict, and from the day after the repair was due where that came first
    /// (NUMBERS §2).
    fn since_first(&self, line: &Line<'_>, promise: &Promised) -> Promised {
        let repair = line.effects.promises.iter().find(|other| other.kind == PromiseKind::RepairReturn);
        let due = repair
            .filter(|_| promise.kind == PromiseKind::EquivalentExchange)
            .and_then(|repair| self.due(repair, line.plan.as_ref()?.term(repair.kind)?));
        let late_from = due.and_then(|(due_on, _)| due_on.succ_opt());
        Promised {
            started_on: late_from.map_or(promise.started_on, |day| day.min(promise.started_on)),
            ..*promise
        }
    }

    /// A promise on the terms of the plan in force on the day of the request; a plan that does not make it, makes none.
    fn promise(&self, line: &Line<'_>, promise: &Promised, tables: &mut Tables) {
        let Some((plan, term)) = line.plan.as_ref().and_then(|plan| Some((plan, plan.term(promise.kind)?)))
        else {
            return;
        };
        let Some((due_on, provisional)) = self.due(promise, term) else { return };
        let (state, ended_on) = match promise.end {
            None => (PromiseState::Open, None),
            Some(PromiseEnd::Fulfilled(day)) if day <= due_on => (PromiseState::Kept, Some(day)),
            Some(PromiseEnd::CalledOff(day)) if day <= due_on => (PromiseState::Excluded, Some(day)),
            Some(PromiseEnd::Fulfilled(day) | PromiseEnd::CalledOff(day) | PromiseEnd::Broken(day)) => {
                (PromiseState::Broken, Some(day))
            }
        };
        let calendar = self.ctx.calendar.version();
        let ended_at = ended_on.map(|day| self.at(day));
        tables.ends.push(ended_at.map(|at| [state.as_str().into(), at.into(), self.ctx.now.into()]));
        tables.promises.push(vec![
            promise.kind.into(),
            line.line_id.into(),
            line.client.row.id.into(),
            line.depot_id.into(),
            line.part.id.into(),
            plan.id.into(),
            term.amount.into(),
            term.unit.into(),
            term.start_day_counts.into(),
            term.target_bp.into(),
            plan.variant.into(),
            self.at(promise.started_on).into(),
            due_on.into(),
            due_on.into(),
            due_on.into(),
            calendar.into(),
            provisional.into(),
            state.as_str().into(),
            ended_at.into(),
            self.ctx.now.into(),
        ]);
        tables.dues.push([due_on.into(), calendar.into(), provisional.into(), self.ctx.now.into()]);
    }

    /// Due date and whether it is provisional; none for terms in minutes, which dates cannot judge.
    fn due(&self, promise: &Promised, term: &Term) -> Option<(NaiveDate, bool)> {
        let due = self.ctx.calendar.due(promise.started_on, &ClockTerms::of(term)?, &[]);
        Some((due.due_on?, due.provisional))
    }

    fn client(&mut self, tx: &mut Conn, code: &str) -> AppResult<Client> {
        if let Some(client) = self.clients.get(code) {
            return Ok(client.clone());
        }
        let row = customers::by_code(tx, &Scope::All, code)?.ok_or_else(|| vanished("customer", code))?;
        let contact = customers::contacts(tx, row.id)?.into_iter().next();
        let contracts = contracts::facts(tx, row.id)?;
        let client = Client { row, contact, contracts };
        self.clients.insert(code.to_owned(), client.clone());
        Ok(client)
    }

    fn depot(&mut self, tx: &mut Conn, code: &str) -> AppResult<i64> {
        if let Some(id) = self.depots.get(code) {
            return Ok(*id);
        }
        let depot = depots::by_code(tx, code)?.ok_or_else(|| vanished("depot", code))?;
        self.depots.insert(code.to_owned(), depot.id);
        Ok(depot.id)
    }

    /// The version of the plan in force on the day of the request; the contract's variant lies over the plan's.
    fn plan(&mut self, tx: &mut Conn, client: &Client, on: NaiveDate) -> AppResult<Option<PlanVersion>> {
        let (plan_id, variant) = match coverage(&client.contracts, client.row.plan_id, "", on) {
            Coverage::Contract(contract) => (contract.plan_id, Some(contract.variant)),
            Coverage::OwnPlan(plan_id) => (plan_id, None),
            Coverage::None => return Ok(None),
        };
        let versions = match self.versions.entry(plan_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(plans::versions(tx, plan_id)?),
        };
        let versions = versions.iter();
        let newest =
            versions.filter(|version| version.valid_from <= on).max_by_key(|version| version.valid_from);
        Ok(newest
            .map(|version| PlanVersion { variant: variant.unwrap_or(version.variant), ..version.clone() }))
    }
}

//! Lines with facts of any date, written as the use cases write them but past their rule that nothing is dated back.

use beiku::app::{App, AppResult, Ctx, Error};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::calendar::{Calendar, ClockTerms, Hold, Zone};
use beiku::domain::plan::{PromiseKind, RateVariant, TermUnit};
use beiku::domain::rma::PromiseState;
use beiku::store::promises::{self, NewDue, NewPromise};
use beiku::store::sql::sql;
use beiku::store::{Conn, StoreError, StoreResult};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// A line to write.
#[derive(Debug, Clone)]
pub struct Case {
    /// RMA number.
    pub rma: String,
    /// Customer code.
    pub customer: String,
    /// Depot code.
    pub depot: String,
    /// Part number.
    pub part: String,
    /// Day of receipt.
    pub received: NaiveDate,
    /// Customer holds.
    pub holds: Vec<(NaiveDate, Option<NaiveDate>)>,
    /// What happened: the action's code and the day.
    pub events: Vec<(&'static str, NaiveDate)>,
    /// Target of its plan.
    pub target_bp: i64,
}

impl Case {
    /// A line of customer C1 at JN with part P1.
    pub fn new(rma: &str, received: &str) -> Case {
        Case {
            rma: rma.into(),
            customer: "C1".into(),
            depot: "JN".into(),
            part: "P1".into(),
            received: day(received),
            holds: vec![],
            events: vec![],
            target_bp: 9_500,
        }
    }

    /// With something that happened.
    pub fn with(mut self, kind: &'static str, on: &str) -> Case {
        self.events.push((kind, day(on)));
        self
    }

    /// With a hold.
    pub fn held(mut self, from: &str, to: Option<&str>) -> Case {
        self.holds.push((day(from), to.map(day)));
        self
    }
}

/// A date.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Noon of a local day.
pub fn noon(date: NaiveDate) -> DateTime<Utc> {
    Zone::default().day_start(date) + TimeDelta::hours(12)
}

/// Writes lines; what happened was recorded an hour later.
pub async fn write(app: &App, cases: Vec<Case>) {
    let done: StoreResult<()> =
        app.store().write(move |tx| cases.iter().try_for_each(|case| line(tx, case).map(|_| ()))).await;
    done.unwrap();
}

/// Does something to the database.
pub async fn on_database<T: Send + 'static>(
    app: &App,
    mut work: impl FnMut(&mut Conn) -> StoreResult<T> + Send + 'static,
) -> T {
    let done: Result<T, StoreError> = app.store().write(move |tx| work(tx)).await;
    done.unwrap()
}

/// Writes a line; its row id.
pub fn line(tx: &mut Conn, case: &Case) -> StoreResult<i64> {
    let ids = people_and_things(tx, case)?;
    let received_at = noon(case.received);
    let rma_id = sql("INSERT INTO rma (number, customer_id, language, tracking_code, source, state, requested_at, recorded_at) \
         VALUES ($1, $2, 'zh-CN', $1, 'import', 'received', $3, $3) RETURNING id AS value")
    .bind(&case.rma)
    .bind(ids.customer)
    .bind(received_at)
    .number(tx)?;
    let line_id = sql("INSERT INTO rma_line (rma_id, line, customer_id, part_id, serial, fault, mode, entitlement, \
         plan_version_id, depot_id, repair_state, faulty_state, sort_due, received_at, last_event_at, version, open_identity) \
         VALUES ($1, 1, $2, $3, $4, '端口不通', 'repair_return', 'contract', $5, $6, 'received', 'received', \
         '9999-12-31', $7, $7, 1, $4) RETURNING id AS value")
    .bind(rma_id)
    .bind(ids.customer)
    .bind(ids.part)
    .bind(format!("S-{}", case.rma))
    .bind(ids.plan_version)
    .bind(ids.depot)
    .bind(received_at)
    .number(tx)?;
    sql("INSERT INTO rma_event (rma_id, line_id, track, kind, to_state, occurred_at, recorded_at) \
         SELECT l.rma_id, l.id, t.track, 'receive_faulty', 'received', $2, $2 FROM rma_line l \
         CROSS JOIN (SELECT 'repair' AS track UNION ALL SELECT 'faulty') t WHERE l.id = $1")
    .bind(line_id)
    .bind(received_at)
    .execute(tx)?;
    promise(tx, case, line_id, &ids)?;
    for (kind, on) in &case.events {
        event(tx, line_id, kind, noon(*on), None, noon(*on) + TimeDelta::hours(1))?;
    }
    Ok(line_id)
}

struct Ids {
    customer: i64,
    depot: i64,
    part: i64,
    plan_version: i64,
}

fn people_and_things(tx: &mut Conn, case: &Case) -> StoreResult<Ids> {
    sql("INSERT INTO customer (code, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(&case.customer)
        .bind(format!("客户{}", case.customer))
        .bind(noon(case.received))
        .execute(tx)?;
    sql("INSERT INTO place (code, kind, customer_id) SELECT 'customer:' || code, 'customer', id FROM customer \
         WHERE code = $1 ON CONFLICT DO NOTHING")
    .bind(&case.customer)
    .execute(tx)?;
    sql("INSERT INTO depot (code, name, class) VALUES ($1, $2, 'common') ON CONFLICT DO NOTHING")
        .bind(&case.depot)
        .bind(format!("{}备件库", case.depot))
        .execute(tx)?;
    sql("INSERT INTO part (part_no, name, name_en, tracking) VALUES ($1, '业务板', 'Service board', 'serial') \
         ON CONFLICT DO NOTHING")
    .bind(&case.part)
    .execute(tx)?;
    let id =
        |tx: &mut Conn, text: &'static str, code: &str| Ok::<_, StoreError>(sql(text).bind(code).number(tx)?);
    Ok(Ids {
        customer: id(tx, "SELECT id AS value FROM customer WHERE code = $1", &case.customer)?,
        depot: id(tx, "SELECT id AS value FROM depot WHERE code = $1", &case.depot)?,
        part: id(tx, "SELECT id AS value FROM part WHERE part_no = $1", &case.part)?,
        plan_version: sql("SELECT min(id) AS value FROM plan_version").number(tx)?,
    })
}

fn promise(tx: &mut Conn, case: &Case, line_id: i64, ids: &Ids) -> StoreResult<i64> {
    let (calendar, terms) = (Calendar::builtin(), ClockTerms::REPAIR_RETURN);
    let base = calendar.due(case.received, &terms, &[]);
    let received_at = noon(case.received);
    let id = promises::insert(
        tx,
        &NewPromise {
            kind: PromiseKind::RepairReturn,
            line_id,
            customer_id: ids.customer,
            depot_id: Some(ids.depot),
            part_id: ids.part,
            plan_version_id: ids.plan_version,
            amount: 60,
            unit: TermUnit::WorkingDays,
            start_day_counts: false,
            target_bp: case.target_bp,
            variant: RateVariant::Strict,
            started_at: received_at,
            due_on: base.due_on.unwrap(),
            due_at: None,
            calendar_version: calendar.version(),
            provisional: base.provisional,
            recorded_at: received_at,
        },
    )?;
    for (from, to) in &case.holds {
        let (start, end) = (noon(*from), to.map(noon));
        promises::start_hold(tx, line_id, "等待客户", "黄杰", false, start, start)?;
        if let Some(end) = end {
            promises::end_holds(tx, line_id, &[false], end, end)?;
        }
    }
    if !case.holds.is_empty() {
        let holds: Vec<Hold> =
            case.holds.iter().map(|(start, resume)| Hold { start: *start, resume: *resume }).collect();
        let due = calendar.due(case.received, &terms, &holds);
        let state = if due.due_on.is_some() { PromiseState::Open } else { PromiseState::Floating };
        let new = NewDue {
            base_due_on: base.due_on.unwrap(),
            due_on: due.due_on,
            calendar_version: calendar.version(),
            provisional: due.provisional,
            state,
        };
        promises::set_due(tx, id, &new, received_at)?;
        promises::show_due_on_line(tx, line_id, due.due_on)?;
    } else {
        promises::show_due_on_line(tx, line_id, base.due_on)?;
    }
    Ok(id)
}

/// Writes an event; its row id. The unit handed back ends its line.
pub fn event(
    tx: &mut Conn,
    line_id: i64,
    kind: &str,
    occurred_at: DateTime<Utc>,
    voids: Option<i64>,
    recorded_at: DateTime<Utc>,
) -> StoreResult<i64> {
    let to = if kind == "confirm_returned" { "returned" } else { "" };
    let id = sql(
        "INSERT INTO rma_event (rma_id, line_id, track, kind, to_state, occurred_at, recorded_at, voids_id) \
         SELECT rma_id, id, 'repair', $2, $3, $4, $5, $6 FROM rma_line WHERE id = $1 RETURNING id AS value",
    )
    .bind(line_id)
    .bind(kind)
    .bind(to)
    .bind(occurred_at)
    .bind(recorded_at)
    .bind(voids)
    .number(tx)?;
    if to == "returned" {
        sql("UPDATE rma_line SET repair_state = 'returned', risk_bp = 0, open_identity = NULL, ended_at = COALESCE(ended_at, $1) WHERE id = $2")
            .bind(occurred_at)
            .bind(line_id)
            .execute(tx)?;
        sql("UPDATE rma_line SET ended_at = (SELECT e.occurred_at FROM rma_event e WHERE e.line_id = $1 AND e.to_state = 'returned' \
             AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id) ORDER BY e.id LIMIT 1) WHERE id = $1")
            .bind(line_id)
            .execute(tx)?;
        sql("UPDATE rma SET state = 'returned' WHERE id = (SELECT rma_id FROM rma_line WHERE id = $1)")
            .bind(line_id)
            .execute(tx)?;
    }
    Ok(id)
}

/// Somebody with a row of their own, who may see the given depots or customers only.
pub async fn somebody(app: &App, role: Role, depots: &[&str], customers: &[&str]) -> Actor {
    let name = format!("{role}-{}{}", depots.concat(), customers.concat());
    let (depots, customers): (Vec<String>, Vec<String>) = (
        depots.iter().map(ToString::to_string).collect(),
        customers.iter().map(ToString::to_string).collect(),
    );
    let own_only = !depots.is_empty();
    let now = app.clock().now();
    on_database(app, move |tx| {
        let user_id =
            sql("INSERT INTO app_user (username, display_name, role, created_at) VALUES ($1, $1, $2, $3) RETURNING id AS value")
                .bind(&name)
                .bind(role)
                .bind(now)
                .number(tx)?;
        for code in &depots {
            sql("INSERT INTO user_depot (user_id, depot_id, valid_from) SELECT $1, id, $3 FROM depot WHERE code = $2")
                .bind(user_id)
                .bind(code)
                .bind(now)
                .execute(tx)?;
        }
        for code in &customers {
            sql("INSERT INTO user_customer (user_id, customer_id) SELECT $1, id FROM customer WHERE code = $2")
                .bind(user_id)
                .bind(code)
                .execute(tx)?;
        }
        Ok(Actor {
            user_id,
            username: name.clone(),
            role,
            depots: vec![],
            customer_ids: vec![],
            reads_own_only: own_only,
            only: None,
        })
    })
    .await
}

/// Reads as somebody, with a query made of these parameters.
pub async fn ask<T: Send + 'static>(
    app: &App,
    actor: Actor,
    parameters: &[(&str, &str)],
    work: impl FnOnce(&mut Conn, &Ctx, &beiku::app::figures::Query) -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    let asked = asked(parameters);
    let ctx = app.context(actor, "test".into());
    let query = beiku::app::figures::Query::read(&asked, &ctx).map_err(Error::Refused)?;
    beiku::app::read(app, &ctx, move |conn, ctx| work(conn, ctx, &query)).await
}

/// The parameters of a question.
pub fn asked(parameters: &[(&str, &str)]) -> beiku::app::figures::Asked {
    let of = |name: &str| {
        parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    beiku::app::figures::Asked {
        from: of("from"),
        to: of("to"),
        as_of: of("as_of"),
        known_at: of("known_at"),
        by: of("by"),
        variant: of("variant"),
        depot: of("depot"),
        customer: of("customer"),
        part_no: of("part_no"),
    }
}

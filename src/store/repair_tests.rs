//! Steps of tests after repair.

use crate::domain::repair::{StepResult, TestStep};
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

row! {
    /// A step of a test.
    pub struct TestStepRow {
        /// Which test of the order, from 1.
        pub test: i64,
        /// What was tried.
        pub name: String,
        /// How it went.
        pub result: StepResult,
        /// What proves it.
        pub evidence: String,
        /// Who tried it.
        pub actor: Option<String>,
        /// When the test was done.
        pub tested_at: DateTime<Utc>,
    }

    struct Latest { value: Option<i64> }
    struct StepName { value: String }
}

/// Writes the steps of an order's next test.
pub fn insert(
    tx: &mut Conn,
    repair_id: i64,
    steps: &[TestStep],
    actor_id: Option<i64>,
    at: DateTime<Utc>,
) -> StoreResult<()> {
    let before: Latest = sql("SELECT MAX(test) AS value FROM repair_test_step WHERE repair_id = $1")
        .bind(repair_id)
        .one(tx)?;
    let test = before.value.unwrap_or(0).saturating_add(1);
    for step in steps {
        sql("INSERT INTO repair_test_step (repair_id, test, name, result, evidence, actor_id, tested_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(repair_id)
        .bind(test)
        .bind(&step.name)
        .bind(step.result)
        .bind(&step.evidence)
        .bind(actor_id)
        .bind(at)
        .execute(tx)?;
    }
    Ok(())
}

/// The steps of an order's tests: latest test first, in the order they were tried.
pub fn of_repair(conn: &mut Conn, repair_id: i64) -> StoreResult<Vec<TestStepRow>> {
    Ok(sql("SELECT s.test, s.name, s.result, s.evidence, a.display_name AS actor, s.tested_at \
         FROM repair_test_step s LEFT JOIN app_user a ON a.id = s.actor_id \
         WHERE s.repair_id = $1 ORDER BY s.test DESC, s.id")
    .bind(repair_id)
    .load(conn)?)
}

/// What the latest test of a part tried, in its order; nothing when none was tested in steps.
pub fn latest_names(conn: &mut Conn, part_no: &str) -> StoreResult<Vec<String>> {
    let names: Vec<StepName> = sql(
        "SELECT s.name AS value FROM repair_test_step s JOIN (\
         SELECT x.repair_id, x.test FROM repair_test_step x JOIN repair_order o ON o.id = x.repair_id \
         JOIN unit u ON u.id = o.unit_id JOIN part p ON p.id = u.part_id WHERE p.part_no = $1 \
         ORDER BY x.id DESC LIMIT 1) latest ON latest.repair_id = s.repair_id AND latest.test = s.test ORDER BY s.id",
    )
    .bind(part_no)
    .load(conn)?;
    Ok(names.into_iter().map(|row| row.value).collect())
}

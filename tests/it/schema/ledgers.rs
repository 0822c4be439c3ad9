//! The ledgers take new rows only: the database itself refuses to change or remove one.

use crate::support::{Database, Engine, on_both};
use beiku::store::StoreError;
use beiku::store::sql::{Conn, sql};

/// One row in each table that only grows.
const ROWS: &str = "
    INSERT INTO part (id, part_no, name, tracking) VALUES (1, 'P', 'P', 'quantity');
    INSERT INTO movement (kind, part_id, quantity, from_place_id, to_place_id, condition_from, condition_to, owner_from, owner_to,
            occurred_at, recorded_at)
        SELECT 'opening', 1, 1, a.id, b.id, 'good', 'good', 'own', 'own', '2026-03-02 01:00:00', '2026-03-02 01:00:00'
        FROM place a, place b WHERE a.code = 'opening' AND b.code = 'scrap';
    INSERT INTO customer (id, code, name, created_at) VALUES (1, 'C', 'C', '2026-03-02 01:00:00');
    INSERT INTO rma (id, number, customer_id, language, tracking_code, source, state, requested_at, recorded_at)
        VALUES (1, 'R', 1, 'en', 't', 'staff', 'requested', '2026-03-02 01:00:00', '2026-03-02 01:00:00');
    INSERT INTO rma_event (rma_id, track, kind, occurred_at, recorded_at)
        VALUES (1, 'note', 'note', '2026-03-02 01:00:00', '2026-03-02 01:00:00');
    INSERT INTO audit (at, actor, action, subject) VALUES ('2026-03-02 01:00:00', 'a', 'b', 'c');";

fn count(conn: &mut Conn, table: &str) -> i64 {
    beiku::store::sql::sql_once(format!("SELECT count(*) AS value FROM {table}")).number(conn).unwrap()
}

on_both!(ledger_rows_can_be_neither_changed_nor_removed, async |db: &Database| {
    // Its rows say nothing that would prove.
    db.spoil();
    db.store().write(|tx| Ok::<_, StoreError>(tx.batch(ROWS)?)).await.unwrap();
    for (table, column) in [("movement", "document"), ("rma_event", "note"), ("audit", "detail")] {
        let mut attempts = vec![format!("UPDATE {table} SET {column} = 'x'"), format!("DELETE FROM {table}")];
        if db.engine() == Engine::Postgres {
            attempts.push(format!("TRUNCATE {table} CASCADE"));
        }
        for attempt in attempts {
            let text = attempt.clone();
            let refused =
                db.store().write(move |tx| Ok::<_, StoreError>(tx.batch(&text)?)).await.unwrap_err();
            let expected = format!("{table} is append-only");
            assert!(refused.to_string().contains(&expected), "{attempt}: {refused}");
        }
        let rows = db.store().read(move |c| Ok::<_, StoreError>(count(c, table))).await.unwrap();
        assert_eq!(rows, 1, "{table}");
    }
});

on_both!(the_database_starts_with_the_boundaries_of_the_ledger, async |db: &Database| {
    let kinds = db.store().read(|c| {
        let boundaries = "SELECT count(*) AS value FROM place WHERE kind IN ('opening', 'supplier', 'consumed', 'lost', 'scrap')";
        Ok::<_, StoreError>((sql(boundaries).number(c)?, count(c, "place"), count(c, "plan"), count(c, "plan_term")))
    });
    assert_eq!(kinds.await.unwrap(), (5, 5, 2, 10));
});

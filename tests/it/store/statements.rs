//! A statement is prepared once per connection: worth 1.4 to 1.7 times the writes on SQLite, a round trip on PostgreSQL.

use super::{Probe, connect, make_probe, put};
use crate::support::{Database, on_both};
use beiku::store::StoreError;
use beiku::store::sql::{Conn, sql, sql_once, sql_shaped};
use diesel::Connection;
use diesel::connection::InstrumentationEvent;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// How often each text was prepared for the connection's cache.
type Prepared = Arc<Mutex<BTreeMap<String, usize>>>;

fn watch(conn: &mut Conn) -> Prepared {
    let prepared = Prepared::default();
    let seen = Arc::clone(&prepared);
    let hook = move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::CacheQuery { sql, .. } = event {
            *seen.lock().unwrap().entry(sql.to_owned()).or_default() += 1;
        }
    };
    match conn {
        Conn::Pg(c) => c.set_instrumentation(hook),
        Conn::Sqlite(c) => c.set_instrumentation(hook),
    }
    prepared
}

on_both!(each_statement_is_prepared_once, async |db: &Database| {
    make_probe(db.store()).await;
    let mut conn = connect(db);
    let prepared = watch(&mut conn);
    for round in 0..5_i64 {
        let name = format!("n{round}");
        put(&mut conn, &name, round).unwrap();
        sql("UPDATE probe SET amount = amount + $1 WHERE name = $2")
            .bind(1_i64)
            .bind(&name)
            .execute(&mut conn)
            .unwrap();
        sql("INSERT INTO probe (name, amount) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET amount = excluded.amount")
            .bind(&name)
            .bind(round)
            .execute(&mut conn)
            .unwrap();
        let returned = sql("UPDATE probe SET amount = $1 WHERE name = $2 RETURNING amount AS value")
            .bind(7_i64)
            .bind(&name);
        assert_eq!(returned.number(&mut conn).unwrap(), 7);
        sql("SELECT name, amount FROM probe WHERE name = $1").bind(&name).one::<Probe>(&mut conn).unwrap();
        let shape = if round % 2 == 0 { "amount > $1" } else { "amount >= $1" };
        sql_shaped(format!("SELECT count(*) AS value FROM probe WHERE {shape}"))
            .bind(0_i64)
            .number(&mut conn)
            .unwrap();
        sql("DELETE FROM probe WHERE name = $1").bind(&name).execute(&mut conn).unwrap();
    }
    let prepared = prepared.lock().unwrap();
    assert_eq!(prepared.len(), 8, "six texts and two shapes: {prepared:#?}");
    assert!(prepared.values().all(|times| *times == 1), "prepared again: {prepared:#?}");
});

on_both!(a_statement_of_one_time_leaves_nothing_in_the_cache, async |db: &Database| {
    make_probe(db.store()).await;
    let mut conn = connect(db);
    let prepared = watch(&mut conn);
    for n in 1..20_i64 {
        let rows: Vec<String> = (1..=n).map(|i| format!("('a{n}-{i}', ${i})")).collect();
        let mut batch = sql_once(format!("INSERT INTO probe (name, amount) VALUES {}", rows.join(", ")));
        for i in 1..=n {
            batch = batch.bind(i);
        }
        assert_eq!(i64::try_from(batch.execute(&mut conn).unwrap()).unwrap(), n);
    }
    assert_eq!(prepared.lock().unwrap().len(), 0);
});

on_both!(rows_stream_one_by_one_and_may_be_left_early, async |db: &Database| {
    make_probe(db.store()).await;
    let seen = db
        .store()
        .write(|tx| {
            for n in 0..1_000_i64 {
                put(tx, &format!("{n:04}"), n)?;
            }
            let mut sum = 0;
            sql("SELECT name, amount FROM probe ORDER BY name").for_each(tx, |row: Probe| {
                sum += row.amount;
                Ok(())
            })?;
            let mut seen = 0;
            let left = sql("SELECT name, amount FROM probe ORDER BY name").for_each(tx, |_: Probe| {
                seen += 1;
                if seen == 3 { Err(diesel::result::Error::RollbackTransaction) } else { Ok(()) }
            });
            assert!(matches!(left, Err(diesel::result::Error::RollbackTransaction)));
            // The connection serves the next statement.
            let count = sql("SELECT count(*) AS value FROM probe").number(tx)?;
            Ok::<_, StoreError>((sum, seen, count))
        })
        .await
        .unwrap();
    assert_eq!(seen, (499_500, 3, 1_000));
});

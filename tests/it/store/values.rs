//! Every kind of value comes back as it went, on both databases alike.

use crate::support::{Database, Engine, on_both};
use beiku::row;
use beiku::store::sql::{Value, micros, sql, sql_once};
use beiku::store::{Address, StoreError};
use chrono::{DateTime, NaiveDate, TimeZone, Utc};

row! {
    struct Everything {
        whole: Option<i64>,
        words: Option<String>,
        yes: Option<bool>,
        at: Option<DateTime<Utc>>,
        day: Option<NaiveDate>,
        bytes: Option<Vec<u8>>,
    }
    struct Instant { at: DateTime<Utc> }
    struct Texts { first: String, second: String, again: String }
}

type Case = (
    Option<i64>,
    Option<&'static str>,
    Option<bool>,
    Option<DateTime<Utc>>,
    Option<NaiveDate>,
    Option<Vec<u8>>,
);

fn cases() -> Vec<Case> {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
    let at = |nanos| Utc.timestamp_opt(1_793_500_000, nanos).single();
    vec![
        (Some(0), Some(""), Some(false), at(0), day(2026, 3, 2), Some(vec![])),
        (
            Some(i64::MAX),
            Some("备件 '一' \"二\" \\ 🧰 $1 ; --"),
            Some(true),
            at(999_999_000),
            day(9999, 12, 31),
            Some((0..=255).collect()),
        ),
        (Some(i64::MIN), Some("line\nbreak\ttab"), Some(true), at(1_000), day(2010, 1, 1), Some(vec![0])),
        (
            Some(-1),
            Some(" "),
            Some(false),
            Utc.with_ymd_and_hms(1969, 12, 31, 23, 59, 59).single(),
            day(1970, 1, 1),
            Some(vec![0xff]),
        ),
        (None, None, None, None, None, None),
    ]
}

on_both!(every_kind_of_value_comes_back, async |db: &Database| {
    let bytes = if db.engine() == Engine::Postgres { "BYTEA" } else { "BLOB" };
    let table = format!(
        "CREATE TABLE everything (id BIGINT, whole BIGINT, words TEXT, yes BOOLEAN, at TIMESTAMP, day DATE, bytes {bytes})"
    );
    db.store().write(move |tx| Ok::<_, StoreError>(tx.batch(&table)?)).await.unwrap();
    for (id, case) in (1_i64..).zip(cases()) {
        let (whole, words, yes, at, day, bytes) = case.clone();
        let row: Everything = db
            .store()
            .write(move |tx| {
                sql("INSERT INTO everything (id, whole, words, yes, at, day, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)")
                    .bind(id)
                    .bind(whole)
                    .bind(words)
                    .bind(yes)
                    .bind(at)
                    .bind(day)
                    .bind(bytes.clone())
                    .execute(tx)?;
                let text = "SELECT whole, words, yes, at, day, bytes FROM everything WHERE id = $1";
                Ok::<_, StoreError>(sql(text).bind(id).one(tx)?)
            })
            .await
            .unwrap();
        let back = (row.whole, row.words.as_deref(), row.yes, row.at, row.day, row.bytes);
        assert_eq!(back, (case.0, case.1, case.2, case.3, case.4, case.5));
    }
});

on_both!(instants_are_kept_to_the_microsecond_and_in_order, async |db: &Database| {
    let nanos = [0, 1_999, 500_000_000, 999_999_999, 1_000, 123_456_789, 500_001_000];
    let rows: Vec<Instant> = db
        .store()
        .write(move |tx| {
            tx.batch("CREATE TABLE instant (at TIMESTAMP NOT NULL)")?;
            for nanos in nanos {
                let at = Utc.timestamp_opt(1_793_500_000, nanos).unwrap();
                sql("INSERT INTO instant (at) VALUES ($1)").bind(at).execute(tx)?;
            }
            Ok::<_, StoreError>(sql("SELECT at FROM instant ORDER BY at").load(tx)?)
        })
        .await
        .unwrap();
    let expected = [0, 1_000, 1_000, 123_456_000, 500_000_000, 500_001_000, 999_999_000];
    let kept: Vec<u32> = rows.iter().map(|row| row.at.timestamp_subsec_nanos()).collect();
    assert_eq!(kept, expected);
    assert!(
        rows.iter().all(|row| micros(row.at).and_utc() == row.at),
        "what comes back is what the clock may give"
    );
});

on_both!(a_value_may_be_used_twice_and_in_any_order, async |db: &Database| {
    let row: Texts = db
        .store()
        .read(|c| {
            let text =
                "SELECT CAST($2 AS TEXT) AS second, CAST($1 AS TEXT) AS first, CAST($2 AS TEXT) AS again";
            Ok::<_, StoreError>(sql(text).bind("one").bind("two").one(c)?)
        })
        .await
        .unwrap();
    assert_eq!((row.first.as_str(), row.second.as_str(), row.again.as_str()), ("one", "two", "two"));
});

on_both!(more_than_nine_values_keep_their_places, async |db: &Database| {
    let sum = db.store().read(|c| {
        let text: Vec<String> = (1..=12).map(|n| format!("CAST(${n} AS BIGINT) * {}", 1_i64 << n)).collect();
        let mut query = sql_once(format!("SELECT {} AS value", text.join(" + ")));
        for n in 1_i64..=12 {
            query = query.bind(n);
        }
        Ok::<_, StoreError>(query.number(c)?)
    });
    assert_eq!(sum.await.unwrap(), (1_i64..=12).map(|n| n << n).sum::<i64>());
});

on_both!(a_placeholder_without_a_value_is_an_error_not_a_null, async |db: &Database| {
    let result =
        db.store().read(|c| Ok::<_, StoreError>(sql("SELECT $2 AS value").bind(1_i64).number(c)?)).await;
    assert!(result.unwrap_err().to_string().contains("$2 has no value"));
});

on_both!(a_null_where_none_is_expected_names_its_column, async |db: &Database| {
    let text = "SELECT 'a' AS first, CAST(NULL AS TEXT) AS second, 'b' AS again";
    let result = db.store().read(move |c| Ok::<_, StoreError>(sql(text).one::<Texts>(c)?)).await;
    assert!(result.unwrap_err().to_string().contains("second"));
});

#[test]
fn instants_are_cut_not_rounded() {
    let late = Utc.timestamp_opt(1, 999_999_999).unwrap();
    let Value::Time(Some(kept)) = Value::from(late) else { panic!("an instant is a Time") };
    assert_eq!(kept.and_utc(), Utc.timestamp_opt(1, 999_999_000).unwrap());
}

#[test]
fn the_scheme_alone_chooses_the_database() {
    assert_eq!(Address::parse("sqlite:beiku.db").unwrap(), Address::Sqlite("beiku.db".into()));
    assert_eq!(
        Address::parse("sqlite:///var/lib/beiku.db").unwrap(),
        Address::Sqlite("/var/lib/beiku.db".into())
    );
    assert!(matches!(Address::parse("postgres://u@h/d").unwrap(), Address::Postgres(_)));
    for wrong in ["beiku.db", "sqlite:", "mysql://u@h/d", "", "Postgres:/h"] {
        assert!(Address::parse(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_password_is_never_shown() {
    for url in ["postgres://beiku:s3cret@h/d", "postgres://beiku:s3cr@t@h/d"] {
        let shown = Address::parse(url).unwrap().describe();
        assert_eq!(shown, "PostgreSQL postgres://beiku:***@h/d");
    }
    let refused = Address::parse("mysql://beiku:s3cret@h/d").unwrap_err().to_string();
    assert!(!refused.contains("s3cret"), "{refused}");
}

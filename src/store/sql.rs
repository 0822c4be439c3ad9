//! The one way to talk to either database: a text with `$n` placeholders, values bound to it, rows read by name.
//!
//! The same text runs on SQLite and PostgreSQL. Unlike diesel's `sql_query`, `Sql` may be cached as a prepared statement
//! (by its text), which is worth 1.4 to 1.7 times the writes on SQLite and a round trip each on PostgreSQL.
//! See docs/decisions/0001-sql-text.md.

use crate::store::slow::watched;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{self, BigInt, Binary, Bool, Date, HasSqlType, Nullable, Text, Timestamp};
use diesel::sqlite::Sqlite;
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection};
use std::borrow::Cow;

/// A connection to either database.
pub enum Conn {
    /// PostgreSQL.
    Pg(PgConnection),
    /// The embedded SQLite file.
    Sqlite(SqliteConnection),
}

impl Conn {
    /// Whether this is PostgreSQL: for the few statements whose text must differ.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self, Conn::Pg(_))
    }

    /// Runs several statements without values, e.g. a migration.
    pub fn batch(&mut self, text: &str) -> QueryResult<()> {
        use diesel::connection::SimpleConnection;
        match self {
            Conn::Pg(c) => c.batch_execute(text),
            Conn::Sqlite(c) => c.batch_execute(text),
        }
    }
}

/// A value to bind. NULL carries its type, so that PostgreSQL need not guess.
#[derive(Debug, Clone)]
pub enum Value {
    /// `BIGINT`
    Int(Option<i64>),
    /// `TEXT`
    Text(Option<String>),
    /// `BOOLEAN`
    Bool(Option<bool>),
    /// `TIMESTAMP`, UTC, microseconds
    Time(Option<NaiveDateTime>),
    /// `DATE`
    Date(Option<NaiveDate>),
    /// `BYTEA` or `BLOB`
    Bytes(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($type:ty => $variant:ident, $convert:expr;)+) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self { Value::$variant(Some($convert(value))) }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self { Value::$variant(value.map($convert)) }
        }
    )+};
}

value_from! {
    i64 => Int, std::convert::identity;
    String => Text, std::convert::identity;
    &str => Text, str::to_owned;
    &String => Text, String::clone;
    bool => Bool, std::convert::identity;
    DateTime<Utc> => Time, micros;
    NaiveDate => Date, std::convert::identity;
    Vec<u8> => Bytes, std::convert::identity;
    &[u8] => Bytes, <[u8]>::to_vec;
}

/// Cuts an instant to the microsecond both databases keep (SQLite would keep nanoseconds, PostgreSQL not).
#[must_use]
pub fn micros(instant: DateTime<Utc>) -> NaiveDateTime {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant).naive_utc()
}

/// A statement: its text with `$1`, `$2` … and the values for them. A value may be used several times.
#[derive(Debug, Clone)]
pub struct Sql {
    text: Cow<'static, str>,
    values: Vec<Value>,
    cached: bool,
}

/// A statement whose text is fixed: it is prepared once per connection.
#[must_use]
pub fn sql(text: &'static str) -> Sql {
    Sql { text: Cow::Borrowed(text), values: Vec::new(), cached: true }
}

/// A statement put together from a few fixed pieces (filters of a list): prepared once per shape.
#[must_use]
pub fn sql_shaped(text: String) -> Sql {
    Sql { text: Cow::Owned(text), values: Vec::new(), cached: true }
}

/// A statement with an open number of shapes: never cached, so the cache stays small.
#[must_use]
pub fn sql_once(text: String) -> Sql {
    Sql { text: Cow::Owned(text), values: Vec::new(), cached: false }
}

/// Values one IN list holds at most.
const IN_LIST: usize = 256;

/// A statement about any number of values. Made by [`sql_in`].
#[derive(Debug, Clone)]
pub struct InLists {
    text: String,
    fixed: Vec<Value>,
    values: Vec<Value>,
}

/// A statement in which `{in}` stands for a list of these values. It is run once for at most 256 of them, each list filled up
/// with its last value to a power of two: nine shapes in all, prepared once each.
pub fn sql_in<V: Into<Value>>(text: &str, values: impl IntoIterator<Item = V>) -> InLists {
    let values = values.into_iter().map(Into::into).collect();
    InLists { text: text.to_owned(), fixed: Vec::new(), values }
}

impl InLists {
    /// Binds the next of the values before the lists: `$1`, `$2` …
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.fixed.push(value.into());
        self
    }

    /// All rows of all runs.
    pub fn load<T: Row>(&self, conn: &mut Conn) -> QueryResult<Vec<T>> {
        let mut rows = Vec::new();
        for statement in self.statements() {
            rows.extend(statement.load::<T>(conn)?);
        }
        Ok(rows)
    }

    /// Runs it; the number of rows it touched.
    pub fn execute(&self, conn: &mut Conn) -> QueryResult<usize> {
        self.statements().map(|statement| statement.execute(conn)).sum()
    }

    fn statements(&self) -> impl Iterator<Item = Sql> {
        self.values.chunks(IN_LIST).map(|list| {
            let shape = list.len().next_power_of_two();
            let numbers = (self.fixed.len() + 1..).take(shape).map(|n| format!("${n}"));
            let text = self.text.replace("{in}", &numbers.collect::<Vec<_>>().join(", "));
            let padding = list.iter().rev().take(1).cycle().take(shape - list.len());
            sql_shaped(text).bind_all(self.fixed.iter().chain(list).chain(padding).cloned())
        })
    }
}

/// Rows one multi-row statement holds at most: well under both databases' limit of bound values.
const ROWS_AT_ONCE: usize = 128;

/// A statement over many rows, cut into statements of 128, 64, 32 … rows: eight shapes in all, prepared once each. `head` ends in
/// `VALUES`, `tail` is e.g. ` RETURNING id`.
pub fn sql_rows(head: &str, rows: Vec<Vec<Value>>, tail: &str) -> Vec<Sql> {
    let mut statements = vec![];
    let mut rows = rows.into_iter();
    while let Some(shape) = rows.len().checked_ilog2() {
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(ROWS_AT_ONCE.min(1 << shape)).collect();
        let mut text = String::from(head);
        let mut n = 0;
        for (at, row) in chunk.iter().enumerate() {
            text.push_str(if at == 0 { " (" } else { ", (" });
            for column in 0..row.len() {
                n += 1;
                text.push_str(if column == 0 { "$" } else { ", $" });
                text.push_str(&n.to_string());
            }
            text.push(')');
        }
        text.push_str(tail);
        statements.push(sql_shaped(text).bind_all(chunk.into_iter().flatten()));
    }
    statements
}

/// The filters of a list: fixed clauses put together, each with one value. Few shapes, so the statement may be cached.
#[derive(Debug, Default)]
pub struct Filters {
    text: String,
    values: Vec<Value>,
}

impl Filters {
    /// Starts with the values of the fixed part of the statement, `$1`, `$2` …
    #[must_use]
    pub fn after(values: Vec<Value>) -> Filters {
        Filters { text: String::new(), values }
    }

    /// Adds ` AND clause`, in which every `?` stands for `value`.
    pub fn and(&mut self, clause: &str, value: impl Into<Value>) {
        let placeholder = self.value(value);
        self.text.push_str(" AND ");
        self.text.push_str(&clause.replace('?', &placeholder));
    }

    /// Adds ` AND clause` without a value: what a partial index must read in the statement's own text.
    pub fn and_fixed(&mut self, clause: &str) {
        self.text.push_str(" AND ");
        self.text.push_str(clause);
    }

    /// Adds the clause when there is a value for it.
    pub fn and_some(&mut self, clause: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.and(clause, value);
        }
    }

    /// Adds a value without a clause (e.g. the limit); its placeholder.
    pub fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// The clauses, to be put into the statement's text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The statement with this text and all the values.
    #[must_use]
    pub fn into_sql(self, text: String) -> Sql {
        Sql { text: Cow::Owned(text), values: self.values, cached: true }
    }
}

impl Sql {
    /// Binds the next value.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// The statement that shows how this one would be carried out: for tests that hold plans.
    #[must_use]
    pub fn explained(self, conn: &Conn) -> Sql {
        let how = if conn.is_postgres() { "EXPLAIN" } else { "EXPLAIN QUERY PLAN" };
        Sql { text: Cow::Owned(format!("{how} {}", self.text)), values: self.values, cached: false }
    }

    /// Binds several values in order.
    #[must_use]
    pub fn bind_all<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.values.extend(values.into_iter().map(Into::into));
        self
    }

    /// Runs the statement; the number of rows it touched.
    pub fn execute(self, conn: &mut Conn) -> QueryResult<usize> {
        let text = self.text.clone();
        watched(&text, || match conn {
            Conn::Pg(c) => RunQueryDsl::execute(self, c),
            Conn::Sqlite(c) => RunQueryDsl::execute(self, c),
        })
    }

    /// All rows.
    pub fn load<T: Row>(self, conn: &mut Conn) -> QueryResult<Vec<T>> {
        let text = self.text.clone();
        watched(&text, || match conn {
            Conn::Pg(c) => RunQueryDsl::load(self, c),
            Conn::Sqlite(c) => RunQueryDsl::load(self, c),
        })
    }

    /// The first row, if any.
    pub fn optional<T: Row>(self, conn: &mut Conn) -> QueryResult<Option<T>> {
        Ok(self.load::<T>(conn)?.into_iter().next())
    }

    /// The first row; [`diesel::result::Error::NotFound`] when there is none.
    pub fn one<T: Row>(self, conn: &mut Conn) -> QueryResult<T> {
        self.optional(conn)?.ok_or(diesel::result::Error::NotFound)
    }

    /// A single number under the name `value`, e.g. a count or a new id.
    pub fn number(self, conn: &mut Conn) -> QueryResult<i64> {
        Ok(self.one::<Number>(conn)?.value)
    }

    /// Hands rows to `each` one by one, never holding them all: for exports and proofs over whole tables.
    pub fn for_each<T: Row>(
        self,
        conn: &mut Conn,
        mut each: impl FnMut(T) -> QueryResult<()>,
    ) -> QueryResult<()> {
        fn drive<C, T>(
            query: Sql,
            conn: &mut C,
            each: &mut dyn FnMut(T) -> QueryResult<()>,
        ) -> QueryResult<()>
        where
            C: LoadConnection<<C as RowByRow>::Mode> + RowByRow,
            Sql: QueryFragment<C::Backend>,
            T: QueryableByName<C::Backend>,
            C::Backend: diesel::expression::QueryMetadata<sql_types::Untyped>,
        {
            for row in LoadConnection::<<C as RowByRow>::Mode>::load(conn, query)? {
                each(T::build(&row?).map_err(diesel::result::Error::DeserializationError)?)?;
            }
            Ok(())
        }
        match conn {
            Conn::Pg(c) => drive(self, c, &mut each),
            Conn::Sqlite(c) => drive(self, c, &mut each),
        }
    }
}

/// How a connection streams rows.
trait RowByRow {
    type Mode;
}
impl RowByRow for PgConnection {
    type Mode = diesel::pg::PgRowByRowLoadingMode;
}
impl RowByRow for SqliteConnection {
    type Mode = diesel::connection::DefaultLoadingMode;
}

impl<DB> QueryFragment<DB> for Sql
where
    DB: Backend
        + HasSqlType<BigInt>
        + HasSqlType<Text>
        + HasSqlType<Bool>
        + HasSqlType<Timestamp>
        + HasSqlType<Date>
        + HasSqlType<Binary>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
    bool: ToSql<Bool, DB>,
    NaiveDateTime: ToSql<Timestamp, DB>,
    NaiveDate: ToSql<Date, DB>,
    Vec<u8>: ToSql<Binary, DB>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
    Option<bool>: ToSql<Nullable<Bool>, DB>,
    Option<NaiveDateTime>: ToSql<Nullable<Timestamp>, DB>,
    Option<NaiveDate>: ToSql<Nullable<Date>, DB>,
    Option<Vec<u8>>: ToSql<Nullable<Binary>, DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.cached {
            pass.unsafe_to_cache_prepared();
        }
        let mut rest: &str = &self.text;
        while let Some(at) = rest.find('$') {
            let (before, after) = rest.split_at(at);
            pass.push_sql(before);
            let digits = after.bytes().skip(1).take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                // A dollar sign in a text stands for itself.
                pass.push_sql("$");
                rest = after.get(1..).unwrap_or_default();
                continue;
            }
            let (placeholder, tail) = after.split_at(1 + digits);
            let value = placeholder
                .get(1..)
                .and_then(|n| n.parse::<usize>().ok())
                .and_then(|n| self.values.get(n.checked_sub(1)?));
            match value {
                Some(Value::Int(v)) => pass.push_bind_param::<Nullable<BigInt>, _>(v)?,
                Some(Value::Text(v)) => pass.push_bind_param::<Nullable<Text>, _>(v)?,
                Some(Value::Bool(v)) => pass.push_bind_param::<Nullable<Bool>, _>(v)?,
                Some(Value::Time(v)) => pass.push_bind_param::<Nullable<Timestamp>, _>(v)?,
                Some(Value::Date(v)) => pass.push_bind_param::<Nullable<Date>, _>(v)?,
                Some(Value::Bytes(v)) => pass.push_bind_param::<Nullable<Binary>, _>(v)?,
                None => {
                    return Err(diesel::result::Error::QueryBuilderError(
                        format!("placeholder {placeholder} has no value in: {}", self.text).into(),
                    ));
                }
            }
            rest = tail;
        }
        pass.push_sql(rest);
        Ok(())
    }
}

/// The cache key is the text.
impl QueryId for Sql {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Sql {
    type SqlType = sql_types::Untyped;
}

impl<C: Connection> RunQueryDsl<C> for Sql {}

/// A Rust type a column is read into.
pub trait Column: Sized {
    /// The column's SQL type.
    type Sql: sql_types::SqlType + sql_types::SingleValue;
    /// What diesel reads.
    type Raw: FromSql<Self::Sql, Pg> + FromSql<Self::Sql, Sqlite>;
    /// From what diesel read; an error when the database holds what the program does not know.
    fn from_raw(raw: Self::Raw) -> deserialize::Result<Self>;
}

macro_rules! plain_columns {
    ($($type:ty: $sql:ty),+) => {$(
        impl Column for $type {
            type Sql = $sql;
            type Raw = $type;
            fn from_raw(raw: $type) -> deserialize::Result<Self> { Ok(raw) }
        }
    )+};
}
plain_columns!(i64: BigInt, String: Text, bool: Bool, NaiveDate: Date, Vec<u8>: Binary);

impl Column for DateTime<Utc> {
    type Sql = Timestamp;
    type Raw = NaiveDateTime;
    fn from_raw(raw: NaiveDateTime) -> deserialize::Result<Self> {
        Ok(raw.and_utc())
    }
}

impl<T: Column> Column for Option<T>
where
    T::Sql: sql_types::SqlType<IsNull = sql_types::is_nullable::NotNull>,
    Nullable<T::Sql>: sql_types::SingleValue,
{
    type Sql = Nullable<T::Sql>;
    type Raw = Option<T::Raw>;
    fn from_raw(raw: Option<T::Raw>) -> deserialize::Result<Self> {
        raw.map(T::from_raw).transpose()
    }
}

/// A row that reads the same from both databases.
pub trait Row: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static {}
impl<T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static> Row for T {}

/// Declares a row: a struct whose fields are the columns of the same name.
#[macro_export]
macro_rules! row {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$fmeta:meta])* $fvis:vis $field:ident : $type:ty),+ $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone)]
        $vis struct $name { $($(#[$fmeta])* $fvis $field: $type),+ }
        $crate::row!(@for diesel::pg::Pg, $name { $($field: $type),+ });
        $crate::row!(@for diesel::sqlite::Sqlite, $name { $($field: $type),+ });
    )+};
    (@for $db:ty, $name:ident { $($field:ident : $type:ty),+ }) => {
        impl diesel::deserialize::QueryableByName<$db> for $name {
            fn build<'a>(row: &impl diesel::row::NamedRow<'a, $db>) -> diesel::deserialize::Result<Self> {
                use $crate::store::sql::Column;
                Ok(Self { $($field: {
                    let raw = diesel::row::NamedRow::get::<<$type as Column>::Sql, <$type as Column>::Raw>(row, stringify!($field))
                        .map_err(|e| format!("column {}: {e}", stringify!($field)))?;
                    <$type as Column>::from_raw(raw)?
                }),+ })
            }
        }
    };
}

row! {
    struct Number { value: i64 }
}

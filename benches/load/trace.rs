//! The statements a piece of the program runs, with their values, just as diesel hands them to the database: to look at
//! their plans, and to run the very same ones without the program around them.

use beiku::store::Conn;
use diesel::Connection;
use diesel::connection::InstrumentationEvent;
use std::iter::Peekable;
use std::str::Chars;
use std::sync::{Arc, Mutex, PoisonError};

/// A value that was bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// NULL
    Null,
    /// A number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// Text, also of a date or an instant.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Bound {
    /// The value as it is written in SQL.
    pub fn literal(&self, is_postgres: bool) -> String {
        match self {
            Bound::Null => "NULL".into(),
            Bound::Int(n) => n.to_string(),
            Bound::Bool(b) => b.to_string(),
            Bound::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Bound::Bytes(bytes) if is_postgres => format!("'\\x{}'", hex::encode(bytes)),
            Bound::Bytes(bytes) => format!("x'{}'", hex::encode(bytes)),
        }
    }
}

/// A statement that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// Its text: `?` on SQLite, `$1`, `$2` … on PostgreSQL, one for each value.
    pub text: String,
    /// Its values, in order.
    pub values: Vec<Bound>,
}

impl Traced {
    /// Reads what diesel shows of a query.
    fn read(shown: &str) -> Traced {
        let (text, binds) = shown.rsplit_once(" -- binds: ").unwrap_or((shown, "[]"));
        Traced { text: text.to_owned(), values: values(binds) }
    }

    /// The text with something else in the place of each value.
    pub fn with(&self, is_postgres: bool, words: &[String]) -> String {
        let mut written = String::with_capacity(self.text.len() * 2);
        let mut words = words.iter();
        let mut rest = self.text.as_str();
        let mark = if is_postgres { '$' } else { '?' };
        while let Some(at) = rest.find(mark) {
            written.push_str(&rest[..at]);
            let tail = &rest[at + 1..];
            let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
            match words.next() {
                Some(word) => written.push_str(word),
                None => written.push(mark),
            }
            rest = &tail[digits..];
        }
        written.push_str(rest);
        written
    }
}

/// What was run since the last look.
#[derive(Clone, Default)]
pub struct Trace(Arc<Mutex<Vec<Traced>>>);

impl Trace {
    /// Watches a connection from now on.
    pub fn of(conn: &mut Conn) -> Trace {
        let trace = Trace::default();
        let seen = trace.clone();
        let hook = move |event: InstrumentationEvent<'_>| seen.hear(&event);
        match conn {
            Conn::Pg(c) => c.set_instrumentation(hook),
            Conn::Sqlite(c) => c.set_instrumentation(hook),
        }
        trace
    }

    /// Keeps a statement that begins.
    pub fn hear(&self, event: &InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Traced::read(&query.to_string()));
        }
    }

    /// What was run since the last call.
    pub fn take(&self) -> Vec<Traced> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// `[Some(1), Some("a"), None]` and the like.
fn values(binds: &str) -> Vec<Bound> {
    let inner = binds.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
    let mut chars = inner.chars().peekable();
    let mut values = vec![];
    while let Some(first) = chars.next() {
        match first {
            'N' => {
                skip(&mut chars, "one");
                values.push(Bound::Null);
            }
            'S' => {
                skip(&mut chars, "ome(");
                values.push(value(&mut chars));
                skip(&mut chars, ")");
            }
            _ => {}
        }
    }
    values
}

fn skip(chars: &mut Peekable<Chars<'_>>, what: &str) {
    for wanted in what.chars() {
        assert_eq!(
            chars.next(),
            Some(wanted),
            "diesel shows values in another way than this was written for"
        );
    }
}

fn value(chars: &mut Peekable<Chars<'_>>) -> Bound {
    match chars.peek() {
        Some('"') => {
            chars.next();
            Bound::Text(quoted(chars))
        }
        Some('[') => {
            chars.next();
            let inner: String = std::iter::from_fn(|| chars.next().filter(|c| *c != ']')).collect();
            Bound::Bytes(inner.split(',').filter_map(|byte| byte.trim().parse().ok()).collect())
        }
        _ => {
            let mut bare = String::new();
            while let Some(next) = chars.next_if(|c| *c != ')') {
                bare.push(next);
            }
            match (bare.as_str(), bare.parse()) {
                ("true", _) => Bound::Bool(true),
                ("false", _) => Bound::Bool(false),
                (_, Ok(number)) => Bound::Int(number),
                // diesel writes an instant with a blank.
                _ => Bound::Text(bare.replace('T', " ")),
            }
        }
    }
}

/// The rest of a Rust string after its opening quote.
fn quoted(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(next) = chars.next() {
        match next {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                Some('0') => text.push('\0'),
                Some('u') => {
                    let code: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                Some(other) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    text
}

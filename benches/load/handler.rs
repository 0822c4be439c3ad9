//! The limit of a read: an HTTP handler that runs the program's own prepared statements and answers with fixed bytes.
//! Nothing is signed in, judged, shaped or written as JSON.

use crate::bare::bare_value;
use crate::served::Served;
use crate::trace::Traced;
use actix_web::{App, HttpResponse, HttpServer, web};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The settings of the program's own readers.
const READER_PRAGMAS: &str =
    "PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096; PRAGMA query_only=ON;";
/// Statements a connection keeps prepared.
const PREPARED: usize = 256;

/// What one question runs.
type Statements = Vec<(String, Vec<Value>)>;

struct Work {
    file: PathBuf,
    /// The question asked about one thing after the other.
    questions: Vec<Statements>,
    next: AtomicUsize,
    body: Vec<u8>,
}

/// Starts it on a free port, with as many workers as the program has.
pub fn start(file: &Path, traced: &[Vec<Traced>], body: Vec<u8>) -> Served {
    let statements = |one: &Vec<Traced>| -> Statements {
        one.iter().map(|s| (s.text.clone(), s.values.iter().map(bare_value).collect())).collect()
    };
    let questions = traced.iter().map(statements).collect();
    let work = web::Data::new(Work { file: file.to_owned(), questions, next: AtomicUsize::new(0), body });
    Served::start(move || {
        let http =
            HttpServer::new(move || App::new().app_data(work.clone()).default_service(web::to(answer)));
        let http = http.disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let address = http.addrs()[0].to_string();
        (http.run(), address)
    })
}

thread_local! {
    static CONNECTION: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

async fn answer(work: web::Data<Work>) -> HttpResponse {
    let at = work.next.fetch_add(1, Ordering::Relaxed);
    CONNECTION.with_borrow_mut(|kept| {
        let conn = kept.get_or_insert_with(|| reader(&work.file));
        for (text, values) in &work.questions[at % work.questions.len()] {
            let mut statement = conn.prepare_cached(text).unwrap();
            let mut rows = statement.query(params_from_iter(values)).unwrap();
            while rows.next().unwrap().is_some() {}
        }
    });
    HttpResponse::Ok().content_type("application/json").body(work.body.clone())
}

fn reader(file: &Path) -> Connection {
    let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    conn.set_prepared_statement_cache_capacity(PREPARED);
    conn.execute_batch(READER_PRAGMAS).unwrap();
    conn
}

//! Every page a person can come to, every list and figure of the API, and a day's work, on filled books, by the real program: no
//! statement behind them reads a large table from end to end. The program says its statements in its log.

use super::dataset::{self, Size};
use super::plan_text::read_whole;
use crate::faults::work::{Sent, company};
use crate::support::program::{Program, address, answer};
use crate::support::{Database, Engine};
use beiku::store::Address;
use reqwest::Method;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, COOKIE};
use reqwest::redirect::Policy;
use std::collections::{BTreeSet, VecDeque};

const UNITS: i64 = 20_000;
/// Where the program's own pages lead, in the order they stand there.
fn links(page: &str) -> Vec<String> {
    let hrefs = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs
        .filter(|href| href.starts_with('/') && !href.starts_with("//") && !href.starts_with("/static/"))
        .map(|href| href.split('#').next().unwrap_or_default().replace("&amp;", "&"))
        .collect()
}

/// What a page shares with the others of its kind.
fn shape(href: &str) -> String {
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    let of =
        |part: &str| if part.chars().any(|c| c.is_ascii_digit()) { "·".to_owned() } else { part.to_owned() };
    let path: Vec<String> = path.split('/').map(of).collect();
    let query: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{} {query:?}", path.join("/"))
}

/// Whose work is to read everything; and where more than one thing is asked at once, which a facet of a facet does without end.
fn is_beside(href: &str) -> bool {
    href.matches('=').count() > 1
        || ["/export", ".csv", "/evidence", "/print"].iter().any(|word| href.contains(word))
}

/// A browser of the administrator, who may see everything.
struct Reader {
    http: reqwest::Client,
    url: String,
    cookie: String,
}

impl Reader {
    async fn signed_in(url: &str) -> Reader {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let form = "username=root&password=a+long+password&next=/";
        let request = http.post(format!("{url}/login")).header(ACCEPT, "text/html").body(form);
        let answer =
            request.header("Content-Type", "application/x-www-form-urlencoded").send().await.unwrap();
        let set = answer.headers().get("set-cookie").expect("signed in").to_str().unwrap();
        let cookie = set.split(';').next().unwrap().to_owned();
        Reader { http, url: url.to_owned(), cookie }
    }

    /// A page, or nothing where it leads elsewhere.
    async fn page(&self, href: &str) -> Option<String> {
        let request = self.http.get(format!("{}{href}", self.url)).header(COOKIE, &self.cookie);
        let answer =
            request.header(ACCEPT, "text/html").header(ACCEPT_ENCODING, "identity").send().await.unwrap();
        let status = answer.status();
        assert!(!status.is_server_error() && status != 404, "{href}: {status}");
        status.is_success().then_some(answer.text().await.unwrap())
    }

    /// Every page that can be come to, one of each shape; how many were looked at.
    async fn walk(&self) -> usize {
        let mut shapes = BTreeSet::new();
        let mut ahead = VecDeque::from(["/".to_owned()]);
        ahead.extend(ASKED.iter().map(|href| (*href).to_owned()));
        while let Some(href) = ahead.pop_front() {
            if !is_beside(&href)
                && shapes.insert(shape(&href))
                && let Some(page) = self.page(&href).await
            {
                ahead.extend(links(&page));
            }
        }
        shapes.len()
    }
}

/// What people type.
const ASKED: [&str; 6] = [
    "/find?q=SN1000000777",
    "/find?q=RMA-2024-1000004",
    "/find?q=K1042",
    "/scan?code=SN1000000777",
    "/rma?q=SN1000000",
    "/movements?q=DOC-321",
];

/// What may: the curves of how long repairs last are drawn from the lines of two years; and the set has no holds, so that
/// SQLite begins at the other end of a report that is about them.
const MAY: [&str; 2] = [
    "SELECT l.id AS line_id, m.to_place_id AS place_id FROM rma_line l",
    "FROM hold_taken_back WHERE taken_back_at > $3) h",
];

/// What is asked of the API, and a round of a day's work.
async fn use_the_api(program: &Program, http: &reqwest::Client, token: &str) {
    let asked =
        beiku::api::endpoints().filter(|endpoint| endpoint.method == "GET" && !endpoint.path.contains('{'));
    for endpoint in asked.filter(|endpoint| !is_beside(endpoint.path)) {
        let answer = program.request(http, token, Method::GET, endpoint.path).send().await.unwrap();
        assert!(!answer.status().is_server_error(), "{}: {}", endpoint.path, answer.status());
    }
    let mut done: Vec<Sent> = vec![];
    for _ in 0..9 {
        let mut sent = Sent::next(1, 1, &done);
        let request =
            program.request(http, token, Method::POST, &sent.path).header("Idempotency-Key", &sent.key);
        let (status, _, document) = answer(request.json(&sent.body)).await.unwrap();
        assert!(matches!(status, 200 | 201), "{}: {status} {document}", sent.path);
        sent.answer = Some(document);
        done.push(sent);
    }
}

/// Statements of the program, as its log tells them.
fn statements(log: &[String]) -> BTreeSet<String> {
    log.iter()
        .filter_map(|line| line.split_once("statement statement="))
        .map(|(_, text)| text.to_owned())
        .collect()
}

/// Reads a large table from end to end: not a page of it in the order of an index, which is short.
fn fault(books: &rusqlite::Connection, text: &str) -> Option<String> {
    let mut statement = books
        .prepare(&format!("EXPLAIN QUERY PLAN {text}"))
        .unwrap_or_else(|error| panic!("{error}: {text}"));
    // A plan needs no values.
    let (mut rows, mut plan) = (statement.raw_query(), vec![]);
    while let Some(row) = rows.next().unwrap() {
        plan.push(row.get::<_, String>("detail").unwrap());
    }
    let is_page = text.contains(" LIMIT ") && !plan.iter().any(|line| line.contains("FOR ORDER BY"));
    let whole = read_whole(&plan, text);
    let is_open_only = ["rma_line_open", "promise_under_way"]
        .iter()
        .any(|index| plan.iter().any(|line| line.contains(&format!("USING INDEX {index}"))));
    let is_known = MAY.iter().any(|part| text.contains(part));
    (!whole.is_empty() && !is_page && !is_open_only && !is_known)
        .then(|| format!("reads whole: {whole:?}\n{text}\n{}\n", plan.join("\n")))
}

#[test]
fn no_statement_of_the_program_reads_a_large_table_from_end_to_end() {
    let db = Database::open(Engine::Sqlite).unwrap();
    let now = db.clock().now().timestamp();
    dataset::build(db.store(), Size { units: UNITS, now }, |_| ()).unwrap();
    let database = address(&db);
    let (runtime, http) = (tokio::runtime::Runtime::new().unwrap(), reqwest::Client::new());
    let token = runtime.block_on(company(&database, &http));
    let program = Program::start(&database, &[("BEIKU_LOG", "warn,beiku::store::slow=trace")]);
    let pages = runtime.block_on(async {
        use_the_api(&program, &http, &token).await;
        let reader = Reader::signed_in(program.url()).await;
        reader.walk().await
    });
    let statements = statements(&program.end());
    assert!(pages > 100 && statements.len() > 200, "{pages} pages, {} statements", statements.len());
    let Address::Sqlite(file) = db.address() else { panic!("a file") };
    let books = rusqlite::Connection::open(file).unwrap();
    // As the program has it done now and then: what is in the tables by now is known.
    books.execute_batch("ANALYZE").unwrap();
    let asks = |text: &&String| {
        ["SELECT", "WITH", "UPDATE", "DELETE"].iter().any(|word| text.trim_start().starts_with(word))
    };
    let faults: Vec<String> = statements.iter().filter(asks).filter_map(|text| fault(&books, text)).collect();
    assert!(faults.is_empty(), "{} of {} statements\n{}", faults.len(), statements.len(), faults.join("\n"));
}

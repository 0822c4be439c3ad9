//! Every page a person can come to, on filled books, by the real program: no statement behind it reads a large table from end to
//! end. The program says its statements by way of the log of slow ones.

use super::dataset::{self, Size};
use super::plan_text::read_whole;
use crate::support::program::{Program, address, succeeds};
use crate::support::{Database, Engine};
use beiku::store::Address;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, COOKIE};
use reqwest::redirect::Policy;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const UNITS: i64 = 20_000;
/// Pages of one shape (the same path but for the numbers in it, the same names in the query) that are looked at.
const OF_A_SHAPE: usize = 2;

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

/// Whose work is to read everything.
fn reads_all(href: &str) -> bool {
    ["/export", ".csv", "/evidence", "/print"].iter().any(|word| href.contains(word))
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

    /// Every page that can be come to, some of each shape; how many were looked at.
    async fn walk(&self) -> usize {
        let (mut seen, mut shapes) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
        let mut ahead = VecDeque::from(["/".to_owned()]);
        ahead.extend(ASKED.iter().map(|href| (*href).to_owned()));
        while let Some(href) = ahead.pop_front() {
            if reads_all(&href) || !seen.insert(href.clone()) {
                continue;
            }
            let of_its_shape = shapes.entry(shape(&href)).or_default();
            *of_its_shape += 1;
            if *of_its_shape <= OF_A_SHAPE
                && let Some(page) = self.page(&href).await
            {
                ahead.extend(links(&page));
            }
        }
        shapes.values().map(|seen| (*seen).min(OF_A_SHAPE)).sum()
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

/// Statements of the program, as its log tells them.
fn statements(log: &[String]) -> BTreeSet<String> {
    let events = log.iter().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    events.filter_map(|event| event["statement"].as_str().map(str::to_owned)).collect()
}

/// Reads a large table from end to end: not a page of it in the order of an index, which is short.
fn fault(books: &rusqlite::Connection, text: &str) -> Option<String> {
    let mut statement = books
        .prepare(&format!("EXPLAIN QUERY PLAN {text}"))
        .unwrap_or_else(|error| panic!("{error}: {text}"));
    let rows = statement.query_map([], |row| row.get::<_, String>("detail")).unwrap();
    let plan: Vec<String> = rows.map(Result::unwrap).collect();
    let is_page = text.contains(" LIMIT ") && !plan.iter().any(|line| line.contains("FOR ORDER BY"));
    let whole = read_whole(&plan, text);
    (!whole.is_empty() && !is_page).then(|| format!("reads whole: {whole:?}\n{text}\n{}\n", plan.join("\n")))
}

#[test]
fn no_page_reads_a_large_table_from_end_to_end() {
    let db = Database::open(Engine::Sqlite).unwrap();
    let now = chrono::Utc::now().timestamp();
    dataset::build(db.store(), Size { units: UNITS, now }, |_| ()).unwrap();
    let database = address(&db);
    succeeds(&database, &["user", "add", "root", "--role", "admin", "--password", "a long password"]);
    let settings = [("BEIKU_LOG", "warn,beiku::store::slow=trace"), ("BEIKU_LOG_FORMAT", "json")];
    let program = Program::start(&database, &settings);
    let pages = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let reader = Reader::signed_in(program.url()).await;
        reader.walk().await
    });
    let statements = statements(&program.end());
    assert!(pages > 100 && statements.len() > 200, "{pages} pages, {} statements", statements.len());
    let Address::Sqlite(file) = db.address() else { panic!("a file") };
    let books = rusqlite::Connection::open(file).unwrap();
    let asks = |text: &&String| {
        ["SELECT", "WITH", "UPDATE", "DELETE"].iter().any(|word| text.trim_start().starts_with(word))
    };
    let faults: Vec<String> = statements.iter().filter(asks).filter_map(|text| fault(&books, text)).collect();
    assert!(faults.is_empty(), "{} of {} statements\n{}", faults.len(), statements.len(), faults.join("\n"));
}

//! What people do all day, as requests with keys; and how often each of them took effect.

use crate::support::program::{Program, answer, beiku, succeeds};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub const CLIENTS: usize = 8;

/// One request, and what was heard of it.
#[derive(Clone)]
pub struct Sent {
    pub key: String,
    pub path: String,
    pub body: Value,
    /// Whom it makes us write to.
    pub reader: Option<String>,
    /// What must be found of it: rows of that name, and how much in all.
    effect: (String, (usize, i64)),
    /// The answer, once one came.
    pub answer: Option<Value>,
    /// It was sent, and no success was heard before something broke.
    pub was_in_doubt: bool,
}

impl Sent {
    /// What a client does after it did these: it receives a unit and shelves it, receives screws, holds one, uses one and asks
    /// for one in another depot, takes a request for a repair, authorises it and receives the faulty unit; and so on.
    pub fn next(round: usize, client: usize, before: &[Sent]) -> Sent {
        let at = before.len();
        let key = format!("r{round}-c{client}-{at}");
        let asked = |steps: usize| &before[at - steps];
        let number = |steps: usize| asked(steps).answer.as_ref().unwrap()["number"].as_str().unwrap();
        let step = |action: &str, number: &str| format!("/rmas/{number}/lines/1/actions/{action}");
        let of_unit = |key: &str| key.to_uppercase();
        let screws = |kind: &str, from: &str, to: &str, quantity: i64| json!({ "kind": kind, "part_no": "SCREW", "quantity": quantity, "from": from, "to": to, "document": key });
        let board = |kind: &str, serial: String, from: &str, to: &str| json!({ "kind": kind, "part_no": "BOARD", "serial": serial, "from": from, "to": to, "document": key });
        let moved = |quantity: i64| (format!("movement {key}"), (1, quantity));
        let (path, body, effect) = match at % 9 {
            0 => ("/movements".into(), board("receive", of_unit(&key), "supplier", "JN"), moved(1)),
            1 => ("/movements".into(), board("move", of_unit(&asked(1).key), "JN", "JN/A1-01"), moved(1)),
            2 => ("/movements".into(), screws("receive", "supplier", "JN", 3), moved(3)),
            3 => {
                let held = json!({ "part_no": "SCREW", "depot": "JN", "quantity": 1, "document": key });
                ("/reservations".into(), held, (format!("hold {key}"), (1, 1)))
            }
            4 => ("/movements".into(), screws("consume", "JN", "consumed", 1), moved(1)),
            5 => {
                let lines = json!([{ "part_no": "SCREW", "quantity": 1 }]);
                let wanted = json!({ "from": "JN", "to": "DZ", "lines": lines, "note": key });
                ("/transfers".into(), wanted, (format!("transfer {key}"), (1, 1)))
            }
            6 => {
                let serial = format!("F-{}", of_unit(&key));
                let effect = (format!("line {serial}"), (1, 1));
                let line = json!({ "part_no": "BOARD", "serial": serial, "fault": "no link", "mode": "repair_return" });
                let mail = format!("{key}@c1.example");
                ("/rmas".into(), json!({ "customer": "C1", "contact_email": mail, "lines": [line] }), effect)
            }
            7 => {
                let effect = (format!("authorised F-{}", of_unit(&asked(1).key)), (1, 1));
                (step("authorise", number(1)), json!({}), effect)
            }
            _ => {
                let came = json!({ "depot": "JN", "serial": format!("F-{}", of_unit(&asked(2).key)) });
                // The books meet the unit for the first time: it enters them at the customer's, and comes in.
                (step("receive_faulty", number(2)), came, (format!("movement {}", number(2)), (2, 2)))
            }
        };
        let reader = (at % 9 >= 6)
            .then(|| format!("{}@c1.example", before.get(at / 9 * 9 + 6).map_or(&key, |asked| &asked.key)));
        Sent { key, path, body, reader, effect, answer: None, was_in_doubt: false }
    }

    /// Whether these books have it.
    pub fn is_in(&self, found: &Effects) -> bool {
        found.contains_key(&self.effect.0)
    }
}

/// A company as small as can be, set up by the program's own commands and API; the administrator's token.
pub async fn company(database: &str, http: &reqwest::Client) -> String {
    succeeds(database, &["migrate"]);
    succeeds(database, &["user", "add", "root", "--role", "admin", "--password", "a long password"]);
    let token = succeeds(database, &["user", "token", "root"]).lines().last().unwrap().to_owned();
    let program = Program::start(database, &[]);
    for (path, body) in [
        (
            "/depots",
            json!({ "code": "JN", "name": "济南", "city": "济南", "class": "common", "bins": ["A1-01"] }),
        ),
        ("/depots", json!({ "code": "DZ", "name": "德州", "city": "德州", "class": "common" })),
        ("/parts", json!({ "part_no": "BOARD", "name": "业务板", "maker": "华讯达", "tracking": "serial" })),
        ("/parts", json!({ "part_no": "SCREW", "name": "螺钉", "maker": "华讯达", "tracking": "quantity" })),
        (
            "/customers",
            json!({ "code": "C1", "name": "济南电力公司", "plan": "standard",
            "contacts": [{ "name": "黄杰", "email": "it@c1.example" }] }),
        ),
    ] {
        let request = program.request(http, &token, Method::POST, path).json(&body);
        let (status, _, answer) = answer(request).await.unwrap();
        assert_eq!(status, 201, "{path}: {answer}");
    }
    token
}

/// Sends again what got no answer: now it must get one. What had one gets the same, and has no second effect.
pub async fn settle(program: &Program, http: &reqwest::Client, token: &str, all: &mut [Sent]) {
    for sent in all {
        let request = program.request(http, token, Method::POST, &sent.path);
        let (status, is_replayed, document) =
            answer(request.header("Idempotency-Key", &sent.key).json(&sent.body)).await.unwrap();
        assert!(matches!(status, 200 | 201), "{}: {status} {document}", sent.key);
        match &sent.answer {
            Some(first) => {
                assert!(is_replayed, "{} was acknowledged and then forgotten", sent.key);
                assert_eq!(first, &document, "{}", sent.key);
            }
            None => sent.answer = Some(document),
        }
    }
}

/// How often each effect is found, and how much in all.
pub type Effects = BTreeMap<String, (usize, i64)>;

/// Everything the books hold, as the API tells it.
pub async fn effects(program: &Program, http: &reqwest::Client, token: &str) -> Effects {
    let mut found = Effects::new();
    let mut note = |name: String, quantity: i64| {
        let entry = found.entry(name).or_default();
        *entry = (entry.0 + 1, entry.1 + quantity);
    };
    let word = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    for list in ["/movements", "/reservations", "/transfers", "/rmas"] {
        let mut cursor = String::new();
        loop {
            let path = format!("{list}?limit=200{cursor}");
            let (status, _, page) =
                answer(program.request(http, token, Method::GET, &path)).await.expect("a page");
            assert_eq!(status, 200, "{path}: {page}");
            for item in page["items"].as_array().unwrap() {
                match list {
                    "/movements" => {
                        note(
                            format!("movement {}", word(item, "document")),
                            item["quantity"].as_i64().unwrap(),
                        );
                    }
                    "/reservations" => {
                        note(format!("hold {}", word(item, "document")), item["quantity"].as_i64().unwrap());
                    }
                    "/transfers" => note(format!("transfer {}", word(item, "note")), 1),
                    _ => {
                        let serial = word(item, "serial");
                        if item["state"] != "requested" {
                            note(format!("authorised {serial}"), 1);
                        }
                        note(format!("line {serial}"), 1);
                    }
                }
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
    }
    found
}

/// What a run of faults came to.
pub struct Outcome {
    pub what: String,
    pub rounds: usize,
}

impl Outcome {
    /// Holds what was sent, and by now acknowledged, against the books: each effect once, and nothing that nobody sent. Says
    /// on standard error what was seen, in figures.
    pub fn hold(&self, all: &[Sent], found: &Effects) {
        let lost: Vec<&str> =
            all.iter().filter(|sent| !sent.is_in(found)).map(|sent| sent.key.as_str()).collect();
        let doubled: Vec<_> = all
            .iter()
            .filter(|sent| found.get(&sent.effect.0).is_some_and(|seen| *seen != sent.effect.1))
            .map(|sent| (&sent.effect, found[&sent.effect.0]))
            .collect();
        let sent: BTreeSet<&str> = all.iter().map(|sent| sent.effect.0.as_str()).collect();
        let unasked: Vec<_> = found.keys().filter(|name| !sent.contains(name.as_str())).collect();
        let in_doubt = all.iter().filter(|sent| sent.was_in_doubt).count();
        let said = format!(
            "{}: {} rounds, {} operations, {in_doubt} in doubt, {} lost, {} doubled, {} unasked\n",
            self.what,
            self.rounds,
            all.len(),
            lost.len(),
            doubled.len(),
            unasked.len()
        );
        let _closed = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
        assert!(lost.is_empty(), "acknowledged and not there: {lost:?}");
        assert!(doubled.is_empty(), "sent once and there otherwise: {doubled:?}");
        assert!(unasked.is_empty(), "nobody sent these: {unasked:?}");
    }

    /// After everything is well again: what was acknowledged is remembered, what was in doubt is done when it is sent again,
    /// the books hold each once and nothing else, and prove themselves.
    pub async fn settle_and_hold(
        &self,
        program: Program,
        database: &str,
        http: &reqwest::Client,
        token: &str,
        mut all: Vec<Sent>,
    ) {
        settle(&program, http, token, &mut all).await;
        self.hold(&all, &effects(&program, http, token).await);
        program.kill();
        proven(database);
    }
}

/// `beiku verify` finds no difference.
#[track_caller]
pub fn proven(database: &str) {
    let proof = beiku(database, &["verify"]);
    assert!(proof.status.success(), "{}", String::from_utf8_lossy(&proof.stdout));
}

//! People at work while things break: each sends a request again, with its key, until it is done.

use super::work::{CLIENTS, Sent};
use crate::support::program::{Program, answer};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A client's patience before it sends again. Nothing in a test leans on its length.
const BREATH: Duration = Duration::from_millis(20);

async fn breathe() {
    let mut breath = tokio::time::interval(BREATH);
    // The first tick comes at once.
    breath.tick().await;
    breath.tick().await;
}

/// What was heard so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heard {
    /// Requests done.
    pub done: usize,
    /// Answers that said: not now.
    pub not_now: usize,
}

/// Whether this answer that is no success may be heard while this breaks: status and code.
pub(super) type May = fn(u16, &str) -> bool;

/// Clients at work.
pub(super) struct Load {
    heard: watch::Receiver<Heard>,
    enough: Arc<AtomicBool>,
    clients: JoinSet<Vec<Sent>>,
}

impl Load {
    /// Sets the clients to work at this address. Any answer but a success or what `may` be heard fails the test.
    pub fn start(url: &str, http: &reqwest::Client, token: &str, round: usize, may: May) -> Load {
        let (tell, heard) = watch::channel(Heard::default());
        let (tell, enough) = (Arc::new(tell), Arc::new(AtomicBool::new(false)));
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let (url, http, token) = (format!("{url}/api/v1"), http.clone(), token.to_owned());
            let (tell, enough) = (Arc::clone(&tell), Arc::clone(&enough));
            clients.spawn(async move {
                let mut all: Vec<Sent> = Vec::new();
                while !enough.load(Ordering::Relaxed) {
                    let mut sent = Sent::next(round, client, &all);
                    while sent.answer.is_none() && !enough.load(Ordering::Relaxed) {
                        let request = http.post(format!("{url}{}", sent.path)).bearer_auth(&token);
                        let request = request.header("Idempotency-Key", &sent.key).json(&sent.body);
                        let (status, _, document) =
                            answer(request).await.expect("an answer, whatever breaks");
                        if matches!(status, 200 | 201) {
                            sent.answer = Some(document);
                            tell.send_modify(|heard| heard.done += 1);
                        } else {
                            let code = document["code"].as_str().unwrap_or_default();
                            assert!(may(status, code), "{}: {status} {document}", sent.key);
                            sent.was_in_doubt = true;
                            tell.send_modify(|heard| heard.not_now += 1);
                            breathe().await;
                        }
                    }
                    all.push(sent);
                }
                all
            });
        }
        Load { heard, enough, clients }
    }

    /// What was heard so far.
    pub fn so_far(&self) -> Heard {
        *self.heard.borrow()
    }

    /// Waits until so much was heard. When a client fails, so does this.
    pub async fn until(&mut self, enough: impl FnMut(&Heard) -> bool) {
        self.heard.wait_for(enough).await.expect("the clients are at work");
    }

    /// Waits for so many more requests to be done.
    pub async fn until_more_done(&mut self, more: usize) {
        let goal = self.so_far().done + more;
        self.until(|heard| heard.done >= goal).await;
    }

    /// Ends the work: everything that was sent, done or in doubt.
    pub async fn end(self) -> Vec<Sent> {
        self.enough.store(true, Ordering::Relaxed);
        self.clients.join_all().await.into_iter().flatten().collect()
    }
}

/// Asks until the answer of this address has that status, at most for half a minute.
pub(super) async fn answers(http: &reqwest::Client, url: &str, status: u16) {
    let asked = async {
        loop {
            let heard = http.get(url).send().await.map(|answer| answer.status().as_u16());
            if heard.is_ok_and(|heard| heard == status) {
                return;
            }
            breathe().await;
        }
    };
    let patience = Duration::from_secs(30);
    tokio::time::timeout(patience, asked).await.unwrap_or_else(|_| panic!("{url} never said {status}"));
}

/// A document of the API.
pub(super) async fn get(program: &Program, http: &reqwest::Client, token: &str, path: &str) -> (u16, Value) {
    let request = program.request(http, token, reqwest::Method::GET, path);
    let (status, _, document) = answer(request).await.expect("an answer");
    (status, document)
}

/// A client of a test in which answers may take a while.
pub(super) fn patient() -> reqwest::Client {
    reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap()
}

/// Runs a test that needs no actix: its clients are truly many at once.
pub(super) fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test);
}

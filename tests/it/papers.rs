//! What docs/api.md shows is so: its walk runs, its words are those people see.

use crate::support::server::{Server, read};
use crate::support::{Database, on_both};
use beiku::domain::TextEnum;
use beiku::domain::actor::Role;
use beiku::domain::notice::NoticeState;
use beiku::domain::rma::{FaultyState, IssuedState, PromiseState, RepairState, ranked};
use beiku::i18n::{self, Lang};
use reqwest::Method;
use serde_json::Value;

const PAPER: &str = include_str!("../../docs/api.md");

/// A line `api METHOD PATH 'BODY'` of the paper: method, path, body.
fn call(line: &str) -> Option<(Method, String, Option<Value>)> {
    let rest = line.split_once("api ")?.1;
    let (method, rest) = rest.split_once(' ')?;
    let method: Method = method.parse().ok().filter(|method| [Method::GET, Method::POST].contains(method))?;
    let (path, body) = match rest.split_once(" '") {
        Some((path, body)) => (path, Some(body.split_once('\'').unwrap().0)),
        None => (rest, None),
    };
    let body = body.map(|text| serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}")));
    Some((method, path.replace('\'', ""), body))
}

on_both!(the_walk_of_the_api_paper_runs, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("root", Role::Admin, &[], &[]).await;
    let (mut number, mut calls) = (String::new(), 0);
    let lines = PAPER.split("```sh").skip(1).filter_map(|block| block.split_once("```"));
    for (method, path, body) in lines.flat_map(|(block, _)| block.lines()).filter_map(call) {
        calls += 1;
        let path = path.replace("$RMA", &number);
        let request = admin.request(method, &path);
        let request = body.iter().fold(request, |request, body| request.json(body));
        let (status, answer) = read(request).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        match path.as_str() {
            "/rmas" => number = answer["number"].as_str().unwrap().to_owned(),
            "/promises?state=kept" => assert!(!answer["items"].as_array().unwrap().is_empty(), "{answer}"),
            _ => {}
        }
    }
    assert!(calls >= 20, "{calls} calls were found");
    let (_, rma) = admin.get(&format!("/rmas/{number}")).await;
    assert_eq!(rma["state"], "closed", "{rma}");
});

fn cells(row: &str) -> Vec<&str> {
    row.split('|').map(str::trim).collect()
}

#[test]
fn the_words_of_states_are_those_people_see() {
    fn codes<T: TextEnum>() -> Vec<&'static str> {
        T::WORDS.iter().map(|state| state.word()).collect()
    }
    let mut by_rank = RepairState::ALL.to_vec();
    by_rank.sort_by_key(|state| ranked(*state));
    let families = [
        ("### Repair", "repair-state", by_rank.iter().map(|state| state.as_str()).collect()),
        ("### Issued", "issued-state", codes::<IssuedState>()),
        ("### Faulty", "faulty-state", codes::<FaultyState>()),
        ("### Promises", "promise-state", codes::<PromiseState>()),
        ("### Notices", "notice-state", codes::<NoticeState>()),
    ];
    for (heading, family, codes) in families {
        let table = PAPER.split_once(heading).unwrap().1.split("###").next().unwrap();
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
        let written: Vec<&str> = rows.iter().map(|row| cells(row)[1].trim_matches('`')).collect();
        assert_eq!(written, codes, "{heading}");
        for row in rows {
            let cells = cells(row);
            let key = format!("{family}-{}", cells[1].trim_matches('`'));
            assert_eq!(
                [cells[2], cells[3]],
                [i18n::text(Lang::Zh, &key), i18n::text(Lang::En, &key)],
                "{key}"
            );
        }
    }
}

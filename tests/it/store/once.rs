//! The same request sent again has its effect once and gets the same answer.

use super::{all, make_probe, put};
use crate::support::{self, Database, on_both};
use beiku::app::{App, AppResult, Error, Once, Outcome, run};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::refusal::Refusal;
use beiku::store::idempotency::{self, Claim, Key};
use beiku::store::{Conn, StoreError};
use chrono::TimeDelta;

fn actor(user_id: i64) -> Actor {
    Actor {
        user_id,
        username: format!("user{user_id}"),
        role: Role::Clerk,
        depots: vec![],
        customer_ids: vec![],
        reads_own_only: false,
        only: None,
    }
}

fn once(key: &str, fingerprint: &str) -> Option<Once> {
    Some(Once { key: key.to_owned(), fingerprint: fingerprint.as_bytes().to_vec(), bound_to: None })
}

/// Writes a row named `name`, answered 201 with its amount.
async fn post(
    app: &App,
    user: i64,
    once: Option<Once>,
    name: &'static str,
    amount: i64,
) -> AppResult<Outcome<i64>> {
    let ctx = app.context(actor(user), "r".into());
    let encode = |amount: &i64| (201, format!("{{\"amount\":{amount}}}"));
    run(app, &ctx, once, encode, move |tx: &mut Conn, _| {
        if amount < 0 {
            return Err(Refusal::field("amount", "negative").into());
        }
        put(tx, name, amount)?;
        Ok(amount)
    })
    .await
}

/// The stored answer, if this was a replay.
fn replayed(outcome: &Outcome<i64>) -> Option<(u16, &str)> {
    match outcome {
        Outcome::Done(_) => None,
        Outcome::Replayed { status, body } => Some((*status, body.as_str())),
    }
}

on_both!(fifty_at_once_have_one_effect_and_one_answer, async |db: &Database| {
    make_probe(db.store()).await;
    let app = support::app(db);
    let requests: Vec<_> = (0..50)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { post(&app, 1, once("k", "f"), "row", 7).await })
        })
        .collect();
    let mut done = 0;
    for request in requests {
        let outcome = request.await.unwrap().unwrap();
        match replayed(&outcome) {
            None => done += 1,
            Some(answer) => assert_eq!(answer, (201, "{\"amount\":7}")),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(all(db.store()).await, [("row".to_owned(), 7)]);
});

on_both!(fifty_claims_at_once_find_it_free_once, async |db: &Database| {
    let claims: Vec<_> = (0..50_u8)
        .map(|n| {
            let (store, now) = (db.store().clone(), db.clock().now());
            tokio::spawn(async move {
                store
                    .write(move |tx| {
                        let key = Key { actor_id: 1, key: "k".into(), fingerprint: vec![n] };
                        let claim = idempotency::claim(tx, &key, now)?;
                        if matches!(claim, Claim::Free) {
                            idempotency::remember(tx, &key, 201, "answer")?;
                        }
                        Ok::<_, StoreError>((n, claim))
                    })
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut winners = vec![];
    let mut seen = vec![];
    for claim in claims {
        match claim.await.unwrap() {
            (n, Claim::Free) => winners.push(vec![n]),
            (_, Claim::Taken { fingerprint, status, body }) => {
                assert_eq!((status, body.as_str()), (201, "answer"));
                seen.push(fingerprint);
            }
        }
    }
    assert_eq!((winners.len(), seen.len()), (1, 49));
    assert!(seen.iter().all(|fingerprint| *fingerprint == winners[0]));
});

on_both!(another_request_under_the_same_key_is_refused, async |db: &Database| {
    make_probe(db.store()).await;
    let app = support::app(db);
    post(&app, 1, once("k", "f"), "row", 7).await.unwrap();
    let other = post(&app, 1, once("k", "g"), "other", 8).await;
    assert!(matches!(other, Err(Error::Refused(Refusal::IdempotencyKeyReused { key })) if key == "k"));
    // Somebody else's key of the same name is another key.
    assert!(replayed(&post(&app, 2, once("k", "g"), "other", 8).await.unwrap()).is_none());
    assert_eq!(all(db.store()).await.len(), 2);
});

on_both!(a_refusal_leaves_the_key_free, async |db: &Database| {
    make_probe(db.store()).await;
    let app = support::app(db);
    let refused = post(&app, 1, once("k", "f"), "row", -1).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::Invalid(_)))));
    // Corrected, so another fingerprint, under the same key.
    assert!(replayed(&post(&app, 1, once("k", "g"), "row", 1).await.unwrap()).is_none());
    assert_eq!(
        replayed(&post(&app, 1, once("k", "g"), "row", 1).await.unwrap()),
        Some((201, "{\"amount\":1}"))
    );
});

on_both!(a_fault_leaves_the_key_free, async |db: &Database| {
    make_probe(db.store()).await;
    let app = support::app(db);
    post(&app, 1, None, "row", 1).await.unwrap();
    assert!(matches!(post(&app, 1, once("k", "f"), "row", 1).await, Err(Error::Fault(_))), "a name twice");
    assert!(replayed(&post(&app, 1, once("k", "f"), "other", 1).await.unwrap()).is_none());
});

on_both!(without_a_key_every_request_counts, async |db: &Database| {
    make_probe(db.store()).await;
    let app = support::app(db);
    for name in ["a", "b"] {
        assert!(replayed(&post(&app, 1, None, name, 1).await.unwrap()).is_none());
    }
    assert_eq!(all(db.store()).await.len(), 2);
});

on_both!(a_key_is_forgotten_after_its_time, async |db: &Database| {
    make_probe(db.store()).await;
    let app = support::app(db);
    post(&app, 1, once("old", "f"), "a", 1).await.unwrap();
    db.clock().advance(TimeDelta::days(2));
    post(&app, 1, once("new", "f"), "b", 1).await.unwrap();
    let before = db.clock().now() - TimeDelta::days(1);
    let forgotten = db.store().write(move |tx| idempotency::forget_before(tx, before)).await;
    assert_eq!(forgotten.unwrap(), 1);
    assert!(replayed(&post(&app, 1, once("old", "f"), "c", 1).await.unwrap()).is_none());
    assert!(replayed(&post(&app, 1, once("new", "f"), "d", 1).await.unwrap()).is_some());
});

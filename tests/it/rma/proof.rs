//! `verify` finds lines and promises that are not what their steps, holds, terms and calendar make them.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use beiku::app::verify;
use beiku::domain::stock::proof::DifferenceKind::{
    self, PromiseDue, PromiseState, RmaCustomer, RmaDate, RmaState,
};
use beiku::store::StoreError;
use beiku::store::sql::sql;
use chrono::TimeDelta;
use serde_json::json;

/// One lie in the tables, the way back, and what the proof must say about it.
struct Lie {
    told: &'static str,
    mended: &'static str,
    found: &'static [(DifferenceKind, &'static str)],
}

/// About a line at the bench whose clock stands (B1), and one that came home in time (B2). Rows are found by what they are.
const LIES: &[Lie] = &[
    Lie {
        told: "UPDATE rma SET state = 'closed' WHERE state = 'returned'",
        mended: "UPDATE rma SET state = 'returned' WHERE state = 'closed'",
        found: &[(RmaState, "rma B2")],
    },
    Lie {
        told: "UPDATE rma_line SET repair_state = 'repairing' WHERE repair_state = 'diagnosing'",
        mended: "UPDATE rma_line SET repair_state = 'diagnosing' WHERE repair_state = 'repairing'",
        found: &[(RmaState, "rma B1"), (RmaState, "line B1/1")],
    },
    Lie {
        told: "UPDATE rma_line SET faulty_state = 'waived' WHERE serial = 'B1'",
        mended: "UPDATE rma_line SET faulty_state = 'received' WHERE serial = 'B1'",
        found: &[(RmaState, "line B1/1")],
    },
    Lie {
        told: "UPDATE rma_line SET customer_id = (SELECT id FROM customer WHERE code = 'C2') WHERE serial = 'B1'",
        mended: "UPDATE rma_line SET customer_id = (SELECT id FROM customer WHERE code = 'C1') WHERE serial = 'B1'",
        found: &[(RmaCustomer, "line B1/1")],
    },
    Lie {
        told: "UPDATE rma_line SET open_identity = 'B2' WHERE serial = 'B2'",
        mended: "UPDATE rma_line SET open_identity = NULL WHERE serial = 'B2'",
        found: &[(RmaState, "line B2/1")],
    },
    Lie {
        told: "UPDATE rma_line SET received_at = '2026-01-01 00:00:00' WHERE serial = 'B1'",
        mended: "UPDATE rma_line SET received_at = (SELECT min(occurred_at) FROM rma_event WHERE line_id = rma_line.id \
                 AND to_state = 'received' AND track = 'repair') WHERE serial = 'B1'",
        found: &[(RmaDate, "line B1/1")],
    },
    Lie {
        told: "UPDATE rma_line SET sort_due = '2026-05-01' WHERE serial = 'B1'",
        mended: "UPDATE rma_line SET sort_due = '9999-12-31' WHERE serial = 'B1'",
        found: &[(RmaDate, "line B1/1")],
    },
    Lie {
        told: "UPDATE promise SET base_due_on = '2026-05-01' WHERE state = 'floating'",
        mended: "UPDATE promise SET base_due_on = '2026-05-28' WHERE state = 'floating'",
        found: &[(PromiseDue, "line B1/1 repair_return")],
    },
    Lie {
        told: "UPDATE promise_due_history SET recorded_to = '2026-03-03 00:00:00' WHERE due_on IS NULL",
        mended: "UPDATE promise_due_history SET recorded_to = NULL WHERE due_on IS NULL",
        found: &[(PromiseDue, "line B1/1 repair_return")],
    },
    Lie {
        told: "UPDATE promise SET state = 'open' WHERE state = 'floating'",
        mended: "UPDATE promise SET state = 'floating' WHERE state = 'open' AND kind = 'repair_return'",
        found: &[(PromiseState, "line B1/1 repair_return")],
    },
    Lie {
        told: "UPDATE promise SET state = 'open' WHERE state = 'kept'",
        mended: "UPDATE promise SET state = 'kept' WHERE ended_at IS NOT NULL",
        found: &[(PromiseState, "line B2/1 repair_return")],
    },
    // The board came home on 6 March: a promise that was due the day before was not kept.
    Lie {
        told: "UPDATE promise SET amount = 1 WHERE state = 'kept'",
        mended: "UPDATE promise SET amount = 60 WHERE state = 'kept'",
        found: &[(PromiseDue, "line B2/1 repair_return"), (PromiseState, "line B2/1 repair_return")],
    },
];

async fn write(s: &Scene, text: &'static str) {
    let written = s.server.app.store().write(move |tx| Ok::<_, StoreError>(sql(text).execute(tx)?)).await;
    assert_ne!(written.unwrap(), 0, "{text}");
}

on_both!(a_line_or_promise_that_does_not_follow_from_its_steps_is_found, async |db: &Database| {
    let s = scene(db).await;
    s.post(&s.admin, "/customers", json!({ "code": "C2", "name": "德州热电" }), 201).await;
    let waits = s.request("B1", "repair_return").await;
    s.receive(&waits, "B1").await;
    s.act(&s.manager, &waits, "diagnose", json!({ "finding": "端口烧毁" })).await;
    s.act(&s.manager, &waits, "hold", json!({ "reason": "等待客户", "said_by": "黄杰" })).await;
    let home = s.request("B2", "repair_return").await;
    s.receive(&home, "B2").await;
    db.clock().advance(TimeDelta::days(4));
    s.repair_and_return(&home).await;
    s.prove().await;
    db.spoil();
    let called = |subject: &str| subject.replace(&waits, "B1").replace(&home, "B2");
    for lie in LIES {
        write(&s, lie.told).await;
        let proof = s.server.app.store().read(verify::verify).await.unwrap();
        let found: Vec<_> =
            proof.differences.iter().map(|found| (found.kind, called(&found.subject))).collect();
        for (kind, subject) in lie.found {
            assert!(found.contains(&(*kind, (*subject).to_owned())), "{}: {found:?}", lie.told);
        }
        assert!(
            found.iter().all(|(kind, _)| lie.found.iter().any(|(expected, _)| kind == expected)),
            "{}: {found:?}",
            lie.told
        );
        write(&s, lie.mended).await;
    }
    let proof = s.server.app.store().read(verify::verify).await.unwrap();
    assert_eq!(proof.differences, []);
    assert_eq!((proof.checked.lines, proof.checked.promises), (2, 2));
});

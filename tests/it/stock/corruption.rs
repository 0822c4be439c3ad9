//! `verify` finds and names a planted corruption of each kind, and nothing where nothing is wrong.

use super::world::{BOARD, REUSED, REUSED_TOO, SCREW, World, becoming, hold, hold_unit, lot, unit, world};
use crate::support::{Database, on_both};
use beiku::app::stock;
use beiku::domain::stock::proof::{Checked, DifferenceKind as Kind, Proof};
use beiku::domain::stock::{Condition, MovementKind};
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// A ledger in which something of everything has happened.
async fn busy(db: &Database) -> World {
    let w = world(db).await;
    w.receive("JN", BOARD, &["SN1", "SN2", "SN3", "SN4"]).await;
    w.receive("JN", REUSED, &["TWIN"]).await;
    w.receive("DZ", REUSED_TOO, &["TWIN"]).await;
    db.clock().advance(TimeDelta::hours(1));
    w.book(lot(MovementKind::Receive, 20, "supplier", "JN/A1-01")).await.unwrap();
    w.book(unit(MovementKind::Receive, BOARD, "CUST", "customer:C1", "JN/bench")).await.unwrap();
    w.book(unit(MovementKind::Move, BOARD, "SN1", "JN", "JN/A1-01")).await.unwrap();
    w.book(unit(MovementKind::Issue, BOARD, "SN2", "JN", "customer:C1")).await.unwrap();
    w.book(becoming(Condition::Faulty, unit(MovementKind::Convert, BOARD, "SN3", "JN", "JN"))).await.unwrap();
    let wrong = w.book(lot(MovementKind::Issue, 5, "JN/A1-01", "customer:C1")).await.unwrap().id;
    w.write(move |tx, ctx| stock::reverse(tx, ctx, wrong, "扫错了")).await.unwrap();
    w.reserve(hold_unit(BOARD, "JN", "SN1")).await.unwrap();
    w.reserve(hold(SCREW, "JN", 4)).await.unwrap();
    w
}

async fn proof(w: &World) -> Proof {
    w.read(|conn, _| beiku::app::verify::verify(conn)).await
}

on_both!(a_busy_ledger_proves_and_says_what_it_looked_at, async |db: &Database| {
    let w = busy(db).await;
    let proof = proof(&w).await;
    assert_eq!(proof.differences, []);
    let rows = w.number("SELECT count(*) AS value FROM balance").await;
    assert_eq!(
        proof.checked,
        Checked {
            movements: 14,
            units: 7,
            balances: u64::try_from(rows).unwrap(),
            reservations: 2,
            ..Checked::default()
        }
    );
});

on_both!(an_empty_ledger_proves, async |db: &Database| {
    let w = world(db).await;
    assert_eq!(proof(&w).await, Proof::default());
});

/// One way to spoil the books, and what the proof must say about it: the kind, and what it is about.
struct Plant {
    statement: &'static str,
    found: &'static [(Kind, &'static str)],
}

/// The columns of a movement copied from `m`, the rest given: `(unit, from, to, condition_from, owner_from, occurred_at)`.
macro_rules! movement_like {
    ($what:literal) => {
        concat!(
            "INSERT INTO movement (kind, part_id, unit_id, quantity, from_place_id, to_place_id, depot_from_id, depot_to_id, \
             condition_from, condition_to, owner_from, owner_to, reverses_id, occurred_at, recorded_at) ",
            $what
        )
    };
}

const PLANTS: &[Plant] = &[
    Plant {
        statement: "UPDATE unit SET place_id = (SELECT id FROM place WHERE code = 'JN') WHERE serial = 'SN1'",
        found: &[(Kind::UnitPlace, "unit P-100 SN1")],
    },
    Plant {
        statement: "UPDATE unit SET condition = 'good' WHERE serial = 'SN3'",
        found: &[(Kind::UnitCondition, "unit P-100 SN3")],
    },
    Plant {
        statement: "UPDATE unit SET owner = 'us' WHERE serial = 'CUST'",
        found: &[(Kind::UnitOwner, "unit P-100 CUST")],
    },
    Plant {
        statement: "UPDATE unit SET depot_id = NULL WHERE serial = 'SN4'",
        found: &[(Kind::UnitDepot, "unit P-100 SN4")],
    },
    Plant {
        statement: "UPDATE unit SET document = 'RMA-2026-000009' WHERE serial = 'SN4'",
        found: &[(Kind::UnitDocument, "unit P-100 SN4")],
    },
    Plant {
        statement: "UPDATE unit SET version = version + 1 WHERE serial = 'SN4'",
        found: &[(Kind::UnitVersion, "unit P-100 SN4")],
    },
    Plant {
        statement: "UPDATE unit SET last_moved_at = '2026-03-02 00:00:00' WHERE serial = 'SN4'",
        found: &[(Kind::UnitLastMoved, "unit P-100 SN4")],
    },
    Plant {
        statement: "UPDATE unit SET part_id = (SELECT id FROM part WHERE part_no = 'P-200') WHERE serial = 'SN4'",
        found: &[(Kind::UnitPart, "unit P-200 SN4")],
    },
    Plant {
        statement: "INSERT INTO unit (part_id, serial, serial_reversed, identity, condition, owner, place_id, version, last_moved_at) \
                    SELECT part_id, 'GHOST', 'TSOHG', 'GHOST', condition, owner, place_id, 1, last_moved_at FROM unit WHERE serial = 'SN4'",
        found: &[(Kind::UnitWithoutMovement, "unit P-100 GHOST")],
    },
    Plant {
        statement: "UPDATE balance SET quantity = quantity + 1 WHERE quantity = 20",
        found: &[(Kind::BalanceQuantity, "balance JN/A1-01 Q-1 good us")],
    },
    Plant {
        statement: "DELETE FROM balance WHERE quantity = 20",
        found: &[(Kind::BalanceMissing, "balance JN/A1-01 Q-1 good us")],
    },
    Plant {
        statement: "INSERT INTO balance (place_id, part_id, condition, owner, depot_id, quantity) \
                    SELECT p.id, t.id, 'good', 'us', p.depot_id, 3 FROM place p, part t WHERE p.code = 'QD' AND t.part_no = 'Q-1'",
        found: &[(Kind::BalanceExtra, "balance QD Q-1 good us")],
    },
    Plant {
        statement: "INSERT INTO balance (place_id, part_id, condition, owner, quantity) \
                    SELECT p.id, t.id, 'good', 'us', 1 FROM place p, part t WHERE p.code = 'customer:C1' AND t.part_no = 'P-100'",
        found: &[(Kind::BalanceExtra, "balance customer:C1 P-100 good us")],
    },
    Plant {
        statement: "UPDATE balance SET depot_id = (SELECT id FROM depot WHERE code = 'DZ') WHERE quantity = 20",
        found: &[(Kind::BalanceDepot, "balance JN/A1-01 Q-1 good us")],
    },
    Plant {
        statement: "UPDATE availability SET good = good + 1 WHERE good = 20",
        found: &[(Kind::AvailabilityGood, "availability JN Q-1")],
    },
    Plant {
        statement: "DELETE FROM availability WHERE good = 20",
        found: &[
            (Kind::AvailabilityGood, "availability JN Q-1"),
            (Kind::AvailabilityReserved, "availability JN Q-1"),
        ],
    },
    Plant {
        statement: "UPDATE availability SET reserved = reserved + 1 WHERE good = 20",
        found: &[(Kind::AvailabilityReserved, "availability JN Q-1")],
    },
    Plant {
        statement: "UPDATE reservation SET unit_id = (SELECT id FROM unit WHERE serial = 'SN2') WHERE unit_id IS NOT NULL",
        found: &[(Kind::ReservationUnit, "(SN2)")],
    },
    Plant {
        statement: "UPDATE reservation SET unit_id = (SELECT id FROM unit WHERE serial = 'SN3') WHERE unit_id IS NOT NULL",
        found: &[(Kind::ReservationUnit, "(SN3)")],
    },
    // A chain that does not hold: from another place, in another condition, of another owner, back in time.
    Plant {
        statement: movement_like!(
            "SELECT 'issue', u.part_id, u.id, 1, f.id, t.id, f.depot_id, NULL, 'good', 'good', 'us', 'us', NULL, \
             u.last_moved_at, u.last_moved_at FROM unit u, place f, place t \
             WHERE u.serial = 'SN4' AND f.code = 'DZ' AND t.code = 'JN'"
        ),
        found: &[
            (Kind::ChainPlace, "movement"),
            (Kind::MovementDepot, "movement"),
            (Kind::UnitVersion, "unit P-100 SN4"),
            (Kind::BalanceMissing, "balance DZ P-100 good us"),
            (Kind::BalanceQuantity, "balance JN P-100 good us"),
            (Kind::AvailabilityGood, "availability"),
        ],
    },
    Plant {
        statement: movement_like!(
            "SELECT 'move', u.part_id, u.id, 1, p.id, p.id, p.depot_id, p.depot_id, 'faulty', 'good', 'customer:C1', 'us', NULL, \
             '2026-03-02 00:30:00', u.last_moved_at FROM unit u JOIN place p ON p.id = u.place_id WHERE u.serial = 'SN4'"
        ),
        found: &[
            (Kind::ChainCondition, "movement"),
            (Kind::ChainOwner, "movement"),
            (Kind::ChainTime, "movement"),
            (Kind::UnitVersion, "unit P-100 SN4"),
            (Kind::UnitLastMoved, "unit P-100 SN4"),
            (Kind::BalanceMissing, "balance JN P-100 faulty customer:C1"),
            (Kind::BalanceQuantity, "balance JN P-100 good us"),
            (Kind::AvailabilityGood, "availability JN P-100"),
        ],
    },
    Plant {
        statement: movement_like!(
            "SELECT 'issue', t.id, NULL, 21, f.id, c.id, f.depot_id, NULL, 'good', 'good', 'us', 'us', NULL, \
             '2026-03-02 03:00:00', '2026-03-02 03:00:00' FROM part t, place f, place c \
             WHERE t.part_no = 'Q-1' AND f.code = 'JN/A1-01' AND c.code = 'customer:C1'"
        ),
        found: &[
            (Kind::BalanceNegative, "balance JN/A1-01 Q-1 good us"),
            (Kind::BalanceQuantity, "balance JN/A1-01 Q-1 good us"),
            (Kind::AvailabilityGood, "availability JN Q-1"),
        ],
    },
    Plant {
        statement: movement_like!(
            "SELECT 'issue', t.id, NULL, 1, f.id, c.id, NULL, NULL, 'good', 'good', 'us', 'us', NULL, \
             '2026-03-02 03:00:01', '2026-03-02 03:00:00' FROM part t, place f, place c \
             WHERE t.part_no = 'P-100' AND f.code = 'supplier' AND c.code = 'customer:C1'"
        ),
        found: &[(Kind::MovementSubject, "movement"), (Kind::MovementFuture, "movement")],
    },
    Plant {
        statement: movement_like!(
            "SELECT 'reversal', t.id, NULL, 1, f.id, c.id, NULL, NULL, 'good', 'good', 'us', 'us', NULL, \
             '2026-03-02 03:00:00', '2026-03-02 03:00:00' FROM part t, place f, place c \
             WHERE t.part_no = 'Q-1' AND f.code = 'supplier' AND c.code = 'customer:C1'"
        ),
        found: &[(Kind::ReversalOrigin, "movement")],
    },
    Plant {
        statement: movement_like!(
            "SELECT 'reversal', m.part_id, NULL, m.quantity, m.to_place_id, m.from_place_id, m.depot_to_id, m.depot_from_id, \
             'good', 'good', 'us', 'us', m.id, m.occurred_at, m.recorded_at FROM movement m WHERE m.kind = 'reversal'"
        ),
        found: &[
            (Kind::ReversalOrigin, "movement"),
            (Kind::BalanceQuantity, "balance JN/A1-01 Q-1 good us"),
            (Kind::AvailabilityGood, "availability JN Q-1"),
        ],
    },
    Plant {
        statement: movement_like!(
            "SELECT 'reversal', m.part_id, NULL, 19, m.to_place_id, m.from_place_id, m.depot_to_id, m.depot_from_id, \
             'good', 'good', 'us', 'us', m.id, m.occurred_at, m.recorded_at FROM movement m WHERE m.quantity = 20"
        ),
        found: &[
            (Kind::ReversalMirror, "movement"),
            (Kind::BalanceQuantity, "balance JN/A1-01 Q-1 good us"),
            (Kind::AvailabilityGood, "availability JN Q-1"),
        ],
    },
];

on_both!(a_planted_corruption_of_each_kind_is_found_and_named, async |db: &Database| {
    let w = busy(db).await;
    for plant in PLANTS {
        // The corruption is judged inside its own transaction, which is then rolled back.
        let judged = std::sync::Arc::new(std::sync::Mutex::new(None));
        let slot = std::sync::Arc::clone(&judged);
        let statement = plant.statement;
        let undone = w
            .write(move |tx, _| {
                let planted = beiku::store::sql::sql(statement).execute(tx)?;
                *slot.lock().unwrap() = Some((planted, beiku::app::verify::verify(tx)?));
                Err::<(), _>(beiku::domain::refusal::Refusal::SignInFailed {}.into())
            })
            .await;
        assert_eq!(super::world::refused(undone).code(), "sign_in_failed", "{statement}");
        let (planted, proof) = judged.lock().unwrap().take().unwrap();
        assert_eq!(planted, 1, "{statement}");
        let found: BTreeSet<Kind> = proof.differences.iter().map(|difference| difference.kind).collect();
        let expected: BTreeSet<Kind> = plant.found.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(found, expected, "{statement}: {:#?}", proof.differences);
        for (kind, subject) in plant.found {
            assert!(
                proof.differences.iter().any(|found| found.kind == *kind && found.subject.contains(subject)),
                "{kind} {subject}: {:#?}",
                proof.differences
            );
        }
    }
    w.prove().await;
});

on_both!(a_unit_out_of_nowhere_is_found, async |db: &Database| {
    let w = busy(db).await;
    db.spoil();
    w.raw("INSERT INTO unit (part_id, serial, serial_reversed, identity, condition, owner, place_id, version, last_moved_at) \
           SELECT t.id, 'GHOST', 'TSOHG', 'GHOST', 'good', 'us', p.id, 1, '2026-03-02 03:00:00' FROM place p, part t \
           WHERE p.code = 'scrap' AND t.part_no = 'P-100'")
        .await;
    w.raw(movement_like!(
        "SELECT 'scrap', u.part_id, u.id, 1, c.id, u.place_id, NULL, NULL, 'good', 'good', 'us', 'us', NULL, \
         u.last_moved_at, u.last_moved_at FROM unit u, place c WHERE u.serial = 'GHOST' AND c.code = 'customer:C1'"
    ))
    .await;
    let proof = proof(&w).await;
    assert_eq!(proof.differences.iter().map(|found| found.kind).collect::<Vec<_>>(), [Kind::ChainOrigin]);
    assert_eq!(proof.differences[0].found, "customer:C1");
});

on_both!(a_unit_that_movements_name_and_nobody_has_is_found, async |db: &Database| {
    let w = busy(db).await;
    let judged = std::sync::Arc::new(std::sync::Mutex::new(None));
    let slot = std::sync::Arc::clone(&judged);
    let undone = w
        .write(move |tx, _| {
            // References are looked at when the transaction ends, and this one does not end well.
            let aside = if tx.is_postgres() {
                "SET LOCAL session_replication_role = replica"
            } else {
                "PRAGMA defer_foreign_keys = ON"
            };
            tx.batch(aside)?;
            beiku::store::sql::sql("DELETE FROM unit WHERE serial = 'SN4'").execute(tx)?;
            *slot.lock().unwrap() = Some(beiku::app::verify::verify(tx)?);
            Err::<(), _>(beiku::domain::refusal::Refusal::SignInFailed {}.into())
        })
        .await;
    assert_eq!(super::world::refused(undone).code(), "sign_in_failed");
    let proof = judged.lock().unwrap().take().unwrap();
    assert_eq!(proof.differences.iter().map(|found| found.kind).collect::<Vec<_>>(), [Kind::UnitMissing]);
    w.prove().await;
});

#[test]
fn every_kind_of_difference_is_planted_somewhere() {
    let planted: BTreeSet<Kind> = PLANTS
        .iter()
        .flat_map(|plant| plant.found)
        .map(|(kind, _)| *kind)
        // Broken seals are planted beside the evidence packs that lean on them; snapshots, sums, lines and promises beside their
        // own tests.
        .chain([
            Kind::ChainOrigin,
            Kind::UnitMissing,
            Kind::EvidencePack,
            Kind::RmaCustomer,
            Kind::Sealed,
            Kind::SealMissing,
            Kind::Snapshot,
            Kind::RateLine,
            Kind::RateSum,
            Kind::RmaState,
            Kind::RmaDate,
            Kind::PromiseDue,
            Kind::PromiseState,
        ])
        .collect();
    assert_eq!(planted, Kind::ALL.iter().copied().collect());
}

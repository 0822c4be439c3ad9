//! Batches: up to 5,000 serials, all or nothing, every bad row named.

use super::world::{BOARD, becoming, lot, refused, unit, world};
use crate::support::{Database, on_both};
use beiku::app::stock::{BATCH_LIMIT, Booking};
use beiku::domain::refusal::Refusal;
use beiku::domain::stock::{Condition, MovementKind as Kind};

fn received(count: usize, to: &str) -> Vec<Booking> {
    (0..count).map(|n| unit(Kind::Receive, BOARD, &format!("SN{n:05}"), "supplier", to)).collect()
}

on_both!(five_thousand_serials_move_together, async |db: &Database| {
    let w = world(db).await;
    let booked = w.batch(received(BATCH_LIMIT, "JN/A1-01")).await.unwrap();
    assert_eq!(booked.len(), BATCH_LIMIT);
    assert!(booked.windows(2).all(|pair| pair[0].id < pair[1].id), "ids follow the order of the items");
    let out = (0..BATCH_LIMIT)
        .map(|n| unit(Kind::Issue, BOARD, &format!("sn{n:05}"), "JN/A1-01", "customer:C1"))
        .collect();
    let issued = w.batch(out).await.unwrap();
    assert_eq!(issued[4_999].posting.subject.serial(), Some("SN04999"));
    assert!(w.balances().await.is_empty());
    w.prove().await;
});

on_both!(one_bad_row_of_five_thousand_is_named_and_nothing_is_written, async |db: &Database| {
    let w = world(db).await;
    w.receive("DZ", BOARD, &["SN01234"]).await;
    let Refusal::Invalid(errors) = refused(w.batch(received(BATCH_LIMIT, "JN")).await) else { panic!() };
    let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
    assert_eq!(named, [("items[1234]", "serial_elsewhere")]);
    assert_eq!(errors[0].args, [("serial", "SN01234".to_owned()), ("place", "DZ".to_owned())]);
    assert_eq!(w.number("SELECT count(*) AS value FROM unit").await, 1);
    assert_eq!(w.number("SELECT count(*) AS value FROM movement").await, 1);
    w.prove().await;
});

on_both!(every_bad_row_is_named_at_once, async |db: &Database| {
    let w = world(db).await;
    let mut items = received(6, "JN");
    items[1].serial = Some(" ".into());
    items[2].serial = Some("SN00000".into());
    items[3].to = "nowhere".into();
    items[4].part_no = Some("NOPE".into());
    items[5].quantity = Some(2);
    let Refusal::Invalid(errors) = refused(w.batch(items).await) else { panic!() };
    let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
    assert_eq!(
        named,
        [
            ("items[1].serial", "required"),
            ("items[2]", "duplicate_in_batch"),
            ("items[3].to", "unknown_place"),
            ("items[4].part_no", "unknown_part"),
            ("items[5].quantity", "one_per_serial"),
        ]
    );
    assert_eq!(w.number("SELECT count(*) AS value FROM unit").await, 0);
});

on_both!(a_batch_is_neither_empty_nor_endless, async |db: &Database| {
    let w = world(db).await;
    for count in [0, BATCH_LIMIT + 1] {
        let Refusal::Invalid(errors) = refused(w.batch(received(count, "JN")).await) else { panic!() };
        assert_eq!((errors[0].field.as_str(), errors[0].code), ("items", "count_out_of_range"));
    }
});

on_both!(a_batch_never_lends_itself_what_it_has_not_yet_got, async |db: &Database| {
    let w = world(db).await;
    // In posting order the depot would hold −5 in between; the other way round it never does.
    let early = w
        .batch(vec![lot(Kind::Issue, 5, "JN", "customer:C1"), lot(Kind::Receive, 5, "supplier", "JN")])
        .await;
    assert_eq!(refused(early).code(), "not_enough_stock");
    w.batch(vec![lot(Kind::Receive, 5, "supplier", "JN"), lot(Kind::Issue, 5, "JN", "customer:C1")])
        .await
        .unwrap();
    w.batch(vec![
        lot(Kind::Receive, 5, "supplier", "JN"),
        becoming(Condition::Faulty, lot(Kind::Convert, 2, "JN", "JN")),
        lot(Kind::Issue, 3, "JN", "customer:C1"),
    ])
    .await
    .unwrap();
    assert_eq!(w.balances().await.into_iter().collect::<Vec<_>>(), [("JN Q-1 faulty us".to_owned(), 2)]);
    w.prove().await;
});

on_both!(a_batch_into_a_foreign_depot_is_refused_as_a_whole, async |db: &Database| {
    use beiku::domain::actor::Role;
    let w = world(db).await;
    let mut items = received(3, "JN");
    items[2].to = "DZ".into();
    let ctx = w.ctx_of(w.actor(Role::Clerk));
    let result = w.write_as(ctx, move |tx, ctx| beiku::app::stock::book_batch(tx, ctx, &items)).await;
    assert_eq!(refused(result), Refusal::NotYourDepot { depot: "DZ".into() });
});

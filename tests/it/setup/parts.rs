use super::{act, actor, everything, execute, field_errors, number, read_as};
use crate::support::{self, Database, on_both};
use beiku::app::App;
use beiku::app::depots::{self, DepotFields};
use beiku::app::parts::{self, AlternateFields, Part, PartFields, PartFilter, ReorderFields};
use beiku::domain::actor::Role;
use beiku::domain::setup::Saved;
use chrono::TimeDelta;

fn named(name: &str) -> PartFields {
    PartFields { name: Some(name.into()), ..PartFields::default() }
}

fn of(category: &str) -> PartFilter {
    PartFilter { category: category.into(), ..PartFilter::default() }
}

fn standing_in(part_no: &str, reason: Option<&str>) -> AlternateFields {
    AlternateFields { part_no: part_no.into(), reason: reason.map(Into::into), ..AlternateFields::default() }
}

async fn create(app: &App, part_no: &'static str, fields: PartFields) -> Part {
    act(app, move |tx, ctx| parts::create(tx, ctx, part_no, &fields)).await.unwrap()
}

async fn update(app: &App, part_no: &'static str, fields: PartFields) -> beiku::app::AppResult<Part> {
    act(app, move |tx, ctx| parts::update(tx, ctx, part_no, &fields)).await
}

on_both!(a_part_keeps_its_price_to_the_fen, async |db: &Database| {
    let app = support::app(db);
    let fields = PartFields {
        price: Some(Some("4897.86".into())),
        warranty_months: Some(Some(12)),
        currency: Some("usd".into()),
        ..named("硬盘 ZUX-61")
    };
    let part = create(&app, "0320000zux", fields).await;
    assert_eq!((part.row.part_no.as_str(), part.row.price_fen), ("0320000ZUX", Some(489_786)));
    assert_eq!((part.row.currency.as_str(), part.row.repairable), ("USD", true));
    let part =
        update(&app, "0320000ZUX", PartFields { price: Some(None), ..Default::default() }).await.unwrap();
    assert_eq!((part.row.price_fen, part.row.warranty_months), (None, Some(12)), "only what is said changes");
    let refused = update(
        &app,
        "0320000ZUX",
        PartFields {
            price: Some(Some("1.005".into())),
            currency: Some("¥".into()),
            tracking: Some("lot".into()),
            warranty_months: Some(Some(601)),
            ..Default::default()
        },
    )
    .await;
    let expected = [
        ("tracking", "unknown_word"),
        ("price", "bad_amount"),
        ("currency", "bad_currency"),
        ("warranty_months", "out_of_range"),
    ];
    assert_eq!(field_errors(refused), expected.map(|(field, code)| (field.to_owned(), code)));
});

on_both!(an_equivalence_ends_and_is_never_deleted, async |db: &Database| {
    let app = support::app(db);
    for part_no in ["P1", "P2", "P3"] {
        create(&app, part_no, named(part_no)).await;
    }
    let with =
        |alternates: Vec<AlternateFields>| PartFields { alternates: Some(alternates), ..Default::default() };
    let part = update(&app, "P1", with(vec![standing_in("p2", Some("同固件")), standing_in("P3", None)]))
        .await
        .unwrap();
    let of = |part: &Part| {
        part.alternates.iter().map(|a| (a.part_no.clone(), a.reason.clone())).collect::<Vec<_>>()
    };
    assert_eq!(of(&part), [("P2".into(), "同固件".into()), ("P3".into(), String::new())]);
    assert_eq!(part.alternates[0].confirmed_by, "system");

    db.clock().advance(TimeDelta::hours(1));
    let part = update(&app, "P1", with(vec![standing_in("P2", Some("固件 ≥ 3"))])).await.unwrap();
    assert_eq!(of(&part), [("P2".into(), "固件 ≥ 3".into())]);
    assert_eq!(
        number(&app, "SELECT count(*) AS value FROM part_alternate").await,
        3,
        "what was confirmed stays"
    );
    assert_eq!(number(&app, "SELECT count(*) AS value FROM part_alternate WHERE valid_to IS NULL").await, 1);

    let put = PartFields { alternates: Some(vec![standing_in("P3", None)]), ..Default::default() };
    let saved = act(&app, move |tx, ctx| parts::put(tx, ctx, "P1", &put)).await.unwrap();
    assert_eq!(saved, Saved::Updated);
    let put = PartFields { alternates: Some(vec![standing_in("P2", None)]), ..named("P1") };
    let saved = act(&app, move |tx, ctx| parts::put(tx, ctx, "P1", &put)).await.unwrap();
    assert_eq!(saved, Saved::Unchanged, "an import adds, and says nothing about the reason");

    let refused = update(
        &app,
        "P1",
        with(vec![
            standing_in("P1", None),
            standing_in("P9", None),
            standing_in("P2", None),
            standing_in("p2", None),
        ]),
    )
    .await;
    let expected = [
        ("alternates[3]", "duplicate"),
        ("alternates[0].part_no", "alternate_is_self"),
        ("alternates[1].part_no", "unknown_part"),
    ];
    assert_eq!(field_errors(refused), expected.map(|(field, code)| (field.to_owned(), code)));
});

on_both!(what_identifies_units_is_fixed_once_the_part_moved, async |db: &Database| {
    let app = support::app(db);
    // The movement is written down behind the ledger's back.
    db.spoil();
    create(&app, "P1", PartFields { maker: Some("希数".into()), ..named("硬盘") }).await;
    let new_maker =
        || PartFields { maker: Some("希捷".into()), serial_per_part: Some(true), ..Default::default() };
    update(&app, "P1", new_maker()).await.unwrap();
    execute(
        &app,
        "INSERT INTO movement (kind, part_id, quantity, from_place_id, to_place_id, condition_from, condition_to, \
         owner_from, owner_to, occurred_at, recorded_at) SELECT 'opening', p.id, 1, o.id, s.id, 'good', 'good', 'us', \
         'us', '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM part p, place o, place s \
         WHERE p.part_no = 'P1' AND o.code = 'opening' AND s.code = 'supplier'",
    )
    .await;
    update(&app, "P1", new_maker()).await.unwrap();
    let changed = PartFields {
        maker: Some("希数".into()),
        tracking: Some("quantity".into()),
        serial_per_part: Some(false),
        ..Default::default()
    };
    let expected = ["tracking", "maker", "serial_per_part"];
    let refused = field_errors(update(&app, "P1", changed).await);
    assert_eq!(refused, expected.map(|field| (field.to_owned(), "fixed_by_movements")));
});

on_both!(reorder_points_are_set_one_by_one, async |db: &Database| {
    let app = support::app(db);
    act(&app, |tx, ctx| {
        for code in ["JN", "DZ"] {
            let fields = DepotFields { name: Some(code.into()), ..DepotFields::default() };
            depots::create(tx, ctx, code, &fields)?;
        }
        Ok(())
    })
    .await
    .unwrap();
    create(&app, "P1", named("电源")).await;
    let set = |depot: &str, quantity: Option<i64>| PartFields {
        reorder_points: Some(vec![ReorderFields { depot: depot.into(), quantity }]),
        ..Default::default()
    };
    update(&app, "P1", set("jn", Some(3))).await.unwrap();
    let part = update(&app, "P1", set("DZ", Some(0))).await.unwrap();
    let points: Vec<_> = part.reorder_points.iter().map(|p| (p.depot.as_str(), p.quantity)).collect();
    assert_eq!(points, [("DZ", 0), ("JN", 3)]);
    let part = update(&app, "P1", set("JN", None)).await.unwrap();
    assert_eq!(part.reorder_points.len(), 1);
    let refused = update(&app, "P1", set("XX", Some(-1))).await;
    let expected =
        [("reorder_points[0].depot", "unknown_depot"), ("reorder_points[0].quantity", "out_of_range")];
    assert_eq!(field_errors(refused), expected.map(|(field, code)| (field.to_owned(), code)));
});

on_both!(a_customer_learns_what_a_part_is_and_not_what_we_pay, async |db: &Database| {
    let app = support::app(db);
    create(&app, "P2", named("P2")).await;
    let fields = PartFields {
        price: Some(Some("10".into())),
        repair_price: Some(Some("2".into())),
        category: Some("电源".into()),
        alternates: Some(vec![standing_in("P2", None)]),
        ..named("电源模块")
    };
    create(&app, "P1", fields).await;
    let seen_by = |role| {
        let app = app.clone();
        async move {
            let list = |c: &mut _, ctx: &_| parts::list(c, ctx, &everything(), &of("电源"));
            let mut parts = read_as(&app, actor(role), list).await.unwrap();
            assert_eq!(parts.len(), 1);
            parts.remove(0)
        }
    };
    let clerk = seen_by(Role::Clerk).await;
    assert_eq!((clerk.row.price_fen, clerk.alternates.len()), (Some(1_000), 1));
    let customer = seen_by(Role::Customer).await;
    assert_eq!((customer.row.name.as_str(), customer.row.price_fen), ("电源模块", None));
    assert_eq!((customer.row.repair_price_fen, customer.alternates.len()), (None, 0));
});

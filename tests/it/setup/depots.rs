use super::{act, act_as, actor, everything, field_errors, number, read_as, refusal};
use crate::support::{self, Database, on_both};
use beiku::app::customers::{self, CustomerFields};
use beiku::app::depots::{self, DepotFields};
use beiku::app::{App, places, vendors};
use beiku::domain::actor::Role;
use beiku::domain::place::PlaceKind;
use beiku::domain::refusal::Refusal;
use beiku::domain::setup::Saved;
use beiku::store::listing::Listing;
use beiku::store::places as place_rows;

fn named(name: &str) -> DepotFields {
    DepotFields { name: Some(name.into()), ..DepotFields::default() }
}

async fn place(app: &App, code: &'static str) -> Option<(PlaceKind, Option<String>, bool)> {
    let found = read_as(app, actor(Role::Admin), move |c, _| places::find(c, code)).await;
    found.ok().map(|place| (place.kind, place.depot.map(|depot| depot.code), place.customer_id.is_some()))
}

on_both!(a_depot_brings_its_places, async |db: &Database| {
    let app = support::app(db);
    let fields = DepotFields {
        bins: vec!["a1-01".into(), "B2".into(), "A1-01".into()],
        ..named("济南中心备件库")
    };
    let depot = act(&app, move |tx, ctx| depots::create(tx, ctx, " ｊn ", &fields)).await.unwrap();
    assert_eq!(depot.row.code, "JN");
    assert_eq!(depot.bins, ["A1-01", "B2"]);
    assert_eq!(place(&app, "jn").await, Some((PlaceKind::Depot, Some("JN".into()), false)));
    assert_eq!(place(&app, "JN/Bench").await, Some((PlaceKind::Bench, Some("JN".into()), false)));
    assert_eq!(place(&app, "jn/a1-01").await, Some((PlaceKind::Bin, Some("JN".into()), false)));
    assert_eq!(place(&app, "Supplier").await, Some((PlaceKind::Supplier, None, false)));
    assert_eq!(place(&app, "JN/C9").await, None);

    let again = act(&app, |tx, ctx| depots::create(tx, ctx, "JN", &named("又一个"))).await;
    assert_eq!(refusal(again), Refusal::AlreadyExists { kind: "depot".into(), key: "JN".into() });
    assert_eq!(number(&app, "SELECT count(*) AS value FROM audit WHERE subject = 'depot:JN'").await, 1);
});

on_both!(codes_that_would_read_as_other_places_are_refused, async |db: &Database| {
    let app = support::app(db);
    let fields = DepotFields { bins: vec!["bench".into(), "A/1".into(), "".into()], ..named("x") };
    let refused = act(&app, move |tx, ctx| depots::create(tx, ctx, "Scrap", &fields)).await;
    let expected = [
        ("code", "reserved_word"),
        ("bins[0]", "reserved_word"),
        ("bins[1]", "bad_code"),
        ("bins[2]", "required"),
    ];
    assert_eq!(field_errors(refused), expected.map(|(field, code)| (field.to_owned(), code)));
    let refused = act(&app, |tx, ctx| {
        let fields = DepotFields {
            class: Some("big".into()),
            customer: Some(Some("C404".into())),
            ..DepotFields::default()
        };
        depots::create(tx, ctx, "customer:C1", &fields)
    })
    .await;
    let expected = [
        ("code", "bad_code"),
        ("name", "required"),
        ("class", "unknown_word"),
        ("customer", "unknown_customer"),
    ];
    assert_eq!(field_errors(refused), expected.map(|(field, code)| (field.to_owned(), code)));
});

on_both!(on_site_spares_are_bound_to_their_customer, async |db: &Database| {
    let app = support::app(db);
    act(&app, |tx, ctx| {
        let fields = CustomerFields { name: Some("济南电力公司".into()), ..CustomerFields::default() };
        customers::create(tx, ctx, "C1001", &fields)?;
        depots::create(tx, ctx, "OS", &DepotFields { bins: vec!["A1".into()], ..named("驻场备件") })
    })
    .await
    .unwrap();
    let bind = |customer: Option<&'static str>| {
        let app = app.clone();
        async move {
            let fields = DepotFields { customer: Some(customer.map(Into::into)), ..DepotFields::default() };
            act(&app, move |tx, ctx| depots::update(tx, ctx, "os", &fields)).await.unwrap()
        }
    };
    assert_eq!(bind(Some("c1001")).await.row.customer.as_deref(), Some("C1001"));
    for code in ["OS", "OS/A1", "OS/bench"] {
        assert!(place(&app, code).await.unwrap().2, "{code} is the customer's");
    }
    assert_eq!(bind(None).await.row.customer, None);
    assert!(!place(&app, "OS/A1").await.unwrap().2);
});

on_both!(an_import_changes_only_what_differs, async |db: &Database| {
    let app = support::app(db);
    let put = |bins: &'static [&'static str], city: &'static str| {
        let app = app.clone();
        async move {
            let fields = DepotFields {
                city: Some(city.into()),
                bins: bins.iter().map(|bin| (*bin).into()).collect(),
                ..named("德州备件库")
            };
            act(&app, move |tx, ctx| depots::put(tx, ctx, "DZ", &fields)).await.unwrap()
        }
    };
    assert_eq!(put(&["A1"], "德州").await, Saved::Created);
    assert_eq!(put(&["A1"], "德州").await, Saved::Unchanged);
    assert_eq!(put(&["A2"], "德州").await, Saved::Updated);
    assert_eq!(put(&["A2"], "济南").await, Saved::Updated);
    let depot = read_as(&app, actor(Role::Clerk), |c, ctx| depots::get(c, ctx, "dz")).await.unwrap();
    assert_eq!(depot.bins, ["A1", "A2"], "bins that are not listed stay");
    assert_eq!(number(&app, "SELECT count(*) AS value FROM audit WHERE subject = 'depot:DZ'").await, 3);
});

on_both!(lists_page_by_code_and_search_literally, async |db: &Database| {
    let app = support::app(db);
    act(&app, |tx, ctx| {
        for (code, name) in [("JN", "济南 100%"), ("DZ", "德州 1000"), ("ZZ", "枣庄_a"), ("LC", "聊城 XaX")]
        {
            depots::create(tx, ctx, code, &named(name))?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let codes = |page: Listing| {
        let app = app.clone();
        async move {
            let found = read_as(&app, actor(Role::Engineer), move |c, ctx| depots::list(c, ctx, &page)).await;
            found.unwrap().into_iter().map(|depot| depot.row.code).collect::<Vec<_>>()
        }
    };
    assert_eq!(codes(everything()).await, ["DZ", "JN", "LC", "ZZ"]);
    assert_eq!(codes(Listing { after: "DZ".into(), limit: 2, q: String::new() }).await, ["JN", "LC"]);
    let search = |q: &str| Listing { q: q.into(), ..everything() };
    assert_eq!(codes(search("100%")).await, ["JN"]);
    assert_eq!(codes(search("_A")).await, ["ZZ"]);
    assert_eq!(codes(search("xAx")).await, ["LC"]);
    assert_eq!(codes(search("j")).await, ["JN"]);
    assert_eq!(codes(search("州")).await, ["DZ"]);
});

on_both!(only_those_with_the_right_write_and_only_staff_reads, async |db: &Database| {
    let app = support::app(db);
    for role in [Role::Clerk, Role::Engineer, Role::Technician, Role::Customer] {
        let refused = act_as(&app, actor(role), |tx, ctx| depots::create(tx, ctx, "JN", &named("x"))).await;
        assert_eq!(refusal(refused), Refusal::Forbidden { permission: "manage_setup".into() }, "{role}");
        let refused = act_as(&app, actor(role), |tx, ctx| {
            vendors::create(tx, ctx, "V1", &vendors::VendorFields::default())
        })
        .await;
        assert_eq!(refusal(refused), Refusal::Forbidden { permission: "manage_setup".into() }, "{role}");
    }
    let page = read_as(&app, actor(Role::Customer), |c, ctx| depots::list(c, ctx, &everything())).await;
    assert_eq!(refusal(page), Refusal::Forbidden { permission: "read_setup".into() });
});

on_both!(sixteen_at_once_make_one_place, async |db: &Database| {
    let app = support::app(db);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let app = app.clone();
        tasks.spawn(async move {
            act(&app, |tx, _| Ok(place_rows::ensure(tx, "transit:7", PlaceKind::Transit, None, None)?)).await
        });
    }
    let ids: std::collections::BTreeSet<i64> =
        tasks.join_all().await.into_iter().map(|made| made.unwrap()).collect();
    assert_eq!(ids.len(), 1);
});

on_both!(a_vendor_brings_its_place, async |db: &Database| {
    let app = support::app(db);
    let fields =
        vendors::VendorFields { name: Some("华信光电".into()), email: Some("rma@vendor.example".into()) };
    act(&app, move |tx, ctx| vendors::create(tx, ctx, "v1", &fields)).await.unwrap();
    assert_eq!(place(&app, "vendor:V1").await, Some((PlaceKind::Vendor, None, false)));
    let fields = vendors::VendorFields { email: Some("not an address".into()), ..Default::default() };
    let refused = act(&app, move |tx, ctx| vendors::update(tx, ctx, "V1", &fields)).await;
    assert_eq!(field_errors(refused), [("email".to_owned(), "bad_email")]);
    let missing = read_as(&app, actor(Role::Clerk), |c, ctx| vendors::get(c, ctx, "V2")).await;
    assert_eq!(refusal(missing), Refusal::not_found("vendor", "V2"));
});

use super::{act, actor, everything, execute, field_errors, number, read_as, refusal};
use crate::support::{self, Database, on_both};
use beiku::app::contracts::{self, ContractFields};
use beiku::app::customers::{self, ContactFields, CustomerFields, SiteFields};
use beiku::app::{App, AppResult, places, plans};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::language::Language;
use beiku::domain::refusal::Refusal;
use beiku::domain::setup::Saved;

fn named(name: &str) -> CustomerFields {
    CustomerFields { name: Some(name.into()), ..CustomerFields::default() }
}

fn contact(name: &str, email: &str) -> ContactFields {
    ContactFields { name: name.into(), email: email.into(), phone: None, language: None }
}

fn site(name: &str) -> SiteFields {
    SiteFields { name: name.into(), address: None }
}

async fn update(app: &App, code: &'static str, fields: CustomerFields) -> AppResult<customers::Customer> {
    act(app, move |tx, ctx| customers::update(tx, ctx, code, &fields)).await
}

/// Two customers, and the user of the first.
async fn two_customers(app: &App) -> Actor {
    act(app, |tx, ctx| {
        customers::create(
            tx,
            ctx,
            "C1001",
            &CustomerFields { plan: Some(Some("金牌服务".into())), ..named("济南电力") },
        )?;
        customers::create(tx, ctx, "C1002", &named("德州电力"))
    })
    .await
    .unwrap();
    execute(
        app,
        "INSERT INTO app_user (username, display_name, role, created_at) \
         VALUES ('huang', '黄娟', 'customer', '2026-01-01 00:00:00'); \
         INSERT INTO user_customer (user_id, customer_id) SELECT u.id, c.id FROM app_user u, customer c \
         WHERE u.username = 'huang' AND c.code = 'C1001'",
    )
    .await;
    let user_id = number(app, "SELECT id AS value FROM app_user WHERE username = 'huang'").await;
    let customer_id = number(app, "SELECT id AS value FROM customer WHERE code = 'C1001'").await;
    Actor { user_id, customer_ids: vec![customer_id], ..actor(Role::Customer) }
}

on_both!(a_customers_user_knows_the_own_organisation_only, async |db: &Database| {
    let app = support::app(db);
    let huang = two_customers(&app).await;
    act(&app, |tx, ctx| {
        for (number, customer) in [("HT-1", "C1001"), ("HT-2", "C1002")] {
            let fields = ContractFields {
                customer: Some(customer.into()),
                plan: Some("standard".into()),
                valid_from: "2026-01-01".parse().ok(),
                ..ContractFields::default()
            };
            contracts::create(tx, ctx, number, &fields)?;
        }
        Ok(())
    })
    .await
    .unwrap();

    let own = read_as(&app, huang.clone(), |c, ctx| customers::list(c, ctx, &everything())).await.unwrap();
    assert_eq!(own.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(), ["C1001"]);
    assert!(read_as(&app, huang.clone(), |c, ctx| customers::get(c, ctx, "c1001")).await.is_ok());
    let other = read_as(&app, huang.clone(), |c, ctx| customers::get(c, ctx, "C1002")).await;
    assert_eq!(refusal(other), Refusal::not_found("customer", "C1002"));

    let own =
        read_as(&app, huang.clone(), |c, ctx| contracts::list(c, ctx, &everything(), "")).await.unwrap();
    assert_eq!(own.iter().map(|k| k.row.number.as_str()).collect::<Vec<_>>(), ["HT-1"]);
    let other = read_as(&app, huang.clone(), |c, ctx| contracts::get(c, ctx, "HT-2")).await;
    assert_eq!(refusal(other), Refusal::not_found("contract", "HT-2"));

    let own = read_as(&app, huang.clone(), plans::list).await.unwrap();
    let codes: Vec<_> = own.iter().map(|plan| plan.row.code.as_str()).collect();
    assert_eq!(codes, ["gold", "standard"], "by the customer and by the contract");
    execute(&app, "DELETE FROM contract").await;
    let other = read_as(&app, huang, |c, ctx| plans::get(c, ctx, "standard")).await;
    assert_eq!(refusal(other), Refusal::not_found("plan", "standard"));
    let all = read_as(&app, actor(Role::Engineer), |c, ctx| customers::list(c, ctx, &everything())).await;
    assert_eq!(all.unwrap().len(), 2);
});

on_both!(a_customer_brings_its_place, async |db: &Database| {
    let app = support::app(db);
    two_customers(&app).await;
    let place = read_as(&app, actor(Role::Admin), |c, _| places::find(c, "customer:c1001")).await.unwrap();
    assert_eq!(place.code, "customer:C1001");
    assert!(place.customer_id.is_some());
});

on_both!(contacts_are_known_by_their_address, async |db: &Database| {
    let app = support::app(db);
    act(&app, |tx, ctx| {
        let fields = CustomerFields {
            language: Some("en".into()),
            contacts: Some(vec![contact("黄娟", "it@c.example"), contact("Bob", "bob@c.example")]),
            ..named("济南电力")
        };
        customers::create(tx, ctx, "C1001", &fields)
    })
    .await
    .unwrap();
    let import = CustomerFields {
        contacts: Some(vec![ContactFields {
            phone: Some("18648886502".into()),
            language: Some("zh-CN".into()),
            ..contact("黄娟", "IT@c.example")
        }]),
        ..named("济南电力")
    };
    let saved = |import: CustomerFields| {
        let app = app.clone();
        async move { act(&app, move |tx, ctx| customers::put(tx, ctx, "C1001", &import)).await.unwrap() }
    };
    assert_eq!(saved(import.clone()).await, Saved::Updated);
    assert_eq!(saved(import).await, Saved::Unchanged);
    let customer = read_as(&app, actor(Role::Clerk), |c, ctx| customers::get(c, ctx, "C1001")).await.unwrap();
    let of =
        |c: &customers::Customer| c.contacts.iter().map(|c| (c.name.clone(), c.language)).collect::<Vec<_>>();
    assert_eq!(of(&customer), [("黄娟".into(), Language::ZhCn), ("Bob".into(), Language::En)]);

    let only_bob =
        CustomerFields { contacts: Some(vec![contact("Bob B.", "bob@c.example")]), ..Default::default() };
    let customer = update(&app, "C1001", only_bob).await.unwrap();
    assert_eq!(of(&customer), [("Bob B.".into(), Language::En)]);

    let broken = CustomerFields {
        contacts: Some(vec![contact("", ""), contact("A", "a@c.example"), contact("B", "A@c.example")]),
        plan: Some(Some("白金".into())),
        ..Default::default()
    };
    let expected = [
        ("plan", "unknown_plan"),
        ("contacts[2]", "duplicate"),
        ("contacts[0].email", "required"),
        ("contacts[0].name", "required"),
    ];
    assert_eq!(field_errors(update(&app, "C1001", broken).await), expected.map(|(f, c)| (f.to_owned(), c)));
});

on_both!(a_site_in_a_contract_stays, async |db: &Database| {
    let app = support::app(db);
    two_customers(&app).await;
    let sites = |sites: Vec<SiteFields>| CustomerFields { sites: Some(sites), ..Default::default() };
    update(&app, "C1001", sites(vec![site("东站"), site("西站")])).await.unwrap();
    let contract = ContractFields {
        customer: Some("C1001".into()),
        plan: Some("gold".into()),
        valid_from: "2026-01-01".parse().ok(),
        sites: Some(vec!["东站".into()]),
        ..ContractFields::default()
    };
    let made = act(&app, move |tx, ctx| contracts::create(tx, ctx, "HT-1", &contract)).await.unwrap();
    assert_eq!(made.sites, ["东站"]);
    let gone = update(&app, "C1001", sites(vec![site("东站")])).await.unwrap();
    assert_eq!(gone.sites.len(), 1);
    let refused = update(&app, "C1001", sites(vec![])).await;
    assert_eq!(field_errors(refused), [("sites".to_owned(), "site_in_contract")]);

    let change = |fields: ContractFields| {
        let app = app.clone();
        async move { act(&app, move |tx, ctx| contracts::update(tx, ctx, "HT-1", &fields)).await }
    };
    let refused = change(ContractFields {
        customer: Some("C1002".into()),
        valid_to: Some("2025-12-31".parse().ok()),
        sites: Some(vec!["西站".into()]),
        ..Default::default()
    });
    let expected = [("customer", "fixed"), ("valid_to", "before_start"), ("sites[0]", "unknown_site")];
    assert_eq!(field_errors(refused.await), expected.map(|(f, c)| (f.to_owned(), c)));
    let ended = change(ContractFields { valid_to: Some("2026-12-31".parse().ok()), ..Default::default() });
    assert_eq!(ended.await.unwrap().sites, ["东站"], "what is not said stays");
    let whole = change(ContractFields { sites: Some(vec![]), ..Default::default() });
    assert!(whole.await.unwrap().sites.is_empty());
});

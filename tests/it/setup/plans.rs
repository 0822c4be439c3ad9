use super::{act, actor, field_errors, number, read_as, refusal};
use crate::support::{self, Database, on_both};
use beiku::app::contracts::{self, ContractFields};
use beiku::app::customers::{self, CustomerFields};
use beiku::app::plans::{self, PlanNames, TermFields, VersionFields};
use beiku::app::{App, AppResult};
use beiku::domain::actor::Role;
use beiku::domain::entitlement::PlanInForce;
use beiku::domain::plan::{PromiseKind, RateVariant, Regime, TermUnit};
use beiku::domain::refusal::Refusal;
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn names(zh: &str, en: &str) -> PlanNames {
    PlanNames { name: Some(zh.into()), name_en: Some(en.into()) }
}

fn term(promise: &str, amount: i64, unit: &str) -> TermFields {
    TermFields { promise: promise.into(), amount, unit: unit.into(), ..TermFields::default() }
}

fn from(valid_from: &str, days: i64) -> VersionFields {
    VersionFields {
        valid_from: Some(day(valid_from)),
        terms: vec![term("repair_return", days, "working_days")],
        ..VersionFields::default()
    }
}

async fn in_force(app: &App, site: &'static str, on: &'static str) -> Option<PlanInForce> {
    let customer_id = number(app, "SELECT id AS value FROM customer WHERE code = 'C1001'").await;
    read_as(app, actor(Role::Clerk), move |c, _| plans::in_force(c, customer_id, site, day(on)))
        .await
        .unwrap()
}

async fn add_version(app: &App, code: &'static str, version: VersionFields) -> AppResult<plans::Plan> {
    act(app, move |tx, ctx| plans::add_version(tx, ctx, code, &version)).await
}

on_both!(the_seeded_plans_promise_what_the_contract_says, async |db: &Database| {
    let app = support::app(db);
    let plans = read_as(&app, actor(Role::Technician), plans::list).await.unwrap();
    let names: Vec<_> = plans.iter().map(|plan| (plan.row.code.as_str(), plan.row.name.as_str())).collect();
    assert_eq!(names, [("gold", "金牌服务"), ("standard", "标准服务")]);
    for plan in &plans {
        let version = &plan.versions[0];
        let repair = version.term(PromiseKind::RepairReturn).unwrap();
        assert_eq!((repair.amount, repair.unit, repair.target_bp), (60, TermUnit::WorkingDays, 9_500));
        let exchange = version.term(PromiseKind::EquivalentExchange).unwrap();
        assert_eq!(
            (exchange.amount, exchange.unit, exchange.target_bp),
            (30, TermUnit::CalendarDays, 10_000)
        );
        assert_eq!((version.regime, version.variant), (Regime::Loan, RateVariant::Strict));
        assert_eq!(version.repair_warranty_days, 90);
    }
    let minutes = |at: usize| plans[at].versions[0].term(PromiseKind::SpareInPlace).unwrap().amount;
    assert_eq!((minutes(0), minutes(1)), (240, 1_440), "gold within 4 hours, standard within a day");
});

on_both!(a_version_never_changes_and_applies_from_its_day, async |db: &Database| {
    let app = support::app(db);
    act(&app, |tx, ctx| {
        let fields = CustomerFields {
            name: Some("济南电力".into()),
            plan: Some(Some("gold".into())),
            ..Default::default()
        };
        customers::create(tx, ctx, "C1001", &fields)
    })
    .await
    .unwrap();
    let plan = add_version(&app, "Gold", from("2026-07-01", 45)).await.unwrap();
    assert_eq!(plan.versions.len(), 2);
    let again = add_version(&app, "gold", from("2026-07-01", 40)).await;
    let key = "gold 2026-07-01".to_owned();
    assert_eq!(refusal(again), Refusal::AlreadyExists { kind: "plan_version".into(), key });
    let days = async |on| {
        let plan = in_force(&app, "", on).await.unwrap();
        (plan.version.term(PromiseKind::RepairReturn).unwrap().amount, plan.contract)
    };
    assert_eq!(days("2026-06-30").await, (60, None));
    assert_eq!(days("2026-07-01").await, (45, None));
    assert!(in_force(&app, "", "2009-12-31").await.is_none(), "before the plan's first version");
});

on_both!(a_contract_decides_in_its_period, async |db: &Database| {
    let app = support::app(db);
    act(&app, |tx, ctx| {
        let fields = CustomerFields {
            name: Some("济南电力".into()),
            plan: Some(Some("standard".into())),
            ..Default::default()
        };
        customers::create(tx, ctx, "C1001", &fields)?;
        let version = VersionFields {
            regime: Some("exchange".into()),
            variant: Some("by_due".into()),
            valid_from: Some(day("2026-01-01")),
            terms: vec![TermFields { target_bp: Some(9_000), ..term("repair_return", 30, "calendar_days") }],
            ..VersionFields::default()
        };
        plans::create(tx, ctx, "swap", &names("先行更换服务", "Advance replacement"), &version)?;
        let contract = |variant: Option<&str>, from: &str, to: &str| ContractFields {
            customer: Some("C1001".into()),
            plan: Some("先行更换服务".into()),
            valid_from: Some(day(from)),
            valid_to: Some(Some(day(to))),
            variant: variant.map(Into::into),
            sites: None,
        };
        contracts::create(tx, ctx, "合同-2026/1", &contract(None, "2026-03-01", "2026-05-31"))?;
        contracts::create(tx, ctx, "合同-2026/2", &contract(Some("remedy30"), "2026-06-01", "2026-12-31"))
    })
    .await
    .unwrap();
    let found =
        async |on| in_force(&app, "", on).await.map(|p| (p.version.plan, p.version.variant, p.contract));
    assert_eq!(found("2026-02-28").await, Some(("standard".into(), RateVariant::Strict, None)));
    let first = Some("合同-2026/1".to_owned());
    assert_eq!(found("2026-03-01").await, Some(("swap".into(), RateVariant::ByDue, first.clone())));
    assert_eq!(found("2026-05-31").await, Some(("swap".into(), RateVariant::ByDue, first)));
    let second = Some("合同-2026/2".to_owned());
    assert_eq!(found("2026-06-01").await, Some(("swap".into(), RateVariant::Remedy30, second)));
    assert_eq!(found("2027-01-01").await, None, "it ran out: chargeable, no promise");
});

on_both!(terms_that_make_no_sense_are_refused, async |db: &Database| {
    let app = support::app(db);
    let version = VersionFields {
        regime: Some("gift".into()),
        repair_warranty_days: Some(-1),
        terms: vec![
            term("repair_return", 60, "minutes"),
            term("repair_return", 0, "working_days"),
            term("free_lunch", 1, "fortnights"),
            TermFields { target_bp: Some(10_001), ..term("on_site", 120, "minutes") },
        ],
        ..VersionFields::default()
    };
    let expected = [
        ("terms[1]", "duplicate"),
        ("regime", "unknown_word"),
        ("repair_warranty_days", "out_of_range"),
        ("terms[0].unit", "days_only"),
        ("terms[1].amount", "out_of_range"),
        ("terms[2].promise", "unknown_word"),
        ("terms[2].unit", "unknown_word"),
        ("terms[3].target_bp", "out_of_range"),
    ];
    let mut found = field_errors(add_version(&app, "gold", version).await);
    found.sort();
    let mut expected = expected.map(|(f, c)| (f.to_owned(), c)).to_vec();
    expected.sort();
    assert_eq!(found, expected);
    let create = |code: &'static str, name: &'static str| {
        let app = app.clone();
        async move {
            act(&app, move |tx, ctx| {
                plans::create(tx, ctx, code, &names(name, "Other"), &from("2026-01-01", 9))
            })
            .await
        }
    };
    assert_eq!(field_errors(create("silver", "金牌服务").await), [("name".to_owned(), "name_taken")]);
    let taken = Refusal::AlreadyExists { kind: "plan".into(), key: "gold".into() };
    assert_eq!(refusal(create("GOLD", "别的名字").await), taken);
});

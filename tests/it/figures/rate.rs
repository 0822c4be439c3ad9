//! Groups add up to the total and to the lines; readers see their own; questions that make no sense are refused.

use super::scene::{Case, ask, asked, day, on_database, somebody, write};
use crate::setup::actor;
use crate::support::{self, Database, on_both};
use beiku::app::App;
use beiku::app::figures::{self, ClassFilter, LineFilter, Query, TimelyRepair};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::rate::{Class, Measure};
use beiku::domain::refusal::Refusal;
use beiku::store::sql::sql;
use std::collections::BTreeSet;

/// 60 lines of every fate over three depots, four customers, two parts and four months.
fn company() -> Vec<Case> {
    (0..60_u64)
        .map(|n| {
            let received = day("2025-03-03") + chrono::Days::new(n * 2);
            let mut case = Case::new(&format!("R-{n:02}"), &received.to_string());
            case.depot = ["JN", "DZ", "ZZ"][usize::try_from(n % 3).unwrap()].into();
            case.customer = format!("C{}", n % 4);
            case.part = format!("P{}", n % 2);
            case.target_bp = if n % 2 == 0 { 9_500 } else { 9_000 };
            let later = |days: u64| (received + chrono::Days::new(days)).to_string();
            match n % 10 {
                0..=3 => case.with("confirm_returned", &later(50 + n)),
                4 => case.with("decide_exchange", &later(30)).with("exchange_delivered", &later(70)),
                5 => case.with("cancel", &later(20 + 2 * n)),
                6 => case.with("approve_void", &later(10)),
                7 => case.held(&later(10), None),
                8 => case.held(&later(10), Some(&later(20))),
                _ => case,
            }
        })
        .collect()
}

async fn rate(app: &App, actor: Actor, by: &str, variant: &str) -> TimelyRepair {
    let asked =
        [("from", "2025-05"), ("to", "2025-12"), ("by", by), ("variant", variant), ("as_of", "2025-08-15")];
    ask(app, actor, &asked, figures::timely_repair).await.unwrap()
}

async fn lines(app: &App, by: &str, variant: &str, filter: LineFilter) -> Vec<figures::Line> {
    let asked =
        [("from", "2025-05"), ("to", "2025-12"), ("by", by), ("variant", variant), ("as_of", "2025-08-15")];
    let read = ask(app, actor(Role::Admin), &asked, move |conn, ctx, query| {
        figures::timely_repair_lines(conn, ctx, query, &filter, None, 1_000)
    });
    read.await.unwrap()
}

on_both!(every_number_is_the_lines_behind_it, async |db: &Database| {
    db.clock().set("2025-08-15T00:00:00Z".parse().unwrap());
    let app = support::app(db);
    write(&app, company()).await;
    for variant in ["strict", "by_due", "remedy30"] {
        let mut totals = Vec::new();
        for by in ["month", "depot", "customer", "part"] {
            let rate = rate(&app, actor(Role::Admin), by, variant).await;
            let sum =
                |of: fn(&figures::Sum) -> u32| rate.groups.iter().map(|group| of(&group.sum)).sum::<u32>();
            let total = &rate.total.figures;
            assert_eq!(sum(|s| s.figures.timely), total.timely, "{by}");
            assert_eq!(sum(|s| s.figures.eligible), total.eligible, "{by}");
            assert_eq!(sum(|s| s.figures.excluded), total.excluded, "{by}");
            for group in &rate.groups {
                let of = async |class| {
                    let filter = LineFilter { group: Some(group.code.clone()), class: Some(class) };
                    u32::try_from(lines(&app, by, variant, filter).await.len()).unwrap()
                };
                let figures = &group.sum.figures;
                let what = format!("{variant} {by} {}", group.code);
                assert_eq!(of(ClassFilter::Timely).await, figures.timely, "{what}");
                assert_eq!(of(ClassFilter::Missed).await, figures.misses, "{what}");
                assert_eq!(of(ClassFilter::Eligible).await, figures.eligible, "{what}");
                assert_eq!(of(ClassFilter::Pending).await, figures.pending, "{what}");
                assert_eq!(of(ClassFilter::Floating).await, figures.floating, "{what}");
                assert_eq!(of(ClassFilter::Excluded).await, figures.excluded, "{what}");
            }
            totals.push(rate.total.clone());
        }
        assert!(totals.windows(2).all(|pair| pair[0] == pair[1]), "{variant}: one total however grouped");
        let figures = &totals[0].figures;
        let all = figures.eligible + figures.pending + figures.floating + figures.excluded;
        let found = lines(&app, "month", variant, LineFilter::default()).await;
        assert_eq!((all, found.len()), (60, 60), "every line is somewhere");
        assert!(figures.timely > 0 && figures.misses > 0 && figures.pending > 0 && figures.floating > 0);
        assert!(figures.excluded > 0, "a scene without one kind says nothing about it");
    }
    let months = rate(&app, actor(Role::Admin), "month", "strict").await;
    let codes: Vec<_> = months.groups.iter().map(|group| group.code.as_str()).collect();
    assert_eq!(
        codes,
        ["2025-05", "2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12"]
    );
    let empty = &months.groups[7].sum;
    assert_eq!((empty.figures.eligible, &empty.figures.shown), (0, &None), "no line, no rate");
});

on_both!(readers_see_their_own_lines, async |db: &Database| {
    db.clock().set("2025-08-15T00:00:00Z".parse().unwrap());
    let app = support::app(db);
    write(&app, company()).await;
    let count = |rate: &TimelyRepair| {
        let figures = &rate.total.figures;
        figures.eligible + figures.pending + figures.floating + figures.excluded
    };
    let customer = somebody(&app, Role::Customer, &[], &["C1"]).await;
    let seen = rate(&app, customer.clone(), "customer", "strict").await;
    assert_eq!((count(&seen), seen.groups.len(), seen.groups[0].code.as_str()), (15, 1, "C1"));
    let clerk = somebody(&app, Role::Clerk, &["DZ"], &[]).await;
    let seen = rate(&app, clerk, "depot", "strict").await;
    assert_eq!((count(&seen), seen.groups.len(), seen.groups[0].code.as_str()), (20, 1, "DZ"));
    let others = [("from", "2025-05"), ("to", "2025-12"), ("customer", "C2")];
    let seen = ask(&app, customer.clone(), &others, figures::timely_repair).await.unwrap();
    assert_eq!(count(&seen), 0, "asking for another's shows nothing");
    let filter = LineFilter { group: Some("C2".into()), class: None };
    let by_customer = [("from", "2025-05"), ("to", "2025-12"), ("by", "customer")];
    let seen = ask(&app, customer, &by_customer, move |conn, ctx, query| {
        figures::timely_repair_lines(conn, ctx, query, &filter, None, 1_000)
    });
    assert!(seen.await.unwrap().is_empty());
});

on_both!(a_line_says_what_its_number_rests_on, async |db: &Database| {
    db.clock().set("2025-08-15T00:00:00Z".parse().unwrap());
    let app = support::app(db);
    let case = Case::new("R-1", "2025-03-03").held("2025-03-10", Some("2025-03-17"));
    write(&app, vec![case.with("decide_exchange", "2025-05-12").with("exchange_delivered", "2025-06-09")])
        .await;
    let found = lines(&app, "month", "strict", LineFilter::default()).await;
    let line = &found[0];
    assert_eq!((line.names.rma.as_str(), line.names.serial.as_str()), ("R-1", "S-R-1"));
    assert_eq!((line.names.customer.as_str(), line.names.depot.as_deref()), ("C1", Some("JN")));
    assert_eq!((line.received_on, line.judged.due_on), (day("2025-03-03"), Some(day("2025-06-06"))));
    assert_eq!(line.holds().len(), 1);
    let exchange = line.outcome.exchange.unwrap();
    assert_eq!((exchange.decided_on, exchange.delivered_on), (day("2025-05-12"), Some(day("2025-06-09"))));
    let classes = ["strict", "by_due", "remedy30"].map(|code| {
        let variant = beiku::domain::plan::RateVariant::from_code(code).unwrap();
        line.judged_as(variant).class
    });
    assert_eq!(classes, [Class::Missed, Class::Missed, Class::Timely]);
});

on_both!(questions_that_make_no_sense_are_refused_field_by_field, async |db: &Database| {
    let app = support::app(db);
    let ctx = app.context(actor(Role::Admin), "test".into());
    let read = |parameters: &[(&str, &str)]| Query::read(&asked(parameters), &ctx);
    let wrong = [
        ("from", "2025-13"),
        ("to", "2025-2-1"),
        ("as_of", "yesterday"),
        ("known_at", "2025-02-30"),
        ("by", "planet"),
        ("variant", "kind"),
    ];
    let Err(Refusal::Invalid(errors)) = read(&wrong) else { panic!("all wrong") };
    let told: BTreeSet<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
    let expected = BTreeSet::from([
        ("from", "bad_day_or_month"),
        ("to", "bad_day_or_month"),
        ("as_of", "bad_date"),
        ("known_at", "bad_instant"),
        ("by", "unknown_word"),
        ("variant", "unknown_word"),
    ]);
    assert_eq!(told, expected);
    for (field, value) in [("from", "1999-12"), ("to", "9999-12-31"), ("as_of", "0001-01-01")] {
        let Err(Refusal::Invalid(errors)) = read(&[(field, value)]) else { panic!("{field}") };
        assert_eq!((errors[0].field.as_str(), errors[0].code), (field, "out_of_range"));
    }
    let backwards = read(&[("from", "2025-06"), ("to", "2025-05-31")]).unwrap_err();
    let Refusal::Invalid(errors) = backwards else { panic!("{backwards:?}") };
    assert_eq!((errors[0].field.as_str(), errors[0].code), ("to", "before_start"));
    let query = read(&[("from", "2025-06"), ("to", "2025-06")]).unwrap();
    assert_eq!((query.from, query.to), (day("2025-06-01"), day("2025-06-30")));
    assert!(LineFilter::read(&query, Some("Q2"), None).is_err(), "no month");
    assert!(LineFilter::read(&query, None, Some("late")).is_err(), "no class");

    // The clock of the test stands at 2026-03-02.
    let period = |parameters: &[(&str, &str)]| {
        let query = read(parameters).unwrap();
        (query.from.to_string(), query.to.to_string())
    };
    assert_eq!(period(&[]), ("2025-04-01".into(), "2026-03-31".into()));
    assert_eq!(period(&[("as_of", "2025-12-31")]), ("2025-01-01".into(), "2025-12-31".into()));
    assert_eq!(period(&[("from", "2026-02-10")]), ("2026-02-10".into(), "2026-03-31".into()));
    assert_eq!(period(&[("from", "2026-05")]), ("2026-05-01".into(), "2026-05-31".into()));
    assert_eq!(period(&[("to", "2025-06-15")]), ("2024-07-01".into(), "2025-06-15".into()));

    let engineer_of_nothing = Actor { role: Role::Customer, ..actor(Role::Customer) };
    let none = ask(&app, engineer_of_nothing, &[], figures::timely_repair).await.unwrap();
    assert_eq!(none.total.figures.eligible, 0);
});

on_both!(each_line_is_judged_by_the_rate_its_contract_names, async |db: &Database| {
    db.clock().set("2025-08-15T00:00:00Z".parse().unwrap());
    let app = support::app(db);
    write(&app, company()).await;
    let named = async |app: &App| app.store().read(figures::contractual).await.unwrap();
    assert_eq!(named(&app).await, Measure::Strict);
    on_database(&app, |tx| {
        sql("UPDATE promise SET variant = 'by_due' WHERE customer_id = (SELECT id FROM customer WHERE code = 'C0')")
            .execute(tx)?;
        sql("INSERT INTO plan_version (plan_id, valid_from, regime, variant, created_at) \
             SELECT min(id), '2031-01-01', 'loan', 'by_due', '2025-08-01 00:00:00' FROM plan")
        .execute(tx)?;
        Ok(())
    })
    .await;
    assert_eq!(named(&app).await, Measure::Contractual);
    let [strict, by_due, contractual] = [
        rate(&app, actor(Role::Admin), "customer", "strict").await,
        rate(&app, actor(Role::Admin), "customer", "by_due").await,
        rate(&app, actor(Role::Admin), "customer", "contractual").await,
    ];
    assert_ne!(strict.groups[0], by_due.groups[0], "the two rates differ where it matters");
    assert_eq!(contractual.groups[0], by_due.groups[0]);
    assert_eq!(contractual.groups[1..], strict.groups[1..]);
});

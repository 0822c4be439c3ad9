//! What must hold for every line and every group, whatever happened.

use super::*;
use crate::domain::calendar::{Calendar, ClockTerms, Hold};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn some_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..240).prop_map(|days| d("2025-03-01") + Days::new(days))
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    let maybe = || prop::option::weighted(0.25, some_day());
    (maybe(), maybe(), maybe(), maybe(), maybe(), maybe(), maybe(), maybe(), maybe(), maybe()).prop_map(
        |(
            returned_on,
            unrepaired_on,
            decided,
            delivered_on,
            kept,
            scrapped_on,
            agreed,
            cancelled_on,
            voided_on,
            excused_on,
        )| {
            Outcome {
                returned_on,
                unrepaired_on,
                exchange: decided.map(|decided_on| Exchange { decided_on, delivered_on }),
                loaner_kept_on: kept,
                scrapped_on,
                scrap_agreed_on: agreed,
                cancelled_on,
                voided_on,
                excused_on,
            }
        },
    )
}

fn lines() -> impl Strategy<Value = LineFacts> {
    let hold = (some_day(), prop::option::weighted(0.8, 0_u64..30))
        .prop_map(|(start, length)| Hold { start, resume: length.map(|length| start + Days::new(length)) });
    let holds = prop::collection::vec(hold, 0..3);
    (some_day(), holds, outcomes()).prop_map(|(received_on, holds, outcome)| LineFacts {
        deadline: Deadline::Clock { received_on, terms: ClockTerms::REPAIR_RETURN, holds },
        outcome,
    })
}

fn known_by(line: &LineFacts, day: NaiveDate) -> LineFacts {
    let deadline = match &line.deadline {
        Deadline::Clock { received_on, terms, holds } => Deadline::Clock {
            received_on: *received_on,
            terms: *terms,
            holds: crate::domain::calendar::holds_as_of(holds, day),
        },
        recorded => recorded.clone(),
    };
    LineFacts { deadline, outcome: line.outcome.as_of(day) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn what_happens_after_as_of_changes_nothing(line in lines(), as_of in some_day()) {
        for &variant in Variant::ALL {
            let with_future = judge(&line, Calendar::builtin(), as_of, variant);
            let without = judge(&known_by(&line, as_of), Calendar::builtin(), as_of, variant);
            prop_assert_eq!(with_future, without);
        }
    }

    /// Whatever is timely by a stricter reading is timely by a milder one, and no variant moves a line or leaves it out.
    #[test]
    fn variants_differ_only_over_exchanges(line in lines(), as_of in some_day()) {
        let of = |variant| judge(&line, Calendar::builtin(), as_of, variant);
        let (strict, by_due, remedy) = (of(Variant::Strict), of(Variant::ByDue), of(Variant::Remedy30));
        prop_assert_eq!(strict.map(|j| j.cohort_on), remedy.map(|j| j.cohort_on));
        if let (Some(strict), Some(by_due), Some(remedy)) = (strict, by_due, remedy) {
            if strict.class == Class::Timely {
                prop_assert_eq!((by_due.class, remedy.class), (Class::Timely, Class::Timely));
            }
            if line.outcome.exchange.is_none() && line.outcome.loaner_kept_on.is_none() {
                prop_assert_eq!((by_due.class, remedy.class), (strict.class, strict.class));
            }
        }
    }

    /// An open line is never left undecided: after its due date it is in the rate or out of it, but not pending.
    #[test]
    fn no_line_hides_after_its_due_date(line in lines(), as_of in some_day()) {
        if let Some(judged) = judge(&line, Calendar::builtin(), as_of, Variant::Strict)
            && judged.due_on.is_some_and(|due_on| due_on < as_of)
        {
            prop_assert!(!matches!(judged.class, Class::Pending | Class::Floating));
        }
    }

    /// Sums by day rest on it: what is said of a line today holds on every later day on which nothing more happened.
    #[test]
    fn a_settled_line_is_what_judging_it_says(
        line in lines(),
        today in some_day(),
        later in 0_u64..200,
        contract in prop::sample::select(Variant::ALL),
    ) {
        let known = known_by(&line, today);
        let as_of = today + Days::new(later);
        let settled = settle(&known, Calendar::builtin(), today, contract);
        for &measure in Measure::ALL {
            let variant = measure.variant(contract);
            let judged = judge(&known, Calendar::builtin(), as_of, variant);
            match settled {
                Some(settled) => {
                    if let Some(class) = settled.fate.class(settled.due_in, as_of, measure) {
                        prop_assert_eq!(Some((class, Some(settled.due_in))), judged.map(|j| (j.class, j.cohort_on)));
                    }
                    prop_assert_eq!(Fate::from_code(&settled.fate.code()), Some(settled.fate));
                }
                None => prop_assert!(judge(&known, Calendar::builtin(), today, variant).is_none()),
            }
        }
    }

    #[test]
    fn tallies_add_up(
        first in prop::collection::vec((0_u32..3, lines()), 0..30),
        second in prop::collection::vec((0_u32..3, lines()), 0..30),
        as_of in some_day(),
    ) {
        let classes = |lines: &[(u32, LineFacts)]| lines
            .iter()
            .filter_map(|(plan, line)| {
                let target = Target::from_basis_points(9_000 + plan * 500).unwrap();
                Some((target, judge(line, Calendar::builtin(), as_of, Variant::Remedy30)?.class))
            })
            .collect::<Vec<_>>();
        let (a, b) = (classes(&first), classes(&second));
        let both: Tally = a.iter().chain(&b).copied().collect();
        let parts: [Tally; 2] = [a.iter().copied().collect(), b.iter().copied().collect()];
        prop_assert_eq!(&parts.iter().sum::<Tally>(), &both);
        let figures = both.figures();
        let counted = figures.eligible + figures.pending + figures.floating + figures.excluded;
        prop_assert_eq!(usize::try_from(counted).unwrap(), a.len() + b.len());
        prop_assert_eq!(figures.eligible, figures.timely + figures.misses);
    }

    /// With one target the test of the rate and the count of misses say the same.
    #[test]
    fn meeting_the_target_is_having_misses_allowed(timely in 0_u32..3000, missed in 0_u32..200, bp in 0_u32..=10_000) {
        let target = Target::from_basis_points(bp).unwrap();
        let mut tally = Tally::new();
        tally.add_many(target, Class::Timely, timely);
        tally.add_many(target, Class::Missed, missed);
        let figures = tally.figures();
        let kept_enough = 10_000 * u64::from(timely) >= u64::from(bp) * u64::from(timely + missed);
        let expected = (timely + missed > 0).then_some(kept_enough);
        prop_assert_eq!(figures.meets_target, expected);
    }
}

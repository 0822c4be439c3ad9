//! What must hold for every clock, whatever the dates.

use super::*;
use chrono::Days;
use proptest::prelude::*;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Day by day, straight from the text of NUMBERS §1: the other way of counting.
fn due_by_walking(
    calendar: &Calendar,
    received: NaiveDate,
    terms: &ClockTerms,
    holds: &[Hold],
) -> Option<NaiveDate> {
    let mut counted = 0;
    let mut day = received;
    let first = if terms.start_day_counts { received } else { received.succ_opt().unwrap() };
    for candidate in first.iter_days().take(4000) {
        if counted == terms.days {
            break;
        }
        // A hold that has begun before this day and not ended before it stops the count for the day.
        let held: Vec<&Hold> = holds.iter().filter(|h| h.start < candidate).collect();
        if held.iter().any(|h| h.resume.is_none()) {
            return None;
        }
        if held.iter().any(|h| h.resume.is_some_and(|resume| candidate <= resume)) {
            continue;
        }
        if terms.count == Count::Calendar || calendar.is_working_day(candidate) {
            counted += 1;
            day = candidate;
        }
    }
    Some(day)
}

fn dates() -> impl Strategy<Value = NaiveDate> {
    (0_u64..365 * 20).prop_map(|days| d("2010-01-04") + Days::new(days))
}

fn holds_after(received: NaiveDate) -> impl Strategy<Value = Vec<Hold>> {
    let one = (0_u64..160, prop::option::weighted(0.9, 0_u64..40)).prop_map(move |(start, length)| {
        let start = received + Days::new(start);
        Hold { start, resume: length.map(|length| start + Days::new(length)) }
    });
    prop::collection::vec(one, 0..5)
}

fn clocks() -> impl Strategy<Value = (NaiveDate, ClockTerms, Vec<Hold>)> {
    let terms = (1_u32..90, any::<bool>(), any::<bool>()).prop_map(|(days, working, start_day_counts)| {
        ClockTerms { days, count: if working { Count::Working } else { Count::Calendar }, start_day_counts }
    });
    (dates(), terms).prop_flat_map(|(received, terms)| (Just(received), Just(terms), holds_after(received)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn both_ways_of_counting_agree((received, terms, holds) in clocks()) {
        let calendar = Calendar::builtin();
        let due = calendar.due(received, &terms, &holds);
        prop_assert_eq!(due.due_on, due_by_walking(calendar, received, &terms, &holds));
        prop_assert_eq!(due.due_on.is_none(), due.floating_since.is_some());
    }

    #[test]
    fn a_due_date_is_a_working_day((received, terms, holds) in clocks()) {
        let calendar = Calendar::builtin();
        let terms = ClockTerms { count: Count::Working, ..terms };
        if let Some(due_on) = calendar.due(received, &terms, &holds).due_on {
            prop_assert!(calendar.is_working_day(due_on));
        }
    }

    #[test]
    fn a_later_receipt_is_never_due_earlier((received, terms, _) in clocks(), later in 0_u64..30) {
        let calendar = Calendar::builtin();
        let first = calendar.due(received, &terms, &[]).due_on;
        let second = calendar.due(received + Days::new(later), &terms, &[]).due_on;
        prop_assert!(first <= second);
    }

    #[test]
    fn a_hold_never_moves_the_date_earlier((received, terms, mut holds) in clocks()) {
        let calendar = Calendar::builtin();
        let mut dates = vec![calendar.due(received, &terms, &holds).due_on];
        while holds.pop().is_some() {
            dates.push(calendar.due(received, &terms, &holds).due_on);
        }
        // No date at all stands for a date further off than any.
        let far = |date: &Option<NaiveDate>| date.unwrap_or(NaiveDate::MAX);
        prop_assert!(dates.iter().map(far).is_sorted_by(|more, fewer| more >= fewer));
    }

    #[test]
    fn progress_adds_up_and_used_days_agree((received, terms, holds) in clocks(), after in 0_u64..200) {
        let calendar = Calendar::builtin();
        let as_of = received + Days::new(after);
        let progress = calendar.progress(received, &terms, &holds, as_of);
        let holidays: u32 = progress.holidays.iter().map(|h| h.days).sum();
        let sum = progress.used + progress.weekend_days + holidays + progress.hold_days;
        prop_assert_eq!(progress.calendar_days, sum);
        prop_assert_eq!(progress.used, calendar.used_days(received, &terms, &holds, as_of));
        if let Some(due_on) = progress.due.due_on && holds_as_of(&holds, as_of) == holds {
            prop_assert_eq!(progress.remaining <= 0, as_of >= due_on);
        }
    }

    #[test]
    fn ranks_and_days_are_inverse(days in -1_000_000_i64..1_000_000) {
        let index = &Calendar::builtin().index;
        let day = index.nth(days);
        prop_assert_eq!(index.rank(day), days);
        prop_assert_eq!(index.rank(day.pred_opt().unwrap()), days - 1);
    }
}

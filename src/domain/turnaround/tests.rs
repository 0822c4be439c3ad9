use super::*;
use crate::domain::rate::{Class, Tally, Target};

/// Vectors B-P7 and B-P8: days and whether the line was returned.
fn observations() -> Vec<Observation> {
    let seen = [
        (12, 1),
        (20, 1),
        (20, 1),
        (25, 0),
        (31, 1),
        (33, 0),
        (40, 1),
        (40, 0),
        (45, 1),
        (52, 1),
        (55, 0),
        (58, 1),
        (60, 1),
        (60, 0),
        (63, 1),
        (70, 0),
    ];
    let end = |event: i32| if event == 1 { End::Returned } else { End::Open };
    seen.into_iter().map(|(days, event)| Observation { days, end: end(event) }).collect()
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 5e-9, "{found} is not {expected}");
}

#[test]
fn kaplan_and_meier_to_the_digits_of_the_vector() {
    let curve = Curve::of(&observations());
    let expected = [
        (12, 16, 1, 0.9375),
        (20, 15, 2, 0.8125),
        (31, 12, 1, 0.744_791_67),
        (40, 10, 1, 0.670_312_5),
        (45, 8, 1, 0.586_523_44),
        (52, 7, 1, 0.502_734_38),
        (58, 5, 1, 0.402_187_5),
        (60, 4, 1, 0.301_640_63),
    ];
    for (step, (days, at_risk, returned, survival)) in curve.steps().iter().zip(expected) {
        assert_eq!((step.days, step.at_risk, step.returned), (days, at_risk, returned));
        near(step.survival, survival);
    }
    near(curve.survival(60), 0.301_640_63);
    near(curve.standard_error(60).unwrap(), 0.137_605_64);
    let (low, high) = curve.returned_interval(60).unwrap();
    near(low, 0.433_568_34);
    near(high, 0.920_116_23);
    assert_eq!((curve.day_of(0.5), curve.day_of(0.99)), (Some(58), None));
    assert_eq!((curve.lines(), curve.lines_beyond(60)), (16, 2));
}

#[test]
fn early_warning_to_the_digits_of_the_vector() {
    let curve = Curve::of(&observations());
    let ages = [0, 20, 35, 44, 50, 57, 59];
    let expected = [0.301_640_63, 0.371_25, 0.405, 0.45, 0.514_285_71, 0.6, 0.75];
    let chances: Vec<f64> = ages.iter().map(|age| chance_of_missing(&curve, *age, 60)).collect();
    for (found, expected) in chances.iter().zip(expected) {
        near(*found, expected);
    }
    let mut locked = Tally::new();
    locked.add_many(Target::DEFAULT, Class::Timely, 40);
    locked.add_many(Target::DEFAULT, Class::Missed, 1);
    let open: Vec<Odds> = chances.into_iter().map(|miss| (Target::DEFAULT, Some(miss))).collect();
    let found = forecast(&locked, &open);
    assert_eq!((found.due, found.locked_timely, found.missed, found.open), (48, 40, 1, 7));
    near(found.expected_rate.unwrap(), 0.908_496_33);
    let (low, high) = found.interval90.unwrap();
    near(low, 0.875);
    near(high, 0.958_333_33);
    assert_eq!((found.need_timely, found.misses_left), (46, 1));
    assert!((found.chance_of_target.unwrap() - 0.063_373_3).abs() < 5e-8, "{found:?}");
    near(found.best_case.unwrap(), 0.979_166_67);
}

#[test]
fn nothing_known_says_so() {
    let empty = Curve::default();
    near(empty.survival(60), 1.0);
    assert_eq!(
        (empty.standard_error(60), empty.returned_interval(60), empty.day_of(0.5)),
        (None, None, None)
    );
    let none = forecast(&Tally::new(), &[]);
    assert_eq!((none.due, none.expected_rate, none.chance_of_target), (0, None, None));
    // Nobody was observed as long as is promised: a chance would be made up.
    let young =
        Curve::of(&[Observation { days: 9, end: End::Returned }, Observation { days: 20, end: End::Open }]);
    let learned = Learned { all: &young, closer: &[] };
    assert_eq!(
        (learned.known_chance_of_missing(10, 60), learned.known_chance_of_missing(60, 60)),
        (None, Some(1.0))
    );
    assert!(learned.known_chance_of_missing(10, 20).is_some());
    let unknown = forecast(&Tally::new(), &[(Target::DEFAULT, Some(0.1)), (Target::DEFAULT, None)]);
    assert_eq!(
        (unknown.open, unknown.expected_rate, unknown.interval90, unknown.chance_of_target),
        (2, None, None, None)
    );
    near(unknown.best_case.unwrap(), 1.0);
    assert!(!is_at_risk(None, Some(60)) && is_at_risk(None, Some(15)));
    // All came back: there is no error to estimate, and no line left to miss.
    let sure = Curve::of(&[Observation { days: 9, end: End::Returned }]);
    near(sure.survival(9), 0.0);
    assert_eq!((sure.standard_error(9), sure.returned_interval(9)), (None, None));
    near(chance_of_missing(&sure, 9, 60), 1.0);
}

#[test]
fn ways_of_ending_add_up_to_one() {
    let mut seen = observations();
    seen.extend([
        Observation { days: 20, end: End::Exchanged },
        Observation { days: 44, end: End::Scrapped },
        Observation { days: 50, end: End::Exchanged },
    ]);
    let incidence = Incidence::of(&seen);
    // The share still open is Kaplan and Meier's when every ending is an event.
    let ended: Vec<Observation> = seen
        .iter()
        .map(|seen| match seen.end {
            End::Open => *seen,
            _ => Observation { end: End::Returned, ..*seen },
        })
        .collect();
    let open = Curve::of(&ended);
    for days in [0, 12, 20, 44, 50, 60, 70] {
        let at = incidence.at(days);
        near(at.returned + at.exchanged + at.scrapped + open.survival(days), 1.0);
    }
    // Without other endings it is one minus the curve.
    let plain = observations();
    near(Incidence::of(&plain).at(60).returned, 1.0 - Curve::of(&plain).survival(60));
    assert!(
        incidence.at(60).returned < 1.0 - Curve::of(&seen).survival(60),
        "competing ends take their share"
    );
}

#[test]
fn thin_groups_are_drawn_to_all_parts() {
    let all = Curve::of(&observations());
    let slow = Curve::of(&[Observation { days: 90, end: End::Returned }]);
    let broad = chance_of_missing(&all, 20, 60);
    let thin = Learned { all: &all, closer: &[&slow] }.chance_of_missing(20, 60);
    near(thin, (1.0 + 20.0 * broad) / 21.0);
    let many = Curve::of(&vec![Observation { days: 90, end: End::Returned }; 2_000]);
    assert!(Learned { all: &all, closer: &[&many] }.chance_of_missing(20, 60) > 0.99);
    near(Learned { all: &all, closer: &[] }.chance_of_missing(20, 60), broad);
    near(Learned { all: &all, closer: &[&many] }.chance_of_missing(60, 60), 1.0);
}

#[test]
fn the_days_a_line_is_likely_back() {
    let back = |days| Observation { days, end: End::Returned };
    let all = Curve::of(&(1..=100).map(back).collect::<Vec<_>>());
    let learned = Learned { all: &all, closer: &[] };
    let range = learned.back_range(0).unwrap();
    assert_eq!((range.early, range.likely, range.late), (10, 50, Some(90)));
    // Of those still here after fifty days, half are back after seventy-five.
    let later = learned.back_range(50).unwrap();
    assert_eq!((later.early, later.likely, later.late), (55, 75, Some(95)));
    // Of a hundred like it twenty were never seen to come back: no honest last day.
    let mut some: Vec<Observation> = (1..=80).map(back).collect();
    some.extend((0..20).map(|_| Observation { days: 80, end: End::Open }));
    let some = Curve::of(&some);
    let range = Learned { all: &some, closer: &[] }.back_range(0).unwrap();
    assert_eq!((range.early, range.likely, range.late), (10, 50, None));
    // Nothing ever came back: nothing is said.
    let none = Curve::of(&[Observation { days: 30, end: End::Open }]);
    assert_eq!(Learned { all: &none, closer: &[] }.back_range(3), None);
}

#[test]
fn at_risk_means_one_thing() {
    assert!(
        is_at_risk(Some(0.300_1), Some(40)) && is_at_risk(None, Some(15)) && is_at_risk(Some(0.0), Some(-3))
    );
    assert!(!is_at_risk(Some(0.3), Some(16)) && !is_at_risk(Some(0.1), None));
    let cases = [(0.0, 0), (0.3, 3_000), (0.300_01, 3_001), (1.0, 10_000), (0.371_25, 3_713)];
    for (miss, bp) in cases {
        assert_eq!(miss_bp(miss), bp, "{miss}");
    }
}

#[test]
fn the_restricted_mean_is_the_area() {
    let curve = Curve::of(&[
        Observation { days: 10, end: End::Returned },
        Observation { days: 30, end: End::Returned },
    ]);
    near(curve.restricted_mean(60), 20.0);
    near(curve.restricted_mean(20), 15.0);
}

use super::*;
use chrono::{DateTime, Datelike, Utc};
use serde_json::Value;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn hold(start: &str, resume: &str) -> Hold {
    Hold { start: d(start), resume: (!resume.is_empty()).then(|| d(resume)) }
}

fn due(received: &str, holds: &[Hold]) -> Option<NaiveDate> {
    Calendar::builtin().due(d(received), &ClockTerms::REPAIR_RETURN, holds).due_on
}

fn published(date: &str, kind: ListedKind) -> PublishedDay {
    PublishedDay { date: d(date), kind, name: DayName::new("节", "Day") }
}

/// The days off of 2027 as the rule sees them, as if they were a notice.
fn notice_2027() -> Vec<PublishedDay> {
    let days = ["2027-01-01", "2027-02-05", "2027-02-08", "2027-05-01", "2027-05-03", "2027-10-01"];
    days.into_iter().map(|date| published(date, ListedKind::Holiday)).collect()
}

#[test]
fn due_dates_of_the_vectors() {
    let vectors: Value = serde_json::from_str(include_str!("../../../tests/vectors/due-dates.json")).unwrap();
    let calendar = Calendar::builtin();
    let vectors = vectors["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 20);
    for vector in vectors {
        let id = vector["id"].as_str().unwrap();
        let text = |key: &str| vector[key].as_str().unwrap();
        let received_at: DateTime<Utc> =
            DateTime::parse_from_rfc3339(text("received_at")).unwrap().with_timezone(&Utc);
        let received = Zone::SHANGHAI.local_date(received_at);
        assert_eq!(received, d(text("received_local_date")), "{id}");
        let kind = match calendar.day_kind(received) {
            DayKind::Workday => "workday",
            DayKind::Makeup => "makeup_workday",
            DayKind::Weekend => "weekend",
            DayKind::Holiday => "holiday",
        };
        assert_eq!(kind, text("receipt_day_kind"), "{id}");
        let terms = ClockTerms {
            days: vector["working_days"].as_u64().unwrap().try_into().unwrap(),
            ..ClockTerms::REPAIR_RETURN
        };
        let due = calendar.due(received, &terms, &[]);
        let due_on = due.due_on.unwrap();
        assert_eq!(due_on, d(text("due_date")), "{id}");
        assert_eq!(due.provisional, vector["provisional"].as_bool().unwrap(), "{id}");
        let overdue_from: DateTime<Utc> = text("overdue_from").parse().unwrap();
        assert_eq!(Zone::SHANGHAI.overdue_from(due_on), overdue_from, "{id}");
        let on_receipt = ClockTerms { start_day_counts: true, ..terms };
        let with_receipt = calendar.due(received, &on_receipt, &[]).due_on.unwrap();
        assert_eq!(with_receipt, d(text("wrong_if_receipt_day_counts")), "{id}");
        let calendar_days = (due_on - received).num_days();
        assert_eq!(calendar_days, vector["calendar_days"].as_i64().unwrap(), "{id}");
        let progress = calendar.progress(received, &terms, &[], due_on);
        assert_eq!((progress.used, progress.remaining), (60, 0), "{id}");
    }
}

#[test]
fn builtin_is_the_notices_of_2010_to_2026() {
    let calendar = Calendar::builtin();
    assert_eq!(calendar.published_years().collect::<Vec<_>>(), (2010..=2026).collect::<Vec<_>>());
    assert_eq!(calendar.version(), Calendar::BUILTIN_VERSION);
    assert_eq!(calendar.day_kind(d("2026-02-14")), DayKind::Makeup);
    assert_eq!(calendar.day_name(d("2026-02-17")).unwrap().zh, "春节");
    assert_eq!(calendar.day_name(d("2026-03-02")), None);
}

/// The table of lunar festivals against an independent source: seventeen years of official notices.
#[test]
fn the_moon_agrees_with_the_notices() {
    let calendar = Calendar::builtin();
    for year in 2010..=2026 {
        let moon = lunar::festivals(year).unwrap();
        let next = |date: NaiveDate| date.succ_opt().unwrap();
        for date in [
            moon.new_year,
            next(moon.new_year),
            next(next(moon.new_year)),
            moon.qingming,
            moon.duanwu,
            moon.mid_autumn,
        ] {
            assert!(!calendar.is_working_day(date), "{date}");
        }
        if is_weekend(moon.duanwu) {
            continue;
        }
        assert_eq!(calendar.day_name(moon.duanwu).unwrap().zh, "端午节", "{year}");
    }
}

/// Days off of 2027–2099 as the `holidays` package computes them; see tests/independent/lunar_festivals.py.
#[test]
fn provisional_days_agree_with_an_independent_package() {
    let calendar = Calendar::builtin();
    let text = include_str!("../../../tests/vectors/provisional-days.txt");
    let mut years = 0;
    for line in text.lines() {
        let (year, days) = line.split_once(": ").unwrap();
        let theirs: Vec<NaiveDate> = days.split(' ').map(|day| d(&format!("{year}-{day}"))).collect();
        let first = d(&format!("{year}-01-01"));
        let of_year = first.iter_days().take_while(|day| day.year() == first.year());
        let ours: Vec<NaiveDate> =
            of_year.filter(|day| calendar.day_kind(*day) == DayKind::Holiday).collect();
        assert_eq!(ours, theirs, "{year}");
        years += 1;
    }
    assert_eq!(years, 73);
}

#[test]
fn friday_saturday_and_sunday_share_a_due_date_and_a_makeup_day_can_be_one() {
    assert_eq!(due("2025-07-11", &[]), due("2025-07-12", &[]));
    assert_eq!(due("2025-07-11", &[]), due("2025-07-13", &[]));
    assert_eq!(due("2025-01-26", &[]), Some(d("2025-04-27")));
    assert_eq!(Calendar::builtin().day_kind(d("2025-04-27")), DayKind::Makeup);
}

#[test]
fn holds_stop_the_clock_as_the_rule_says() {
    let plain = Some(d("2025-05-29"));
    let longer = Some(d("2025-06-06"));
    let week = hold("2025-03-10", "2025-03-17");
    assert_eq!(due("2025-03-03", &[]), plain);
    assert_eq!(due("2025-03-03", &[week]), longer, "five working days");
    assert_eq!(due("2025-03-03", &[hold("2025-03-10", "2025-03-10")]), plain, "same day");
    assert_eq!(due("2025-03-03", &[hold("2025-03-14", "2025-03-16")]), plain, "weekend only");
    assert_eq!(due("2025-03-03", &[hold("2025-06-05", "2025-06-20")]), plain, "after the due date");
    assert_eq!(due("2025-03-03", &[hold("2025-05-29", "2025-06-20")]), plain, "from the due date");
    assert_eq!(
        due("2025-03-03", &[hold("2025-05-28", "2025-05-30")]),
        Some(d("2025-06-03")),
        "just before it"
    );
    assert_eq!(due("2025-03-03", &[week, hold("2025-03-12", "2025-03-14")]), longer, "overlap not doubled");
    assert_eq!(due("2025-03-03", &[hold("2025-03-17", "2025-03-10")]), plain, "ends before it begins");
    assert_eq!(due("2025-03-03", &[hold("2025-02-20", "2025-03-04")]), Some(d("2025-05-30")), "from before");
    assert_eq!(due("2025-03-03", &[hold("2025-04-01", "")]), None, "open");
    assert_eq!(due("2025-03-03", &[hold("2025-05-29", "")]), plain, "open, but the clock had run out");
    // The first hold moves the due date past the beginning of the second, which therefore counts.
    assert_eq!(due("2025-03-03", &[week, hold("2025-06-05", "2025-06-06")]), Some(d("2025-06-09")));
}

#[test]
fn a_floating_promise_knows_since_when_and_what_is_left() {
    let calendar = Calendar::builtin();
    let holds = [hold("2025-04-01", "")];
    let terms = ClockTerms::REPAIR_RETURN;
    let floating = calendar.due(d("2025-03-03"), &terms, &holds);
    assert_eq!(floating.floating_since, Some(d("2025-04-01")));
    let lifted = calendar.due_if_resumed(d("2025-03-03"), &terms, &holds, d("2025-04-08"));
    assert_eq!(lifted.due_on, due("2025-03-03", &[hold("2025-04-01", "2025-04-08")]));
    assert_eq!(lifted.hold_days, 4, "2, 3, 7 and 8 April; the 4th is Qingming");
    let progress = calendar.progress(d("2025-03-03"), &terms, &holds, d("2025-04-30"));
    assert_eq!((progress.used, progress.due.due_on), (21, None));
}

#[test]
fn calendar_days_are_plain_and_never_provisional() {
    let terms = ClockTerms { days: 30, count: Count::Calendar, start_day_counts: false };
    let due = Calendar::builtin().due(d("2026-12-20"), &terms, &[hold("2026-12-24", "2026-12-26")]);
    assert_eq!(due.due_on, Some(d("2027-01-21")));
    assert!(!due.provisional);
    assert_eq!(due.hold_days, 2);
}

#[test]
fn a_plan_term_makes_a_clock_unless_it_is_in_minutes() {
    use crate::domain::plan::{PromiseKind, Term, TermUnit};
    let term = |unit, amount| Term {
        kind: PromiseKind::RepairReturn,
        amount,
        unit,
        start_day_counts: false,
        target_bp: 9_500,
    };
    assert_eq!(ClockTerms::of(&term(TermUnit::WorkingDays, 60)), Some(ClockTerms::REPAIR_RETURN));
    assert_eq!(
        ClockTerms::of(&term(TermUnit::CalendarDays, 30)).map(|terms| terms.count),
        Some(Count::Calendar)
    );
    assert_eq!(ClockTerms::of(&term(TermUnit::Minutes, 240)), None);
    assert_eq!(ClockTerms::of(&term(TermUnit::WorkingDays, -1)), None);
}

#[test]
fn no_days_means_the_day_of_receipt() {
    for count in [Count::Working, Count::Calendar] {
        let terms = ClockTerms { days: 0, count, start_day_counts: false };
        assert_eq!(Calendar::builtin().due(d("2025-07-12"), &terms, &[]).due_on, Some(d("2025-07-12")));
    }
}

#[test]
fn the_arithmetic_is_shown_by_name() {
    let calendar = Calendar::builtin();
    let holds = [hold("2025-10-14", "2025-10-16")];
    let progress = calendar.progress(d("2025-09-26"), &ClockTerms::REPAIR_RETURN, &holds, d("2025-10-17"));
    // 28 Sep (Sunday, worked), 29, 30; off 1–8 Oct; 9, 10, 11 (Saturday, worked); 13, 14; held 15, 16; 17.
    assert_eq!(progress.used, 9);
    assert_eq!(progress.remaining, 51);
    assert_eq!(progress.calendar_days, 21);
    assert_eq!(progress.weekend_days, 2, "27 September and 12 October");
    let holidays: Vec<_> = progress.holidays.iter().map(|h| (h.name.zh.as_str(), h.days)).collect();
    assert_eq!(holidays, [("国庆节", 7), ("中秋节", 1)]);
    assert_eq!(progress.makeup_days.iter().map(|m| m.days).sum::<u32>(), 2);
    assert_eq!(progress.hold_days, 2);
}

#[test]
fn a_late_clock_goes_on_and_a_later_hold_does_not_stop_it() {
    let calendar = Calendar::builtin();
    let terms = ClockTerms::REPAIR_RETURN;
    let holds = [hold("2025-06-05", "")];
    let progress = calendar.progress(d("2025-03-03"), &terms, &holds, d("2025-06-12"));
    // 30 May, 3–6 and 9–12 June; 2 June is a holiday.
    assert_eq!((progress.used, progress.remaining), (69, -9));
    assert_eq!(calendar.used_days(d("2025-03-03"), &terms, &holds, d("2025-06-12")), 69);
}

#[test]
fn counting_between_is_signed() {
    let calendar = Calendar::builtin();
    assert_eq!(calendar.working_days_between(d("2025-09-30"), d("2025-10-11")), 3);
    assert_eq!(calendar.working_days_between(d("2025-10-11"), d("2025-09-30")), -3);
}

#[test]
fn counting_goes_on_where_the_table_ends() {
    let calendar = Calendar::builtin();
    let span = |from: &str, to: &str| calendar.working_days_between(d(from), d(to));
    assert_eq!(span("1999-12-24", "1999-12-31"), 5);
    assert_eq!(span("2100-12-31", "2101-01-07"), 5);
    let terms = |days| ClockTerms { days, ..ClockTerms::REPAIR_RETURN };
    assert_eq!(calendar.due(d("2101-01-07"), &terms(5), &[]).due_on, Some(d("2101-01-14")));
    assert_eq!(calendar.due(d("1999-11-01"), &terms(5), &[]).due_on, Some(d("1999-11-08")));
    assert!(calendar.due(d("2101-01-07"), &terms(5), &[]).provisional);
    assert_eq!(calendar.due(NaiveDate::MAX, &terms(u32::MAX), &[]).due_on, Some(NaiveDate::MAX));
    assert!(calendar.due(NaiveDate::MIN, &terms(1), &[]).due_on.is_some());
}

#[test]
fn a_new_notice_moves_due_dates_and_ends_provisional() {
    let old = Calendar::builtin();
    let mut days = notice_2027();
    days.push(published("2027-01-04", ListedKind::Holiday));
    days.push(published("2027-01-09", ListedKind::Makeup));
    days.push(published("2026-12-27", ListedKind::Makeup));
    let new = old.with_published_year(2027, days).unwrap();
    assert_eq!(new.version(), Calendar::BUILTIN_VERSION + 1);
    assert!(new.is_published(2027) && !old.is_published(2027));
    assert_eq!(new.day_kind(d("2026-12-27")), DayKind::Makeup);
    assert_eq!(new.day_kind(d("2026-10-10")), DayKind::Makeup, "2026 itself stands");
    let change = old.preview(&new, d("2026-10-12"), &ClockTerms::REPAIR_RETURN, &[]);
    assert_eq!(change.old.due_on, Some(d("2027-01-05")));
    assert_eq!(change.new.due_on, Some(d("2027-01-05")), "one day more in December, one less in January");
    assert!(!change.moves() && change.old.provisional && !change.new.provisional);
    let change = old.preview(&new, d("2026-10-13"), &ClockTerms::REPAIR_RETURN, &[]);
    assert!(!change.moves());
    let change = old.preview(&new, d("2026-10-16"), &ClockTerms::REPAIR_RETURN, &[]);
    assert_eq!((change.old.due_on, change.new.due_on), (Some(d("2027-01-11")), Some(d("2027-01-09"))));
    assert!(change.moves());
    let again = new.with_published_year(2027, notice_2027()).unwrap();
    assert_eq!(
        again.day_kind(d("2026-12-27")),
        DayKind::Weekend,
        "a corrected notice replaces all of the first"
    );
    assert_eq!(again.with_version(17).version(), 17);
}

#[test]
fn faulty_notices_are_refused_by_name() {
    let with = |year, extra: &[(&str, ListedKind)]| {
        let mut days = notice_2027();
        days.extend(extra.iter().map(|(date, kind)| published(date, *kind)));
        Calendar::builtin().with_published_year(year, days).map(|calendar| calendar.version())
    };
    use ListedKind::{Holiday, Makeup};
    let date = |text| d(text);
    assert_eq!(with(2027, &[]), Ok(Calendar::BUILTIN_VERSION + 1));
    assert_eq!(
        with(2027, &[("2027-01-01", Holiday)]),
        Err(CalendarError::Duplicate { date: date("2027-01-01") })
    );
    assert_eq!(
        with(2027, &[("2027-02-10", Makeup)]),
        Err(CalendarError::MakeupOnWeekday { date: date("2027-02-10") })
    );
    assert_eq!(
        with(2027, &[("2028-01-01", Holiday)]),
        Err(CalendarError::OutsideYear { date: date("2028-01-01"), year: 2027 })
    );
    assert_eq!(
        with(2027, &[("2026-11-30", Holiday)]),
        Err(CalendarError::OutsideYear { date: date("2026-11-30"), year: 2027 })
    );
    assert_eq!(with(2028, &[]), Err(CalendarError::OutsideYear { date: date("2027-01-01"), year: 2028 }));
    assert_eq!(with(2101, &[]), Err(CalendarError::YearOutOfRange { year: 2101, first: 2000, last: 2100 }));
    let builtin = Calendar::builtin();
    let empty = builtin.with_published_year(2027, Vec::new()).unwrap_err();
    assert_eq!(empty, CalendarError::StatutoryDayWorked { date: date("2027-01-01") });
    let reaching_back = vec![published("2027-12-31", Holiday)];
    let refused = builtin.with_published_year(2028, reaching_back).unwrap_err();
    assert_eq!(refused, CalendarError::PreviousYearUnpublished { date: date("2027-12-31") });
    assert_eq!(refused.code(), "calendar_previous_year_unpublished");
    assert_eq!(refused.args(), [("date", "2027-12-31".to_owned())]);
    let mut worked = notice_2027();
    worked.retain(|day| day.date != date("2027-05-01"));
    worked.push(published("2027-05-01", Makeup));
    let refused = builtin.with_published_year(2027, worked).unwrap_err();
    assert_eq!(refused, CalendarError::StatutoryDayWorked { date: date("2027-05-01") });
}

#[test]
fn calendar_files_are_read_line_by_line() {
    let days =
        parse_csv("\u{feff}date,kind,name_zh,name_en\r\n2027-01-01,holiday,元旦,New Year's Day\r\n\r\n");
    let expected = PublishedDay {
        name: DayName::new("元旦", "New Year's Day"),
        ..published("2027-01-01", ListedKind::Holiday)
    };
    assert_eq!(days, Ok(vec![expected]));
    assert_eq!(parse_csv(""), Err(CalendarError::BadHeading));
    assert_eq!(parse_csv("2027-01-01,holiday,元旦,x"), Err(CalendarError::BadHeading));
    for line in
        ["2027-02-30,holiday,a,b", "2027-01-01,off,a,b", "2027-01-01,holiday,a", "2027-01-01,holiday,,b"]
    {
        let text = format!("date,kind,name_zh,name_en\n2027-01-01,holiday,a,b\n{line}\n");
        assert_eq!(parse_csv(&text), Err(CalendarError::BadLine { line: 3 }), "{line}");
    }
}

#[test]
fn zones_turn_days_at_their_own_midnight() {
    let instant: DateTime<Utc> = "2025-03-02T16:30:00Z".parse().unwrap();
    assert_eq!(Zone::default().local_date(instant), d("2025-03-03"));
    assert_eq!(Zone::default().local_date_of_utc(instant.naive_utc()), d("2025-03-03"));
    let west = Zone::from_offset_minutes(-5 * 60).unwrap();
    assert_eq!(west.local_date(instant), d("2025-03-02"));
    assert_eq!(west.day_start(d("2025-03-02")), "2025-03-02T05:00:00Z".parse::<DateTime<Utc>>().unwrap());
    assert_eq!(Zone::from_offset_minutes(15 * 60), None);
}

use super::*;
use crate::domain::calendar::{ListedKind, PublishedDay};

fn day(date: &str) -> PublishedDay {
    PublishedDay { date: date.parse().unwrap(), kind: ListedKind::Holiday, name: DayName::new("节", "Day") }
}

fn years_of(notices: &[Notice]) -> Vec<(i32, usize)> {
    notices.iter().map(|notice| (notice.year, notice.days.len())).collect()
}

#[test]
fn a_notice_may_reach_into_the_december_before() {
    let notices = read_days(None, vec![day("2026-12-31"), day("2027-01-01"), day("2027-10-01")]).unwrap();
    assert_eq!(years_of(&notices), [(2027, 3)]);
}

#[test]
fn a_file_of_several_years_is_several_notices() {
    let notices = read_days(None, vec![day("2026-10-01"), day("2027-01-01"), day("2027-05-01")]).unwrap();
    assert_eq!(years_of(&notices), [(2026, 1), (2027, 2)]);
}

#[test]
fn the_year_that_is_said_counts() {
    let notices = read_days(Some(2027), vec![day("2026-12-31")]).unwrap();
    assert_eq!(years_of(&notices), [(2027, 1)]);
}

#[test]
fn the_built_in_file_reads_as_its_seventeen_years() {
    let notices = read_csv(include_str!("../../../data/cn-calendar.csv")).unwrap();
    assert_eq!(notices.len(), 17);
    let error = read_csv("day,what\n").unwrap_err();
    assert!(
        matches!(error, Error::Refused(Refusal::Invalid(ref errors)) if errors[0].code == "calendar_bad_heading")
    );
}

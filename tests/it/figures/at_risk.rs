//! At risk means one thing, in a list and on an item.

use beiku::app::figures::at_risk_until;
use beiku::domain::calendar::Calendar;
use beiku::domain::turnaround::is_at_risk;
use chrono::NaiveDate;

#[test]
fn lists_and_items_mean_the_same_by_at_risk() {
    let calendar = Calendar::builtin();
    let first: NaiveDate = "2024-12-20".parse().unwrap();
    for today in first.iter_days().take(800) {
        let until = at_risk_until(calendar, today);
        // A plan of calendar days may be due on any of them, days off included.
        for due_on in today.iter_days().take(60) {
            let left = calendar.working_days_between(today, due_on);
            assert_eq!(due_on <= until, is_at_risk(None, Some(left)), "{due_on} seen on {today}");
        }
    }
}

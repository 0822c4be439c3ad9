//! Which day a page is asked about. What cannot be looked back at is said, and the page tells of now.

use crate::app::figures;
use crate::app::stock::Then;
use crate::domain::calendar::Zone;
use crate::http::Caller;
use crate::web::Page;
use crate::web::as_of::AsOf;
use chrono::NaiveDate;

/// The day asked for, and the moment at its end; none for today and for what is no day of the past. `now` is the address of the page
/// without it.
pub fn look(p: &Page, caller: &Caller, asked: &str, now: String) -> (AsOf, Option<Then>) {
    let today = Zone::default().local_date(caller.ctx.now);
    let mut shown = AsOf { today: today.to_string(), now, ..AsOf::default() };
    let asked = asked.trim();
    let day: Option<NaiveDate> = asked.parse().ok();
    if asked.is_empty() || day == Some(today) {
        return (shown, None);
    }
    // A day and nothing finer: the page says "at the end of".
    let then = day.and_then(|day| figures::then(Some(&day.to_string()), None, &caller.ctx).ok().flatten());
    match (then, day) {
        (Some(_), Some(day)) => shown.day = day.to_string(),
        _ => shown.fault = p.t("as-of-fault"),
    }
    (shown, then)
}

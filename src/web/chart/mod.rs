//! Charts drawn on the server as SVG: no script, no `style=`, themed by classes (UI.md §0, UI-MORE.md).
//!
//! Positions are thousandths turned into percent of the drawing; lines keep their width by `vector-effect` (`.nss`).

use std::fmt::{Arguments, Write as _};

use chrono::{Datelike, NaiveDate};

mod curve;
mod trend;

pub use curve::curve;
pub use trend::trend;

use super::Page;
use super::format::tenths;
use super::kit::{Html, escape};
use super::rate::Rate;

/// One month of the trend.
#[derive(Clone, Copy, Debug)]
pub struct TrendPoint {
    /// First day of the month.
    pub month: NaiveDate,
    /// The rate in thousandths; none when nothing was due.
    pub permille: Option<i32>,
    /// Numerator.
    pub timely: i64,
    /// Denominator.
    pub eligible: i64,
}

/// What a month is expected to end at.
#[derive(Clone, Copy, Debug)]
pub struct Forecast {
    /// Mean, thousandths.
    pub mean: i32,
    /// Lower end of the 90 % interval, thousandths.
    pub low: i32,
    /// Upper end.
    pub high: i32,
}

/// The promise meter: the rate as a bar against the target, on a scale that makes one percent visible.
pub fn meter(p: &Page, rate: &Rate) -> Html {
    let Some(shown) = rate.shown else { return Html::default() };
    let low = meter_low(shown.min(rate.target));
    let x = |value: i32| f64::from(value.clamp(low, 1000) - low) / f64::from(1000 - low) * 100.0;
    let goal = x(rate.target);
    let label =
        escape(&p.t2("rate-meter-label", "rate", p.rate(&rate.shown), "target", p.target(&rate.target)));
    let mut html = String::new();
    put(
        &mut html,
        format_args!(
            r#"<svg class="bullet nss" viewBox="0 0 100 22" preserveAspectRatio="none" role="img" aria-label="{label}"><rect class="f-badw" width="{goal:.2}" height="22"/><rect class="f-okw" x="{goal:.2}" width="{:.2}" height="22"/><rect class="f-acc" y="6" width="{:.2}" height="10"/><path class="s-text" d="M{goal:.2} 0V22" stroke-width="2"/></svg>"#,
            100.0 - goal,
            x(shown),
        ),
    );
    axis(&mut html, p, low, rate.target, goal);
    Html::raw(html)
}

/// The rate as a point on its Wilson interval, against the target.
pub fn interval(p: &Page, rate: &Rate) -> Html {
    let (Some(shown), Some((from, to))) = (rate.shown, rate.wilson95) else { return Html::default() };
    let low = meter_low(from.min(rate.target));
    let x = |value: i32| f64::from(value.clamp(low, 1000) - low) / f64::from(1000 - low) * 100.0;
    let goal = x(rate.target);
    let span = format!("{}–{} %", tenths(&from), tenths(&to));
    let label = escape(&p.t2("rate-interval-label", "rate", p.rate(&rate.shown), "span", span));
    let mut html = String::new();
    put(
        &mut html,
        format_args!(
            r#"<svg class="ci nss mt" viewBox="0 0 100 28" preserveAspectRatio="none" role="img" aria-label="{label}"><rect class="f-badw" y="4" width="{goal:.2}" height="20"/><rect class="f-okw" x="{goal:.2}" y="4" width="{:.2}" height="20"/><path class="s-acc" d="M{a:.2} 14H{b:.2}" stroke-width="4" opacity=".5"/><path class="s-acc" d="M{a:.2} 8V20M{b:.2} 8V20" stroke-width="2"/><path class="s-acc" d="M{:.2} 14h0" stroke-width="14" stroke-linecap="round"/><path class="s-text" d="M{goal:.2} 0V28" stroke-width="2"/></svg>"#,
            100.0 - goal,
            x(shown),
            a = x(from),
            b = x(to),
        ),
    );
    axis(&mut html, p, low, rate.target, goal);
    Html::raw(html)
}

/// The scale under a meter: its two ends, and the target on its tick where it does not collide with them.
fn axis(html: &mut String, p: &Page, low: i32, target: i32, goal: f64) {
    put(
        html,
        format_args!(
            r#"<svg class="ax" width="100%" height="18" aria-hidden="true"><text x="0" y="13">{}</text>"#,
            low / 10
        ),
    );
    if (12.0..=88.0).contains(&goal) {
        let word = escape(&p.t1("rate-axis-target", "target", p.target(&target)));
        // On a phone the middle of the word would reach into the end of the scale.
        let anchor = if goal > 70.0 { "end" } else { "middle" };
        put(
            html,
            format_args!(r#"<text x="{goal:.2}%" y="13" text-anchor="{anchor}" class="b">{word}</text>"#),
        );
    }
    html.push_str(r#"<text x="100%" y="13" text-anchor="end">100 %</text></svg>"#);
}

/// A round start of the scale: some percent under the lowest value shown.
fn meter_low(lowest: i32) -> i32 {
    let step = if lowest >= 850 { 50 } else { 100 };
    ((lowest - 21).max(0) / step) * step
}

/// A bar of adjoining parts: (fill class, amount). Nothing is drawn for a zero total.
pub fn segments(parts: &[(&str, i64)], label: &str) -> Html {
    let total: i64 = parts.iter().map(|(_, amount)| (*amount).max(0)).sum();
    let mut html = String::new();
    put(
        &mut html,
        format_args!(
            r#"<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">"#,
            escape(label)
        ),
    );
    let mut start: i64 = 0;
    for (class, amount) in parts.iter().filter(|(_, amount)| *amount > 0) {
        let (x, width) = (hundredths(start, total), hundredths(*amount, total));
        put(&mut html, format_args!(r#"<rect class="{class}" x="{x}" width="{width}" height="10"/>"#));
        start = start.saturating_add(*amount);
    }
    html.push_str("</svg>");
    Html::raw(html)
}

/// One bar of a list of amounts, scaled to the largest.
pub fn amount_bar(class: &str, amount: i64, largest: i64) -> Html {
    let width = hundredths(amount, largest.max(1));
    Html::raw(format!(
        r#"<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="{class}" width="{width}" height="10"/></svg>"#
    ))
}

/// A share against its target as a bar of the whole width; both in thousandths.
pub fn share_bar(share: i32, target: i32) -> Html {
    let fill = if share < target { "f-bad" } else { "f-acc" };
    let (width, goal) = (f64::from(share.clamp(0, 1000)) / 10.0, f64::from(target.clamp(0, 1000)) / 10.0);
    Html::raw(format!(
        r#"<svg class="nss" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true"><rect class="f-sunk" width="100" height="14"/><rect class="{fill}" width="{width:.1}" height="14"/><path class="s-text" d="M{goal:.1} 0V14" stroke-width="2"/></svg>"#
    ))
}

/// Part of a whole in percent with two decimals, by integers only.
fn hundredths(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "0".to_owned();
    }
    let share = i128::from(part.max(0)) * 10_000 / i128::from(whole);
    format!("{}.{:02}", share / 100, share % 100)
}

/// One stay of a unit at a kind of place.
#[derive(Clone, Debug)]
pub struct Stay {
    /// Name of the lane: a depot, the bench, customers.
    pub lane: String,
    /// Fill class: `f-good`, `f-acc`, `f-repair`, `f-transit`, `f-faulty`.
    pub fill: &'static str,
    /// First day.
    pub from: NaiveDate,
    /// Day of leaving; for the present stay, today.
    pub until: NaiveDate,
}

/// Where a unit has been: one lane per place, years beneath.
pub fn life(stays: &[Stay], label: &str) -> Html {
    let (Some(first), Some(last)) = (stays.iter().map(|s| s.from).min(), stays.iter().map(|s| s.until).max())
    else {
        return Html::default();
    };
    let begin = NaiveDate::from_ymd_opt(first.year(), 1, 1).unwrap_or(first);
    let end = NaiveDate::from_ymd_opt(last.year() + 1, 1, 1).unwrap_or(last);
    let days = (end - begin).num_days().max(1);
    let mut lanes: Vec<&str> = Vec::new();
    for stay in stays {
        if !lanes.contains(&stay.lane.as_str()) {
            lanes.push(&stay.lane);
        }
    }
    let mut html = String::new();
    put(&mut html, format_args!(r#"<div class="life" role="img" aria-label="{}">"#, escape(label)));
    for lane in lanes {
        put(
            &mut html,
            format_args!(
                r#"<span class="lab">{}</span><svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true"><rect class="f-sunk" width="100" height="16"/>"#,
                escape(lane)
            ),
        );
        for stay in stays.iter().filter(|stay| stay.lane == lane) {
            let x = hundredths((stay.from - begin).num_days(), days);
            // A stay of a day or two stays visible in a life of years.
            let width = hundredths((stay.until - stay.from).num_days().max(days / 200 + 1), days);
            put(
                &mut html,
                format_args!(r#"<rect class="{}" x="{x}" width="{width}" height="16"/>"#, stay.fill),
            );
        }
        html.push_str("</svg>");
    }
    html.push_str(r#"<span></span><svg class="ax" width="100%" height="18" aria-hidden="true">"#);
    let years = i64::from(end.year() - begin.year()).max(1);
    let every = (years + 9) / 10;
    for year in (begin.year()..end.year()).filter(|year| i64::from(year - begin.year()) % every == 0) {
        let x = NaiveDate::from_ymd_opt(year, 1, 1)
            .map_or_else(|| "0".to_owned(), |day| hundredths((day - begin).num_days(), days));
        put(&mut html, format_args!(r#"<text x="{x}%" y="13">{year}</text>"#));
    }
    html.push_str("</svg></div>");
    Html::raw(html)
}

/// Writing to a `String` cannot fail.
fn put(html: &mut String, text: Arguments<'_>) {
    let _ = html.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::web::samples;

    #[test]
    fn parts_fill_the_bar_exactly() {
        let bar = segments(&[("f-good", 1), ("f-resv", 0), ("f-repair", 3)], "x").to_string();
        assert!(bar.contains(r#"x="0.00" width="25.00""#) && bar.contains(r#"x="25.00" width="75.00""#));
        assert!(!bar.contains("f-resv"));
        assert!(!segments(&[("f-good", 0)], "x").to_string().contains("rect"));
    }

    #[test]
    fn no_rate_draws_no_meter() {
        let p = samples::page(Lang::Zh);
        assert_eq!(meter(&p, &Rate { target: 950, ..Rate::default() }), Html::default());
        let drawn = meter(&p, &Rate { target: 950, shown: Some(961), ..Rate::default() }).to_string();
        assert!(drawn.contains("96.1 %") && drawn.contains("95 %"));
    }
}

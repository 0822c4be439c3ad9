//! The rate of twelve months as a line against the target.

use super::{Forecast, TrendPoint, put};
use crate::web::Page;
use crate::web::format::tenths;
use crate::web::kit::{Html, escape};

/// A vertical scale that ends at 100 % and begins below the lowest value, in at most seven steps, with room under the lowest for its number.
struct Scale {
    low: i32,
    step: i32,
}

impl Scale {
    /// `lowest` in thousandths.
    fn down_to(lowest: i32) -> Self {
        let lowest = lowest.clamp(0, 990);
        for step in [10, 50, 100] {
            let low = (lowest - 9).max(0) / step * step;
            if (1000 - low) / step <= 7 {
                return Self { low, step };
            }
        }
        Self { low: (lowest - 9).max(0) / 200 * 200, step: 200 }
    }

    /// Share of the height from the top, in percent.
    fn depth(&self, permille: i32) -> f64 {
        f64::from(1000 - permille.clamp(self.low, 1000)) / f64::from(1000 - self.low) * 100.0
    }

    fn ticks(&self) -> impl Iterator<Item = i32> {
        let (low, step) = (self.low, self.step);
        (0..).map(move |index| 1000 - index * step).take_while(move |tick| *tick >= low)
    }
}

/// The rate of the last twelve months with the target line, and the same as a table for readers.
pub fn trend(p: &Page, points: &[TrendPoint], target: i32, forecast: Option<Forecast>) -> Html {
    let lowest =
        points.iter().filter_map(|point| point.permille).chain([target]).chain(forecast.map(|f| f.low)).min();
    let scale = Scale::down_to(lowest.unwrap_or(target));
    let mut html = String::from(r#"<div class="chart"><div class="chart-y" aria-hidden="true">"#);
    for tick in scale.ticks() {
        let class = if tick == target { r#" class="tgt""# } else { "" };
        put(&mut html, format_args!("<span{class}>{}</span>", tick / 10));
    }
    html.push_str(r#"</div><div class="chart-p">"#);
    trend_plot(&mut html, points, target, forecast, &scale);
    html.push_str(r#"<div class="chart-c" aria-hidden="true">"#);
    for (index, point) in points.iter().enumerate() {
        let low = point.permille.is_some_and(|value| value < target);
        let show = if low || index + 1 == points.len() { r#" class="show""# } else { "" };
        let ink = if low { r#" class="bad""# } else { "" };
        let value = point.permille.map_or_else(|| "—".to_owned(), |value| tenths(&value));
        put(&mut html, format_args!("<span{show}><i{ink}>{value}</i></span>"));
    }
    html.push_str(r#"</div></div><div class="chart-x">"#);
    for (index, point) in points.iter().enumerate() {
        let current = if index + 1 == points.len() { r#" class="cur""# } else { "" };
        // Chinese months are numbers: the narrow chart drops the character 月.
        let month = escape(&p.month_short(&point.month)).replace(" 月", r#"<span class="mo"> 月</span>"#);
        let code = point.month.format("%Y-%m");
        let full = escape(&p.month(&point.month));
        put(
            &mut html,
            format_args!(
                r#"<a{current} href="/report/timely-repair?month={code}"><span aria-hidden="true">{month}</span><span class="vh">{full}</span></a>"#
            ),
        );
    }
    html.push_str("</div></div>");
    trend_table(&mut html, p, points);
    Html::raw(html)
}

fn trend_plot(
    html: &mut String,
    points: &[TrendPoint],
    target: i32,
    forecast: Option<Forecast>,
    scale: &Scale,
) {
    html.push_str(r#"<svg class="nss" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">"#);
    for tick in scale.ticks().filter(|tick| *tick != target) {
        put(html, format_args!(r#"<path class="s-line" d="M0 {:.2}H100"/>"#, scale.depth(tick)));
    }
    let line = scale.depth(target);
    put(
        html,
        format_args!(
            r#"<rect class="f-badw" y="{line:.2}" width="100" height="{:.2}" opacity=".55"/><path class="s-text" d="M0 {line:.2}H100" stroke-dasharray="4 3"/>"#,
            100.0 - line
        ),
    );
    let columns = f64::from(u32::try_from(points.len().max(1)).unwrap_or(u32::MAX));
    let place = |index: usize| (f64::from(u32::try_from(index).unwrap_or(u32::MAX)) + 0.5) / columns * 100.0;
    let mut path = String::new();
    let mut pen_down = false;
    for (index, point) in points.iter().enumerate() {
        // A month without a rate breaks the line: nothing was measured there.
        if let Some(value) = point.permille {
            let letter = if pen_down { 'L' } else { 'M' };
            put(&mut path, format_args!("{letter}{:.2} {:.2}", place(index), scale.depth(value)));
        }
        pen_down = point.permille.is_some();
    }
    put(html, format_args!(r#"<path class="s-acc" d="{path}" stroke-width="2"/>"#));
    if let Some(forecast) = forecast {
        let (x, mean) = (place(points.len().saturating_sub(1)), scale.depth(forecast.mean));
        put(
            html,
            format_args!(
                r#"<path class="s-acc" d="M{x:.2} {:.2}V{:.2}" stroke-width="10" stroke-linecap="round" opacity=".45"/><path class="s-acc" d="M{x:.2} {mean:.2}h0" stroke-width="14" stroke-linecap="round"/><path class="s-surf" d="M{x:.2} {mean:.2}h0" stroke-width="8" stroke-linecap="round"/>"#,
                scale.depth(forecast.high),
                scale.depth(forecast.low),
            ),
        );
    }
    for (index, point) in points.iter().enumerate() {
        if let Some(value) = point.permille {
            let class = if value < target { "s-bad" } else { "s-acc" };
            put(
                html,
                format_args!(
                    r#"<path class="{class}" d="M{:.2} {:.2}h0" stroke-width="7" stroke-linecap="round"/>"#,
                    place(index),
                    scale.depth(value)
                ),
            );
        }
    }
    html.push_str("</svg>");
}

fn trend_table(html: &mut String, p: &Page, points: &[TrendPoint]) {
    let caption = escape(&p.t("dash-trend-caption"));
    put(html, format_args!(r#"<div class="vh"><table><caption>{caption}</caption><thead><tr>"#));
    for point in points {
        put(html, format_args!(r#"<th scope="col">{}</th>"#, escape(&p.month(&point.month))));
    }
    html.push_str("</tr></thead><tbody><tr>");
    for point in points {
        put(
            html,
            format_args!("<td>{} ({} / {})</td>", p.rate(&point.permille), point.timely, point.eligible),
        );
    }
    html.push_str("</tr></tbody></table></div>");
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::i18n::Lang;
    use crate::web::samples;

    #[test]
    fn the_scale_has_few_round_ticks() {
        for (lowest, low, step) in [
            (950, 940, 10),
            (946, 930, 10),
            (938, 900, 50),
            (880, 850, 50),
            (409, 400, 100),
            (319, 300, 100),
            (308, 200, 200),
            (0, 0, 200),
        ] {
            let scale = Scale::down_to(lowest);
            let ticks: Vec<i32> = scale.ticks().collect();
            assert_eq!((scale.low, scale.step), (low, step), "{lowest}");
            assert!(ticks.len() <= 8 && ticks.first() == Some(&1000) && ticks.last() == Some(&scale.low));
        }
    }

    #[test]
    fn months_without_a_rate_break_the_line() {
        let p = samples::page(Lang::En);
        let point = |month, permille| TrendPoint {
            month: NaiveDate::from_ymd_opt(2026, month, 1).unwrap(),
            permille,
            timely: 1,
            eligible: 1,
        };
        let drawn =
            trend(&p, &[point(1, Some(960)), point(2, None), point(3, Some(970))], 950, None).to_string();
        assert_eq!(
            drawn.matches("<path class=\"s-acc\" d=\"M").count(),
            3,
            "one line of two moves and two dots"
        );
        assert!(drawn.contains("M16.67") && !drawn.contains("L83"));
        assert!(drawn.contains("— (1 / 1)"));
    }
}

//! The share handed back by counted days, as steps.

use super::{Html, put};
use crate::domain::turnaround::Step;
use crate::web::Page;
use crate::web::kit::escape;

/// Kaplan and Meier's curve turned over: how many of a hundred are back after so many days, with the promised day and its
/// target marked, and the same as a table for readers.
pub fn curve(p: &Page, steps: &[Step], promised: u32, target: f64) -> Html {
    let Some(last) = steps.last() else { return Html::default() };
    let width = f64::from(last.days.max(promised).max(1)) * 1.04;
    let x = |days: u32| f64::from(days) / width * 100.0;
    let y = |survival: f64| survival.clamp(0.0, 1.0) * 100.0;
    let mut path = String::from("M0 100");
    for step in steps {
        put(&mut path, format_args!("H{:.2}V{:.2}", x(step.days), y(step.survival)));
    }
    put(&mut path, format_args!("H100"));
    let label = escape(&p.n("turnaround-curve-label", &promised.into()));
    let (goal, line) = (x(promised), (1.0 - target) * 100.0);
    let mut html = String::new();
    put(
        &mut html,
        format_args!(
            r#"<svg class="plot" role="img" aria-label="{label}"><svg class="nss" viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%" overflow="visible"><path class="s-line" d="M0 0H100M0 25H100M0 50H100M0 75H100M0 100H100"/><path class="s-text" d="M0 {line:.2}H100" stroke-dasharray="4 3"/><path class="s-text" d="M{goal:.2} 0V100" stroke-dasharray="2 3"/><path class="s-acc" d="{path}" stroke-width="2"/></svg>"#
        ),
    );
    // What is promised stands on its own line; the line of 100 % is the edge, and a word there would be struck through.
    for (at, share) in [(line, target * 100.0), (25.0, 75.0), (50.0, 50.0), (75.0, 25.0)] {
        put(
            &mut html,
            format_args!(r#"<svg y="{at:.2}%" overflow="visible"><text y="14">{share:.0} %</text></svg>"#),
        );
    }
    let mark = escape(&p.n("turnaround-days", &promised.into()));
    put(
        &mut html,
        format_args!(
            r#"<svg x="{goal:.2}%" y="100%" overflow="visible"><text class="b" y="-6" x="-4" text-anchor="end">{mark}</text></svg></svg>"#
        ),
    );
    table(&mut html, p, steps, promised);
    Html::raw(html)
}

/// A few days of the curve, for readers that cannot see it.
fn table(html: &mut String, p: &Page, steps: &[Step], promised: u32) {
    let caption = escape(&p.t("turnaround-curve"));
    put(html, format_args!(r#"<div class="vh"><table><caption>{caption}</caption><tbody>"#));
    for days in [promised / 4, promised / 2, promised * 3 / 4, promised] {
        let at = steps.iter().take_while(|step| step.days <= days).last();
        let back = 1.0 - at.map_or(1.0, |step| step.survival);
        let head = escape(&p.n("turnaround-days", &days.into()));
        put(html, format_args!(r#"<tr><th scope="row">{head}</th><td>{:.1} %</td></tr>"#, back * 100.0));
    }
    html.push_str("</tbody></table></div>");
}

//! The small pieces every screen uses: icons, status badges, the working-day clock.

use std::fmt;

use askama::filters::HtmlSafe;
use chrono::NaiveDate;

use super::{Page, assets};

/// Finished markup: templates write it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Takes markup whose texts are already escaped.
    pub fn raw(markup: String) -> Self {
        Self(markup)
    }

    /// What is read of it: the text without its tags.
    pub fn words(&self) -> String {
        let pieces = self.0.split('<').enumerate();
        let text =
            pieces.map(
                |(at, piece)| {
                    if at == 0 { piece } else { piece.split_once('>').map_or("", |(_, text)| text) }
                },
            );
        let text: String = text.collect();
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .iter()
            .fold(text, |text, (safe, plain)| text.replace(safe, plain))
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// Text made safe for element content and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// The tone of a badge or number. Green, amber and red speak of the clock and of minimum stock only (UI.md §1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// No statement.
    #[default]
    Plain,
    /// Outlined: not begun, or ended without effect.
    Out,
    /// Under way.
    Act,
    /// Kept, accepted, good.
    Ok,
    /// At risk.
    Warn,
    /// Overdue, below minimum, refused.
    Bad,
    /// Clock stopped by the customer, or an equivalent exchange.
    Hold,
}

impl Tone {
    /// The suffix of the badge's class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Out => "out",
            Self::Act => "act",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Hold => "hold",
        }
    }

    /// The text colour class, for numbers.
    pub fn ink(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Hold => "hold",
            Self::Plain | Self::Out | Self::Act => "",
        }
    }
}

/// Where a promise's clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// The faulty part has not been received.
    NotStarted,
    /// Counting.
    Running,
    /// An open customer hold: there is no due date now.
    Paused,
    /// Ended in time.
    Kept,
    /// Ended late.
    Missed,
    /// Left the rate (cancelled in time, void, …).
    Excluded,
    /// This line carries no such promise (advance replacement).
    Absent,
}

/// One promise's clock as lists show it.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Where it stands.
    pub state: ClockState,
    /// Counted days used so far.
    pub used: i64,
    /// Counted days promised.
    pub total: i64,
    /// Counted days left; 0 = due today; negative = days late.
    pub left: i64,
    /// The due date; none while paused or not started.
    pub due_on: Option<NaiveDate>,
    /// At risk as PRODUCT.md defines it: chance of missing > 0.3, or ≤ 15 working days left.
    pub at_risk: bool,
    /// The due date rests on a year without a published calendar.
    pub provisional: bool,
}

impl Clock {
    /// A clock in a state that has no numbers.
    pub fn bare(state: ClockState) -> Self {
        Self { state, used: 0, total: 0, left: 0, due_on: None, at_risk: false, provisional: false }
    }

    /// Its tone.
    pub fn tone(&self) -> Tone {
        match self.state {
            ClockState::Running if self.left < 0 => Tone::Bad,
            ClockState::Running if self.at_risk || self.left == 0 => Tone::Warn,
            ClockState::Running | ClockState::Kept => Tone::Ok,
            ClockState::Missed => Tone::Bad,
            ClockState::Paused => Tone::Hold,
            ClockState::NotStarted | ClockState::Excluded | ClockState::Absent => Tone::Plain,
        }
    }

    /// Whether it still runs though its last day is over.
    pub fn is_late(&self) -> bool {
        matches!(self.state, ClockState::Running) && self.left < 0
    }

    /// Used share in percent, for the bar.
    pub fn percent(&self) -> i64 {
        if self.total <= 0 { 0 } else { (self.used.saturating_mul(100) / self.total).clamp(0, 100) }
    }
}

/// An icon of the sprite.
pub fn icon(name: &str, class: &str) -> Html {
    let sprite = assets::url("icons/sprite.svg");
    let class = if class.is_empty() { "i".to_owned() } else { format!("i {class}") };
    Html::raw(format!(r##"<svg class="{class}" aria-hidden="true"><use href="{sprite}#{name}"/></svg>"##))
}

/// A status badge: icon and word in one quiet tint.
pub fn badge(tone: Tone, name: &str, word: &str) -> Html {
    Html::raw(format!(r#"<span class="st st-{}">{}{}</span>"#, tone.class(), icon(name, ""), escape(word)))
}

impl Page {
    /// An icon.
    pub fn icon(&self, name: &str) -> Html {
        icon(name, "")
    }

    /// A small icon.
    pub fn icon_s(&self, name: &str) -> Html {
        icon(name, "i-s")
    }

    /// An icon with further classes.
    pub fn icon_c(&self, name: &str, class: &str) -> Html {
        icon(name, class)
    }

    /// Badge of a line's repair track (its code, as in docs/rma.md).
    pub fn repair_badge(&self, code: &str) -> Html {
        let (tone, name) = state_look(code);
        badge(tone, name, &self.word("repair-state", code))
    }

    /// Badge of an RMA's header state.
    pub fn rma_badge(&self, code: &str) -> Html {
        let (tone, name) = state_look(code);
        badge(tone, name, &self.word("rma-state", code))
    }

    /// Badge of a unit's condition. Faulty is not an alarm, so it is not red.
    pub fn condition_badge(&self, code: &str) -> Html {
        let (tone, name) = match code {
            "good" => (Tone::Ok, "check"),
            "faulty" => (Tone::Plain, "tool"),
            "quarantined" => (Tone::Act, "help-circle"),
            "scrapped" => (Tone::Out, "ban"),
            _ => (Tone::Out, "circle-dashed"),
        };
        badge(tone, name, &self.word("condition", code))
    }

    /// Badge of a notice.
    pub fn notice_badge(&self, code: &str) -> Html {
        let (tone, name) = match code {
            "sent" => (Tone::Ok, "check"),
            "dead" => (Tone::Bad, "mail-off"),
            "sending" => (Tone::Act, "send"),
            "withdrawn" => (Tone::Out, "ban"),
            _ => (Tone::Out, "clock"),
        };
        badge(tone, name, &self.word("notice-state", code))
    }

    /// What a clock says: the number first.
    pub fn clock_words(&self, clock: &Clock) -> String {
        match clock.state {
            ClockState::NotStarted => self.t("clock-not-started"),
            ClockState::Running if clock.left < 0 => self.n("clock-late", &clock.left.saturating_neg()),
            ClockState::Running if clock.left == 0 => self.t("clock-today"),
            ClockState::Running => self.n("clock-left", &clock.left),
            ClockState::Paused => self.t("clock-paused"),
            ClockState::Kept => self.t("clock-kept"),
            ClockState::Missed => self.n("clock-missed", &clock.left.saturating_neg()),
            ClockState::Excluded => self.t("clock-excluded"),
            ClockState::Absent => self.t("clock-absent"),
        }
    }

    /// The clock in a table: bar and words, or words alone when there is nothing to count.
    pub fn clock_mini(&self, clock: &Clock) -> Html {
        let words = escape(&self.clock_words(clock));
        let tone = clock.tone();
        match clock.state {
            ClockState::Running | ClockState::Paused => {
                let strong = if tone == Tone::Ok { "" } else { " strong" };
                let ink = if tone == Tone::Ok { "" } else { tone.ink() };
                let bar = bar_of(clock, tone, "aria-hidden=\"true\"");
                Html::raw(format!(
                    r#"<span class="mini">{bar}<span class="{ink}{strong}">{words}</span></span>"#
                ))
            }
            ClockState::Kept | ClockState::Missed => {
                let name = if clock.state == ClockState::Kept { "check" } else { "x" };
                Html::raw(format!(
                    r#"<span class="{} nowrap">{} {words}</span>"#,
                    tone.ink(),
                    icon(name, "i-s")
                ))
            }
            ClockState::NotStarted | ClockState::Excluded | ClockState::Absent => {
                Html::raw(format!(r#"<span class="t3 nowrap">{words}</span>"#))
            }
        }
    }

    /// The wide bar of the clock on a line's own page, with a sentence for readers.
    pub fn clock_bar(&self, clock: &Clock) -> Html {
        let label = escape(&self.t2("clock-bar-label", "used", clock.used, "total", clock.total));
        bar_of(clock, clock.tone(), &format!(r#"role="img" aria-label="{label}""#))
    }
}

fn bar_of(clock: &Clock, tone: Tone, attributes: &str) -> Html {
    let fill = match tone {
        Tone::Ok => "f-ok",
        Tone::Warn => "f-warn",
        Tone::Bad => "f-bad",
        Tone::Hold => "f-hold",
        Tone::Plain | Tone::Out | Tone::Act => "f-mute",
    };
    let width = if clock.state == ClockState::Running && clock.left < 0 { 100 } else { clock.percent() };
    Html::raw(format!(
        r#"<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" {attributes}><rect class="{fill}" width="{width}" height="10"/></svg>"#
    ))
}

/// Tone and icon of a repair or header state (UI.md §3).
pub fn state_look(code: &str) -> (Tone, &'static str) {
    match code {
        "requested" => (Tone::Out, "inbox"),
        "authorised" => (Tone::Act, "circle-check"),
        "expected" => (Tone::Act, "package-import"),
        "received" => (Tone::Act, "package"),
        "diagnosing" => (Tone::Act, "stethoscope"),
        "repairing" | "in_repair" | "in_progress" | "open" => (Tone::Act, "tool"),
        "at_vendor" => (Tone::Act, "building-factory-2"),
        "waiting_parts" => (Tone::Act, "clock-pause"),
        "testing" => (Tone::Act, "test-pipe"),
        "repaired" | "nff" => (Tone::Act, "check"),
        "awaiting_loaner" => (Tone::Act, "rotate"),
        "dispatched" => (Tone::Act, "truck"),
        "returned" | "closed" | "to_stock" => (Tone::Ok, "circle-check"),
        "exchanged" => (Tone::Hold, "replace"),
        "ber" | "return_unrepaired" => (Tone::Plain, "tool"),
        _ => (Tone::Out, "ban"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape(r#"<a href="x">&'"#), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
        assert!(badge(Tone::Ok, "check", "<b>").to_string().ends_with("&lt;b&gt;</span>"));
    }

    #[test]
    fn colour_follows_the_clock() {
        let running = |left, at_risk| Clock {
            used: 60 - left,
            total: 60,
            left,
            at_risk,
            ..Clock::bare(ClockState::Running)
        };
        assert_eq!(running(30, false).tone(), Tone::Ok);
        assert_eq!(running(15, true).tone(), Tone::Warn);
        assert_eq!(running(0, false).tone(), Tone::Warn);
        assert_eq!(running(-1, true).tone(), Tone::Bad);
        assert_eq!(running(-1, true).percent(), 100);
        assert_eq!(Clock::bare(ClockState::Paused).tone(), Tone::Hold);
        assert_eq!(Clock::bare(ClockState::Running).percent(), 0);
    }
}

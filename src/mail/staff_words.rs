//! The words of mails to our own people.

use super::Sender;
use super::view::{Link, Row, View};
use super::words::{Words, clean};
use crate::args;
use crate::domain::notice::{Digest, MonthOutlook, StaffNews, StaffNotice, WarnedLine};
use crate::i18n::{long_date, short_date};
use chrono::Datelike;

impl Words<'_> {
    pub(super) fn staff(&self, notice: &StaffNotice, sender: &Sender) -> View {
        let reader = clean(&notice.reader);
        let greeting = if reader.is_empty() {
            self.text("mail-greeting-nobody")
        } else {
            self.format("mail-greeting", &args! { "contact" => reader })
        };
        let mut view = View {
            greeting,
            link: self.staff_link(&notice.path, sender),
            footer: vec![self.text("mail-footer-why-staff")],
            ..View::default()
        };
        match &notice.news {
            StaffNews::Warnings { at_risk, late, more } => self.warnings(at_risk, late, *more, &mut view),
            StaffNews::MonthInDanger(month) => self.month_in_danger(month, &mut view),
            StaffNews::Digest(digest) => self.digest(digest, &mut view),
            StaffNews::DeadLetter { id, recipient, error } => {
                view.subject = self.format("mail-dead_letter-subject", &args! { "id" => *id });
                view.title = self.text("mail-dead_letter-title");
                view.intro.push(self.text("mail-dead_letter-body"));
                view.rows.push(self.row("mail-row-notice", id.to_string(), true));
                view.rows.push(self.row("mail-row-recipient", clean(recipient), false));
                view.rows.push(self.row("mail-row-error", clean(error), false));
            }
        }
        view
    }

    fn warnings(&self, at_risk: &[WarnedLine], late: &[WarnedLine], more: u32, view: &mut View) {
        let counts = args! { "at_risk" => at_risk.len(), "late" => late.len() };
        view.subject = self.format("mail-warnings-subject", &counts);
        view.title = self.text("mail-warnings-title");
        view.intro.push(self.text("mail-warnings-body"));
        for (label, lines) in [("mail-row-late", late), ("mail-row-at-risk", at_risk)] {
            view.rows.extend(lines.iter().map(|line| self.warned(label, line)));
        }
        if more > 0 {
            view.closing.push(self.format("mail-warnings-more", &args! { "count" => more }));
        }
    }

    fn warned(&self, label: &str, line: &WarnedLine) -> Row {
        let due = match line.due_on {
            Some(due_on) => short_date(self.lang, due_on),
            None => self.text("mail-warnings-floating"),
        };
        let facts = args! {
            "rma" => clean(&line.rma), "line" => line.line, "part_no" => clean(&line.part_no), "serial" => clean(&line.serial),
            "customer" => clean(&line.customer), "depot" => clean(&line.depot), "due" => due, "percent" => line.miss_percent.unwrap_or_default()
        };
        let key = if line.miss_percent.is_some() { "mail-warnings-line" } else { "mail-warnings-line-early" };
        Row { label: self.text(label), value: self.format(key, &facts), mono: false }
    }

    fn month_in_danger(&self, month: &MonthOutlook, view: &mut View) {
        let facts = args! {
            "year" => month.month.year(), "month" => month.month.month(), "percent" => month.chance_percent.unwrap_or_default()
        };
        view.subject = self.format("mail-month_in_danger-subject", &facts);
        view.title = self.format("mail-month_in_danger-title", &facts);
        view.intro.push(self.text("mail-month_in_danger-body"));
        self.month_rows(month, view);
    }

    fn digest(&self, digest: &Digest, view: &mut View) {
        let facts = args! {
            "date" => short_date(self.lang, digest.day), "at_risk" => digest.at_risk, "overdue" => digest.overdue
        };
        view.subject = self.format("mail-daily_digest-subject", &facts);
        view.title = long_date(self.lang, digest.day);
        view.intro.push(self.text("mail-daily_digest-body"));
        let counts = [
            ("mail-row-open", digest.open),
            ("mail-row-at-risk", digest.at_risk),
            ("mail-row-late", digest.overdue),
            ("mail-row-floating", digest.floating),
        ];
        view.rows.extend(counts.map(|(label, count)| self.row(label, count.to_string(), false)));
        self.month_rows(&digest.month, view);
        if digest.dead_letters > 0 {
            view.rows.push(self.row("mail-row-dead", digest.dead_letters.to_string(), false));
        }
        if let Some((day, differences)) = digest.proof {
            let facts = args! { "date" => short_date(self.lang, day), "count" => differences };
            let key = if differences == 0 { "mail-proof-well" } else { "mail-proof-wrong" };
            if differences > 0 {
                view.intro.push(self.format("mail-proof-alarm", &facts));
            }
            view.rows.push(self.row("mail-row-proof", self.format(key, &facts), false));
        }
        view.rows.extend(digest.seals.iter().map(|seal| self.row("mail-row-seal", clean(seal), true)));
    }

    fn month_rows(&self, month: &MonthOutlook, view: &mut View) {
        let facts = args! {
            "eligible" => month.due, "timely" => month.timely, "missed" => month.missed, "open" => month.open
        };
        view.rows.push(self.row("mail-row-month", self.format("mail-month-lines", &facts), false));
        if let Some(permille) = month.expected_permille {
            let shown = std::format!("{}.{}%", permille / 10, permille % 10);
            view.rows.push(self.row("mail-row-expected", shown, false));
        }
        if let Some(percent) = month.chance_percent {
            view.rows.push(self.row("mail-row-chance", std::format!("{percent}%"), false));
        }
        view.rows.push(self.row("mail-row-misses-left", month.misses_left.to_string(), false));
    }

    fn staff_link(&self, path: &str, sender: &Sender) -> Option<Link> {
        let base = clean(sender.base_url.trim_end_matches('/'));
        if base.is_empty() || !path.starts_with('/') {
            return None;
        }
        let url = std::format!("{base}{}", clean(path));
        Some(Link {
            button: self.text("mail-button-staff"),
            note: self.text("mail-link-note-staff"),
            line: self.format("mail-link-text-staff", &args! { "url" => &url }),
            url,
        })
    }
}

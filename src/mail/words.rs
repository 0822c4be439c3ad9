//! Chooses the words for each kind of notice.

mod cases;

use chrono::{Datelike, NaiveDate};

use super::Sender;
use super::view::{Link, PromiseBox, Row, View};
use crate::args;
use crate::domain::notice::{
    Bilingual, FaultyReceipt, MovedDate, NoticeKind, Outcome, Parcel, PromisedDay, Replacement, RmaNews,
    RmaNotice, UnitNamed,
};
use crate::domain::people::RESET_LINK_LIFE;
use crate::i18n::overrides::Overrides;
use crate::i18n::{self, Args, Lang, format, long_date, short_date, short_date_time, words_date};

/// Texts in one language, some perhaps in an administrator's words.
pub(super) struct Words<'a> {
    pub lang: Lang,
    pub own: Option<&'a Overrides>,
}

impl Words<'_> {
    pub(super) fn text(&self, key: &str) -> String {
        self.format(key, &Args::new())
    }

    /// One's own text where there is a sound one, else the built-in one.
    pub(super) fn format(&self, key: &str, args: &Args<'_>) -> String {
        let own = self.own.and_then(|own| own.render(key, args));
        own.map_or_else(|| format(self.lang, key, args), |text| clean(&text))
    }

    pub(super) fn name(&self, name: &Bilingual) -> String {
        match self.lang {
            Lang::En if !name.en.is_empty() => clean(&name.en),
            Lang::Zh | Lang::En => clean(&name.zh),
        }
    }

    pub(super) fn test(&self, asked_by: &str) -> View {
        View {
            subject: self.text("mail-test-subject"),
            greeting: self.text("mail-greeting-nobody"),
            title: self.text("mail-test-title"),
            intro: vec![self.format("mail-test-body", &args! { "asked_by" => clean(asked_by) })],
            footer: vec![self.text("mail-footer-why-test")],
            ..View::default()
        }
    }

    pub(super) fn password_reset(&self, username: &str, path: &str, sender: &Sender) -> View {
        let link = self.link(path, sender).map(|link| Link {
            button: self.text("mail-password_reset-button"),
            note: self.text("mail-password_reset-link-note"),
            line: self.format("mail-password_reset-link-text", &args! { "url" => &link.url }),
            url: link.url,
        });
        let minutes = RESET_LINK_LIFE.num_minutes();
        View {
            subject: self.text("mail-password_reset-subject"),
            greeting: self.text("mail-greeting-nobody"),
            title: self.text("mail-password_reset-title"),
            intro: vec![self.format("mail-password_reset-body", &args! { "minutes" => minutes })],
            link,
            rows: vec![self.row("mail-row-username", clean(username), true)],
            closing: vec![self.text("mail-password_reset-not-you")],
            footer: vec![self.text("mail-footer-why-password_reset")],
            ..View::default()
        }
    }

    /// The mail with which somebody new chooses a password.
    pub(super) fn invitation(&self, username: &str, path: &str, hours: i64, sender: &Sender) -> View {
        View {
            subject: self.text("mail-invite-subject"),
            title: self.text("mail-invite-title"),
            intro: vec![self.format("mail-invite-body", &args! { "hours" => hours })],
            closing: vec![self.text("mail-invite-not-you")],
            ..self.password_reset(username, path, sender)
        }
    }

    /// The mail with the link that confirms a request: name, serial, fault, path of the link.
    pub(super) fn confirm_request(&self, facts: [&String; 4], sender: &Sender) -> View {
        let [name, serial, fault, confirm_path] = facts.map(|fact| clean(fact));
        let mut view = View {
            subject: self.format("mail-confirm_request-subject", &args! { "serial" => &serial }),
            greeting: self.greeting(name),
            title: self.text("mail-confirm_request-title"),
            intro: vec![self.text("mail-confirm_request-body")],
            link: self.link(&confirm_path, sender).map(|link| Link {
                button: self.text("mail-confirm_request-button"),
                note: self.text("mail-confirm_request-note"),
                line: self.format("mail-confirm_request-link", &args! { "url" => &link.url }),
                ..link
            }),
            footer: vec![self.text("mail-footer-why-request")],
            ..View::default()
        };
        self.row_if("mail-row-serial", &serial, true, &mut view);
        self.row_if("mail-confirm_request-fault", &fault, false, &mut view);
        view
    }

    fn greeting(&self, contact: String) -> String {
        if contact.is_empty() {
            return self.text("mail-greeting-nobody");
        }
        self.format("mail-greeting", &args! { "contact" => contact })
    }

    pub(super) fn rma(&self, notice: &RmaNotice, kind: NoticeKind, sender: &Sender) -> View {
        let rma = clean(&notice.rma);
        let mut view = View { link: self.link(&notice.tracking_path, sender), ..View::default() };
        view.rows.push(self.row("mail-row-rma", rma.clone(), true));
        view.greeting = self.greeting(clean(&notice.contact));
        let what = self.news(&notice.news, kind, &mut view);
        view.subject = self.format("mail-subject", &args! { "what" => what, "rma" => rma.clone() });
        if sender.replies {
            view.footer.push(self.format("mail-footer-reply", &args! { "rma" => rma }));
        }
        let customer = clean(&notice.customer);
        view.footer.push(self.format("mail-footer-why", &args! { "customer" => customer }));
        view
    }

    /// Fills in what happened and answers with the subject's words.
    fn news(&self, news: &RmaNews, kind: NoticeKind, view: &mut View) -> String {
        let key = |end: &str| format!("mail-{}-{end}", kind.as_str());
        match news {
            RmaNews::RequestReceived { units } | RmaNews::Closed { units } => {
                view.title = self.text(&key("title"));
                view.intro.push(self.text(&key("body")));
                self.unit_rows(units, view);
                self.what(&key("what"), units)
            }
            RmaNews::Authorised { units, replacement_first, depot, depot_address } => {
                view.title = self.text(&key("title"));
                let body = if *replacement_first { "body-wait" } else { "body-send" };
                // Without a depot to name, nobody is sent to look for it below.
                let body = if depot.is_empty() { format!("{body}-unnamed") } else { body.to_owned() };
                view.intro.push(self.text(&key(&body)));
                self.unit_rows(units, view);
                self.row_if("mail-row-depot", depot, false, view);
                self.row_if("mail-row-address", depot_address, false, view);
                self.what(&key("what"), units)
            }
            RmaNews::ReplacementShipped { unit, replacement, parcel, faulty_due_on } => {
                view.title = self.text(&key("title"));
                let body = if replacement.on_loan { "body-loan" } else { "body-permanent" };
                view.intro.push(self.text(&key(body)));
                self.unit_rows(std::slice::from_ref(unit), view);
                let part = self.part(&replacement.part_name, &replacement.part_no);
                view.rows.push(self.row("mail-row-replacement", part, false));
                self.row_if("mail-row-replacement-serial", &replacement.serial, true, view);
                self.parcel_rows(parcel, view);
                if let Some(due) = faulty_due_on {
                    let date = args! { "date" => words_date(self.lang, *due) };
                    view.closing.push(self.format(&key("faulty-due"), &date));
                }
                self.what(&key("what"), std::slice::from_ref(unit))
            }
            RmaNews::FaultyReceived(receipt) => self.faulty_received(receipt, view),
            RmaNews::Case(news) => self.case(news, view),
            RmaNews::DateMoved { date, unit, old_due_on, promise } => {
                self.date_moved(*date, unit, *old_due_on, promise, view)
            }
            RmaNews::ShippedBack { unit, outcome, parcel, loaner, loaner_due_on, makers_unit } => {
                let (title, body) = match (makers_unit, outcome) {
                    (Some(_), _) => ("title-maker", "body-maker"),
                    (None, Outcome::Repaired) => ("title-repaired", "body"),
                    (None, Outcome::NoFaultFound) => ("title-nff", "body"),
                    (None, Outcome::Unrepaired) => ("title-unrepaired", "body"),
                };
                view.title = self.text(&key(title));
                view.intro.push(self.text(&key(body)));
                self.unit_rows(std::slice::from_ref(unit), view);
                if let Some(serial) = makers_unit {
                    self.row_if("mail-row-maker-serial", serial, true, view);
                }
                self.parcel_rows(parcel, view);
                if let Some(loaner) = loaner {
                    let serial = args! { "serial" => clean(&loaner.serial) };
                    view.closing.push(match loaner_due_on {
                        None => self.format(&key("loaner"), &serial),
                        Some(due) => {
                            let both = serial.with("date", words_date(self.lang, *due));
                            self.format(&key("loaner-due"), &both)
                        }
                    });
                }
                let serial = makers_unit.as_ref().unwrap_or(&unit.serial).clone();
                self.what(&key("what"), &[UnitNamed { serial, ..unit.clone() }])
            }
        }
    }

    fn date_moved(
        &self,
        date: MovedDate,
        unit: &UnitNamed,
        old_due_on: Option<NaiveDate>,
        promise: &PromisedDay,
        view: &mut View,
    ) -> String {
        let key = |piece: &str| format!("mail-date_moved-{piece}");
        let (title, body, what) = match date {
            MovedDate::Repair => ("title", "body", "what"),
            MovedDate::Exchange => ("exchange-title", "body", "exchange-what"),
            MovedDate::Owed => ("owed-title", "owed-body", "owed-what"),
            MovedDate::Spare => ("spare-title", "body", "spare-what"),
            MovedDate::Answer => ("answer-title", "body", "answer-what"),
            MovedDate::Visit => ("visit-title", "body", "visit-what"),
            MovedDate::Restored => ("restored-title", "body", "restored-what"),
            MovedDate::Report => ("report-title", "body", "report-what"),
        };
        view.title = self.text(&key(title));
        view.intro.push(self.text(&key(body)));
        let label = if date == MovedDate::Owed { "mail-row-owed" } else { "mail-row-unit" };
        view.rows.push(self.row(label, self.part(&unit.part_name, &unit.part_no), false));
        self.row_if("mail-row-serial", &unit.serial, true, view);
        if let Some(old) = old_due_on {
            view.rows.push(self.row("mail-row-old-date", words_date(self.lang, old), false));
        }
        if date == MovedDate::Repair {
            view.promise = Some(self.promise(promise));
        } else {
            view.rows.push(self.row("mail-row-new-date", words_date(self.lang, promise.due_on), false));
        }
        let date = short_date(self.lang, promise.due_on);
        let unit = self.unit_or_units(std::slice::from_ref(unit));
        self.format(&key(what), &args! { "unit" => unit, "date" => date })
    }

    fn faulty_received(&self, receipt: &FaultyReceipt, view: &mut View) -> String {
        let FaultyReceipt { unit, received_at, depot, promise, replacement, exchange_days, preventive } =
            receipt;
        // What was replaced before it broke is nobody's faulty part.
        let (title, label) = if *preventive {
            ("mail-faulty_received-title-removed", "mail-row-removed")
        } else {
            ("mail-faulty_received-title", "mail-row-unit")
        };
        view.title = self.text(title);
        view.rows.push(self.row(label, self.part(&unit.part_name, &unit.part_no), false));
        self.row_if("mail-row-serial", &unit.serial, true, view);
        let time = short_date_time(self.lang, *received_at);
        let received = args! { "time" => time, "depot" => clean(depot) };
        let received = self.format("mail-row-received-value", &received);
        view.rows.push(self.row("mail-row-received", received, false));
        if let Some(replacement) = replacement {
            view.rows.push(self.holding(replacement));
        }
        let unit = self.unit_or_units(std::slice::from_ref(unit));
        let Some(promise) = promise else {
            if replacement.as_ref().is_some_and(|replacement| !replacement.on_loan) {
                view.intro.push(self.text("mail-faulty_received-kept"));
            }
            return self.format("mail-faulty_received-what-kept", &args! { "unit" => unit });
        };
        view.promise = Some(self.promise(promise));
        if let Some(days) = exchange_days {
            let days = args! { "days" => *days };
            view.closing.push(self.format("mail-faulty_received-exchange", &days));
        }
        let date = short_date(self.lang, promise.due_on);
        self.format("mail-faulty_received-what", &args! { "unit" => unit, "date" => date })
    }

    fn promise(&self, promise: &PromisedDay) -> PromiseBox {
        let counted = if promise.working_days { "mail-promise-working" } else { "mail-promise-calendar" };
        let mut note = self.format(counted, &args! { "days" => promise.days });
        if promise.provisional {
            // English puts a blank between sentences, Chinese does not.
            if self.lang == Lang::En {
                note.push(' ');
            }
            let year = args! { "year" => promise.due_on.year() };
            note.push_str(&self.format("mail-promise-provisional", &year));
        }
        let label = self.text("mail-promise-label");
        let date = long_date(self.lang, promise.due_on);
        let both = args! { "label" => &label, "date" => &date };
        PromiseBox {
            line: self.format("mail-text-promise", &both),
            line_note: self.format("mail-text-note", &args! { "note" => &note }),
            label,
            date,
            note,
        }
    }

    /// The link stands only with a host to point at and a path of our own making.
    fn link(&self, path: &str, sender: &Sender) -> Option<Link> {
        let base = clean(sender.base_url.trim_end_matches('/'));
        if base.is_empty() || !path.starts_with('/') {
            return None;
        }
        let url = format!("{base}{}", clean(path));
        Some(Link {
            button: self.text("mail-button"),
            note: self.text("mail-link-note"),
            line: self.format("mail-link-text", &args! { "url" => &url }),
            url,
        })
    }

    fn what(&self, key: &str, units: &[UnitNamed]) -> String {
        self.format(key, &args! { "unit" => self.unit_or_units(units) })
    }

    /// The first unit by name, and how many there are.
    fn unit_or_units(&self, units: &[UnitNamed]) -> String {
        let Some(first) = units.first() else { return String::new() };
        let key = if units.len() == 1 { "mail-unit" } else { "mail-units" };
        let part = self.name(&first.part_name);
        let args = args! { "part" => part, "serial" => clean(&first.serial), "count" => units.len() };
        self.format(key, &args)
    }

    fn unit_rows(&self, units: &[UnitNamed], view: &mut View) {
        if let [unit] = units {
            let part = self.part(&unit.part_name, &unit.part_no);
            view.rows.push(self.row("mail-row-unit", part, false));
            self.row_if("mail-row-serial", &unit.serial, true, view);
            return;
        }
        for unit in units {
            let part = self.part(&unit.part_name, &unit.part_no);
            let value = args! { "part" => part, "serial" => clean(&unit.serial) };
            view.rows.push(Row {
                label: self.format("mail-row-line", &args! { "line" => unit.line }),
                value: self.format("mail-row-line-value", &value),
                mono: false,
            });
        }
    }

    fn parcel_rows(&self, parcel: &Parcel, view: &mut View) {
        self.row_if("mail-row-from", &parcel.depot, false, view);
        self.row_if("mail-row-carrier", &parcel.carrier, false, view);
        self.row_if("mail-row-tracking", &parcel.tracking_no, true, view);
    }

    fn holding(&self, replacement: &Replacement) -> Row {
        let key = if replacement.on_loan { "mail-row-holding-loan" } else { "mail-row-holding-own" };
        let value = self.format(key, &args! { "serial" => clean(&replacement.serial) });
        self.row("mail-row-holding", value, false)
    }

    fn part(&self, name: &Bilingual, part_no: &str) -> String {
        self.format("mail-part", &args! { "name" => self.name(name), "part_no" => clean(part_no) })
    }

    pub(super) fn row(&self, label: &str, value: String, mono: bool) -> Row {
        Row { label: self.text(label), value, mono }
    }

    /// A row only for what is known.
    fn row_if(&self, label: &str, value: &str, mono: bool, view: &mut View) {
        let value = clean(value);
        if !value.is_empty() {
            view.rows.push(self.row(label, value, mono));
        }
    }
}

/// The texts of a kind of mail that may be put in other words, in the order of their file.
#[must_use]
pub fn keys_of(kind: NoticeKind) -> Vec<&'static str> {
    let family = ["mail-", kind.as_str(), "-"].concat();
    i18n::keys(Lang::Zh).into_iter().filter(|key| key.starts_with(&family)).collect()
}

/// Names and serials come from people and spreadsheets: line breaks and other control characters, and the marks that
/// turn the reading direction, become blanks; blanks at the ends go.
pub(super) fn clean(text: &str) -> String {
    let blank = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let spaced: String = text.chars().map(|c| if blank(c) { ' ' } else { c }).collect();
    spaced.trim().to_owned()
}

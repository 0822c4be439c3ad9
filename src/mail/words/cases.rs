//! The words of the settled cases' mails: every kind has a subject, a title and a body under `mail-<kind>-…`.

use super::{Words, clean};
use crate::args;
use crate::domain::notice::{CaseNews, NoticeKind};
use crate::i18n::words_date;
use crate::mail::view::View;

impl Words<'_> {
    /// Fills in what happened and answers with the subject's words.
    pub(super) fn case(&self, news: &CaseNews, view: &mut View) -> String {
        let key = |end: &str| format!("mail-{}-{end}", news.kind.as_str());
        let late = if news.overdue { "-overdue" } else { "" };
        let wording = |end: &str| match news.kind {
            NoticeKind::FaultyOverdue | NoticeKind::LoanDue => format!("{}{late}", key(end)),
            _ => key(end),
        };
        view.title = self.text(&wording("title"));
        let is_makers = news.kind == NoticeKind::ExchangeDecided && news.replacement.is_some();
        view.intro.push(self.text(&if is_makers { key("body-maker") } else { wording("body") }));
        self.unit_rows(std::slice::from_ref(&news.unit), view);
        if let Some(spare) = &news.replacement {
            let part = self.part(&spare.part_name, &spare.part_no);
            view.rows.push(self.row("mail-row-replacement", part, false));
            self.row_if("mail-row-replacement-serial", &spare.serial, true, view);
        }
        self.parcel_rows(&news.parcel, view);
        self.row_if("mail-row-reason", &news.reason, false, view);
        if let Some((amount, currency)) = &news.price {
            let price = args! { "amount" => clean(amount), "currency" => clean(currency) };
            let price = self.format("mail-row-price-value", &price);
            view.rows.push(self.row("mail-row-price", price, true));
        }
        if let Some(due_on) = news.due_on {
            let date = words_date(self.lang, due_on);
            view.closing.push(self.format(&wording("due"), &args! { "date" => date }));
        }
        self.what(&wording("what"), std::slice::from_ref(&news.unit))
    }
}

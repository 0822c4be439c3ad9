//! Words of the mails to the people of a depot.

use super::view::{Row, View};
use super::words::{Words, clean};
use crate::args;
use crate::domain::notice::{DepotNews, DepotNotice, NoticeKind, PieceNamed};
use crate::i18n::{format, text};

impl Words {
    pub(super) fn depot(&self, notice: &DepotNotice, kind: NoticeKind) -> View {
        let reader = clean(&notice.reader);
        let greeting = if reader.is_empty() {
            text(self.lang, "mail-greeting-nobody")
        } else {
            format(self.lang, "mail-greeting", &args! { "contact" => reader })
        };
        let mut view = View { greeting, ..View::default() };
        let key = |end: &str| format!("mail-{}-{end}", kind.as_str());
        match &notice.news {
            DepotNews::TransferDifferences { number, from, to, missing, unexpected } => {
                let number = clean(number);
                let route = args! { "number" => &number, "from" => clean(from), "to" => clean(to) };
                view.subject = format(self.lang, &key("subject"), &route);
                view.title = text(self.lang, &key("title"));
                view.intro.push(format(self.lang, &key("body"), &route));
                let label = text(self.lang, "mail-row-transfer");
                view.rows.push(Row { label, value: number, mono: true });
                self.piece_rows("mail-row-missing", missing, &mut view);
                self.piece_rows("mail-row-unexpected", unexpected, &mut view);
                view.closing.push(text(self.lang, &key("next")));
            }
        }
        view.footer.push(text(self.lang, "mail-footer-why-depot"));
        view
    }

    fn piece_rows(&self, label: &str, pieces: &[PieceNamed], view: &mut View) {
        for piece in pieces {
            let named = args! {
                "name" => self.name(&piece.part_name),
                "part_no" => clean(&piece.part_no),
                "serial" => clean(&piece.serial),
                "count" => piece.quantity
            };
            let key = if piece.serial.is_empty() { "mail-piece-lot" } else { "mail-piece-unit" };
            let value = format(self.lang, key, &named);
            view.rows.push(Row { label: text(self.lang, label), value, mono: false });
        }
    }
}

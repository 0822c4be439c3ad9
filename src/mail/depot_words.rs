//! Words of the mails to the people of a depot.

use super::view::{Row, View};
use super::words::{Words, clean};
use crate::args;
use crate::domain::notice::{DepotNews, DepotNotice, NoticeKind, PieceNamed};

impl Words<'_> {
    pub(super) fn depot(&self, notice: &DepotNotice, kind: NoticeKind) -> View {
        let reader = clean(&notice.reader);
        let greeting = if reader.is_empty() {
            self.text("mail-greeting-nobody")
        } else {
            self.format("mail-greeting", &args! { "contact" => reader })
        };
        let mut view = View { greeting, ..View::default() };
        let key = |end: &str| format!("mail-{}-{end}", kind.as_str());
        match &notice.news {
            DepotNews::TransferDifferences { number, from, to, missing, unexpected } => {
                let number = clean(number);
                let route = args! { "number" => &number, "from" => clean(from), "to" => clean(to) };
                view.subject = self.format(&key("subject"), &route);
                view.title = self.text(&key("title"));
                view.intro.push(self.format(&key("body"), &route));
                let label = self.text("mail-row-transfer");
                view.rows.push(Row { label, value: number, mono: true });
                self.piece_rows("mail-row-missing", missing, &mut view);
                self.piece_rows("mail-row-unexpected", unexpected, &mut view);
                view.closing.push(self.text(&key("next")));
            }
        }
        view.footer.push(self.text("mail-footer-why-depot"));
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
            let value = self.format(key, &named);
            view.rows.push(Row { label: self.text(label), value, mono: false });
        }
    }
}

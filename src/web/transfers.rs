//! `/transfers`: what goes from depot to depot, and one transfer with every piece accounted for.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::form::{Choice, Form};
use super::kit::{Html, Tone, badge};
use crate::web::format::how_many;
use std::collections::BTreeSet;

/// A view above a list of work.
#[derive(Clone, Debug)]
pub struct View {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Whether it is the one shown.
    pub current: bool,
    /// How many, when it is worth saying.
    pub count: Option<i64>,
    /// Whether that number is an alarm.
    pub bad: bool,
}

/// A transfer in the list.
#[derive(Clone, Debug)]
pub struct TransferItem {
    /// Number.
    pub number: String,
    /// Giving depot.
    pub from: String,
    /// Receiving depot.
    pub to: String,
    /// State code.
    pub state: String,
    /// Whole days on the road, while something is.
    pub days: Option<i64>,
    /// Pieces that left and are not accounted for.
    pub outstanding: i64,
    /// Note, or carrier and waybill.
    pub note: String,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// A move to make before anything is bought.
#[derive(Clone, Debug)]
pub struct Suggested {
    /// Part number.
    pub part_no: String,
    /// Giving depot; empty: nobody can, buy.
    pub from: String,
    /// The depot that is short.
    pub to: String,
    /// How many.
    pub quantity: i64,
    /// May this person ask for it.
    pub may: bool,
    /// Key of its button.
    pub idempotency_key: String,
}

/// The list.
#[derive(Template)]
#[template(path = "pages/transfers.html")]
pub struct TransfersPage {
    /// The frame.
    pub p: Page,
    /// Views.
    pub views: Vec<View>,
    /// Rows.
    pub rows: Vec<TransferItem>,
    /// Suggested moves; only in their own view.
    pub suggested: Option<Vec<Suggested>>,
    /// May this person ask for one.
    pub may_new: bool,
    /// Address of the next page.
    pub next: Option<String>,
}

/// A line: what was asked for.
#[derive(Clone, Debug)]
pub struct LineItem {
    /// Part name.
    pub name: String,
    /// Part number.
    pub part_no: String,
    /// This very unit; empty for any.
    pub serial: String,
    /// Condition code.
    pub condition: String,
    /// Asked for.
    pub quantity: i64,
    /// Left.
    pub sent: i64,
    /// Came.
    pub matched: i64,
    /// Still on the road.
    pub missing: i64,
    /// Went back.
    pub returned: i64,
    /// Given up.
    pub lost: i64,
}

/// A piece that is on the road and needs a decision.
#[derive(Clone, Debug)]
pub struct Missing {
    /// Id of the piece: names of its fields end with it.
    pub id: i64,
    /// Serial, or part number of a quantity.
    pub code: String,
    /// Part name.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// It is kept by quantity.
    pub is_lot: bool,
    /// Chosen decision.
    pub chosen: String,
    /// How many of a quantity arrived, as typed.
    pub arrived: String,
    /// What may be decided.
    pub choices: Vec<Choice>,
    /// What is wrong with the decision.
    pub error: String,
}

/// A piece that came, or came unasked.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Serial, or part number of a quantity.
    pub code: String,
    /// Part name.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// Whose it is, where that is worth saying.
    pub owner: String,
    /// Page of the unit; empty for a quantity.
    pub href: String,
}

/// The receipt: a decision for each piece that has not been scanned.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// This person takes the box in. Else they sent it, and only say what did not go.
    pub receives: bool,
    /// Pieces to decide on.
    pub pieces: Vec<Missing>,
    /// Bin as typed.
    pub bin: String,
    /// Reason as typed.
    pub reason: String,
    /// What is wrong with the whole.
    pub error: String,
    /// Key of the form.
    pub idempotency_key: String,
}

/// One transfer.
#[derive(Template)]
#[template(path = "pages/transfer.html")]
pub struct TransferPage {
    /// The frame.
    pub p: Page,
    /// Number.
    pub number: String,
    /// State code.
    pub state: String,
    /// Giving depot.
    pub from: String,
    /// Receiving depot.
    pub to: String,
    /// One line: carrier, waybill, when it left and came.
    pub sub: String,
    /// Note.
    pub note: String,
    /// Who asked for it, and when.
    pub asked: String,
    /// Who approved it; empty for nobody yet.
    pub approved_by: String,
    /// Whole days on the road, while something is.
    pub days: Option<i64>,
    /// Lines.
    pub lines: Vec<LineItem>,
    /// What came.
    pub matched: Vec<Piece>,
    /// What came and was not in the papers.
    pub unexpected: Vec<Piece>,
    /// What is on the road, when nobody here may decide on it.
    pub waiting: Vec<Piece>,
    /// May this person scan arrivals.
    pub may_scan: bool,
    /// The receipt, for those who may.
    pub receipt: Option<Receipt>,
    /// The next step's form: approve or dispatch.
    pub next: Option<Form>,
    /// Calling it off.
    pub cancel: Option<Form>,
}

impl TransferPage {
    fn sum(&self, of: fn(&LineItem) -> i64) -> i64 {
        self.lines.iter().map(of).sum()
    }

    fn expected(&self) -> i64 {
        let sent = self.sum(|line| line.sent);
        if sent > 0 { sent } else { self.sum(|line| line.quantity) }
    }

    fn came(&self) -> i64 {
        self.sum(|line| line.matched)
    }

    fn open(&self) -> i64 {
        self.sum(|line| line.missing)
    }

    fn returned(&self) -> i64 {
        self.sum(|line| line.returned)
    }

    fn lost(&self) -> i64 {
        self.sum(|line| line.lost)
    }

    fn extra(&self) -> i64 {
        self.unexpected.iter().map(|piece| piece.quantity).sum()
    }

    fn badge(&self) -> Html {
        state_badge(&self.p, &self.state)
    }
}

impl TransfersPage {
    fn badge(&self, row: &TransferItem) -> Html {
        state_badge(&self.p, &row.state)
    }
}

/// Badge of a transfer's state.
pub fn state_badge(p: &Page, state: &str) -> Html {
    let (tone, icon) = match state {
        "requested" => (Tone::Out, "inbox"),
        "approved" => (Tone::Act, "circle-check"),
        "in_transit" => (Tone::Act, "truck"),
        "differences" => (Tone::Warn, "alert-triangle"),
        "closed" => (Tone::Ok, "circle-check"),
        _ => (Tone::Out, "ban"),
    };
    badge(tone, icon, &p.word("transfer-state", state))
}

/// What a transfer would take out of the giving depot.
#[derive(Clone, Debug)]
pub struct PreviewRow {
    /// Part name.
    pub name: String,
    /// Part number, or what was typed when it names nothing.
    pub part_no: String,
    /// How many would leave.
    pub leaves: i64,
    /// Good, ours and free there now; none when nothing is known of it.
    pub available: Option<i64>,
}

impl PreviewRow {
    /// What would stay available.
    pub fn remains(&self) -> Option<i64> {
        self.available.map(|there| there - self.leaves)
    }
}

/// What would leave, and what would remain.
#[derive(Clone, Debug, Template)]
#[template(path = "fragments/transfer_preview.html")]
pub struct Preview {
    /// The frame.
    pub p: Page,
    /// The giving depot; empty while none is chosen.
    pub from: String,
    /// By part.
    pub rows: Vec<PreviewRow>,
}

/// A form alone on a page.
#[derive(Template)]
#[template(path = "pages/work_new.html")]
pub struct WorkNewPage {
    /// The frame.
    pub p: Page,
    /// Address and name of the list it is made for.
    pub crumb: (String, String),
    /// Heading.
    pub title: String,
    /// One line below.
    pub sub: String,
    /// The form.
    pub f: Form,
    /// The words of a button for more lines, which keeps what was typed; none where there are enough.
    pub more: Option<String>,
    /// What it would do, shown while it is filled in; none where nothing is to be foreseen.
    pub preview: Option<Preview>,
}

/// Suggestions that are asked for with one press: a transfer for each way.
pub struct Together {
    /// Part, from, to and quantity of each, with bars between them.
    pub asked: Vec<String>,
    /// How many transfers that makes.
    pub transfers: i64,
    /// Sent once.
    pub key: String,
    depots: i64,
    pieces: i64,
}

impl Together {
    /// Of these suggestions; none where there are not at least two this person may ask for.
    pub fn of(suggested: &[Suggested]) -> Option<Self> {
        let open: Vec<&Suggested> = suggested.iter().filter(|one| one.may && !one.from.is_empty()).collect();
        let key = open.first().filter(|_| open.len() > 1)?.idempotency_key.clone();
        let ways: BTreeSet<(&str, &str)> =
            open.iter().map(|one| (one.from.as_str(), one.to.as_str())).collect();
        let from: BTreeSet<&str> = ways.iter().map(|(from, _)| *from).collect();
        let one = |one: &&Suggested| format!("{}|{}|{}|{}", one.part_no, one.from, one.to, one.quantity);
        Some(Together {
            asked: open.iter().map(one).collect(),
            transfers: how_many(ways.len()),
            key: format!("{key}-all"),
            depots: how_many(from.len()),
            pieces: open.iter().map(|one| one.quantity).sum(),
        })
    }

    /// What it moves, in a sentence.
    pub fn words(&self, p: &Page) -> String {
        let args = crate::args! { "depots" => self.depots, "pieces" => self.pieces };
        crate::i18n::format(p.lang, "suggest-all-text", &args)
    }
}

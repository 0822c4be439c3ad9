//! What a signed-in customer sees: what needs them, their RMAs in plain words, our rate to them, one RMA.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::Page;
use super::actions::ActionForm;
use super::form::Form;
use super::format::how_many;
use super::kit::{Html, Tone, badge};
use super::rate::Rate;
use super::rma_detail::{FileRow, NotesForm};
use super::rma_list::ViewTab;
use super::track::TrackLine;

/// Something the customer is to do.
#[derive(Clone, Debug)]
pub struct Need {
    /// What, in words.
    pub title: String,
    /// Why, or by when.
    pub note: String,
    /// Where it is done.
    pub href: String,
    /// The word on the way there.
    pub link: String,
}

/// A line in the list.
#[derive(Clone, Debug)]
pub struct MineRow {
    /// RMA number.
    pub number: String,
    /// Line within it.
    pub line: i64,
    /// Part name.
    pub part_name: String,
    /// Serial.
    pub serial: String,
    /// Where it is, in a sentence.
    pub say: String,
    /// Tone of the clock: red when late, amber when it may be.
    pub tone: Tone,
    /// A word about the clock: late, may be late, waits for you; empty for nothing.
    pub word: String,
    /// The clock stands still until they answer.
    pub waits: bool,
    /// The promised date.
    pub due_on: Option<NaiveDate>,
    /// When it ended.
    pub ended_on: Option<NaiveDate>,
}

/// A spare of ours they hold.
#[derive(Clone, Debug)]
pub struct HeldSpare {
    /// Its serial.
    pub serial: String,
    /// Part name.
    pub part_name: String,
    /// Serial of the board it stands in for.
    pub instead_of: String,
    /// The page of the RMA.
    pub href: String,
    /// By when it is to come back; none before the own board is back.
    pub due_on: Option<NaiveDate>,
}

/// A contract of theirs.
#[derive(Clone, Debug)]
pub struct HeldContract {
    /// Its number.
    pub number: String,
    /// Name of its plan.
    pub plan: String,
    /// The sites it is limited to, as text; empty for all.
    pub sites: String,
    /// First and last day; without a last one it runs on.
    pub period: (NaiveDate, Option<NaiveDate>),
    /// How it stands: ahead, running, ending, over, followed.
    pub standing: &'static str,
    /// Days until its last one, that one not counted.
    pub left: i64,
}

impl HeldContract {
    /// How it stands, with what is left of one that ends.
    fn badge(&self, p: &Page) -> Html {
        let (tone, icon) = match self.standing {
            "running" => (Tone::Ok, "check"),
            "ending" => (Tone::Warn, "hourglass"),
            "over" => (Tone::Bad, "alert-triangle"),
            _ => (Tone::Out, "calendar"),
        };
        let word = match self.standing {
            "ending" => p.n("mine-contract-ending", &self.left),
            standing => p.word("mine-contract", standing),
        };
        badge(tone, icon, &word)
    }

    /// From when to when.
    fn words(&self, p: &Page) -> String {
        let from = p.date(&self.period.0);
        match self.period.1 {
            Some(to) => p.t2("mine-contract-period", "from", from, "to", p.date(&to)),
            None => p.t1("mine-contract-open", "from", from),
        }
    }
}

/// The customer's page: home and list in one.
#[derive(Template)]
#[template(path = "pages/mine.html")]
pub struct MinePage {
    /// The frame.
    pub p: Page,
    /// Name of the customer.
    pub customer: String,
    /// What covers them, in words.
    pub cover: String,
    /// Their contracts.
    pub contracts: Vec<HeldContract>,
    /// The customers this person serves, when there are several: name, address, shown.
    pub others: Vec<(String, String, bool)>,
    /// Open and finished.
    pub views: Vec<ViewTab>,
    /// The finished ones are shown.
    pub finished: bool,
    /// What needs them.
    pub needs: Vec<Need>,
    /// Their lines.
    pub rows: Vec<MineRow>,
    /// Address of the next page.
    pub next: Option<String>,
    /// Spares they hold.
    pub loans: Vec<HeldSpare>,
    /// Our rate to them since the beginning of the year.
    pub rate: Rate,
    /// The first day of that year.
    pub since: NaiveDate,
    /// The report behind the rate.
    pub report: String,
    /// The short request form.
    pub ask: Form,
    /// Telephone for what cannot wait; empty for none.
    pub hotline: String,
    /// It was sent and refused: it stands first on the page.
    pub refused: bool,
}

impl MinePage {
    /// Whether a contract ends, or ended, and nothing follows it.
    fn is_ending(&self) -> bool {
        self.contracts.iter().any(|held| matches!(held.standing, "ending" | "over"))
    }

    /// How many contracts are shown.
    fn shown(&self) -> i64 {
        how_many(self.contracts.len())
    }
}

/// A word of staff to the customer.
#[derive(Clone, Debug)]
pub struct Said {
    /// Who.
    pub actor: String,
    /// What.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// One RMA.
#[derive(Template)]
#[template(path = "pages/mine_rma.html")]
pub struct MineRmaPage {
    /// The frame.
    pub p: Page,
    /// RMA number.
    pub number: String,
    /// The code of the public page.
    pub code: String,
    /// Its lines: number and part name.
    pub tabs: Vec<(i64, String)>,
    /// The line shown.
    pub line: TrackLine,
    /// What was reported.
    pub fault: String,
    /// The quote that waits for an answer: amount and last day.
    pub quote: Option<(String, NaiveDate)>,
    /// What the customer may do now, the next first.
    pub actions: Vec<ActionForm>,
    /// What was written to them, newest first.
    pub said: Vec<Said>,
    /// Files on the RMA.
    pub files: Vec<FileRow>,
    /// The form for notes and files.
    pub notes: NotesForm,
}

impl MineRmaPage {
    fn sentence(&self) -> String {
        if self.line.waiting_for_you {
            self.p.t("track-say-waiting")
        } else {
            self.p.word("track-say", &self.line.say)
        }
    }

    /// What is next: on top.
    fn primary(&self) -> Option<&ActionForm> {
        self.actions.first().filter(|form| !form.grave && form.code != "cancel" && form.code != "report_doa")
    }

    /// The others, behind buttons.
    fn others(&self) -> Vec<&ActionForm> {
        self.actions.iter().skip(usize::from(self.primary().is_some())).collect()
    }
}

//! `/scan/{receive|ship|move|count}`: the scan station. One box, one verdict, one list; works by plain forms, and with script
//! keeps every scan on the device until the server has answered (UI.md §7).

use crate::web::format::how_many;
use askama::Template;

use super::Page;
use super::assets;
use super::form::{Choice, Form};
use super::kit::Tone;
use super::page::{Role, Who};
use super::scan::Verdict;

/// Serials told of a line that is due; the rest is a number.
const TOLD: usize = 6;

/// What the station is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Whatever comes through the door.
    Receive,
    /// What leaves.
    Ship,
    /// From bin to bin.
    Move,
    /// Stock is counted.
    Count,
}

impl Mode {
    /// Every mode, in the order of the switch.
    pub const ALL: [Self; 4] = [Self::Receive, Self::Ship, Self::Move, Self::Count];

    /// Its segment of the address.
    pub fn code(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Ship => "ship",
            Self::Move => "move",
            Self::Count => "count",
        }
    }

    /// The mode of a segment.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }

    /// The API's word for its scans; a count has calls of its own.
    pub fn api(self) -> &'static str {
        match self {
            Self::Receive => "take_in",
            Self::Ship => "ship",
            Self::Move => "put_away",
            Self::Count => "",
        }
    }

    /// Its icon.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Receive => "package",
            Self::Ship => "truck-delivery",
            Self::Move => "switch-horizontal",
            Self::Count => "clipboard-check",
        }
    }
}

/// What is to be done about a scan.
#[derive(Clone, Debug)]
pub struct NextAct {
    /// Icon.
    pub icon: &'static str,
    /// Where it is done.
    pub href: String,
    /// Its word.
    pub words: String,
}

/// One scan.
#[derive(Clone, Debug)]
pub struct ScanLine {
    /// Id of the scan; none for what was seen in a count.
    pub id: Option<i64>,
    /// What it says.
    pub verdict: Verdict,
    /// Time of day.
    pub at: String,
    /// It was taken back.
    pub undone: bool,
    /// Where the box it made is settled; empty for none.
    pub settle: String,
}

/// A part that should come, or waits to leave.
#[derive(Clone, Debug)]
pub struct DueLine {
    /// Part name.
    pub name: String,
    /// Part number.
    pub part_no: String,
    /// Serials still to be scanned, where they are known.
    pub serials: Vec<String>,
    /// Serials that were scanned off the list.
    pub came: Vec<String>,
    /// How many in all.
    pub wanted: i64,
    /// How many of them are done.
    pub done: i64,
    /// It is kept by quantity: counted into the box, not scanned.
    pub is_lot: bool,
    /// The documents, each with its address.
    pub documents: Vec<(String, String)>,
}

/// What was packed for one document, and the form that hands it over.
#[derive(Clone, Debug)]
pub struct LoadCard {
    /// Transfer or RMA line.
    pub document: String,
    /// Its page.
    pub href: String,
    /// The sheet that goes with it; empty for none.
    pub paper: String,
    /// Serials.
    pub serials: Vec<String>,
    /// What it has to be looked at for before it goes, and the page where that is put down.
    pub look_at: Option<(String, String)>,
    /// Carrier and waybill.
    pub form: Form,
}

impl LoadCard {
    fn packed(&self) -> i64 {
        how_many(self.serials.len())
    }
}

/// What was handed over, and its paper.
#[derive(Clone, Debug)]
pub struct SentLoad {
    /// Transfer, request or RMA line.
    pub document: String,
    /// Its page.
    pub href: String,
    /// What is printed to go with it.
    pub paper: String,
}

/// A count that is open here.
#[derive(Clone, Debug)]
pub struct OpenCount {
    /// Number.
    pub number: String,
    /// Who opened it, and when.
    pub note: String,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/station.html")]
pub struct StationPage {
    /// The frame.
    pub p: Page,
    /// What it is for.
    pub mode: Mode,
    /// Depots this person works in.
    pub depots: Vec<Choice>,
    /// The depot worked in; empty when there is none.
    pub depot: String,
    /// The bin things are put into.
    pub bin: String,
    /// Bins of the depot.
    pub bins: Vec<String>,
    /// Scans of one round share it.
    pub batch: String,
    /// Number of the count.
    pub count: String,
    /// Counts to choose from, while none is chosen.
    pub counts: Vec<OpenCount>,
    /// Sign-in name, for the queue of this device.
    pub user: String,
    /// Verdict on the last scan.
    pub verdict: Option<Verdict>,
    /// What is to be done about what was scanned last.
    pub act: Option<NextAct>,
    /// Scans of this round, the latest first.
    pub scans: Vec<ScanLine>,
    /// How many scans: done, to check, refused.
    pub counter: (i64, i64, i64),
    /// What should come, or waits to leave.
    pub due: Vec<DueLine>,
    /// Serial and document of what should come, for a word without a network.
    pub expected: Vec<(String, String)>,
    /// What was packed.
    pub loads: Vec<LoadCard>,
    /// What was handed over just now.
    pub sent: Option<SentLoad>,
    /// Key of the form.
    pub idempotency_key: String,
}

impl StationPage {
    /// There is no depot at all: who works in all of them was given none.
    fn has_none(&self) -> bool {
        let everywhere = |who: &Who| matches!(who.role, Role::Admin | Role::Manager);
        self.depot.is_empty() && self.p.who.as_ref().is_some_and(everywhere)
    }

    fn is(&self, code: &str) -> bool {
        self.mode.code() == code
    }

    /// Where its scans are sent by script.
    fn api(&self) -> String {
        if self.mode == Mode::Count {
            format!("/api/v1/counts/{}/scans", self.count)
        } else {
            "/api/v1/scans".to_owned()
        }
    }

    /// Address of the form.
    fn action(&self) -> String {
        format!("/scan/{}", self.mode.code())
    }

    fn key(&self, what: &str) -> String {
        self.p.t(&format!("station-{}-{what}", self.mode.code()))
    }

    fn total(&self) -> i64 {
        let (done, check, refused) = self.counter;
        done + check + refused
    }

    fn due_done(&self) -> i64 {
        self.due.iter().map(|line| line.done).sum()
    }

    fn due_wanted(&self) -> i64 {
        self.due.iter().map(|line| line.wanted).sum()
    }

    /// Serials told of a line: as many as are read at a glance.
    fn told<'a>(&self, line: &'a DueLine) -> impl Iterator<Item = &'a String> {
        line.serials.iter().take(TOLD)
    }

    /// Those of its serials that were scanned.
    fn came<'a>(&self, line: &'a DueLine) -> impl Iterator<Item = &'a String> {
        line.came.iter().rev().take(TOLD)
    }

    fn untold(&self, line: &DueLine) -> i64 {
        how_many(line.serials.len().saturating_sub(TOLD))
    }

    /// The scan a press on "undo" takes back: the last one that stands.
    fn last(&self) -> Option<i64> {
        self.scans.iter().filter(|line| !line.undone).find_map(|line| line.id)
    }

    /// There is something to scan for: a depot, and for a count its number.
    pub fn ready(&self) -> bool {
        !self.depot.is_empty() && (self.mode != Mode::Count || !self.count.is_empty())
    }

    fn bins_json(&self) -> String {
        serde_json::to_string(&self.bins).unwrap_or_default()
    }

    fn expected_json(&self) -> String {
        let map: serde_json::Map<String, serde_json::Value> = self
            .expected
            .iter()
            .map(|(serial, document)| (serial.clone(), document.clone().into()))
            .collect();
        serde_json::Value::Object(map).to_string()
    }

    /// The words the script needs.
    fn texts(&self) -> String {
        let words = [
            ("uploading", "station-uploading"),
            ("offline", "station-offline"),
            ("queued", "station-queued"),
            ("queuedText", "station-queued-text"),
            ("refused", "station-refused"),
            ("here", "station-here"),
            ("again", "station-say-ship-again"),
            ("seenAgain", "station-seen-again"),
            ("takeIn", "intakes-new"),
            ("settle", "station-settle-box"),
            ("tag", "station-print-tag"),
            ("label", "station-print-label"),
            ("settled", "station-kept-done"),
            ("aim", "station-aim"),
            ("needBin", "station-need-bin"),
            ("needBinText", "station-need-bin-text"),
            ("noBinText", "station-no-bin-text"),
            ("bench", "place-bench"),
            ("undone", "station-undone"),
            ("undoneNothing", "station-undone-nothing"),
            ("notUndone", "station-not-undone"),
            ("undoReason", "station-undo-reason"),
            ("nocam", "station-nocam"),
            ("signed-out", "station-signed-out"),
            ("stale", "station-stale"),
            ("loud", "station-loud"),
            ("mute", "station-mute"),
            ("take_in-accepted", "station-say-take_in-accepted"),
            ("take_in-review", "station-say-take_in-review"),
            ("take_in-refused", "station-say-take_in-refused"),
            ("put_away-accepted", "station-say-put_away-accepted"),
            ("put_away-review", "station-say-put_away-review"),
            ("put_away-refused", "station-say-put_away-refused"),
            ("ship-accepted", "station-say-ship-accepted"),
            ("ship-refused", "station-say-ship-refused"),
            ("count_here", "count-verdict-here"),
            ("count_quantity", "station-say-counted"),
            ("count_other_bin", "count-verdict-other_bin"),
            ("count_elsewhere", "count-verdict-elsewhere"),
            ("count_unknown", "count-verdict-unknown"),
        ];
        let mut map: serde_json::Map<String, serde_json::Value> =
            words.iter().map(|(name, key)| ((*name).to_owned(), self.p.t(key).into())).collect();
        map.insert("noBin".to_owned(), self.p.t1("station-no-bin", "depot", self.depot.as_str()).into());
        serde_json::Value::Object(map).to_string()
    }

    fn cache(&self) -> String {
        assets::cache_name()
    }
}

/// Colour and icon of a verdict.
pub fn ink(verdict: &Verdict) -> &'static str {
    match verdict.tone {
        Tone::Ok => "ok",
        Tone::Warn => "warn",
        _ => "bad",
    }
}

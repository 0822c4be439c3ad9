//! `/track`: the customer's page without sign-in: one sentence, one date, five steps (UI.md §1.9). No script at all.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::Page;
use super::steps::Step;

/// One line as the customer sees it.
#[derive(Clone, Debug)]
pub struct TrackLine {
    /// Its number on the RMA.
    pub number: i64,
    /// What is on its way (a purpose of parcels), whose hand-over can be confirmed now.
    pub arriving: Option<String>,
    /// Part name.
    pub part_name: String,
    /// The customer's serial.
    pub serial: String,
    /// Code of the sentence `track-say-…`: requested, authorised, rejected, expected, received, diagnosing, repairing,
    /// testing, repaired, dispatched, returned, exchanged, beyond_repair, replaced, cancelled, closed; of a unit its maker sent in
    /// place of the own one: maker_testing, maker_repaired, maker_dispatched, maker_returned.
    pub say: String,
    /// Serial of that unit.
    pub makers_unit: Option<String>,
    /// Steps in plain words, keys `track-step-…`.
    pub steps: Vec<Step>,
    /// The promised date.
    pub due_on: Option<NaiveDate>,
    /// The first and the last day of the time it is likely to be back in; the last may not be known.
    pub forecast: Option<(NaiveDate, Option<NaiveDate>)>,
    /// It rests on a year without a published calendar.
    pub provisional: bool,
    /// Handed back on.
    pub returned_on: Option<NaiveDate>,
    /// The clock waits for the customer.
    pub waiting_for_you: bool,
    /// Name and address of the depot we wait for the faulty part in.
    pub send_to: Option<(String, String)>,
    /// By when it is to be there.
    pub send_by: Option<NaiveDate>,
    /// The quote that waits for an answer: when it was sent, and its last day.
    pub quote: Option<(DateTime<Utc>, NaiveDate)>,
    /// Past the promised date and still open.
    pub late: bool,
    /// The spare in the customer's hands.
    pub loaner: Option<TrackLoaner>,
    /// Parcels of this line.
    pub parcels: Vec<TrackParcel>,
}

/// A spare lent or given.
#[derive(Clone, Debug)]
pub struct TrackLoaner {
    /// Part name.
    pub part_name: String,
    /// Serial.
    pub serial: String,
    /// Whose it is and for how long, code of the sentence `track-loaner-…`: lent, over, yours; lent in place of a board that
    /// does not come back: beyond_repair, exchanged.
    pub say: &'static str,
}

/// A parcel.
#[derive(Clone, Debug)]
pub struct TrackParcel {
    /// Code of `shipment-…`.
    pub what: String,
    /// Carrier.
    pub carrier: String,
    /// Tracking number.
    pub tracking_no: String,
    /// Code of `shipment-state-…`.
    pub state: String,
    /// When it reached that state.
    pub at: Option<DateTime<Utc>>,
}

/// The form alone: at first, and after a number or code that did not match (one answer for both).
#[derive(Template)]
#[template(path = "pages/track_form.html")]
pub struct TrackFormPage {
    /// The frame.
    pub p: Page,
    /// Number typed before.
    pub number: String,
    /// The pair was not found.
    pub not_found: bool,
}

/// The state of one RMA.
#[derive(Template)]
#[template(path = "pages/track.html")]
pub struct TrackPage {
    /// The frame.
    pub p: Page,
    /// RMA number.
    pub number: String,
    /// The code it is followed with.
    pub code: String,
    /// Why the last confirmation did not go through, empty for nothing.
    pub error: String,
    /// Its lines.
    pub lines: Vec<TrackLine>,
    /// Service phone, empty for none.
    pub phone: String,
    /// Service mail, empty for none.
    pub email: String,
    /// When this was read.
    pub as_of: DateTime<Utc>,
}

impl TrackLine {
    /// When it is likely to be back, in plain words; empty when nothing honest can be said.
    pub fn forecast_words(&self, p: &Page) -> String {
        match self.forecast {
            None => String::new(),
            Some((early, Some(late))) if early == late => {
                p.t1("track-forecast-day", "date", p.date_words(&early))
            }
            Some((early, Some(late))) => {
                p.t2("track-forecast", "from", p.date_words(&early), "to", p.date_words(&late))
            }
            Some((early, None)) => p.t1("track-forecast-open", "from", p.date_words(&early)),
        }
    }

    /// That its maker sent another unit, and which; empty when it did not.
    pub fn makers_words(&self, p: &Page) -> String {
        let serial = self.makers_unit.as_ref();
        serial.map_or_else(String::new, |serial| p.t1("track-makers-unit", "serial", serial))
    }

    /// Where the faulty part is to be sent, and by when; empty while we do not wait for it, or cannot tell.
    pub fn send_words(&self, p: &Page, number: &str) -> String {
        let Some((depot, address)) = &self.send_to else { return String::new() };
        let to = if address.is_empty() { depot.clone() } else { format!("{depot} · {address}") };
        match self.send_by {
            None => p.t2("track-send-to", "depot", to, "number", number),
            Some(day) => {
                let args = crate::args! { "depot" => to, "number" => number, "date" => p.date_words(&day) };
                crate::i18n::format(p.lang, "track-send-to-by", &args)
            }
        }
    }

    /// What is asked of the customer, and by when; empty where no quote waits.
    pub fn quote_words(&self, p: &Page) -> String {
        self.quote.map_or_else(String::new, |(sent, until)| {
            let sent = p.date_words(&p.local(&sent).date());
            p.t2("track-quote", "sent", sent, "until", p.date_words(&until))
        })
    }

    /// Whether it is likely to be back before the promised date.
    pub fn is_ahead(&self) -> bool {
        let late = self.forecast.and_then(|(_, late)| late);
        late.zip(self.due_on).is_some_and(|(late, due_on)| late < due_on)
    }
}

impl TrackPage {
    fn sentence(&self, line: &TrackLine) -> String {
        if line.waiting_for_you { self.p.t("track-say-waiting") } else { self.p.word("track-say", &line.say) }
    }
}

/// The five steps of a customer's page; see [`super::steps::ladder`] for the rule. A unit that does not go home is not repaired
/// either: a board comes in its place.
pub fn steps(
    mode: &str,
    goes_home: bool,
    ended: bool,
    reached: impl Fn(&str) -> Option<DateTime<Utc>>,
) -> Vec<Step> {
    let keys: &[&'static str] = match mode {
        "repair_return" if !goes_home => {
            &["track-step-requested", "track-step-received", "track-step-exchanged", "track-step-closed"]
        }
        "loaner" if !goes_home => &[
            "track-step-requested",
            "track-step-replaced",
            "track-step-received",
            "track-step-exchanged",
            "track-step-closed",
        ],
        "repair_return" => &[
            "track-step-requested",
            "track-step-received",
            "track-step-repaired",
            "track-step-dispatched",
            "track-step-returned",
        ],
        "advance_replacement" => {
            &["track-step-requested", "track-step-replaced", "track-step-received", "track-step-closed"]
        }
        "equivalent_exchange" => {
            &["track-step-requested", "track-step-received", "track-step-exchanged", "track-step-closed"]
        }
        _ => &[
            "track-step-requested",
            "track-step-replaced",
            "track-step-received",
            "track-step-repaired",
            "track-step-dispatched",
            "track-step-returned",
        ],
    };
    super::steps::ladder(keys, ended, reached)
}

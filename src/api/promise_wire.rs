//! What a promise of a line looks like on the wire: its clock with the whole sum, and the holds.

use crate::api::words::{PromiseKindWord, PromiseStateWord, TermUnitWord};
use crate::app::rma::{HoldRow, PromiseView};
use crate::domain::calendar::{NamedDays as Named, Progress};
use crate::http::Word;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A promise of a line, with its clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct PromiseItem {
    /// Kind.
    kind: PromiseKindWord,
    /// State.
    state: PromiseStateWord,
    /// How long.
    amount: i64,
    /// In what.
    unit: TermUnitWord,
    /// When it began.
    started_at: DateTime<Utc>,
    /// The last day on time; none while the clock stands still.
    due_on: Option<NaiveDate>,
    /// Due instant of a promise in minutes.
    due_at: Option<DateTime<Utc>>,
    /// The date may still move with a calendar notice to come.
    provisional: bool,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
    /// Days counted so far.
    days_used: Option<u32>,
    /// Days until the due date; negative when late.
    days_left: Option<i64>,
    /// How the days add up, for a promise in days.
    arithmetic: Option<Arithmetic>,
    /// The calendar it is counted with; as in `/calendar/versions`.
    calendar_version: i64,
}

impl From<PromiseView> for PromiseItem {
    fn from(view: PromiseView) -> Self {
        let PromiseView { promise, clock } = view;
        PromiseItem {
            kind: Word(promise.kind),
            state: Word(promise.state),
            amount: promise.amount,
            unit: Word(promise.unit),
            started_at: promise.started_at,
            due_on: promise.due_on,
            due_at: promise.due_at,
            provisional: promise.provisional,
            ended_at: promise.ended_at,
            days_used: clock.as_ref().map(|clock| clock.progress.used),
            days_left: clock.as_ref().map(|clock| clock.progress.remaining),
            arithmetic: clock.map(|clock| Arithmetic::from(clock.progress)),
            calendar_version: promise.calendar_version,
        }
    }
}

/// A time the clock stood still.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldItem {
    /// Why.
    reason: String,
    /// Who said so.
    said_by: String,
    /// From.
    started_at: DateTime<Utc>,
    /// To.
    ended_at: Option<DateTime<Utc>>,
}

impl From<HoldRow> for HoldItem {
    fn from(row: HoldRow) -> Self {
        let HoldRow { reason, said_by, started_at, ended_at, .. } = row;
        HoldItem { reason, said_by, started_at, ended_at }
    }
}

/// `calendar_days = days_used + weekend_days + the days of the holidays + hold_days`
#[derive(Debug, Serialize, ToSchema)]
pub struct Arithmetic {
    /// All days since the clock began, the first not counted.
    calendar_days: u32,
    /// Saturdays and Sundays left out, but for those inside a holiday; 0 when every day counts.
    weekend_days: u32,
    /// Holidays left out.
    holidays: Vec<NamedDays>,
    /// Saturdays and Sundays counted because they were worked.
    makeup_days: Vec<NamedDays>,
    /// Days left out because the clock was held.
    hold_days: u32,
}

impl From<Progress> for Arithmetic {
    fn from(progress: Progress) -> Self {
        let named = |days: Vec<Named>| days.into_iter().map(NamedDays::from).collect();
        Arithmetic {
            calendar_days: progress.calendar_days,
            weekend_days: progress.weekend_days,
            holidays: named(progress.holidays),
            makeup_days: named(progress.makeup_days),
            hold_days: progress.hold_days,
        }
    }
}

/// Days of one holiday.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedDays {
    /// Its name in Chinese.
    #[schema(example = "春节")]
    name: String,
    /// Its name in English.
    #[schema(example = "Spring Festival")]
    name_en: String,
    /// How many of its days.
    days: u32,
}

impl From<Named> for NamedDays {
    fn from(named: Named) -> Self {
        NamedDays { name: named.name.zh, name_en: named.name.en, days: named.days }
    }
}

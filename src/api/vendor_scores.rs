//! Scorecards of those who repair for us.

use crate::api::words::{OutcomeWord, StayClassWord};
use crate::app::figures;
use crate::app::repair::{self, Comparison, PartScore, Scorecard as Card, ScoresAsked, StayFilter, StayRow};
use crate::domain::actor::Permission;
use crate::domain::fields::Fields;
use crate::domain::money::{DEFAULT_CURRENCY, format_fen};
use crate::domain::refusal::Refusal;
use crate::domain::repair::{Score as Counted, StayClass};
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Page, Paging, Query, Word};
use actix_web::web;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/vendors/{code}/scorecard" scorecard: Access::Needs(Permission::ReadStock),
    get "/vendors/{code}/scorecard/stays" stays: Access::Needs(Permission::ReadStock),
    get "/kpi/vendors" all: Access::Needs(Permission::ReadStock),
}

/// Which stays count.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScoreQuery {
    /// First day (`2026-03-07`) or month (`2026-03`) in which a unit was sent; a year before `as_of` when not said.
    from: Option<String>,
    /// Last day or month in which a unit was sent; `as_of` when not said.
    to: Option<String>,
    /// The day at whose end things are judged; today when not said.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only what was recorded by this instant (or by the end of this day) counts. Default: now.
    known_at: Option<String>,
}

impl ScoreQuery {
    fn asked(&self) -> Result<ScoresAsked, Refusal> {
        let (from, to) = figures::ends(self.from.as_deref(), self.to.as_deref())?;
        let known_at = figures::known_at(self.known_at.as_deref())?;
        let as_of = figures::as_of(self.as_of.as_deref())?;
        Ok(ScoresAsked { from, to, as_of, known_at })
    }
}

/// What the stays at a maker's add up to.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorScore {
    /// Units sent.
    sent: i64,
    /// Units that came back.
    returned: i64,
    /// Units that are there.
    open: i64,
    /// Of them those of lines under an open hold of the customer.
    floating: i64,
    /// Units that are there although the maker's own day is past.
    overdue: i64,
    /// Units that came back after that day.
    returned_late: i64,
    /// Came back repaired.
    repaired: i64,
    /// Came back without a fault found.
    nff: i64,
    /// Beyond repair, whether it came back or not.
    ber: i64,
    /// Came back under another serial.
    swapped: i64,
    /// Beyond repair, and scrapped there.
    scrapped_there: i64,
    /// Lost there. `returned`, `scrapped_there`, `lost` and `open` are all that were `sent`.
    lost: i64,
    /// Share of `nff` among what came back, 0 to 1; none when nothing did.
    nff_share: Option<f64>,
    /// Share of `ber` among what came back or was scrapped there, 0 to 1; none when nothing was.
    ber_share: Option<f64>,
    /// Calendar days after which half of what was sent is back (Kaplan–Meier); none while fewer are.
    median_days: Option<i64>,
    /// What the maker charged.
    #[schema(example = "1280.00")]
    cost: String,
    /// Currency of the cost: CNY.
    currency: &'static str,
}

impl From<Counted> for VendorScore {
    fn from(score: Counted) -> Self {
        let number = |n: i64| f64::from(i32::try_from(n).unwrap_or(i32::MAX));
        let share = |n: i64, of: i64| (of > 0).then(|| number(n) / number(of));
        VendorScore {
            sent: score.sent,
            returned: score.returned,
            open: score.open,
            floating: score.floating,
            overdue: score.overdue,
            returned_late: score.returned_late,
            repaired: score.repaired,
            nff: score.nff,
            ber: score.ber,
            swapped: score.swapped,
            scrapped_there: score.scrapped_there,
            lost: score.lost,
            nff_share: share(score.nff, score.returned),
            ber_share: share(score.ber, score.returned + score.scrapped_there),
            median_days: score.median_days,
            cost: format_fen(score.cost_fen),
            currency: DEFAULT_CURRENCY,
        }
    }
}

/// A part at a maker's.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorPartScore {
    /// Part number.
    part_no: String,
    /// Part name in Chinese.
    part_name: String,
    /// Part name in English.
    part_name_en: String,
    #[serde(flatten)]
    score: VendorScore,
}

impl From<PartScore> for VendorPartScore {
    fn from(part: PartScore) -> Self {
        VendorPartScore {
            part_no: part.part_no,
            part_name: part.part_name,
            part_name_en: part.part_name_en,
            score: VendorScore::from(part.score),
        }
    }
}

/// A maker's scorecard.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorScorecard {
    /// Vendor code.
    vendor: String,
    /// Vendor name.
    name: String,
    /// First day on which a unit was sent.
    from: NaiveDate,
    /// Last day on which a unit was sent.
    to: NaiveDate,
    /// The day at whose end things are judged.
    as_of: NaiveDate,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
    /// All parts together.
    total: VendorScore,
    /// Part by part, by part number.
    parts: Vec<VendorPartScore>,
}

impl From<Card> for VendorScorecard {
    fn from(card: Card) -> Self {
        VendorScorecard {
            vendor: card.vendor,
            name: card.name,
            from: card.from,
            to: card.to,
            as_of: card.as_of,
            known_at: card.known_at,
            total: VendorScore::from(card.total),
            parts: card.parts.into_iter().map(VendorPartScore::from).collect(),
        }
    }
}

/// Scorecard of a vendor
#[utoipa::path(get, path = "/vendors/{code}/scorecard", params(("code" = String, Path, description = "Vendor code"), ScoreQuery),
    responses((status = 200, description = "The scorecard, part by part", body = VendorScorecard)))]
async fn scorecard(caller: Caller, code: web::Path<String>, query: Query<ScoreQuery>) -> Answer {
    let asked = query.into_inner().asked()?;
    let card = http::read(&caller, move |conn, ctx| repair::scorecard(conn, ctx, &code, &asked)).await?;
    http::ok(&VendorScorecard::from(card))
}

/// A maker in the comparison.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorLine {
    /// Vendor code.
    vendor: String,
    /// Vendor name.
    name: String,
    #[serde(flatten)]
    score: VendorScore,
}

/// All makers side by side.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorScores {
    /// First day on which a unit was sent.
    from: NaiveDate,
    /// Last day on which a unit was sent.
    to: NaiveDate,
    /// The day at whose end things are judged.
    as_of: NaiveDate,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
    /// By code; those that had something in the period.
    vendors: Vec<VendorLine>,
}

/// Vendors side by side
#[utoipa::path(get, path = "/kpi/vendors", params(ScoreQuery), responses((status = 200, description = "Every vendor that had a unit in the period", body = VendorScores)))]
async fn all(caller: Caller, query: Query<ScoreQuery>) -> Answer {
    let asked = query.into_inner().asked()?;
    let all = http::read(&caller, move |conn, ctx| repair::scorecards(conn, ctx, &asked)).await?;
    let Comparison { from, to, as_of, known_at, makers } = all;
    let line = |card: Card| VendorLine {
        vendor: card.vendor,
        name: card.name,
        score: VendorScore::from(card.total),
    };
    let vendors = makers.into_iter().map(line).collect();
    http::ok(&VendorScores { from, to, as_of, known_at, vendors })
}

/// Name of the list of stays in its cursors.
const STAYS: &str = "vendor-stays";

/// Which stays.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StaysQuery {
    /// Only those counted in this number of the scorecard. Default: all that were sent.
    #[param(inline, value_type = Option<StayClassWord>)]
    class: Option<String>,
    /// Only this part's.
    part_no: Option<String>,
    /// First day (`2026-03-07`) or month (`2026-03`) in which a unit was sent; a year before `as_of` when not said.
    from: Option<String>,
    /// Last day or month in which a unit was sent; `as_of` when not said.
    to: Option<String>,
    /// The day at whose end things are judged; today when not said.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only what was recorded by this instant (or by the end of this day) counts. Default: now.
    known_at: Option<String>,
}

/// A unit's stay at a maker's, as far as it was known.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorStay {
    /// Number of the repair order.
    repair: String,
    /// Id of the repair order.
    repair_id: i64,
    /// RMA number; `null` for our own units.
    rma: Option<String>,
    /// Line number in the RMA.
    line: Option<i64>,
    /// Serial sent.
    serial: String,
    /// Serial that came back; `null` while it is there, and of what never came back.
    returned_serial: Option<String>,
    /// Part number.
    part_no: String,
    /// Part name in Chinese.
    part_name: String,
    /// Part name in English.
    part_name_en: String,
    /// When it left.
    sent_at: DateTime<Utc>,
    /// When the maker wanted to be done.
    due_on: Option<NaiveDate>,
    /// When it came back, or was known never to: scrapped there (`outcome` `ber`, no `returned_serial`) or lost (neither).
    returned_at: Option<DateTime<Utc>>,
    /// What the maker said.
    outcome: Option<OutcomeWord>,
    /// Another serial came back.
    swapped: bool,
    /// What the maker charged.
    #[schema(example = "1280.00")]
    cost: String,
    /// Currency of the cost: CNY.
    currency: &'static str,
}

impl From<StayRow> for VendorStay {
    fn from(row: StayRow) -> Self {
        VendorStay {
            repair: row.repair,
            repair_id: row.repair_id,
            rma: row.rma,
            line: row.line,
            serial: row.serial,
            returned_serial: row.returned_serial,
            part_no: row.part_no,
            part_name: row.part_name,
            part_name_en: row.part_name_en,
            sent_at: row.sent_at,
            due_on: row.due_on,
            returned_at: row.returned_at,
            outcome: row.outcome.map(Word),
            swapped: row.is_swap,
            cost: format_fen(row.cost_fen),
            currency: DEFAULT_CURRENCY,
        }
    }
}

/// The stays behind a number of a scorecard
#[utoipa::path(get, path = "/vendors/{code}/scorecard/stays",
    params(("code" = String, Path, description = "Vendor code"), StaysQuery, Paging),
    responses((status = 200, description = "Stays in the order they began", body = Page<VendorStay>)))]
async fn stays(caller: Caller, code: web::Path<String>, query: Query<StaysQuery>, paging: Paging) -> Answer {
    let StaysQuery { class, part_no, from, to, as_of, known_at } = query.into_inner();
    let mut fields = Fields::new();
    let class = class.as_deref();
    let class = class.and_then(|text| fields.word("class", text, StayClass::ALL, StayClass::from_code));
    fields.finish()?;
    let asked = ScoreQuery { from, to, as_of, known_at }.asked()?;
    let filter = StayFilter { part_no, class };
    let after = paging.after::<i64>(STAYS)?.unwrap_or_default();
    let limit = usize::try_from(paging.fetch()).unwrap_or(usize::MAX);
    let rows =
        http::read(&caller, move |conn, ctx| repair::stays(conn, ctx, &code, &asked, &filter, after, limit))
            .await?;
    http::ok(&Page::new(STAYS, &paging, rows, |row| row.id, VendorStay::from))
}

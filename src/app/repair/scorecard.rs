//! How makers do, each and part by part.

use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::domain::repair::{Score, Stay, StayClass, score};
use crate::store::vendor_legs::{self, StayRow, StaysWanted};
use crate::store::{Conn, vendors};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// Days a scorecard looks back when nobody says otherwise.
const LOOK_BACK: u64 = 365;

/// Which stays count: those that began on these local days, as things stood at the end of `as_of`.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScoresAsked {
    /// First day of dispatch; a year before `as_of` when not said.
    pub from: Option<NaiveDate>,
    /// Last day of dispatch; `as_of` when not said.
    pub to: Option<NaiveDate>,
    /// Today when not said.
    pub as_of: Option<NaiveDate>,
    /// Only what was recorded by this instant counts; now when not said.
    pub known_at: Option<DateTime<Utc>>,
}

/// A part at a maker's.
#[derive(Debug, Clone)]
pub struct PartScore {
    /// Part number.
    pub part_no: String,
    /// Part name in Chinese.
    pub part_name: String,
    /// Part name in English.
    pub part_name_en: String,
    /// Its score.
    pub score: Score,
}

/// A maker's scorecard.
#[derive(Debug, Clone)]
pub struct Scorecard {
    /// Vendor code.
    pub vendor: String,
    /// Vendor name.
    pub name: String,
    /// First day of dispatch.
    pub from: NaiveDate,
    /// Last day of dispatch.
    pub to: NaiveDate,
    /// The day at whose end things stood so.
    pub as_of: NaiveDate,
    /// What was recorded by this instant counted.
    pub known_at: DateTime<Utc>,
    /// All parts together.
    pub total: Score,
    /// Part by part, by part number.
    pub parts: Vec<PartScore>,
}

/// The scorecard of one maker. Refuses with `not_found`.
pub fn scorecard(conn: &mut Conn, ctx: &Ctx, code: &str, asked: &ScoresAsked) -> AppResult<Scorecard> {
    ctx.actor.may(Permission::ReadStock)?;
    let vendor = vendors::by_code(conn, &code_of(code))?;
    let vendor = vendor.ok_or_else(|| Refusal::not_found("vendor", code.trim()))?;
    let period = Period::of(ctx, asked);
    let rows = period.stays(conn, Some(&vendor.code))?;
    Ok(period.card(vendor.code, vendor.name, &rows))
}

/// Which stays behind a scorecard.
#[derive(Debug, Clone, Default)]
pub struct StayFilter {
    /// Only this part's.
    pub part_no: Option<String>,
    /// Only those counted in this number; all that were sent when not said.
    pub class: Option<StayClass>,
}

/// The stays behind a maker's scorecard, in the order they began: at most `limit`, after the stay with id `after`. They add
/// up to the card: as many as its number says. Refuses with `not_found`.
pub fn stays(
    conn: &mut Conn,
    ctx: &Ctx,
    code: &str,
    asked: &ScoresAsked,
    filter: &StayFilter,
    after: i64,
    limit: usize,
) -> AppResult<Vec<StayRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    let vendor = vendors::by_code(conn, &code_of(code))?;
    let vendor = vendor.ok_or_else(|| Refusal::not_found("vendor", code.trim()))?;
    let period = Period::of(ctx, asked);
    let (class, part_no) = (filter.class.unwrap_or(StayClass::Sent), filter.part_no.as_deref().map(code_of));
    let mut rows = period.stays(conn, Some(&vendor.code))?;
    rows.retain(|row| {
        row.id > after
            && part_no.as_ref().is_none_or(|part_no| row.part_no == *part_no)
            && stay(row).counts_as(class, period.as_of)
    });
    rows.sort_by_key(|row| row.id);
    rows.truncate(limit);
    Ok(rows)
}

/// All makers side by side.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// First day of dispatch.
    pub from: NaiveDate,
    /// Last day of dispatch.
    pub to: NaiveDate,
    /// The day at whose end things stood so.
    pub as_of: NaiveDate,
    /// What was recorded by this instant counted.
    pub known_at: DateTime<Utc>,
    /// Those that had something in the period, by code.
    pub makers: Vec<Scorecard>,
}

/// The scorecards of all makers that had something in the period.
pub fn scorecards(conn: &mut Conn, ctx: &Ctx, asked: &ScoresAsked) -> AppResult<Comparison> {
    ctx.actor.may(Permission::ReadStock)?;
    let period = Period::of(ctx, asked);
    let rows = period.stays(conn, None)?;
    let makers = rows.chunk_by(|a, b| a.vendor == b.vendor).filter_map(|rows| {
        let first = rows.first()?;
        Some(period.card(first.vendor.clone(), first.vendor_name.clone(), rows))
    });
    let makers = makers.collect();
    let Period { from, to, as_of, known_at } = period;
    Ok(Comparison { from, to, as_of, known_at, makers })
}

fn stay(row: &StayRow) -> Stay {
    let zone = Zone::default();
    Stay {
        sent_on: zone.local_date(row.sent_at),
        due_on: row.due_on,
        ended_on: row.returned_at.map(|at| zone.local_date(at)),
        is_back: row.returned_serial.is_some(),
        outcome: row.outcome,
        is_swap: row.is_swap,
        cost_fen: row.cost_fen,
        on_hold: row.on_hold,
    }
}

struct Period {
    from: NaiveDate,
    to: NaiveDate,
    as_of: NaiveDate,
    known_at: DateTime<Utc>,
}

impl Period {
    fn of(ctx: &Ctx, asked: &ScoresAsked) -> Period {
        let as_of = asked.as_of.unwrap_or_else(|| Zone::default().local_date(ctx.now));
        let from = asked.from.or_else(|| as_of.checked_sub_days(Days::new(LOOK_BACK))).unwrap_or(as_of);
        Period { from, to: asked.to.unwrap_or(as_of), as_of, known_at: asked.known_at.unwrap_or(ctx.now) }
    }

    fn stays(&self, conn: &mut Conn, vendor: Option<&str>) -> AppResult<Vec<StayRow>> {
        let zone = Zone::default();
        let after = self.to.succ_opt().unwrap_or(self.to);
        let wanted = StaysWanted {
            vendor,
            from: zone.day_start(self.from),
            until: zone.day_start(after),
            as_of_end: zone.overdue_from(self.as_of),
            known_at: self.known_at,
        };
        let mut rows = vendor_legs::stays(conn, &wanted)?;
        for row in rows.iter_mut().filter(|row| row.return_recorded_at.is_some_and(|at| at > self.known_at)) {
            // Nobody knew yet that it is back.
            row.forget_return();
        }
        Ok(rows)
    }

    fn card(&self, vendor: String, name: String, rows: &[StayRow]) -> Scorecard {
        let all: Vec<Stay> = rows.iter().map(stay).collect();
        let parts = rows.chunk_by(|a, b| a.part_no == b.part_no).filter_map(|rows| {
            let first = rows.first()?;
            let stays: Vec<Stay> = rows.iter().map(stay).collect();
            Some(PartScore {
                part_no: first.part_no.clone(),
                part_name: first.part_name.clone(),
                part_name_en: first.part_name_en.clone(),
                score: score(&stays, self.as_of),
            })
        });
        Scorecard {
            vendor,
            name,
            from: self.from,
            to: self.to,
            as_of: self.as_of,
            known_at: self.known_at,
            total: score(&all, self.as_of),
            parts: parts.collect(),
        }
    }
}

//! What somebody asks of the figures, read from the texts of a request.

use crate::app::{AppResult, Ctx};
use crate::domain::calendar::Zone;
use crate::domain::fields::{Fields, code_of, plain_date};
use crate::domain::rate::{Class, Exclusion, Measure, Month};
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::as_of::Then;
use crate::store::figures::{Cohort, Only};
use crate::store::{Conn, plans};
use crate::text_enum;
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

/// Years a figure may be asked for.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;
/// Months of the period when none is given: the current one and those before it.
const DEFAULT_MONTHS: u32 = 12;

text_enum! {
    /// What the lines are grouped by.
    GroupBy {
        /// Month of the due date.
        Month => "month",
        /// The depot that received the faulty part.
        Depot => "depot",
        /// Customer.
        Customer => "customer",
        /// Part number.
        Part => "part",
    }
}

text_enum! {
    /// Which lines of a figure: one number each.
    ClassFilter {
        /// Kept in time.
        Timely => "timely",
        /// Not kept.
        Missed => "missed",
        /// The denominator: timely and missed.
        Eligible => "eligible",
        /// Not decided yet.
        Pending => "pending",
        /// Under an open hold.
        Floating => "floating",
        /// Out of the rate.
        Excluded => "excluded",
        /// Of the excluded ones: missed, but for a cause the contract lists.
        Excused => "excused",
    }
}

impl ClassFilter {
    /// Whether a line of this class is counted in the number.
    #[must_use]
    pub fn admits(self, class: Class) -> bool {
        match self {
            ClassFilter::Eligible => matches!(class, Class::Timely | Class::Missed),
            ClassFilter::Timely => class == Class::Timely,
            ClassFilter::Missed => class == Class::Missed,
            ClassFilter::Pending => class == Class::Pending,
            ClassFilter::Floating => class == Class::Floating,
            ClassFilter::Excluded => matches!(class, Class::Excluded(_)),
            ClassFilter::Excused => class == Class::Excluded(Exclusion::Excused),
        }
    }
}

/// The parameters as they were sent. What is `None` has its default.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// First day or month of the due dates.
    pub from: Option<String>,
    /// Last day or month of the due dates.
    pub to: Option<String>,
    /// The day at whose end the lines are judged; today.
    pub as_of: Option<String>,
    /// What was recorded by this instant, or by the end of this day, counts; now.
    pub known_at: Option<String>,
    /// [`GroupBy`]; by month.
    pub by: Option<String>,
    /// [`Measure`]; strict.
    pub variant: Option<String>,
    /// Depot code.
    pub depot: Option<String>,
    /// Customer code.
    pub customer: Option<String>,
    /// Part number.
    pub part_no: Option<String>,
}

/// A question that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// First day of the period of due dates.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// The day at whose end the lines are judged.
    pub as_of: NaiveDate,
    /// What was recorded by this instant counts.
    pub known_at: DateTime<Utc>,
    /// What the groups are.
    pub by: GroupBy,
    /// How an equivalent exchange counts.
    pub measure: Measure,
    /// Depot code.
    pub depot: Option<String>,
    /// Customer code.
    pub customer: Option<String>,
    /// Part number.
    pub part_no: Option<String>,
}

impl Query {
    /// Reads what was asked. Refuses with every field that cannot be read, and a period that ends before it begins.
    ///
    /// Without a period it is the twelve months up to that of `as_of`; with one end only, the other lies so that it is
    /// these twelve months or, if the period begins later, the month it begins in.
    pub fn read(asked: &Asked, ctx: &Ctx) -> Result<Query, Refusal> {
        let mut fields = Fields::new();
        let zone = Zone::default();
        let as_of = asked.as_of.as_deref().and_then(|text| day(&mut fields, "as_of", text));
        let as_of = as_of.unwrap_or(zone.local_date(ctx.now));
        let known_at = asked.known_at.as_deref().and_then(|text| instant(&mut fields, "known_at", text));
        let from = asked.from.as_deref().and_then(|text| end_of_period(&mut fields, "from", text));
        let to = asked.to.as_deref().and_then(|text| end_of_period(&mut fields, "to", text));
        let by =
            asked.by.as_deref().and_then(|text| fields.word("by", text, GroupBy::ALL, GroupBy::from_code));
        let measure = asked
            .variant
            .as_deref()
            .and_then(|text| fields.word("variant", text, Measure::ALL, Measure::from_code));
        let from = from.map(End::first);
        let last_month = Month::of(as_of).max(from.map_or(Month::of(as_of), Month::of));
        let to = to.map_or(last_month.last_day(), End::last);
        let from = from.unwrap_or_else(|| months_back(Month::of(to), DEFAULT_MONTHS - 1).first_day());
        if fields.is_sound() {
            fields.period("to", from, Some(to));
        }
        fields.finish()?;
        Ok(Query {
            from,
            to,
            as_of,
            known_at: known_at.unwrap_or(ctx.now),
            by: by.unwrap_or(GroupBy::Month),
            measure: measure.unwrap_or(Measure::Strict),
            depot: asked.depot.as_deref().map(code_of),
            customer: asked.customer.as_deref().map(code_of),
            part_no: asked.part_no.as_deref().map(code_of),
        })
    }

    /// The same question with the rate that the contracts name: what targets are held against (PRODUCT "Which rate is
    /// contractual").
    pub fn by_contract(self, conn: &mut Conn) -> AppResult<Query> {
        Ok(Query { measure: contractual(conn)?, ..self })
    }

    /// Whether it asks how things stand now, which sums can answer.
    pub(super) fn is_of_now(&self, ctx: &Ctx) -> bool {
        self.known_at >= ctx.now && self.as_of == Zone::default().local_date(ctx.now)
    }

    /// The lines that may be due in the period, as the store finds them.
    pub(super) fn cohort(&self, ctx: &Ctx) -> Cohort {
        Cohort {
            only: Only::All,
            from: self.from,
            to: self.to,
            known_at: self.known_at,
            looks_back: self.known_at < ctx.now,
            reader: ctx.actor.scope(),
            depot: self.depot.clone(),
            customer: self.customer.clone(),
            part_no: self.part_no.clone(),
        }
    }
}

/// The measure that counts by contract: one variant where all plans and contracts name the same, else each line's own.
pub fn contractual(conn: &mut Conn) -> AppResult<Measure> {
    Ok(match plans::variants(conn)?.as_slice() {
        [] => Measure::Strict,
        [only] => Measure::from(*only),
        _ => Measure::Contractual,
    })
}

/// Which of the lines: those of one group, those counted in one number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineFilter {
    /// Code of a group under the query's `by`.
    pub group: Option<String>,
    /// One number.
    pub class: Option<ClassFilter>,
}

impl LineFilter {
    /// Reads what was asked. Refuses with an unknown class, and a group by month that is no month.
    pub fn read(query: &Query, group: Option<&str>, class: Option<&str>) -> Result<LineFilter, Refusal> {
        let mut fields = Fields::new();
        let class =
            class.and_then(|text| fields.word("class", text, ClassFilter::ALL, ClassFilter::from_code));
        let group = group.map(code_of);
        if let Some(month) = group.as_deref().filter(|_| query.by == GroupBy::Month)
            && month.parse::<Month>().is_err()
        {
            fields.fault("group", "bad_month");
        }
        fields.finish()?;
        Ok(LineFilter { group, class })
    }

    /// The query narrowed to the group, so that the store need not look at the others. `None`: no line can be meant.
    pub(super) fn narrowed(&self, query: &Query) -> Option<Query> {
        let mut query = query.clone();
        let Some(group) = &self.group else { return Some(query) };
        let slot = match query.by {
            GroupBy::Month => {
                let month: Month = group.parse().ok()?;
                query.from = query.from.max(month.first_day());
                query.to = query.to.min(month.last_day());
                return (query.from <= query.to).then_some(query);
            }
            GroupBy::Depot => &mut query.depot,
            GroupBy::Customer => &mut query.customer,
            GroupBy::Part => &mut query.part_no,
        };
        if slot.as_ref().is_some_and(|wanted| wanted != group) {
            return None;
        }
        *slot = Some(group.clone());
        Some(query)
    }
}

/// A day, or a month that stands for its first or last day.
enum End {
    Day(NaiveDate),
    Month(Month),
}

impl End {
    fn first(self) -> NaiveDate {
        match self {
            End::Day(day) => day,
            End::Month(month) => month.first_day(),
        }
    }

    fn last(self) -> NaiveDate {
        match self {
            End::Day(day) => day,
            End::Month(month) => month.last_day(),
        }
    }
}

fn in_range(fields: &mut Fields, field: &str, date: NaiveDate) -> bool {
    let inside = YEARS.contains(&date.year());
    if !inside {
        let error = FieldError::new(field, "out_of_range");
        fields.push(error.with("min", YEARS.start()).with("max", YEARS.end()));
    }
    inside
}

fn day(fields: &mut Fields, field: &str, text: &str) -> Option<NaiveDate> {
    let date = plain_date(text.trim());
    if date.is_none() {
        fields.fault(field, "bad_date");
    }
    date.filter(|date| in_range(fields, field, *date))
}

fn end_of_period(fields: &mut Fields, field: &str, text: &str) -> Option<End> {
    let text = text.trim();
    let end = plain_date(text).map(End::Day).or_else(|| text.parse().ok().map(End::Month));
    let Some(end) = end else {
        fields.fault(field, "bad_day_or_month");
        return None;
    };
    let date = match &end {
        End::Day(day) => *day,
        End::Month(month) => month.first_day(),
    };
    in_range(fields, field, date).then_some(end)
}

/// An instant, or a day that stands for its last microsecond.
fn instant(fields: &mut Fields, field: &str, text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let instant = match plain_date(text) {
        Some(date) => Some(Zone::default().overdue_from(date) - TimeDelta::microseconds(1)),
        None => DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc()),
    };
    let Some(instant) = instant else {
        fields.fault(field, "bad_instant");
        return None;
    };
    in_range(fields, field, instant.date_naive()).then_some(instant)
}

/// The two ends of a period, each a day or a month that stands for its first or last day. Refuses what is neither, and a period
/// that ends before it begins.
pub fn ends(from: Option<&str>, to: Option<&str>) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Refusal> {
    let mut fields = Fields::new();
    let from = from.and_then(|text| end_of_period(&mut fields, "from", text)).map(End::first);
    let to = to.and_then(|text| end_of_period(&mut fields, "to", text)).map(End::last);
    if let Some(from) = from {
        fields.period("to", from, to);
    }
    fields.finish()?;
    Ok((from, to))
}

/// What `as_of` says where it is asked of a figure without a [`Query`].
///
/// # Errors
/// `invalid` for what is no day.
pub fn as_of(text: Option<&str>) -> Result<Option<NaiveDate>, Refusal> {
    let mut fields = Fields::new();
    let as_of = text.and_then(|text| day(&mut fields, "as_of", text));
    fields.finish()?;
    Ok(as_of)
}

/// What `known_at` says where it is asked of a figure without a [`Query`].
///
/// # Errors
/// `invalid` for what is neither an instant nor a day.
pub fn known_at(text: Option<&str>) -> Result<Option<DateTime<Utc>>, Refusal> {
    let mut fields = Fields::new();
    let known_at = text.and_then(|text| instant(&mut fields, "known_at", text));
    fields.finish()?;
    Ok(known_at)
}

/// The moment that `as_of` and `known_at` ask for where no figure is asked; `None` when neither is said: now. `as_of` is an instant, or
/// a day that stands for its end; without it, it is now.
///
/// # Errors
/// `invalid` for what is neither an instant nor a day, and for an `as_of` that is still to come.
pub fn then(as_of: Option<&str>, known_at: Option<&str>, ctx: &Ctx) -> Result<Option<Then>, Refusal> {
    if as_of.is_none() && known_at.is_none() {
        return Ok(None);
    }
    let mut fields = Fields::new();
    let known_at = known_at.and_then(|text| instant(&mut fields, "known_at", text));
    let as_of = as_of.and_then(|text| instant(&mut fields, "as_of", text));
    let zone = Zone::default();
    // The end of today is still to come, and today is not.
    let is_to_come = |at: DateTime<Utc>| at > ctx.now && at >= zone.overdue_from(zone.local_date(ctx.now));
    if as_of.is_some_and(is_to_come) {
        fields.fault("as_of", "in_the_future");
    }
    fields.finish()?;
    let known_at = known_at.filter(|known_at| *known_at < ctx.now);
    Ok(Some(Then {
        before: as_of.unwrap_or(ctx.now).min(ctx.now) + TimeDelta::microseconds(1),
        known_at: known_at.unwrap_or(ctx.now),
        looks_back: known_at.is_some(),
    }))
}

fn months_back(month: Month, months: u32) -> Month {
    let first = month.first_day();
    Month::of(first.checked_sub_months(Months::new(months)).unwrap_or(first))
}

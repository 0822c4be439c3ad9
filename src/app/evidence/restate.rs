//! What a new pack tells differently from the newest earlier ones over these lines (NUMBERS §2): not what has happened
//! since, but what is known now of the day it was made for.

use super::rows::class_text;
use crate::app::figures::{self, Line, Query};
use crate::app::{AppResult, Ctx};
use crate::domain::plan::RateVariant;
use crate::store::evidence::{self, SinceRow, ToldRow};
use crate::store::{Conn, figures as store_figures};
use chrono::{NaiveDate, SecondsFormat};
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

/// A line told differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restated {
    /// Row id of the line.
    pub line_id: i64,
    /// The pack that told it otherwise.
    pub pack: String,
    /// RMA number.
    pub rma: String,
    /// Line number.
    pub line: i64,
    /// The day its lines were judged.
    pub as_of: NaiveDate,
    /// The day that placed it then, and now; none: it was, or is, in no period any more.
    pub due: (Option<NaiveDate>, Option<NaiveDate>),
    /// Its classes then (strict, by_due, remedy30), and now.
    pub classes: ([String; 3], [String; 3]),
    /// Who recorded what changed it.
    pub who: String,
    /// What they recorded, and why.
    pub why: String,
    /// When the last of it was recorded.
    pub recorded_at: String,
}

impl Restated {
    /// The columns of `restated.csv`.
    pub const COLUMNS: [&str; 14] = [
        "pack",
        "rma",
        "line",
        "as_of",
        "old_due_in",
        "new_due_in",
        "old_strict",
        "new_strict",
        "old_by_due",
        "new_by_due",
        "old_remedy30",
        "new_remedy30",
        "who",
        "why",
    ];

    /// The fields of the row.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let ([a, b, c], [x, y, z]) = (self.classes.0.clone(), self.classes.1.clone());
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let (old, new) = (day(self.due.0), day(self.due.1));
        let why = format!("{} {}", self.recorded_at, self.why);
        let (pack, rma) = (self.pack.clone(), self.rma.clone());
        let (line, as_of) = (self.line.to_string(), self.as_of.to_string());
        let why = why.trim().to_owned();
        vec![pack, rma, line, as_of, old, new, a, x, b, y, c, z, self.who.clone(), why]
    }
}

/// The day that places a line, and its classes.
type Now = (NaiveDate, [String; 3], i64);

/// The lines of the query's period that the newest earlier packs tell differently: those over the same filters, and those over
/// fewer lines of them.
pub(super) fn restated(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<Vec<Restated>> {
    let text = |filter: &Option<String>| filter.clone().unwrap_or_default();
    let (depot, customer, part_no) = (text(&query.depot), text(&query.customer), text(&query.part_no));
    let told = evidence::told(conn, (query.from, query.to), &depot, &customer, &part_no)?;
    let days: BTreeSet<NaiveDate> = told.iter().map(|told| told.as_of).collect();
    let mut found = Vec::new();
    for as_of in days {
        let now = as_known_now(conn, ctx, query, as_of)?;
        for told in told.iter().filter(|told| told.as_of == as_of) {
            let now = now.get(&told.line_id);
            let due = [told.due_in, now.map(|(due_in, ..)| *due_in)];
            // What was moved out of the period, and told so, is the matter of another one.
            let is_of_period = due.iter().flatten().any(|day| (query.from..=query.to).contains(day));
            if !is_of_period || !differs(told, now) {
                continue;
            }
            let since = evidence::since(conn, told.line_id, told.known_at)?;
            let newest_then = store_figures::calendar_version_at(conn, told.known_at)?;
            found.push(line(told, now, newest_then, &since));
        }
    }
    found.sort_by(|a, b| (&a.rma, a.line, &a.pack).cmp(&(&b.rma, b.line, &b.pack)));
    Ok(found)
}

/// Every line over the query's filters, judged on an earlier day with what is known now.
fn as_known_now(conn: &mut Conn, ctx: &Ctx, query: &Query, as_of: NaiveDate) -> AppResult<HashMap<i64, Now>> {
    let whole = figures::without_period(query, as_of);
    let mut now = HashMap::new();
    figures::for_each_line(conn, ctx, &whole, &mut |line: Line| {
        let classes = [RateVariant::Strict, RateVariant::ByDue, RateVariant::Remedy30]
            .map(|variant| class_text(line.judged_as(variant).class));
        now.insert(line.line_id, (line.due_in, classes, line.calendar().version()));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(now)
}

fn differs(told: &ToldRow, now: Option<&Now>) -> bool {
    let Some((due_in, classes, _)) = now else { return told.due_in.is_some() };
    Some(*due_in) != told.due_in
        || classes.each_ref().map(String::as_str) != [&*told.strict, &told.by_due, &told.remedy30]
}

fn line(told: &ToldRow, now: Option<&Now>, newest_then: i64, since: &[SinceRow]) -> Restated {
    let who: BTreeSet<&str> = since.iter().filter_map(|row| row.actor.as_deref()).collect();
    let why: Vec<String> = since
        .iter()
        .map(|row| if row.note.is_empty() { row.kind.clone() } else { format!("{}: {}", row.kind, row.note) })
        .collect();
    // Nothing was recorded on the line itself: the calendar it is counted with may be one that the pack could not know.
    let why = match now {
        Some((_, _, version)) if why.is_empty() && *version > newest_then => format!("calendar {version}"),
        _ => why.join("; "),
    };
    let (due_in, classes) = match now {
        Some((due_in, classes, _)) => (Some(*due_in), classes.clone()),
        None => (None, Default::default()),
    };
    let recorded_at = since.last().map(|row| row.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true));
    Restated {
        line_id: told.line_id,
        pack: told.pack.clone(),
        rma: told.rma.clone(),
        line: told.line,
        as_of: told.as_of,
        due: (told.due_in, due_in),
        classes: ([told.strict.clone(), told.by_due.clone(), told.remedy30.clone()], classes),
        who: who.into_iter().collect::<Vec<_>>().join(" "),
        why,
        recorded_at: recorded_at.unwrap_or_default(),
    }
}

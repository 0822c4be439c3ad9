//! A pack recounted without any database: from its facts, its terms and its calendar.

use super::pack::{BadPack, FigureRow, Pack, sha256};
use super::rows::{LineFacts, class_text, row_hash};
use crate::domain::calendar::Calendar;
use crate::domain::plan::RateVariant;
use crate::domain::rate::{Measure, Tally};
use crate::text_enum;
use std::collections::BTreeMap;

const VARIANTS: [RateVariant; 3] = [RateVariant::Strict, RateVariant::ByDue, RateVariant::Remedy30];

text_enum! {
    /// What does not hold.
    Finding {
        /// The file is not the one that was issued, byte by byte.
        File => "file",
        /// The calendar is not the one the chain builds on.
        Calendar => "calendar",
        /// The restated lines are not those the chain builds on.
        Restated => "restated",
        /// A row does not follow from the one before it: changed, left out, put in or put elsewhere.
        Chain => "chain",
        /// The paper is not the one the manifest names.
        Report => "report",
        /// A field of a row cannot be read.
        Field => "field",
        /// The due date is not what receipt, terms, holds and calendar give.
        DueDate => "due_date",
        /// The line is not due in the period.
        Period => "period",
        /// A class is not what the facts give.
        Class => "class",
        /// The chain does not end with the head, or not with so many rows.
        Head => "head",
        /// The figures are not those of the rows.
        Figures => "figures",
    }
}

/// What a recount came to.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The first thing that does not hold: what, the row it was found in (none: the pack as a whole), and where exactly.
    pub broken: Option<(Finding, Option<u64>, String)>,
    /// The figures as recounted, by variant; only when nothing is broken.
    pub figures: BTreeMap<String, FigureRow>,
}

/// Recounts a pack. With `head`, it must also end in that hash: the one on the paper, in the mail or in our books.
///
/// # Errors
/// [`BadPack`] when a table of it cannot be read at all.
pub fn check(pack: &Pack, head: Option<&str>) -> Result<Verdict, BadPack> {
    let broken = |finding, row, what: String| {
        Ok(Verdict { broken: Some((finding, row, what)), figures: BTreeMap::new() })
    };
    let manifest = &pack.manifest;
    if sha256(pack.calendar.as_bytes()) != manifest.calendar_sha256 {
        return broken(Finding::Calendar, None, "calendar.csv".to_owned());
    }
    if sha256(pack.restated.as_bytes()) != manifest.restated_sha256 {
        return broken(Finding::Restated, None, "restated.csv".to_owned());
    }
    if pack.report.as_deref().map(sha256) != manifest.report_sha256 {
        return broken(Finding::Report, None, "report.pdf".to_owned());
    }
    let calendars = pack.calendars()?;
    let restated = lines_of(&pack.restated)?;
    if restated != manifest.restated {
        return broken(Finding::Restated, None, format!("{restated} rows"));
    }
    // Packs from before it was counted have no figure by contract.
    let is_told = |measure: &Measure| {
        *measure != Measure::Contractual || manifest.figures.contains_key(measure.as_str())
    };
    let measures: Vec<Measure> = Measure::ALL.iter().copied().filter(is_told).collect();
    let mut tallies = vec![Tally::default(); measures.len()];
    let mut previous = manifest.genesis();
    for (number, row) in (1_u64..).zip(&pack.rows) {
        match row_holds(pack, number, row, &previous, &calendars) {
            Ok((line, hash)) => {
                let Some(target) = line.target() else {
                    return broken(Finding::Field, Some(number), "target_bp".to_owned());
                };
                for (tally, measure) in tallies.iter_mut().zip(&measures) {
                    let variant = measure.variant(line.contractual);
                    if let Some(judged) = calendar_of(&calendars, &line)
                        .and_then(|calendar| line.judge(calendar, manifest.as_of, variant))
                    {
                        tally.add(target, judged.class);
                    }
                }
                previous = hash;
            }
            Err((finding, what)) => return broken(finding, Some(number), what),
        }
    }
    let rows = u64::try_from(pack.rows.len()).unwrap_or(u64::MAX);
    if previous != manifest.head || rows != manifest.lines {
        return broken(Finding::Head, None, format!("{rows} rows, {previous}"));
    }
    if head.is_some_and(|head| !head.trim().eq_ignore_ascii_case(&previous)) {
        return broken(Finding::Head, None, previous);
    }
    let recounted = measures.iter().zip(&tallies);
    let figures: BTreeMap<String, FigureRow> =
        recounted.map(|(measure, tally)| (measure.to_string(), FigureRow::from(&tally.figures()))).collect();
    if figures != manifest.figures {
        let differs = figures.iter().find(|(measure, row)| manifest.figures.get(*measure) != Some(*row));
        return broken(
            Finding::Figures,
            None,
            differs.map(|(measure, _)| measure.clone()).unwrap_or_default(),
        );
    }
    Ok(Verdict { broken: None, figures })
}

/// Rows of a table under its headings.
fn lines_of(table: &str) -> Result<u64, BadPack> {
    let mut lines = 0;
    for row in csv::Reader::from_reader(table.as_bytes()).records() {
        row?;
        lines += 1;
    }
    Ok(lines)
}

fn calendar_of<'a>(calendars: &'a BTreeMap<i64, Calendar>, line: &LineFacts) -> Option<&'a Calendar> {
    calendars.get(&line.calendar_version)
}

/// Does a row follow from the one before, and from its own facts? The line and its hash, or what does not hold.
fn row_holds(
    pack: &Pack,
    number: u64,
    row: &[String],
    previous: &str,
    calendars: &BTreeMap<i64, Calendar>,
) -> Result<(LineFacts, String), (Finding, String)> {
    let columns = row.len().checked_sub(2).and_then(|columns| row.split_at_checked(columns));
    let Some((fields, chain)) = columns else {
        return Err((Finding::Field, "columns".to_owned()));
    };
    let hash = row_hash(previous, fields);
    if chain != [previous.to_owned(), hash.clone()] {
        return Err((Finding::Chain, fields.get(1).cloned().unwrap_or_default()));
    }
    let line = LineFacts::read(fields).map_err(|column| (Finding::Field, column.to_owned()))?;
    if line.row != number {
        return Err((Finding::Field, "row".to_owned()));
    }
    let manifest = &pack.manifest;
    if line.due_in < manifest.from || line.due_in > manifest.to {
        return Err((Finding::Period, line.due_in.to_string()));
    }
    let Some(calendar) = calendar_of(calendars, &line) else {
        return Err((Finding::Field, "calendar_version".to_owned()));
    };
    for (variant, told) in VARIANTS.iter().zip(&line.classes) {
        let Some(judged) = line.judge(calendar, manifest.as_of, *variant) else {
            return Err((Finding::Field, "received_on".to_owned()));
        };
        if judged.due_on != line.due_on || judged.cohort_on.is_some_and(|day| day != line.due_in) {
            return Err((Finding::DueDate, judged.due_on.map(|day| day.to_string()).unwrap_or_default()));
        }
        if class_text(judged.class) != *told {
            return Err((Finding::Class, format!("{variant}: {}", class_text(judged.class))));
        }
        if *variant == RateVariant::Strict && class_text(judged.unexcused) != line.unexcused {
            return Err((Finding::Class, format!("unexcused: {}", class_text(judged.unexcused))));
        }
    }
    Ok((line, hash))
}

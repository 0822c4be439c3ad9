//! A pack as a file: a zip of `manifest.json`, `lines.csv`, `calendar.csv` and `restated.csv`.

use super::restate::Restated;
use super::rows::{COLUMNS, FIRST_COLUMNS, LineFacts, hash_of, row_hash};
use crate::domain::calendar::{Calendar, DayName, ListedKind, PublishedDay};
use crate::domain::rate::Figures;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The format, first of what is hashed. Another one is another description.
pub const FORMAT: &str = "beiku-evidence-1";
/// Most bytes of one file of a pack, unpacked: a hundred thousand lines are a tenth of it.
const FILE_MAX: u64 = 512 * 1024 * 1024;

/// What a pack says of itself: `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// Number of the pack.
    pub number: String,
    /// First day of the due dates.
    pub from: NaiveDate,
    /// Last day of the due dates.
    pub to: NaiveDate,
    /// The day at whose end the lines are judged.
    pub as_of: NaiveDate,
    /// What was recorded by this instant counts (RFC 3339, UTC, microseconds).
    pub known_at: String,
    /// Only lines received in this depot; empty: all.
    pub depot: String,
    /// Only lines of this customer; empty: all.
    pub customer: String,
    /// Only lines with this part; empty: all.
    pub part_no: String,
    /// How many lines.
    pub lines: u64,
    /// How many restated lines.
    pub restated: u64,
    /// SHA-256 of `calendar.csv`.
    pub calendar_sha256: String,
    /// SHA-256 of `restated.csv`.
    pub restated_sha256: String,
    /// SHA-256 of `report.pdf`; packs from before there was one have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_sha256: Option<String>,
    /// The heads of the ledgers' seals when the pack was made.
    pub seals: Vec<SealOf>,
    /// The hash of the last row.
    pub head: String,
    /// The figures, by measure: strict, by_due, remedy30 and (not in packs from before it was counted) contractual.
    pub figures: BTreeMap<String, FigureRow>,
}

/// The head of a sealed ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealOf {
    /// movement, rma_event or promise.
    pub ledger: String,
    /// The last row sealed.
    pub through_id: i64,
    /// The seal's hash.
    pub head: String,
}

/// The figures of a variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureRow {
    /// Kept in time.
    pub timely: u32,
    /// Kept and not kept.
    pub eligible: u32,
    /// Not decided yet.
    pub pending: u32,
    /// Under an open hold.
    pub floating: u32,
    /// Out of the rate.
    pub excluded: u32,
    /// timely ÷ eligible, to six digits.
    pub rate: Option<f64>,
    /// The rate floored to a tenth of a per cent.
    pub shown: Option<String>,
    /// Whether the target is met.
    pub meets_target: Option<bool>,
}

impl From<&Figures> for FigureRow {
    fn from(figures: &Figures) -> Self {
        FigureRow {
            timely: figures.timely,
            eligible: figures.eligible,
            pending: figures.pending,
            floating: figures.floating,
            excluded: figures.excluded,
            rate: figures.rate,
            shown: figures.shown.clone(),
            meets_target: figures.meets_target,
        }
    }
}

/// A pack, read or about to be written.
#[derive(Debug, Clone)]
pub struct Pack {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The rows of `lines.csv` as they stand, with `previous` and `hash`.
    pub rows: Vec<Vec<String>>,
    /// The text of `calendar.csv`.
    pub calendar: String,
    /// The text of `restated.csv`.
    pub restated: String,
    /// The bytes of `report.pdf`.
    pub report: Option<Vec<u8>>,
}

/// Why a file is no pack.
#[derive(Debug, thiserror::Error)]
pub enum BadPack {
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is no zip, or a part of it is missing.
    #[error("not an evidence pack: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// A table in it is broken.
    #[error("a table of the pack is broken: {0}")]
    Csv(#[from] csv::Error),
    /// The manifest is broken.
    #[error("manifest.json is broken: {0}")]
    Manifest(#[from] serde_json::Error),
    /// Another format, or parts that do not belong there.
    #[error("not an evidence pack of this format: {0}")]
    Format(String),
}

/// SHA-256 of a text, in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Manifest {
    /// What the first row builds on: everything the manifest says that no row can prove.
    #[must_use]
    pub fn genesis(&self) -> String {
        let (from, to, as_of) = (self.from.to_string(), self.to.to_string(), self.as_of.to_string());
        let mut fields: Vec<&str> = vec![
            &self.format,
            &self.number,
            &from,
            &to,
            &as_of,
            &self.known_at,
            &self.depot,
            &self.customer,
            &self.part_no,
            &self.calendar_sha256,
            &self.restated_sha256,
        ];
        let through: Vec<String> = self.seals.iter().map(|seal| seal.through_id.to_string()).collect();
        for (seal, through) in self.seals.iter().zip(&through) {
            fields.extend([seal.ledger.as_str(), through.as_str(), seal.head.as_str()]);
        }
        hash_of(fields)
    }
}

impl Pack {
    /// Puts the rows into a chain; the manifest gets its head.
    pub(super) fn chained(
        mut manifest: Manifest,
        lines: &[LineFacts],
        calendar: String,
        restated: String,
    ) -> Pack {
        let mut head = manifest.genesis();
        let mut rows = Vec::with_capacity(lines.len());
        for line in lines {
            let mut fields = line.fields();
            let hash = row_hash(&head, &fields);
            fields.extend([head, hash.clone()]);
            rows.push(fields);
            head = hash;
        }
        manifest.head = head;
        Pack { manifest, rows, calendar, restated, report: None }
    }

    /// Adds the paper, which the manifest then names by its hash.
    pub(super) fn with_report(mut self, report: Vec<u8>) -> Pack {
        self.manifest.report_sha256 = Some(sha256(&report));
        self.report = Some(report);
        self
    }

    /// The pack as a zip; the same pack always gives the same bytes.
    pub(super) fn to_zip(&self) -> Result<Vec<u8>, BadPack> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        let lines = self.lines_csv()?;
        let manifest = serde_json::to_string_pretty(&self.manifest)?;
        let files = [
            ("manifest.json", manifest.as_bytes()),
            ("lines.csv", lines.as_slice()),
            ("calendar.csv", self.calendar.as_bytes()),
            ("restated.csv", self.restated.as_bytes()),
        ];
        let report = self.report.as_ref().map(|report| ("report.pdf", report.as_slice()));
        for (name, content) in files.into_iter().chain(report) {
            zip.start_file(name, options)?;
            zip.write_all(content)?;
        }
        Ok(zip.finish()?.into_inner())
    }

    fn lines_csv(&self) -> Result<Vec<u8>, BadPack> {
        let mut csv = csv::WriterBuilder::new().from_writer(Vec::new());
        csv.write_record(COLUMNS.iter().chain(&["previous", "hash"]))?;
        for row in &self.rows {
            csv.write_record(row)?;
        }
        csv.into_inner().map_err(|error| BadPack::Io(error.into_error()))
    }

    /// Reads a pack.
    ///
    /// # Errors
    /// [`BadPack`]: what keeps it from being one. Whether it is true is another question.
    pub fn read(source: impl Read + Seek) -> Result<Pack, BadPack> {
        let mut zip = ZipArchive::new(source)?;
        let manifest: Manifest = serde_json::from_str(&text_of(&mut zip, "manifest.json")?)?;
        if manifest.format != FORMAT {
            return Err(BadPack::Format(manifest.format));
        }
        let text = text_of(&mut zip, "lines.csv")?;
        let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let columns: Vec<&str> = csv.headers()?.iter().collect();
        let is_known = columns
            .strip_suffix(&["previous", "hash"])
            .is_some_and(|columns| columns.len() >= FIRST_COLUMNS && COLUMNS.starts_with(columns));
        if !is_known {
            return Err(BadPack::Format("lines.csv: columns".to_owned()));
        }
        let mut rows = Vec::new();
        for record in csv.records() {
            rows.push(record?.iter().map(str::to_owned).collect());
        }
        let calendar = text_of(&mut zip, "calendar.csv")?;
        let restated = text_of(&mut zip, "restated.csv")?;
        let report = match zip.index_for_name("report.pdf").is_some() {
            true => Some(bytes_of(&mut zip, "report.pdf")?),
            false => None,
        };
        Ok(Pack { manifest, rows, calendar, restated, report })
    }

    /// The calendars of the pack by version.
    pub(super) fn calendars(&self) -> Result<BTreeMap<i64, Calendar>, BadPack> {
        let bad = |what: &str| BadPack::Format(format!("calendar.csv: {what}"));
        let mut csv = csv::Reader::from_reader(self.calendar.as_bytes());
        let mut days: BTreeMap<i64, Vec<PublishedDay>> = BTreeMap::new();
        for record in csv.records() {
            let record = record?;
            let field = |at: usize| record.get(at).ok_or_else(|| bad("columns"));
            let version = field(0)?.parse().map_err(|_| bad("version"))?;
            let of_version = days.entry(version).or_default();
            let date: NaiveDate = match field(1)? {
                // A version without any day off.
                "" => continue,
                text => text.parse().map_err(|_| bad("date"))?,
            };
            let kind = ListedKind::from_code(field(2)?).ok_or_else(|| bad("kind"))?;
            of_version.push(PublishedDay { date, kind, name: DayName::new(field(3)?, "") });
        }
        let whole = |days: Vec<PublishedDay>| {
            let years = days.iter().map(|day| day.date.year());
            let (first, last) = (years.clone().min().unwrap_or(1), years.max().unwrap_or(0));
            Calendar::of_days(first..=last, days)
        };
        Ok(days.into_iter().map(|(version, days)| (version, whole(days))).collect())
    }
}

fn text_of(zip: &mut ZipArchive<impl Read + Seek>, name: &str) -> Result<String, BadPack> {
    let bytes = bytes_of(zip, name)?;
    String::from_utf8(bytes).map_err(|error| BadPack::Format(format!("{name}: {error}")))
}

fn bytes_of(zip: &mut ZipArchive<impl Read + Seek>, name: &str) -> Result<Vec<u8>, BadPack> {
    let file = zip.by_name(name)?;
    if file.size() > FILE_MAX {
        return Err(BadPack::Format(format!("{name} is too large")));
    }
    let mut bytes = Vec::new();
    file.take(FILE_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The calendars of a pack as a table: of each version every day of the years that is not what its weekday says.
pub(super) fn calendar_csv(
    calendars: &BTreeMap<i64, std::sync::Arc<Calendar>>,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<String, BadPack> {
    use crate::domain::calendar::DayKind;
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["version", "date", "kind", "name"])?;
    let begin = NaiveDate::from_ymd_opt(first.year(), 1, 1).unwrap_or(first);
    for (version, calendar) in calendars {
        let version = version.to_string();
        for date in begin.iter_days().take_while(|date| date.year() <= last.year()) {
            let kind = match calendar.day_kind(date) {
                DayKind::Holiday => ListedKind::Holiday,
                DayKind::Makeup => ListedKind::Makeup,
                DayKind::Workday | DayKind::Weekend => continue,
            };
            let name = calendar.day_name(date).map(|name| name.zh.clone()).unwrap_or_default();
            csv.write_record([version.as_str(), &date.to_string(), kind.as_str(), &name])?;
        }
    }
    let bytes = csv.into_inner().map_err(|error| BadPack::Io(error.into_error()))?;
    String::from_utf8(bytes).map_err(|error| BadPack::Format(error.to_string()))
}

/// The restated lines as a table.
pub(super) fn restated_csv(lines: &[Restated]) -> Result<String, BadPack> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(Restated::COLUMNS)?;
    for line in lines {
        csv.write_record(line.fields())?;
    }
    let bytes = csv.into_inner().map_err(|error| BadPack::Io(error.into_error()))?;
    String::from_utf8(bytes).map_err(|error| BadPack::Format(error.to_string()))
}

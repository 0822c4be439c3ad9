//! The paper of a pack: `report.pdf`, a page to read and sign, and all lines with the first digits of their hashes.

mod metrics;
mod sheet;

use super::pack::Pack;
use super::rows::LineFacts;
use crate::app::export::Words;
use crate::domain::rate::{Figures, Measure};
use sheet::{Face, HEIGHT, MARGIN, Sheet, WIDTH, pdf};
use std::collections::BTreeSet;

/// Lines of a list on one sheet.
const LINES: usize = 46;
/// Missed lines named on the first sheet.
const MISSED: usize = 10;
/// Digits of a hash on paper.
const DIGITS: usize = 8;
const RIGHT: f32 = WIDTH - MARGIN;
const ROOM: f32 = WIDTH - 2.0 * MARGIN;

/// What the paper says beside the pack's own rows.
pub(super) struct Facts<'a> {
    /// The lines as typed facts, in the order of the rows.
    pub lines: &'a [LineFacts],
    /// The figures under each measure.
    pub figures: &'a [(Measure, Figures)],
    /// The rate that counts by contract.
    pub contractual: Measure,
    /// Share of lines that must be timely; of several plans the mean, weighed by lines.
    pub target: f64,
}

/// Draws the paper of a pack. `words` gives its texts by (`evidence-paper`, code).
pub(super) fn draw(pack: &Pack, facts: &Facts<'_>, words: &Words) -> Vec<u8> {
    let paper = Paper { pack, facts, words };
    let chunks: Vec<&[LineFacts]> = facts.lines.chunks(LINES).collect();
    let pages = 1 + chunks.len();
    let mut sheets = vec![paper.first(pages)];
    for (n, chunk) in chunks.into_iter().enumerate() {
        sheets.push(paper.list(chunk, n * LINES, n + 2, pages));
    }
    pdf(sheets, &format!("{} {}", paper.t("title"), pack.manifest.number), &paper.t("language"))
}

struct Paper<'a> {
    pack: &'a Pack,
    facts: &'a Facts<'a>,
    words: &'a Words,
}

impl Paper<'_> {
    fn t(&self, code: &str) -> String {
        self.words.of("evidence-paper", code)
    }

    fn head(&self, sheet: &mut Sheet) -> f32 {
        let manifest = &self.pack.manifest;
        sheet.text(MARGIN, HEIGHT - 58.0, 16.0, Face::Bold, &self.t("title"));
        sheet.text_end(RIGHT, HEIGHT - 58.0, 10.0, Face::Mono, &manifest.number);
        let limits = [&manifest.customer, &manifest.depot, &manifest.part_no];
        let limits: Vec<&str> =
            limits.into_iter().map(String::as_str).filter(|code| !code.is_empty()).collect();
        let of = if limits.is_empty() { self.t("everything") } else { limits.join(" · ") };
        let sub = format!(
            "{} {} – {} · {of} · {} {}",
            self.t("due"),
            manifest.from,
            manifest.to,
            self.t("as-of"),
            manifest.as_of
        );
        sheet.text(MARGIN, HEIGHT - 76.0, 9.0, Face::Plain, &sub);
        sheet.rule(MARGIN, HEIGHT - 84.0, ROOM);
        HEIGHT - 104.0
    }

    fn foot(&self, sheet: &mut Sheet, page: usize, pages: usize) {
        let versions: BTreeSet<String> =
            self.facts.lines.iter().map(|line| line.calendar_version.to_string()).collect();
        let versions: Vec<String> = versions.into_iter().collect();
        let known_at = self.pack.manifest.known_at.get(..16).unwrap_or_default().replace('T', " ");
        let left =
            format!("{} {known_at} UTC · {} {}", self.t("known"), self.t("calendar"), versions.join(", "));
        sheet.rule(MARGIN, 44.0, ROOM);
        sheet.text_in(MARGIN, 32.0, 8.0, Face::Plain, &left, ROOM - 60.0);
        sheet.text_end(RIGHT, 32.0, 8.0, Face::Plain, &format!("{page} / {pages}"));
    }

    fn figures(&self, measure: Measure) -> Option<&Figures> {
        self.facts.figures.iter().find(|(known, _)| *known == measure).map(|(_, figures)| figures)
    }

    /// What became of a line, by the rate of its contract.
    fn class<'l>(&self, line: &'l LineFacts) -> &'l str {
        line.class_under(self.facts.contractual.variant(line.contractual))
    }

    /// The page to read and sign.
    fn first(&self, pages: usize) -> Sheet {
        let mut sheet = Sheet::new();
        let mut y = self.head(&mut sheet);
        y = self.numbers(&mut sheet, y);
        y = self.variants(&mut sheet, y);
        y = self.missed(&mut sheet, y);
        y = self.left_out(&mut sheet, y);
        self.how_to_check(&mut sheet, y);
        self.signatures(&mut sheet);
        self.foot(&mut sheet, 1, pages);
        sheet
    }

    /// The rate of the contract, its interval, the misses.
    fn numbers(&self, sheet: &mut Sheet, y: f32) -> f32 {
        let Some(figures) = self.figures(self.facts.contractual) else { return y };
        let shown = figures.shown.clone().unwrap_or_else(|| "–".to_owned());
        let target = (self.facts.target * 10_000.0).round() / 100.0;
        let met = match figures.meets_target {
            None => self.t("nothing-due"),
            Some(true) => self.t("met"),
            Some(false) => self.t("not-met"),
        };
        let variant = self.words.of("variant", self.facts.contractual.as_str());
        // Floored to a tenth, as every screen shows it.
        let floored = |share: f64| (share * 1000.0 + 1e-6).floor() / 10.0;
        let span = figures
            .wilson95
            .map_or("–".to_owned(), |(low, high)| format!("{:.1} – {:.1} %", floored(low), floored(high)));
        let cells = [
            (
                format!("{} · {variant}", self.t("rate")),
                shown,
                format!(
                    "{} / {} · {} {target} %: {met}",
                    figures.timely,
                    figures.eligible,
                    self.t("promise")
                ),
            ),
            (self.t("wilson"), span, self.t("wilson-note")),
            (
                self.t("misses"),
                figures.misses.to_string(),
                format!("{} {}", self.t("allowed"), figures.misses_allowed),
            ),
        ];
        for (at, (label, number, note)) in cells.iter().enumerate() {
            let x = MARGIN + f32::from(u8::try_from(at).unwrap_or_default()) * (ROOM / 3.0);
            let room = ROOM / 3.0 - 10.0;
            sheet.text_in(x, y, 8.5, Face::Plain, label, room);
            sheet.text(x, y - 24.0, 19.0, Face::Bold, number);
            sheet.text_in(x, y - 38.0, 8.5, Face::Plain, note, room);
        }
        y - 62.0
    }

    fn heading(&self, sheet: &mut Sheet, y: f32, text: &str) -> f32 {
        sheet.text(MARGIN, y, 11.0, Face::Bold, text);
        sheet.rule(MARGIN, y - 5.0, ROOM);
        y - 19.0
    }

    fn variants(&self, sheet: &mut Sheet, y: f32) -> f32 {
        let mut y = self.heading(sheet, y, &self.t("variants"));
        // What the contracts say is a line of its own only where they say different things.
        let is_shown = |measure: Measure| {
            measure != Measure::Contractual || self.facts.contractual == Measure::Contractual
        };
        for (variant, figures) in self.facts.figures.iter().filter(|(measure, _)| is_shown(*measure)) {
            let code = variant.as_str();
            let mark = if *variant == self.facts.contractual {
                format!(" ({})", self.t("contractual"))
            } else {
                String::new()
            };
            let name = format!("{}{mark}", self.words.of("variant", code));
            sheet.text_in(MARGIN, y, 9.0, Face::Plain, &name, 130.0);
            sheet.text_in(MARGIN + 135.0, y, 9.0, Face::Plain, &self.words.of("variant-rule", code), 235.0);
            sheet.text_end(
                RIGHT - 70.0,
                y,
                9.0,
                Face::Mono,
                &format!("{} / {}", figures.timely, figures.eligible),
            );
            sheet.text_end(RIGHT, y, 9.0, Face::Bold, figures.shown.as_deref().unwrap_or("–"));
            y -= 15.0;
        }
        y - 8.0
    }

    fn missed(&self, sheet: &mut Sheet, y: f32) -> f32 {
        let missed: Vec<&LineFacts> =
            self.facts.lines.iter().filter(|line| self.class(line) == "missed").collect();
        if missed.is_empty() {
            return y;
        }
        let mut y = self.heading(sheet, y, &format!("{}: {}", self.t("missed"), missed.len()));
        for line in missed.iter().take(MISSED) {
            sheet.text_in(MARGIN, y, 8.5, Face::Mono, &format!("{}/{}", line.rma, line.line), 110.0);
            sheet.text_in(
                MARGIN + 114.0,
                y,
                8.5,
                Face::Plain,
                &format!("{} · {}", line.part_no, line.customer),
                150.0,
            );
            let due = line.due_on.map_or("–".to_owned(), |day| day.to_string());
            sheet.text(MARGIN + 268.0, y, 8.5, Face::Plain, &format!("{} {due}", self.t("due")));
            sheet.text_in(MARGIN + 368.0, y, 8.5, Face::Plain, &self.ended(line), ROOM - 368.0);
            y -= 13.5;
        }
        if missed.len() > MISSED {
            sheet.text(MARGIN, y, 8.5, Face::Plain, &self.t("more-inside"));
            y -= 13.5;
        }
        y - 8.0
    }

    /// What became of a line, in words.
    fn ended(&self, line: &LineFacts) -> String {
        let outcome = &line.outcome;
        let said = |code: &str, day: chrono::NaiveDate| format!("{} {day}", self.t(code));
        if let Some(exchange) = outcome.exchange {
            return said(
                if exchange.delivered_on.is_some() { "exchanged" } else { "exchange-decided" },
                exchange.delivered_on.unwrap_or(exchange.decided_on),
            );
        }
        let ends = [
            ("returned", outcome.returned_on),
            ("unrepaired", outcome.unrepaired_on),
            ("kept", outcome.loaner_kept_on),
            ("scrapped", outcome.scrapped_on),
            ("cancelled", outcome.cancelled_on),
            ("voided", outcome.voided_on),
        ];
        let found = ends.into_iter().find_map(|(code, day)| day.map(|day| said(code, day)));
        found.unwrap_or_else(|| self.t("open"))
    }

    fn left_out(&self, sheet: &mut Sheet, y: f32) -> f32 {
        let Some(figures) = self.figures(self.facts.contractual) else { return y };
        let said =
            [("excluded", figures.excluded), ("pending", figures.pending), ("floating", figures.floating)];
        let said: Vec<String> = said.iter().map(|(code, n)| format!("{} {n}", self.t(code))).collect();
        let text = format!(
            "{}: {}. {} {}.",
            self.t("not-counted"),
            said.join(", "),
            self.t("restated"),
            self.pack.manifest.restated
        );
        sheet.paragraph(MARGIN, y, 9.0, &text, ROOM) - 6.0
    }

    fn how_to_check(&self, sheet: &mut Sheet, y: f32) {
        let manifest = &self.pack.manifest;
        let mut y = self.heading(sheet, y, &self.t("check"));
        y = sheet.paragraph(MARGIN, y, 9.0, &self.t("check-text"), ROOM);
        let command = format!("beiku verify-evidence {}.zip --head {}", manifest.number, manifest.head);
        for part in [command.get(..command.len() - manifest.head.len()).unwrap_or_default(), &manifest.head] {
            sheet.text_in(MARGIN + 8.0, y, 8.5, Face::Mono, part, ROOM - 8.0);
            y -= 12.0;
        }
        y -= 3.0;
        for seal in &manifest.seals {
            let text = format!("{} {} {}", seal.ledger, seal.through_id, seal.head);
            sheet.text_in(MARGIN + 8.0, y, 7.0, Face::Mono, &text, ROOM - 8.0);
            y -= 10.0;
        }
    }

    fn signatures(&self, sheet: &mut Sheet) {
        let width = ROOM / 2.0 - 8.0;
        for (at, code) in [(0_u8, "provider"), (1, "customer")] {
            let x = MARGIN + f32::from(at) * (width + 16.0);
            sheet.frame(x, 58.0, width, 72.0);
            sheet.text(x + 8.0, 116.0, 9.0, Face::Bold, &self.t(code));
            sheet.text(x + 8.0, 66.0, 8.0, Face::Plain, &self.t("sign"));
            sheet.text_end(x + width - 60.0, 66.0, 8.0, Face::Plain, &self.t("date"));
        }
    }

    /// A sheet of lines; the first of them is the row after `from`.
    fn list(&self, lines: &[LineFacts], from: usize, page: usize, pages: usize) -> Sheet {
        /// Where each column begins, and how wide it is.
        const PLACES: [(f32, f32); 8] = [
            (0.0, 104.0),
            (108.0, 82.0),
            (194.0, 50.0),
            (248.0, 50.0),
            (302.0, 50.0),
            (356.0, 72.0),
            (430.0, 34.0),
            (468.0, 43.0),
        ];
        let heads = ["rma", "part", "customer-code", "received", "due", "ended", "timely", "hash"];
        let mut sheet = Sheet::new();
        let mut y = self.head(&mut sheet);
        for ((x, room), head) in PLACES.iter().zip(heads) {
            sheet.text_in(MARGIN + x, y, 8.0, Face::Bold, &self.t(&format!("col-{head}")), *room);
        }
        sheet.rule(MARGIN, y - 4.0, ROOM);
        y -= 15.0;
        for (line, row) in lines.iter().zip(self.pack.rows.iter().skip(from)) {
            let hash = row.last().and_then(|hash| hash.get(..DIGITS)).unwrap_or_default();
            let day = |day: Option<chrono::NaiveDate>| {
                day.map_or("–".to_owned(), |day| day.format("%y-%m-%d").to_string())
            };
            let class =
                self.words.of("evidence-paper-class", self.class(line).split('(').next().unwrap_or_default());
            let cells = [
                (Face::Mono, format!("{}/{}", line.rma, line.line)),
                (Face::Plain, line.part_no.clone()),
                (Face::Plain, line.customer.clone()),
                (Face::Plain, day(Some(line.received_on))),
                (Face::Plain, day(line.due_on)),
                (Face::Plain, self.ended(line)),
                (Face::Plain, class),
                (Face::Mono, hash.to_owned()),
            ];
            for ((x, room), (face, text)) in PLACES.iter().zip(cells) {
                sheet.text_in(MARGIN + x, y, 8.0, face, &text, *room);
            }
            y -= 14.2;
        }
        self.foot(&mut sheet, page, pages);
        sheet
    }
}

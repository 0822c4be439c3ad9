//! What a scan station shows of what was read: verdicts in words, expected parts, loads.

use super::act;
use super::answer::part;
use super::frame::name;
use crate::app::counts::CountScanRow;
use crate::app::scans::{self, Due, ScanRow, ScannedThing};
use crate::domain::count::CountVerdict;
use crate::domain::equivalence::Limited;
use crate::domain::scan::{ScanMode, ScanVerdict};
use crate::domain::serial::to_half_width;
use crate::http::words;
use crate::i18n::{self, Args};
use crate::web::Page;
use crate::web::actions::looked;
use crate::web::form::{Control, Field, Form};
use crate::web::kit::Tone;
use crate::web::scan::Verdict;
use crate::web::station::{DueLine, LoadCard, NextAct, SentLoad};

/// One row per part, with the documents that ask for it.
pub fn due_lines(p: &Page, due: &[Due]) -> Vec<DueLine> {
    let mut lines: Vec<DueLine> = vec![];
    for one in due {
        let document = (one.document.clone(), href_of(&one.document));
        let is_done = one.done >= one.wanted;
        let serial = one.serial.clone();
        let (came, serials) = if is_done { (serial, None) } else { (None, serial) };
        match lines.iter_mut().find(|line| line.part_no == one.part_no) {
            Some(line) => {
                line.wanted += one.wanted;
                line.done += one.done;
                line.serials.extend(serials);
                line.came.extend(came);
                if !line.documents.contains(&document) {
                    line.documents.push(document);
                }
            }
            None => lines.push(DueLine {
                name: name(p, &one.part_name, &one.part_name_en).to_owned(),
                part_no: one.part_no.clone(),
                serials: serials.into_iter().collect(),
                came: came.into_iter().collect(),
                wanted: one.wanted,
                done: one.done,
                is_lot: one.is_lot,
                documents: vec![document],
            }),
        }
    }
    lines
}

/// What is packed counts as done on the list of what waits to leave: each unit on one row, its own first.
pub fn count_packed(due: &mut [Due], loads: &[scans::Load], scanned: &[(ScanRow, Option<ScannedThing>)]) {
    for load in loads {
        for serial in &load.serials {
            let thing =
                scanned.iter().filter_map(|(_, thing)| thing.as_ref()).find(|one| one.serial == *serial);
            let part_no = thing.map(|thing| thing.part_no.as_str());
            let waits = |one: &Due| one.document == load.document && !one.is_lot && one.done < one.wanted;
            let own = |one: &Due| waits(one) && one.serial.as_deref() == Some(serial.as_str());
            let any = |one: &Due| waits(one) && one.serial.is_none();
            let same = |one: &Due| any(one) && part_no == Some(one.part_no.as_str());
            let row = due.iter().position(own).or_else(|| due.iter().position(same));
            // An equivalent stands for the part that was asked for.
            let row = row.or_else(|| due.iter().position(any));
            if let Some(one) = row.and_then(|at| due.get_mut(at)) {
                one.done += 1;
            }
        }
    }
}

/// Whether a document is a replacement request.
fn is_request(document: &str) -> bool {
    document.starts_with("SQ-")
}

/// The page of a document: a transfer, a replacement request, or an RMA line as `RMA-…/1`.
pub fn href_of(document: &str) -> String {
    if is_request(document) {
        return format!("/requests/{}", part(document));
    }
    match document.split_once('/') {
        Some((number, line)) => format!("/rma/{}?line={}", part(number), part(line)),
        None if document.starts_with("RMA") => format!("/rma/{}", part(document)),
        None => format!("/transfers/{}", part(document)),
    }
}

/// What a packed spare has to be looked at for, in words, and its page.
fn look_at(p: &Page, load: &scans::Load) -> Option<(String, String)> {
    let (Limited { limit, wanted, .. }, serial) = (load.look_at.as_ref()?, load.serials.first()?);
    let said = Args::new().with("serial", serial.as_str());
    let said = said.with("limit", limit.as_str()).with("wanted", wanted.as_str());
    Some((i18n::format(p.lang, "load-look", &said), format!("/unit/{}#release", part(serial))))
}

pub fn load_card(p: &Page, depot: &str, at: usize, load: scans::Load, due: &[Due]) -> LoadCard {
    let mut fields = vec![
        Field::hidden("depot", depot),
        Field::hidden("document", &load.document),
        Field::new("carrier", p.t("field-carrier"), Control::Text),
        Field::new("tracking_no", p.t("field-tracking-no"), Control::Code),
        Field::new("own_ride", p.t("field-own-ride"), Control::Check),
    ];
    // What is kept by quantity has no serial to scan.
    let lots = due.iter().filter(|one| one.document == load.document && one.is_lot);
    for (row, lot) in lots.enumerate() {
        let label = format!("{} × {}", name(p, &lot.part_name, &lot.part_name_en), lot.wanted);
        fields.push(Field::hidden(format!("lot-{row}-part_no"), &lot.part_no));
        fields.push(
            Field::new(format!("lot-{row}-quantity"), label, Control::Number)
                .with_value(lot.wanted.to_string()),
        );
    }
    if is_request(&load.document) {
        let hint = p.t("requests-handed-hint");
        fields.push(Field::new("received_by", p.t("requests-handed"), Control::Text).with_hint(hint));
    }
    let look_at = look_at(p, &load);
    fields.extend(look_at.is_some().then(|| looked(p)));
    let paper = match load.document.split_once('/') {
        Some((number, line)) => {
            format!("/print/rma/{}/{}/hand-over?way=out", part(number), part(line))
        }
        // The hand-over sheet of a spare hangs on its RMA line.
        None if is_request(&load.document) => String::new(),
        None => format!("/print/transfer/{}", part(&load.document)),
    };
    LoadCard {
        href: href_of(&load.document),
        paper,
        look_at,
        serials: load.serials,
        form: Form {
            id: format!("send-{at}"),
            action: "/scan/ship/send".to_owned(),
            fields,
            more: vec![],
            submit: p.t("station-send-off"),
            idempotency_key: act::key(),
            error: String::new(),
            cancel: String::new(),
        },
        document: load.document,
    }
}

/// What goes with a load once it is on its way: its delivery note, the sheet of a transfer, or the page of a request, which
/// has the papers of its line.
pub fn paper_of(document: &str) -> SentLoad {
    let paper = match document.split_once('/') {
        Some((number, line)) => format!("/print/rma/{}/{}/delivery", part(number), part(line)),
        None if is_request(document) => href_of(document),
        None => format!("/print/transfer/{}", part(document)),
    };
    SentLoad { href: href_of(document), document: document.to_owned(), paper }
}

/// A bin without its depot; the bench, and what lies in no depot, by its name.
fn short(p: &Page, place: &str) -> String {
    if let Some((kind, _)) = place.split_once(':') {
        return p.word("place", kind);
    }
    match place.split_once('/').map_or(place, |(_, bin)| bin) {
        "bench" => p.word("place", "bench"),
        bin => bin.to_owned(),
    }
}

/// What was seen in a count.
pub fn seen(p: &Page, row: &CountScanRow) -> Verdict {
    let elsewhere = matches!(row.verdict, CountVerdict::OtherBin | CountVerdict::Elsewhere);
    let is_lot = row.verdict == CountVerdict::Quantity;
    Verdict {
        tone: if is_lot || row.verdict == CountVerdict::Here { Tone::Ok } else { Tone::Warn },
        title: if is_lot {
            format!("{} {}", p.t("station-say-counted"), p.count(&row.counted))
        } else {
            p.word("count-verdict", row.verdict.as_str())
        },
        code: row.code.clone(),
        text: if elsewhere { p.place(&row.book_place) } else { row.part_no.clone().unwrap_or_default() },
        bin: short(p, &row.place),
    }
}

/// What is to be done next about a scan: a box nobody knows is settled, on what was received a paper is stuck.
pub fn next(p: &Page, row: &ScanRow, thing: Option<&ScannedThing>) -> Option<NextAct> {
    let is_box = row.verdict == ScanVerdict::Review && row.document.starts_with("BOX-");
    if is_box {
        let href = format!("/find?q={}", part(&row.document));
        return Some(NextAct { icon: "arrow-right", href, words: p.t("station-settle-box") });
    }
    if is_unreadable(row) {
        let href = format!("/intakes/new?depot={}", part(&row.depot));
        return Some(NextAct { icon: "plus", href, words: p.t("intakes-new") });
    }
    let (href, words) = paper(p, row, thing?)?;
    Some(NextAct { icon: "printer", href, words })
}

/// Whether a scan meant something that bears no serial to read: that is taken in on a page of its own.
fn is_unreadable(row: &ScanRow) -> bool {
    row.mode == ScanMode::TakeIn && matches!(row.reason.as_str(), "not_a_unit" | "not_a_serial")
}

/// What is stuck on a unit that was received: its fault tag, or its label.
fn paper(p: &Page, row: &ScanRow, thing: &ScannedThing) -> Option<(String, String)> {
    let is_received = row.mode == ScanMode::TakeIn && row.verdict == ScanVerdict::Accepted;
    let (tag, key) = match row.document.starts_with("RMA") && !thing.is_issued {
        true => ("/tag", "station-print-tag"),
        false => ("", "station-print-label"),
    };
    let href = format!("/print/unit/{}{tag}?part_no={}", part(&thing.serial), part(&thing.part_no));
    is_received.then(|| (href, p.t(key)))
}

/// What became of a scan, in words.
pub fn said(p: &Page, row: &ScanRow, thing: Option<&ScannedThing>) -> Verdict {
    let done = row.verdict == ScanVerdict::Accepted;
    let already = done && row.document.is_empty() && row.movement_id.is_none();
    let again = done && !row.reason.is_empty();
    let title = match row.mode {
        _ if already => p.t("station-here"),
        _ if again => p.t("station-say-ship-again"),
        ScanMode::Look | ScanMode::Receive => p.word("station-say", &format!("take_in-{}", row.verdict)),
        mode => p.word("station-say", &format!("{mode}-{}", row.verdict)),
    };
    let text = match row.verdict {
        ScanVerdict::Accepted => {
            let part = thing.map(|thing| name(p, &thing.part_name, &thing.part_name_en)).unwrap_or_default();
            [part, row.document.as_str()]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        }
        ScanVerdict::Review => words::review(p.lang, row, thing),
        ScanVerdict::Refused => words::stored(p.lang, &row.reason, &scans::facts(row)),
    };
    Verdict {
        tone: match row.verdict {
            ScanVerdict::Accepted => Tone::Ok,
            ScanVerdict::Review => Tone::Warn,
            ScanVerdict::Refused => Tone::Bad,
        },
        title,
        code: to_half_width(&row.code),
        text,
        bin: thing.filter(|_| done).map(|thing| short(p, &thing.place)).unwrap_or_default(),
    }
}

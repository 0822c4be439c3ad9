//! Every code has its sentence in both languages, and every sentence gets the values it names.

use std::collections::BTreeSet;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

use super::super::fault::{Args, FileFault, Reason};
use super::day;

const FILES: [&str; 2] =
    [include_str!("../../../i18n/zh-CN/import.ftl"), include_str!("../../../i18n/en/import.ftl")];

fn reasons() -> Vec<Reason> {
    let text = || "x".to_owned();
    let date = day("2026-11-21");
    vec![
        Reason::Missing,
        Reason::BeyondHeadings(text()),
        Reason::Failed(text()),
        Reason::TooLong(1),
        Reason::DateUnreadable(text()),
        Reason::DateImpossible(text()),
        Reason::DateInFuture(date),
        Reason::DateTooEarly(date),
        Reason::DatesOutOfOrder { date, after: text(), than: date },
        Reason::NumberUnreadable(text()),
        Reason::QuantityNotPositive(0),
        Reason::QuantityNotOne(2),
        Reason::NumberOutOfRange { value: text(), least: 0, most: 1 },
        Reason::MoneyUnreadable(text()),
        Reason::MoneyInexact(text()),
        Reason::MoneyNegative(text()),
        Reason::SerialMissing(text()),
        Reason::SerialUnwanted(text()),
        Reason::SerialBad(text()),
        Reason::DigitsLost(text()),
        Reason::CodeBad(text()),
        Reason::WordUnknown { value: text(), zh: "是", en: "yes" },
        Reason::EmailBad(text()),
        Reason::PartUnknown(text()),
        Reason::DepotUnknown(text()),
        Reason::BinUnknown { depot: text(), bin: text() },
        Reason::CustomerUnknown(text()),
        Reason::PlanUnknown(text()),
        Reason::AlternateIsSelf(text()),
        Reason::PartNotBySerial(text()),
        Reason::TrackingFixed(text()),
        Reason::ClassFixed(text()),
        Reason::InstrumentHasSerial(text()),
        Reason::NotForInstruments(text()),
        Reason::KeptAsSpare(text()),
        Reason::AlternateIsInstrument(text()),
        Reason::OtherTracking(text()),
        Reason::RmaOfInstrument(text()),
        Reason::OnlyForInstruments(text()),
        Reason::DuplicateInFile { value: text(), row: 1 },
        Reason::SameSerial(text()),
        Reason::ImportedDifferently(text()),
        Reason::NumberTaken(text()),
        Reason::SerialElsewhere { serial: text(), place: text() },
        Reason::SerialOtherPart { serial: text(), part: text() },
        Reason::BeforeLastMovement { serial: text(), last: date },
        Reason::SerialBusy { serial: text(), row: 1 },
        Reason::OutcomeMissing,
        Reason::PairMissing { with: text() },
    ]
}

fn faults() -> Vec<FileFault> {
    let detail = || "x".to_owned();
    vec![
        FileFault::Unreadable { detail: detail() },
        FileFault::Empty,
        FileFault::OldExcel,
        FileFault::NotATable,
        FileFault::Encoding,
        FileFault::Broken { detail: detail() },
        FileFault::OpenQuote { row: 1 },
        FileFault::TooManyRows { limit: 1 },
        FileFault::TooManyColumns { row: 1, limit: 1 },
        FileFault::CellTooLong { row: 1, column: 1, limit: 1 },
        FileFault::TooLarge { limit_mb: 1 },
        FileFault::ColumnMissing { zh: "料号", en: "Part number" },
        FileFault::ColumnTwice { first: detail(), second: detail() },
    ]
}

#[test]
fn every_code_reads_as_a_sentence_in_both_languages() {
    let warnings: [(&str, Args); 2] = [
        ("warning-cancelled_without_date", vec![("number", "x".into()), ("date", "x".into())]),
        ("warning-replacement_not_delivered", vec![("number", "x".into()), ("serial", "x".into())]),
    ];
    let all: Vec<(String, Args)> = reasons()
        .iter()
        .map(|reason| (reason.code().to_owned(), reason.args()))
        .chain(faults().iter().map(|fault| (fault.code().to_owned(), fault.args())))
        .chain(warnings.map(|(code, args)| (code.to_owned(), args)))
        .collect();
    let codes: BTreeSet<&str> = all.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes.len(), all.len(), "two reasons share a code");
    for file in FILES {
        let mut bundle = FluentBundle::default();
        bundle.set_use_isolating(false);
        bundle.add_resource(FluentResource::try_new(file.to_owned()).unwrap()).unwrap();
        for (code, args) in &all {
            let message =
                bundle.get_message(&format!("import-{code}")).unwrap_or_else(|| panic!("no text for {code}"));
            let values: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let mut errors = Vec::new();
            let shown = bundle.format_pattern(message.value().unwrap(), Some(&values), &mut errors);
            assert!(errors.is_empty(), "{code}: {errors:?}");
            assert!(!shown.is_empty());
        }
        let own = file.lines().filter_map(|line| line.strip_prefix("import-")?.split_once(" = "));
        for (code, _) in own.filter(|(code, _)| !code.starts_with("report-")) {
            // How a refused cell is mended stands beside why.
            let code = code.strip_prefix("fix-").unwrap_or(code);
            assert!(codes.contains(code), "text for {code}, which nothing says");
        }
    }
}

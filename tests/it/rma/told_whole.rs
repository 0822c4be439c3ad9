//! Every mail of a scenario is whole: no sentence has a hole where a fact belongs, and each kind says what its reader needs.

use beiku::domain::notice::{CaseNews, Notice, NoticeKind, Replacement, RmaNews, UnitNamed};
use beiku::i18n::overrides::{Overrides, variables};
use beiku::i18n::{self, Lang};
use beiku::mail::{Sender, render_with};

/// All texts of mails, reduced to what is filled in, each in brackets of its own.
fn only_facts(lang: Lang) -> Overrides {
    let of_mails = i18n::keys(lang).into_iter().filter(|key| key.starts_with("mail-"));
    let texts = of_mails.filter_map(|key| {
        let facts: String = variables(lang, key).iter().map(|name| format!("⟦{{ ${name} }}⟧")).collect();
        (!facts.is_empty()).then(|| (key.to_owned(), facts))
    });
    let (only, faults) = Overrides::read(lang, &texts.collect::<Vec<_>>());
    assert!(faults.is_empty(), "{faults:?}");
    only
}

/// What is missing in a mail, in words for whoever reads the failing test.
pub fn holes(notice: &Notice) -> Vec<String> {
    let mut holes: Vec<String> = lacks(notice).into_iter().map(str::to_owned).collect();
    for lang in Lang::ALL {
        let mail = render_with(notice, lang, &Sender::default(), Some(&only_facts(lang))).unwrap();
        for line in mail.subject.lines().chain(mail.text.lines()).filter(|line| line.contains("⟦⟧")) {
            holes.push(format!("{lang}: a fact of a sentence is empty: {line}"));
        }
    }
    holes
}

/// The facts without which a mail of its kind leaves its reader asking.
fn lacks(notice: &Notice) -> Vec<&'static str> {
    let Notice::Rma(mail) = notice else { return vec![] };
    let named = |unit: &UnitNamed| {
        !(unit.serial.is_empty() || unit.part_no.is_empty() || unit.part_name.zh.is_empty())
    };
    let spare = |given: &Replacement| !(given.serial.is_empty() || given.part_no.is_empty());
    let mut needs = vec![
        (!mail.rma.is_empty(), "the RMA"),
        (!mail.customer.is_empty(), "the customer"),
        (!mail.tracking_path.is_empty(), "the link"),
    ];
    match &mail.news {
        RmaNews::RequestReceived { units }
        | RmaNews::Authorised { units, .. }
        | RmaNews::Closed { units } => {
            needs.push((!units.is_empty() && units.iter().all(named), "the units"));
        }
        RmaNews::ReplacementShipped { unit, replacement, parcel, .. } => {
            needs.extend([(named(unit), "the unit"), (spare(replacement), "the spare")]);
            needs.push((!parcel.depot.is_empty(), "where it comes from"));
        }
        RmaNews::FaultyReceived(receipt) => {
            needs.extend([(named(&receipt.unit), "the unit"), (!receipt.depot.is_empty(), "the depot")]);
        }
        RmaNews::ShippedBack { unit, parcel, .. } => {
            needs.extend([(named(unit), "the unit"), (!parcel.depot.is_empty(), "where it comes from")]);
        }
        RmaNews::DateMoved { unit, .. } => needs.push((named(unit), "the unit")),
        RmaNews::Case(news) => needs.extend(of_case(news, &named, &spare)),
    }
    needs.into_iter().filter_map(|(is_there, what)| (!is_there).then_some(what)).collect()
}

fn of_case(
    news: &CaseNews,
    named: &impl Fn(&UnitNamed) -> bool,
    spare: &impl Fn(&Replacement) -> bool,
) -> Vec<(bool, &'static str)> {
    use NoticeKind as K;
    let reason = (!news.reason.trim().is_empty(), "the reason");
    let given = (news.replacement.as_ref().is_some_and(spare), "the spare");
    let day = (news.due_on.is_some(), "the day");
    let mut needs = vec![(named(&news.unit), "the unit")];
    needs.extend(match news.kind {
        K::Rejected | K::Correction => vec![reason],
        K::Quote => vec![(news.price.is_some(), "the price"), day],
        K::Doa => vec![given],
        // Its thirty days may be over: no date is better than a past one.
        K::ExchangeShipped => vec![given, (!news.parcel.depot.is_empty(), "where it comes from")],
        K::FaultyOverdue => vec![day],
        K::LoanDue => vec![given, day],
        _ => vec![],
    });
    needs
}

#[test]
fn a_mail_with_a_hole_is_found() {
    let (_, whole) =
        beiku::domain::notice::samples::all().into_iter().find(|(name, _)| *name == "rejected").unwrap();
    assert_eq!(holes(&whole), Vec::<String>::new());
    let Notice::Rma(mut mail) = whole else { panic!("of an RMA") };
    mail.customer = String::new();
    if let RmaNews::Case(news) = &mut mail.news {
        news.reason = String::new();
    }
    let found = holes(&Notice::Rma(mail));
    assert_eq!(found[..2], ["the customer", "the reason"]);
    assert!(found[2].contains("a fact of a sentence is empty"), "{found:?}");
}

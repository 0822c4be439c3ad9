//! The form of a plan's new version, and what was typed into it.

use super::plans::{LIST, address};
use super::record::{form, line, tick, ticked, words};
use crate::app::plans::{self, Plan, TermFields, VersionFields};
use crate::domain::data_bearing::DataAnswer;
use crate::domain::plan::{
    PlanVersion, PromiseKind, RateVariant, Regime, ReturnedWhen, TermUnit, VendorSwap,
};
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::repair::Cause;
use crate::http::Problem;
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::plan_form::{PlanFormPage, TermRow};
use crate::web::serve::act::{Sent, given, value};
use crate::web::serve::frame::name;

/// The form of a new version: it starts from the newest one.
pub fn version_form(p: Page, plan: Option<&Plan>) -> PlanFormPage {
    let newest = plan.and_then(|plan| plan.versions.first());
    let title = p.t(if plan.is_some() { "settings-version-new" } else { "settings-plans-new" });
    let named =
        plan.map(|plan| (address(&plan.row.code), name(&p, &plan.row.name, &plan.row.name_en).to_owned()));
    let back = named.as_ref().map_or(LIST.to_owned(), |(own, _)| own.clone());
    let action = if plan.is_some() { format!("{back}/versions") } else { LIST.to_owned() };
    let mut fields = vec![];
    if plan.is_none() {
        fields.push(Field::new("code", p.t("settings-code"), Control::Code).required());
        fields.push(line(&p, "name", "settings-name-zh", "").required());
        fields.push(line(&p, "name_en", "settings-name-en", ""));
    }
    fields.extend(head_fields(&p, newest));
    let terms = PromiseKind::ALL.iter().map(|kind| term_row(&p, *kind, newest)).collect();
    let f =
        Form { submit: p.t("settings-version-save"), cancel: back, ..form(&p, "version", action, fields) };
    let may_look = plan.is_some();
    PlanFormPage { crumb: named.unwrap_or_default(), title, f, terms, may_look, would: None, p }
}

fn head_fields(p: &Page, newest: Option<&PlanVersion>) -> Vec<Field> {
    let pick = |field: &str, label: &str, choices: Vec<Choice>, value: &str| {
        Field::new(field, p.t(label), Control::Pick(choices)).with_value(value)
    };
    let regime = newest.map_or(Regime::Loan, |version| version.regime);
    let variant = newest.map_or(RateVariant::Strict, |version| version.variant);
    let swap = newest.map_or(VendorSwap::Exchange, |version| version.vendor_swap_is);
    let days = newest.map_or(plans::REPAIR_WARRANTY_DAYS, |version| version.repair_warranty_days);
    let limit = newest.map_or(plans::REPAIR_LIMIT_PERCENT, |version| version.repair_limit_percent);
    let excusable = Cause::ALL.iter().filter(|cause| cause.may_excuse());
    let mut answers = vec![Choice::new("", p.t("settings-data-open"))];
    answers.extend(words(p, "data-answer", DataAnswer::ALL.iter().map(|one| one.as_str())));
    vec![
        Field::new("valid_from", p.t("settings-valid-from"), Control::Date)
            .with_value(p.date(&p.today()))
            .with_hint(p.t("settings-valid-from-hint"))
            .required(),
        Field::new("repair_warranty_days", p.t("settings-repair-warranty-days"), Control::Number)
            .with_value(days.to_string()),
        Field::new("repair_limit_percent", p.t("settings-repair-limit"), Control::Number)
            .with_value(limit.to_string())
            .with_hint(p.t("settings-repair-limit-hint")),
        pick(
            "regime",
            "settings-regime",
            words(p, "regime", Regime::ALL.iter().map(|one| one.as_str())),
            regime.as_str(),
        ),
        pick(
            "variant",
            "settings-variant",
            words(p, "variant", RateVariant::ALL.iter().map(|one| one.as_str())),
            variant.as_str(),
        ),
        pick(
            "vendor_swap_is",
            "settings-vendor-swap",
            words(p, "vendor-swap", VendorSwap::ALL.iter().map(|one| one.as_str())),
            swap.as_str(),
        ),
        pick(
            "data_answer",
            "settings-data-answer",
            answers,
            newest.and_then(|version| version.data_answer).map_or("", DataAnswer::as_str),
        ),
        Field::new(
            "excused_causes",
            p.t("settings-excused"),
            Control::Many(words(p, "cause", excusable.map(|cause| cause.as_str()))),
        )
        .with_value(newest.map(causes).unwrap_or_default().join("\n"))
        .with_hint(p.t("settings-excused-hint")),
        tick(
            p,
            "brand_new_required",
            "settings-brand-new",
            newest.is_some_and(|version| version.brand_new_required),
        ),
        tick(
            p,
            "auto_approval",
            "settings-auto-approval",
            newest.is_some_and(|version| version.auto_approval),
        ),
    ]
    .into_iter()
    .chain(clock_fields(p, newest))
    .collect()
}

/// When a unit counts as handed back, and when a day ends.
fn clock_fields(p: &Page, newest: Option<&PlanVersion>) -> [Field; 2] {
    let choices = words(p, "returned-when", ReturnedWhen::ALL.iter().map(|one| one.as_str()));
    let returned_when = newest.map_or(ReturnedWhen::Delivered, |version| version.returned_when);
    [
        Field::new("returned_when", p.t("settings-returned-when"), Control::Pick(choices))
            .with_value(returned_when.as_str()),
        Field::new("closes_at", p.t("settings-closes-at"), Control::Text)
            .with_value(newest.and_then(PlanVersion::closes_at).unwrap_or_default())
            .with_hint(p.t("settings-closes-at-hint")),
    ]
}

/// Codes of the causes that leave the denominator.
pub fn causes(version: &PlanVersion) -> Vec<&'static str> {
    version.excused_causes.iter().map(|cause| cause.as_str()).collect()
}

fn term_row(p: &Page, kind: PromiseKind, newest: Option<&PlanVersion>) -> TermRow {
    let term = newest.and_then(|version| version.term(kind));
    let named = |field: &str| format!("{field}-{}", kind.as_str());
    let units = words(p, "term-unit", TermUnit::ALL.iter().map(|one| one.as_str()));
    TermRow {
        code: kind.as_str(),
        amount: Field::new(named("amount"), p.t("settings-time"), Control::Number)
            .with_value(term.map(|term| term.amount.to_string()).unwrap_or_default()),
        unit: Field::new(named("unit"), p.t("settings-unit"), Control::Select(units))
            .with_value(term.map_or(usual_unit(kind), |term| term.unit).as_str()),
        target: Field::new(named("target"), p.t("settings-target-percent"), Control::Amount)
            .with_value(term.map_or("100".to_owned(), |term| percent(term.target_bp))),
        first_day: tick(
            p,
            &named("first"),
            "settings-first-day",
            term.is_some_and(|term| term.start_day_counts),
        ),
    }
}

/// What such a promise is usually counted in.
fn usual_unit(kind: PromiseKind) -> TermUnit {
    use PromiseKind as K;
    match kind {
        K::SpareInPlace | K::FirstAnswer | K::OnSite | K::Restored => TermUnit::Minutes,
        K::EquivalentExchange | K::FailureAnalysis => TermUnit::CalendarDays,
        K::RepairReturn | K::FaultyReturn | K::LoanReturn => TermUnit::WorkingDays,
    }
}

/// The version as typed, and the promises in its order: complaints name them by their place.
pub fn read(sent: &Sent) -> Result<(VersionFields, Vec<PromiseKind>), Problem> {
    let mut errors = vec![];
    let mut whole = |field: &str| -> Option<i64> {
        let number = given(sent, field)?.parse().ok();
        if number.is_none() {
            errors.push(FieldError::new(field, "not_a_number"));
        }
        number
    };
    let (days, limit) = (whole("repair_warranty_days"), whole("repair_limit_percent"));
    let mut kinds = vec![];
    let mut terms = vec![];
    for kind in PromiseKind::ALL {
        let named = |field: &str| format!("{field}-{}", kind.as_str());
        let Some(amount) = whole(&named("amount")) else { continue };
        kinds.push(*kind);
        terms.push(TermFields {
            promise: kind.to_string(),
            amount,
            unit: value(sent, &named("unit")).to_owned(),
            start_day_counts: Some(ticked(sent, &named("first"))),
            target_bp: given(sent, &named("target")).map(|text| basis_points(&text).unwrap_or(-1)),
        });
    }
    let valid_from = given(sent, "valid_from").map(|text| crate::domain::fields::plain_date(&text));
    match valid_from {
        None => errors.push(FieldError::new("valid_from", "required")),
        Some(None) => errors.push(FieldError::new("valid_from", "bad_date")),
        Some(Some(_)) => {}
    }
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors).into());
    }
    let version = VersionFields {
        valid_from: valid_from.flatten(),
        regime: given(sent, "regime"),
        variant: given(sent, "variant"),
        brand_new_required: Some(ticked(sent, "brand_new_required")),
        auto_approval: Some(ticked(sent, "auto_approval")),
        vendor_swap_is: given(sent, "vendor_swap_is"),
        repair_warranty_days: days,
        returned_when: given(sent, "returned_when"),
        closes_at: given(sent, "closes_at"),
        data_answer: given(sent, "data_answer"),
        repair_limit_percent: limit,
        excused_causes: super::record::all_of(sent, "excused_causes"),
        terms,
    };
    Ok((version, kinds))
}

/// The form's name of a term's field: `terms[2].amount` of the third promise made.
pub fn renamed(field: &str, kinds: &[PromiseKind]) -> String {
    if field.starts_with("excused_causes[") {
        return "excused_causes".to_owned();
    }
    let Some((at, rest)) = field.strip_prefix("terms[").and_then(|rest| rest.split_once("].")) else {
        return field.to_owned();
    };
    let kind = at.parse::<usize>().ok().and_then(|at| kinds.get(at));
    let own = match rest {
        "target_bp" => "target",
        "start_day_counts" => "first",
        other => other,
    };
    kind.map_or_else(|| field.to_owned(), |kind| format!("{own}-{}", kind.as_str()))
}

/// 9500 basis points are `95`, 9950 are `99.5`.
pub fn percent(bp: i64) -> String {
    let text = format!("{}.{:02}", bp / 100, bp % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `95`, `99.5` or `99,5` in basis points.
fn basis_points(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches('%').trim().replace(',', ".");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = rest.len() <= 2 && rest.bytes().all(|byte| byte.is_ascii_digit());
    let whole: i64 = whole.parse().ok().filter(|n| (0..=100).contains(n) && digits)?;
    let rest: i64 = format!("{rest:0<2}").parse().ok()?;
    Some(whole * 100 + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_and_written_in_per_cent() {
        for (typed, bp) in [("95", 9500), ("99.5 %", 9950), ("99,25", 9925), ("100", 10_000), ("0", 0)] {
            assert_eq!(basis_points(typed), Some(bp), "{typed}");
            assert_eq!(basis_points(&percent(bp)), Some(bp), "{bp}");
        }
        for bad in ["", "x", "-1", "101", "9.999", "1.2.3"] {
            assert_eq!(basis_points(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_complaint_finds_the_row_of_its_promise() {
        let kinds = [PromiseKind::RepairReturn, PromiseKind::LoanReturn];
        assert_eq!(renamed("terms[1].target_bp", &kinds), "target-loan_return");
        assert_eq!(renamed("terms[0].amount", &kinds), "amount-repair_return");
        assert_eq!(renamed("terms", &kinds), "terms");
    }
}

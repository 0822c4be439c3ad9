//! `/settings/plans`: service plans and their versions. A version never changes; what was promised under it stays.

use super::record::{
    asked, code, form, frame_of, line, may_change, open, same, settle, table, text, tick, ticked, words,
};
use crate::app::plans::{self, Plan, PlanNames, TermFields, VersionFields};
use crate::domain::actor::Permission;
use crate::domain::data_bearing::DataAnswer;
use crate::domain::plan::{PlanVersion, PromiseKind, RateVariant, Regime, Term, TermUnit, VendorSwap};
use crate::domain::refusal::{FieldError, Refusal};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::kit::{Tone, badge};
use crate::web::plan_form::{PlanFormPage, TermRow};
use crate::web::serve::act::{self, Sent, given, value};
use crate::web::serve::answer::{self, Shown, go, part};
use crate::web::serve::frame::name;
use crate::web::settings::{Link, ListPage, RecordPage, Row, Section, Table};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

const LIST: &str = "/settings/plans";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource(LIST).route(web::get().to(list)).route(web::post().to(create)))
        .route("/settings/new/plan", web::get().to(new))
        .service(
            web::resource("/settings/plans/{code}").route(web::get().to(show)).route(web::post().to(rename)),
        )
        .service(
            web::resource("/settings/plans/{code}/versions")
                .route(web::get().to(draft))
                .route(web::post().to(add_version)),
        );
}

fn address(code: &str) -> String {
    format!("{LIST}/{}", part(code))
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    open(&caller, Permission::ReadSetup)?;
    let rows = http::read(&caller, plans::list).await?;
    let p = frame_of(&req, &caller);
    let heads = ["settings-name", "settings-code", "settings-in-force-since", "settings-repair-return"];
    let mut shown = table(&p, "settings-plans", &heads, "settings-plans-none");
    shown.rows = rows.iter().map(|plan| row(&p, plan)).collect();
    answer::page(&ListPage {
        title: p.t("settings-plans"),
        sub: p.t("settings-plans-text"),
        path: LIST,
        views: vec![],
        search: vec![],
        new: may_change(&caller).then(|| ("/settings/new/plan", p.t("settings-plans-new"))),
        table: shown,
        next: None,
        p,
    })
}

/// The version requests of today fall under.
fn in_force<'a>(p: &Page, plan: &'a Plan) -> Option<&'a PlanVersion> {
    plan.versions.iter().find(|version| version.valid_from <= p.today())
}

fn row(p: &Page, plan: &Plan) -> Row {
    let version = in_force(p, plan);
    let promised = version.and_then(|version| version.term(PromiseKind::RepairReturn));
    Row {
        href: address(&plan.row.code),
        cells: vec![
            text(name(p, &plan.row.name, &plan.row.name_en)),
            code(&plan.row.code),
            text(version.map_or("—".to_owned(), |version| p.date(&version.valid_from))),
            text(promised.map_or("—".to_owned(), |term| span(p, term))),
        ],
        remove: String::new(),
    }
}

/// How long a promise takes: `60 个工作日`.
fn span(p: &Page, term: &Term) -> String {
    format!("{} {}", p.count(&term.amount), p.word("term-unit", term.unit.as_str()))
}

async fn show(req: HttpRequest, caller: Caller, code: web::Path<String>) -> Shown {
    answer::page(&record(&req, &caller, &code).await?)
}

async fn record(req: &HttpRequest, caller: &Caller, code: &str) -> Result<RecordPage, Problem> {
    open(caller, Permission::ReadSetup)?;
    let wanted = code.to_owned();
    let plan = http::read(caller, move |conn, ctx| plans::get(conn, ctx, &wanted)).await?;
    let p = frame_of(req, caller);
    let (may, own) = (may_change(caller), address(&plan.row.code));
    let mut links = vec![];
    if may {
        let href = format!("{own}/versions");
        links.push(Link { icon: "plus", href, label: p.t("settings-version-new") });
    }
    let chosen = value(&asked(req), "version").parse().ok();
    let shown =
        plan.versions.iter().find(|version| Some(version.id) == chosen).or_else(|| in_force(&p, &plan));
    let mut sections = vec![];
    if let Some(version) = shown.or(plan.versions.first()) {
        sections.push(version_section(&p, version));
    }
    sections.push(
        Section::new("versions", p.t("settings-versions"))
            .note(p.t("settings-plan-nothing-changes"))
            .table(versions(&p, &plan)),
    );
    let names = vec![
        line(&p, "name", "settings-name-zh", &plan.row.name).required(),
        line(&p, "name_en", "settings-name-en", &plan.row.name_en).required(),
    ];
    sections.push(Section::new("data", p.t("settings-names")).form(&p, form(&p, "edit", own, names), may));
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-plans")),
        title: name(&p, &plan.row.name, &plan.row.name_en).to_owned(),
        sub: plan.row.code.clone(),
        marks: vec![],
        links,
        sections,
        p,
    })
}

fn version_section(p: &Page, version: &PlanVersion) -> Section {
    let mut section = Section::new("terms", p.t1("settings-terms-from", "date", p.date(&version.valid_from)));
    let mut terms = table(
        p,
        "settings-terms",
        &["settings-promise", "settings-time", "settings-target"],
        "settings-terms-none",
    );
    terms.rows = version
        .terms
        .iter()
        .map(|term| Row {
            href: String::new(),
            cells: vec![
                text(p.word("promise", term.kind.as_str())),
                text(span(p, term)),
                text(format!("≥ {} %", percent(term.target_bp))),
            ],
            remove: String::new(),
        })
        .collect();
    section.table = Some(terms);
    let yes_no = |on| p.t(if on { "settings-yes" } else { "settings-no" });
    let data = version
        .data_answer
        .map_or(p.t("settings-data-open"), |answer| p.word("data-answer", answer.as_str()));
    section.facts = vec![
        (p.t("settings-regime"), p.word("regime", version.regime.as_str())),
        (p.t("settings-variant"), p.word("variant", version.variant.as_str())),
        (p.t("settings-brand-new"), yes_no(version.brand_new_required)),
        (p.t("settings-vendor-swap"), p.word("vendor-swap", version.vendor_swap_is.as_str())),
        (p.t("settings-data-answer"), data),
        (p.t("settings-repair-warranty"), p.n("settings-days", &version.repair_warranty_days)),
    ];
    section
}

/// 9500 basis points are `95`, 9950 are `99.5`.
fn percent(bp: i64) -> String {
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

fn versions(p: &Page, plan: &Plan) -> Table {
    let mut shown = table(
        p,
        "settings-versions",
        &["settings-valid-from", "settings-terms", "settings-state"],
        "settings-versions-none",
    );
    let current = in_force(p, plan).map(|version| version.id);
    let own = address(&plan.row.code);
    shown.rows = plan
        .versions
        .iter()
        .map(|version| {
            let terms = version
                .terms
                .iter()
                .map(|t| format!("{} {}", p.word("promise", t.kind.as_str()), span(p, t)));
            let mut state =
                text(p.t(if version.valid_from > p.today() { "settings-later" } else { "settings-past" }));
            if Some(version.id) == current {
                state.html = badge(Tone::Act, "check", &p.t("settings-in-force"));
            }
            Row {
                href: format!("{own}?version={}", version.id),
                cells: vec![
                    text(p.date(&version.valid_from)),
                    text(terms.collect::<Vec<_>>().join(&p.t("list-separator"))),
                    state,
                ],
                remove: String::new(),
            }
        })
        .collect();
    shown
}

async fn rename(req: HttpRequest, code: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (code, SignedForm { caller, form: sent }) = (code.into_inner(), form);
    let names = PlanNames {
        name: Some(value(&sent, "name").to_owned()),
        name_en: Some(value(&sent, "name_en").to_owned()),
    };
    let wanted = code.clone();
    let work = move |tx: &mut _, ctx: &_| plans::rename(tx, ctx, &wanted, &names).map(|plan| plan.row.code);
    let done =
        act::act(&caller, &req, &sent, |code: &String| format!("{}?saved=1", address(code)), work).await;
    settle(&req, &caller, &sent, done, "edit", same, record(&req, &caller, &code)).await
}

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    open(&caller, Permission::ManageSetup)?;
    answer::page(&version_form(frame_of(&req, &caller), None))
}

async fn draft(req: HttpRequest, caller: Caller, code: web::Path<String>) -> Shown {
    open(&caller, Permission::ManageSetup)?;
    let plan = http::read(&caller, move |conn, ctx| plans::get(conn, ctx, &code)).await?;
    answer::page(&version_form(frame_of(&req, &caller), Some(&plan)))
}

/// The form of a new version: it starts from the newest one.
fn version_form(p: Page, plan: Option<&Plan>) -> PlanFormPage {
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
    PlanFormPage { crumb: named.unwrap_or_default(), title, f, terms, p }
}

fn head_fields(p: &Page, newest: Option<&PlanVersion>) -> Vec<Field> {
    let pick = |field: &str, label: &str, choices: Vec<Choice>, value: &str| {
        Field::new(field, p.t(label), Control::Pick(choices)).with_value(value)
    };
    let regime = newest.map_or(Regime::Loan, |version| version.regime);
    let variant = newest.map_or(RateVariant::Strict, |version| version.variant);
    let swap = newest.map_or(VendorSwap::Exchange, |version| version.vendor_swap_is);
    let days = newest.map_or(plans::REPAIR_WARRANTY_DAYS, |version| version.repair_warranty_days);
    let mut answers = vec![Choice::new("", p.t("settings-data-open"))];
    answers.extend(words(p, "data-answer", DataAnswer::ALL.iter().map(|one| one.as_str())));
    vec![
        Field::new("valid_from", p.t("settings-valid-from"), Control::Date)
            .with_value(p.date(&p.today()))
            .with_hint(p.t("settings-valid-from-hint"))
            .required(),
        Field::new("repair_warranty_days", p.t("settings-repair-warranty-days"), Control::Number)
            .with_value(days.to_string()),
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
        tick(
            p,
            "brand_new_required",
            "settings-brand-new",
            newest.is_some_and(|version| version.brand_new_required),
        ),
    ]
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
            .with_value(term.map_or(TermUnit::WorkingDays, |term| term.unit).as_str()),
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

/// The version as typed, and the promises in its order: complaints name them by their place.
fn read(sent: &Sent) -> Result<(VersionFields, Vec<PromiseKind>), Problem> {
    let mut errors = vec![];
    let mut whole = |field: &str| -> Option<i64> {
        let number = given(sent, field)?.parse().ok();
        if number.is_none() {
            errors.push(FieldError::new(field, "not_a_number"));
        }
        number
    };
    let days = whole("repair_warranty_days");
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
        vendor_swap_is: given(sent, "vendor_swap_is"),
        repair_warranty_days: days,
        data_answer: given(sent, "data_answer"),
        terms,
    };
    Ok((version, kinds))
}

/// The form's name of a term's field: `terms[2].amount` of the third promise made.
fn renamed(field: &str, kinds: &[PromiseKind]) -> String {
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

async fn create(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    open(&caller, Permission::ManageSetup)?;
    let code = value(&sent, "code").to_owned();
    let names = PlanNames { name: given(&sent, "name"), name_en: given(&sent, "name_en") };
    let (done, kinds) = match read(&sent) {
        Err(problem) => (Err(problem), vec![]),
        Ok((version, kinds)) => {
            let work = move |tx: &mut _, ctx: &_| {
                plans::create(tx, ctx, &code, &names, &version).map(|plan| plan.row.code)
            };
            let to = |code: &String| format!("{}?saved=1", address(code));
            (act::act(&caller, &req, &sent, to, work).await, kinds)
        }
    };
    back(&req, &caller, &sent, done, &kinds, None)
}

async fn add_version(req: HttpRequest, code: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (code, SignedForm { caller, form: sent }) = (code.into_inner(), form);
    open(&caller, Permission::ManageSetup)?;
    let wanted = code.clone();
    let plan = http::read(&caller, move |conn, ctx| plans::get(conn, ctx, &wanted)).await?;
    let (done, kinds) = match read(&sent) {
        Err(problem) => (Err(problem), vec![]),
        Ok((version, kinds)) => {
            let work = move |tx: &mut _, ctx: &_| {
                plans::add_version(tx, ctx, &code, &version).map(|plan| plan.row.code)
            };
            let to = |code: &String| format!("{}?saved=1#versions", address(code));
            (act::act(&caller, &req, &sent, to, work).await, kinds)
        }
    };
    back(&req, &caller, &sent, done, &kinds, Some(&plan))
}

/// On to the plan, or back to the form with what was typed and what is wrong.
fn back(
    req: &HttpRequest,
    caller: &Caller,
    sent: &Sent,
    done: Result<String, Problem>,
    kinds: &[PromiseKind],
    plan: Option<&Plan>,
) -> Shown {
    let problem = match done {
        Ok(to) => return Ok(go(req, &to)),
        Err(problem) => problem,
    };
    let mut screen = version_form(frame_of(req, caller), plan);
    let (mut said, problem) = act::complaint(&screen.p, problem)?;
    for (field, _) in &mut said.fields {
        *field = renamed(field, kinds);
    }
    screen.refill(sent, &said.fields);
    let rows = screen.terms.iter().flat_map(TermRow::fields);
    let known: Vec<&str> = rows.chain(&screen.f.fields).map(|field| field.name.as_str()).collect();
    let orphans = said.fields.iter().filter(|(field, _)| !known.contains(&field.as_str()));
    let orphans: Vec<String> =
        orphans.map(|(_, text)| format!("{}: {text}", screen.p.t("settings-terms"))).collect();
    screen.f.error = if said.form.is_empty() { orphans.join(" ") } else { said.form };
    answer::html(problem.status(), &screen)
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

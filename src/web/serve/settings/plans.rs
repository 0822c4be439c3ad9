//! `/settings/plans`: service plans and their versions. A version never changes; what was promised under it stays.

use super::plan_version::{causes, percent, read, renamed, version_form};
use super::record::{asked, code, form, frame_of, line, may_change, open, same, settle, table, text};
use crate::app::hindsight::{self, Kept};
use crate::app::plans::{self, Plan, PlanNames, VersionFields};
use crate::domain::actor::Permission;
use crate::domain::plan::{PlanVersion, PromiseKind, Term};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::kit::{Tone, badge};
use crate::web::plan_form::{TermRow, WouldRow};
use crate::web::serve::act::{self, Sent, given, value};
use crate::web::serve::answer::{self, Shown, go, part};
use crate::web::serve::frame::name;
use crate::web::settings::{Link, ListPage, RecordPage, Row, Section, Table};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub const LIST: &str = "/settings/plans";

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

pub fn address(code: &str) -> String {
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

/// How long a promise takes: `60 个工作日`, `4 小时`.
fn span(p: &Page, term: &Term) -> String {
    p.span(term.amount, term.unit.as_str())
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
    let excused: Vec<String> = causes(version).iter().map(|cause| p.word("cause", cause)).collect();
    let excused =
        if excused.is_empty() { p.t("settings-none") } else { excused.join(&p.t("list-separator")) };
    section.facts = vec![
        (p.t("settings-regime"), p.word("regime", version.regime.as_str())),
        (p.t("settings-variant"), p.word("variant", version.variant.as_str())),
        (p.t("settings-brand-new"), yes_no(version.brand_new_required)),
        (p.t("settings-auto-approval"), yes_no(version.auto_approval)),
        (p.t("settings-vendor-swap"), p.word("vendor-swap", version.vendor_swap_is.as_str())),
        (p.t("settings-returned-when"), p.word("returned-when", version.returned_when.as_str())),
        (p.t("settings-closes-at"), version.closes_at().unwrap_or_else(|| p.t("settings-closes-midnight"))),
        (p.t("settings-data-answer"), data),
        (p.t("settings-repair-limit"), format!("{} %", version.repair_limit_percent)),
        (p.t("settings-excused"), excused),
        (p.t("settings-repair-warranty"), p.n("settings-days", &version.repair_warranty_days)),
    ];
    section
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
        Ok((version, _)) if !value(&sent, "look").is_empty() => {
            return look_back(&req, &caller, &sent, &plan, version).await;
        }
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

/// The form as it was typed, with what the last days would have been under it.
async fn look_back(
    req: &HttpRequest,
    caller: &Caller,
    sent: &Sent,
    plan: &Plan,
    version: VersionFields,
) -> Shown {
    let code = plan.row.code.clone();
    let compared =
        http::read(caller, move |conn, ctx| hindsight::compare(conn, ctx, &code, &version.terms)).await?;
    let mut screen = version_form(frame_of(req, caller), Some(plan));
    screen.refill(sent, &[]);
    let share = |kept: Kept| (kept.permille(), kept.kept, kept.due);
    let rows = compared.into_iter().map(|one| WouldRow {
        code: one.promise.as_str(),
        was: share(one.was),
        would: share(one.would),
    });
    screen.would = Some(rows.collect());
    answer::page(&screen)
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

//! `/rma`: the list with its views, boxes and search; views people keep; giving lines to somebody.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx};
use super::frame::{self, name};
use super::rma_wanted::{VIEWS, Wanted};
use super::rmas::pairs;
use super::rows;
use super::{clock, flash, mine};
use crate::app::export::Format;
use crate::app::rma::{self, DueGroup, FacetKind, FacetRow, LineRow};
use crate::app::saved_views::{self, ViewRow};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::{Permission, Role};
use crate::domain::calendar::{Calendar, Zone};
use crate::domain::rma::RepairState;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::i18n;
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::format::how_many;
use crate::web::kit::Tone;
use crate::web::page::Screen;
use crate::web::rma_list::{Facet, FacetOption, KeptView, RmaListPage, RmaRow, ViewTab};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::NaiveDate;

/// Boxes of a group.
const BOXES: i64 = 15;
/// Kept views that are counted: the tabs one sees.
const COUNTED: usize = 8;
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/rma/assign", web::post().to(assign))
        .route("/rma/views", web::post().to(keep))
        .route("/rma/views/{id}/forget", web::post().to(forget));
}

/// As read.
struct Read {
    rows: Vec<LineRow>,
    total: Option<i64>,
    views: Vec<Option<i64>>,
    boxes: Vec<(FacetKind, Vec<FacetRow>)>,
    /// Each with how many lines it keeps, where that is counted.
    kept: Vec<(ViewRow, Option<i64>)>,
    people: Vec<(String, String)>,
}

/// Boxes and views are counted over lines that are open: these are few. Of all lines there are ever were, only the boxes
/// that are ticked are shown.
fn read(conn: &mut Conn, ctx: &Ctx, wanted: &Wanted, may_assign: bool) -> AppResult<Read> {
    let today = Zone::default().local_date(ctx.now);
    let filter = wanted.filter(ctx, today);
    let counts = filter.open;
    let mut views = vec![];
    for (view, ..) in VIEWS {
        let of_view = Wanted::view(view).filter(ctx, today);
        let counted = (view != "all").then(|| rma::count_lines(conn, ctx, &of_view));
        views.push(counted.transpose()?);
    }
    let days: Vec<_> = DueGroup::ALL.iter().map(|group| group.days(&ctx.calendar, today)).collect();
    let mut boxes = vec![];
    for kind in FacetKind::ALL {
        let limit = if *kind == FacetKind::Stage { 32 } else { BOXES };
        let found = if counts { rma::boxes(conn, ctx, &filter, *kind, &days, limit)? } else { vec![] };
        boxes.push((*kind, found));
    }
    let people = if may_assign { rma::assignees(conn, ctx)? } else { vec![] };
    let mut kept = vec![];
    for (at, view) in saved_views::list(conn, ctx)?.into_iter().enumerate() {
        let sent: Sent = url::form_urlencoded::parse(view.query.as_bytes()).into_owned().collect();
        let of_view = Wanted::read(&sent).ok().map(|of| of.filter(ctx, today));
        let of_view = of_view.filter(|filter| filter.open && at < COUNTED);
        let count = of_view.map(|filter| rma::count_lines(conn, ctx, &filter)).transpose()?;
        kept.push((view, count));
    }
    Ok(Read {
        rows: rma::list_lines_sorted(conn, ctx, &filter, (wanted.sort, wanted.after), rows::READ)?,
        total: if counts { Some(rma::count_lines(conn, ctx, &filter)?) } else { None },
        views,
        boxes,
        kept,
        people: people.into_iter().map(|row| (row.username, row.display_name)).collect(),
    })
}

/// The list of lines; for a customer the own home.
pub async fn list(req: HttpRequest, caller: Caller) -> Shown {
    if caller.ctx.actor.role == Role::Customer {
        return mine::home(req, caller).await;
    }
    let screen = screen(&req, &caller, &pairs(&req)).await?;
    if is_htmx(&req) { answer::page(&screen.as_results()) } else { answer::page(&screen) }
}

async fn screen(req: &HttpRequest, caller: &Caller, sent: &Sent) -> Result<RmaListPage, Problem> {
    let wanted = Wanted::read(sent)?;
    let today = Zone::default().local_date(caller.ctx.now);
    let role = caller.ctx.actor.role;
    let may_assign = role.may(Permission::DecideRma) || role.may(Permission::Repair);
    let (mut read, wanted) = http::read(caller, move |conn, ctx| {
        let found = read(conn, ctx, &wanted, may_assign)?;
        Ok((found, wanted))
    })
    .await?;
    let more = rows::cut(&mut read.rows);
    let query = wanted.query();
    let next = read.rows.last().filter(|_| more).map(|row| format!("/rma?{}", wanted.next(row)));
    let p = frame::page(req, Some(caller), Screen::Rma);
    let p = frame::naming(p, caller, read.rows.iter().map(|row| &row.assignee)).await?;
    let p = frame::with_depots(p, caller).await?;
    let may_share = caller.may(Permission::DecideRma).is_ok();
    let own = caller.ctx.actor.user_id;
    Ok(RmaListPage {
        views: views(&wanted, &read.views),
        kept: read
            .kept
            .iter()
            .map(|(view, count)| KeptView {
                id: view.id,
                count: *count,
                name: view.name.clone(),
                href: format!("/rma?{}", view.query),
                current: view.query == query,
                shared: view.shared,
                may_forget: view.user_id == own || (view.shared && may_share),
            })
            .collect(),
        view: wanted.view.to_owned(),
        sort: wanted.sort.as_str(),
        exports: Format::ALL.iter().map(|format| export(*format, &query)).collect(),
        facets: facets(&p, &wanted, &read),
        q: wanted.q.clone(),
        rows: read.rows.iter().map(|row| item(&p, row, &caller.ctx.calendar, today)).collect(),
        total: read.total,
        next,
        filtered: wanted.is_filtered(),
        may_create: role.may(Permission::RequestRma),
        all_href: format!("/rma?{query}{}&all=1#results", wanted.page()),
        all: wanted.all,
        assign: may_assign.then(|| assign_form(&p, &read.people, &query)),
        keep: wanted.is_filtered().then(|| keep_form(&p, &query, may_share)),
        p,
    })
}

/// The list as a file: what it is called, and where it is.
fn export(format: Format, query: &str) -> (String, String) {
    (format.as_str().to_uppercase(), format!("/rma/export.{format}?{query}"))
}

fn views(wanted: &Wanted, counts: &[Option<i64>]) -> Vec<ViewTab> {
    let tabs = VIEWS.iter().zip(counts).map(|((view, key, tone), count)| ViewTab {
        key,
        count: *count,
        tone: if count.is_some_and(|count| count > 0) { *tone } else { Tone::Plain },
        href: format!("/rma?view={view}"),
        current: wanted.view == *view,
    });
    tabs.collect()
}

fn facets(p: &Page, wanted: &Wanted, read: &Read) -> Vec<Facet> {
    let mut facets = vec![];
    for (kind, rows) in &read.boxes {
        let (key, group) = match kind {
            FacetKind::Due => ("facet-clock", "clock"),
            FacetKind::Stage => ("facet-stage", "state"),
            FacetKind::Depot => ("facet-depot", "depot"),
            FacetKind::Assignee => ("facet-assignee", "assignee"),
            FacetKind::Customer => ("facet-customer", "customer"),
            FacetKind::Contract => ("facet-contract", "contract"),
        };
        let mut options: Vec<FacetOption> = rows
            .iter()
            // A box without a value would tick everything, but for people it means: nobody.
            .filter(|row| !row.value.is_empty() || *kind == FacetKind::Assignee)
            .map(|row| FacetOption {
                value: row.value.clone(),
                label: label(p, *kind, row),
                count: Some(row.count),
                checked: wanted.has(group, &row.value),
            })
            .collect();
        if *kind == FacetKind::Stage {
            let order = |code: &str| RepairState::ALL.iter().position(|state| state.as_str() == code);
            options.sort_by_key(|option| order(&option.value));
        }
        // What is ticked stays in sight, also when it keeps nothing.
        for value in wanted.of(group) {
            let is_known = *kind != FacetKind::Due || i18n::has(p.lang, &format!("facet-clock-{value}"));
            if is_known && !options.iter().any(|option| option.value == value) {
                let row = FacetRow { name: value.clone(), value: value.clone(), count: 0 };
                let count = read.total.is_some().then_some(0);
                options.push(FacetOption { value, label: label(p, *kind, &row), count, checked: true });
            }
        }
        facets.push(Facet { key, name: group, options });
    }
    facets.retain(|facet| !facet.options.is_empty());
    facets
}

fn label(p: &Page, kind: FacetKind, row: &FacetRow) -> String {
    match kind {
        FacetKind::Due => p.word("facet-clock", &row.value),
        FacetKind::Stage => p.word("repair-state", &row.value),
        FacetKind::Assignee if row.value.is_empty() => p.t("facet-nobody"),
        _ => row.name.clone(),
    }
}

fn item(p: &Page, row: &LineRow, calendar: &Calendar, today: NaiveDate) -> RmaRow {
    RmaRow {
        number: row.number.clone(),
        line: row.line,
        part_no: row.part_no.clone(),
        part_name: name(p, &row.part_name, &row.part_name_en).to_owned(),
        serial: row.serial.clone(),
        customer: row.customer_name.clone(),
        state: row.repair_state.to_string(),
        clock: clock::of_row(row, calendar, today),
        depot: row.depot.as_deref().map(|code| p.depot(code)).unwrap_or_default(),
        assignee: p.person(row.assignee.as_deref()),
        updated_at: row.last_event_at,
    }
}

fn form(p: &Page, id: &str, action: &str, fields: Vec<Field>, submit: &str) -> Form {
    Form {
        id: id.to_owned(),
        action: action.to_owned(),
        fields,
        more: vec![],
        submit: p.t(submit),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

fn assign_form(p: &Page, people: &[(String, String)], query: &str) -> Form {
    let mut choices = vec![Choice::new("-", p.t("facet-nobody"))];
    choices.extend(people.iter().map(|(username, name)| Choice::new(username, name)));
    let fields = vec![
        Field::hidden("back", query),
        Field::new("user", p.t("field-user"), Control::Select(choices)).required(),
    ];
    form(p, "assign", "/rma/assign", fields, "rma-assign-chosen")
}

fn keep_form(p: &Page, query: &str, may_share: bool) -> Form {
    let mut fields =
        vec![Field::hidden("query", query), Field::new("name", p.t("view-name"), Control::Text).required()];
    if may_share {
        fields.push(Field::new("shared", p.t("view-share"), Control::Check));
    }
    form(p, "keep", "/rma/views", fields, "view-keep")
}

/// The address of the list with this query string of ours.
fn list_of(query: &str) -> String {
    let known: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let rewritten = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(known).finish();
    format!("/rma?{rewritten}")
}

async fn assign(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let lines: Vec<(String, i64)> = sent
        .iter()
        .filter(|(name, _)| name == "line")
        .filter_map(|(_, value)| value.rsplit_once('/'))
        .filter_map(|(number, line)| Some((number.to_owned(), line.parse().ok()?)))
        .collect();
    let user = given(&sent, "user");
    let count = how_many(lines.len());
    let said = if user.as_deref() == Some("-") { Said::Freed(count) } else { Said::Assigned(count) };
    let to = list_of(value(&sent, "back"));
    let done = act::act(
        &caller,
        &req,
        &sent,
        move |_: &usize| to.clone(),
        move |tx, ctx| {
            let user =
                user.as_deref().ok_or_else(|| crate::domain::refusal::Refusal::field("user", "required"))?;
            rma::assign_many(tx, ctx, &lines, Some(user).filter(|user| *user != "-"))
        },
    )
    .await;
    settle(&req, &caller, &sent, done, "back", said).await
}

async fn keep(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let said = |name: &str| value(&sent, name).to_owned();
    let (name, query, shared) = (said("name"), said("query"), !said("shared").is_empty());
    let to = list_of(&query);
    let done = act::act(
        &caller,
        &req,
        &sent,
        move |()| to.clone(),
        move |tx, ctx| saved_views::keep(tx, ctx, &name, &query, shared),
    )
    .await;
    settle(&req, &caller, &sent, done, "query", Said::Kept).await
}

/// What was done, for the words of the next page.
enum Said {
    /// So many lines were given to somebody.
    Assigned(i64),
    /// So many lines are nobody's any more.
    Freed(i64),
    /// A view was kept.
    Kept,
}

/// On to the list, or the list again with what was wrong in the form.
async fn settle(
    req: &HttpRequest,
    caller: &Caller,
    sent: &Sent,
    done: Result<String, Problem>,
    query: &str,
    said: Said,
) -> Shown {
    let problem = match done {
        Ok(to) => {
            let mut answer = go(req, &to);
            match said {
                Said::Assigned(lines) => flash::say_n(req, &mut answer, "said-assigned", lines)?,
                Said::Freed(lines) => flash::say_n(req, &mut answer, "said-freed", lines)?,
                Said::Kept => flash::say(req, &mut answer, "said-made")?,
            }
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let asked: Sent = url::form_urlencoded::parse(value(sent, query).as_bytes()).into_owned().collect();
    let mut screen = screen(req, caller, &asked).await?;
    let (complaint, problem) = act::complaint(&screen.p, problem)?;
    let form = if query == "query" { &mut screen.keep } else { &mut screen.assign };
    let Some(form) = form else { return Err(problem) };
    act::refuse(form, sent, &complaint);
    // The boxes of the lines stand in the table, not in the form.
    if query == "back" && complaint.fields.iter().any(|(name, _)| name == "line") {
        form.error = screen.p.t("rma-assign-missing");
    }
    if is_htmx(req) {
        return act::fragment(screen.p, form.clone(), &problem);
    }
    answer::html(problem.status(), &screen)
}

async fn forget(req: HttpRequest, id: web::Path<i64>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let id = id.into_inner();
    let to = |(): &()| "/rma".to_owned();
    let to = act::act(&caller, &req, &sent, to, move |tx, ctx| saved_views::forget(tx, ctx, id)).await?;
    let mut answer = go(&req, &to);
    flash::say(&req, &mut answer, "said-action")?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_to_our_list() {
        assert_eq!(list_of("view=open&q=a b//evil"), "/rma?view=open&q=a+b%2F%2Fevil");
    }
}

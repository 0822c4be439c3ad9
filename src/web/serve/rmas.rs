//! `/rma`: the list and a new request.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::clock;
use super::frame::{self, name};
use crate::app::figures;
use crate::app::rma::{self, LineFilter, LineKey, LineRow, NewLine, NewRequest};
use crate::app::setup::Listing;
use crate::app::{customers, depots, stock};
use crate::domain::actor::{Permission, Role};
use crate::domain::calendar::{Calendar, Zone};
use crate::domain::refusal::Refusal;
use crate::domain::rma::{Mode, RepairState};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem, Trouble};
use crate::web::Page;
use crate::web::form::Choice;
use crate::web::kit::Tone;
use crate::web::page::Screen;
use crate::web::rma_list::{Facet, FacetOption, RmaListPage, RmaRow, ViewTab};
use crate::web::rma_new::{self, NewChoices, RmaNewPage};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::NaiveDate;

/// Rows of a page.
const ROWS: i64 = 50;
/// Lines of one request made in the browser.
const LINES_MAX: usize = 20;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/rma").route(web::get().to(list)).route(web::post().to(create)))
        .route("/rma/new", web::get().to(new));
}

/// What the list shows, read from the address.
struct Wanted {
    view: String,
    states: Vec<String>,
    depot: String,
    q: String,
    after: LineKey,
}

fn pairs(req: &HttpRequest) -> Sent {
    url::form_urlencoded::parse(req.query_string().as_bytes()).into_owned().collect()
}

fn wanted(req: &HttpRequest) -> Result<Wanted, Problem> {
    let sent = pairs(req);
    let after = match value(&sent, "after").split_once('_') {
        None => rma::FIRST,
        Some((day, id)) => {
            let key = day.parse::<NaiveDate>().ok().zip(id.parse().ok());
            key.map(|(sort_due, id)| LineKey { sort_due, id }).ok_or(Trouble::BadCursor)?
        }
    };
    let view = value(&sent, "view");
    let view = if matches!(view, "risk" | "overdue" | "all") { view } else { "open" };
    Ok(Wanted {
        view: view.to_owned(),
        states: sent.iter().filter(|(name, _)| name == "state").map(|(_, code)| code.clone()).collect(),
        depot: value(&sent, "depot").to_owned(),
        q: value(&sent, "q").to_owned(),
        after,
    })
}

impl Wanted {
    fn filter(&self, calendar: &Calendar, today: NaiveDate) -> LineFilter {
        let due_by = (self.view == "overdue").then(|| today.pred_opt()).flatten();
        let at_risk = (self.view == "risk").then(|| figures::at_risk(calendar, today));
        let said = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        LineFilter {
            state: self.states.first().and_then(|code| RepairState::from_code(code)),
            open: self.view != "all",
            depot: said(&self.depot),
            customer: None,
            part_no: None,
            due_by,
            at_risk,
            q: said(&self.q),
        }
    }

    fn is_filtered(&self) -> bool {
        !(self.states.is_empty() && self.depot.is_empty() && self.q.is_empty())
    }

    fn href(&self, view: &str) -> String {
        let mut href = format!("/rma?view={view}");
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                href.push_str(&format!("&{name}={}", part(value)));
            }
        };
        add("state", self.states.first().map_or("", String::as_str));
        add("depot", &self.depot);
        add("q", &self.q);
        href
    }
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    let wanted = wanted(&req)?;
    let today = Zone::default().local_date(caller.ctx.now);
    let filter = wanted.filter(&caller.ctx.calendar, today);
    let after = wanted.after;
    let may_setup = caller.ctx.actor.role.may(Permission::ReadSetup);
    let (mut rows, depots) = http::read(&caller, move |conn, ctx| {
        let rows = rma::list_lines(conn, ctx, &filter, after, ROWS + 1)?;
        let depots = if may_setup { depots::list(conn, ctx, &everything())? } else { vec![] };
        Ok((rows, depots))
    })
    .await?;
    let more = i64::try_from(rows.len()).is_ok_and(|read| read > ROWS);
    if more {
        rows.pop();
    }
    let next = rows.last().filter(|_| more);
    let next = next.map(|row| format!("{}&after={}_{}", wanted.href(&wanted.view), row.sort_due, row.id));
    let p = frame::page(&req, Some(&caller), Screen::Rma);
    let screen = RmaListPage {
        views: views(&wanted),
        view: wanted.view.clone(),
        facets: facets(&p, &wanted, &depots),
        q: wanted.q.clone(),
        rows: rows.iter().map(|row| item(&p, row, &caller.ctx.calendar, today)).collect(),
        total: None,
        next,
        filtered: wanted.is_filtered(),
        may_create: caller.ctx.actor.role.may(Permission::RequestRma),
        p,
    };
    if is_htmx(&req) { answer::page(&screen.as_results()) } else { answer::page(&screen) }
}

/// Every row of a set-up list that is short.
pub fn everything() -> Listing {
    Listing { limit: 500, ..Listing::default() }
}

fn views(wanted: &Wanted) -> Vec<ViewTab> {
    let tab = |key, view: &str, tone| ViewTab {
        key,
        count: None,
        tone,
        href: wanted.href(view),
        current: wanted.view == view,
    };
    vec![
        tab("view-open", "open", Tone::Plain),
        tab("view-risk", "risk", Tone::Warn),
        tab("view-overdue", "overdue", Tone::Bad),
        tab("view-all", "all", Tone::Plain),
    ]
}

fn facets(p: &Page, wanted: &Wanted, depots: &[depots::Depot]) -> Vec<Facet> {
    let states = RepairState::ALL.iter().filter(|state| wanted.view == "all" || !state.is_ended());
    let state_options = states.map(|state| FacetOption {
        value: state.to_string(),
        label: p.word("repair-state", state.as_str()),
        count: None,
        checked: wanted.states.iter().any(|code| code == state.as_str()),
    });
    let depot_options = depots.iter().map(|depot| FacetOption {
        value: depot.row.code.clone(),
        label: depot.row.name.clone(),
        count: None,
        checked: wanted.depot == depot.row.code,
    });
    let mut facets = vec![Facet { key: "facet-stage", name: "state", options: state_options.collect() }];
    if !depots.is_empty() {
        facets.push(Facet { key: "facet-depot", name: "depot", options: depot_options.collect() });
    }
    facets
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
        depot: row.depot.clone().unwrap_or_default(),
        updated_at: row.last_event_at,
    }
}

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    caller.may(Permission::RequestRma)?;
    let mut screen = form(&req, &caller, 1).await?;
    let serial = value(&pairs(&req), "serial").to_owned();
    if !serial.is_empty() {
        screen.refill(&[("line-0-serial".to_owned(), serial)], &[]);
    }
    answer::page(&screen)
}

async fn form(req: &HttpRequest, caller: &Caller, lines: usize) -> Result<RmaNewPage, Problem> {
    let customers = http::read(caller, |conn, ctx| customers::list(conn, ctx, &everything())).await?;
    let named = |row: &customers::CustomerRow| Choice::new(&row.code, format!("{} {}", row.code, row.name));
    let choices = NewChoices {
        customers: customers.iter().map(named).collect(),
        modes: Mode::ALL.iter().map(|mode| mode.as_str()).collect(),
    };
    let p = frame::page(req, Some(caller), Screen::Rma);
    Ok(rma_new::page(p, &choices, lines, &act::key()))
}

async fn create(req: HttpRequest, form_sent: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form_sent;
    let lines = value(&sent, "lines").parse::<usize>().unwrap_or(1).clamp(1, LINES_MAX);
    if !value(&sent, "add_line").is_empty() {
        let mut screen = form(&req, &caller, (lines + 1).min(LINES_MAX)).await?;
        screen.refill(&sent, &[]);
        return answer::page(&screen);
    }
    match register(&req, &caller, &sent, lines).await {
        Ok(to) => Ok(go(&req, &to)),
        Err(problem) => {
            let mut screen = form(&req, &caller, lines).await?;
            let (mut said, problem) = act::complaint(&screen.p, problem)?;
            for (field, _) in &mut said.fields {
                *field = field_name(field);
            }
            screen.refill(&sent, &said.fields);
            let own = |name: &str| {
                screen.f.fields.iter().chain(screen.lines.iter().flatten()).any(|field| field.name == name)
            };
            let orphans = said.fields.iter().filter(|(name, _)| !own(name));
            let orphans: Vec<&str> = orphans.map(|(_, text)| text.as_str()).collect();
            screen.f.error = if said.form.is_empty() { orphans.join(" ") } else { said.form };
            let status = problem.status();
            answer::html(status, &screen)
        }
    }
}

/// `lines[0].serial` as the form calls it.
fn field_name(field: &str) -> String {
    match field.strip_prefix("lines[").and_then(|rest| rest.split_once("].")) {
        Some((at, name)) => format!("line-{at}-{name}"),
        None => field.to_owned(),
    }
}

async fn register(req: &HttpRequest, caller: &Caller, sent: &Sent, lines: usize) -> Result<String, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    let mut new_lines = vec![];
    for at in 0..lines {
        let field = |name: &str| said(&format!("line-{at}-{name}"));
        let mode = field("mode");
        new_lines.push(NewLine {
            part_no: field("part_no"),
            serial: field("serial"),
            fault: field("fault"),
            fault_class: field("fault_class"),
            slot: field("slot"),
            mode: Mode::from_code(&mode),
        });
    }
    let new = NewRequest {
        customer: act::given(sent, "customer"),
        contact_email: said("contact_email"),
        contact_name: said("contact_name"),
        language: None,
        site: said("site"),
        depot: None,
        lines: new_lines,
        tracking_code: rma::new_tracking_code(),
    };
    let to = |number: &String| format!("/rma/{}", part(number));
    act::act(caller, req, sent, to, move |tx, ctx| {
        let mut new = new.clone();
        for line in &mut new.lines {
            if line.part_no.is_empty() {
                line.part_no = part_of(tx, ctx.actor.role, &line.serial)?;
            }
        }
        rma::request(tx, ctx, &new).map(|view| view.rma.number)
    })
    .await
}

/// The part of a serial the books know; a customer is told nothing about units and names the part.
fn part_of(tx: &mut crate::app::Conn, role: Role, serial: &str) -> crate::app::AppResult<String> {
    if role == Role::Customer {
        return Ok(String::new());
    }
    match stock::find_unit(tx, serial, None) {
        Ok(unit) => Ok(unit.part_no),
        Err(crate::app::Error::Refused(Refusal::NotFound { .. })) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_lines_have_the_forms_names() {
        assert_eq!(field_name("lines[2].part_no"), "line-2-part_no");
        assert_eq!(field_name("customer"), "customer");
    }
}

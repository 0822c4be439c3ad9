//! `/bench`: the queue, and taking a unit of our own to it.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::frame::{self, name};
use super::rows;
use crate::app::repair::{self, FIRST, Listed, NewOrder, RepairFilter, RepairKey};
use crate::app::{Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::{Zone, due_day};
use crate::domain::repair::{BenchLane, QueueSort, RepairKind};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem, Trouble};
use crate::web::Page;
use crate::web::bench::{BenchPage, BenchRow, BenchStep, rank};
use crate::web::form::{Control, Field, Form};
use crate::web::kit::Tone;
use crate::web::page::Screen;
use crate::web::rma_list::ViewTab;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::NaiveDate;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/bench").route(web::get().to(queue)).route(web::post().to(take)));
}

/// What the queue shows, read from the address.
#[derive(Debug, Default, serde::Deserialize)]
struct Wanted {
    view: Option<String>,
    /// Lane, in the views that go through the whole bench.
    lane: Option<String>,
    q: Option<String>,
    after: Option<String>,
}

fn href(view: &str, q: &str) -> String {
    match q {
        "" => format!("/bench?view={view}"),
        q => format!("/bench?view={view}&q={}", part(q)),
    }
}

/// The views of the bench.
pub fn views(current: &str, q: &str) -> Vec<ViewTab> {
    const VIEWS: [(&str, &str); 6] = [
        ("lanes", "bench-view-lanes"),
        ("open", "bench-view-open"),
        ("risk", "bench-view-risk"),
        ("mine", "bench-view-mine"),
        ("vendor", "bench-view-vendor"),
        ("late", "bench-view-late"),
    ];
    let tab = |(view, key): &(&'static str, &'static str)| ViewTab {
        key,
        count: None,
        tone: Tone::Plain,
        href: if *view == "lanes" { "/bench".to_owned() } else { href(view, q) },
        current: current == *view,
    };
    VIEWS.iter().map(tab).collect()
}

impl Wanted {
    fn view(&self) -> &str {
        match self.view.as_deref() {
            Some(view @ ("open" | "mine" | "vendor" | "late" | "risk")) => view,
            _ if self.q().is_empty() && self.after.is_none() => "lanes",
            _ => "open",
        }
    }

    fn q(&self) -> &str {
        self.q.as_deref().map_or("", str::trim)
    }

    /// The lane looked at.
    fn lane(&self) -> Option<BenchLane> {
        self.lane.as_deref().and_then(BenchLane::from_code)
    }

    /// The address of this list from its beginning.
    fn href(&self) -> String {
        let own = href(self.view(), self.q());
        self.lane().map_or(own.clone(), |lane| format!("{own}&lane={lane}"))
    }

    fn sort(&self) -> QueueSort {
        if self.view() == "risk" { QueueSort::MissProbability } else { QueueSort::Due }
    }

    fn filter(&self, caller: &Caller, today: NaiveDate) -> RepairFilter {
        let state = crate::domain::rma::RepairOrderState::AtVendor;
        RepairFilter {
            technician: (self.view() == "mine").then(|| caller.ctx.actor.username.clone()),
            state: matches!(self.view(), "vendor" | "late").then_some(state),
            vendor_overdue_on: (self.view() == "late").then_some(today),
            lane: self.lane(),
            open: true,
            q: Some(self.q().to_owned()),
            ..RepairFilter::default()
        }
    }

    fn after(&self) -> Result<RepairKey, Problem> {
        let Some(text) = self.after.as_deref() else { return Ok(FIRST) };
        let mut parts = text.split('_');
        let mut next = || parts.next().unwrap_or_default();
        let (risk, day, id) = (next().parse().ok(), next().parse().ok(), next().parse().ok());
        let (Some(risk), Some(sort_due), Some(id)) = (risk, day, id) else {
            return Err(Trouble::BadCursor.into());
        };
        Ok(RepairKey { risk, sort_due, id })
    }
}

async fn queue(req: HttpRequest, caller: Caller, wanted: web::Query<Wanted>) -> Shown {
    if wanted.view() == "lanes" && !is_htmx(&req) {
        return super::bench_lanes::show(req, caller).await;
    }
    let screen = queue_screen(&req, &caller, &wanted, None).await?;
    if is_htmx(&req) { answer::page(&screen.as_results()) } else { answer::page(&screen) }
}

async fn queue_screen(
    req: &HttpRequest,
    caller: &Caller,
    wanted: &Wanted,
    take: Option<Form>,
) -> Result<BenchPage, Problem> {
    let today = Zone::default().local_date(caller.ctx.now);
    let (filter, sort, after) = (wanted.filter(caller, today), wanted.sort(), wanted.after()?);
    let mut rows =
        http::read(caller, move |conn, ctx| repair::list(conn, ctx, &filter, sort, after, rows::READ))
            .await?;
    let more = rows::cut(&mut rows);
    let next = rows.last().filter(|_| more).map(|listed| {
        let key = repair::key_of(listed, sort);
        format!("{}&after={}_{}_{}", wanted.href(), key.risk, key.sort_due, key.id)
    });
    let p = frame::page(req, Some(caller), Screen::Bench);
    let p = frame::naming(p, caller, rows.iter().map(|listed| &listed.row.technician)).await?;
    let p = frame::with_parties(p, caller, rows.iter().map(|listed| listed.row.place.as_str())).await?;
    let may_take = caller.ctx.actor.role.may(Permission::Repair);
    Ok(BenchPage {
        views: views(wanted.view(), wanted.q()),
        view: wanted.view().to_owned(),
        lane: wanted.lane().map_or("", |lane| lane.as_str()).to_owned(),
        all: href(wanted.view(), ""),
        q: wanted.q().to_owned(),
        rows: rows.iter().map(|listed| item(&p, caller, listed, today)).collect(),
        next,
        take: take.or_else(|| may_take.then(|| take_form(&p))),
        p,
    })
}

pub fn item(p: &Page, caller: &Caller, listed: &Listed, today: NaiveDate) -> BenchRow {
    let row = &listed.row;
    let due_on = due_day(row.sort_due);
    let mut kinds = repair::next_steps(&caller.ctx, row);
    // More money, and giving a unit up, is a manager's word, given on the order's own page.
    kinds.retain(|kind| !matches!(kind, RepairKind::ApproveCost | RepairKind::WriteOff));
    kinds.sort_by_key(|kind| rank(kind.as_str(), row.state.as_str()));
    let steps = kinds.into_iter().map(|kind| BenchStep {
        code: kind.to_string(),
        label: p.word("action", kind.as_str()),
        asks: !matches!(kind, RepairKind::StartRepair | RepairKind::WaitParts | RepairKind::PartsArrived),
        idempotency_key: act::key(),
    });
    let steps = steps.collect();
    BenchRow {
        number: row.number.clone(),
        rma: row.rma.clone().unwrap_or_default(),
        customer: row.customer_name.clone().unwrap_or_default(),
        fault: row.fault.clone(),
        place: row.place.clone(),
        serial: row.serial.clone(),
        part_name: name(p, &row.part_name, &row.part_name_en).to_owned(),
        state: row.state.to_string(),
        due_on,
        left: due_on.map(|day| caller.ctx.calendar.working_days_left(today, day)),
        risk_bp: due_on.map(|_| row.risk_bp),
        vendor: row.vendor.clone().unwrap_or_default(),
        vendor_due_on: row.vendor_due_on,
        vendor_overdue: row.vendor_due_on.is_some_and(|day| day < today),
        waiting: row.waiting_since.is_some(),
        rework: row.rework,
        technician: p.person(row.technician.as_deref()),
        flags: listed.flags.iter().map(ToString::to_string).collect(),
        steps,
        version: row.version,
    }
}

/// A unit of our own for the bench.
pub fn take_form(p: &Page) -> Form {
    Form {
        id: "take".to_owned(),
        action: "/bench".to_owned(),
        fields: vec![
            Field::new("serial", p.t("field-serial"), Control::Code).required(),
            Field::new("part_no", p.t("field-part-no"), Control::Code),
            Field::new("fault", p.t("field-fault"), Control::Text),
        ],
        more: vec![],
        submit: p.t("bench-take"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

async fn take(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let new = NewOrder {
        serial: value(&sent, "serial").to_owned(),
        part_no: given(&sent, "part_no"),
        fault: value(&sent, "fault").to_owned(),
    };
    let to = |number: &String| format!("/bench/{}", part(number));
    let opened = act::act(&caller, &req, &sent, to, move |tx: &mut Conn, ctx: &Ctx| {
        repair::open(tx, ctx, &new).map(|acted| acted.repair.row.number)
    })
    .await;
    match opened {
        Ok(to) => Ok(go(&req, &to)),
        Err(problem) => {
            let p = frame::page(&req, Some(&caller), Screen::Bench);
            let (said, problem) = act::complaint(&p, problem)?;
            let mut form = take_form(&p);
            act::refuse(&mut form, &sent, &said);
            if is_htmx(&req) {
                return act::fragment(p, form, &problem);
            }
            let screen = queue_screen(&req, &caller, &Wanted::default(), Some(form)).await?;
            answer::html(problem.status(), &screen)
        }
    }
}

//! `/stock`: what stands where, and the reorder point of a part set where it is seen.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::flash;
use super::frame::{self, name};
use super::rmas::everything;
use super::transfers::suggestions;
use crate::app::depots::{self, Depot};
use crate::app::parts::{self, PartFields, ReorderFields};
use crate::app::stock::{self, StockFilter, StockKey, StockRow};
use crate::app::{Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::domain::stock::Condition;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::page::Screen;
use crate::web::stock::{DepotColumn, PointForm, StockCell, StockPage, StockRow as Row};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use std::collections::BTreeMap;

/// Balances read for the matrix.
const BALANCES: i64 = 5_000;
/// Parts shown at once.
const PARTS: usize = 200;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/stock", web::get().to(balances)).route("/stock/points", web::post().to(set_point));
}

#[derive(Debug, Default, serde::Deserialize)]
struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    low: bool,
    #[serde(default)]
    depot: String,
    /// The part whose reorder point is to be set.
    #[serde(default)]
    set: String,
    /// The depot it is to be set in.
    #[serde(default)]
    at: String,
}

impl Wanted {
    /// The address of this view, without what is to be set.
    fn back(&self) -> String {
        let said =
            [("q", self.q.as_str()), ("low", if self.low { "true" } else { "" }), ("depot", &self.depot)];
        let said: Vec<String> = said
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| format!("{name}={}", part(text)))
            .collect();
        format!("/stock?{}", said.join("&"))
    }
}

async fn balances(req: HttpRequest, caller: Caller, wanted: web::Query<Wanted>) -> Shown {
    answer::page(&screen(&req, &caller, wanted.into_inner()).await?)
}

async fn screen(req: &HttpRequest, caller: &Caller, wanted: Wanted) -> Result<StockPage, Problem> {
    let back = wanted.back();
    let Wanted { q, low, depot, set, at } = wanted;
    let actor = &caller.ctx.actor;
    // A clerk's own depots first; the others are one press away.
    let own: Vec<String> = match depot.as_str() {
        "" if actor.role.is_bound_to_depots() => actor.depots.iter().map(|own| own.code.clone()).collect(),
        "" | "all" => vec![],
        code => vec![code.to_uppercase()],
    };
    let bound = actor.role.is_bound_to_depots() && !actor.depots.is_empty();
    let (rows, mut depots, suggested) = http::read(caller, move |conn, ctx| {
        let filter = StockFilter { low, ..StockFilter::default() };
        let rows = stock::list_stock(conn, ctx, &filter, &StockKey::default(), BALANCES)?;
        let suggested = if low { suggestions(conn, ctx, None)? } else { vec![] };
        Ok((rows, depots::list(conn, ctx, &everything())?, suggested))
    })
    .await?;
    let is_shown = |code: &String| own.is_empty() || own.contains(code);
    depots.retain(|depot| is_shown(&depot.row.code) && rows.iter().any(|row| row.depot == depot.row.code));
    let p = frame::page(req, Some(caller), Screen::Stock);
    let wanted = q.trim().to_lowercase();
    let mut parts: BTreeMap<&str, Row> = BTreeMap::new();
    for row in &rows {
        let title = name(&p, &row.name, &row.name_en);
        let hit = [row.part_no.as_str(), title].iter().any(|text| text.to_lowercase().contains(&wanted));
        let at = depots.iter().position(|depot| depot.row.code == row.depot);
        let (true, Some(at)) = (hit, at) else { continue };
        let part = parts.entry(&row.part_no).or_insert_with(|| Row {
            part_no: row.part_no.clone(),
            name: title.to_owned(),
            cells: vec![StockCell::default(); depots.len()],
        });
        if let Some(cell) = part.cells.get_mut(at) {
            add(cell, row);
        }
    }
    let rows: Vec<Row> = parts.into_values().collect();
    let short = rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.class() == "low").count();
    let may_set = caller.may(Permission::ManageSetup).is_ok();
    let set = code_of(&set);
    let point = rows
        .iter()
        .find(|row| may_set && row.part_no == set)
        .map(|row| point_of(&p, row, &depots, &code_of(&at), &back));
    Ok(StockPage {
        q,
        low_only: low,
        depots: depots
            .iter()
            .map(|depot| DepotColumn {
                code: depot.row.code.clone(),
                name: depot.row.name.clone(),
                class: depot.row.class.to_string(),
            })
            .collect(),
        parts_total: i64::try_from(rows.len()).ok(),
        low_total: i64::try_from(short).unwrap_or(i64::MAX),
        next: None,
        suggested: suggested.into_iter().filter(|one| is_shown(&one.to)).collect(),
        all_depots: bound.then_some(own.is_empty()),
        may_set,
        back,
        point,
        rows: rows.into_iter().take(PARTS).collect(),
        p,
    })
}

/// The form of a reorder point. The depot is the one that was pointed at; else it is chosen.
fn point_of(p: &Page, row: &Row, depots: &[Depot], at: &str, back: &str) -> PointForm {
    let standing =
        depots.iter().position(|depot| depot.row.code == at).and_then(|at| row.cells.get(at)?.minimum);
    let choices = depots.iter().map(|depot| Choice::new(&depot.row.code, &depot.row.name)).collect();
    let form = Form {
        id: "point".to_owned(),
        action: "/stock/points".to_owned(),
        fields: vec![
            Field::hidden("part_no", &row.part_no),
            Field::hidden("back", back),
            Field::new("depot", p.t("field-depot"), Control::Select(choices)).with_value(at).required(),
            Field::new("quantity", p.t("point-quantity"), Control::Number)
                .with_value(standing.map(|n| n.to_string()).unwrap_or_default())
                .with_hint(p.t("point-hint")),
        ],
        more: vec![],
        submit: p.t("point-save"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: back.to_owned(),
    };
    PointForm { part_no: row.part_no.clone(), name: row.name.clone(), form }
}

/// Sets a reorder point, or takes it away, where its shortage is seen.
async fn set_point(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    // Back to a view of this page only.
    let asked = value(&sent, "back").split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
    let shown =
        web::Query::<Wanted>::from_query(&asked).map_or_else(|_| Wanted::default(), web::Query::into_inner);
    let to = shown.back();
    let problem = match attempt(&req, &caller, &sent, to).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-action")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let (set, at) = (value(&sent, "part_no").to_owned(), value(&sent, "depot").to_owned());
    let mut screen = screen(&req, &caller, Wanted { set, at, ..shown }).await?;
    let (mut said, problem) = act::complaint(&screen.p, problem)?;
    for (field, _) in &mut said.fields {
        if let Some(inner) = field.strip_prefix("reorder_points[0].") {
            *field = inner.to_owned();
        }
    }
    let Some(point) = &mut screen.point else { return Err(problem) };
    act::refuse(&mut point.form, &sent, &said);
    if is_htmx(&req) {
        return act::fragment(screen.p, point.form.clone(), &problem);
    }
    answer::html(problem.status(), &screen)
}

async fn attempt(req: &HttpRequest, caller: &Caller, sent: &Sent, to: String) -> Result<String, Problem> {
    let quantity = match given(sent, "quantity") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Refusal::field("quantity", "not_a_number"))?),
    };
    let point = ReorderFields { depot: value(sent, "depot").to_owned(), quantity };
    let fields = PartFields { reorder_points: Some(vec![point]), ..PartFields::default() };
    let part_no = value(sent, "part_no").to_owned();
    let work = move |tx: &mut Conn, ctx: &Ctx| parts::update(tx, ctx, &part_no, &fields).map(|_| ());
    act::act(caller, req, sent, move |()| to.clone(), work).await
}

/// Adds a balance to its cell. The minimum is the part's in the depot, whatever the condition.
fn add(cell: &mut StockCell, row: &StockRow) {
    if row.reorder_point > 0 {
        cell.minimum = Some(row.reorder_point);
    }
    match row.condition {
        Condition::Good => {
            cell.available += row.available;
            cell.reserved += row.reserved;
            cell.in_transit += row.in_transit;
        }
        Condition::Faulty => cell.faulty += row.quantity,
        Condition::Quarantined => cell.quarantined += row.quantity,
        Condition::Scrapped => {}
    }
}

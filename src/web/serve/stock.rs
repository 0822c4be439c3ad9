//! `/stock`: what stands where, and the reorder point of a part set where it is seen.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::as_of;
use super::flash;
use super::frame::{self, name};
use super::transfers::suggestions;
use crate::app::parts::{self, PartFields, ReorderFields};
use crate::app::stock::{self, CellRow, DepotHead, Matrix, MatrixFilter, PartHead};
use crate::app::{Conn, Ctx};
use crate::domain::actor::{Actor, Permission};
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::page::Screen;
use crate::web::stock::{DepotColumn, PointForm, StockCell, StockPage, StockRow as Row};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use std::collections::BTreeMap;

/// Parts of a page.
const PARTS: i64 = 50;
/// Suggested moves shown above the matrix; all of them have a page of their own.
const SUGGESTED: usize = 12;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/stock", web::get().to(balances)).route("/stock/points", web::post().to(set_point));
}

#[derive(Clone, Debug, Default, serde::Deserialize)]
struct Wanted {
    #[serde(default)]
    q: String,
    /// Family of parts.
    #[serde(default)]
    category: String,
    #[serde(default, deserialize_with = "said_yes")]
    low: bool,
    #[serde(default)]
    depot: String,
    /// The day looked back at; reorder points have no past, so that nothing is short then.
    #[serde(default)]
    as_of: String,
    /// The last part of the page before.
    #[serde(default)]
    after: String,
    /// The part whose reorder point is to be set.
    #[serde(default)]
    set: String,
    /// The depot it is to be set in.
    #[serde(default)]
    at: String,
}

/// An address written by hand says yes in its own way: `1`, `true`, `on`; what nobody understands says nothing.
fn said_yes<'de, D: serde::Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    let said: String = serde::Deserialize::deserialize(from)?;
    Ok(matches!(said.as_str(), "true" | "1" | "on" | "yes"))
}

impl Wanted {
    /// The address of the page of this view after a part, without what is to be set.
    fn address(&self, after: &str) -> String {
        let said = [
            ("q", self.q.as_str()),
            ("category", &self.category),
            ("low", if self.low { "true" } else { "" }),
            ("depot", &self.depot),
            ("as_of", &self.as_of),
            ("after", after),
        ];
        let said: Vec<String> = said
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| format!("{name}={}", part(text)))
            .collect();
        if said.is_empty() { "/stock".to_owned() } else { format!("/stock?{}", said.join("&")) }
    }

    /// The address of this page.
    fn back(&self) -> String {
        self.address(&self.after)
    }

    /// The same, only what is low or everything, in this or all depots: from its first page.
    fn view(&self, low: bool, depot: &str) -> String {
        let (q, category) = (self.q.clone(), self.category.clone());
        let as_of = if low { String::new() } else { self.as_of.clone() };
        Self { q, category, low, as_of, depot: depot.to_owned(), ..Self::default() }.address("")
    }

    /// What to read. A clerk's own depots first; the others are one press away.
    fn filter(&self, actor: &Actor) -> MatrixFilter {
        let depots = match self.depot.as_str() {
            "" if actor.role.is_bound_to_depots() => {
                actor.depots.iter().map(|own| own.code.clone()).collect()
            }
            "" | "all" => vec![],
            code => vec![code_of(code)],
        };
        MatrixFilter { q: self.q.clone(), category: self.category.clone(), low: self.low, depots }
    }
}

async fn balances(req: HttpRequest, caller: Caller, wanted: web::Query<Wanted>) -> Shown {
    answer::page(&screen(&req, &caller, wanted.into_inner()).await?)
}

async fn screen(req: &HttpRequest, caller: &Caller, mut wanted: Wanted) -> Result<StockPage, Problem> {
    let actor = &caller.ctx.actor;
    let p = frame::page(req, Some(caller), Screen::Stock);
    let now = Wanted { as_of: String::new(), ..wanted.clone() }.view(false, &wanted.depot);
    let (as_of, then) = as_of::look(&p, caller, &wanted.as_of, now);
    wanted.as_of.clone_from(&as_of.day);
    wanted.low &= then.is_none();
    let filter = wanted.filter(actor);
    let bound = actor.role.is_bound_to_depots() && !actor.depots.is_empty();
    let shows_all = filter.depots.is_empty();
    let (low, after, asked) = (wanted.low, wanted.after.clone(), filter.clone());
    let (mut matrix, suggested) = http::read(caller, move |conn, ctx| {
        let suggested = if low { suggestions(conn, ctx, None)? } else { vec![] };
        let matrix = match then {
            None => stock::matrix(conn, ctx, &asked, &after, PARTS + 1)?,
            Some(then) => stock::matrix_then(conn, ctx, &asked, &then, &after, PARTS + 1)?,
        };
        Ok((matrix, suggested))
    })
    .await?;
    let more = i64::try_from(matrix.parts.len()).is_ok_and(|read| read > PARTS);
    if more {
        matrix.parts.pop();
    }
    let next = matrix.parts.last().filter(|_| more).map(|part| wanted.address(&part.part_no));
    let rows = rows(&p, &matrix);
    let may_set = then.is_none() && caller.may(Permission::ManageSetup).is_ok();
    let (set, back) = (code_of(&wanted.set), wanted.back());
    let point = rows
        .iter()
        .find(|row| may_set && row.part_no == set)
        .map(|row| point_of(&p, row, &matrix.depots, &code_of(&wanted.at), &back));
    let is_shown = |code: &String| shows_all || filter.depots.contains(code);
    let mut suggested: Vec<_> = suggested.into_iter().filter(|one| is_shown(&one.to)).collect();
    let all = suggested.len();
    suggested.truncate(SUGGESTED);
    let p = frame::with_parts(p, caller, suggested.iter().map(|one| one.part_no.as_str())).await?;
    let p = frame::with_depots(p, caller).await?;
    Ok(StockPage {
        views: [wanted.view(false, &wanted.depot), wanted.view(true, &wanted.depot)],
        depot_views: bound.then(|| [wanted.view(low, ""), wanted.view(low, "all")]),
        all_depots: shows_all,
        categories: matrix.categories,
        depots: matrix.depots.iter().map(column).collect(),
        parts_total: matrix.total,
        low_total: matrix.low,
        next,
        suggested_total: i64::try_from(all).ok().filter(|_| all > SUGGESTED),
        suggested,
        may_set,
        may_open: caller.may(Permission::ImportData).is_ok() && !as_of.is_past(),
        back,
        point,
        rows,
        q: wanted.q,
        category: wanted.category,
        depot: wanted.depot,
        low_only: low,
        as_of,
        p,
    })
}

fn column(depot: &DepotHead) -> DepotColumn {
    DepotColumn { code: depot.code.clone(), name: depot.name.clone(), class: depot.class.clone() }
}

/// The parts of the page, each with a cell for every depot.
fn rows(p: &Page, matrix: &Matrix) -> Vec<Row> {
    let columns: BTreeMap<i64, usize> =
        matrix.depots.iter().enumerate().map(|(at, depot)| (depot.id, at)).collect();
    let mut cells: BTreeMap<i64, Vec<StockCell>> = BTreeMap::new();
    for cell in &matrix.cells {
        let of_part =
            cells.entry(cell.part_id).or_insert_with(|| vec![StockCell::default(); matrix.depots.len()]);
        if let Some(shown) = columns.get(&cell.depot_id).and_then(|at| of_part.get_mut(*at)) {
            *shown = cell_of(cell);
        }
    }
    let row = |part: &PartHead| Row {
        part_no: part.part_no.clone(),
        name: name(p, &part.name, &part.name_en).to_owned(),
        wear: part.wear,
        cells: cells.remove(&part.id).unwrap_or_else(|| vec![StockCell::default(); matrix.depots.len()]),
    };
    matrix.parts.iter().map(row).collect()
}

fn cell_of(cell: &CellRow) -> StockCell {
    StockCell {
        available: cell.available,
        reserved: cell.reserved,
        in_transit: cell.in_transit,
        in_repair: cell.in_repair,
        faulty: cell.faulty,
        quarantined: cell.quarantined,
        minimum: (cell.reorder_point > 0).then_some(cell.reorder_point),
    }
}

/// The form of a reorder point. The depot is the one that was pointed at; else it is chosen.
fn point_of(p: &Page, row: &Row, depots: &[DepotHead], at: &str, back: &str) -> PointForm {
    let standing = depots.iter().position(|depot| depot.code == at).and_then(|at| row.cells.get(at)?.minimum);
    let choices = depots.iter().map(|depot| Choice::new(&depot.code, &depot.name)).collect();
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

//! What a transfer would do, shown while it is filled in: nothing is booked.

use super::act::{Sent, given, value};
use super::answer::{self, Shown, is_htmx};
use super::frame::name;
use super::transfer_new::{lines_of, new_screen};
use crate::app::stock::{self, StockFilter, StockKey};
use crate::app::{AppResult, Conn, Ctx, parts};
use crate::domain::actor::Permission;
use crate::domain::fields::code_of;
use crate::domain::stock::Condition;
use crate::http;
use crate::http::csrf::SignedForm;
use crate::web::Page;
use crate::web::transfers::{Preview, PreviewRow};
use actix_web::HttpRequest;

/// Balances of a part in a depot: one a condition, place and owner.
const BALANCES: i64 = 200;

/// Nothing was said yet.
pub fn nothing(p: &Page) -> Preview {
    Preview { p: p.clone(), from: String::new(), rows: vec![] }
}

/// A line of the form as far as it can be read: what, and how many.
fn wanted(sent: &Sent) -> Vec<(String, i64)> {
    let line = |line: usize| {
        let what = given(sent, &format!("line-{line}-what"))?;
        let many = value(sent, &format!("line-{line}-quantity")).parse().unwrap_or(1);
        Some((what, many))
    };
    (0..lines_of(sent)).filter_map(line).collect()
}

/// A part as the preview adds it up.
struct Seen {
    names: [String; 2],
    part_no: String,
    leaves: i64,
    available: Option<i64>,
}

fn read(conn: &mut Conn, ctx: &Ctx, from: &str, wanted: &[(String, i64)]) -> AppResult<Vec<Seen>> {
    let mut rows: Vec<Seen> = vec![];
    for (what, many) in wanted {
        let part_no = match parts::get(conn, ctx, what) {
            Ok(part) => Some(part.row.part_no),
            Err(_) => stock::unit(conn, ctx, what, None).ok().map(|unit| unit.part_no),
        };
        let Some(part_no) = part_no else {
            let names = [String::new(), String::new()];
            rows.push(Seen { names, part_no: what.clone(), leaves: *many, available: None });
            continue;
        };
        if let Some(known) = rows.iter_mut().find(|row| row.part_no == part_no) {
            known.leaves = known.leaves.saturating_add(*many);
            continue;
        }
        let part = parts::get(conn, ctx, &part_no)?.row;
        let filter = StockFilter {
            depot: Some(from.to_owned()),
            part_no: Some(part_no.clone()),
            condition: Some(Condition::Good),
            ..StockFilter::default()
        };
        let there = stock::list_stock(conn, ctx, &filter, &StockKey::default(), BALANCES)?;
        let available = there.iter().fold(0_i64, |sum, row| sum.saturating_add(row.available));
        let available = (!from.is_empty()).then_some(available);
        rows.push(Seen { names: [part.name, part.name_en], part_no, leaves: *many, available });
    }
    Ok(rows)
}

/// The preview alone for htmx, else the page with what was typed and the preview below.
pub async fn show(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    caller.may(Permission::MoveStock)?;
    let mut screen = new_screen(&req, &caller, &sent).await?;
    let (from, asked) = (code_of(value(&sent, "from")), wanted(&sent));
    let depot = from.clone();
    let seen = http::read(&caller, move |conn, ctx| read(conn, ctx, &depot, &asked)).await?;
    let p = screen.p.clone();
    let row = |seen: Seen| {
        let [zh, en] = &seen.names;
        PreviewRow {
            name: name(&p, zh, en).to_owned(),
            part_no: seen.part_no.clone(),
            leaves: seen.leaves,
            available: seen.available,
        }
    };
    let preview = Preview { rows: seen.into_iter().map(row).collect(), from, p: p.clone() };
    if is_htmx(&req) {
        return answer::page(&preview);
    }
    screen.f.refill(&sent, &[]);
    screen.preview = Some(preview);
    answer::page(&screen)
}

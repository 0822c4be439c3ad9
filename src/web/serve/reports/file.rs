//! The list of a report: its first rows on the page, all of them in a file.

use super::{ROWS, with};
use crate::app::audit;
use crate::app::export::{Cell as Value, csv_of};
use crate::http::Caller;
use crate::web::Page;
use crate::web::format::how_many;
use crate::web::report::Switch;
use crate::web::reports::ReportsPage;
use crate::web::serve::act::{Sent, value};
use crate::web::serve::answer::{self, Shown};
use crate::web::settings::{Cell, Section, Table};
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};

/// What a column of a file is called whose cells have a quieter line below: number of the column on the page, key of that line.
pub type Under = (usize, &'static str);

/// The page with the first rows of its list, or the list as a file (`?file=csv`). The list is the last section with rows of its
/// own; `name` is what the file is called.
pub async fn answer(
    caller: &Caller,
    sent: &Sent,
    mut page: ReportsPage,
    name: &str,
    under: &[Under],
) -> Shown {
    if value(sent, "file") == "csv" {
        audit::note_export(&caller.app, &caller.ctx, name, "csv").await?;
        let list = page.sections.last().and_then(|section| section.table.as_ref());
        let (heads, rows) = list.map(|table| sheet(&page.p, table, under)).unwrap_or_default();
        return Ok(HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8")
            .insert_header((
                CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}-{}.csv\"", page.p.today()),
            ))
            .insert_header((CACHE_CONTROL, "private, no-store"))
            .body(csv_of(&heads, &rows)));
    }
    for section in &mut page.sections {
        cut(&page.p, section);
    }
    page.export =
        vec![Switch { label: "CSV".to_owned(), href: with(sent, &[("file", "csv")]), current: false }];
    answer::page(&page)
}

/// Keeps the first rows and says that there are more.
fn cut(p: &Page, section: &mut Section) {
    let Some(table) = section.table.as_mut().filter(|table| table.rows.len() > ROWS) else { return };
    table.rows.truncate(ROWS);
    let said = p.n("reports-cut", &how_many(ROWS));
    section.note = if section.note.is_empty() { said } else { format!("{} {said}", section.note) };
}

/// Headings and rows; a quieter line has a column of its own.
fn sheet(p: &Page, table: &Table, under: &[Under]) -> (Vec<String>, Vec<Vec<Value>>) {
    let below = |column: usize| under.iter().find(|(at, _)| *at == column).map(|(_, key)| *key);
    let mut heads = vec![];
    for (column, head) in table.columns.iter().enumerate() {
        heads.push(head.clone());
        heads.extend(below(column).map(|key| p.t(key)));
    }
    let row = |cells: &[Cell]| {
        let mut values = vec![];
        for (column, cell) in cells.iter().enumerate() {
            values.push(Value::Text(cell.html.words()));
            values.extend(below(column).map(|_| Value::Text(cell.under.clone())));
        }
        values
    };
    (heads, table.rows.iter().map(|one| row(&one.cells)).collect())
}

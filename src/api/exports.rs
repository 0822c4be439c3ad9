//! `/exports`: what is in the books, as spreadsheets.

use crate::api::words::MeasureWord;
use crate::app::audit;
use crate::app::export::{self, Export, ExportKind, Format};
use crate::app::figures::{Asked, GroupBy};
use crate::domain::calendar::Zone;
use crate::endpoints;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Query, Trouble};
use actix_web::web::Path;
use serde::Deserialize;
use utoipa::IntoParams;

endpoints! {
    // Each kind asks for the right to read what it holds.
    get "/exports/{file}" export: Access::SignedIn,
}

/// Which figures, for `timely-repair`; the other kinds hold everything and refuse these (422 `not_of_this_export`).
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// First day (`2026-03-07`) or month (`2026-03`) of the due dates.
    from: Option<String>,
    /// Last day or month of the due dates.
    to: Option<String>,
    /// The day at whose end the lines are judged. Default: today.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only what was recorded by this instant (or by the end of this day) counts. Default: now.
    known_at: Option<String>,
    /// Under which variant a line counts as excluded.
    #[param(inline, value_type = Option<MeasureWord>)]
    variant: Option<String>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only lines of this customer.
    customer: Option<String>,
    /// Only lines with this part.
    part_no: Option<String>,
}

impl From<ExportQuery> for Asked {
    fn from(query: ExportQuery) -> Asked {
        Asked {
            from: query.from,
            to: query.to,
            as_of: query.as_of,
            known_at: query.known_at,
            by: Some(GroupBy::Month.to_string()),
            variant: query.variant,
            depot: query.depot,
            customer: query.customer,
            part_no: query.part_no,
        }
    }
}

pub use crate::http::words::of_reader as words;

/// A spreadsheet of what the caller may read
#[utoipa::path(get, path = "/exports/{file}",
    params(("file" = String, Path, description = "stock, units, movements, rmas or timely-repair; \
        .csv (UTF-8 with byte order mark) or .xlsx", example = "stock.csv",
        pattern = "^(stock|units|movements|rmas|timely-repair)[.](csv|xlsx)$"), ExportQuery),
    responses((status = 200, description = "The file", content((Vec<u8> = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
async fn export(caller: Caller, file: Path<String>, query: Query<ExportQuery>) -> Answer {
    let (kind, format) = file.split_once('.').ok_or(Trouble::NoSuchAddress)?;
    let kind = ExportKind::from_code(kind).ok_or(Trouble::NoSuchAddress)?;
    let format = Format::from_code(format).ok_or(Trouble::NoSuchAddress)?;
    let wanted = Export { asked: query.into_inner().into(), ..Export::of(kind, format) };
    let exported = export::to_file(&caller.app, &caller.ctx, wanted, words(caller.lang)).await?;
    audit::note_export(&caller.app, &caller.ctx, kind.as_str(), format.as_str()).await?;
    Ok(http::spreadsheet(kind, format, Zone::default().local_date(caller.ctx.now), exported.file))
}

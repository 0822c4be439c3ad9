//! `/rma/export.csv` and `.xlsx`: the lines of the list as it stands, all of its pages.

use super::answer::Shown;
use super::rma_wanted::Wanted;
use super::rmas::pairs;
use crate::app::audit;
use crate::app::export::{self, Export, ExportKind, Format};
use crate::domain::calendar::Zone;
use crate::http::words::of_reader;
use crate::http::{self, Caller, Trouble};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/rma/export.{format}", web::get().to(file));
}

async fn file(req: HttpRequest, caller: Caller, format: web::Path<String>) -> Shown {
    let format = Format::from_code(&format).ok_or(Trouble::NoSuchAddress)?;
    let wanted = Wanted::read(&pairs(&req))?;
    let today = Zone::default().local_date(caller.ctx.now);
    let (kind, lines) = (ExportKind::Rmas, wanted.filter(&caller.ctx, today));
    let list = Export { lines, sort: wanted.sort, ..Export::of(kind, format) };
    let exported = export::to_file(&caller.app, &caller.ctx, list, of_reader(caller.lang)).await?;
    audit::note_export(&caller.app, &caller.ctx, kind.as_str(), format.as_str()).await?;
    Ok(http::spreadsheet(kind, format, today, exported.file))
}

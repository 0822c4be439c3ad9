//! `/requests` and `/van`: asking for spares, working the requests, what an engineer carries.

mod ask;
mod list;
mod one;
mod van;

use super::act::Sent;
use crate::app::requests::RequestRow;
use crate::domain::calendar::Zone;
use crate::domain::request::RequestState;
use crate::http::Caller;
use crate::web::Page;
use crate::web::requests::RequestItem;
use actix_web::HttpRequest;
use actix_web::web::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(ask::routes).configure(list::routes).configure(van::routes).configure(one::routes);
}

fn pairs(req: &HttpRequest) -> Sent {
    url::form_urlencoded::parse(req.query_string().as_bytes()).into_owned().collect()
}

/// A request as lists show it.
fn item(p: &Page, caller: &Caller, row: &RequestRow) -> RequestItem {
    let today = Zone::default().local_date(caller.ctx.now);
    let is_waiting = !matches!(row.state, RequestState::Issued | RequestState::Rejected);
    RequestItem {
        number: row.number.clone(),
        customer: row.customer_name.clone(),
        site: row.site.clone(),
        part_name: super::frame::name(p, &row.part_name, &row.part_name_en).to_owned(),
        serial: row.faulty_serial.clone(),
        state: match row.state {
            // Who asked for it called it back.
            RequestState::Rejected if row.decided_by == row.requested_by => "withdrawn".to_owned(),
            state => state.to_string(),
        },
        due_at: row.due_at,
        late: is_waiting && row.due_at.is_some_and(|at| at < caller.ctx.now),
        spare: row.spare.clone().unwrap_or_default(),
        owed_by: row.owed_by,
        owed_late: row.owed_by.is_some_and(|day| day < today),
        faulty: row.faulty_state.to_string(),
        by: p.person(row.requested_by.as_deref()),
        at: row.requested_at,
    }
}

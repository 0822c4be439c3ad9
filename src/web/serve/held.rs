//! `/public-requests`: what people without an account asked for and nobody could place by itself. Whoever decides about RMAs
//! says whose and what it is, or puts it aside.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go, part};
use super::rows;
use super::{flash, frame};
use crate::app::audit;
use crate::app::public_requests::{self, Candidate, PublicRequestRow};
use crate::app::rma;
use crate::app::{Conn, Ctx};
use crate::domain::actor::Permission;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::held::{HeldListPage, HeldPage, HeldRow};
use crate::web::page::Screen;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/public-requests", web::get().to(list))
        .route("/public-requests/{id}", web::get().to(show))
        .route("/public-requests/{id}/accept", web::post().to(accept))
        .route("/public-requests/{id}/dismiss", web::post().to(dismiss));
}

/// Where the list goes on.
#[derive(serde::Deserialize)]
struct Wanted {
    #[serde(default)]
    after: i64,
}

async fn list(req: HttpRequest, caller: Caller, wanted: web::Query<Wanted>) -> Shown {
    let after = wanted.after;
    let mut rows =
        http::read(&caller, move |conn, ctx| public_requests::held(conn, ctx, after, rows::READ)).await?;
    audit::note_addresses(&caller.app, &caller.ctx, "public_requests").await?;
    let more = rows::cut(&mut rows);
    let next = rows.last().filter(|_| more).map(|row| format!("/public-requests?after={}", row.id));
    let p = frame::page(&req, Some(&caller), Screen::Public);
    answer::page(&HeldListPage { rows: rows.into_iter().map(row).collect(), next, p })
}

fn row(row: PublicRequestRow) -> HeldRow {
    HeldRow {
        id: row.id,
        name: row.name,
        organisation: row.organisation,
        email: row.email,
        phone: row.phone,
        serial: row.serial,
        part_no: row.part_no,
        fault: row.fault,
        because: row.held_because,
        confirmed_at: row.confirmed_at,
    }
}

async fn show(req: HttpRequest, caller: Caller, id: web::Path<i64>) -> Shown {
    let id = id.into_inner();
    let page = screen(&req, &caller, id).await?;
    audit::note_addresses(&caller.app, &caller.ctx, "public_requests").await?;
    answer::page(&page)
}

async fn screen(req: &HttpRequest, caller: &Caller, id: i64) -> Result<HeldPage, Problem> {
    caller.may(Permission::DecideRma)?;
    let (found, candidates) =
        http::read(caller, move |conn, ctx| public_requests::waiting_one(conn, ctx, id)).await?;
    let p = frame::page(req, Some(caller), Screen::Public);
    let (accept, dismiss) = (accept_form(&p, &found, &candidates), dismiss_form(&p, id));
    Ok(HeldPage { row: row(found), accept, dismiss, dismissing: false, p })
}

fn accept_form(p: &Page, found: &PublicRequestRow, candidates: &[Candidate]) -> Form {
    let names: Vec<String> =
        candidates.iter().map(|candidate| format!("{} {}", candidate.code, candidate.name)).collect();
    let hint = if names.is_empty() {
        p.t("held-customer-hint")
    } else {
        p.t1("held-customer-known", "customers", names.join(&p.t("list-separator")))
    };
    let likely = match candidates {
        [only] => only.code.clone(),
        _ => String::new(),
    };
    let customer = Field::new("customer", p.t("field-customer"), Control::Code);
    let part_no = Field::new("part_no", p.t("field-part-no"), Control::Code);
    Form {
        id: "accept".to_owned(),
        action: format!("/public-requests/{}/accept", found.id),
        fields: vec![
            customer.required().with_value(likely).with_hint(hint),
            part_no.required().with_value(found.part_no.clone()),
        ],
        more: vec![],
        submit: p.t("held-accept"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: "/public-requests".to_owned(),
    }
}

fn dismiss_form(p: &Page, id: i64) -> Form {
    Form {
        id: "dismiss".to_owned(),
        action: format!("/public-requests/{id}/dismiss"),
        fields: vec![Field::new("reason", p.t("field-reason"), Control::Area).required()],
        more: vec![],
        submit: p.t("held-dismiss"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

async fn accept(req: HttpRequest, id: web::Path<i64>, form: SignedForm<Sent>) -> Shown {
    let (id, SignedForm { caller, form: sent }) = (id.into_inner(), form);
    let (customer, part_no) = (value(&sent, "customer").to_owned(), value(&sent, "part_no").to_owned());
    let code = rma::new_tracking_code();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        public_requests::accept(tx, ctx, id, &customer, &part_no, &code).map(|view| view.rma.number)
    };
    let to = |number: &String| format!("/rma/{}", part(number));
    let problem = match act::act(&caller, &req, &sent, to, work).await {
        Ok(to) => return Ok(go(&req, &to)),
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &caller, id).await?;
    let (mut complaint, problem) = act::complaint(&screen.p, problem)?;
    for (field, _) in &mut complaint.fields {
        // The request is line 1 of the RMA it becomes.
        if let Some(name) = field.strip_prefix("lines[0].") {
            *field = name.to_owned();
        }
    }
    act::refuse(&mut screen.accept, &sent, &complaint);
    if answer::is_htmx(&req) {
        return act::fragment(screen.p, screen.accept, &problem);
    }
    answer::html(problem.status(), &screen)
}

async fn dismiss(req: HttpRequest, id: web::Path<i64>, form: SignedForm<Sent>) -> Shown {
    let (id, SignedForm { caller, form: sent }) = (id.into_inner(), form);
    let reason = value(&sent, "reason").to_owned();
    let work = move |tx: &mut Conn, ctx: &Ctx| public_requests::dismiss(tx, ctx, id, &reason);
    let problem = match act::act(&caller, &req, &sent, |()| "/public-requests".to_owned(), work).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-dismissed")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &caller, id).await?;
    let (complaint, problem) = act::complaint(&screen.p, problem)?;
    act::refuse(&mut screen.dismiss, &sent, &complaint);
    screen.dismissing = true;
    answer::html(problem.status(), &screen)
}

//! `/track`: following an RMA without an account. A wrong number and a wrong code get the same answer, and guessing is
//! slowed down.

use super::act::{Sent, given, value};
use super::answer::{self, Shown, go, part};
use super::frame::{self, name};
use super::rma_view::{parcel_at, parcel_state};
use crate::app::rma::{self, Tracked, TrackedLine};
use crate::app::{self, AppResult};
use crate::domain::actor::Actor;
use crate::domain::calendar::Zone;
use crate::domain::refusal::Refusal;
use crate::domain::rma::{IssuedRole, RepairState, ShipmentPurpose};
use crate::http::csrf::OpenForm;
use crate::http::server::peer;
use crate::http::{self, Problem, State};
use crate::web::Page;
use crate::web::page::Screen;
use crate::web::track::{self, TrackFormPage, TrackLine, TrackLoaner, TrackPage, TrackParcel};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/track").route(web::get().to(ask)).route(web::post().to(look)))
        .route("/track/{number}", web::get().to(show))
        .route("/track/{number}/confirm", web::post().to(confirm));
}

async fn ask(req: HttpRequest) -> Shown {
    answer::page(&form(&req, String::new(), false))
}

fn form(req: &HttpRequest, number: String, not_found: bool) -> TrackFormPage {
    TrackFormPage { p: frame::page(req, None, Screen::Elsewhere), number, not_found }
}

fn path(number: &str, code: &str) -> String {
    format!("/track/{}?code={}", part(number), part(code))
}

async fn look(req: HttpRequest, sent: OpenForm<Sent>) -> Shown {
    let OpenForm(sent) = sent;
    match given(&sent, "number") {
        Some(number) => Ok(go(&req, &path(&number, value(&sent, "code")))),
        None => answer::html(StatusCode::NOT_FOUND, &form(&req, String::new(), true)),
    }
}

/// The code that came with the first mail.
#[derive(serde::Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
}

async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    number: web::Path<String>,
    code: web::Query<Code>,
) -> Shown {
    state.tracking_throttle.attempt_from(peer(&req)).await?;
    let (number, code) = (number.into_inner(), code.into_inner().code);
    follow(&req, &state, number, code, StatusCode::OK, String::new()).await
}

/// The RMA's page, or the form again with the same words for a wrong number and a wrong code.
async fn follow(
    req: &HttpRequest,
    state: &State,
    number: String,
    code: String,
    status: StatusCode,
    error: String,
) -> Shown {
    let ctx = state.app.context(Actor::system("track"), String::new());
    let (wanted, given) = (number.clone(), code.clone());
    let found: AppResult<Tracked> =
        app::read(&state.app, &ctx, move |conn, ctx| rma::track(conn, ctx, &wanted, &given)).await;
    match found.map_err(Problem::from) {
        Ok(tracked) => {
            let p = frame::page(req, None, Screen::Elsewhere);
            let (phone, email) = (state.config.hotline.clone(), state.config.mail_reply_to.clone());
            let email = email.unwrap_or_default();
            answer::html(status, &TrackPage { error, phone, email, ..screen(p, &tracked) })
        }
        Err(Problem::Refused(Refusal::NotFound { .. })) => {
            answer::html(StatusCode::NOT_FOUND, &form(req, number, true))
        }
        Err(problem) => Err(problem),
    }
}

async fn confirm(
    req: HttpRequest,
    state: web::Data<State>,
    number: web::Path<String>,
    sent: OpenForm<Sent>,
) -> Shown {
    state.tracking_throttle.attempt_from(peer(&req)).await?;
    let OpenForm(sent) = sent;
    let (number, code) = (number.into_inner(), value(&sent, "code").to_owned());
    let Some(name) = given(&sent, "name") else {
        let error = frame::page(&req, None, Screen::Elsewhere).t("track-confirm-missing");
        return follow(&req, &state, number, code, StatusCode::UNPROCESSABLE_ENTITY, error).await;
    };
    let line = value(&sent, "line").parse().unwrap_or(1);
    let what = ShipmentPurpose::from_code(value(&sent, "what"));
    let to = path(&number, &code);
    let ctx = state.app.context(Actor::system("track"), http::request_id(&req));
    let (of, with) = (number.clone(), code.clone());
    let work = move |tx: &mut app::Conn, ctx: &app::Ctx| {
        rma::confirm_by_customer(tx, ctx, &of, &with, line, what, &name).map(|_| ())
    };
    match app::run(&state.app, &ctx, None, |()| (303, String::new()), work).await.map_err(Problem::from) {
        // Pressed twice, or staff were quicker: the page says how it stands.
        Ok(_) | Err(Problem::Refused(Refusal::ActionNotAllowed { .. })) => Ok(go(&req, &to)),
        Err(Problem::Refused(Refusal::NotFound { .. })) => {
            answer::html(StatusCode::NOT_FOUND, &form(&req, number, true))
        }
        Err(problem) => {
            let p = frame::page(&req, None, Screen::Elsewhere);
            let (error, status) = (problem.detail(p.lang), problem.status());
            follow(&req, &state, number, code, status, error).await
        }
    }
}

fn screen(p: Page, tracked: &Tracked) -> TrackPage {
    TrackPage {
        number: tracked.rma.number.clone(),
        code: tracked.rma.tracking_code.clone(),
        error: String::new(),
        lines: tracked.lines.iter().map(|shown| line(&p, tracked, shown)).collect(),
        phone: String::new(),
        email: String::new(),
        as_of: p.now,
        p,
    }
}

/// Whether the unit itself comes back to the customer, as far as it is decided.
fn goes_home(shown: &TrackedLine) -> bool {
    match shown.row.repair_state {
        RepairState::Ber | RepairState::Exchanged => false,
        RepairState::Dispatched | RepairState::Returned => true,
        _ => !shown.is_exchanged,
    }
}

pub fn line(p: &Page, tracked: &Tracked, shown: &TrackedLine) -> TrackLine {
    use RepairState as S;
    let row = &shown.row;
    let state = row.repair_state;
    let ended = state.is_ended();
    let returned = matches!(state, S::Returned | S::Closed);
    let rank = crate::domain::rma::ranked(state);
    let reached = |key: &str| {
        let stage = key.trim_start_matches("track-step-");
        let at = match stage {
            "requested" => Some(row.requested_at),
            "received" => row.received_at,
            "replaced" => shown.replaced_at,
            _ => None,
        };
        let entered = |wanted: &[S]| {
            shown.entered.iter().rev().find(|(state, _)| wanted.contains(state)).map(|(_, at)| *at)
        };
        let seen = match stage {
            "repaired" => entered(&[S::Repaired, S::Nff]),
            "dispatched" => entered(&[S::Dispatched]),
            "returned" => entered(&[S::Returned]),
            "exchanged" => entered(&[S::Exchanged]),
            _ => None,
        };
        let by_rank = match stage {
            "repaired" => rank >= crate::domain::rma::ranked(S::Repaired) && !matches!(state, S::Exchanged),
            "dispatched" => rank >= crate::domain::rma::ranked(S::Dispatched),
            "returned" | "closed" | "exchanged" => ended,
            _ => false,
        };
        let left_out = matches!(state, S::Rejected | S::Cancelled | S::Void);
        // Finished work taken over from a spreadsheet has no steps of its own: its end stands for them.
        at.or_else(|| {
            (by_rank && !left_out).then(|| seen.unwrap_or(row.ended_at.unwrap_or(row.last_event_at)))
        })
    };
    let parcels = tracked.shipments.iter().filter(|parcel| parcel.line == row.line);
    TrackLine {
        number: row.line,
        arriving: shown.arriving.map(|what| what.to_string()),
        part_name: name(p, &row.part_name, &row.part_name_en).to_owned(),
        serial: row.serial.clone(),
        say: say_of(state, shown.makers_unit.is_some()).to_owned(),
        makers_unit: shown.makers_unit.clone(),
        steps: track::steps(row.mode.as_str(), goes_home(shown), ended, reached),
        due_on: shown.due_on,
        forecast: shown.forecast.map(|range| (range.early_on, range.late_on)),
        provisional: shown.provisional,
        returned_on: row.ended_at.filter(|_| returned).map(|at| Zone::default().local_date(at)),
        waiting_for_you: shown.on_hold && !ended,
        send_to: shown.send_to.as_ref().map(|depot| (depot.name.clone(), depot.address.clone())),
        send_by: shown.send_by,
        quote: shown.quote.as_ref().map(|quote| (quote.sent_at, quote.valid_until)),
        late: !ended && shown.due_on.is_some_and(|due_on| due_on < p.today()),
        loaner: shown.holding.as_ref().map(|held| TrackLoaner {
            part_name: name(p, &held.part_name, &held.part_name_en).to_owned(),
            serial: held.serial.clone(),
            say: say_of_loaner(held.role, shown),
        }),
        parcels: parcels
            .map(|parcel| TrackParcel {
                what: parcel.purpose.to_string(),
                carrier: parcel.carrier.clone(),
                tracking_no: parcel.tracking_no.clone(),
                state: parcel_state(parcel.state).to_owned(),
                at: parcel_at(parcel),
            })
            .collect(),
    }
}

/// Whose the spare is that the customer holds, and for how long.
fn say_of_loaner(role: IssuedRole, shown: &TrackedLine) -> &'static str {
    match shown.row.repair_state {
        _ if role == IssuedRole::Permanent => "yours",
        RepairState::Ber if !shown.is_exchanged => "beyond_repair",
        state if state.is_ended() && state != RepairState::Exchanged => "over",
        _ if !goes_home(shown) => "exchanged",
        _ => "lent",
    }
}

/// The same, where another unit than the customer's own may be on its way to them: nobody repaired that one.
pub fn say_of(state: RepairState, is_makers: bool) -> &'static str {
    use RepairState as S;
    match state {
        S::Testing if is_makers => "maker_testing",
        S::Repaired | S::Nff if is_makers => "maker_repaired",
        S::Dispatched if is_makers => "maker_dispatched",
        S::Returned if is_makers => "maker_returned",
        _ => say(state),
    }
}

/// The sentence for a state, by the name the page has for it.
fn say(state: RepairState) -> &'static str {
    use RepairState as S;
    match state {
        S::Ber => "beyond_repair",
        S::Nff => "repaired",
        S::Void => "cancelled",
        S::Scrapped | S::ToStock => "closed",
        other => other.as_str(),
    }
}

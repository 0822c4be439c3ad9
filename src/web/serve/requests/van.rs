//! `/van`: what an engineer carries, and giving it back.

use crate::app::depots;
use crate::app::requests::{self, RequestFilter, RequestRow};
use crate::app::stock::UnitRow;
use crate::app::van::{self, GiveBack, Van};
use crate::domain::actor::{Permission, Role};
use crate::domain::request::RequestState;
use crate::domain::stock::Condition;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem, Trouble};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::page::Screen;
use crate::web::requests::{VanLot, VanPage, VanUnit};
use crate::web::serve::act::{self, Sent, given, value};
use crate::web::serve::answer::{self, Shown, go, is_htmx};
use crate::web::serve::flash;
use crate::web::serve::frame::{self, name};
use crate::web::serve::rmas::everything;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Approved requests looked at for what the van can serve.
const REQUESTS: i64 = 200;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/van", web::get().to(show)).route("/van/back", web::post().to(back));
}

async fn show(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&screen(&req, &caller).await?)
}

async fn screen(req: &HttpRequest, caller: &Caller) -> Result<VanPage, Problem> {
    if caller.ctx.actor.role != Role::Engineer {
        return Err(Trouble::NoSuchAddress.into());
    }
    caller.may(Permission::ReadStock)?;
    let (van, depots, open) = http::read(caller, |conn, ctx| {
        let mine = RequestFilter {
            state: Some(RequestState::Approved),
            engineer: Some(ctx.actor.username.clone()),
            ..RequestFilter::default()
        };
        let open = requests::list(conn, ctx, &mine, i64::MAX, REQUESTS)?;
        Ok((van::mine(conn, ctx)?, depots::list(conn, ctx, &everything())?, open))
    })
    .await?;
    let p = frame::page(req, Some(caller), Screen::Van);
    let depots: Vec<Choice> =
        depots.iter().map(|depot| Choice::new(&depot.row.code, &depot.row.name)).collect();
    let Van { units, lots, .. } = van;
    Ok(VanPage {
        uses: open.iter().filter_map(|request| served(request, &units)).collect(),
        units: units.iter().map(|unit| carried(&p, unit, &depots)).collect(),
        lots: lots
            .iter()
            .map(|lot| VanLot {
                part_no: lot.part_no.clone(),
                part_name: name(&p, &lot.name, &lot.name_en).to_owned(),
                condition: lot.condition.to_string(),
                quantity: lot.quantity,
                back: back_form(&p, &lot.part_no, None, Some((lot.condition, lot.quantity)), &depots),
            })
            .collect(),
        refused: None,
        p,
    })
}

/// A request for the very part that is carried.
fn served(request: &RequestRow, units: &[UnitRow]) -> Option<(String, String, String)> {
    let fits = |unit: &&UnitRow| {
        unit.condition == Condition::Good
            && unit.reservation_id.is_none()
            && (unit.part_no == request.part_no || unit.part_no == request.wish_part)
    };
    let unit = units.iter().find(fits)?;
    Some((request.number.clone(), request.customer_name.clone(), unit.serial.clone()))
}

fn carried(p: &Page, unit: &UnitRow, depots: &[Choice]) -> VanUnit {
    let held_for = unit.reservation_document.clone().unwrap_or_default();
    VanUnit {
        serial: unit.serial.clone(),
        part_no: unit.part_no.clone(),
        part_name: name(p, &unit.part_name, &unit.part_name_en).to_owned(),
        condition: unit.condition.to_string(),
        back: unit
            .reservation_id
            .is_none()
            .then(|| back_form(p, &unit.part_no, Some(&unit.serial), None, depots)),
        held_for,
    }
}

fn back_form(
    p: &Page,
    part_no: &str,
    serial: Option<&str>,
    lot: Option<(Condition, i64)>,
    depots: &[Choice],
) -> Form {
    let mut fields = vec![Field::hidden("part_no", part_no)];
    if let Some(serial) = serial {
        fields.push(Field::hidden("serial", serial));
    }
    if let Some((condition, quantity)) = lot {
        fields.push(Field::hidden("condition", condition.as_str()));
        fields.push(
            Field::new("quantity", p.t("field-quantity"), Control::Number)
                .with_value(quantity.to_string())
                .required(),
        );
    }
    fields.push(Field::new("depot", p.t("van-back-depot"), Control::Select(depots.to_vec())).required());
    fields.push(Field::new("note", p.t("van-back-note"), Control::Text));
    let tail = lot.map(|(condition, _)| condition.to_string()).unwrap_or_default();
    Form {
        id: format!("back-{}{tail}", serial.unwrap_or(part_no)),
        action: "/van/back".to_owned(),
        fields,
        more: vec![],
        submit: p.t("van-back"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

async fn back(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let what = GiveBack {
        serial: given(&sent, "serial"),
        part_no: given(&sent, "part_no"),
        quantity: value(&sent, "quantity").parse().ok(),
        condition: Condition::from_code(value(&sent, "condition")),
        depot: value(&sent, "depot").to_owned(),
        note: value(&sent, "note").to_owned(),
    };
    let to = |_: &()| "/van".to_owned();
    let work = move |tx: &mut _, ctx: &_| van::give_back(tx, ctx, &what);
    let problem = match act::act(&caller, &req, &sent, to, work).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-van-back")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &caller).await?;
    let (said, problem) = act::complaint(&screen.p, problem)?;
    let wanted = (value(&sent, "serial"), value(&sent, "part_no"), value(&sent, "condition"));
    let form = screen.units.iter().find(|unit| unit.serial == wanted.0 && unit.part_no == wanted.1);
    let form = form.and_then(|unit| unit.back.clone()).or_else(|| {
        let lot = screen.lots.iter().find(|lot| lot.part_no == wanted.1 && lot.condition == wanted.2);
        lot.map(|lot| lot.back.clone())
    });
    let Some(mut form) = form else { return Err(problem) };
    act::refuse(&mut form, &sent, &said);
    if is_htmx(&req) {
        return act::fragment(screen.p, form, &problem);
    }
    form.id = "back-again".to_owned();
    screen.refused = Some(form);
    answer::html(problem.status(), &screen)
}

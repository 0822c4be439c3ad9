//! `/requests/new`: from the dead board's serial to a request, with everything that can come and everything that cannot.

use super::pairs;
use crate::app::asking::{self, Answer, Lack, Question};
use crate::app::customers;
use crate::app::requests::{self, NewSpareRequest};
use crate::app::rma::new_tracking_code;
use crate::app::stock::{Offer, UnitRow};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::place::engineer_code;
use crate::domain::refusal::Refusal;
use crate::domain::request::RequestReason;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::page::Screen;
use crate::web::requests::{AskPage, AskedFor, Source};
use crate::web::serve::act::{self, Sent, value};
use crate::web::serve::answer::{self, Shown, go, part};
use crate::web::serve::flash;
use crate::web::serve::frame::{self, name};
use crate::web::serve::rmas::everything;
use crate::web::serve::station::dressed;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/requests/new", web::get().to(new));
}

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    dressed(answer::page(&screen(&req, &caller, &pairs(&req)).await?)?)
}

fn question(sent: &Sent) -> Question {
    let said = |name: &str| value(sent, name).to_owned();
    Question {
        serial: said("serial"),
        part_no: said("part_no"),
        customer: said("customer"),
        near: said("near"),
    }
}

/// The page for what is known so far; a look-up that is refused is said on it.
async fn screen(req: &HttpRequest, caller: &Caller, sent: &Sent) -> Result<AskPage, Problem> {
    caller.may(Permission::ReadStock)?;
    caller.may(Permission::RequestRma)?;
    let asked = question(sent);
    let is_blank = asked.serial.is_empty() && asked.part_no.is_empty();
    let p = frame::page(req, Some(caller), Screen::Requests);
    let (wanted, mut trouble) = (asked.clone(), String::new());
    let read = http::read(caller, move |conn, ctx| {
        let customers = customers::list(conn, ctx, &everything())?;
        let answer = if is_blank { Ok(Answer::default()) } else { asking::look(conn, ctx, &wanted) };
        Ok((customers, answer))
    })
    .await?;
    let (customers, looked) = read;
    let found = match looked {
        Ok(found) => found,
        Err(error) => {
            let (said, _) = act::complaint(&p, error.into())?;
            trouble = said.form;
            Answer::default()
        }
    };
    let mut question = false;
    if !is_blank && trouble.is_empty() {
        trouble = match (&found.parts.first(), &found.customer) {
            (None, _) => p.t("ask-say-part"),
            (Some(_), None) if asked.customer.is_empty() => p.t("ask-say-customer"),
            (Some(_), None) => p.t("ask-no-customer"),
            (Some(_), Some(_)) => String::new(),
        };
        question = !trouble.is_empty();
    }
    if let Some(refusal) = &found.blocked {
        question = false;
        trouble = http::words::refusal(p.lang, refusal);
    }
    let customers = customers.iter().map(|row| Choice::new(&row.code, format!("{} {}", row.code, row.name)));
    let is_known = found.customer.is_some() && !found.parts.is_empty() && found.blocked.is_none();
    let mut sources = open_ways(&p, caller, &found);
    let chosen = value(sent, "source");
    let at = sources.iter().position(|source| source.value == chosen).unwrap_or(0);
    if let Some(source) = sources.get_mut(at) {
        source.checked = true;
    }
    Ok(AskPage {
        look: look_form(&p, &asked, customers.collect(), &found),
        trouble,
        question,
        asked: asked_for(&p, &asked, &found),
        sources,
        closed: found.lacking.iter().map(|lack| closed(&p, lack, &found)).collect(),
        form: is_known.then(|| ask_form(&p, &asked, &found)),
        p,
    })
}

fn look_form(p: &Page, asked: &Question, customers: Vec<Choice>, found: &Answer) -> Form {
    let mut fields = vec![
        Field::new("serial", p.t("ask-serial"), Control::Code)
            .with_value(&asked.serial)
            .with_hint(p.t("ask-serial-hint"))
            .required(),
        Field::new("part_no", p.t("ask-part"), Control::Code)
            .with_value(&asked.part_no)
            .with_hint(p.t("ask-part-hint")),
    ];
    if !found.parts.is_empty() || !asked.customer.is_empty() || !asked.part_no.is_empty() {
        fields.push(
            Field::new("customer", p.t("col-customer"), Control::Select(customers))
                .with_value(&asked.customer)
                .required(),
        );
    }
    Form {
        id: "look".to_owned(),
        action: "/requests/new".to_owned(),
        fields,
        more: vec![],
        submit: p.t("ask-look"),
        idempotency_key: String::new(),
        error: String::new(),
        cancel: String::new(),
    }
}

fn asked_for(p: &Page, asked: &Question, found: &Answer) -> Option<AskedFor> {
    let part = found.parts.first()?;
    let cover = found
        .cover
        .as_ref()
        .map(|cover| (name(p, &found.plan.0, &found.plan.1).to_owned(), cover.contract.clone()));
    Some(AskedFor {
        part_no: part.part_no.clone(),
        part_name: name(p, &part.name, &part.name_en).to_owned(),
        serial: found.unit.as_ref().map_or_else(|| asked.serial.to_uppercase(), |unit| unit.serial.clone()),
        customer: found.customer.as_ref().map(|row| row.name.clone()).unwrap_or_default(),
        covered: cover.is_some(),
        cover: match cover {
            Some((plan, Some(contract))) => {
                p.t2("ask-covered-contract", "contract", contract.as_str(), "plan", plan.as_str())
            }
            Some((plan, None)) => p.t1("ask-covered", "plan", plan.as_str()),
            None => p.t("ask-not-covered"),
        },
        rma: found.rma.as_ref().map(|(number, _)| number.clone()).unwrap_or_default(),
    })
}

/// The van first: it is here. Then the depots in the order the books would take them.
fn open_ways(p: &Page, caller: &Caller, found: &Answer) -> Vec<Source> {
    let van = engineer_code(&caller.ctx.actor.username);
    let mut seen: Vec<&str> = vec![];
    let mut ways = vec![];
    for unit in &found.van {
        if !seen.contains(&unit.part_no.as_str()) {
            seen.push(&unit.part_no);
            ways.push(from_van(p, &van, unit, found));
        }
    }
    ways.extend(found.offers.iter().map(|offer| from_depot(p, caller, offer)));
    ways
}

fn reason(p: &Page, found: &Answer, part_no: &str) -> String {
    let part = found.parts.iter().find(|part| part.part_no == part_no);
    part.and_then(|part| part.reason.as_deref()).map(|said| stands_in(p, said)).unwrap_or_default()
}

fn from_van(p: &Page, van: &str, unit: &UnitRow, found: &Answer) -> Source {
    let part = name(p, &unit.part_name, &unit.part_name_en);
    Source {
        value: format!("{van}|{}", unit.part_no),
        title: p.t1("ask-from-van", "part", part),
        note: p.t1("ask-van-note", "serial", unit.serial.as_str()),
        reason: reason(p, found, &unit.part_no),
        eta: p.t("ask-now"),
        under: unit.part_no.clone(),
        checked: false,
    }
}

fn from_depot(p: &Page, caller: &Caller, offer: &Offer) -> Source {
    let today = Zone::default().local_date(caller.ctx.now);
    let part = match &offer.reason {
        None => p.t("ask-same"),
        Some(_) => name(p, &offer.name, &offer.name_en).to_owned(),
    };
    let far = match offer.distance {
        0 => "ask-near-0",
        1 => "ask-near-1",
        2 => "ask-near-2",
        _ => "ask-near-3",
    };
    Source {
        value: format!("{}|{}", offer.depot, offer.part_no),
        title: p.t2("ask-source", "depot", offer.depot_name.as_str(), "part", part.as_str()),
        note: [p.n("ask-free", &offer.quantity), p.t(far)].join(" · "),
        reason: offer.reason.as_ref().map(|said| stands_in(p, said)).unwrap_or_default(),
        eta: if offer.expected_on == today { p.t("ask-today") } else { p.day(&offer.expected_on) },
        under: offer.part_no.clone(),
        checked: false,
    }
}

/// Why another part stands in: what was written down when that was confirmed, or that it was confirmed.
fn stands_in(p: &Page, said: &str) -> String {
    if said.is_empty() { p.t("ask-equivalent") } else { said.to_owned() }
}

fn closed(p: &Page, lack: &Lack, found: &Answer) -> Source {
    let part = found.parts.first().map(|part| name(p, &part.name, &part.name_en)).unwrap_or_default();
    Source {
        value: String::new(),
        title: p.t2("ask-source", "depot", lack.depot_name.as_str(), "part", part),
        note: lack.part_no.clone(),
        reason: String::new(),
        eta: String::new(),
        under: if lack.held > 0 { p.n("ask-held", &lack.held) } else { p.t("ask-empty") },
        checked: false,
    }
}

fn ask_form(p: &Page, asked: &Question, found: &Answer) -> Form {
    let code = found.customer.as_ref().map(|row| row.code.clone()).unwrap_or_default();
    let part_no = found.parts.first().map(|part| part.part_no.clone()).unwrap_or_default();
    let serial = found.unit.as_ref().map_or_else(|| asked.serial.clone(), |unit| unit.serial.clone());
    let reasons = RequestReason::ALL.iter().map(|reason| reason.as_str());
    let reasons = reasons.map(|code| Choice::new(code, p.word("request-reason", code))).collect();
    let mut fields = vec![
        // Of an RMA there is, the symptom is known.
        Field { required: found.rma.is_none(), ..Field::new("fault", p.t("ask-fault"), Control::Area) },
        Field::new("receiver", p.t("ask-receiver"), Control::Text),
    ];
    if !found.sites.is_empty() {
        let sites = found.sites.iter().map(|site| Choice::new(&site.name, &site.name)).collect();
        fields.push(Field::new("site", p.t("ask-site"), Control::Select(sites)));
    }
    fields.push(
        Field::new("reason", p.t("ask-reason"), Control::Pick(reasons))
            .with_value(RequestReason::Fault.as_str())
            .required(),
    );
    let (rma, line) = found.rma.clone().unwrap_or_default();
    let mut more = vec![
        Field::hidden("serial", serial),
        Field::hidden("part_no", part_no),
        Field::hidden("customer", code),
        Field::hidden("near", &asked.near),
    ];
    if !rma.is_empty() {
        more.push(Field::hidden("rma", rma));
        more.push(Field::hidden("line", line.to_string()));
    }
    Form {
        id: "ask".to_owned(),
        action: "/requests".to_owned(),
        fields,
        more,
        submit: p.t("ask-submit"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

/// Makes the request.
pub async fn make(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let problem = match attempt(&req, &caller, &sent).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-request-made")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &caller, &sent).await?;
    let (said, problem) = act::complaint(&screen.p, problem)?;
    if let Some(form) = &mut screen.form {
        act::refuse(form, &sent, &said);
        if screen.trouble.is_empty() {
            screen.trouble.clone_from(&form.error);
        }
    }
    let status = if problem.status() == StatusCode::UNPROCESSABLE_ENTITY {
        problem.status()
    } else {
        StatusCode::CONFLICT
    };
    dressed(answer::html(status, &screen)?)
}

async fn attempt(req: &HttpRequest, caller: &Caller, sent: &Sent) -> Result<String, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    if act::given(sent, "rma").is_none() && said("fault").is_empty() {
        return Err(Refusal::field("fault", "required").into());
    }
    let (wish_from, wish_part) = value(sent, "source").split_once('|').unwrap_or_default();
    let line = value(sent, "line").parse().unwrap_or(1);
    let new = NewSpareRequest {
        customer: said("customer"),
        site: said("site"),
        part_no: said("part_no"),
        faulty_serial: act::given(sent, "serial"),
        rma: act::given(sent, "rma").map(|number| (number, line)),
        reason: RequestReason::from_code(value(sent, "reason")).unwrap_or(RequestReason::Fault),
        receiver: said("receiver"),
        fault: said("fault"),
        wish_from: wish_from.to_owned(),
        wish_part: wish_part.to_owned(),
        tracking_code: new_tracking_code(),
    };
    let to = |number: &String| format!("/requests/{}", part(number));
    act::act(caller, req, sent, to, move |tx, ctx| requests::request(tx, ctx, &new).map(|row| row.number))
        .await
}

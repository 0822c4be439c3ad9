//! `/setup`: the first administrator, from the one-time link `serve` prints. `/start`: the short way to the first RMA.

use super::account::secret;
use super::act::{self, Complaint, Sent, given, value};
use super::answer::{self, Shown, go};
use super::{flash, frame};
use crate::app::customers::{self, ContactFields, CustomerFields};
use crate::app::depots::{self, DepotFields};
use crate::app::first_start::{self, Progress};
use crate::app::parts::{self, PartFields};
use crate::app::people::NewPerson;
use crate::app::token::Secret;
use crate::app::{self, Conn, Ctx};
use crate::domain::actor::{Actor, Permission, Role};
use crate::domain::fields::Fields;
use crate::domain::language::Language;
use crate::domain::people::check_username;
use crate::domain::refusal::{FieldError, Refusal};
use crate::http::csrf::{OpenForm, SignedForm};
use crate::http::server::peer;
use crate::http::{self, Caller, Problem, State, Trouble};
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::format::how_many;
use crate::web::page::Screen;
use crate::web::start::{MakePage, SetupPage, StartPage, StartStep};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/setup").route(web::get().to(ask)).route(web::post().to(set_up)))
        .route("/start", web::get().to(start))
        .service(web::resource("/start/{what}").route(web::get().to(form)).route(web::post().to(make)));
}

/// The one-time link.
#[derive(serde::Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

async fn ask(req: HttpRequest, state: web::Data<State>, link: web::Query<Link>) -> Shown {
    if http::whoever(&req).await.is_some() {
        return Ok(go(&req, "/start"));
    }
    let p = frame::page(&req, None, Screen::Elsewhere);
    match check(&req, &state, &link.token).await {
        Ok(_) => {
            let form = Some(setup_form(&p, &link.token));
            answer::page(&SetupPage { p, form })
        }
        Err(problem) => spent(p, problem),
    }
}

/// The link is not one, or no longer.
fn spent(p: Page, problem: Problem) -> Shown {
    match problem {
        Problem::Refused(Refusal::SetupLinkInvalid {}) => {
            answer::html(StatusCode::NOT_FOUND, &SetupPage { p, form: None })
        }
        problem => Err(problem),
    }
}

async fn check(req: &HttpRequest, state: &State, token: &str) -> Result<(Ctx, Secret), Problem> {
    state.sign_in_throttle.attempt("setup", peer(req)).await?;
    let link = Secret::parse(token).ok_or(Refusal::SetupLinkInvalid {})?;
    let ctx = state.app.context(Actor::system("setup"), http::request_id(req));
    let looked = link.clone();
    app::read(&state.app, &ctx, move |conn, ctx| first_start::check_link(conn, ctx, &looked)).await?;
    Ok((ctx, link))
}

fn setup_form(p: &Page, token: &str) -> Form {
    let fields = vec![
        Field::hidden("token", token),
        Field::new("username", p.t("login-username"), Control::Text)
            .required()
            .with_value("admin")
            .with_hint(p.t("start-username-hint")),
        Field::new("display_name", p.t("start-name"), Control::Text),
        Field::new("email", p.t("start-email"), Control::Email),
        Field::new("password", p.t("login-password"), Control::NewPassword)
            .required()
            .with_hint(p.t("start-password-hint")),
        Field::new("again", p.t("start-password-again"), Control::NewPassword).required(),
    ];
    plain("setup", "/setup", fields, p.t("start-begin"), "")
}

fn plain(id: &str, action: &str, fields: Vec<Field>, submit: String, cancel: &str) -> Form {
    Form {
        id: id.to_owned(),
        action: action.to_owned(),
        fields,
        more: vec![],
        submit,
        idempotency_key: act::key(),
        error: String::new(),
        cancel: cancel.to_owned(),
    }
}

/// Makes the first administrator and signs them in.
async fn set_up(req: HttpRequest, state: web::Data<State>, form: OpenForm<Sent>) -> Shown {
    let OpenForm(sent) = form;
    let p = frame::page(&req, None, Screen::Elsewhere);
    let (ctx, link) = match check(&req, &state, value(&sent, "token")).await {
        Ok(checked) => checked,
        Err(problem) => return spent(p, problem),
    };
    match first_administrator(&state, &ctx, &link, &sent, p.lang.code()).await {
        Ok(session) => {
            let mut answer = go(&req, "/start");
            answer.add_cookie(&http::session_cookie(&state, &session)).map_err(|_| Trouble::Internal)?;
            Ok(answer)
        }
        Err(problem) => {
            let (complaint, problem) = match act::complaint(&p, problem) {
                Ok(complaint) => complaint,
                Err(problem) => return spent(p, problem),
            };
            let mut form = setup_form(&p, value(&sent, "token"));
            act::refuse(&mut form, &sent, &complaint);
            answer::html(problem.status(), &SetupPage { p, form: Some(form) })
        }
    }
}

async fn first_administrator(
    state: &State,
    ctx: &Ctx,
    link: &Secret,
    sent: &Sent,
    language: &str,
) -> Result<Secret, Problem> {
    let (username, password) = (value(sent, "username").to_owned(), secret(sent, "password"));
    let mut errors: Vec<FieldError> =
        http::password_fault(state, "password", &password, &username).await?.into_iter().collect();
    if password != secret(sent, "again") {
        errors.push(FieldError::new("again", "passwords_differ"));
    }
    // Told together with what is wrong with the password, not one press after the other.
    errors.extend(check_username("username", &username).err());
    let mut written = Fields::new();
    written.email("email", value(sent, "email"));
    if let Err(Refusal::Invalid(wrong)) = written.finish() {
        errors.extend(wrong);
    }
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors).into());
    }
    let first = NewPerson {
        username,
        display_name: value(sent, "display_name").to_owned(),
        email: value(sent, "email").to_owned(),
        role: Role::Admin,
        password_hash: Some(state.passwords.hash(password).await?),
        depots: vec![],
        customers: vec![],
        language: Language::from_code(language).unwrap_or(Language::ZhCn),
        reads_own_only: false,
    };
    let session = Secret::random();
    let (link, opened) = (link.clone(), session.clone());
    let work = move |tx: &mut Conn, ctx: &Ctx| first_start::begin(tx, ctx, &link, &first, &opened);
    app::run(&state.app, ctx, None, |()| (303, String::new()), work).await?;
    Ok(session)
}

async fn start(req: HttpRequest, caller: Caller) -> Shown {
    let progress = http::read(&caller, first_start::progress).await?;
    let p = frame::page(&req, Some(&caller), Screen::Elsewhere);
    let mut steps = steps(&progress);
    if caller.may(Permission::ManageUsers).is_err() {
        // Managers set the depot up, administrators give people in.
        steps.iter_mut().filter(|step| step.code == "people").for_each(|step| step.make = "");
    }
    answer::page(&StartPage { p, steps })
}

/// How many steps are done, of how many.
pub(super) fn done(progress: &Progress) -> (i64, i64) {
    let steps = steps(progress);
    (how_many(steps.iter().filter(|step| step.done).count()), how_many(steps.len()))
}

fn steps(progress: &Progress) -> Vec<StartStep> {
    let all = [
        ("depots", progress.depots, "/imports?kind=depots", "/start/depot"),
        ("parts", progress.parts, "/imports?kind=parts", "/start/part"),
        ("customers", progress.customers, "/imports?kind=customers", "/start/customer"),
        ("stock", progress.stock, "/imports?kind=stock", "/stock/opening"),
        ("mail", progress.mails, "", "/notices#test"),
        ("people", progress.people, "", "/settings/new/user"),
        ("rma", progress.rmas, "/imports?kind=rma-history", "/rma/new"),
    ];
    let next = all.iter().position(|(_, there, ..)| *there == 0);
    let steps = all.iter().enumerate().map(|(at, (code, there, import, make))| StartStep {
        code,
        done: *there > 0,
        now: next == Some(at),
        import,
        make,
    });
    steps.collect()
}

/// What can be made here, by the word in its address.
fn thing(word: &str) -> Result<&'static str, Trouble> {
    ["depot", "part", "customer"].into_iter().find(|known| *known == word).ok_or(Trouble::NoSuchAddress)
}

async fn form(req: HttpRequest, caller: Caller, what: web::Path<String>) -> Shown {
    caller.may(Permission::ManageSetup)?;
    let what = thing(&what)?;
    let p = frame::page(&req, Some(&caller), Screen::Elsewhere);
    let f = make_form(&p, what);
    answer::page(&MakePage { p, what, f })
}

fn make_form(p: &Page, what: &'static str) -> Form {
    let required = |name: &str, key: &str, control| Field::new(name, p.t(key), control).required();
    let fields = match what {
        "depot" => vec![
            required("code", "start-code", Control::Code).with_hint(p.t("start-code-hint")),
            required("name", "start-name-of", Control::Text),
            Field::new("city", p.t("start-city"), Control::Text),
            Field::new("address", p.t("start-address"), Control::Text),
        ],
        "part" => vec![
            required("part_no", "start-part-no", Control::Code),
            required("name", "start-name-of", Control::Text),
            Field::new("name_en", p.t("start-name-en"), Control::Text),
            Field::new("maker", p.t("start-maker"), Control::Text),
        ],
        _ => vec![
            required("code", "start-code", Control::Code).with_hint(p.t("start-code-hint")),
            required("name", "start-name-of", Control::Text),
            Field::new("contact", p.t("start-contact"), Control::Text),
            Field::new("email", p.t("field-contact-email"), Control::Email),
        ],
    };
    plain("make", &format!("/start/{what}"), fields, p.t("save"), "/start")
}

async fn make(req: HttpRequest, what: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    caller.may(Permission::ManageSetup)?;
    let what = thing(&what)?;
    let asked = sent.clone();
    let work = move |tx: &mut Conn, ctx: &Ctx| create(tx, ctx, what, &asked);
    let problem = match act::act(&caller, &req, &sent, |()| "/start".to_owned(), work).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-made")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let p = frame::page(&req, Some(&caller), Screen::Elsewhere);
    let (mut complaint, problem): (Complaint, Problem) = act::complaint(&p, problem)?;
    for (field, _) in &mut complaint.fields {
        match field.as_str() {
            "contacts[0].name" => "contact".clone_into(field),
            "contacts[0].email" => "email".clone_into(field),
            _ => {}
        }
    }
    let mut f = make_form(&p, what);
    act::refuse(&mut f, &sent, &complaint);
    if answer::is_htmx(&req) {
        return act::fragment(p, f, &problem);
    }
    answer::html(problem.status(), &MakePage { p, what, f })
}

fn create(tx: &mut Conn, ctx: &Ctx, what: &str, sent: &Sent) -> app::AppResult<()> {
    let name = Some(value(sent, "name").to_owned());
    match what {
        "depot" => {
            let (city, address) = (given(sent, "city"), given(sent, "address"));
            let fields = DepotFields { name, city, address, ..DepotFields::default() };
            depots::create(tx, ctx, value(sent, "code"), &fields)?;
        }
        "part" => {
            let (name_en, maker) = (given(sent, "name_en"), given(sent, "maker"));
            let fields = PartFields { name, name_en, maker, ..PartFields::default() };
            parts::create(tx, ctx, value(sent, "part_no"), &fields)?;
        }
        _ => {
            let (name_of, email) = (value(sent, "contact").to_owned(), value(sent, "email").to_owned());
            let is_named = !name_of.is_empty() || !email.is_empty();
            let contact =
                is_named.then(|| ContactFields { name: name_of, email, ..ContactFields::default() });
            let contacts = contact.map(|contact| vec![contact]);
            let fields = CustomerFields { name, contacts, ..CustomerFields::default() };
            customers::create(tx, ctx, value(sent, "code"), &fields)?;
        }
    }
    Ok(())
}

//! The short form on a customer's page: one part, what is wrong with it, and a photo or a log.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go};
use super::rmas::{self, Beside};
use super::settings::upload;
use super::{flash, frame, mine};
use crate::app::rma::{FILE_MAX, NewFile};
use crate::http::csrf::Unverified;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::page::Screen;
use actix_multipart::Multipart;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/rma/ask").route(web::get().to(again)).route(web::post().to(ask)));
}

/// A refused form stands under its own address; asked for again, it is the page it stands on.
async fn again(req: HttpRequest) -> HttpResponse {
    go(&req, "/rma")
}

/// The form.
pub(super) fn form(p: &Page, caller: &Caller, customer: &str) -> Form {
    let classes = ["minor", "major"].map(|code| Choice::new(code, p.word("fault_class", code)));
    Form {
        id: "short".to_owned(),
        action: "/rma/ask".to_owned(),
        fields: vec![
            Field::new("line-0-serial", p.t("field-serial"), Control::Code)
                .required()
                .with_hint(p.t("mine-serial-hint")),
            Field::new("line-0-part_no", p.t("field-part-no"), Control::Code)
                .with_hint(p.t("field-part-no-hint")),
            Field::new("line-0-fault", p.t("field-fault"), Control::Area).required(),
            Field::new("line-0-fault_class", p.t("field-fault-class"), Control::Pick(classes.to_vec()))
                .with_value("minor"),
            Field::new("data", p.t("mine-ask-data"), Control::Check),
        ],
        more: vec![
            Field::hidden("customer", customer),
            Field::hidden("contact_email", caller.person.email.clone().unwrap_or_default()),
        ],
        submit: p.t("mine-ask-submit"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

async fn ask(req: HttpRequest, sender: Unverified, body: Multipart) -> Shown {
    let fields = upload::read_up_to(body, FILE_MAX).await?;
    let caller = sender.verify(upload::text(&fields, "csrf"))?;
    let typed = fields.iter().filter(|field| field.name != "file" && field.name != "csrf");
    let typed = typed.map(|field| (field.name.clone(), String::from_utf8_lossy(&field.content).into_owned()));
    let sent: Sent = typed.collect();
    match put(&req, &caller, &sent, &fields).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-made")?;
            Ok(answer)
        }
        Err(problem) => refuse(&req, &caller, &sent, problem).await,
    }
}

async fn put(
    req: &HttpRequest,
    caller: &Caller,
    sent: &Sent,
    fields: &[upload::Part],
) -> Result<String, Problem> {
    upload::check_length(fields, FILE_MAX)?;
    // A browser sends an empty field for no file.
    let file = match fields.iter().find(|field| field.name == "file" && !field.content.is_empty()) {
        None => None,
        Some(field) => {
            let content = http::scanned(req, field.content.clone()).await?;
            Some(NewFile { name: field.filename.clone(), content, internal: false })
        }
    };
    let mut sent = sent.clone();
    sent.extend(file.iter().map(|file| (file.name.clone(), file.content.len().to_string())));
    let note = if value(&sent, "data").is_empty() {
        String::new()
    } else {
        frame::page(req, Some(caller), Screen::Rma).t("mine-ask-data-note")
    };
    rmas::register(req, caller, &sent, 1, Beside { file, note }).await
}

/// The customer's page with the form refused: what was typed stays, and the words are for a customer. Only the file has to be
/// chosen again.
async fn refuse(req: &HttpRequest, caller: &Caller, sent: &Sent, problem: Problem) -> Shown {
    let of = vec![("customer".to_owned(), value(sent, "customer").to_owned())];
    let mut page = mine::screen(req, caller, &of).await?;
    let (mut said, problem) = act::complaint(&page.p, problem)?;
    // Where the books know the serial, nobody is asked for the part.
    let part =
        if value(sent, "line-0-part_no").is_empty() { "mine-ask-part" } else { "mine-ask-part-unknown" };
    for (field, text) in &mut said.fields {
        *field = rmas::field_name(field);
        if field == "line-0-part_no" {
            *text = page.p.t(part);
        }
    }
    act::refuse(&mut page.ask, sent, &said);
    page.refused = true;
    answer::html(problem.status(), &page)
}

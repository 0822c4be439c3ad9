//! From a form to a use case: once per idempotency key, and back with the refusal's words.

use super::answer::{self, Shown};
use crate::app::{self, AppResult, Conn, Ctx, Once, Outcome};
use crate::domain::refusal::{FieldError, Refusal};
use crate::http::problem::size_words;
use crate::http::{Caller, Problem, Trouble, words};
use crate::web::Page;
use crate::web::actions::looked;
use crate::web::form::{Field, Form, FormFragment};
use actix_web::HttpRequest;
use sha2::{Digest, Sha256};

/// The fields of a form as they were sent, without the CSRF token.
pub type Sent = Vec<(String, String)>;

const KEY: &str = "idempotency_key";

/// A fresh key for a form.
pub fn key() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

/// The value of a field, trimmed; empty when it was not sent.
pub fn value<'a>(sent: &'a Sent, name: &str) -> &'a str {
    sent.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
}

/// The value of a field that says something.
pub fn given(sent: &Sent, name: &str) -> Option<String> {
    Some(value(sent, name)).filter(|value| !value.is_empty()).map(ToOwned::to_owned)
}

/// Refuses a form in which something is missing that it marks as needed: what the rules let a program leave out too.
pub fn complete(form: &Form, sent: &Sent) -> Result<(), Refusal> {
    let fields = form.fields.iter().chain(&form.more).filter(|field| field.required);
    let empty = fields.filter(|field| value(sent, &field.name).is_empty());
    let missing: Vec<_> = empty.map(|field| FieldError::new(&field.name, "required")).collect();
    if missing.is_empty() { Ok(()) } else { Err(Refusal::Invalid(missing)) }
}

/// Does what a form asks, in one transaction, once per key. Answers where the browser goes, as `to` says; the same form
/// sent twice goes to the same place.
pub async fn act<T, To, Work>(
    caller: &Caller,
    req: &HttpRequest,
    sent: &Sent,
    to: To,
    work: Work,
) -> Result<String, Problem>
where
    T: Send + 'static,
    To: Fn(&T) -> String + Clone + Send + 'static,
    Work: Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
{
    let once = once(req, sent)?;
    let kept = to.clone();
    let outcome = app::run(&caller.app, &caller.ctx, once, move |done| (303, kept(done)), work).await?;
    Ok(match outcome {
        Outcome::Done(done) => to(&done),
        Outcome::Replayed { body, .. } => body,
    })
}

/// The form's key and the fingerprint of what it asks; `None` without a key.
pub fn once(req: &HttpRequest, sent: &Sent) -> Result<Option<Once>, Problem> {
    let Some(key) = given(sent, KEY) else { return Ok(None) };
    if key.len() > 64 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Trouble::BadIdempotencyKey.into());
    }
    let mut fingerprint = Sha256::new();
    let fields = sent.iter().filter(|(name, _)| name != KEY).flat_map(|(name, value)| [name.as_str(), value]);
    for part in ["form", req.path()].into_iter().chain(fields) {
        // Length first: no two requests run together into the same bytes.
        fingerprint.update(part.len().to_be_bytes());
        fingerprint.update(part.as_bytes());
    }
    Ok(Some(Once { key, fingerprint: fingerprint.finalize().to_vec(), bound_to: None }))
}

impl Complaint {
    /// All of it in a row, for a form that shows one sentence.
    pub fn in_one(&self) -> String {
        let fields = self.fields.iter().map(|(_, text)| text.as_str());
        fields.chain([self.form.as_str()]).collect::<Vec<_>>().join(" ").trim().to_owned()
    }
}

/// What is wrong with a refused form: a sentence for the whole of it (empty when fields say it), and one per field.
pub struct Complaint {
    /// For the form.
    pub form: String,
    /// By field name.
    pub fields: Vec<(String, String)>,
    /// What a form has to ask from now on, that it did not ask before: whether somebody looked at the board.
    pub asks: Option<Field>,
}

/// The refusal's words, when a person can put it right in the form; else the problem goes its way.
pub fn complaint(p: &Page, problem: Problem) -> Result<(Complaint, Problem), Problem> {
    match &problem {
        Problem::Refused(Refusal::Invalid(errors)) => {
            let fields =
                errors.iter().map(|error| (error.field.clone(), words::field(p.lang, error))).collect();
            Ok((Complaint { form: String::new(), fields, asks: None }, problem))
        }
        // 404: a code typed into the form names nothing. When the form's own record is gone, its page says so.
        Problem::Refused(refusal) if matches!(problem.status().as_u16(), 404 | 409 | 412 | 422) => {
            let asks = matches!(refusal, Refusal::LimitUnknown { .. }).then(|| looked(p));
            Ok((Complaint { form: words::refusal(p.lang, refusal), fields: vec![], asks }, problem))
        }
        Problem::Trouble(Trouble::TooLarge { limit }) => {
            let form = p.t1("form-file-too-large", "size", size_words(*limit));
            Ok((Complaint { form, fields: vec![], asks: None }, problem))
        }
        _ => Err(problem),
    }
}

/// Puts what was typed and what is wrong into a form. A complaint about a field the form does not have is said above it.
pub fn refuse(form: &mut Form, sent: &Sent, complaint: &Complaint) {
    let asked = complaint.asks.clone();
    let asked = asked.filter(|asked| !form.fields.iter().any(|field| field.name == asked.name));
    form.fields.extend(asked);
    form.refill(sent, &complaint.fields);
    let known = |name: &str| form.fields.iter().chain(&form.more).any(|field| field.name == name);
    let orphans: Vec<String> = complaint
        .fields
        .iter()
        .filter(|(name, _)| !known(name))
        .map(|(name, text)| format!("{name}: {text}"))
        .collect();
    form.error = if complaint.form.is_empty() { orphans.join(" ") } else { complaint.form.clone() };
    form.idempotency_key = key();
}

/// A refused form alone, for htmx.
pub fn fragment(p: Page, f: Form, problem: &Problem) -> Shown {
    answer::html(swapped(problem), &FormFragment { p, f })
}

/// The status htmx swaps by.
fn swapped(problem: &Problem) -> actix_web::http::StatusCode {
    use actix_web::http::StatusCode;
    if problem.status() == StatusCode::UNPROCESSABLE_ENTITY { problem.status() } else { StatusCode::CONFLICT }
}

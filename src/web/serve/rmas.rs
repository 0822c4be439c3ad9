//! `/rma`: the list and a new request.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go, part};
use super::frame;
use crate::app::rma::{self, NewFile, NewLine, NewRequest};
use crate::app::setup::Listing;
use crate::app::{Error, customers, plans, stock};
use crate::domain::actor::{Permission, Role};
use crate::domain::plan::Regime;
use crate::domain::refusal::Refusal;
use crate::domain::rma::Mode;
use crate::domain::stock::Owner;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::Choice;
use crate::web::page::Screen;
use crate::web::rma_new::{self, NewChoices, RmaNewPage};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Lines of one request made in the browser.
const LINES_MAX: usize = 20;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(super::rma_list::routes)
        .configure(super::rma_export::routes)
        .configure(super::mine_ask::routes)
        .service(
            web::resource("/rma").route(web::get().to(super::rma_list::list)).route(web::post().to(create)),
        )
        .route("/rma/new", web::get().to(new));
}

pub fn pairs(req: &HttpRequest) -> Sent {
    url::form_urlencoded::parse(req.query_string().as_bytes()).into_owned().collect()
}

/// Every row of a set-up list that is short.
pub fn everything() -> Listing {
    Listing { limit: 500, ..Listing::default() }
}

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    caller.may(Permission::RequestRma)?;
    let mut screen = form(&req, &caller, 1).await?;
    let serial = value(&pairs(&req), "serial").to_owned();
    if !serial.is_empty() {
        screen.refill(&[("line-0-serial".to_owned(), serial)], &[]);
    }
    answer::page(&screen)
}

async fn form(req: &HttpRequest, caller: &Caller, lines: usize) -> Result<RmaNewPage, Problem> {
    let (customers, regimes) = http::read(caller, |conn, ctx| {
        let customers = customers::list(conn, ctx, &everything())?;
        let regimes = match customers.as_slice() {
            [only] => plans::regimes(conn, ctx, only.id)?,
            _ => vec![],
        };
        Ok((customers, regimes))
    })
    .await?;
    let p = frame::page(req, Some(caller), Screen::Rma);
    let is_theirs = caller.ctx.actor.role == Role::Customer;
    let named = |row: &customers::CustomerRow| Choice::new(&row.code, format!("{} {}", row.code, row.name));
    let choices = NewChoices {
        customers: customers.iter().map(named).collect(),
        modes: Mode::ALL.iter().map(|mode| (mode.as_str(), why_not(&p, *mode, &regimes))).collect(),
        contact_email: if is_theirs {
            caller.person.email.clone().unwrap_or_default()
        } else {
            String::new()
        },
    };
    Ok(rma_new::page(p, &choices, lines, &act::key()))
}

/// Why no contract of the customer offers a mode; empty where one does, and where nothing is known.
fn why_not(p: &Page, mode: Mode, regimes: &[Option<Regime>]) -> String {
    let said: Vec<Refusal> = regimes.iter().filter_map(|regime| mode.check_offered(*regime).err()).collect();
    match said.first() {
        Some(refusal) if said.len() == regimes.len() => http::words::refusal(p.lang, refusal),
        _ => String::new(),
    }
}

async fn create(req: HttpRequest, form_sent: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form_sent;
    let lines = value(&sent, "lines").parse::<usize>().unwrap_or(1).clamp(1, LINES_MAX);
    let is_longer = !value(&sent, "add_line").is_empty();
    let (sent, lines) = if is_longer { (sent, lines) } else { without_empty_lines(&sent, lines) };
    if is_longer {
        let mut screen = form(&req, &caller, (lines + 1).min(LINES_MAX)).await?;
        screen.refill(&sent, &[]);
        return answer::page(&screen);
    }
    match register(&req, &caller, &sent, lines, Beside::default()).await {
        Ok(to) => Ok(go(&req, &to)),
        Err(problem) => {
            let mut screen = form(&req, &caller, lines).await?;
            let (mut said, problem) = act::complaint(&screen.p, problem)?;
            for (field, _) in &mut said.fields {
                *field = field_name(field);
            }
            screen.refill(&sent, &said.fields);
            let own = |name: &str| {
                screen.f.fields.iter().chain(screen.lines.iter().flatten()).any(|field| field.name == name)
            };
            let orphans = said.fields.iter().filter(|(name, _)| !own(name));
            let orphans: Vec<&str> = orphans.map(|(_, text)| text.as_str()).collect();
            screen.f.error = if said.form.is_empty() { orphans.join(" ") } else { said.form };
            let status = problem.status();
            answer::html(status, &screen)
        }
    }
}

/// What was typed without the items nobody filled in; the first stays where all are empty. With how many there are.
fn without_empty_lines(sent: &Sent, lines: usize) -> (Sent, usize) {
    let is_said = |at: &usize| {
        let said = |name: &str| !value(sent, &format!("line-{at}-{name}")).is_empty();
        ["serial", "part_no", "fault", "slot"].into_iter().any(said)
    };
    let mut kept: Vec<usize> = (0..lines).filter(is_said).collect();
    if kept.is_empty() {
        kept.push(0);
    }
    let renamed = sent.iter().filter_map(|(name, value)| {
        let line = name.strip_prefix("line-").and_then(|rest| rest.split_once('-'));
        let Some((at, field)) = line.and_then(|(at, field)| Some((at.parse::<usize>().ok()?, field))) else {
            return Some((name.clone(), value.clone()));
        };
        let at = kept.iter().position(|kept| *kept == at)?;
        Some((format!("line-{at}-{field}"), value.clone()))
    });
    (renamed.collect(), kept.len())
}

/// `lines[0].serial` as the form calls it.
pub(super) fn field_name(field: &str) -> String {
    match field.strip_prefix("lines[").and_then(|rest| rest.split_once("].")) {
        Some((at, name)) => format!("line-{at}-{name}"),
        None => field.to_owned(),
    }
}

/// Whose the first unit is, when the books know it: the scan says it, nobody has to look the customer up.
async fn owner_of(caller: &Caller, lines: &[NewLine]) -> Result<Option<String>, Problem> {
    let Some(first) = lines.first().filter(|line| !line.serial.trim().is_empty()) else { return Ok(None) };
    if caller.may(Permission::ReadStock).is_err() {
        return Ok(None);
    }
    let (serial, part_no) = (first.serial.clone(), first.part_no.clone());
    http::read(caller, move |conn, _| {
        let part_no = Some(part_no.trim()).filter(|part_no| !part_no.is_empty());
        match stock::find_unit(conn, &serial, part_no) {
            Ok(unit) => Ok(match unit.owner {
                Owner::Customer(code) => Some(code),
                _ => None,
            }),
            Err(Error::Refused(_)) => Ok(None),
            Err(fault) => Err(fault),
        }
    })
    .await
}

/// What is put down on an RMA with its request: a file, and a note.
#[derive(Clone, Default)]
pub(super) struct Beside {
    /// The file.
    pub file: Option<NewFile>,
    /// The note; empty for none.
    pub note: String,
}

/// Makes the RMA a form asks for; where the browser goes then.
pub(super) async fn register(
    req: &HttpRequest,
    caller: &Caller,
    sent: &Sent,
    lines: usize,
    beside: Beside,
) -> Result<String, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    let mut new_lines = vec![];
    for at in 0..lines {
        let field = |name: &str| said(&format!("line-{at}-{name}"));
        let mode = field("mode");
        new_lines.push(NewLine {
            part_no: field("part_no"),
            serial: field("serial"),
            fault: field("fault"),
            fault_class: field("fault_class"),
            slot: field("slot"),
            mode: Mode::from_code(&mode),
        });
    }
    let customer = match act::given(sent, "customer") {
        None => owner_of(caller, &new_lines).await?,
        given => given,
    };
    let new = NewRequest {
        customer,
        contact_email: said("contact_email"),
        contact_name: said("contact_name"),
        language: None,
        site: said("site"),
        depot: None,
        lines: new_lines,
        tracking_code: rma::new_tracking_code(),
    };
    let to = |number: &String| format!("/rma/{}", part(number));
    act::act(caller, req, sent, to, move |tx, ctx| {
        let mut new = new.clone();
        for line in &mut new.lines {
            if line.part_no.is_empty() {
                line.part_no = part_of(tx, ctx, &line.serial)?;
            }
        }
        let number = rma::request(tx, ctx, &new)?.rma.number;
        if let Some(file) = &beside.file {
            rma::attach(tx, ctx, &number, file)?;
        }
        if !beside.note.is_empty() {
            rma::note(tx, ctx, &number, Some(1), &beside.note, false)?;
        }
        Ok(number)
    })
    .await
}

/// The part of a serial the books know; a customer is told of their own units only, and names the part of others.
fn part_of(tx: &mut crate::app::Conn, ctx: &crate::app::Ctx, serial: &str) -> crate::app::AppResult<String> {
    match stock::find_unit(tx, serial, None) {
        Ok(unit) if ctx.actor.role == Role::Customer && !customers::owns(tx, ctx, &unit.owner)? => {
            Ok(String::new())
        }
        Ok(unit) => Ok(unit.part_no),
        Err(crate::app::Error::Refused(Refusal::NotFound { .. })) => Ok(String::new()),
        Err(crate::app::Error::Refused(Refusal::SerialAmbiguous { .. }))
            if ctx.actor.role == Role::Customer =>
        {
            Ok(String::new())
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_lines_have_the_forms_names() {
        assert_eq!(field_name("lines[2].part_no"), "line-2-part_no");
        assert_eq!(field_name("customer"), "customer");
    }
}

//! The page a piece of a depot's work begins with: a form that asks for one of the person's own depots and what else the
//! work needs.

use super::act::{self, Sent};
use super::answer::{self, Shown, is_htmx};
use super::frame;
use super::settings::record::asked;
use super::station::own_depots;
use crate::domain::actor::Permission;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::page::Screen;
use crate::web::transfers::WorkNewPage;
use actix_web::HttpRequest;

/// What is different from one kind of work to the other.
pub(super) struct Begin {
    /// Id of the form.
    pub id: &'static str,
    /// Its place in the navigation.
    pub screen: Screen,
    /// The list it adds to; the form is posted there.
    pub path: &'static str,
    /// Keys of the list's name, the heading, the line below it and the button.
    pub words: [&'static str; 4],
    /// What is asked after the depot.
    pub fields: fn(&Page) -> Vec<Field>,
    /// What is asked behind "more".
    pub more: fn(&Page) -> Vec<Field>,
    /// The field of the form that a complaint about this field of the request belongs to.
    pub field: fn(&str) -> &str,
}

impl Begin {
    /// The empty form; what the address says is filled in.
    pub async fn show(&self, req: &HttpRequest, caller: &Caller) -> Shown {
        caller.may(Permission::MoveStock)?;
        let mut screen = self.screen(req, caller).await?;
        screen.f.refill(&asked(req), &[]);
        answer::page(&screen)
    }

    /// The form again, with what was typed and what is wrong with it; alone for htmx.
    pub async fn refuse(&self, req: &HttpRequest, caller: &Caller, sent: &Sent, problem: Problem) -> Shown {
        let mut screen = self.screen(req, caller).await?;
        let (mut said, problem) = act::complaint(&screen.p, problem)?;
        for (field, _) in &mut said.fields {
            *field = (self.field)(field).to_owned();
        }
        act::refuse(&mut screen.f, sent, &said);
        if is_htmx(req) {
            return act::fragment(screen.p, screen.f, &problem);
        }
        answer::html(problem.status(), &screen)
    }

    async fn screen(&self, req: &HttpRequest, caller: &Caller) -> Result<WorkNewPage, Problem> {
        let own = http::read(caller, own_depots).await?;
        let p = frame::page(req, Some(caller), self.screen);
        let [list, title, sub, submit] = self.words.map(|key| p.t(key));
        let first = own.first().filter(|_| own.len() == 1).map(|choice| choice.value.clone());
        let depot = Field::new("depot", p.t("field-depot"), Control::Select(own)).required();
        let mut fields = vec![depot.with_value(first.unwrap_or_default())];
        fields.extend((self.fields)(&p));
        Ok(WorkNewPage {
            crumb: (self.path.to_owned(), list),
            title,
            sub,
            f: Form {
                id: self.id.to_owned(),
                action: self.path.to_owned(),
                fields,
                more: (self.more)(&p),
                submit,
                idempotency_key: act::key(),
                error: String::new(),
                cancel: self.path.to_owned(),
            },
            more: None,
            p,
            preview: None,
        })
    }
}

/// The pieces of a list that was typed, pasted or scanned: parted by blanks, lines or the commas of both scripts.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = String> {
    let parted = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '、'));
    parted.filter(|piece| !piece.is_empty()).map(ToOwned::to_owned)
}

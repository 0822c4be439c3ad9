//! A form on a unit's page, posted: back to the page when it is done, the form with what was said against it when it is not.

use super::act::{self, Sent};
use super::answer::{self, Shown, go, is_htmx};
use super::{flash, frame, units};
use crate::http::{Caller, Problem};
use crate::web::page::Screen;
use crate::web::unit_detail::{UnitDetailPage, UnitForm};
use actix_web::HttpRequest;

/// What was posted, by whom, about which unit.
pub(super) struct Asked<'a> {
    pub req: &'a HttpRequest,
    pub caller: &'a Caller,
    pub sent: &'a Sent,
    pub serial: &'a str,
}

/// Answers; `form_of` finds the form on the page, which is not there any more where the unit or the right went meanwhile.
pub(super) async fn answer(
    asked: Asked<'_>,
    done: Result<String, Problem>,
    form_of: impl Fn(&mut UnitDetailPage) -> Option<&mut UnitForm>,
) -> Shown {
    let Asked { req, caller, sent, serial } = asked;
    let problem = match done {
        Ok(to) => {
            let mut answer = go(req, &to);
            flash::say(req, &mut answer, "said-made")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let p = frame::page(req, Some(caller), Screen::Unit);
    let (said, problem) = act::complaint(&p, problem)?;
    let mut screen = units::screen(req, caller, serial, act::given(sent, "part_no")).await?;
    let Some(refused) = form_of(&mut screen) else { return Err(problem) };
    act::refuse(&mut refused.form, sent, &said);
    refused.open = true;
    if is_htmx(req) {
        return act::fragment(p, refused.form.clone(), &problem);
    }
    answer::html(problem.status(), &screen)
}

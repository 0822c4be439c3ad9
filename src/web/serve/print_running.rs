//! `/print/running.css`: what stands at the foot of every page of a sheet, the company's name and the document's number. CSS
//! alone can put it on each page, and only a stylesheet of ours may: pages carry no style of their own.

use super::act::value;
use super::answer::Shown;
use super::rmas::pairs;
use crate::domain::actor::Permission;
use crate::http::{Caller, State};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use std::fmt::Write;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/print/running.css", web::get().to(foot));
}

/// Who writes the papers.
pub fn company(req: &HttpRequest) -> String {
    req.app_data::<web::Data<State>>().map(|state| state.config.company.clone()).unwrap_or_default()
}

async fn foot(req: HttpRequest, caller: Caller) -> Shown {
    caller.may(Permission::ReadStock)?;
    let words = [company(&req), value(&pairs(&req), "number").to_owned()];
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    let css = format!("@page sheet{{@bottom-left{{content:{}}}}}\n", quoted(&words.join(" · ")));
    Ok(HttpResponse::Ok().content_type("text/css; charset=utf-8").body(css))
}

/// A text as a string of CSS: whatever could end it is written as its number.
fn quoted(text: &str) -> String {
    let mut css = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' | '<' => _ = write!(css, "\\{:x} ", u32::from(c)),
            c if c.is_control() => css.push(' '),
            c => css.push(c),
        }
    }
    css.push('"');
    css
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_name_stays_inside_its_quotes() {
        assert_eq!(quoted("济南 电力"), "\"济南 电力\"");
        assert_eq!(quoted("a\"}*{b\\\n<"), "\"a\\22 }*{b\\5c  \\3c \"");
    }
}

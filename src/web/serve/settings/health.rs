//! `/settings/health`: version, database, what waits, the jobs, and the last proof of the ledger.

use super::record::{form, frame_of, open, table, text};
use crate::app::health::{self, Health};
use crate::app::proofs;
use crate::domain::actor::Permission;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, State};
use crate::web::Page;
use crate::web::form::Form;
use crate::web::format::how_many;
use crate::web::kit::{Tone, badge};
use crate::web::serve::act::Sent;
use crate::web::serve::answer::{self, Shown, go};
use crate::web::serve::frame;
use crate::web::settings::{Cell, Link, RecordPage, Row, Section, Table};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/settings/health", web::get().to(show)).route("/settings/health/proof", web::post().to(prove));
}

async fn show(req: HttpRequest, caller: Caller, state: web::Data<State>) -> Shown {
    open(&caller, Permission::ReadAudit)?;
    let found = http::read(&caller, health::health).await?;
    let by = found.last_proof.as_ref().map(|row| row.actor.clone());
    let p = frame::naming(frame_of(&req, &caller), &caller, [&by]).await?;
    let proof =
        Form { submit: p.t("settings-prove"), ..form(&p, "prove", "/settings/health/proof".into(), vec![]) };
    let notices = Link { icon: "mail", href: "/notices?view=dead".to_owned(), label: p.t("nav-notices") };
    let program = Section {
        facts: vec![
            (p.t("settings-version"), format!("Beiku {}", env!("CARGO_PKG_VERSION"))),
            (p.t("settings-database"), if found.postgres { "PostgreSQL" } else { "SQLite" }.to_owned()),
            (p.t("settings-calendar-version"), caller.ctx.calendar.version().to_string()),
            (p.t("settings-address-of"), state.config.base_url.clone()),
        ],
        ..Section::new("program", p.t("settings-program"))
    };
    let outbox = Section { facts: mail_facts(&p, &found), ..Section::new("outbox", p.t("settings-outbox")) };
    let ledger =
        Section { facts: ledger_facts(&p, &found), ..Section::new("ledger", p.t("settings-ledger")) };
    let sections = vec![
        program,
        ledger.note(p.t("settings-prove-note")).form(&p, proof, true),
        outbox,
        Section::new("jobs", p.t("settings-jobs")).table(jobs(&p, &state)),
    ];
    answer::page(&RecordPage {
        crumb: Default::default(),
        title: p.t("settings-health"),
        sub: p.t("settings-health-text"),
        marks: vec![],
        links: vec![notices],
        sections,
        p,
    })
}

fn mail_facts(p: &Page, found: &Health) -> Vec<(String, String)> {
    let since = found.oldest_queued.map_or(p.t("settings-nothing-waits"), |at| p.at(&at));
    vec![
        (p.t("settings-queued"), p.count(&found.queued)),
        (p.t("settings-oldest"), since),
        (p.t("settings-dead"), p.count(&found.dead)),
    ]
}

fn ledger_facts(p: &Page, found: &Health) -> Vec<(String, String)> {
    let movements = how_many(found.movements);
    let mut facts = vec![(p.t("settings-movements"), p.count(&movements))];
    match &found.last_proof {
        None => facts.push((p.t("settings-last-proof"), p.t("settings-never"))),
        Some(row) => {
            let who =
                if row.night.is_some() { p.t("proof-nightly") } else { p.person(Some(row.actor.as_str())) };
            facts.push((p.t("settings-last-proof"), format!("{} · {who}", p.at(&row.ended_at))));
            let checked =
                p.t2("proof-checked", "movements", p.count(&row.movements), "seals", p.count(&row.seals));
            let result =
                if row.differences == 0 { p.t("proof-well") } else { p.n("proof-wrong", &row.differences) };
            facts.push((p.t("settings-proof-result"), format!("{result}{checked}")));
            facts.extend(row.found.lines().map(|line| (p.t("proof-difference"), line.to_owned())));
        }
    }
    facts
}

fn jobs(p: &Page, state: &State) -> Table {
    let heads = ["settings-job", "settings-state", "settings-last-run", "settings-last-success"];
    let mut shown = table(p, "settings-jobs", &heads, "settings-jobs-none");
    shown.rows = state
        .app
        .jobs()
        .all()
        .into_iter()
        .map(|job| {
            let look = match &job.error {
                None => badge(Tone::Ok, "check", &p.t("settings-well")),
                Some(_) => badge(Tone::Bad, "alert-triangle", &p.t("settings-failing")),
            };
            Row {
                href: String::new(),
                cells: vec![
                    text(p.word("settings-job", job.name)),
                    Cell { html: look, under: job.error.unwrap_or_default(), class: "" },
                    text(p.at(&job.last_run)),
                    text(job.last_success.map_or("—".to_owned(), |at| p.at(&at))),
                ],
                remove: String::new(),
            }
        })
        .collect();
    shown
}

async fn prove(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let caller = form.caller;
    proofs::prove(&caller.app, &caller.ctx).await.map_err(http::Problem::from)?;
    Ok(go(&req, "/settings/health"))
}

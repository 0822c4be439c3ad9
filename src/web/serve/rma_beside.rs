//! What stands beside an RMA's line on its page: plan and contract, days by stage, mails.

use super::act;
use super::answer::part;
use super::frame::name;
use crate::app::outbox::{self, NoticeFilter};
use crate::app::plans;
use crate::app::rma::{self, AttachmentRow, LineView, RmaView};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::rma::Track;
use crate::web::Page;
use crate::web::rma_detail::{FileRow, NotesForm, NoticeBrief, RmaDetailPage, Spent};
use chrono::{DateTime, Utc};

/// Mails shown; the page of notices has them all.
const MAILS: i64 = 10;

/// As read.
pub struct Beside {
    contract: String,
    /// The plan's name in Chinese and English.
    plan: [String; 2],
    notices: Vec<NoticeBrief>,
    files: Vec<AttachmentRow>,
    read_at: DateTime<Utc>,
}

/// Reads it. The plan is the one in force on the day of the request; mails are for those who look after them.
pub fn read(conn: &mut Conn, ctx: &Ctx, view: &RmaView) -> AppResult<Beside> {
    let asked_on = Zone::default().local_date(view.rma.requested_at);
    let in_force = plans::in_force(conn, view.rma.customer_id, &view.rma.site, asked_on)?;
    let (mut plan, mut contract) = ([String::new(), String::new()], String::new());
    if let Some(in_force) = in_force {
        let row = plans::get(conn, ctx, &in_force.version.plan)?.row;
        plan = [row.name, row.name_en];
        contract = in_force.contract.unwrap_or_default();
    }
    let mut notices = vec![];
    if ctx.actor.may(Permission::ManageNotices).is_ok() {
        let filter = NoticeFilter { state: None, rma: Some(view.rma.number.clone()) };
        notices = outbox::list(conn, ctx, &filter, i64::MAX, MAILS)?
            .into_iter()
            .map(|row| NoticeBrief {
                kind: row.kind.to_string(),
                to: row.recipient,
                state: row.state.to_string(),
                at: row.sent_at.or(row.tried_at).unwrap_or(row.created_at),
            })
            .collect();
    }
    let files = rma::files(conn, ctx, &view.rma.number)?;
    Ok(Beside { contract, plan, notices, files, read_at: ctx.now })
}

/// Puts it on the page.
pub fn put(page: &mut RmaDetailPage, beside: Beside, view: &RmaView, line: &LineView) {
    let Beside { contract, plan: [zh, en], notices, files, read_at } = beside;
    page.files = shown(&view.rma.number, &files);
    page.notes = notes(&view.rma.number, line.row.line, true);
    page.rma.contract = contract;
    page.rma.plan = name(&page.p, &zh, &en).to_owned();
    page.notices = notices;
    page.line.spent = spent(&page.p, view, line, read_at);
}

/// Files as the page lists them.
pub fn shown(number: &str, files: &[AttachmentRow]) -> Vec<FileRow> {
    let row = |file: &AttachmentRow| FileRow {
        name: file.name.clone(),
        href: format!("/rma/{}/files/{}", part(number), file.id),
        size: if file.size < 1024 {
            format!("{} B", file.size)
        } else {
            format!("{} KB", file.size.div_euclid(1024))
        },
        internal: file.internal,
        actor: file.actor.clone().unwrap_or_default(),
        at: file.added_at,
    };
    files.iter().map(row).collect()
}

/// The form for a note or a file.
pub fn notes(number: &str, line: i64, may_hide: bool) -> NotesForm {
    NotesForm { action: format!("/rma/{}/notes", part(number)), idempotency_key: act::key(), line, may_hide }
}

/// Days in each stage of the repair, from the timeline; the day a stage is left counts for the next one.
fn spent(p: &Page, view: &RmaView, line: &LineView, until: DateTime<Utc>) -> Vec<Spent> {
    let is_step = |track: Track, of: Option<i64>, from: &str, to: &str| {
        track == Track::Repair && of == Some(line.row.line) && from != to
    };
    let mut steps: Vec<_> = view
        .timeline
        .iter()
        .filter(|event| is_step(event.track, event.line, &event.from_state, &event.to_state))
        .map(|event| (event.occurred_at, event.id, event.to_state.clone()))
        .collect();
    steps.sort();
    let ends = steps.iter().skip(1).map(|(at, ..)| *at).chain([line.row.ended_at.unwrap_or(until)]);
    let day = |at: DateTime<Utc>| p.local(&at).date();
    let mut spent: Vec<Spent> = vec![];
    for ((from, _, state), to) in steps.iter().zip(ends) {
        let days = (day(to) - day(*from)).num_days().max(0);
        match spent.iter_mut().find(|known| known.state == *state) {
            Some(known) => known.days += days,
            None => spent.push(Spent { state: state.clone(), days }),
        }
    }
    spent.retain(|stage| stage.days > 0);
    spent
}

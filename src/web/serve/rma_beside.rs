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
use crate::web::Page;
use crate::web::rma_detail::{FileRow, NotesForm, NoticeBrief, RmaDetailPage, Spent};

/// Mails shown; the page of notices has them all.
const MAILS: i64 = 10;

/// As read.
pub struct Beside {
    contract: String,
    /// The plan's name in Chinese and English.
    plan: [String; 2],
    notices: Vec<NoticeBrief>,
    files: Vec<AttachmentRow>,
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
                id: row.id,
                kind: row.kind.to_string(),
                to: row.recipient,
                state: row.state.to_string(),
                at: row.sent_at.or(row.tried_at).unwrap_or(row.created_at),
            })
            .collect();
    }
    let files = rma::files(conn, ctx, &view.rma.number)?;
    Ok(Beside { contract, plan, notices, files })
}

/// Puts it on the page.
pub fn put(page: &mut RmaDetailPage, beside: Beside, view: &RmaView, line: &LineView) {
    let Beside { contract, plan: [zh, en], notices, files } = beside;
    page.files = shown(&page.p, &view.rma.number, &files);
    page.notes = notes(&view.rma.number, line.row.line, true);
    page.rma.contract = line.contract.clone().unwrap_or(contract);
    page.rma.plan = name(&page.p, &zh, &en).to_owned();
    page.notices = notices;
    let spent = line.stays.iter().map(|stay| Spent { state: stay.state.to_string(), days: stay.days });
    page.line.spent = spent.collect();
}

impl Beside {
    /// Who added the files.
    pub fn people(&self) -> impl Iterator<Item = &Option<String>> {
        self.files.iter().map(|file| &file.actor)
    }
}

/// Files as the page lists them.
pub fn shown(p: &Page, number: &str, files: &[AttachmentRow]) -> Vec<FileRow> {
    let row = |file: &AttachmentRow| file_row(p, file, format!("/rma/{}/files/{}", part(number), file.id));
    files.iter().map(row).collect()
}

/// A file as a page lists it, given out at this address.
pub fn file_row(p: &Page, file: &AttachmentRow, href: String) -> FileRow {
    FileRow {
        name: file.name.clone(),
        href,
        size: if file.size < 1024 {
            format!("{} B", file.size)
        } else {
            format!("{} KB", file.size.div_euclid(1024))
        },
        internal: file.internal,
        actor: p.person(file.actor.as_deref()),
        at: file.added_at,
    }
}

/// The form for a note or a file.
pub fn notes(number: &str, line: i64, may_hide: bool) -> NotesForm {
    NotesForm {
        action: format!("/rma/{}/notes", part(number)),
        idempotency_key: act::key(),
        line,
        may_hide,
        ..NotesForm::default()
    }
}

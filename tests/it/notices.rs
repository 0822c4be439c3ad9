//! Notices for tests, and the way to queue and read them.

use beiku::app::outbox::NoticeFilter;
use beiku::app::outbox::{self, NewNotice, OutboxRow};
use beiku::app::{self, App, Ctx, Outcome};
use beiku::domain::actor::Actor;
use beiku::domain::language::Language;
use beiku::domain::notice::NoticeState;
use beiku::domain::notice::{Bilingual, Notice, RmaNews, RmaNotice, UnitNamed};

/// News that an RMA is closed, for this reader.
pub fn closed(event: &str, recipient: &str, language: Language) -> NewNotice {
    let unit = UnitNamed {
        line: 1,
        part_no: "MCU-24".to_owned(),
        part_name: Bilingual { zh: "主控板".to_owned(), en: "Main control board".to_owned() },
        serial: "MCU24-19K03-00917".to_owned(),
    };
    let notice = RmaNotice {
        rma: "RMA-2026-000171".to_owned(),
        customer: "济南第八医院".to_owned(),
        contact: "刘工".to_owned(),
        tracking_path: "/track/RMA-2026-000171?code=K7QX2M".to_owned(),
        news: RmaNews::Closed { units: vec![unit] },
    };
    NewNotice {
        event: event.to_owned(),
        recipient: recipient.to_owned(),
        language,
        rma_id: None,
        notice: Notice::from(notice),
    }
}

/// The program's own context.
pub fn ctx(app: &App) -> Ctx {
    app.context(Actor::system("test"), "test".to_owned())
}

/// Queues these in one transaction, through the front door.
pub async fn queue(app: &App, notices: Vec<NewNotice>) -> Vec<Option<i64>> {
    let work = move |tx: &mut app::Conn, ctx: &Ctx| {
        notices.iter().map(|notice| outbox::enqueue(tx, ctx, notice)).collect()
    };
    match app::run(app, &ctx(app), None, |_| (200, String::new()), work).await.unwrap() {
        Outcome::Done(ids) => ids,
        Outcome::Replayed { .. } => unreachable!("no key was given"),
    }
}

/// One notice as it stands.
pub async fn get(app: &App, id: i64) -> OutboxRow {
    app::read(app, &ctx(app), move |conn, ctx| outbox::get(conn, ctx, id)).await.unwrap()
}

/// Every notice in this state.
pub async fn all(app: &App, state: NoticeState) -> Vec<OutboxRow> {
    let filter = NoticeFilter { state: Some(state), rma: None };
    app::read(app, &ctx(app), move |conn, ctx| outbox::list(conn, ctx, &filter, i64::MAX, 1000))
        .await
        .unwrap()
}

mod api;

//! Background jobs on both databases, mail over a real SMTP server.

use crate::notices::{all, closed, get, queue};
use crate::smtp_server::{Mood, Setup, SmtpServer};
use crate::support::{self, Database, Engine, TestClock, on_both};
use beiku::app::outbox::{self, NewNotice, claim};
use beiku::app::{self, App, Error};
use beiku::domain::language::Language;
use beiku::domain::notice::{Bilingual, NoticeState};
use beiku::domain::refusal::Refusal;
use beiku::jobs::{self, Job, Mailer, Scheduler, Settings, Tally};
use beiku::mail::{Letterhead, Memory, Options, Sender, Transport};
use beiku::store::sql::sql;
use beiku::store::{Store, StoreError};
use chrono::TimeDelta;
use mail_parser::MessageParser;
use std::time::Duration;

fn settings() -> Settings {
    let sender = Sender {
        company: Bilingual { zh: "山东蓝桥".to_owned(), en: "Lanqiao".to_owned() },
        base_url: "https://bk.example.cn".to_owned(),
        ..Sender::default()
    };
    let letterhead = Letterhead::new(sender, "山东蓝桥 <rma@bk.example.cn>", None).unwrap();
    // Looks by itself once in a blue moon: what the tests see is due to nudges.
    Settings { look_every: Duration::from_secs(3600), ..Settings::new(letterhead) }
}

/// Far above what a loopback exchange takes.
const PATIENT: Duration = Duration::from_secs(30);

fn transport(server: &SmtpServer, timeout: Duration) -> Transport {
    Transport::from_url(&server.url(), &Options { timeout, ..Options::default() }).unwrap()
}

fn mailer(app: &App, server: &SmtpServer) -> Mailer {
    Mailer::new(app.clone(), transport(server, PATIENT), settings())
}

fn to(recipient: &str) -> NewNotice {
    closed(&format!("closed/{recipient}"), recipient, Language::ZhCn)
}

fn sent(count: usize) -> Tally {
    Tally { sent: count, ..Tally::default() }
}

fn put_off(count: usize) -> Tally {
    Tally { put_off: count, ..Tally::default() }
}

/// Readers of the mails taken, and the left side of their Message-IDs, in the order they came.
fn arrived(server: &SmtpServer) -> Vec<(String, String)> {
    let read = |mail: &crate::smtp_server::Received| {
        let message = MessageParser::default().parse(&mail.data).unwrap();
        let id = message.message_id().unwrap().strip_suffix("@bk.example.cn").unwrap().to_owned();
        (mail.to[0].clone(), id)
    };
    server.received().iter().map(read).collect()
}

on_both!(each_reader_gets_the_mail_in_their_language, async |db: &Database| {
    let (app, server) = (support::app(db), SmtpServer::start(Setup::default()).await);
    let (liu, smith) = ("liu@hospital.example", "smith@hospital.example");
    queue(&app, vec![closed("e", liu, Language::ZhCn), closed("e", smith, Language::En)]).await;
    db.clock().advance(TimeDelta::minutes(7));
    assert_eq!(mailer(&app, &server).run_once().await.unwrap(), sent(2));
    for mail in server.received() {
        let message = MessageParser::default().parse(&mail.data).unwrap();
        let (subject, greeting) = if mail.to == [liu] {
            ("返修单已关闭：主控板 MCU24-19K03-00917 [RMA-2026-000171]", "刘工")
        } else {
            ("RMA closed: Main control board MCU24-19K03-00917 [RMA-2026-000171]", "Dear")
        };
        assert_eq!(message.subject(), Some(subject));
        assert!(message.body_text(0).unwrap().contains(greeting));
        assert!(message.body_html(0).unwrap().contains("https://bk.example.cn/track/RMA-2026-000171"));
        let queued_at = db.clock().now() - TimeDelta::minutes(7);
        assert_eq!(message.date().unwrap().to_timestamp(), queued_at.timestamp());
    }
    assert_eq!(mailer(&app, &server).run_once().await.unwrap(), Tally::default(), "nothing twice");
});

on_both!(what_is_rolled_back_sends_nothing, async |db: &Database| {
    let (app, server) = (support::app(db), SmtpServer::start(Setup::default()).await);
    let ctx = app.system_context("test");
    let rolled_back = app::run(
        &app,
        &ctx,
        None,
        |_| (200, String::new()),
        |tx, ctx| {
            outbox::enqueue(tx, ctx, &to("liu@hospital.example"))?;
            Err::<(), _>(Refusal::not_found("rma", "x").into())
        },
    );
    assert!(matches!(rolled_back.await, Err(Error::Refused(_))));
    assert_eq!(mailer(&app, &server).run_once().await.unwrap(), Tally::default());
    assert!(server.lines().is_empty(), "nobody even called");
});

/// A second node: PostgreSQL serves several processes; SQLite one, whose mailers share its store.
pub fn second_node(db: &Database) -> App {
    match db.engine() {
        Engine::Sqlite => support::app(db),
        Engine::Postgres => App::new(Store::open(db.address()).unwrap(), db.clock().as_clock()),
    }
}

on_both!(two_mailers_send_each_notice_once, async |db: &Database| {
    let (app, other) = (support::app(db), second_node(db));
    let server = SmtpServer::start(Setup::default()).await;
    queue(&app, (0..50).map(|n| to(&format!("r{n}@hospital.example"))).collect()).await;
    let (here, there) = (mailer(&app, &server), mailer(&other, &server));
    let (here, there) = tokio::join!(here.run_once(), there.run_once());
    let (here, there) = (here.unwrap(), there.unwrap());
    assert_eq!(here.sent + there.sent, 50, "{here:?} {there:?}");
    let mut readers: Vec<_> = arrived(&server).into_iter().map(|(reader, _)| reader).collect();
    assert_eq!(readers.len(), 50);
    readers.sort();
    readers.dedup();
    assert_eq!(readers.len(), 50);
    assert_eq!(all(&app, NoticeState::Sent).await.len(), 50);
});

on_both!(while_the_server_is_down_mail_waits_and_one_knocks, async |db: &Database| {
    let app = support::app(db);
    // Nobody listens, and nobody else can take the port meanwhile.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("smtp+plain://{}", socket.local_addr().unwrap());
    let transport = Transport::from_url(&url, &Options::default()).unwrap();
    let mailer = Mailer::new(app.clone(), transport, settings());
    queue(&app, (0..6).map(|n| to(&format!("r{n}@hospital.example"))).collect()).await;
    assert_eq!(mailer.run_once().await.unwrap(), put_off(4), "those at once; then it is known");
    let board = app.jobs().all();
    assert!(board[0].error.as_deref().unwrap().starts_with("no mail can be sent"), "{board:?}");
    db.clock().advance(TimeDelta::seconds(29));
    assert_eq!(mailer.run_once().await.unwrap(), Tally::default());
    db.clock().advance(TimeDelta::seconds(1));
    assert_eq!(mailer.run_once().await.unwrap(), put_off(1));
    // Days later every mail is still alive, and none has used up a try.
    for _ in 0..20 {
        db.clock().advance(TimeDelta::hours(5));
        assert_eq!(mailer.run_once().await.unwrap(), put_off(1));
    }
    let waiting = all(&app, NoticeState::Queued).await;
    assert!(waiting.len() == 6 && waiting.iter().all(|row| row.attempts == 0), "{waiting:?}");
    let server = SmtpServer::start_on(Setup::default(), socket.listen(16).unwrap()).await;
    db.clock().advance(TimeDelta::seconds(120));
    assert_eq!(mailer.run_once().await.unwrap(), sent(6));
    assert_eq!(server.received().len(), 6);
    assert_eq!(app.jobs().all()[0].error, None);
});

on_both!(a_refused_mail_is_a_dead_letter_until_a_person_puts_it_back, async |db: &Database| {
    let (app, server) = (support::app(db), SmtpServer::start(Setup::default()).await);
    let id = queue(&app, vec![to("gone@hospital.example")]).await[0].unwrap();
    server.mood(Mood::AtRecipient("550 5.1.1 No such user here"));
    let mailer = mailer(&app, &server);
    assert_eq!(mailer.run_once().await.unwrap(), Tally { dead: 1, ..Tally::default() });
    let row = get(&app, id).await;
    assert_eq!((row.state, row.attempts), (NoticeState::Dead, 1));
    assert!(row.last_error.contains("550") && row.last_error.contains("No such user"), "{}", row.last_error);
    db.clock().advance(TimeDelta::days(30));
    assert_eq!(mailer.run_once().await.unwrap(), Tally::default());
    server.mood(Mood::Accept);
    app::run(
        &app,
        &app.system_context("test"),
        None,
        |_| (200, String::new()),
        move |tx, ctx| outbox::retry(tx, ctx, id),
    )
    .await
    .unwrap();
    assert_eq!(mailer.run_once().await.unwrap(), sent(1));
    assert_eq!(arrived(&server), [("gone@hospital.example".to_owned(), row.message_id)]);
});

on_both!(an_address_that_is_none_is_a_dead_letter, async |db: &Database| {
    let (app, server) = (support::app(db), SmtpServer::start(Setup::default()).await);
    let id = queue(&app, vec![to("刘工")]).await[0].unwrap();
    assert_eq!(mailer(&app, &server).run_once().await.unwrap(), Tally { dead: 1, ..Tally::default() });
    assert!(get(&app, id).await.last_error.contains("not a mail address"));
    assert!(server.lines().is_empty());
});

on_both!(a_mail_put_off_for_three_days_is_given_up, async |db: &Database| {
    let (app, server) = (support::app(db), SmtpServer::start(Setup::default()).await);
    let id = queue(&app, vec![to("full@hospital.example")]).await[0].unwrap();
    server.mood(Mood::AtRecipient("452 4.2.2 Mailbox full"));
    let (mailer, begun) = (mailer(&app, &server), db.clock().now());
    let mut tries = 0;
    while get(&app, id).await.state == NoticeState::Queued {
        db.clock().set(get(&app, id).await.next_attempt_at);
        mailer.run_once().await.unwrap();
        tries += 1;
    }
    assert_eq!((tries, get(&app, id).await.attempts), (10, 10));
    let hours = (db.clock().now() - begun).num_hours();
    assert!((60..72).contains(&hours), "{hours}");
    assert_eq!(get(&app, id).await.state, NoticeState::Dead);
});

on_both!(a_hanging_mail_blocks_no_other, async |db: &Database| {
    let (app, server) = (support::app(db), SmtpServer::start(Setup::default()).await);
    server.mood(Mood::HangAtEndTo("slow@hospital.example"));
    // So long that only the others' arrival ends the wait.
    let hour = Duration::from_secs(3600);
    let jobs = jobs::start(&app, Some(transport(&server, hour)), settings());
    let id = queue(&app, vec![to("slow@hospital.example")]).await[0].unwrap();
    queue(&app, (0..12).map(|n| to(&format!("r{n}@hospital.example"))).collect()).await;
    server.has_received(12).await;
    let row = get(&app, id).await;
    assert!(outbox::is_being_sent(&row, db.clock().now()), "it hangs still");
    // The node goes down with it.
    drop(jobs);
    server.mood(Mood::Accept);
    db.clock().advance(TimeDelta::minutes(5));
    mailer(&app, &server).run_once().await.unwrap();
    // The mailer that goes down may have taken it up once more itself: then its own mail is waited for.
    server.has_received(13).await;
    assert!(arrived(&server).contains(&("slow@hospital.example".to_owned(), row.message_id)));
    let sent = async {
        while get(&app, id).await.state != NoticeState::Sent {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), sent).await.expect("it is said to be sent");
    assert_eq!(get(&app, id).await.attempts, 2);
});

on_both!(a_mail_that_hangs_is_tried_again, async |db: &Database| {
    let (app, server) = (support::app(db), SmtpServer::start(Setup::default()).await);
    queue(&app, vec![to("liu@hospital.example")]).await;
    server.mood(Mood::HangAtEnd);
    let impatient = Mailer::new(app.clone(), transport(&server, Duration::from_secs(1)), settings());
    assert_eq!(impatient.run_once().await.unwrap(), put_off(1));
    assert!(all(&app, NoticeState::Queued).await[0].last_error.contains("no answer"));
    server.mood(Mood::Accept);
    db.clock().advance(TimeDelta::seconds(30));
    assert_eq!(mailer(&app, &server).run_once().await.unwrap(), sent(1));
});

on_both!(a_mail_broken_off_is_sent_again_under_the_same_message_id, async |db: &Database| {
    let (app, server) = (support::app(db), SmtpServer::start(Setup::default()).await);
    let id = queue(&app, vec![to("liu@hospital.example")]).await[0].unwrap();
    let mailer = mailer(&app, &server);
    let message_id = get(&app, id).await.message_id;
    server.mood(Mood::DropInData);
    assert_eq!(mailer.run_once().await.unwrap(), put_off(1));
    server.mood(Mood::Accept);
    db.clock().advance(TimeDelta::seconds(30));
    assert_eq!(mailer.run_once().await.unwrap(), sent(1));
    assert_eq!(arrived(&server), [("liu@hospital.example".to_owned(), message_id)]);
    assert_eq!(get(&app, id).await.attempts, 2);
});

on_both!(what_a_dead_node_claimed_is_taken_over, async |db: &Database| {
    let (app, server) = (support::app(db), SmtpServer::start(Setup::default()).await);
    queue(&app, vec![to("liu@hospital.example")]).await;
    let lease = TimeDelta::minutes(5);
    // This one sent it or not, and died: nobody knows.
    let lost = claim(&app, "dead", 4, lease).await.unwrap().remove(0);
    let mailer = mailer(&app, &server);
    assert_eq!(mailer.run_once().await.unwrap(), Tally::default());
    db.clock().advance(lease);
    assert_eq!(mailer.run_once().await.unwrap(), sent(1));
    assert_eq!(arrived(&server), [("liu@hospital.example".to_owned(), lost.message_id)]);
});

on_both!(a_nudge_sends_at_once_and_nothing_goes_out_after_the_stop, async |db: &Database| {
    let (app, server) = (support::app(db), SmtpServer::start(Setup::default()).await);
    let jobs = jobs::start(&app, Some(transport(&server, PATIENT)), settings());
    for n in 1..=3 {
        queue(&app, vec![to(&format!("r{n}@hospital.example"))]).await;
        server.has_received(n).await;
    }
    jobs.stop().await;
    assert_eq!(all(&app, NoticeState::Sent).await.len(), 3, "what was on its way is settled");
    queue(&app, vec![to("late@hospital.example")]).await;
    assert_eq!((server.received().len(), all(&app, NoticeState::Queued).await.len()), (3, 1));
    let health = app.jobs().all();
    assert!(health.iter().any(|job| job.name == "mailer" && job.error.is_none()), "{health:?}");
});

on_both!(without_a_mail_setting_mail_waits, async |db: &Database| {
    let app = support::app(db);
    let jobs = jobs::start(&app, None, settings());
    queue(&app, vec![to("liu@hospital.example")]).await;
    jobs.stop().await;
    assert_eq!(all(&app, NoticeState::Queued).await[0].attempts, 0);
    let memory = Memory::new();
    let mailer = Mailer::new(app.clone(), Transport::Memory(memory.clone()), settings());
    assert_eq!(mailer.run_once().await.unwrap(), sent(1));
    assert_eq!(memory.sent().len(), 1);
});

async fn write(app: &App, text: &'static str) {
    app.store().write(move |tx| Ok::<_, StoreError>(sql(text).execute(tx)?)).await.unwrap();
}

fn clocked(clock: &TestClock, days: i64) {
    clock.advance(TimeDelta::days(days));
}

on_both!(a_reservation_ends_with_its_time_and_frees_what_it_held, async |db: &Database| {
    let app = support::app(db);
    // The stock is written down behind the ledger's back.
    db.spoil();
    for text in [
        "INSERT INTO part (id, part_no, name, tracking) VALUES (71, 'P71', 'p', 'quantity')",
        "INSERT INTO depot (id, code, name, class) VALUES (71, 'JN', 'j', 'common')",
        "INSERT INTO availability (depot_id, part_id, good, reserved) VALUES (71, 71, 1000, 507)",
    ] {
        write(&app, text).await;
    }
    // More than one bite.
    for n in 0..507 {
        let expires_at = (n < 500).then(|| db.clock().now() + TimeDelta::hours(1));
        let insert = move |tx: &mut app::Conn| {
            let text = "INSERT INTO reservation (part_id, depot_id, quantity, state, created_at, expires_at) \
                        VALUES (71, 71, 1, 'open', '2026-01-01', $1)";
            Ok::<_, StoreError>(sql(text).bind(expires_at).execute(tx)?)
        };
        app.store().write(insert).await.unwrap();
    }
    let (here, there) = (Scheduler::new(app.clone()), Scheduler::new(second_node(db)));
    assert_eq!(here.turn(Job::ExpireReservations).await.unwrap(), 0);
    db.clock().advance(TimeDelta::hours(1));
    let (here, there) = tokio::join!(here.turn(Job::ExpireReservations), there.turn(Job::ExpireReservations));
    assert_eq!(here.unwrap() + there.unwrap(), 500, "each by one of the two");
    let held = app
        .store()
        .read(|conn| Ok::<_, StoreError>(sql("SELECT reserved AS value FROM availability").number(conn)?));
    assert_eq!(held.await.unwrap(), 7);
});

on_both!(housekeeping_forgets_what_nobody_asks_for_any_more, async |db: &Database| {
    let app = support::app(db);
    for text in [
        "INSERT INTO idempotency (actor_id, key, fingerprint, created_at) VALUES (1, 'old', 'x', '2026-03-01 00:00:00'), (1, 'new', 'x', '2026-03-03 00:00:00')",
        "INSERT INTO app_user (id, username, display_name, role, created_at) VALUES (71, 'u', 'u', 'clerk', '2026-01-01')",
        "INSERT INTO access_token (user_id, kind, token_hash, created_at, last_used_at, expires_at) VALUES \
         (71, 'api', 'old', '2026-01-01', '2026-01-01', '2026-03-01 00:00:00'), (71, 'api', 'new', '2026-01-01', '2026-01-01', '2026-03-03 00:00:00')",
    ] {
        write(&app, text).await;
    }
    let scheduler = Scheduler::new(app.clone());
    for job in [Job::ForgetKeys, Job::ForgetTokens] {
        assert_eq!(scheduler.turn(job).await.unwrap(), 0, "{job:?}");
    }
    clocked(db.clock(), 30);
    for job in [Job::ForgetKeys, Job::ForgetTokens] {
        assert_eq!(scheduler.turn(job).await.unwrap(), 1, "{job:?}");
        assert_eq!(scheduler.turn(job).await.unwrap(), 0, "{job:?}");
    }
});

on_both!(a_job_that_fails_is_on_the_board_until_it_works_again, async |db: &Database| {
    let app = support::app(db);
    let scheduler = Scheduler::new(app.clone());
    write(&app, "ALTER TABLE idempotency RENAME TO mislaid").await;
    assert!(scheduler.turn(Job::ForgetKeys).await.is_err());
    let [job] = &app.jobs().all()[..] else { panic!("{:?}", app.jobs().all()) };
    assert!(job.name == "forget_keys" && job.error.is_some() && job.last_success.is_none(), "{job:?}");
    write(&app, "ALTER TABLE mislaid RENAME TO idempotency").await;
    scheduler.turn(Job::ForgetKeys).await.unwrap();
    assert_eq!(app.jobs().all()[0].error, None);
});

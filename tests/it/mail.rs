//! Mail over real sockets and into real folders.

use std::time::{Duration, Instant};

use beiku::domain::notice::{Bilingual, Notice, NoticeKind, RmaNews, RmaNotice, UnitNamed};
use beiku::i18n::Lang;
use beiku::mail::{Envelope, Mail, Memory, Options, Rendered, SendError, Sender, Transport, compose, render};
use chrono::DateTime;
use mail_parser::MessageParser;

use crate::smtp_server::{Mood, Setup, SmtpServer, Tls};

const SUBJECT: &str = "返修单已关闭：主控板 MCU24-19K03-00917 [RMA-2026-000171]";

fn rendered() -> Rendered {
    let unit = UnitNamed {
        line: 1,
        part_no: "MCU-24".to_owned(),
        part_name: Bilingual { zh: "主控板".to_owned(), en: String::new() },
        serial: "MCU24-19K03-00917".to_owned(),
    };
    let notice = Notice::from(RmaNotice {
        rma: "RMA-2026-000171".to_owned(),
        customer: "济南第八医院".to_owned(),
        contact: "刘工".to_owned(),
        tracking_path: "/t/K7QX2M".to_owned(),
        news: RmaNews::Closed { units: vec![unit] },
    });
    render(&notice, Lang::Zh, &Sender::default()).unwrap()
}

fn mail_of(rendered: &Rendered) -> Mail {
    let envelope = Envelope {
        from: "山东蓝桥 <rma@bk.example.cn>",
        reply_to: Some("rma@bk.example.cn"),
        to_name: "刘工",
        to: "liu@hospital.example",
        message_id: "<notice-17@bk.example.cn>",
        kind: NoticeKind::Closed,
        date: DateTime::from_timestamp(1_795_167_065, 0).unwrap(),
    };
    compose(rendered, &envelope).unwrap()
}

fn mail() -> Mail {
    mail_of(&rendered())
}

/// Far above what a loopback exchange takes: only a hang meets it.
const PATIENT: Duration = Duration::from_secs(30);

async fn send_with(url: &str, options: Options) -> Result<(), SendError> {
    Transport::from_url(url, &options).unwrap().send(&mail()).await
}

async fn send(server: &SmtpServer, url: &str) -> Result<(), SendError> {
    let options = Options { extra_ca: Some(server.ca_file()), timeout: PATIENT, ..Options::default() };
    send_with(url, options).await
}

async fn outcome(mood: Mood) -> (Result<(), SendError>, SmtpServer) {
    let server = SmtpServer::start(Setup::default()).await;
    server.mood(mood);
    (send(&server, &server.url()).await, server)
}

/// For what would last until the timeout.
async fn impatient(mood: Mood) -> (Result<(), SendError>, SmtpServer) {
    let server = SmtpServer::start(Setup::default()).await;
    server.mood(mood);
    // Long enough for a busy machine to get as far as the hang.
    let timeout = Duration::from_secs(3);
    let begun = Instant::now();
    let result = send_with(&server.url(), Options { timeout, ..Options::default() }).await;
    assert!(begun.elapsed() < PATIENT, "the client gave up in time");
    (result, server)
}

fn arrived(server: &SmtpServer) -> mail_parser::Message<'static> {
    let [mail] = &server.received()[..] else { panic!("one mail expected: {:?}", server.received()) };
    assert_eq!(mail.from, "rma@bk.example.cn");
    assert_eq!(mail.to, ["liu@hospital.example"]);
    MessageParser::default().parse(&mail.data).unwrap().into_owned()
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let (result, server) = outcome(Mood::Accept).await;
    assert_eq!(result, Ok(()));
    let message = arrived(&server);
    let unix = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    assert_eq!(message.subject(), Some(SUBJECT));
    assert_eq!(unix(&message.body_text(0).unwrap()), rendered().text.trim_end());
    assert_eq!(unix(&message.body_html(0).unwrap()), rendered().html.trim_end());
    assert_eq!(message.message_id(), Some("notice-17@bk.example.cn"));
    assert_eq!(message.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
    assert_eq!(message.from().unwrap().first().unwrap().name(), Some("山东蓝桥"));
    assert_eq!(message.to().unwrap().first().unwrap().name(), Some("刘工"));
}

/// A line of one dot ends a mail in SMTP; one in the text must not.
#[tokio::test]
async fn dots_survive() {
    let server = SmtpServer::start(Setup::default()).await;
    let text = "one\n.\n..two\n.three".to_owned();
    let dotted = Rendered { subject: "s".to_owned(), html: "<p>.</p>".to_owned(), text: text.clone() };
    let transport = Transport::from_url(&server.url(), &Options::default()).unwrap();
    transport.send(&mail_of(&dotted)).await.unwrap();
    assert_eq!(arrived(&server).body_text(0).unwrap().replace("\r\n", "\n").trim_end(), text);
}

#[tokio::test]
async fn starttls_protects_everything_but_the_greeting() {
    let account = Some(("beiku", "pa ss:w%rd/#@"));
    let server = SmtpServer::start(Setup { tls: Tls::Upgrade, account, ..Setup::default() }).await;
    let url = server.url_as("beiku", "pa%20ss%3Aw%25rd%2F%23%40");
    assert_eq!(send(&server, &url).await, Ok(()));
    arrived(&server);
    assert!(server.received()[0].tls);
    let clear: Vec<_> = server.lines().into_iter().filter(|(tls, _)| !tls).map(|(_, line)| line).collect();
    assert_eq!(clear.len(), 2, "{clear:?}");
    assert!(clear[0].starts_with("EHLO ") && clear[1] == "STARTTLS", "{clear:?}");
}

#[tokio::test]
async fn implicit_tls_works() {
    let account = Some(("beiku", "secret"));
    let server = SmtpServer::start(Setup { tls: Tls::FirstByte, account, ..Setup::default() }).await;
    assert_eq!(send(&server, &server.url()).await, Ok(()));
    arrived(&server);
    assert!(server.received()[0].tls);
    assert_eq!(server.received()[0].user.as_deref(), Some("beiku"));
}

/// A man in the middle would strip the offer: nothing may follow in the clear.
#[tokio::test]
async fn no_starttls_no_mail() {
    let server = SmtpServer::start(Setup::default()).await;
    for credentials in ["", "beiku:secret@"] {
        let url = format!("smtp://{credentials}{}", server.address());
        let error = send(&server, &url).await.unwrap_err();
        assert!(matches!(error, SendError::Unavailable(_)), "{error:?}");
    }
    let lines = server.lines();
    assert!(lines.iter().all(|(_, line)| line.starts_with("EHLO") || line == "QUIT"), "{lines:?}");
}

#[tokio::test]
async fn strange_certificates_get_no_mail() {
    for tls in [Tls::Upgrade, Tls::FirstByte] {
        // Signed by nobody we trust.
        let server = SmtpServer::start(Setup { tls, ..Setup::default() }).await;
        let error =
            send_with(&server.url(), Options { timeout: PATIENT, ..Options::default() }).await.unwrap_err();
        assert!(matches!(error, SendError::Unavailable(_)), "{error:?}");
        assert!(server.received().is_empty());
        // Trusted, but of another host.
        let certificate_name = Some("other.example");
        let server = SmtpServer::start(Setup { tls, certificate_name, ..Setup::default() }).await;
        let error = send(&server, &server.url()).await.unwrap_err();
        assert!(matches!(error, SendError::Unavailable(_)), "{error:?}");
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn both_ways_to_sign_in_work() {
    for mechanisms in ["PLAIN", "LOGIN"] {
        let account = Some(("beiku", "secret"));
        let setup = Setup { account, mechanisms: Some(mechanisms), ..Setup::default() };
        let server = SmtpServer::start(setup).await;
        assert_eq!(send(&server, &server.url()).await, Ok(()), "{mechanisms}");
        assert_eq!(server.received()[0].user.as_deref(), Some("beiku"), "{mechanisms}");
    }
}

/// A wrong password is the setting's fault: the mail waits until somebody puts it right.
#[tokio::test]
async fn a_failed_sign_in_costs_no_mail_its_life() {
    for mechanisms in ["PLAIN", "LOGIN", "XOAUTH2"] {
        let account = Some(("beiku", "right"));
        let setup = Setup { account, mechanisms: Some(mechanisms), ..Setup::default() };
        let server = SmtpServer::start(setup).await;
        let error = send(&server, &server.url_as("beiku", "wr0ng-one")).await.unwrap_err();
        assert!(matches!(error, SendError::Unavailable(_)), "{mechanisms}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("wr0ng-one"));
        assert!(server.received().is_empty());
        if mechanisms != "XOAUTH2" {
            assert!(error.to_string().contains("535"), "{error}");
        }
        // No credentials at all, but the server wants some.
        let bare = format!("smtp+plain://{}", server.address());
        let error = send(&server, &bare).await.unwrap_err();
        assert!(matches!(&error, SendError::Unavailable(text) if text.contains("530")), "{error:?}");
    }
}

#[tokio::test]
async fn refusals_for_good_are_permanent_and_tell_why() {
    for mood in [
        Mood::AtRecipient("550 5.1.1 No such user here"),
        Mood::AtRecipient("552 5.2.2 Mailbox full"),
        Mood::AtEnd("554 5.7.1 Looks like spam"),
    ] {
        let (result, server) = outcome(mood).await;
        let (Mood::AtRecipient(reply) | Mood::AtEnd(reply)) = mood else { unreachable!() };
        let Err(SendError::Permanent(text)) = result else { panic!("{mood:?}: {result:?}") };
        let (code, words) = (&reply[..3], &reply[10..]);
        assert!(text.contains(code) && text.contains(words), "{text}");
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn refusals_for_now_are_transient() {
    for mood in [
        Mood::AtRecipient("451 4.7.1 Greylisted, try again later"),
        Mood::AtEnd("452 4.3.1 Insufficient storage"),
        Mood::AtRecipient("421 4.3.2 Shutting down"),
    ] {
        let (result, _) = outcome(mood).await;
        assert!(matches!(result, Err(SendError::Transient(_))), "{mood:?}: {result:?}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_serve_is_unavailable() {
    for mood in [Mood::Greet("421 4.3.2 Too busy"), Mood::Greet("554 5.7.1 Go away")] {
        let (result, _) = outcome(mood).await;
        assert!(matches!(result, Err(SendError::Unavailable(_))), "{mood:?}: {result:?}");
    }
    let (result, _) = impatient(Mood::HangAtGreeting).await;
    assert!(matches!(result, Err(SendError::Unavailable(_))), "{result:?}");
    // Nobody listens, and nobody else can take the port meanwhile.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("smtp+plain://{}", socket.local_addr().unwrap());
    let result = send_with(&url, Options::default()).await;
    assert!(matches!(result, Err(SendError::Unavailable(_))), "{result:?}");
}

#[tokio::test]
async fn a_hang_or_a_broken_connection_within_the_mail_is_transient() {
    let (result, _) = impatient(Mood::HangAtEnd).await;
    assert!(matches!(result, Err(SendError::Transient(_))), "{result:?}");
    let (result, server) = outcome(Mood::DropInData).await;
    assert!(matches!(result, Err(SendError::Transient(_))), "{result:?}");
    assert!(server.received().is_empty());
}

/// The mail was taken; a bad goodbye must not make us send it twice.
#[tokio::test]
async fn a_hang_after_the_mail_is_no_failure() {
    let (result, server) = outcome(Mood::HangAtQuit).await;
    assert_eq!(result, Ok(()));
    arrived(&server);
}

#[tokio::test]
async fn a_second_try_sends_the_same_mail() {
    let server = SmtpServer::start(Setup::default()).await;
    let transport = Transport::from_url(&server.url(), &Options::default()).unwrap();
    let mail = mail();
    server.mood(Mood::AtRecipient("451 4.7.1 Greylisted"));
    transport.send(&mail).await.unwrap_err();
    server.mood(Mood::Accept);
    transport.send(&mail).await.unwrap();
    assert_eq!(arrived(&server).message_id(), Some("notice-17@bk.example.cn"));
}

#[tokio::test]
async fn a_folder_holds_one_whole_file_per_mail() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("new/mail");
    let transport = Transport::from_url(&format!("file:{}", inner.display()), &Options::default()).unwrap();
    transport.send(&mail()).await.unwrap();
    transport.send(&mail()).await.unwrap();
    let files: Vec<_> = std::fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files, [inner.join("notice-17-closed.eml")]);
    let bytes = std::fs::read(&files[0]).unwrap();
    assert_eq!(MessageParser::default().parse(&bytes).unwrap().subject(), Some(SUBJECT));
    // A file stands where the folder should be.
    let blocked = Transport::from_url(&format!("file:{}", files[0].display()), &Options::default()).unwrap();
    assert!(matches!(blocked.send(&mail()).await, Err(SendError::Unavailable(_))));
}

#[tokio::test]
async fn memory_keeps_mail_and_fails_on_demand() {
    let memory = Memory::new();
    let transport = Transport::Memory(memory.clone());
    let failure = SendError::Transient("451".to_owned());
    memory.fail_next(failure.clone());
    assert_eq!(transport.send(&mail()).await, Err(failure));
    transport.send(&mail()).await.unwrap();
    assert_eq!(memory.sent().len(), 1);
}

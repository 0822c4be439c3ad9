use mail_parser::{Addr, MessageParser, MimeHeaders};

use super::*;
use crate::i18n::Lang;
use crate::mail::{render, samples};

fn envelope() -> Envelope<'static> {
    Envelope {
        from: "山东蓝桥技术服务 <rma@bk.example.cn>",
        reply_to: Some("rma+000171@bk.example.cn"),
        to_name: "刘工",
        to: "liu@hospital.example",
        message_id: "<notice-17@bk.example.cn>",
        kind: NoticeKind::FaultyReceived,
        date: DateTime::from_timestamp(1_795_167_065, 0).unwrap(),
    }
}

#[test]
fn every_mail_parses_back_to_its_parts() {
    for (name, notice) in samples::all() {
        for lang in Lang::ALL {
            let rendered = render(&notice, lang, &samples::sender()).unwrap();
            let bytes = compose(&rendered, &envelope()).unwrap().formatted();
            assert!(bytes.is_ascii(), "{name}: goes through servers without 8BITMIME");
            assert!(
                bytes.split(|b| *b == b'\n').all(|line| line.len() <= 998),
                "{name}: RFC 5322 line length"
            );
            let message = MessageParser::default().parse(&bytes).unwrap();
            assert_eq!(message.subject(), Some(rendered.subject.as_str()), "{name}");
            assert_eq!(unix(&message.body_text(0).unwrap()), rendered.text, "{name}");
            assert_eq!(unix(&message.body_html(0).unwrap()), rendered.html, "{name}");
            assert_eq!(message.content_type().unwrap().subtype(), Some("alternative"));
        }
    }
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[test]
fn headers_are_what_was_asked_for() {
    let rendered =
        Rendered { subject: "主题".to_owned(), html: "<p>x</p>".to_owned(), text: "x".to_owned() };
    let mail = compose(&rendered, &envelope()).unwrap();
    assert_eq!(mail.name, "notice-17-faulty_received");
    let bytes = mail.formatted();
    assert_eq!(bytes, mail.formatted(), "a second try sends the same bytes");
    let message = MessageParser::default().parse(&bytes).unwrap();
    let addr = |name: Option<&'static str>, address: &'static str| Addr::new(name, address);
    assert_eq!(
        message.from().unwrap().first().unwrap(),
        &addr(Some("山东蓝桥技术服务"), "rma@bk.example.cn")
    );
    assert_eq!(message.to().unwrap().first().unwrap(), &addr(Some("刘工"), "liu@hospital.example"));
    assert_eq!(message.reply_to().unwrap().first().unwrap(), &addr(None, "rma+000171@bk.example.cn"));
    assert_eq!(message.message_id(), Some("notice-17@bk.example.cn"));
    assert_eq!(message.date().unwrap().to_timestamp(), 1_795_167_065);
    assert_eq!(message.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
    assert_eq!(message.header_raw("X-Beiku-Notice").unwrap().trim(), "faulty_received");
    assert!(message.bcc().is_none() && message.cc().is_none());
}

#[test]
fn no_header_can_be_smuggled_in() {
    let evil = "x\r\nBcc: all@example.cn\r\n\r\nbody\u{85}\u{0}\u{2028}end";
    let rendered = Rendered { subject: evil.to_owned(), html: "h".to_owned(), text: evil.to_owned() };
    let mail = compose(&rendered, &Envelope { to_name: evil, ..envelope() }).unwrap();
    let bytes = mail.formatted();
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert!(message.bcc().is_none());
    assert_eq!(message.subject(), Some("x  Bcc: all@example.cn    body   end"));
    assert_eq!(mail.message.envelope().to().len(), 1);
    let head = String::from_utf8(bytes).unwrap();
    let head = head.split("\r\n\r\n").next().unwrap().to_owned();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
}

#[test]
fn malformed_addresses_are_refused() {
    let rendered = Rendered { subject: String::new(), html: String::new(), text: String::new() };
    for bad in [
        "",
        "nobody",
        "a@b@c",
        "a@example.cn\r\nBcc: x@example.cn",
        "a@example.cn\nRCPT TO:<x@y>",
        "a b@c.cn",
    ] {
        let to = compose(&rendered, &Envelope { to: bad, ..envelope() });
        assert!(matches!(to, Err(ComposeError::Address { field: "to", .. })), "{bad:?}");
        let from = compose(&rendered, &Envelope { from: bad, ..envelope() });
        assert!(matches!(from, Err(ComposeError::Address { field: "from", .. })), "{bad:?}");
        let reply = compose(&rendered, &Envelope { reply_to: Some(bad), ..envelope() });
        assert!(matches!(reply, Err(ComposeError::Address { field: "reply_to", .. })), "{bad:?}");
    }
}

#[test]
fn message_ids_are_strict_and_make_safe_file_names() {
    let rendered = Rendered { subject: String::new(), html: String::new(), text: String::new() };
    for bad in
        ["", "a@b", "<a>", "<@b>", "<a@>", "<a@b>\r\nBcc: x", "<a b@c>", "<../../x@c>", "<a@b@c>", "<名@c>"]
    {
        let composed = compose(&rendered, &Envelope { message_id: bad, ..envelope() });
        assert_eq!(composed.err(), Some(ComposeError::MessageId(bad.to_owned())));
    }
    let name = |id| compose(&rendered, &Envelope { message_id: id, ..envelope() }).unwrap().name;
    assert_eq!(name("<..hidden@c>"), "hidden-faulty_received");
    assert_eq!(name("<a.b-c_d@host.example>"), "a.b-c_d-faulty_received");
}

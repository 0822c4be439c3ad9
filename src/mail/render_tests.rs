use super::*;
use crate::domain::notice::{NoticeKind, RmaNews, UnitNamed};
use crate::i18n;
use crate::mail::samples;

fn rendered() -> Vec<(String, Lang, Notice, Rendered)> {
    let mut mails = Vec::new();
    for (name, notice) in samples::all() {
        for lang in Lang::ALL {
            let mail = render(&notice, lang, &samples::sender()).unwrap();
            mails.push((format!("{name}-{lang}"), lang, notice.clone(), mail));
        }
    }
    mails
}

/// What a reader sees of the HTML part.
fn visible(html: &str) -> String {
    let body = html.split("<body").nth(1).unwrap();
    let mut text = String::new();
    let mut inside = true;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.replace("&#38;", "&").replace("&#39;", "'")
}

#[test]
fn snapshots_of_every_kind_in_both_languages() {
    let kinds: std::collections::BTreeSet<_> =
        samples::all().iter().map(|(_, notice)| notice.kind()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), NoticeKind::ALL, "every kind has a sample");
    for (name, _, _, mail) in rendered() {
        insta::assert_snapshot!(
            format!("{name}-text"),
            format!("Subject: {}\n\n{}", mail.subject, mail.text)
        );
        insta::assert_snapshot!(format!("{name}-html"), mail.html);
    }
}

/// UI-MORE.md "Mail": what keeps a mail readable in every mail program.
#[test]
fn html_keeps_the_rules_of_mail() {
    for (name, lang, _, Rendered { html, subject, .. }) in rendered() {
        assert!(html.contains(&format!("<html lang=\"{lang}\">")), "{name}: lang");
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        assert_eq!(
            html.matches("<table").count(),
            html.matches("<table role=\"presentation\"").count(),
            "{name}"
        );
        assert!(html.contains("width=\"600\""), "{name}: 600 px");
        for banned in ["<img", "<script", "<link", "url(", "@import", "http-equiv", "javascript:"] {
            assert!(!html.contains(banned), "{name}: {banned}");
        }
        for tag in html.split('<').filter(|tag| tag.contains("style=\"") && tag.contains("background:#")) {
            assert!(tag.starts_with("body") || tag.contains("bgcolor=\"#"), "{name}: no bgcolor in <{tag}");
        }
        assert!(html.contains(&format!("<title>{}</title>", subject.replace('&', "&#38;"))), "{name}");
        let opened = html.matches("<td").count();
        assert_eq!(opened, html.matches("</td>").count(), "{name}: cells");
        assert_eq!(html.matches("<tr").count(), html.matches("</tr>").count(), "{name}: rows");
    }
}

#[test]
fn both_parts_say_the_same_facts() {
    for (name, _, notice, mail) in rendered() {
        let html = visible(&mail.html);
        let mut facts = vec![];
        if let Notice::Rma(rma) = &notice {
            facts.push("RMA-2026-000171".to_owned());
            facts.push("MCU24-19K03-00917".to_owned());
            facts.push(rma.contact.clone());
            facts.push(rma.customer.clone());
            facts.push("https://bk.example.cn/track/RMA-2026-000171?code=K7QX2M&from=mail".to_owned());
            assert!(mail.subject.ends_with("[RMA-2026-000171]"), "{name}");
            // What is in the box is what the subject names.
            let named = match &rma.news {
                RmaNews::ShippedBack { makers_unit: Some(serial), .. } => serial.as_str(),
                _ => "MCU24-19K03-00917",
            };
            assert!(mail.subject.contains(named), "{name}");
        }
        for fact in facts {
            assert!(html.contains(&fact), "{name}: HTML lacks {fact}");
            assert!(mail.text.contains(&fact), "{name}: text lacks {fact}");
        }
        // No key without a text, no variable without a value.
        for part in [&mail.subject, &html, &mail.text] {
            assert!(!part.contains("mail-") && !part.contains("{$"), "{name}: {part}");
        }
    }
}

#[test]
fn the_promised_date_stands_once_and_a_provisional_one_says_so() {
    let mail = |name: &str, lang: Lang| {
        let wanted = format!("{name}-{lang}");
        rendered().into_iter().find(|(name, ..)| *name == wanted).unwrap().3
    };
    for (lang, date, hint) in [
        (Lang::Zh, "2027 年 2 月 19 日，星期五", "2027 年放假安排公布后如有变动"),
        (Lang::En, "Friday, 19 February 2027", "If the official 2027 holidays move it"),
    ] {
        let mail = mail("faulty_received", lang);
        assert_eq!(mail.html.matches(date).count(), 1);
        assert_eq!(mail.text.matches(date).count(), 1);
        assert!(mail.html.contains(hint) && mail.text.contains(hint));
    }
    let certain = mail("faulty_received-certain", Lang::Zh);
    assert!(certain.html.contains("30 天，收到当天不计。") && !certain.html.contains("放假安排"));
    let kept = mail("faulty_received-kept", Lang::Zh);
    assert!(!kept.html.contains("承诺最迟") && kept.text.contains("不用再寄回"));
}

#[test]
fn what_people_typed_is_escaped_and_cannot_break_lines() {
    let unit = UnitNamed {
        line: 1,
        part_no: "A<B".to_owned(),
        part_name: Bilingual { zh: "板\"><script>alert(1)</script>".to_owned(), en: String::new() },
        serial: "S1\r\nBcc: all@example.cn\u{202e}\u{2028}X".to_owned(),
    };
    let Notice::Rma(mut notice) = samples::rma(RmaNews::Closed { units: vec![unit] }) else { unreachable!() };
    notice.contact = "<b>刘工</b>\n\nnoch".to_owned();
    notice.tracking_path = "/t?a=\"onclick=x".to_owned();
    let mail = render(&Notice::Rma(notice), Lang::Zh, &samples::sender()).unwrap();
    assert!(!mail.html.contains("<script") && !mail.html.contains("<b>"));
    assert!(!mail.html.contains("a=\"onclick"));
    assert!(!mail.subject.chars().any(char::is_control));
    assert!(mail.text.contains("S1  Bcc: all@example.cn  X"), "{}", mail.text);
    assert!(!mail.text.lines().any(|line| line.starts_with("Bcc") || line.starts_with("noch")));
}

#[test]
fn what_is_not_set_up_is_left_out() {
    let bare = Sender { company: Bilingual::default(), ..Sender::default() };
    let notice = samples::rma(RmaNews::Closed { units: vec![samples::unit()] });
    for lang in Lang::ALL {
        let mail = render(&notice, lang, &bare).unwrap();
        assert!(!mail.html.contains("href") && !mail.text.contains("http"));
        for key in ["mail-button", "mail-link-note"] {
            assert!(!mail.html.contains(&i18n::text(lang, key)));
        }
        assert!(!mail.text.contains("800-000-0000"));
        assert_eq!(
            mail.text.lines().filter(|line| line.contains("RMA-2026-000171")).count(),
            1,
            "{}",
            mail.text
        );
    }
}

/// A tracking path that is no path of ours would send the reader elsewhere.
#[test]
fn a_link_leads_only_to_the_own_host() {
    for path in ["", "evil.example/x", "@evil.example/", "https://evil.example/"] {
        let Notice::Rma(mut notice) = samples::rma(RmaNews::Closed { units: vec![samples::unit()] }) else {
            unreachable!()
        };
        notice.tracking_path = path.to_owned();
        let mail = render(&Notice::Rma(notice), Lang::En, &samples::sender()).unwrap();
        assert!(!mail.html.contains("href"), "{path}");
    }
}

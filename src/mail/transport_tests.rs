use super::*;

fn read(url: &str) -> Result<Transport, UrlError> {
    Transport::from_url(url, &Options::default())
}

#[test]
fn urls_say_where_mail_goes() {
    for (url, shown) in [
        ("smtp://mail.example.cn", "smtp://mail.example.cn:587"),
        ("smtps://mail.example.cn", "smtps://mail.example.cn:465"),
        ("smtps://a%40b:p%2Fw@mail.example.cn:10465/", "smtps://a@b@mail.example.cn:10465"),
        ("smtp+plain://127.0.0.1:2525", "smtp+plain://127.0.0.1:2525"),
        ("smtp+plain://[::1]:2525", "smtp+plain://[::1]:2525"),
        ("smtp+plain://localhost", "smtp+plain://localhost:25"),
        ("smtp://[2001:db8::1]", "smtp://[2001:db8::1]:587"),
        ("file:mail", "file:mail"),
        ("file:///var/spool/beiku", "file:/var/spool/beiku"),
        ("memory:", "memory:"),
    ] {
        assert_eq!(read(url).unwrap().to_string(), shown, "{url}");
    }
}

#[test]
fn unusable_urls_are_named_without_their_password() {
    for (url, expected) in [
        ("http://u:secret@mail.example.cn", UrlError::Scheme("http".to_owned())),
        ("smtp://:secret@mail.example.cn", UrlError::Credentials),
        ("smtp://u%ff:secret@mail.example.cn", UrlError::Credentials),
        ("smtp://u:secret@mail.example.cn/x", UrlError::Trailing),
        ("smtp://u:secret@mail.example.cn?tls=none", UrlError::Trailing),
        ("smtp+plain://u:secret@10.0.0.5", UrlError::PlainToOtherHost("10.0.0.5".to_owned())),
        (
            "smtp+plain://u:secret@localhost.example.cn",
            UrlError::PlainToOtherHost("localhost.example.cn".to_owned()),
        ),
        ("smtp:", UrlError::NoHost),
        ("file:", UrlError::NoFolder),
    ] {
        let error = read(url).unwrap_err();
        assert_eq!(error, expected, "{url}");
        assert!(!error.to_string().contains("secret"));
    }
    assert!(matches!(read("mail.example.cn"), Err(UrlError::Malformed(_))));
    assert!(matches!(
        read("smtp://u:sec/ret@mail.example.cn"),
        Err(UrlError::Malformed(_) | UrlError::Trailing)
    ));
}

#[test]
fn plain_to_another_machine_needs_consent() {
    let consent = Options { allow_plain: true, ..Options::default() };
    assert!(Transport::from_url("smtp+plain://10.0.0.5", &consent).is_ok());
}

#[test]
fn the_password_is_never_shown() {
    let transport = read("smtp://user:s3cr3t@mail.example.cn").unwrap();
    for shown in [format!("{transport:?}"), format!("{transport:#?}"), transport.to_string()] {
        assert!(!shown.contains("s3cr3t") && shown.contains("user"), "{shown}");
    }
}

#[test]
fn extra_certificates_are_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let options = Options { extra_ca: Some(path.clone()), ..Options::default() };
    let read = || Transport::from_url("smtps://mail.example.cn", &options);
    assert!(matches!(read(), Err(UrlError::ExtraCa { .. })), "missing file");
    std::fs::write(&path, "not a certificate").unwrap();
    assert!(matches!(read(), Err(UrlError::ExtraCa { .. })), "not PEM");
    let issued = rcgen::generate_simple_self_signed(vec!["mail.example.cn".to_owned()]).unwrap();
    std::fs::write(&path, issued.cert.pem()).unwrap();
    read().unwrap();
}

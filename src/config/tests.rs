//! Settings: what wins, what is refused, what follows.

use super::*;

fn from_file(text: &str) -> Result<Config, ConfigError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("beiku.toml");
    std::fs::write(&path, text).unwrap();
    Config::resolve(CommonSettings::default(), ServiceSettings::default(), Some(&path))
}

#[test]
fn every_flag_is_also_a_variable_of_the_same_name() {
    let command = ServiceSettings::augment_args(CommonSettings::augment_args(clap::Command::new("beiku")));
    for arg in command.get_arguments() {
        let id = arg.get_id().to_string();
        assert_eq!(arg.get_env().unwrap().to_str().unwrap(), format!("BEIKU_{}", id.to_uppercase()));
        assert_eq!(arg.get_long().unwrap(), id.replace('_', "-"));
    }
}

#[test]
fn the_flag_wins_over_the_file_and_the_file_over_the_default() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("beiku.toml");
    std::fs::write(
        &path,
        "listen = \"127.0.0.1:1\"\ncompany = \"file\"\nbehind_proxy = true\nlog_format = \"json\"",
    )
    .unwrap();
    let flags = ServiceSettings { company: Some("flag".into()), ..Default::default() };
    let config = Config::resolve(CommonSettings::default(), flags, Some(&path)).unwrap();
    assert_eq!(config.company, "flag");
    assert_eq!(config.listen.port(), 1);
    assert_eq!(config.base_url, "http://127.0.0.1:1");
    assert_eq!(config.database.expose(), "sqlite:beiku.db");
    assert_eq!(config.log_format, LogFormat::Json);
    assert!(config.behind_proxy);
}

#[test]
fn a_slip_in_the_file_does_not_pass_in_silence() {
    assert!(matches!(from_file("lisen = 1"), Err(ConfigError::UnknownKey { .. })));
    assert!(matches!(from_file("listen = 1"), Err(ConfigError::Unreadable { .. })));
    assert!(matches!(from_file("listen"), Err(ConfigError::Unreadable { .. })));
    for url in ["beiku.example", "ftp://x", "https://", "https://u:p@x", "https://x/?q"] {
        assert!(matches!(from_file(&format!("base_url = {url:?}")), Err(ConfigError::BaseUrl(_))), "{url}");
    }
}

#[test]
fn base_url_and_what_follows_from_it() {
    let config = from_file("base_url = \"https://beiku.example.cn/\"").unwrap();
    assert_eq!(config.base_url, "https://beiku.example.cn");
    assert_eq!(config.authority(), "beiku.example.cn");
    assert_eq!(config.mail_from, "beiku@beiku.example.cn");
    assert!(config.is_https());
    assert_eq!(from_file("").unwrap().mail_from, "beiku@localhost.localdomain");
}

#[test]
fn single_sign_on_is_whole_and_through_tls_or_not_at_all() {
    assert!(from_file("").unwrap().sso.is_none());
    let whole = "sso_issuer = \"https://id.example.cn/realms/x\"\nsso_client_id = \"beiku\"\nsso_client_secret = \"hunter2:x\"";
    let sso = from_file(whole).unwrap().sso.unwrap();
    assert_eq!((sso.name.as_str(), sso.claim), ("id.example.cn", SsoClaim::PreferredUsername));
    assert!(!format!("{sso:?}").contains("hunter2"));
    assert!(
        from_file(&format!("{whole}\nsso_claim = \"email\"")).unwrap().sso.unwrap().claim == SsoClaim::Email
    );
    for bad in [
        "sso_issuer = \"https://id.example.cn\"",
        "sso_client_id = \"beiku\"",
        "sso_issuer = \"http://id.example.cn\"\nsso_client_id = \"beiku\"",
        "sso_issuer = \"http://localhost.evil.example\"\nsso_client_id = \"beiku\"",
    ] {
        assert!(matches!(from_file(bad), Err(ConfigError::Sso(_))), "{bad}");
    }
    assert!(matches!(from_file("session_idle_minutes = 1"), Err(ConfigError::Session)));
}

#[test]
fn debug_shows_no_secret() {
    let config = from_file("mail = \"smtp://u:hunter2@h\"\ndatabase = \"postgres://u:hunter2@h/b\"").unwrap();
    let shown = format!("{config:?}");
    assert!(!shown.contains("hunter2") && shown.contains("smtp:…"), "{shown}");
}

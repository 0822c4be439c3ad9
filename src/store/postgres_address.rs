//! What a PostgreSQL address must say, and what is added to it.

use crate::store::{StoreError, StoreResult};

/// Waits of libpq nobody should have to know about: a host that is gone without a word (its machine lost power) is given up
/// after this many seconds when connecting, and after so many milliseconds without an answer of its system later on.
const PATIENCE: [(&str, &str); 2] = [("connect_timeout", "5"), ("tcp_user_timeout", "20000")];

/// The address with those waits, but for what it says itself.
pub(super) fn with_patience(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in PATIENCE {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={value}"));
        }
    }
    url
}

/// Whether the address asks for a server that only reads, e.g. for a proof or an export beside the work.
pub(super) fn asks_for_a_standby(url: &str) -> bool {
    ["any", "standby", "read-only", "prefer-standby"].iter().any(|which| {
        url.split(['?', '&']).any(|pair| pair.strip_prefix("target_session_attrs=") == Some(which))
    })
}

/// libpq's default `sslmode=prefer` goes to plain text without a word when the program was built without TLS. To a server
/// on another machine that must be somebody's explicit wish.
pub(super) fn refuse_silent_plain_text(url: &str) -> StoreResult<()> {
    if cfg!(feature = "postgres-tls") || url.contains("sslmode=") {
        return Ok(());
    }
    let Some(name) = hosts(url).into_iter().find(|name| !is_local(name)) else { return Ok(()) };
    Err(StoreError::Connection(format!(
        "this build has no TLS for PostgreSQL and {name} is another machine: build with --features postgres-tls, \
         or write sslmode=disable into the address if the network in between is yours"
    )))
}

/// Every host an address names: `postgres://user@a:5432,b/name?host=c,d&hostaddr=…`.
fn hosts(url: &str) -> Vec<String> {
    let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
    let (address, query) = after_scheme.split_once('?').unwrap_or((after_scheme, ""));
    let authority = address.split('/').next().unwrap_or_default();
    let listed = authority.rsplit('@').next().unwrap_or_default();
    let asked = query.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        matches!(name, "host" | "hostaddr").then_some(value)
    });
    let bare = |host: &str| match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default().to_owned(),
        None if host.matches(':').count() == 1 => host.split(':').next().unwrap_or_default().to_owned(),
        None => host.to_owned(),
    };
    std::iter::once(listed).chain(asked).flat_map(|list| list.split(',')).map(bare).collect()
}

/// A socket's folder, or a name of this machine.
fn is_local(host: &str) -> bool {
    host.is_empty()
        || host == "localhost"
        || host == "::1"
        || host.starts_with("127.")
        || host.starts_with(['%', '/', '@'])
}

#[cfg(test)]
mod tests {
    use super::{asks_for_a_standby, refuse_silent_plain_text, with_patience};

    #[test]
    fn another_machine_needs_a_word_about_tls() {
        for local in [
            "postgres://u@localhost/b",
            "postgres://u:p@127.0.0.1:5432/b",
            "postgres:///b?host=/run",
            "postgres://[::1]/b",
            "postgres://u@/b?host=/run/a,/run/b&target_session_attrs=read-write",
        ] {
            assert!(refuse_silent_plain_text(local).is_ok(), "{local}");
        }
        for far in [
            "postgres://u:p@db.example/b",
            "postgres://u:p@localhost:5432,db.example:5432/b",
            "postgres:///b?host=db.example",
            "postgres://u@localhost/b?hostaddr=10.0.0.7",
        ] {
            assert_eq!(refuse_silent_plain_text(far).is_ok(), cfg!(feature = "postgres-tls"), "{far}");
        }
        assert!(refuse_silent_plain_text("postgres://u:p@db.example/b?sslmode=disable").is_ok());
    }

    #[test]
    fn a_standby_is_asked_for_in_so_many_words() {
        assert!(asks_for_a_standby("postgres:///b?host=/run&target_session_attrs=standby"));
        assert!(!asks_for_a_standby("postgres:///b?host=/run&target_session_attrs=read-write"));
        assert!(!asks_for_a_standby("postgres:///standby"));
    }

    #[test]
    fn a_host_that_is_gone_is_given_up_unless_the_address_says_how_long_to_wait() {
        assert_eq!(with_patience("postgres:///b"), "postgres:///b?connect_timeout=5&tcp_user_timeout=20000");
        assert_eq!(
            with_patience("postgres:///b?host=/run&connect_timeout=60"),
            "postgres:///b?host=/run&connect_timeout=60&tcp_user_timeout=20000"
        );
    }
}

//! Where the virus scanner listens.

use serde::Deserialize;
use std::path::PathBuf;
use std::str::FromStr;

/// Where ClamAV's daemon listens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum ScannerAddress {
    /// `tcp://HOST:PORT`.
    Tcp(String),
    /// `unix:PATH`.
    Unix(PathBuf),
}

impl FromStr for ScannerAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text.strip_prefix("tcp://"), text.strip_prefix("unix:")) {
            (Some(host), _) if host.contains(':') => Ok(ScannerAddress::Tcp(host.to_owned())),
            (_, Some(path)) if !path.is_empty() => Ok(ScannerAddress::Unix(path.into())),
            _ => Err(format!("virus scanner {text:?}: must be tcp://HOST:PORT or unix:PATH")),
        }
    }
}

impl TryFrom<String> for ScannerAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::ScannerAddress;

    #[test]
    fn an_address_is_one_of_two() {
        assert_eq!("tcp://127.0.0.1:3310".parse(), Ok(ScannerAddress::Tcp("127.0.0.1:3310".into())));
        assert_eq!("unix:/run/clamd".parse(), Ok(ScannerAddress::Unix("/run/clamd".into())));
        for bad in ["", "127.0.0.1:3310", "tcp://host", "unix:"] {
            assert!(bad.parse::<ScannerAddress>().is_err(), "{bad}");
        }
    }
}

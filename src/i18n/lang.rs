//! The languages Beiku speaks, and the choice among them.

/// A language of the interface and of mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// Simplified Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Every language, the default first.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The code stored with a contact or user and written in `lang="…"`: `zh-CN` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language of a code. Case and region do not matter (`zh`, `zh-Hans-CN`, `EN-gb`); other languages are `None`.
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Some(Self::Zh)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The best language for an `Accept-Language` header (RFC 9110 §12.5.4): highest weight wins, the earlier of equals,
    /// weight 0 refuses. Without any acceptable language, or with a header that makes no sense, Chinese.
    pub fn negotiate(accept_language: &str) -> Self {
        let mut asked: Vec<(Self, u16)> = Vec::new();
        let mut any = None;
        for range in accept_language.split(',') {
            let (tag, weight) = split_weight(range);
            if tag == "*" {
                any = any.or(weight);
            } else if let (Some(lang), Some(weight)) = (Self::from_code(tag), weight) {
                match asked.iter_mut().find(|(known, _)| *known == lang) {
                    // `en-GB;q=0, en`: one acceptable region is enough.
                    Some((_, known)) => *known = (*known).max(weight),
                    None => asked.push((lang, weight)),
                }
            }
        }
        for lang in Self::ALL {
            if let Some(weight) = any
                && !asked.iter().any(|(known, _)| *known == lang)
            {
                asked.push((lang, weight));
            }
        }
        let mut best = (Self::default(), 0);
        for (lang, weight) in asked {
            if weight > best.1 {
                best = (lang, weight);
            }
        }
        best.0
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// Splits `en;q=0.8` into the tag and its weight in thousandths; a malformed weight is `None` and drops the range.
fn split_weight(range: &str) -> (&str, Option<u16>) {
    let mut pieces = range.split(';').map(str::trim);
    let tag = pieces.next().unwrap_or_default();
    let weight = pieces.find_map(|piece| piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")));
    (tag, weight.map_or(Some(1000), thousandths))
}

/// `0.85` → 850; at most three decimals and never above 1, as RFC 9110 says.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Lang::{self, En, Zh};

    #[test]
    fn codes_go_both_ways() {
        for lang in Lang::ALL {
            assert_eq!(Lang::from_code(lang.code()), Some(lang));
        }
        assert_eq!(Lang::from_code("zh-Hans-CN"), Some(Zh));
        assert_eq!(Lang::from_code(" EN_us "), Some(En));
        assert_eq!(Lang::from_code("eng"), None);
        assert_eq!(Lang::from_code(""), None);
    }

    #[test]
    fn negotiation_honours_weights() {
        for (header, expected) in [
            ("", Zh),
            ("en", En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Zh),
            ("en-US,en;q=0.9,zh-CN;q=0.8", En),
            ("en;q=0.5, zh;q=0.9", Zh),
            ("zh;q=0.123, en;q=0.124", En),
            ("fr, de;q=0.8", Zh),
            ("fr, en;q=0.1", En),
            ("*", Zh),
            ("zh;q=0, *", En),
            ("zh;q=0", Zh),
            ("en;q=0, *;q=0.1", Zh),
            ("en;q=2", Zh),
            ("en;q=0.1234", Zh),
            ("en;q=", Zh),
            ("en ; q=0.7 , zh ; q=0.6", En),
            (";;,,q=1", Zh),
        ] {
            assert_eq!(Lang::negotiate(header), expected, "{header:?}");
        }
    }
}

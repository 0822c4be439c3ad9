//! Which rows of a list of set-up data to load: the page after a key, and what the reader typed into the search field.

use crate::domain::serial::folded;

/// A page of a list ordered by code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The last code of the page before; empty for the first page.
    pub after: String,
    /// At most so many rows.
    pub limit: i64,
    /// What was searched for: the beginning of a code, or a piece of a name. Empty: everything.
    pub q: String,
}

impl Listing {
    /// The range of codes that begin with what was searched for, upper case as codes are: from the first, up to and not
    /// including the second. Both databases compare bytes.
    #[must_use]
    pub fn code_range(&self) -> (String, String) {
        let prefix = folded(&self.q);
        let end = format!("{prefix}{}", char::MAX);
        (prefix, end)
    }

    /// A pattern for `lower(name) LIKE … ESCAPE '~'`; both databases lower ASCII only.
    #[must_use]
    pub fn name_pattern(&self) -> String {
        let mut pattern = String::from("%");
        for c in self.q.trim().to_ascii_lowercase().chars() {
            if matches!(c, '%' | '_' | '~') {
                pattern.push('~');
            }
            pattern.push(c);
        }
        pattern.push('%');
        pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_taken_literally() {
        let listing = Listing { q: " 5%_a~B ".into(), ..Listing::default() };
        assert_eq!(listing.name_pattern(), "%5~%~_a~~b%");
        assert_eq!(listing.code_range().0, "5%_A~B");
        let typed = Listing { q: "　ｊｎ".into(), ..Listing::default() };
        assert_eq!(typed.code_range().0, "JN", "as a scanner or an input method leaves it");
    }
}

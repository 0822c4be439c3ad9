//! What the use cases of set-up data share: noting what changed, and saying that a code is taken.

pub use crate::store::listing::Listing;

use crate::app::{AppResult, Error};
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::domain::setup::Record;
use crate::store::{Conn, StoreResult, Violation, records};
use std::fmt::Display;

/// Longest value shown in an audit detail, in characters.
const SHOWN_MAX: usize = 60;
/// Longest audit detail, in characters: what changed after that is only counted.
const DETAIL_MAX: usize = 1_000;

/// Refuses with `stale_version` when the row was changed since its version `seen` was read; nothing said, nothing asked.
/// The caller may change such rows, and does so in the same transaction.
pub fn as_seen(tx: &mut Conn, record: Record, code: &str, seen: Option<i64>) -> AppResult<()> {
    let Some(seen) = seen else { return Ok(()) };
    let code = match record {
        Record::Customer | Record::Part | Record::Depot | Record::Vendor => code_of(code),
        Record::Plan => code.trim().to_lowercase(),
        Record::Contract | Record::User => code.trim().to_owned(),
    };
    match records::lock(tx, record, &code)? {
        Some(version) if version != seen => {
            let (expected, actual) = (seen.to_string(), version.to_string());
            Err(Refusal::StaleVersion { expected, actual }.into())
        }
        // What is not there is refused by the change itself.
        _ => Ok(()),
    }
}

/// Lays new values over old ones and notes what changed, for the audit trail.
#[derive(Debug, Default)]
pub struct Changes {
    notes: Vec<String>,
}

impl Changes {
    /// Nothing changed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts `new`, where given, into `slot`.
    pub fn set<T: PartialEq + Display>(&mut self, name: &str, slot: &mut T, new: Option<T>) {
        if let Some(new) = new.filter(|new| new != slot) {
            self.notes.push(format!("{name}: {} → {}", shown(Some(&*slot)), shown(Some(&new))));
            *slot = new;
        }
    }

    /// Puts `new`, where given, into a slot that may be empty; `Some(None)` empties it.
    pub fn set_or_clear<T: PartialEq + Display>(
        &mut self,
        name: &str,
        slot: &mut Option<T>,
        new: Option<Option<T>>,
    ) {
        if let Some(new) = new.filter(|new| new != slot) {
            self.notes.push(format!("{name}: {} → {}", shown(slot.as_ref()), shown(new.as_ref())));
            *slot = new;
        }
    }

    /// Notes a change that is more than a value.
    pub fn note(&mut self, what: String) {
        self.notes.push(what);
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.notes.is_empty()
    }

    /// The notes as an audit detail.
    #[must_use]
    pub fn detail(&self) -> String {
        let mut detail = String::new();
        for (at, note) in self.notes.iter().enumerate() {
            if detail.chars().count() + note.chars().count() > DETAIL_MAX {
                detail.push_str(&format!("; +{}", self.notes.len() - at));
                break;
            }
            if at > 0 {
                detail.push_str("; ");
            }
            detail.push_str(note);
        }
        detail
    }
}

fn shown<T: Display>(value: Option<&T>) -> String {
    let text = value.map(ToString::to_string).unwrap_or_default();
    if text.is_empty() {
        return "∅".to_owned();
    }
    if text.chars().count() > SHOWN_MAX {
        return text.chars().take(SHOWN_MAX).chain(['…']).collect();
    }
    text
}

/// Turns a broken unique key into the refusal that names what is taken. The transaction is over either way.
pub fn unless_taken<T>(result: StoreResult<T>, kind: &str, key: &str) -> AppResult<T> {
    result.map_err(|fault| {
        if fault.violates(Violation::Unique) {
            Error::Refused(Refusal::AlreadyExists { kind: kind.to_owned(), key: key.to_owned() })
        } else {
            Error::Fault(fault)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_noted() {
        let (mut name, mut city, mut price) = ("济南".to_owned(), String::new(), Some(5_i64));
        let mut changes = Changes::new();
        changes.set("name", &mut name, Some("济南".to_owned()));
        changes.set("city", &mut city, None);
        assert!(changes.is_empty());
        changes.set("city", &mut city, Some("济南".to_owned()));
        changes.set_or_clear("price", &mut price, Some(None));
        assert_eq!(changes.detail(), "city: ∅ → 济南; price: 5 → ∅");
        assert_eq!((city.as_str(), price), ("济南", None));
    }

    #[test]
    fn a_long_detail_is_cut_at_a_note() {
        let mut changes = Changes::new();
        for n in 0..200 {
            changes.note(format!("change number {n}"));
        }
        let detail = changes.detail();
        assert!(detail.chars().count() <= DETAIL_MAX + 10, "{}", detail.chars().count());
        assert!(detail.contains("; +"), "{detail}");
    }
}

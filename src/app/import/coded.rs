//! The domain knows no serde; in the spool its words are their codes. For `#[serde(with = "coded")]` on an `Option`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::language::Language;
use crate::domain::setup::DepotClass;
use crate::domain::stock::{PartClass, Tracking};

/// A word of the domain with its code.
pub(super) trait Coded: Copy {
    /// The code.
    fn code(self) -> &'static str;
    /// The word of a code.
    fn of(code: &str) -> Option<Self>;
}

macro_rules! coded {
    ($($word:ty),+) => {$(
        impl Coded for $word {
            fn code(self) -> &'static str {
                self.as_str()
            }

            fn of(code: &str) -> Option<Self> {
                <$word>::from_code(code)
            }
        }
    )+};
}
coded!(Language, DepotClass, PartClass, Tracking);

pub(super) fn serialize<T: Coded, S: Serializer>(value: &Option<T>, out: S) -> Result<S::Ok, S::Error> {
    value.map(T::code).serialize(out)
}

pub(super) fn deserialize<'de, T: Coded, D: Deserializer<'de>>(source: D) -> Result<Option<T>, D::Error> {
    let code = Option::<String>::deserialize(source)?;
    Ok(code.as_deref().and_then(T::of))
}

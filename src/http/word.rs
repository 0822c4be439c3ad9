//! A word of a closed set on the wire: its code, and in the OpenAPI document the list of codes.

use crate::domain::TextEnum;
use crate::http::query::NOT_ONE_OF;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use utoipa::__dev::ComposeSchema;
use utoipa::ToSchema;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// Carries a [`text_enum!`](crate::text_enum) word in a wire type, by an alias like `type RoleWord = Word<Role>`: utoipa would
/// take the parameter of `role: Word<Role>` for a schema of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<T>(pub T);

impl<T> From<T> for Word<T> {
    fn from(word: T) -> Self {
        Word(word)
    }
}

impl<T: TextEnum> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

impl<'de, T: TextEnum> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        match T::WORDS.iter().find(|word| word.word() == text) {
            Some(word) => Ok(Word(*word)),
            None => Err(D::Error::custom(format!("{NOT_ONE_OF}{}", codes::<T>().join(", ")))),
        }
    }
}

/// What `#[derive(ToSchema)]` writes too; utoipa makes `PartialSchema` of it.
impl<T: TextEnum> ComposeSchema for Word<T> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes::<T>())).into()
    }
}

impl<T: TextEnum> ToSchema for Word<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

fn codes<T: TextEnum>() -> Vec<&'static str> {
    T::WORDS.iter().map(|word| word.word()).collect()
}

#[cfg(test)]
mod tests {
    use super::Word;
    use crate::domain::actor::Role;

    #[test]
    fn words_are_their_codes_and_others_are_told_what_there_is() {
        assert_eq!(serde_json::to_string(&Word(Role::Clerk)).unwrap(), "\"clerk\"");
        assert_eq!(serde_json::from_str::<Word<Role>>("\"clerk\"").unwrap(), Word(Role::Clerk));
        let error = serde_json::from_str::<Word<Role>>("\"boss\"").unwrap_err().to_string();
        assert!(error.starts_with("not one of admin, manager"), "{error}");
    }
}

//! Closed sets of words as they stand in wire types.

use crate::domain::actor::{Permission, Role};
use crate::domain::language::Language;
use crate::http::Word;

/// `zh-CN` or `en`.
pub type LanguageWord = Word<Language>;
/// A right.
pub type PermissionWord = Word<Permission>;
/// What a person is here for.
pub type RoleWord = Word<Role>;

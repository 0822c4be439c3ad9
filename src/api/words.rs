//! Closed sets of words as they stand in wire types.

use crate::domain::actor::{Permission, Role};
use crate::domain::language::Language;
use crate::domain::notice::{NoticeKind, NoticeState};
use crate::http::Word;

/// `zh-CN` or `en`.
pub type LanguageWord = Word<Language>;
/// A right.
pub type PermissionWord = Word<Permission>;
/// What a person is here for.
pub type RoleWord = Word<Role>;
/// What a notice is about.
pub type NoticeKindWord = Word<NoticeKind>;
/// How far a notice got.
pub type NoticeStateWord = Word<NoticeState>;

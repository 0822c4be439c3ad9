//! Closed sets of words as they stand in wire types.

use crate::domain::TextEnum;
use crate::domain::actor::{Permission, Role};
use crate::domain::calendar::ListedKind;
use crate::domain::language::Language;
use crate::domain::plan::{PromiseKind, RateVariant, Regime, TermUnit, VendorSwap};
use crate::domain::setup::DepotClass;
use crate::domain::stock::Tracking;
use crate::http::Word;

/// `zh-CN` or `en`.
pub type LanguageWord = Word<Language>;
/// A right.
pub type PermissionWord = Word<Permission>;
/// What a person is here for.
pub type RoleWord = Word<Role>;
/// A day off, or a Saturday or Sunday that is worked.
pub type ListedKindWord = Word<ListedKind>;
/// What a depot is for.
pub type DepotClassWord = Word<DepotClass>;
/// One by one, or as a quantity.
pub type TrackingWord = Word<Tracking>;
/// What a promise is about.
pub type PromiseKindWord = Word<PromiseKind>;
/// What a promise's time is counted in.
pub type TermUnitWord = Word<TermUnit>;
/// Who owns what after a spare was issued.
pub type RegimeWord = Word<Regime>;
/// Which timely repair rate is the contractual one.
pub type RateVariantWord = Word<RateVariant>;
/// What a unit is that a maker sends back under another serial.
pub type VendorSwapWord = Word<VendorSwap>;

/// The code of a word that was sent, as the use cases take it.
pub(super) fn code_of<T: TextEnum>(word: Option<Word<T>>) -> Option<String> {
    word.map(|word| word.0.word().to_owned())
}

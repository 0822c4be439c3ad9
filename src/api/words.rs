//! Closed sets of words as they stand in wire types.

use crate::app::figures::{ClassFilter, GroupBy, KeptClass, TurnaroundBy};
use crate::app::promises::StateFilter;
use crate::app::rma::{DueGroup, FacetKind, LineOrder};
use crate::app::stock::{ScannedKind, SourceKind, UnitFlag};
use crate::domain::TextEnum;
use crate::domain::actor::{Permission, Role};
use crate::domain::calendar::ListedKind;
use crate::domain::count::{
    CountState, CountVerdict, DifferenceOf, ExceptionSource, ExceptionState, RightAct,
};
use crate::domain::data_bearing::DataAnswer;
use crate::domain::intake::{IntakeException, IntakeState};
use crate::domain::language::Language;
use crate::domain::notice::{NoticeKind, NoticeState};
use crate::domain::place::PlaceKind;
use crate::domain::plan::{PromiseKind, RateVariant, Regime, ReturnedWhen, TermUnit, VendorSwap};
use crate::domain::rate::Measure;
use crate::domain::repair::{Cause, QueueSort, RepairFlag, StayClass, StepResult, WatchClass};
use crate::domain::request::{RequestReason, RequestState};
use crate::domain::rma::case::ConsentKind;
use crate::domain::rma::{
    Direction, Entitlement, FaultyState, IssuedRole, IssuedState, Mode, Payer, PromiseState, QuoteState,
    RepairOrderState, RepairOutcome, RepairState, ShipmentPurpose, ShipmentState, Source, Track,
};
use crate::domain::scan::{ScanMode, ScanVerdict};
use crate::domain::setup::DepotClass;
use crate::domain::stock::ReservationState;
use crate::domain::stock::{CheckState, Condition, MovementKind, PartClass, Tracking};
use crate::domain::transfer::{Settlement, TransferState, TransferStep};
use crate::domain::turnaround::End;
use crate::http::Word;

/// `zh-CN` or `en`.
pub type LanguageWord = Word<Language>;
/// A right.
pub type PermissionWord = Word<Permission>;
/// What a person is here for.
pub type RoleWord = Word<Role>;
/// What shape a part is in.
pub type ConditionWord = Word<Condition>;
/// Towards the customer or towards us.
pub type DirectionWord = Word<Direction>;
/// Who pays, and why.
pub type EntitlementWord = Word<Entitlement>;
/// The faulty part on its way to us.
pub type FaultyStateWord = Word<FaultyState>;
/// Loan or permanent.
pub type IssuedRoleWord = Word<IssuedRole>;
/// An issued unit's track.
pub type IssuedStateWord = Word<IssuedState>;
/// How a faulty part is handled.
pub type ModeWord = Word<Mode>;
/// The kinds of movement.
pub type MovementKindWord = Word<MovementKind>;
/// What became of a unit on the bench.
pub type OutcomeWord = Word<RepairOutcome>;
/// How a promise stands.
pub type PromiseStateWord = Word<PromiseState>;
/// What a parcel carries.
pub type PurposeWord = Word<ShipmentPurpose>;
/// Whose doing a delay was.
pub type CauseWord = Word<Cause>;
/// The verdict of one step of a test.
pub type StepResultWord = Word<StepResult>;
/// Where a repair order stands.
pub type RepairOrderStateWord = Word<RepairOrderState>;
/// In which order the bench takes its work.
pub type QueueSortWord = Word<QueueSort>;
/// A warning on a unit's passport.
pub type RepairFlagWord = Word<RepairFlag>;
/// The repair track.
pub type RepairStateWord = Word<RepairState>;
/// On the road or arrived.
pub type ShipmentStateWord = Word<ShipmentState>;
/// Who brought the RMA.
pub type SourceWord = Word<Source>;
/// A track of the timeline.
pub type TrackWord = Word<Track>;
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
/// A number of a maker's scorecard.
pub type StayClassWord = Word<StayClass>;
/// How an instrument stands with its checks.
pub type CheckStateWord = Word<CheckState>;
/// What a part is for.
pub type PartClassWord = Word<PartClass>;
/// A number of a watched part.
pub type WatchClassWord = Word<WatchClass>;
/// How a promise stands in its figure.
pub type KeptClassWord = Word<KeptClass>;
/// What ended the time of a line.
pub type EndWord = Word<End>;
/// What the lines of a turnaround are grouped by.
pub type TurnaroundByWord = Word<TurnaroundBy>;
/// The order of a list of lines.
pub type LineOrderWord = Word<LineOrder>;
/// What lines are grouped by.
pub type GroupByWord = Word<GroupBy>;
/// One number of a figure.
pub type ClassFilterWord = Word<ClassFilter>;
/// Which promises of a list.
pub type PromiseFilterWord = Word<StateFilter>;
/// Who owns what after a spare was issued.
pub type RegimeWord = Word<Regime>;
/// When a repaired unit counts as handed back.
pub type ReturnedWhenWord = Word<ReturnedWhen>;
/// What a unit is that a maker sends back under another serial.
pub type VendorSwapWord = Word<VendorSwap>;

/// What happens to the data on a data-bearing part.
pub type DataAnswerWord = Word<DataAnswer>;
/// What a customer agreed to in writing.
pub type ConsentWord = Word<ConsentKind>;
/// Who pays.
pub type PayerWord = Word<Payer>;
/// How a quote stands.
pub type QuoteStateWord = Word<QuoteState>;

/// The code of a word that was sent, as the use cases take it.
pub(super) fn code_of<T: TextEnum>(word: Option<Word<T>>) -> Option<String> {
    word.map(|word| word.0.word().to_owned())
}
/// What a notice is about.
pub type NoticeKindWord = Word<NoticeKind>;
/// How far a notice got.
pub type NoticeStateWord = Word<NoticeState>;
/// How a reservation stands.
pub type ReservationStateWord = Word<ReservationState>;
/// What sort of node a place is.
pub type PlaceKindWord = Word<PlaceKind>;
/// What to know about a unit.
pub type UnitFlagWord = Word<UnitFlag>;
/// Word for where a spare can come from.
pub type SourceKindWord = Word<SourceKind>;
/// What a scanned code is.
pub type ScannedWord = Word<ScannedKind>;
/// Why a spare is asked for.
pub type RequestReasonWord = Word<RequestReason>;
/// How a request stands.
pub type RequestStateWord = Word<RequestState>;
/// How a count stands.
pub type CountStateWord = Word<CountState>;
/// What a scan of a count said.
pub type CountVerdictWord = Word<CountVerdict>;
/// What a difference of a count is.
pub type DifferenceWord = Word<DifferenceOf>;
/// Who brought an exception.
pub type ExceptionSourceWord = Word<ExceptionSource>;
/// How an exception stands.
pub type ExceptionStateWord = Word<ExceptionState>;
/// The act that puts an exception right.
pub type RightActWord = Word<RightAct>;
/// What a scanner is doing.
pub type ScanModeWord = Word<ScanMode>;
/// What became of a scan.
pub type ScanVerdictWord = Word<ScanVerdict>;
/// How an intake stands.
pub type IntakeStateWord = Word<IntakeState>;
/// Why an intake was not matched at once.
pub type IntakeExceptionWord = Word<IntakeException>;
/// How long a line has left.
pub type DueGroupWord = Word<DueGroup>;
/// A group of values that lines are counted by.
pub type FacetKindWord = Word<FacetKind>;
/// How a transfer stands.
pub type TransferStateWord = Word<TransferState>;
/// What people do with a transfer.
pub type TransferStepWord = Word<TransferStep>;
/// What became of a piece that did not come.
pub type SettlementWord = Word<Settlement>;
/// Which timely repair rate is the contractual one.
pub type RateVariantWord = Word<RateVariant>;
/// See [`Measure`].
pub type MeasureWord = Word<Measure>;

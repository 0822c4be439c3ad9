//! Every way a rule says no: one variant, one stable code, the facts that name the blocker.
//!
//! The text a person reads is the Fluent key `refusal-<code>`; the HTTP status is decided in `http::error`.

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Path of the field, e.g. `lines[0].serial`.
    pub field: String,
    /// Stable code; its text is the Fluent key `field-<code>`.
    pub code: &'static str,
    /// Facts for the text.
    pub args: Vec<(&'static str, String)>,
}

impl FieldError {
    /// A field error without facts.
    pub fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self { field: field.into(), code, args: vec![] }
    }

    /// Adds a fact for the text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

macro_rules! refusals {
    ($($(#[$meta:meta])* $variant:ident { $($field:ident),* } = $code:literal),+ $(,)?) => {
        /// A rule's no. The facts say what stands in the way, so that the reader knows whom or what to turn to.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[expect(missing_docs, reason = "the facts are named for what they are")]
        pub enum Refusal {
            /// Fields of the request do not say anything usable.
            #[error("invalid fields: {0:?}")]
            Invalid(Vec<FieldError>),
            $($(#[$meta])* #[error($code)] $variant { $($field: String),* }),+
        }

        impl Refusal {
            /// Every code, for the tests that walk all of them.
            pub const CODES: &'static [&'static str] = &["invalid", $($code),+];

            /// Every code with the names of its facts, for the tests of the texts.
            pub const FACTS: &'static [(&'static str, &'static [&'static str])] =
                &[("invalid", &[]), $(($code, &[$(stringify!($field)),*])),+];

            /// Stable code of this refusal.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self { Refusal::Invalid(_) => "invalid", $(Refusal::$variant { .. } => $code),+ }
            }

            /// The facts, by name.
            #[must_use]
            pub fn args(&self) -> Vec<(&'static str, String)> {
                match self {
                    Refusal::Invalid(_) => vec![],
                    $(Refusal::$variant { $($field),* } => vec![$((stringify!($field), $field.clone())),*]),+
                }
            }
        }
    };
}

refusals! {
    // Who
    /// The role does not include this act.
    Forbidden { permission } = "forbidden",
    /// The act touches a depot that was not given to the actor.
    NotYourDepot { depot } = "not_your_depot",
    /// Nothing by this name, or nothing the actor may know of.
    NotFound { kind, key } = "not_found",
    /// The books had not met the unit by the moment asked for.
    NotMetYet { serial, as_of } = "not_met_yet",
    /// Wrong user name or password, or the account is off.
    SignInFailed {} = "sign_in_failed",
    /// The password was right; the authenticator's code is asked for next.
    SecondFactorNeeded {} = "second_factor_needed",
    /// Neither the authenticator's code of this minute, nor an unused recovery code.
    SecondFactorWrong {} = "second_factor_wrong",
    /// Everybody here signs in with an authenticator, and the caller has none yet.
    SecondFactorRequired {} = "second_factor_required",
    /// An authenticator is in use; it must be taken away before another is enrolled.
    SecondFactorOn {} = "second_factor_on",
    /// No authenticator is in use or being enrolled.
    SecondFactorOff {} = "second_factor_off",
    /// The link of the mail was used, is older than half an hour or was never sent.
    ResetLinkInvalid {} = "reset_link_invalid",
    /// The provider of single sign-on did not vouch for anybody, or the way back took too long.
    SsoFailed {} = "sso_failed",
    /// The provider vouches for somebody who has no account here.
    SsoUnknown {} = "sso_unknown",
    /// The API token may only read.
    TokenReadOnly {} = "token_read_only",
    /// Nobody would be left to administer the system.
    LastAdmin { username } = "last_admin",
    /// The one-time set-up link was used, has expired or was never given out.
    SetupLinkInvalid {} = "setup_link_invalid",

    // Requests
    /// The same idempotency key came with another body.
    IdempotencyKeyReused { key } = "idempotency_key_reused",
    /// The row changed since the reader saw it.
    StaleVersion { expected, actual } = "stale_version",
    /// A code that must be unique is taken.
    AlreadyExists { kind, key } = "already_exists",

    // Stock
    /// The bare serial names several units; the caller must say which part.
    SerialAmbiguous { serial, choices } = "serial_ambiguous",
    /// The serial belongs to another part of the same maker.
    WrongPart { serial, part_no, given } = "wrong_part",
    /// The unit is not where the movement takes it from.
    UnitElsewhere { serial, place, claimed } = "unit_elsewhere",
    /// A unit of somebody else's should be at a place and was not seen in a count of it.
    UnitNotSeen { serial, place, owner } = "unit_not_seen",
    /// A new unit's serial is on the books already.
    SerialElsewhere { serial, place } = "serial_elsewhere",
    /// What was scanned is the label of something else: a bin, a part number, an RMA, a waybill.
    NotAUnit { code, kind } = "not_a_unit",
    /// Too little of a code to be anybody's serial: a slip of the finger, or a scanner that read half a label.
    NotASerial { code } = "not_a_serial",
    /// A code written as the bins of the depot are, and the depot has no such bin.
    NoSuchBin { depot, code } = "no_such_bin",
    /// No document lets this leave the depot.
    NothingAsks { code } = "nothing_asks",
    /// Too little at that place in that condition and ownership.
    NotEnoughStock { part_no, place, wanted } = "not_enough_stock",
    /// Nothing left to reserve.
    NotAvailable { part_no, depot, wanted, available } = "not_available",
    /// The unit is held for somebody.
    UnitReserved { serial, document } = "unit_reserved",
    /// What is left there is held for somebody.
    StockReserved { part_no, depot } = "stock_reserved",
    /// The movement would happen before the unit's last one.
    OutOfOrder { serial, last_at } = "out_of_order",
    /// The movement lies in the future.
    InTheFuture { occurred_at } = "in_the_future",
    /// It lies before the first day there are working days for.
    BeforeTheBooks { first } = "before_the_books",
    /// This kind of movement does not go between these places.
    IllegalMove { kind, from, to } = "illegal_move",
    /// The unit is in a condition this movement does not take.
    WrongCondition { serial, condition, kind } = "wrong_condition",
    /// The owner does not allow the act (a customer's board is not ours to scrap).
    WrongOwner { serial, owner } = "wrong_owner",
    /// The movement was reversed before.
    AlreadyReversed { movement, by } = "already_reversed",
    /// A reversing entry is not itself reversed: post the movement again.
    CannotReverseReversal { movement } = "cannot_reverse_reversal",
    /// Later movements of the same unit stand on this one.
    NotTheLastMovement { movement, last } = "not_the_last_movement",
    /// The movement belongs to a document whose own action must undo it.
    BelongsToDocument { movement, document } = "belongs_to_document",
    /// Somebody has gone on with the box a scan took in: it is settled there, not by taking the scan back.
    BoxTakenUp { document } = "box_taken_up",
    /// The unit is on an open line: what is to be booked is done by the line's own action, which is named.
    UnitOnRma { serial, rma, line, action } = "unit_on_rma",
    /// The unit is on a repair order of our own: what is to be booked is done by the order's action, which is named.
    UnitUnderRepair { serial, repair, action } = "unit_under_repair",
    /// The unit is on an open line and goes from depot to depot by a transfer, which the line follows.
    TransferNeeded { serial, rma, line } = "transfer_needed",
    /// Dated back, the movement would have taken more than there was at some moment since.
    NotEnoughThen { part_no, place, wanted, at } = "not_enough_then",
    /// Two rows of one batch touch the same serial.
    DuplicateInBatch { serial, first, second } = "duplicate_in_batch",
    /// The reservation ended before.
    ReservationEnded { id, state } = "reservation_ended",
    /// The reservation belongs to a document whose own action must let it go.
    ReservationOfDocument { id, document } = "reservation_of_document",

    /// An instrument is not handed out, held or promised as a spare.
    NotASpare { part_no } = "not_a_spare",
    /// Only instruments are checked.
    NotAnInstrument { serial } = "not_an_instrument",
    /// The instrument was never checked, its time is over, or its last check was not passed.
    CheckNeeded { serial } = "check_needed",

    // Notices
    /// The mail went out; sending it again would tell the same news twice.
    NoticeSent { id } = "notice_sent",
    /// What the notice tells of was taken back.
    NoticeWithdrawn { id } = "notice_withdrawn",

    // RMA
    /// The unit has an RMA that is not finished.
    RmaAlreadyOpen { serial, number } = "rma_already_open",
    /// The action does not go from the line's present state.
    ActionNotAllowed { action, state } = "action_not_allowed",
    /// The contract does not allow this way of service.
    ModeNotAllowed { mode, regime } = "mode_not_allowed",
    /// A board is sent in exchange where nobody decided one.
    ExchangeNotDecided { serial } = "exchange_not_decided",
    /// The scanned serial is not the one on the line.
    WrongSerial { expected, scanned } = "wrong_serial",
    /// No depot good spare that fits, own part or equivalent.
    NoSpareFits { part_no, depot } = "no_spare_fits",
    /// No exchange is proposed for the line: it is in no danger, may not be exchanged any more, or no board fits.
    NothingProposed { number } = "nothing_proposed",
    /// The part is neither the line's nor confirmed as its equivalent.
    NotEquivalent { part_no, wanted } = "not_equivalent",
    /// A replacement was issued and is not back.
    LoanerStillOut { serial } = "loaner_still_out",
    /// An RMA is asked for a spare of ours that is out on another one.
    SpareOfLine { serial, number } = "spare_of_line",
    /// The customer's unit is still with us.
    UnitStillHere { serial, place } = "unit_still_here",
    /// The faulty part is still owed to us.
    FaultyPartOwed { serial } = "faulty_part_owed",
    /// A void needs a second person.
    SecondPersonNeeded { username } = "second_person_needed",
    /// An active replacement of this kind exists on the line.
    AlreadyIssued { serial } = "already_issued",
    /// The exchange of this line is decided already.
    ExchangeDecided { serial } = "exchange_decided",
    /// No contract covers it, so there is no other way of service than the repair.
    NoContractCovers { mode } = "no_contract_covers",
    /// A spare was asked for on this line, and that request waits for its yes or its spare.
    RequestAlreadyOpen { number } = "request_already_open",
    /// An approved request whose line still waits for its spare: the line no longer waiting is what ends it.
    SpareStillAwaited { number, line, action } = "spare_still_awaited",
    /// No spare is held on the line yet.
    NoSpareHeld { number } = "no_spare_held",
    /// The spare is held, and did not leave yet.
    SpareNotShipped { serial } = "spare_not_shipped",
    /// The line's way of service gives no spare.
    ModeGivesNoSpare { mode } = "mode_gives_no_spare",
    /// The step is dated before the one it follows.
    BeforePreviousStep { occurred_at, previous } = "before_previous_step",
    /// Dated back further than a clerk may.
    TooLongAgo { hours } = "too_long_ago",
    /// The clock is stopped already, or runs already.
    HoldState { state } = "hold_state",
    /// No step of the line is on record that could be taken back.
    NothingToTakeBack { state } = "nothing_to_take_back",
    /// The latest step is of a kind that is not taken back.
    StepStays { action } = "step_stays",
    /// The bench went on since the step, or something else took its place.
    BenchWentOn { action } = "bench_went_on",
    /// A chargeable repair begins only once its price was accepted.
    QuoteNeeded { serial } = "quote_needed",
    /// A quote waits for its answer; a second one would leave it open which counts.
    QuoteOpen { valid_until } = "quote_open",
    /// Only what is chargeable gets a quote.
    NotChargeable { entitlement } = "not_chargeable",
    /// The quote's last day is over.
    QuoteOver { valid_until } = "quote_over",
    /// The quote may still be answered.
    QuoteStillValid { valid_until } = "quote_still_valid",
    /// A customer's unit is scrapped only with written consent.
    ConsentNeeded { serial } = "consent_needed",
    /// The plan says that the customer keeps the medium.
    DataStaysWithCustomer { part_no } = "data_stays_with_customer",
    /// The plan says that the data is destroyed.
    DataMustBeDestroyed { part_no } = "data_must_be_destroyed",
    /// The certificate of wiping or destruction is missing.
    CertificateNeeded { part_no } = "certificate_needed",
    /// The plan demands brand-new replacements.
    NotBrandNew { serial } = "not_brand_new",
    LimitNotMet { serial, limit, wanted, found } = "limit_not_met",
    LimitUnknown { serial, limit, wanted } = "limit_unknown",
    /// On-site spares are one customer's, a van's spares one engineer's.
    SpareBound { serial, place } = "spare_bound",
    /// Nothing of this kind is owed to us on the line.
    NothingOwed { number } = "nothing_owed",
    /// A replacement is on its way and not handed over yet.
    ReplacementUnderWay { serial } = "replacement_under_way",
    /// The depot has no bench.
    NoBench { depot } = "no_bench",
    /// The unit is on a repair order that is not finished.
    RepairAlreadyOpen { serial, number } = "repair_already_open",
    /// The repair would cost more than it may.
    RepairOverLimit { cost, limit } = "repair_over_limit",
    /// A customer's data may be on it, and nobody said what becomes of them.
    DataAnswerNeeded { serial } = "data_answer_needed",
    /// A customer's data may be on it: it moves by the act on its document, which asks for the answer and the certificate.
    DataNeedsProof { serial, document } = "data_needs_proof",
    /// No customer's data is on it, or it was answered for already.
    NoDataToAnswerFor { serial } = "no_data_to_answer_for",

    // Depot work
    /// No line of the transfer asks for it, or not for so many.
    NotOnTransfer { serial, number } = "not_on_transfer",
    /// Nothing of it is missing on this transfer.
    NothingOutstanding { serial, number } = "nothing_outstanding",
    /// What stands there moves by the steps of its document only.
    PlaceOfDocument { place, document } = "place_of_document",
    /// The scan waited too long for a signal: its key is forgotten by now.
    ScanTooOld { days } = "scan_too_old",
    /// A part under a temporary label is matched by saying which line it is.
    IntakeUnreadable { label } = "intake_unreadable",
    /// The place is not among those this count covers.
    NotInCount { place, number } = "not_in_count",
}

impl Refusal {
    /// One field is wrong.
    #[must_use]
    pub fn field(field: impl Into<String>, code: &'static str) -> Self {
        Refusal::Invalid(vec![FieldError::new(field, code)])
    }

    /// One wrong field, with the fact its sentence names.
    #[must_use]
    pub fn field_with(
        field: impl Into<String>,
        code: &'static str,
        name: &'static str,
        value: impl ToString,
    ) -> Self {
        Refusal::Invalid(vec![FieldError::new(field, code).with(name, value.to_string())])
    }

    /// There is no such thing, or it is not the reader's to know.
    #[must_use]
    pub fn not_found(kind: &str, key: impl ToString) -> Self {
        Refusal::NotFound { kind: kind.to_owned(), key: key.to_string() }
    }
}

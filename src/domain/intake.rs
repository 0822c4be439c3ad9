//! Intakes (收件登记): boxes nobody announced. Receipt is the moment the box was taken in; matching later never moves the
//! clock (PRODUCT "Intake").

use crate::text_enum;

text_enum! {
    /// How an intake stands.
    IntakeState {
        /// A person has to say what it is.
        Unmatched => "unmatched",
        /// It is the faulty part of an RMA line.
        Matched => "matched",
        /// It was sent back.
        Returned => "returned",
        /// It was put right by another act, e.g. a transfer received or a loaner recovered.
        Settled => "settled",
    }
}

text_enum! {
    /// Why an intake was not matched at once.
    IntakeException {
        /// Its serial cannot be read: it carries a temporary label.
        Unreadable => "unreadable",
        /// No RMA waits for it.
        NoRma => "no_rma",
        /// The books have it somewhere it cannot have come from as a faulty part.
        Elsewhere => "elsewhere",
    }
}

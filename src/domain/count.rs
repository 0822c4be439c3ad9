//! Stock counts (盘点): what was seen against what the ledger said at that moment (PRODUCT "Count differences").

use crate::text_enum;

text_enum! {
    /// How a count stands.
    CountState {
        /// Being counted.
        Open => "open",
        /// Differences are booked.
        Approved => "approved",
        /// Called off; nothing was booked.
        Cancelled => "cancelled",
    }
}

text_enum! {
    /// What a scan said against the ledger at that moment.
    CountVerdict {
        /// Where the books have it.
        Here => "here",
        /// In this depot, at another place.
        OtherBin => "other_bin",
        /// Somewhere else on the books: an exception, never booked by the count.
        Elsewhere => "elsewhere",
        /// The books never met it.
        Unknown => "unknown",
        /// A quantity, beside what the books had.
        Quantity => "quantity",
    }
}

text_enum! {
    /// What a difference is.
    DifferenceOf {
        /// A unit of ours that the books have here and nobody saw.
        Missing => "missing",
        /// A unit at another place of the depot.
        OtherBin => "other_bin",
        /// Another number than the books have.
        Quantity => "quantity",
    }
}

text_enum! {
    /// Who brought an exception.
    ExceptionSource {
        /// A scan that waited for a signal and was refused.
        Scan => "scan",
        /// A count.
        Count => "count",
        /// A box somebody took in, kept with the intakes.
        Box => "box",
    }
}

text_enum! {
    /// How an exception stands.
    ExceptionState {
        Open => "open",
        Settled => "settled",
    }
}

text_enum! {
    /// The act that puts an exception right.
    RightAct {
        /// It is our loaner: recover it on its RMA.
        RecoverLoan => "recover_loan",
        /// An RMA waits for it.
        MatchRma => "match_rma",
        /// It is on the road to this depot.
        ReceiveTransfer => "receive_transfer",
        /// The last movement was wrong.
        Reverse => "reverse",
        /// The books never met it: take it in.
        TakeIn => "take_in",
        /// Somebody has to look.
        Look => "look",
    }
}

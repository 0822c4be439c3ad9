//! Replacement requests (备件申请): somebody stands in front of a dead board, or wants to replace one before it dies.

use crate::text_enum;

text_enum! {
    /// Why a spare is asked for.
    RequestReason {
        /// The part is broken.
        Fault => "fault",
        /// It is replaced before it breaks; the removed part is taken in.
        Preventive => "preventive",
    }
}

text_enum! {
    /// How a request stands.
    RequestState {
        Requested => "requested",
        Approved => "approved",
        Rejected => "rejected",
        Issued => "issued",
    }
}

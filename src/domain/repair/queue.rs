//! In which order the bench takes its work.

use crate::text_enum;

text_enum! {
    /// What comes first in the queue.
    QueueSort {
        /// What is due first.
        Due => "due",
        /// What is most likely to miss its date.
        MissProbability => "miss_probability",
    }
}

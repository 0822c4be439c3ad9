//! A page as of a day: the field that asks for it, and what the page says when it looks back.

/// The day a page is asked about.
#[derive(Clone, Debug, Default)]
pub struct AsOf {
    /// The day looked back at, as `2026-10-31`; empty for now.
    pub day: String,
    /// The last day that can be asked for.
    pub today: String,
    /// What is wrong with the day asked for, in words; empty for nothing.
    pub fault: String,
    /// Address of the page as it is now.
    pub now: String,
}

impl AsOf {
    /// Whether the page tells of the past.
    pub fn is_past(&self) -> bool {
        !self.day.is_empty()
    }
}

//! The timely repair rate as screens show it.

/// One figure of NUMBERS §2 with what stands behind it. Rates are thousandths, floored, as the domain gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Kept in time.
    pub timely: i64,
    /// The denominator: due by now and not excluded.
    pub eligible: i64,
    /// Open and not yet due.
    pub pending: i64,
    /// On an open customer hold.
    pub floating: i64,
    /// Left the denominator.
    pub excluded: i64,
    /// Eligible and not timely.
    pub misses: i64,
    /// ⌊(1 − target) · eligible⌋.
    pub misses_allowed: i64,
    /// How many more lines due in the period may be late; negative when the target is out of reach.
    pub misses_left: i64,
    /// The rate floored to a tenth of a percent, in thousandths; none without an eligible line.
    pub shown: Option<i32>,
    /// Whether the target is met, decided on integers; none without an eligible line.
    pub meets_target: Option<bool>,
    /// The target, thousandths.
    pub target: i32,
    /// Wilson 95 % interval, thousandths.
    pub wilson95: Option<(i32, i32)>,
}

impl Rate {
    /// Every line due in the period: eligible, pending and floating.
    pub fn due(&self) -> i64 {
        self.eligible.saturating_add(self.pending).saturating_add(self.floating)
    }

    /// The target in whole percent, for the arithmetic shown beside the figure (a fraction is cut off).
    pub fn target_percent(&self) -> i32 {
        self.target / 10
    }
}

# Firmware and revision: what an equivalent must be, and what a unit is.
refusal-limit_not_met = { $limit ->
    [firmware] The firmware of { $serial } is { $found }; to stand in here it must be { $wanted }. Take another unit.
   *[other] The hardware revision of { $serial } is { $found }; to stand in here it must be one of { $wanted }. Take another unit.
}
refusal-limit_unknown = { $limit ->
    [firmware] Nobody put down the firmware of { $serial }; to stand in here it must be { $wanted }. Look at the board: put down what it is, or confirm that it is within the limits.
   *[other] Nobody put down the hardware revision of { $serial }; to stand in here it must be one of { $wanted }. Look at the board: put down what it is, or confirm that it is within the limits.
}
settings-firmware-from = Firmware from
settings-firmware-to = Firmware to
settings-revisions = Hardware revisions
settings-revisions-hint = Those that will do, with commas: A, B2. Empty limits nothing.
settings-limits = Limits
field-limits-confirmed = Looked at the board: firmware and revision are within the limits of the equivalence
field-firmware = Firmware
field-revision = Hardware revision
proposal-look = Not put down for this board: { $limit ->
    [firmware] firmware
   *[other] hardware revision
} { $wanted }. Look before it is held.

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
release-title = Put down firmware and hardware revision
release-open = Put down
release-text = Look at the board first. Whether it may stand in for another is judged by what is put down here.
release-firmware-hint = As on the label or in the boot log, such as 2.10. Leave it empty when not known.
release-revision-hint = Printed on the board, such as B2. Leave it empty when not known.
release-submit = Save
release-unknown = not put down
data-title = Put down what became of the customer's data
data-text = A customer used this spare and may have left data on it. Until the answer and its certificate are put down, it cannot become good, go to a maker or be scrapped.
data-submit = Put down
load-look = Not put down for { $serial }: { $limit ->
    [firmware] its firmware; to stand in here it must be { $wanted }
   *[other] its hardware revision; to stand in here it must be one of { $wanted }
}. Look at the board before it goes: put down what it is, or confirm below.

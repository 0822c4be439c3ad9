# The proof of the stock ledger: beiku verify. verify-kind-<code>: what does not agree.

verify-checked = Movements read: { $movements }. Held against them: units { $units }, balances { $balances }, open reservations { $reservations }, seals { $seals }.
verify-proven = The stock ledger proves itself.
verify-difference = { $what } [{ $code }] — { $subject }: the movements say { $expected }, the books say { $found }
verify-unlisted = … and more that are not listed: { $count }.
verify-failed = The stock ledger does not prove itself; differences: { $count }. Stop booking, keep a backup of this state, and find out how it came about.

verify-kind-unit_place = Unit in another place
verify-kind-unit_condition = Unit in another condition
verify-kind-unit_owner = Unit with another owner
verify-kind-unit_depot = Unit in another depot
verify-kind-unit_document = Unit on another document
verify-kind-unit_version = Unit counts its movements wrongly
verify-kind-unit_last_moved = Unit moved at another time
verify-kind-unit_part = Unit of another part
verify-kind-unit_without_movement = Unit without any movement
verify-kind-chain_place = Taken from where it was not
verify-kind-chain_condition = Taken in a condition it was not in
verify-kind-chain_owner = Taken from who did not own it
verify-kind-chain_time = Moved before its previous movement
verify-kind-chain_origin = Came out of nowhere
verify-kind-movement_depot = Movement in another depot than its place
verify-kind-movement_subject = Serial part without unit, or quantity with one
verify-kind-movement_future = Booked before it happened
verify-kind-balance_quantity = Balance differs
verify-kind-balance_missing = Balance missing
verify-kind-balance_extra = Balance of nothing
verify-kind-balance_negative = Less than nothing in between
verify-kind-balance_depot = Balance in another depot than its place
verify-kind-availability_good = Available stock differs
verify-kind-availability_reserved = Reserved count differs
verify-kind-reservation_unit = Reserved unit cannot be picked
verify-kind-reversal_mirror = Reversal does not mirror its movement
verify-kind-reversal_origin = Reversal of nothing, or of a reversal
verify-kind-sealed = Sealed rows were changed
verify-kind-seal_missing = A seal is missing
verify-kind-snapshot = month-end snapshot differs from the movements

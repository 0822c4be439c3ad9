# Why a rule says no (refusal-<code>), and what is wrong with a field (field-<code>). First what stands in the way, then what to do.
# Codes among the variables (conditions, states, actions …) are put into glossary words by the program.

refusal-invalid = Some fields are not right. Please correct them and try again.

refusal-forbidden = Your role does not include this ({ $permission }). Ask an administrator if you need it.
refusal-not_your_depot = You may not do this in depot { $depot }. Ask a clerk of that depot, or have an administrator assign it to you.
refusal-not_found = No such { $kind }: { $key }.
refusal-sign_in_failed = Wrong user name or password, or the account is disabled.
refusal-last_admin = { $username } is the last administrator: without one, nobody could manage the system.
refusal-setup_link_invalid = The set-up link was used, has expired or does not exist.

refusal-idempotency_key_reused = Idempotency key { $key } was used for another request. Use a new key for different content.
refusal-stale_version = Somebody changed this after you opened it (your version { $expected }, now { $actual }). Reload and try again.
refusal-already_exists = { $kind } { $key } already exists.

refusal-serial_ambiguous = Serial { $serial } belongs to several units. Say which part: { $choices }.
refusal-unit_elsewhere = { $serial } is not at { $claimed }; the books say { $place }.
refusal-serial_elsewhere = Serial { $serial } is already on the books, at { $place }.
refusal-not_enough_stock = Less than { $wanted } of { $part_no } at { $place }.
refusal-not_available = { $depot } has { $available } of { $part_no } available, not { $wanted }.
refusal-unit_reserved = { $serial } is reserved for { $document }.
refusal-stock_reserved = What is left of { $part_no } in { $depot } is reserved.
refusal-out_of_order = This is earlier than the last movement of { $serial } ({ $last_at }). Reverse the later one first, then post again.
refusal-in_the_future = { $occurred_at } lies in the future.
refusal-illegal_move = { $kind } does not go from { $from } to { $to }.
refusal-wrong_condition = { $serial } is { $condition }; that does not go with { $kind }.
refusal-wrong_owner = { $serial } belongs to { $owner }; this may not be done with it.
refusal-already_reversed = Movement { $movement } was reversed by { $by }.
refusal-cannot_reverse_reversal = Movement { $movement } is itself a reversal. Post the movement again instead.
refusal-not_the_last_movement = The same unit has movement { $last } after { $movement }. Reverse the later one first.
refusal-belongs_to_document = Movement { $movement } belongs to { $document }. Undo it there.
refusal-duplicate_in_batch = { $serial } is in this batch twice: rows { $first } and { $second }.
refusal-reservation_ended = Reservation { $id } has ended ({ $state }).

refusal-rma_already_open = { $serial } has an open RMA: { $number }.
refusal-action_not_allowed = “{ $action }” is not possible in the state “{ $state }”.
refusal-mode_not_allowed = The contract works by { $regime }; “{ $mode }” is not part of it.
refusal-wrong_serial = You scanned { $scanned }; this line is about { $expected }.
refusal-no_spare_fits = { $depot } has no good { $part_no } and no equivalent for it.
refusal-not_equivalent = { $part_no } is not { $wanted } and was not confirmed as its equivalent.
refusal-loaner_still_out = The loaner { $serial } is not back yet.
refusal-unit_still_here = The customer’s { $serial } is still at { $place }. Settle first where it goes.
refusal-faulty_part_owed = The customer still owes us the faulty part { $serial }.
refusal-second_person_needed = A second person must approve this: not { $username }.
refusal-already_issued = Replacement { $serial } was already issued on this line.
refusal-before_previous_step = { $occurred_at } is earlier than the step before ({ $previous }).
refusal-too_long_ago = More than { $hours } hours ago: a service manager must enter this, with a reason.
refusal-hold_state = The clock is now “{ $state }”; this is not possible.
refusal-no_bench = Depot { $depot } has no repair bench. Transfer the unit to one that has.

refusal-calendar_bad_heading = The first line must be date,kind,name_zh,name_en.
refusal-calendar_bad_line = Line { $line } cannot be read.
refusal-calendar_year_out_of_range = Year { $year } is out of range: { $first } to { $last }.
refusal-calendar_date_outside_year = { $date } does not belong to the notice for { $year }.
refusal-calendar_previous_year_unpublished = { $date } lies in a year without a published notice.
refusal-calendar_date_twice = { $date } is listed twice.
refusal-calendar_makeup_on_weekday = { $date } is a make-up day but falls on a weekday.
refusal-calendar_statutory_day_worked = { $date } is a statutory holiday, yet this notice makes it a working day.

refusal-code_missing = The code is missing.
refusal-code_too_long = The code is too long.
refusal-code_bad_character = The code has characters that cannot be used.
refusal-serial_missing = The serial number is missing.
refusal-serial_too_long = The serial number is too long.
refusal-serial_control_character = The serial number has invisible control characters.

field-required = Required.
field-too_long = At most { $max } characters.
field-unknown = There is no “{ $value }”.
field-unknown_word = Must be one of: { $allowed }.
field-unknown_place = There is no place “{ $code }”.
field-out_of_range = Must be between { $min } and { $max }.
field-before_start = Must not be before the start, { $start }.
field-duplicate = “{ $value }” is there twice.
field-not_positive = Must be greater than zero.
field-one_per_serial = A unit with a serial number has quantity 1.
field-not_for_quantity_part = This part is kept by quantity: leave the serial number out.
field-only_by_scrap = Use a scrap movement to scrap.
field-only_by_transfer_title = Use a transfer of title to change the owner.
field-username_characters = Letters, digits, dot, underscore and hyphen only.
field-password_too_short = At least { $min } characters.
field-password_is_username = The password must differ from the user name.
field-not_for_this_role = Not for this role.

permission-manage_users = manage users
permission-manage_setup = manage set-up data
permission-import_data = import and export
permission-move_stock = move stock
permission-correct_stock = correct stock
permission-read_stock = read stock
permission-reserve = reserve spares
permission-request_rma = request RMAs
permission-decide_rma = decide on RMAs
permission-handle_rma = receive and ship for RMAs
permission-repair = repair
permission-confirm_return = confirm returns
permission-read_rma = read RMAs
permission-read_figures = read figures
permission-manage_notices = manage notices
permission-read_audit = read the audit trail

thing-user = user
thing-token = token
thing-depot = depot
thing-bin = bin
thing-place = place
thing-part = part
thing-unit = unit
thing-customer = customer
thing-contact = contact
thing-site = site
thing-vendor = maker
thing-plan = service plan
thing-contract = contract
thing-calendar = calendar
thing-movement = movement
thing-reservation = reservation
thing-shipment = shipment
thing-repair = repair order
thing-rma = RMA
thing-line = RMA line
thing-rma_line = RMA line
thing-promise = promise
thing-notice = notice
thing-import = import
thing-page = page

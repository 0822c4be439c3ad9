# The bench: repair orders, diagnosis, makers.
refusal-repair_already_open = Unit { $serial } is on { $number } already. Finish that first.
refusal-repair_over_limit = The repair would cost ¥{ $cost }; it may cost ¥{ $limit }. Judge the unit beyond repair, or have a manager approve the cost.
refusal-data_answer_needed = A customer's data may be on { $serial }. Say what becomes of it: keep, wipe or destroy.
refusal-data_needs_proof = A customer's data may be on { $serial }. Do it on { $document }, where what becomes of the data is said and proved.
refusal-no_data_to_answer_for = No customer's data on { $serial } waits for an answer.
field-unknown_fault_code = There is no diagnosis code { $code }.

thing-fault_code = diagnosis code

action-approve_cost = Approve the cost
action-write_off = Write off as lost
vendor-gone-scrapped_there = Scrapped there
vendor-gone-lost = Lost there
event-approve_cost = approved a higher cost

repair-event-open = opened the order
repair-event-assign = assigned it
repair-event-line = went on with its RMA line

repair-order-state-received = Received
repair-order-state-diagnosing = Diagnosing
repair-order-state-repairing = In repair
repair-order-state-at_vendor = At the maker
repair-order-state-testing = Testing
repair-order-state-repaired = Repaired
repair-order-state-nff = No fault found
repair-order-state-ber = Beyond repair
repair-order-state-closed = Closed

unit-flag-reserved = Reserved
unit-flag-open_rma = On an open RMA
unit-flag-not_ours = Not ours
unit-flag-relabelled = Relabelled
unit-flag-taken_back = Entered by mistake, taken back.
unit-taken-back-text = The serial stands nowhere. If there is such a unit, receive it.
unit-flag-third_return = Third return in a year
unit-flag-nff_twice = No fault found, twice
unit-flag-doa = Was dead on arrival
unit-flag-site_failed_before = The same slot or part failed at this site before
unit-flag-wear_part = Wear part: easily damaged
unit-flag-customers_data = A customer used it: its data is to be answered for
unit-flag-check_needed = Instrument to be checked before it is handed out
field-slot = Slot
field-slot-hint = For example 3/1: shows boards that always fail in the same place.

data-keep = The customer keeps the medium
data-wipe = Wiped
data-destroy = Destroyed

nav-bench = Bench
nav-bench-short = Bench
bench-search = Order, RMA, serial or part number
bench-view-open = In hand
bench-view-risk = Most likely late
bench-view-mine = Mine
bench-view-vendor = At the maker
bench-view-late = Overdue at the maker
bench-none = Nothing on the bench
bench-none-text = Faulty parts appear here when they are received on an RMA, or when you take a unit of our own stock.
bench-col-order = Repair order
bench-col-technician = Technician
bench-own = Our own stock
bench-waiting = Waiting for parts
bench-rework = { $n ->
    [one] Test failed once
   *[other] Test failed { $count } times
}
bench-left = { $n ->
    [one] { $count } working day left
   *[other] { $count } working days left
}
bench-take = Take a unit of our own
bench-timeline = What was done
bench-facts = Facts
bench-reported = Reported fault
bench-limit = Cost limit (CNY)
bench-over-limit = It costs more than it may (¥{ $limit }): judge it beyond repair, or have a manager approve the cost.
bench-parts = Parts built in
bench-stays = At the maker
bench-other-serial = { $serial } came back instead
field-bench-bin = Bin
field-fault-code = Diagnosis code
field-estimate = Estimated cost (CNY)
field-cost-limit = It may cost (CNY)
field-data = The customer's data
field-data-hint = As the service plan says, when nothing is picked.
field-data-recovered-hint = For a spare that holds data. Left empty, it stands in quarantine until somebody answers.
field-certificate-hint = Only for parts with a customer's data.
field-part-serial = Serial of the part, if it has one
field-part-from = Taken from (place)
bench-late = { $n ->
    [one] { $count } working day late
   *[other] { $count } working days late
}

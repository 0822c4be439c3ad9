# Glossary: what states, roles and conditions are called. Key = area prefix + the code stored in the database (underscores as they are).

app-name = Beiku

role-admin = Administrator
role-manager = Service manager
role-clerk = Depot clerk
role-engineer = Field engineer
role-technician = Repair technician
role-customer = Customer

depot-class-common = Common spares depot
depot-class-other = Other spares depot
depot-class-central = Central depot

condition-good = Good
condition-faulty = Faulty
condition-quarantined = Quarantined
condition-scrapped = Scrapped

owner-us = Ours
owner-customer = Customer
owner-vendor = Maker
owner-unknown = Unknown

mode-repair_return = Repair and return
mode-loaner = Loaner
mode-advance_replacement = Advance replacement
mode-equivalent_exchange = Equivalent exchange

regime-loan = Loan
regime-exchange = Exchange

repair-state-requested = Requested
repair-state-authorised = Authorised
repair-state-rejected = Rejected
repair-state-expected = Awaiting receipt
repair-state-received = Faulty part received
repair-state-diagnosing = In diagnosis
repair-state-nff = No fault found
repair-state-repairing = In repair
repair-state-at_vendor = At the maker for repair
repair-state-testing = In test
repair-state-repaired = Repaired
repair-state-ber = Beyond repair
repair-state-dispatched = Shipped back
repair-state-returned = Returned
repair-state-return_unrepaired = Returned unrepaired
repair-state-exchanged = Exchanged for an equivalent
repair-state-scrapped = Scrapped
repair-state-to_stock = Taken into stock
repair-state-closed = Closed
repair-state-cancelled = Cancelled
repair-state-void = Void

issued-state-reserved = Reserved
issued-state-shipped = Shipped
issued-state-in_use = In use
issued-state-recovered = Recovered
issued-state-kept = Kept by the customer
issued-state-doa = Dead on arrival

issued-role-loan = Loan
issued-role-permanent = Permanent

faulty-state-not_due = Not due yet
faulty-state-due = Due back
faulty-state-in_transit = On its way back
faulty-state-received = Received
faulty-state-overdue = Overdue
faulty-state-waived = Waived
faulty-state-charged = Charged

rma-state-requested = Requested
rma-state-authorised = Authorised
rma-state-rejected = Rejected
rma-state-expected = Awaiting receipt
rma-state-received = Faulty part received
rma-state-in_repair = In repair
rma-state-in_progress = In progress
rma-state-repaired = Repaired
rma-state-dispatched = Shipped back
rma-state-returned = Returned
rma-state-exchanged = Exchanged for an equivalent
rma-state-awaiting_loaner = Awaiting the loaner
rma-state-open = Open
rma-state-closed = Closed
rma-state-cancelled = Cancelled
rma-state-void = Void

movement-receive = Receipt
movement-issue = Issue
movement-move = Move
movement-transfer_out = Transfer out
movement-transfer_in = Transfer in
movement-return = Return
movement-convert = Change of condition
movement-scrap = Scrap
movement-adjust = Count adjustment
movement-transfer_title = Transfer of title
movement-consume = Used in repair
movement-opening = Opening
movement-reversal = Reversal

promise-repair_return = Repair and return
promise-equivalent_exchange = Equivalent exchange
promise-spare_in_place = Spare in place
promise-faulty_return = Return of the faulty part
promise-loan_return = Return of the loaner
promise-first_answer = First answer
promise-on_site = On site
promise-restored = Restored
promise-failure_analysis = Failure analysis

promise-state-open = Open
promise-late = Overdue
promise-state-kept = Kept
promise-state-broken = Broken
promise-state-floating = Floating
promise-state-excluded = Excluded

outcome-repaired = Repaired
outcome-nff = No fault found
outcome-ber = Beyond repair

hold-customer = Waiting for the customer
hold-quote = Waiting for the quote to be accepted
hold-agreed = Clock stopped by agreement
hold-force_majeure = Force majeure

cause-ours = Ours
cause-maker = Maker
cause-customer = Customer
cause-carrier = Carrier
cause-force_majeure = Force majeure

entitlement-warranty = Warranty
entitlement-contract = Contract
entitlement-repair_warranty = Repair warranty
entitlement-goodwill = Goodwill
entitlement-chargeable = Chargeable

fault_class-minor = Minor fault
fault_class-major = Major fault

notice-request_received = Request received
notice-authorised = Request authorised
notice-replacement_shipped = Replacement shipped
notice-faulty_received = Faulty part received
notice-shipped_back = Shipped back
notice-closed = RMA closed
notice-correction = Correction
notice-test = Test mail

notice-state-queued = Queued
notice-state-sending = Sending
notice-state-sent = Sent
notice-state-dead = Could not be sent
notice-state-withdrawn = Withdrawn

place-depot = Depot
place-bin = Bin
place-bench = Bench
place-engineer = Engineer's van
place-van-of = { $who }'s van
place-customer = Customer
place-vendor = Maker
place-transit = In transit
place-opening = Opening
place-supplier = Supplier
place-consumed = Consumed
place-lost = Lost
place-scrap = Scrap

tracking-serial = By serial number
tracking-quantity = By quantity

reservation-state-open = Open
reservation-state-released = Released
reservation-state-consumed = Used
reservation-state-expired = Expired

term-unit-working_days = working days
term-unit-calendar_days = days
term-unit-minutes = minutes

variant-strict = Strict
variant-by_due = Exchange in time counts
variant-remedy30 = 30-day remedy counts
variant-contractual = By contract

hold-state-held = Stopped
hold-state-quoted = Stopped for the quote, whose answer lets it run on
hold-state-running = Running

action-authorise = Authorise
action-reject = Reject
action-cancel = Cancel
action-void = Void
action-approve_void = Approve the void
action-assign = Assign
action-reserve_replacement = Reserve a replacement
action-ship_replacement = Ship the replacement
action-replacement_delivered = Replacement delivered
action-faulty_shipped = Faulty part shipped
action-receive_faulty = Receive the faulty part
action-correct_serial = Correct the serial number
action-attribute_cause = Attribute the cause
action-diagnose = Diagnose
action-start_repair = Start the repair
action-wait_parts = Wait for parts
action-parts_arrived = Parts arrived
action-use_parts = Use parts
action-send_to_vendor = Send to the maker
action-vendor_returned = Returned by the maker
action-finish_repair = Finish the repair
action-test = Record the test
action-send_quote = Send a quote
action-accept_quote = Accept the quote
action-refuse_quote = Refuse the quote
action-dispatch_return = Ship back
action-confirm_returned = Confirm the return
action-return_unrepaired = Return unrepaired
action-decide_exchange = Decide on an exchange
action-ship_exchange = Ship the equivalent
action-exchange_delivered = Equivalent delivered
action-recover_loan = Recover the loaner
action-keep_loaner = Customer keeps the loaner
action-report_doa = Report dead on arrival
action-waive_faulty_return = Write off what is owed to us
action-waive_faulty_return-of = Write off { $what }
action-charge_faulty = Charge what is owed to us
action-charge_faulty-of = Charge { $what }
owed-faulty = the faulty part { $serial }
owed-loan = our loaner { $serial }
owed-dead = our dead spare { $serial }
owed-on_the_road = { $serial }, which never arrived
owed-awaited = the customer’s part { $serial }, which need not come
action-change_mode = Change the service mode
action-agree_scrap = Record consent to scrap
action-scrap = Scrap
action-to_stock = Take into stock
action-arrive_on_site = Arrived on site
action-restore_service = Service restored
action-report_failure = Failure analysis delivered
action-hold = Stop the clock
action-resume = Restart the clock
action-close = Close
action-take_back = Take the latest step back
action-take_back-of = Take back: { $what }

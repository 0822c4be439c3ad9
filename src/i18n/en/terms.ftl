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

faulty-track-not_due = Not due yet
faulty-track-due = Due back
faulty-track-in_transit = On its way back
faulty-track-received = Received
faulty-track-overdue = Overdue
faulty-track-waived = Waived
faulty-track-charged = Charged

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

cause-us = Ours
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
notice-test = Test mail

notice-state-queued = Queued
notice-state-sending = Sending
notice-state-sent = Sent
notice-state-dead = Could not be sent

# The web face. States, roles and conditions are in terms.ftl; these are the words of the pages.
# Key = area-thing-part; codes of actions and events keep their underscores.

## Frame
nav-skip = Skip to content
nav-side = Sidebar
nav-main = Main navigation
nav-tabs = Bottom navigation
nav-group-parts = Parts
nav-group-run = Running
nav-more = More
nav-overview = Overview
nav-rma = RMAs
nav-rma-short = RMAs
nav-scan = Scan
nav-scan-short = Scan
nav-stock = Stock
nav-unit = Units
nav-movements = Movements
nav-movements-short = Moves
nav-report = Reports
nav-report-short = Reports
nav-notices = Notices
nav-find = Find
nav-find-hint = Scan or type a serial, RMA or waybill
nav-account = My account
nav-theme = Theme
nav-sign-out = Sign out
theme-auto = Auto
theme-light = Light
theme-dark = Dark
js-offline = No connection. Nothing was submitted.
cancel = Cancel
save = Save
confirm-title = Please confirm
confirm-ok = OK
as-of-day = As of
as-of-show = Show
as-of-now = Back to today
as-of-said = As it stood at the end of { $day }, by what is known today.
as-of-fault = That is no day of the past; this is how it stands now.
as-of-unmet = Not in the books yet
as-of-unmet-text = By that day the books had not met this unit.
as-of = as of { $at }
append-only = append-only
pieces = { $n ->
    [one] { $n } line
   *[other] { $n } lines
}
list-separator = { ", " }
pager = Pages
pager-next = Next page
views = Views
filter = Filter
filter-apply = Apply filters
filter-show = Show the list
filter-clear = Clear filters
filter-remove = remove this filter
list-search = Search this list
fmt-month = { $month } { $year }

## Forms
form-bad-fields = { $n ->
    [one] One field needs a change. Everything you typed is still here.
   *[other] { $n } fields need a change. Everything you typed is still here.
}
form-choose = Choose…
form-later = This did not happen just now
form-later-note = Add a note, or say that it happened earlier
field-note = Note
field-attachment = Report
field-attachment-hint = A file of this RMA that the customer can read. Add it under Notes and files first.
field-occurred-at = When it happened
field-occurred-at-hint = Empty means now. Older than 72 hours needs a manager and a reason.
field-reason = Reason
field-spare = Replacement
field-loan = Lent unit
field-owed = Which one
field-depot = Depot
field-vendor = Repair vendor
field-carrier = Carrier
field-own-ride = Our own ride, no waybill
field-tracking-no = Tracking number
field-received-by = Received by
field-serial = Serial number
field-serial-scan-hint = Scan the unit itself; a difference from the request is shown at once.
field-part-no = Part number
field-part-no-hint = Only when the serial is not known.
field-condition = Condition on return
field-outcome = Outcome
field-finding = Finding
field-work = Work done
field-cost = Repair cost (CNY)
field-result = Test result
field-evidence = Evidence
field-vendor-rma = Vendor's RMA number
field-due-on = Promised back on
field-quantity = Quantity
field-certificate = Destruction certificate no.
field-said-by = Who said so
field-said-by-hint = Only the customer can stop the clock: write who said it, and how.
field-take-back-hint = The customer can read this reason. If they were told of the step by mail, a correction goes out with it; a mail that was not sent yet is withdrawn.
field-agreed-by = Agreed by
field-cause = Cause
field-mode = Handling
field-amount = Quote (CNY)
field-valid-until = Valid until
field-by = Customer's contact
field-user = Assignee
field-customer = Customer
field-contact-email = Contact e-mail
field-contact-email-hint = Every step is mailed here.
field-contact-name = Contact name
field-site = Site
field-serial-new-hint = Scan it; part, customer and contract follow.
field-customer-known-hint = May stay empty when the books know whose the serial is
field-fault = Fault
field-fault-class = Severity
field-token-name = Purpose
diagnosis-repairable = Repairable
diagnosis-nff = No fault found
diagnosis-ber = Beyond repair
test-result-pass = Pass
test-result-fail = Fail

## Columns
col-part = Part
col-part-customer = Part · customer
col-customer = Customer
col-stage = Stage
col-clock = Working-day clock
col-due = Due
col-next = Next step
col-depot = Depot
col-updated = Updated
col-condition = Condition
col-place = Place
units-to = To
units-to-issue = An engineer whose username is li is engineer:li, customer C1001 is customer:C1001.
units-to-van = Into the van of
units-to-else = Or to another place
units-to-else-hint = Customer C1001 is customer:C1001.
units-to-transit = On the way is transit: and the depot it goes to, such as transit:DZ.
units-to-bin = A bin with its depot, such as JN/A1-01.
col-owner = Owner
col-document = Document
col-moved = Last moved
col-time = Time
col-kind = Kind
col-item = Item
col-from-to = From → to
col-actor = By
col-act = Action
col-notice = Notice
col-recipient = Recipient
col-state = State
col-variant = Variant
col-variant-rule = What counts as timely
col-timely-due = Timely / due
col-rate = Rate
col-received = Received
col-returned = Returned
col-why = What happened
col-cause = Cause

## Clock
clock-title = Working-day clock
clock-not-started = Not started
clock-late = { $n ->
    [one] 1 day late
   *[other] { $n } days late
}
clock-today = Due today
clock-left = { $n ->
    [one] 1 day left
   *[other] { $n } days left
}
clock-paused = Clock stopped
clock-held-since = Stopped since { $date }: { $reason } ({ $who })
clock-kept = On time
clock-missed = { $n ->
    [one] Returned 1 day late
   *[other] Returned { $n } days late
}
clock-excluded = Not counted
clock-absent = Not applicable
clock-bar-label = { $used } of { $total } days used
clock-used = { $used } of { $total } used
clock-started = From { $date }
clock-due = Due { $date }
clock-ended = Returned { $date }
clock-provisional = Provisional: the holiday notice of that year is not published yet.
clock-calendar-days = Calendar days, counted from the day after receipt.
clock-starts-with-receipt = Starts the day after the faulty part is received.
clock-weekends = { $n ->
    [one] 1 weekend day left out
   *[other] { $n } weekend days left out
}
clock-holidays = { $n ->
    [one] 1 public holiday left out
   *[other] { $n } public holidays left out
}
clock-held = { $n ->
    [one] stopped for 1 day
   *[other] stopped for { $n } days
}
clock-makeup = { $n ->
    [one] 1 make-up working day counted
   *[other] { $n } make-up working days counted
}
clock-arithmetic = { $parts }.

## Timely repair rate
rate-name = Timely repair rate
rate-met = On target
rate-not-met = Below target
rate-none = Nothing due yet
rate-promise = promised ≥ { $target }
rate-due-timely = Due this month / on time
rate-misses-left = May still be late
rate-out-of-reach = Out of reach
rate-forecast = Month-end forecast
rate-last-month = Last month
rate-meter-label = { $rate }, promised { $target }
rate-interval-label = { $rate }, 95 % interval { $span }
rate-axis-target = target { $target }
rate-wilson-above = { $n ->
    [one] Wilson 95 % interval { $span }: one line is enough to show a long-run level of at least { $target }.
   *[other] Wilson 95 % interval { $span }: { $n } lines are enough to show a long-run level of at least { $target }.
}
rate-wilson-below = { $n ->
    [one] Wilson 95 % interval { $span }: one line is enough to show a long-run level below { $target }.
   *[other] Wilson 95 % interval { $span }: { $n } lines are enough to show a long-run level below { $target }.
}
rate-wilson-open = { $n ->
    [one] Wilson 95 % interval { $span }: one line does not prove a long-run level above { $target }.
   *[other] Wilson 95 % interval { $span }: { $n } lines do not yet prove a long-run level above { $target }.
}
variant-rule-strict = Only repaired and returned
variant-rule-by_due = An equivalent board by the due date counts too
variant-rule-remedy30 = Decided by the due date and delivered within 30 days counts too
variant-rule-contractual = Each line as its contract says
class-missed = Missed
class-timely = Timely
class-pending = Not yet due
class-floating = Clock stopped
class-excluded = Excluded
rate-why-late_return = Returned late
rate-why-open_overdue = Overdue, not returned
rate-why-exchanged = Given an equivalent board
rate-why-exchange_pending = Exchange decided, not delivered yet
rate-why-unrepaired = Returned unrepaired
rate-why-scrapped = Scrapped without replacement
rate-why-cancelled_late = Cancelled after the due date
rate-why-cancelled_in_time = Cancelled by the customer in time
rate-why-void = Registered by mistake, void
rate-why-scrap_agreed = Customer agreed to scrap in writing
rate-why-cause_excluded = Cause excluded by the contract
rate-why-kept_loaner = Customer kept the loaner

## Overview
dash-report = Report
dash-trend = 12 months and the forecast for this month
dash-trend-caption = Timely repair rate of the last 12 months (timely / due)
dash-actual = Actual
dash-below = Below promise
dash-which = Which ones?
dash-say-nothing-due = Nothing is due this month.
dash-say-lost = { $n ->
    [one] One miss more than the month allows: the promise cannot be kept any more.
   *[other] { $n } misses more than the month allows: the promise cannot be kept any more.
}
dash-urgent = Needs a decision
dash-urgent-all = All { $count }
dash-urgent-none = Nothing is at risk and nothing is late.
dash-buckets = Open lines by working days left
dash-buckets-note = Click a row for its list. The clock starts the day after the faulty part is received.
tile-open = Open lines
tile-risk = At risk
tile-overdue = Overdue
tile-to-authorise = To authorise
tile-to-receive = To receive
tile-on-bench = On the bench
tile-to-return = To ship back
tile-loans-out = Loans out
tile-low = Below reorder point
tile-dead = Mails not sent
bucket-overdue = Overdue
bucket-0-5 = 0–5 days
bucket-6-15 = 6–15
bucket-16-30 = 16–30
bucket-31 = 31 or more
bucket-none = not received or paused

## RMA
view-open = All open
view-risk = At risk
view-overdue = Overdue
view-mine = Mine
view-to-authorise = To authorise
view-to-receive = To receive
view-to-return = To ship back
view-closed = Closed
view-all = All
facet-clock = Clock
facet-stage = Stage
facet-depot = Depot
facet-customer = Customer
facet-contract = Contract
facet-condition = Condition
facet-owner = Owner
facet-kind = Kind
facet-sort = Sort by
facet-sort-due = Due date, most urgent first
facet-sort-last-due = Due date, latest first
facet-sort-newest = Number, newest first
facet-sort-oldest = Number, oldest first
facet-sort-changed = Last change, latest first
facet-sort-unchanged = Last change, longest ago first
rma-new = New RMA
rma-create = Create RMA
rma-total = { $n ->
    [one] 1 line
   *[other] { $count } lines
}
rma-none = No RMA yet
rma-none-text = When a customer reports a fault, its lines appear here, the first due on top.
rma-none-match = No line matches
rma-none-match-text = Take some conditions away.
rma-lines = Lines
rma-progress = Progress
rma-more-actions = More actions
rma-menu-parcels = Parcels
rma-menu-repair = Repair
rma-menu-decide = Decisions
rma-menu-correct = Corrections and endings
rma-next = Next: { $action }
rma-nothing-to-do = Returned. Nothing is left to do.
rma-wait-others = Nothing for you to do now.
rma-waits-for = Next: { $what } ({ $who })
note-vendor-due = due back { $date }
note-valid-until = valid until { $date }
rma-spent = { $n ->
    [one] Where the one calendar day went
   *[other] Where the { $n } calendar days went
}
rma-timeline = Activity
rma-timeline-none = Nothing has happened yet.
rma-voided = reversed
rma-recorded = written down { $at }
rma-units = Units
rma-shipments = Shipments
rma-promises = Other promises
rma-facts = Customer and contract
rma-faulty-track = Return of the faulty part
rma-depot = Receiving depot
rma-assignee = Assignee
rma-nobody = Nobody
rma-contact = Contact
rma-contract = Contract
rma-plan = Service plan
rma-opened = Requested
rma-tracking = Tracking code
rma-tracking-open = What the customer sees
rma-new-line = Item { $n }
rma-new-add-line = Add another item
rma-new-who = Customer and contact
step-requested = Requested
step-authorised = Authorised
step-replaced = Spare delivered
step-received = Faulty received
step-diagnosed = Diagnosis
step-repaired = Repair
step-tested = Test
step-dispatched = Shipped back
step-returned = Returned
step-exchanged = Exchanged
step-closed = Closed
step-done = done
unit-role-faulty = Faulty unit
unit-role-loan = Loaner
unit-role-permanent = Replacement
unit-role-exchange = Equivalent board
shipment-replacement = Replacement
shipment-faulty = Faulty part
shipment-return = Repaired unit
shipment-exchange = Equivalent board
shipment-vendor = To the vendor
shipment-state-planned = Not sent
shipment-state-in_transit = On its way
shipment-state-delivered = Delivered
shipment-state-returned = Came back
shipment-state-lost = Lost
shipment-state-called_off = Called off
repair-state-waiting_parts = Waiting for parts
repair-state-hold = Clock stopped

## Actions (the verb on the button)
event-request = requested the RMA
event-authorise = authorised the request
event-reject = rejected the request
event-cancel = cancelled the RMA
event-void = asked to void the line
event-approve_void = approved the void
event-assign = assigned the line
event-reserve_replacement = reserved a replacement
event-spare_astray = found the reserved spare elsewhere: it is no longer held
event-ship_replacement = shipped the replacement
event-replacement_delivered = recorded the delivery of the replacement
event-report_doa = reported the replacement dead on arrival
event-keep_loaner = recorded that the customer keeps the loaner
event-faulty_shipped = recorded that the faulty part was shipped
event-receive_faulty = received the faulty part; the clock starts
event-correct_serial = corrected the serial
event-diagnose = finished the diagnosis
event-start_repair = started the repair
event-wait_parts = began to wait for parts
event-parts_arrived = received the parts
event-use_parts = recorded parts used
event-send_to_vendor = sent it to the vendor
event-vendor_returned = received it back from the vendor
event-finish_repair = finished the repair
event-test = recorded the test
event-dispatch_return = shipped the repaired unit back
event-confirm_returned = confirmed the return to the customer
event-return_unrepaired = returned it unrepaired
event-decide_exchange = decided on an equivalent exchange
event-ship_exchange = shipped the equivalent
event-exchange_delivered = recorded the delivery of the equivalent
event-recover_loan = recovered the loaner
event-waive_faulty_return = wrote off what was owed to us
event-charge_faulty = charged what was owed to us
event-hold = stopped the clock
event-resume = resumed the clock
event-change_mode = changed the handling
event-arrive_on_site = arrived on site
event-restore_service = recorded that the service runs again
event-report_failure = delivered the failure analysis
event-attribute_cause = recorded the cause
event-send_quote = sent a quote
event-accept_quote = recorded the accepted quote
event-refuse_quote = recorded the refused quote
event-agree_scrap = recorded the customer's consent to scrap
event-scrap = scrapped it
event-write_off = wrote it off as lost
event-to_stock = took it into stock
event-close = closed the line
event-take_back = took a step back
event-note = wrote a note
event-reminder = Reminder
event-notice = Notice sent
event-imported = Imported from history

## Units
unit-total = { $n ->
    [one] 1 unit
   *[other] { $count } units
}
unit-none = No unit yet
unit-none-text = After a receipt or an import every serialised unit has its passport here.
unit-none-match = No unit matches
unit-none-match-text = The beginning, the end or a middle part of a serial is enough.
unit-reserved = Reserved
unit-owned-by = Owner: { $owner }
unit-move = Move
unit-life = Where it has been
unit-lane-good = In stock, good
unit-lane-customer = At a customer
unit-lane-repair = In repair
unit-lane-transit = In transit
unit-lane-faulty = Waiting for repair
unit-history = Full history
unit-history-count = { $n ->
    [one] 1 row, append-only
   *[other] { $count } rows, append-only
}
unit-identity = Identity
unit-maker = Maker
unit-alias = Also scans as
unit-equivalents = Electrically equivalent parts
unit-available = { $count } available

## Stock
stock-parts = { $n ->
    [one] 1 part
   *[other] { $count } parts
}
stock-depots = { $n ->
    [one] 1 depot
   *[other] { $n } depots
}
stock-low-places = { $n ->
    [one] 1 place below the reorder point
   *[other] { $count } places below the reorder point
}
stock-search = Part number or name
stock-all = All parts
stock-low-only = Short only
stock-every-category = Every category
stock-none = No stock yet
stock-none-text = Import a stock list, or receive units by scanning.
stock-none-then = Nothing stood here at the end of that day
stock-none-low = No part is below its reorder point
stock-none-match = No such part
stock-good-total = Good in all
stock-not-kept = Not kept here
stock-minimum = min { $n }
stock-short = { $n } short
stock-available = { $count } available
stock-reserved = { $n } reserved
stock-transit = { $n } in transit
stock-repair = { $n } in repair
stock-faulty = { $n } faulty
stock-quarantined = { $n } quarantined
legend-good = Good and available
legend-reserved = Reserved
legend-transit = In transit
legend-repair = In repair
legend-faulty = Faulty and quarantined
legend-number = Large number = good and available

## Movements
move-sub = Every row leaves one place and enters another. Nothing is changed; a mistake is reversed.
move-search = Serial, part or document
move-none = No movement yet
move-none-text = After the first receipt or import the movements appear here, the newest on top.
move-none-match = No movement matches
move-reverse = Reverse
move-reverse-title = Reverse movement { $n }
move-reverse-text = Posts an opposite movement that names this one. The first stays.
move-reverses = reverses #{ $n }
move-reversed-by = reversed by #{ $n }
move-owner-to = title to { $owner }

## Notices
notice-sub = { $n ->
    [one] 1 sent in the last 30 days
   *[other] { $count } sent in the last 30 days
}
notice-none = No notice
notice-none-text = Mails to customers about their RMAs are listed here: queued, sent, and those that could not be sent.
notice-attempts = { $n ->
    [one] 1 attempt
   *[other] { $n } attempts
}
notice-retry = Send again
view-queued = Queued
view-sent = Sent
view-dead = Could not be sent

## Report
report-sub = Lines due for return in the period, as of { $at }
report-misses-left = May still be late
report-due-all = Due in the period, open ones included
report-all = all contracts
report-period = Period
report-variants = Three variants
report-contractual = contractual
report-test = Decided on integers: { $test }. Shown rounded down to 0.1.
report-left-how = { $due } due, { $misses } missed
report-allowed = { $n } allowed of those due
report-floating-note = waiting for the customer
report-groups = By group
report-lines = The lines behind the numbers
report-lines-none = No line in this class.
report-timely-in = { $variant }: timely
group-month = Month
group-depot = Depot
group-customer = Customer
group-part = Part
group-none = No grouping

## Scan
scan-sub = Scan anything: what it is, where it is, and what may be done with it now.
scan-label = Scan or type a code
scan-ready = Ready: scan a code
scan-look = Look up
scan-put-in = Put in
scan-empty = Scan a code
scan-empty-text = A serial, bin, RMA, waybill or part number. A wrong scan changes nothing.
scan-ambiguous = Two makers use this serial. Choose the unit you hold.
scan-moves = What may be done now
scan-no-moves = You cannot move it now: it is not in your depot, or another document holds it.
scan-contents = In it
scan-stands-in = Where it stands
scan-contents-more = There is more: see all of it
scan-bin-empty = There is nothing in it.
scan-on-hand = In the depots

## Find
find-title = Find
find-for = Results for “{ $q }”
find-none = Nothing found
find-none-text = Try part of a serial, an RMA, a waybill, a part number or a customer's name.
find-more = There are more. Type a little more.
hit-unit = Unit
hit-rma = RMA
hit-shipment = Shipment
hit-part = Part
hit-customer = Customer
hit-bin = Bin

## Sign-in and account
login-title = Sign in
login-username = User name
login-password = Password
login-submit = Sign in
login-wrong = User name or password is wrong.
login-throttled = { $n ->
    [one] Too many attempts. Try again in 1 minute.
   *[other] Too many attempts. Try again in { $n } minutes.
}
login-disabled = This account is switched off. Ask your administrator.
login-expired = Your session has ended. Please sign in again.
login-unsaved = Your session had ended, and what you just sent was not saved. Sign in to go back to that page and send it again.
login-track = I am a customer: track an RMA
login-demo = Example company: choose a role and look around
me-preferences = Preferences
me-language = Language
me-shortcuts = Single-key shortcuts (such as / to find, g then r for RMAs)
me-password = Change password
me-tokens = API tokens
me-tokens-none = No token yet. A program uses a token to call the API with your permissions.
me-token-once = Shown only this once. Copy it now:
me-created = Created
me-expires = Expires
me-used = Last used
me-never = Never
me-revoke = Revoke
me-revoke-title = Revoke the token “{ $name }”?
me-revoke-text = Programs that use it lose access at once. This cannot be undone.

## Tracking
track-title = RMA status
track-number = RMA number
track-code = Tracking code
track-code-hint = Both are in the mail we sent you.
track-submit = Show
track-not-found = Number or code is wrong. Please compare them with the mail.
track-due = Promised back at the latest on
track-returned-on = Returned on
track-late = Overdue: we are working on it
track-provisional = The public holidays of that year are not published yet; the date may move.
track-paused = The clock is stopped until we hear from you.
track-send-to = Please send it to { $depot }. Write the RMA number { $number } on the box.
track-send-to-by = Please send it to { $depot }, to be there by { $date }. Write the RMA number { $number } on the box.
track-quote = We sent you a quote on { $sent }. Please answer it by { $until }: by replying to that mail, or signed in.
track-progress = Progress
track-loaner = The replacement you have
track-loaner-lent = Free of charge during the repair. Please send it back when you have your own board again.
track-loaner-over = The repair is over. Please send this one back to us.
track-loaner-yours = This one is yours to keep.
track-loaner-beyond_repair = Please keep using it, free of charge. Your own board is beyond repair and does not come back: we will tell you what takes its place, and whether this one stays with you.
track-loaner-exchanged = Free of charge until you have the board that takes the place of yours. Please send this one back then.
track-questions = Questions? Please contact us
track-another = Look up another RMA
track-updated = Updated { $at }. We mail you when something changes.
track-say-requested = We have your request and are looking at it.
track-say-authorised = Your request is authorised. Please send us the faulty part.
track-say-rejected = Your request was not authorised. The reason is in your mail.
track-say-expected = Your request is authorised. We are waiting for the faulty part.
track-say-received = We have your faulty part and will diagnose it next.
track-say-diagnosing = Your part is being diagnosed.
track-say-repairing = Your part is being repaired.
track-say-at_vendor = Your part is with its maker for repair.
track-say-testing = Your part is repaired and in its last test.
track-say-repaired = Your part is repaired and will be shipped.
track-say-dispatched = Your repaired part is on its way to you.
track-say-returned = Your repaired part has been returned to you.
track-say-exchanged = We gave you an electrically equivalent board.
track-say-beyond_repair = This board is beyond repair. We will contact you about an exchange.
track-say-replaced = The replacement has been delivered.
track-say-waiting = We are waiting for your answer.
track-say-cancelled = This RMA is cancelled.
track-say-maker_testing = The unit the maker sent is in its last test.
track-say-maker_repaired = The unit the maker sent passed its test and will be shipped.
track-say-maker_dispatched = The unit the maker sent is on its way to you.
track-say-maker_returned = The unit the maker sent has been handed to you.
track-makers-unit = The maker kept your unit and sent another one of the same part: { $serial }. That one is yours.
track-say-closed = This RMA is complete.
track-step-requested = Request received
track-step-replaced = Replacement delivered
track-step-received = Faulty part received
track-step-repaired = Repaired and tested
track-step-dispatched = Shipped back
track-step-returned = Received by you
track-step-exchanged = Exchanged for an equivalent
track-step-closed = Complete

## Errors
error-400-title = We cannot read this request
error-400-text = The address or its content is incomplete. Nothing was changed.
error-403-title = You may not do this
error-403-text = It is outside your role or your depots. Nothing was changed. Ask your administrator if you need it.
error-404-title = No such page
error-404-text = It does not exist, or is not yours to see.
error-409-title = Not possible now
error-409-text = A rule does not allow it. Nothing was changed.
error-413-title = The file is too large
error-413-text = Please use a smaller one. Nothing was changed.
error-429-title = Too fast
error-429-text = Too many requests. Try again in a moment.
error-500-title = This page could not be opened
error-500-text = The server failed. Your data is unchanged, and the failure is recorded: give the number below to your administrator.
error-503-title = Busy at the moment
error-503-text = Please try again. The same form sent twice counts once.
error-back = Go back
error-home = To “{ $page }”
form-file-too-large = The file is too large, at most { $size }, and was not taken. What you wrote is still here: choose a smaller file and send it again.
rate-wilson-open-below = Wilson 95% interval { $span }: below { $target } this time, but { $n } are too few to say that it is so in the long run.

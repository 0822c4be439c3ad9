# The day of a depot: transfers, intakes, counts, scans, replacement requests.

# Why a rule says no.
refusal-not_on_transfer = Transfer { $number } does not ask for { $serial }, or not for more. Check the label, or request another transfer.
refusal-nothing_outstanding = Nothing of { $serial } is missing on transfer { $number }. Reload to see where it stands.
refusal-place_of_document = { $place } belongs to { $document }. Dispatch and receive there.
refusal-scan_too_old = This scan is more than { $days } days old and is not booked any more. Scan again.
refusal-intake_unreadable = The serial under label { $label } cannot be read. Say which RMA line it is.
refusal-not_in_count = { $place } is not covered by count { $number }.

field-same_depot = Must differ from the depot that gives.
field-other_depot = This bin is not in that depot.

thing-transfer = transfer
thing-intake = intake
thing-count = stock count
thing-exception = exception
thing-scan = scan
thing-request = replacement request

action-approve = approve
action-dispatch = dispatch
action-receive = receive
action-settle = settle differences
action-match = match
action-identify = identify
action-issue = issue
action-withdraw = call back
action-delivered = confirm the hand-over

transfer-state-requested = Requested
transfer-state-approved = Approved
transfer-state-in_transit = In transit
transfer-state-differences = Differences
transfer-state-closed = Closed
transfer-state-cancelled = Cancelled

settlement-found = Found
settlement-returned = Returned to the sender
settlement-lost = Lost

# Mails
notice-transfer_differences = Transfer differences
mail-transfer_differences-subject = Transfer { $number } ({ $from } → { $to }) arrived with differences
mail-transfer_differences-title = The transfer arrived with differences
mail-transfer_differences-body = { $to } received transfer { $number } from { $from }. What came is not what the papers say:
mail-transfer_differences-next = What is missing stays in transit until it is found, returned or given up by a service manager; what was not in the papers is in quarantine. Please check where it was packed, and settle it on the transfer.
mail-row-transfer = Transfer
mail-row-missing = Missing
mail-row-unexpected = Not in the papers
mail-piece-unit = { $name } ({ $part_no }), serial { $serial }
mail-piece-lot = { $name } ({ $part_no }) × { $count }
mail-footer-why-depot = You receive this mail because you work in the depot that sent these parts.

field-one_or_items = Send one unit, or all of them as items.
field-van_or_place = Choose an engineer or write a place, not both.
field-exactly_one = Say exactly one of rma, new_rma, return and settled.

intake-state-unmatched = Not matched
intake-state-matched = Matched
intake-state-returned = Sent back
intake-state-settled = Settled
intake-exception-unreadable = Serial cannot be read
intake-exception-no_rma = No RMA waits for it
intake-exception-elsewhere = Elsewhere on the books

action-count = count
action-undo = undo

count-state-open = Counting
count-state-approved = Approved
count-state-cancelled = Cancelled
count-state-undone = Undone

count-verdict-here = As booked
count-verdict-other_bin = In another bin
count-verdict-elsewhere = Elsewhere on the books
count-verdict-unknown = Not on the books
count-verdict-quantity = By quantity
difference-missing = Missing
difference-other_bin = Moved
difference-quantity = Another quantity

exception-source-scan = Scan
exception-source-count = Count
exception-source-box = Box
exception-state-open = Open
exception-state-settled = Settled
exception-held = { $holder } in { $depot } holds { $serial }; the books say { $place } since { $since }.
right-act-recover_loan = Recover the loaner on its RMA
right-act-match_rma = Match it to its RMA
right-act-receive_transfer = Receive it on its transfer
right-act-reverse = Reverse the last movement
right-act-ask-reverse = Ask a service manager to reverse its last movement
right-act-take_in = Take it in
right-act-look = Go and look

scan-review-match_rma = RMA { $document } waits for { $code }. Receive it there.
scan-review-unknown = The books do not know { $code }. Check the label, or take it in.
scan-review-intake = { $code } is taken in ({ $document }). Say whose it is.
scan-review-intake-known = { $code } is taken in ({ $document }). The books have it at { $place }, on RMA { $rma }: look there first.
scan-review-intake-known-bare = { $code } is taken in ({ $document }). The books have it at { $place }: look into it and write down what became of it.
scan-review-intake_again = { $code } is taken in already ({ $document }). Say whose it is.
scan-review-intake_again-known = { $code } is taken in already ({ $document }). The books have it at { $place }, on RMA { $rma }: look there first.
scan-review-intake_again-known-bare = { $code } is taken in already ({ $document }). The books have it at { $place }: look into it and write down what became of it.

request-reason-fault = Fault
request-reason-preventive = Preventive
request-state-requested = Requested
request-state-approved = Approved
request-state-rejected = Rejected
request-state-withdrawn = Called back
request-state-issued = Issued
instruments-title = Instruments
instruments-text = What we work with: where it is, who has it, when it is to be checked
instruments-none = No instruments. Under Settings → Parts, say that a part is used as an instrument, then receive it.
instruments-none-due = No instrument has to be checked now.
instruments-none-lent = No instrument is with an engineer.
instruments-one = Instrument
instruments-state = Check
instruments-last = Checked last
instruments-until = May be used until { $day }
instruments-never = Never checked
instruments-view-all = All
instruments-view-due = To be checked
instruments-view-lent = Handed out
check-state-failed = Failed
check-state-due = Check due
check-state-soon = Due soon
check-state-fit = Fit
check-result-passed = Passed
check-result-failed = Failed
checks-title = Checks
check-open = Write a check down
check-verdict = Verdict
check-when = Checked at
check-certificate = Certificate
check-note = What was found
check-note-hint = Needed where it failed.
check-submit = Write the check down
today-checks = Instruments to be checked
dash-checks = { $n ->
    [one] { $n } instrument to be checked
   *[other] { $n } instruments to be checked
}

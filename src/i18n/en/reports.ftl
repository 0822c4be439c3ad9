# Reports beside the timely repair rate.

reports-all = Reports
reports-timely-repair = Timely repair rate
reports-ageing = Ageing
reports-turnaround = Turnaround
reports-fill-rate = First-fill rate
reports-vendors = Maker scorecard
reports-watched = Wear parts
watched-sub = Parts that are easily damaged, and their failures
watched-note = A failure is a repair order of such a part, a customer’s or ours; no fault found is none. It counts on the day the order was opened; 90 and 365 days include today.
watched-none = No part is marked as a wear part yet; mark them under Settings → Parts.
watched-count = { $n ->
    [one] { $n } wear part
   *[other] { $n } wear parts
}
watched-recent = Failures, 90 days
watched-earlier = Failures, 90 days before
watched-year = Failures, 365 days
watched-open = Not finished
watched-nff = No fault found
watched-available = Available
watched-more = { $n } more
watched-failures = Failures
watched-no-failures = No failures in this time.
watched-opened = Opened
watched-found = Result
watched-own = Ours
wear-part = Wear part
reports-pauses = Pauses
reports-evidence = Evidence packs
reports-1m = This month
reports-3m = 3 months
reports-12m = 12 months
reports-groups = Groups
reports-cut = Only the first { $count } rows are listed; exports and the API have them all.
col-rma = RMA
class-eligible = Due

report-causes = Who caused the delay
report-cause-none = Not attributed
report-causes-shown = No contract of this period takes a line out for its cause; this is for information.
report-causes-count = { $n } taken out for a cause their contract lists; with all of them counted the rate is { $rate }.
report-same-denominator = All three variants count the same { $count } due.
report-other-denominator = The variants differ by { $count }: an exchange decided in time that is still within its thirty days is not counted under the 30-day remedy yet.
evidence-pack = Evidence pack

ageing-open = Open
ageing-risk = At risk, overdue included
ageing-overdue = Overdue
ageing-floating = Paused
ageing-by-left = By working days left
ageing-by-left-note = Running clocks that are not overdue; each row opens its list.
ageing-by-age = By days used
ageing-by-age-note = Working days since the day after receipt, without pauses.
ageing-days = { $from }–{ $to } days
ageing-days-on = { $from } days and more
ageing-col-days = Days
ageing-col-lines = Lines
ageing-col-used = Used / promised
ageing-col-left = Left
ageing-col-miss = Chance of being late
ageing-lines = { $n ->
    [one] 1 line
   *[other] { $count } lines
}

turnaround-within = Back within { $n } working days
turnaround-interval = 95 % interval { $low } to { $high }
turnaround-median = Half are back after
turnaround-p90 = Nine in ten are back after
turnaround-naive = Of those returned only
turnaround-naive-note = leaves out open ones, too high
turnaround-days = { $n ->
    [one] 1 working day
   *[other] { $n } working days
}
turnaround-not-yet = not reached
turnaround-curve = How many are back after how many working days
turnaround-curve-label = Curve of the share handed back by working days; upright mark at day { $n }, level mark at 95 %
turnaround-col-group = Group
turnaround-col-lines = Received
turnaround-col-back = Returned
turnaround-col-open = Open
turnaround-col-within = Back in time
turnaround-col-median = Half
turnaround-col-p90 = Nine in ten
turnaround-col-days = Working days
turnaround-col-end = Outcome
turnaround-end-returned = Returned
turnaround-end-exchanged = Exchanged
turnaround-end-scrapped = Scrapped
turnaround-end-open = Open or cancelled
turnaround-lines = { $n ->
    [one] 1 line
   *[other] { $count } lines
}
group-vendor = Maker

fill-rate = First-fill rate
fill-of = { $filled } / { $approved }
fill-filled = In time from the first depot
fill-elsewhere = In time from another depot
fill-late = Late
fill-pending = Not due yet
fill-floating = Waiting for the customer
fill-dropped = Cancelled
fill-not_filled = Not filled
fill-none = No replacement request was approved in this time.
fill-none-missed = All were there in time from the first depot.
fill-missed-by = Not filled, by part and first depot
fill-requests = Replacement requests
fill-lines = { $n ->
    [one] 1 request
   *[other] { $count } requests
}
fill-no-time = no time promised
fill-col-approved = Decided
fill-col-filled = Filled
fill-col-missed = Not filled
fill-col-rate = Rate
fill-col-request = Request
fill-col-when = Approved
fill-col-due = Due
fill-col-from = First → served by
fill-col-class = Outcome

vendors-makers = Makers
vendors-parts = { $vendor }, part by part
vendors-note = Units sent in the last year. The median is in calendar days, units still there included.
vendors-sub = Units sent from { $from } to { $to }
vendors-none = Nothing was sent to a maker in the last year.
vendors-outcomes = { $repaired } repaired, { $nff } no fault found, { $ber } beyond repair, { $swapped } swapped, { $lost } lost
vendors-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
vendors-col-who = Maker or part
vendors-col-sent = Sent
vendors-col-back = Back
vendors-col-open = There now
vendors-col-overdue = Past the maker's day
vendors-col-late = Came late
vendors-col-outcomes = Outcomes
vendors-col-median = Half back after
vendors-col-cost = Cost

pauses-holds = Pauses
pauses-open = Still open
pauses-days = Days left out
pauses-reasons = By reason
pauses-note = Only waits caused by the customer stop a clock; missing parts never do. Days are counted as the line's plan counts them; a wait that began after the due date costs none.
pauses-none = No clock was stopped in this time.
pauses-lines = { $n ->
    [one] 1 pause
   *[other] { $count } pauses
}
pauses-stands = still open
pauses-col-reason = Reason
pauses-col-holds = Pauses
pauses-col-days = Days left out
pauses-col-said = Said by
pauses-col-from = From
pauses-col-to = To

evidence-packs = Packs issued
evidence-packs-note = A pack never changes once issued. With beiku verify-evidence, or a program written from its description, the customer counts the same rate without this system.
evidence-none = No evidence pack has been issued yet.
evidence-count = { $n ->
    [one] 1 pack
   *[other] { $count } packs
}
evidence-new = Issue a pack
evidence-new-note = It holds every line due in these days, judged by what is known today; leave a field empty for no limit.
evidence-from = Due from
evidence-to = Due to
evidence-customer = Customer code
evidence-customer-hint = A customer named here may download the pack when signed in.
evidence-depot = Depot code
evidence-part = Part number
evidence-all-depots = All depots
evidence-sure = I know that a pack cannot be changed or deleted once it is issued.
evidence-issue = Issue
evidence-zip = Pack
evidence-col-number = Number
evidence-col-period = Due dates
evidence-col-of = Scope
evidence-col-lines = Lines
evidence-col-restated = Restated
evidence-col-issued = Issued
evidence-col-file = Download
vendors-stays = Stays
vendors-stays-count = { $n ->
    [one] 1 stay
   *[other] { $count } stays
}
vendors-col-unit = Unit
vendors-col-for = Repair order
vendors-col-left = Left
vendors-col-due = Maker's day
vendors-col-returned = Returned
vendors-col-outcome = Outcome
vendors-col-other-serial = Returned serial
vendors-col-code = Code

# The list of RMAs: views people keep, giving lines to somebody.
view-name = Name of the view
view-share = For all staff
view-shared = shared
view-keep = Keep this view
view-forget = Remove this view
view-forget-title = Remove the view “{ $name }”?
facet-assignee = In charge
facet-nobody = Nobody
facet-clock-overdue = Overdue
facet-clock-d5 = 0–5 working days left
facet-clock-d15 = 6–15 working days left
facet-clock-d30 = 16–30 working days left
facet-clock-d31 = 31 or more
facet-clock-none = No date yet
rma-choose = Choose
rma-choose-all = Select all on this page
rma-choose-one = Choose { $number }
rma-assign-chosen = Assign the chosen
rma-assign-missing = Choose lines, and who is to be in charge of them.
said-assigned = { $n ->
    [one] 1 line assigned.
   *[other] { $count } lines assigned.
}
said-freed = { $n ->
    [one] 1 line is nobody’s now.
   *[other] { $count } lines are nobody’s now.
}
thing-view = view

unit-at-customer = Customers
unit-at-vendor = Maker
unit-at-engineer = Engineer
unit-at-bench = Bench
hit-request = Replacement request
hit-repair = Repair order
hit-transfer = Transfer
hit-count = Stock count
hit-box = Intake

settings-sessions = Signed-in devices
settings-sessions-note = Signs this person out on every device at once, e.g. when one was lost. API tokens stay.
settings-sessions-end = Sign out everywhere
settings-factor-note = For somebody who lost the telephone and the recovery codes: takes the authenticator away and ends all sessions. Make sure who asks.
settings-factor-remove = Take the authenticator away
settings-invite = Link to choose a password
settings-invite-note = Mails this person a link, good once and for three days, to choose a password. Nobody has to be told one. It needs a mail address.
settings-invite-send = Mail the link
settings-invite-hint = Leave empty to mail a link with which the person chooses one.

mail-invite-subject = Your account of Beiku: choose a password
mail-invite-title = Welcome. Please choose a password.
mail-invite-body = An account was made for you, or your password is to be chosen anew. The link below is good once, for { $hours } hours.
mail-invite-not-you = Do you know nothing of this? Then do nothing.
me-security = Second factor and devices
me-security-text = Sign in with an authenticator too, and see where you are signed in.

bench-view-lanes = Lanes
bench-total = { $n ->
    [one] 1 unit
   *[other] { $count } units
}
bench-by-risk = the likeliest to miss their promise on top
bench-first = Do this next: the most urgent that can still be saved
bench-odds-early = Not known yet
bench-chance = { $odds } chance to miss
bench-missed = Missed
bench-unclaimed = Unclaimed
bench-why-vendor-late = Overdue at { $vendor }
bench-lane-diagnosis = Diagnosis
bench-lane-repair = Repair
bench-lane-parts = Waiting for parts
bench-lane-vendor = At the maker
bench-lane-test = Test and ready
bench-lane-empty = Empty
bench-more = { $count } more
bench-odds-text = The chance of missing the promised date is learned from earlier repairs of the same part and maker: of those that had been in the house as long as this one, how many were handed back too late.

rma-files = Notes and files
rma-note = Note
rma-file = File
rma-file-hint = A photo, a log or a paper, up to 5 MB.
rma-note-shared = The customer sees it
rma-internal = internal
rma-note-add = Add
thing-file = file
field-kind_of_file = Add photos (PNG, JPG, WEBP, HEIC), PDF, TXT, LOG, CSV, ZIP, GZ, XLSX or DOCX.
field-size_of_file = The file is empty or larger than 5 MB.
rma-waits-quote = Waiting for the customer to answer the quote by { $date }
rma-given-up = The customer’s part need not come any more. Nothing of ours is out: the RMA can be called off.
rma-for-them = Do it for them: { $what }
rma-spent-working = { $n ->
    [one] Where the working day went
   *[other] Where { $n } working days went
}
rma-spent-before = { $n ->
    [one] one day before the clock
   *[other] { $n } days before the clock
}
rma-promised = Promised
rma-promised-words = Back within { $days }, ≥ { $target } of them
dash-rate-none = Nothing due this month yet

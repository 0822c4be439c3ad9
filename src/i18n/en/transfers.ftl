# Transfers between depots.

transfers-sub = What goes from depot to depot, until the last piece is accounted for.
transfers-new = New transfer
transfers-new-sub = Ask for parts, or for one very unit by its serial. The giving depot approves and ships.
transfers-none = No transfers
transfers-none-text = Ask for one, or look at the suggested ones: what is above its reorder point goes where too little is left.
transfer-number = Transfer
transfer-way = From → to
transfer-age = On the road
transfer-days = { $n ->
    [one] 1 day
   *[other] { $count } days
}
transfer-days-long = { $n ->
    [one] On the road for 1 day.
   *[other] On the road for { $count } days.
}
transfer-outstanding = Missing
transfer-note = Note
transfer-asked = Asked for
transfer-approved = Approved by
transfer-from = From depot
transfer-to = To depot
transfer-quantity = Quantity
transfer-what = Part number or serial, line { $n }
transfer-what-quantity = Quantity, line { $n }
transfer-more-lines = More lines
transfer-request = Ask for it
transfer-left = left
transfer-arrived = arrived
transfer-scan = Ready: scan what is in the box
transfer-to-decide = { $n ->
    [one] 1 piece not scanned yet
   *[other] { $count } pieces not scanned yet
}
transfer-each = Decide on each
transfer-each-missing = Decide on every piece that was not scanned. Nothing was booked.
transfer-decision = What about it
transfer-d-arrived = It came: put into
transfer-d-stay = Not in the box: leave it on the road
transfer-d-returned = Never left: back to
transfer-d-lost = Lost: write it off
transfer-how-many = How many of them
transfer-bin = Put into bin (may stay empty)
transfer-reason = Reason (needed to write off)
transfer-more = Also in the box
transfer-more-hint = Serials that are not in the papers, one a line. They go into quarantine, and the sending depot is told.
transfer-receive = Receive as decided
transfer-unexpected = { $n ->
    [one] 1 piece not in the papers
   *[other] { $count } pieces not in the papers
}
transfer-unexpected-text = Booked into quarantine, wherever the books had it. The sending depot was told by mail.
transfer-on-road = { $n ->
    [one] 1 piece on the road
   *[other] { $count } pieces on the road
}
transfer-came = { $n ->
    [one] 1 piece came
   *[other] { $count } pieces came
}
transfer-lines = What was asked for
transfer-sent = Left
transfer-matched = Came
transfer-missing = Missing
transfer-expected = Expected
transfer-extra = Unasked
transfer-account = Account of the pieces
transfer-books = What the books say
transfer-booked-in = Road →
transfer-booked-road = Still on the road
transfer-booked-back = Road →
transfer-booked-lost = Written off
transfer-books-note = What is on the road is in nobody's stock. A booking is never changed; a mistake is put right by a reversing entry.
transfer-facts = About it
transfer-serials = Serials in the box
transfer-serials-hint = One a line, or scan them at the station under Ship. Less than was asked for may leave.
transfer-do-approve = Approve
transfer-do-dispatch = Dispatch
transfer-do-cancel = Call it off
suggest-title = Suggested
suggest-text = What is above its own reorder point goes where too little is left, before anything is bought. What is on the road is counted in.
suggest-all = All { $count }
suggest-none = Nothing to move
suggest-none-text = Every depot has what its reorder points ask for, or nobody can give.
suggest-buy = Nobody can give: buy
suggest-make = Ask for it
suggest-note = Below the reorder point
print-transfer = Transfer sheet
print-transfer-sub = Goes with the goods; both depots keep a copy

# What a transfer would do.
preview-title = What leaves, what remains
preview-none = Choose the giving depot and a part: here stands what would remain available there.
preview-leaves = Leaves
preview-available = Available now
preview-remains = Remains
preview-unknown = Not known
preview-short = not enough
transfer-d-on-way = Sent, on the road
transfer-waits-for = { $depot } receives it: they scan what arrives and say what is missing.
transfer-not-sent = Something did not go after all
transfer-settle = Book back what did not go
suggest-all-text = { $pieces ->
    [one] One piece
   *[other] { $pieces } pieces
} out of { $depots ->
    [one] one depot
   *[other] { $depots } depots
} fill what is short below.
suggest-make-all = { $n ->
    [one] Ask for all of it (one transfer)
   *[other] Ask for all of it ({ $n } transfers)
}
said-suggested = { $n ->
    [one] One transfer is requested and waits for approval.
   *[other] { $n } transfers are requested and wait for approval.
}

# Stock counts.

counts-sub = Count what is there; the books are held against it when you scan. A second person approves.
counts-new-sub = The whole depot, or some of its bins. Whoever opens or counts it does not approve it.
counts-none = No stock counts
counts-none-text = Open one for a depot or for some bins, and scan what you see.
count-number = Count
count-seen = Seen
count-opened = opened
count-decided = Decided
count-counters = counted by
count-bins = Only these bins (empty: the whole depot)
count-bins-hint = Bin codes, one a line, such as A1-01.
count-open = Open and begin
count-cancel = Call it off
count-places = { $n ->
    [one] 1 place
   *[other] { $count } places
}
count-go-on = Count at the scanner
count-agreeing = Places that agree
count-differences = Differences
count-blind = Counting is blind
count-blind-text = What the books expect is shown to the second person who approves, and to everybody once the count is over.
count-booked = Booked
count-counted = Counted
count-by = Difference
count-clue = Clue from the ledger
count-no-clue = Nothing in the ledger explains it
count-none-differs = Everything that was seen agrees with the books.
count-not-seen = Not ours, and not seen
count-not-seen-text = The books have these here. Approving books nothing of them, and puts each on the list of exceptions.
count-uncounted = Quantities nobody counted
count-uncounted-text = Listed and not touched. Count them, or leave them as they are.
count-exceptions-text = Seen here and on the books elsewhere, or unknown. The count never books them; each is settled by its right act.
count-to-exceptions = Settle them
count-writes = What approving writes
count-wrote = What it wrote
count-from = From
count-to = To
count-approval = Approval
count-needs-manager = A service manager who did not count it approves it.
count-needs-done = It is still being counted. Say that everything was seen; then it can be approved.
count-needs-second = You opened or counted it yourself: a second person has to approve it.
count-approve = { $n ->
    [0] Approve: nothing differs
    [one] Approve 1 difference
   *[other] Approve { $count } differences
}
count-approve-hint = Each difference becomes a ledger entry that is never changed, only reversed.
count-done = Counting done
count-done-title = Is everything counted?
count-done-text = It goes to a second person for approval. A further scan opens it again.
count-waits = To be approved
count-done-by = Counting done by { $who }; a second person approves it.
count-say-missing = { $n ->
    [one] 1 unit not seen: booked as lost
   *[other] { $n } units not seen: booked as lost
}
count-say-moved = { $n ->
    [one] 1 unit moved to the bin it was seen in
   *[other] { $n } units moved to the bins they were seen in
}
count-say-few = { $count } too few by quantity: booked out
count-say-many = { $count } too many by quantity: booked in
count-say-nothing = No differences: nothing is written.

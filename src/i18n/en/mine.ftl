# What a signed-in customer sees.
mine-title = Your RMAs
mine-ask = Request a repair
mine-ask-submit = Send the request
mine-ask-more = Several parts at once, or another way of handling
mine-needs = Needs you
mine-view-open = In progress
mine-view-finished = Finished
mine-open = In progress
mine-finished = Finished
mine-none = Nothing in progress
mine-none-finished = Nothing finished yet
mine-none-text = Boards you send us for repair are listed here, with the date by which they are back.
mine-where = Where it is
mine-back-by = Back by
mine-ended = Ended on
mine-no-date = set when we have the board
mine-evidence = answered by the customer, signed in
mine-date-after-answer = set when you have answered
mine-late = overdue: we are working on it
mine-may-be-late = may be late; we are on it
mine-waits = waits for your answer
mine-loans = Replacements you have
mine-instead = In place of
mine-return = Send back
mine-return-later = when yours is back
mine-rate = Do we keep our word to you
mine-rate-of = { $timely } of { $eligible } on time
mine-rate-text = Of all repairs due since { $since }. Promise: ≥ { $target }.
mine-rate-all = See all of them
mine-rate-none = Nothing was due since { $since }.
mine-covered = Plan { $plan }
mine-covered-contract = Contract { $contract } · plan { $plan }
mine-covered-until = Contract { $contract } · plan { $plan } · until { $date }
mine-contracts = { $n ->
    [one] Your contract
   *[other] Your contracts
}
mine-contract-running = in force
mine-contract-ahead = to come
mine-contract-over = expired
mine-contract-followed = renewed
mine-contract-ending = { $n ->
    [0] ends today
    [one] ends tomorrow
   *[other] ends in { $n } days
}
mine-contract-period = { $from } to { $to }
mine-contract-open = since { $from }, without an end
mine-contract-sites = for { $sites } only
mine-contract-renew = After its last day, repairs are chargeable. Please contact us to renew it.
mine-contract-renew-call = After its last day, repairs are chargeable. To renew it, call { $phone }.
mine-not-covered = No contract in force: repairs are chargeable, after a quote.
mine-quote = We quote { $amount } for this repair, valid until { $until }. The clock runs on when you answer.
mine-next = Your turn
mine-said = Messages
mine-fault = What you reported
mine-share = Page without sign-in, to pass on to colleagues

mine-need-quote = Answer the quote for { $number }: { $amount }
mine-need-hold = We wait for your answer on { $number }
mine-need-confirm = Say that { $serial } has come back
mine-need-replacement = Say that the replacement { $serial } has arrived
mine-need-faulty = Send us the faulty board { $serial }
mine-need-loan = Send back the loaner { $serial }
mine-need-send = Send us { $serial } for repair
mine-need-by = { $part } · by { $date }
mine-link-quote = See the quote
mine-link-hold = See what is asked
mine-link-confirm = Confirm
mine-link-replacement = Confirm
mine-link-faulty = Tell us the waybill
mine-link-loan = See how
mine-link-send = Tell us the waybill
mine-serial-hint = As on the label: scan or type it. Part and contract follow.
mine-ask-part = We do not know this serial number. Please check the label, or add the part number from it.
mine-ask-part-unknown = We do not know this part number. Please copy it from the label, or call us.
mine-files = Messages and files
mine-ask-data = There is data on the board: erase it after the repair
mine-ask-data-note = The customer says: there is data on the board, erase it after the repair.
mine-ask-file = Photo or log (optional)
mine-ask-file-again = Choose the file again: nothing was sent, so it was not kept.
mine-ask-hotline = Is your service down? Call { $phone } at once.

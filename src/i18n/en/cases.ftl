# The settled cases of an RMA: why a rule says no, words, mails.

refusal-quote_needed = The repair of { $serial } is chargeable: send a quote, and start once it is accepted.
refusal-not_chargeable = Only chargeable repairs get a quote; this one goes by { $entitlement }. Change the entitlement first.
refusal-quote_over = The quote was valid until { $valid_until }. Send a new one.
refusal-quote_still_valid = The quote may still be answered until { $valid_until }.
refusal-consent_needed = { $serial } belongs to the customer: it may be scrapped only with written consent. Record the consent first.
refusal-data_stays_with_customer = { $part_no } bears data that stays with the customer: it can only go home.
refusal-data_must_be_destroyed = { $part_no } bears data that must be destroyed: it can only be scrapped, with a certificate.
refusal-certificate_needed = { $part_no } bears data: give the number of the certificate that it was wiped or destroyed.
refusal-not_brand_new = The plan demands brand-new replacements, and { $serial } was in use before. Take another unit.
refusal-spare_bound = { $serial } at { $place } is kept for somebody else. Take another unit.
refusal-nothing_owed = Nothing is owed to us on { $number }. Check the serial.
refusal-replacement_under_way = Replacement { $serial } is not handed over yet. Record its delivery first.

field-same_as_before = This is what it is already.
thing-label = label
thing-action = action
thing-quote = quote

payer-customer = Customer
payer-us = Us
payer-maker = Maker
payer-carrier = Carrier

data-answer-keep = The customer keeps it
data-answer-wipe = Wiped, with a certificate
data-answer-destroy = Destroyed, with a certificate

quote-state-open = Waiting for the answer
quote-state-accepted = Accepted
quote-state-refused = Refused
quote-state-expired = Expired

action-set_entitlement = Set who pays
action-expire_quote = End the quote
event-set_entitlement = set who pays
event-expire_quote = The quote ran out

notice-rejected = Request rejected
notice-doa = Replacement dead on arrival
notice-quote = Quote
notice-exchange_decided = Exchange decided
notice-exchange_shipped = Equivalent shipped
notice-faulty_overdue = Faulty part expected
notice-loan_due = Loaner expected

mail-row-reason = Reason
mail-row-price = Price
mail-row-price-value = { $amount } { $currency }

mail-rejected-what = Repair request not accepted: { $unit }
mail-rejected-title = We cannot accept your repair request.
mail-rejected-body = Please do not send the unit. If the reason below does not fit, contact us; you can make a new request at any time.
mail-correction-what = Correction: { $unit }
mail-correction-title = What we wrote to you last was a mistake.
mail-correction-body = We had entered the latest step of your RMA wrongly and have taken it back. Please disregard our mail about it; the page below shows how things stand.

mail-doa-what = Replacement does not work: { $unit }
mail-doa-title = We are sorry that the replacement did not work.
mail-doa-body = We will send you another one and write when it leaves. Please send us the one that does not work, with the RMA number on the box.
mail-doa-due = Please send it by { $date }.

mail-quote-what = Quote for the repair of { $unit }
mail-quote-title = The repair of your unit is chargeable: here is our quote.
mail-quote-body = Please tell us whether you accept it. We begin once you do; until then the promised time stands still.
mail-quote-due = The quote is valid until { $date }.

mail-exchange_decided-what = You get an equivalent for { $unit }
mail-exchange_decided-title = We will replace your unit with an electrically equivalent one.
mail-exchange_decided-body = Your own unit does not come back. The equivalent is yours to keep; we will write when it leaves.
mail-exchange_decided-body-maker = The maker kept your unit and sent another one of the same part, serial below. It is yours to keep; we test it and write when it leaves.
mail-exchange_decided-due = You have it by { $date }.

mail-exchange_shipped-what = Equivalent on its way for { $unit }
mail-exchange_shipped-title = The equivalent for your unit is on its way.
mail-exchange_shipped-body = It is yours to keep. When it arrives, please check the packaging and the serial number, and tell us at once if something is wrong.
mail-exchange_shipped-due = You have it by { $date }.

mail-faulty_overdue-what = Please send us the faulty part: { $unit }
mail-faulty_overdue-title = Please send us the faulty part.
mail-faulty_overdue-body = The faulty part below is expected back with us. Please put the RMA number on the box.
mail-faulty_overdue-due = It is expected by { $date }.
mail-faulty_overdue-what-overdue = Overdue, the faulty part: { $unit }
mail-faulty_overdue-title-overdue = The faulty part is overdue.
mail-faulty_overdue-body-overdue = We have not received the faulty part below. Please send it now, with the RMA number on the box; if it cannot be sent, contact us.
mail-faulty_overdue-due-overdue = It was expected by { $date }.

mail-loan_due-what = Please send back the loaner for { $unit }
mail-loan_due-title = Please send back the loaner.
mail-loan_due-body = Your own unit is back with you. Please send us the loaner below, with the RMA number on the box.
mail-loan_due-due = It is expected by { $date }.
mail-loan_due-what-overdue = Overdue, the loaner for { $unit }
mail-loan_due-title-overdue = The loaner is overdue.
mail-loan_due-body-overdue = We have not received the loaner below. Please send it now, with the RMA number on the box; if you want to keep it, contact us.
mail-loan_due-due-overdue = It was expected by { $date }.

issued-state-released = Released
issued-state-lost = Given up as lost
consent-scrap = May be scrapped
consent-keep_loaner = Keeps the loaner
field-payer = Who pays
field-entitlement = Entitlement


# Mails. Each has a subject, a heading, a paragraph and rows of facts. Names, serials and numbers are data and stay as entered.

mail-subject = { $what } [{ $rma }]
mail-greeting = Dear { $contact },
mail-greeting-nobody = Hello,
mail-unit = { $part } { $serial }
mail-units = { $part } { $serial } and { $count ->
    [2] one more
   *[other] others, { $count } in all
}
mail-part = { $name } ({ $part_no })

mail-request_received-what = Repair request received: { $unit }
mail-request_received-title = We have received your repair request.
mail-request_received-body = We will check it and write to you with the next step. Please do not send anything yet.

mail-authorised-what = Repair request authorised: { $unit }
mail-authorised-title = Your repair request is authorised.
mail-authorised-body-send = Please send the faulty unit to the depot below, with the RMA number on the box. When it arrives we will write to you with the date we promise.
mail-authorised-body-send-unnamed = Before you send the faulty unit, please ask us to which depot it goes, and put the RMA number on the box. When it arrives we will write to you with the date we promise.
mail-authorised-body-wait-unnamed = A replacement is sent to you first; we will write when it leaves. Then please ask us to which depot the faulty unit goes, and put the RMA number on the box.
mail-authorised-body-wait = A replacement is sent to you first; we will write when it leaves. Then please send the faulty unit to the depot below, with the RMA number on the box.

mail-replacement_shipped-what = Replacement on its way for { $unit }
mail-replacement_shipped-title = Your replacement is on its way.
mail-replacement_shipped-body-loan = It is on loan, free of charge during the repair. Please send it back once your own unit is with you again.
mail-replacement_shipped-body-permanent = It is yours to keep.
mail-replacement_shipped-faulty-due = Please send us the faulty unit by { $date }, with the RMA number on the box.

mail-faulty_received-what = Received: { $unit }; back with you by { $date }
mail-faulty_received-what-kept = Received: { $unit }
mail-faulty_received-title = We have received your faulty unit.
mail-faulty_received-title-removed = We have received the unit you replaced.
mail-faulty_received-kept = The replacement you have is yours to keep.
mail-faulty_received-exchange = If it cannot be repaired, or not in time, we will contact you first and replace it with an electrically equivalent unit within { $days ->
    [one] 1 day
   *[other] { $days } days
}.

mail-promise-label = Repaired and back with you by
mail-promise-working = { $days ->
    [one] 1 working day
   *[other] { $days } working days
}, the day of receipt not counted.
mail-promise-calendar = { $days ->
    [one] 1 day
   *[other] { $days } days
}, the day of receipt not counted.
mail-promise-provisional = If the official { $year } holidays move it, we will write again.

mail-shipped_back-what = Shipped back: { $unit }
mail-shipped_back-title-repaired = Your unit is repaired and on its way back.
mail-shipped_back-title-nff = We found no fault in your unit; it is on its way back.
mail-shipped_back-title-unrepaired = Your unit is on its way back, unrepaired.
mail-shipped_back-title-maker = The maker sent another unit in place of yours; it is on its way to you.
mail-shipped_back-body-maker = The maker kept your unit; what we send you is another one of the same part, and it is yours. When it arrives, please check the packaging and the serial number, and tell us at once if something is wrong.
mail-shipped_back-body = When it arrives, please check the packaging and the serial number, and tell us at once if something is wrong.
mail-shipped_back-loaner = Please send the loaner { $serial } back.
mail-shipped_back-loaner-due = Please send the loaner { $serial } back by { $date }.

mail-closed-what = RMA closed: { $unit }
mail-closed-title = This RMA is closed.
mail-closed-body = Thank you for your help. If the fault comes back, please make a new request and name this RMA.

mail-test-subject = Test mail from Beiku
mail-test-title = The mail settings work.
mail-test-body = That you can read this shows that Beiku can reach this address. Asked for by { $asked_by }.

mail-button = Follow the repair
mail-link-note = No account needed. If the button does not open, copy:
mail-link-text = Follow the repair (no account needed): { $url }
mail-text-promise = { $label }: { $date }
mail-text-note = ({ $note })

mail-row-rma = RMA
mail-row-unit = Faulty unit
mail-row-removed = Replaced unit
mail-row-serial = Serial number
mail-row-maker-serial = Serial on its way to you
mail-row-received = Received
mail-row-received-value = { $time }, { $depot }
mail-row-replacement = Replacement
mail-row-replacement-serial = Replacement serial
mail-row-holding = Your replacement
mail-row-holding-loan = { $serial }: please keep using it, free of charge
mail-row-holding-own = { $serial }: yours to keep
mail-row-depot = Send to
mail-row-address = Address
mail-row-from = Sent from
mail-row-carrier = Carrier
mail-row-tracking = Tracking number
mail-row-line = Line { $line }
mail-row-line-value = { $part }, { $serial }

mail-footer-hotline = Hotline { $hotline }.
mail-footer-reply = Reply to this mail to reach us, and please keep { $rma } in the subject.
mail-footer-why = You get this because you are the repair contact of { $customer }.
mail-footer-why-test = You get this because somebody tried the mail settings with this address.

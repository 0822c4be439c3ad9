# Paper: labels, hand-over sheets, delivery notes.

print-print = Print
print-actual-size = Print at actual size, without scaling.
print-tag = Fault tag
print-faulty = FAULTY
print-handover = Hand-over sheet
print-delivery = Delivery note
print-unit = Unit label
print-bins = Bin labels
print-unit-note = The QR code holds the serial number alone.
print-bins-note = The QR code is depot/bin: scan it to put something there.
print-document = Document
print-category = Handling
print-owner = Owner
print-received-on = Received
print-fault-date = Reported on
print-data-bearing = Bears customer data: must not leave before it is wiped
print-scan-track = Scan to follow
print-scan-serial = Serial
print-items = Items
print-received = Received
print-total = { $n ->
    [one] 1 item in all.
   *[other] { $n } items in all.
}
print-from = From
print-to = To
print-rma = RMA
print-consignee = Consignee
print-sender = Sent from
print-shipped = Sent on
print-carrier = Carrier
print-condition = Condition
print-purpose = For
print-way-in = Customer hands in
print-way-out = Handed to the customer
print-handover-sub = Two copies, valid once both have signed. When a unit goes home, the time of signing stops the clock.
print-handover-statement = The receiver has checked each serial; custody passes with the signature.
print-handed-by = Handed over by
print-received-by = Received by
print-consignee-sign = Consignee
print-signature = Signature
print-date-time = Date and time
print-name = Name
print-track = Follow it
print-printed = Printed
print-return-title = Please send the faulty part back
print-return-text = This box and its antistatic bag may be used. Back up the configuration first, and say on the fault tag if the part bears data.
print-check-box = Box undamaged
print-check-serial = Serial matches
print-check-power = Powers up
print-loan-statement = The replacement stays our property, lent free of charge until your own unit is back.
print-kept-statement = The replacement is yours to keep.
print-home-statement = The unit you sent for repair is returned herewith; please check it on receipt.
print-warranty = Warranty card
print-delivered-on = Delivered on
print-warranty-until = Covered until
print-warranty-term = Term
print-warranty-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
print-warranty-claim = If it fails
print-warranty-claim-text = Within the term, show this card and tell us the serial number above and what is wrong: we repair or replace it free of charge.
print-warranty-statement = The term runs from the day of delivery. After it, repairs are charged.
unit-warranty = Warranty
print-arrival = Arrival acceptance report
print-arrival-sub = Signed by all; the company keeps the original, each other party a copy.
print-arrived = Arrived
print-arrival-by = Entered by
print-arrival-case = Outer case undamaged
print-arrival-packing = Packing and antistatic bags sound
print-arrival-papers = Packing list, warranty slip and media complete
print-arrival-power = Every module powers up
print-arrival-differences = Damaged, short or wrong
print-arrival-differences-text = ____________________________________________________________
print-arrival-statement = Both sides unpacked it together and checked model and quantity of each item; differences are written down above.
move-arrival = Print the arrival report

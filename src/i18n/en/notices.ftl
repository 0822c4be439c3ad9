# Mails to our own people, and the mail that a promised date moved. notice-<code> names the kind.

notice-date_moved = Promised date moved
notice-warnings = Lines at risk or late
notice-month_in_danger = Month in danger
notice-daily_digest = Daily digest
notice-dead_letter = Notice given up

mail-date_moved-what = New date for { $unit }: { $date }
mail-date_moved-title = The date of your repair has moved.
mail-date_moved-body = The official calendar of working days was published or changed. The number of working days we promised is the same; they end on another date.
mail-date_moved-exchange-what = New date for the board instead of { $unit }: { $date }
mail-date_moved-exchange-title = The date of your equivalent board has moved.
mail-date_moved-owed-what = { $unit } is expected back by { $date }
mail-date_moved-owed-title = The date by which we expect it back has moved.
mail-date_moved-owed-body = The official calendar of working days was published or changed, and the day by which it is expected back moves with it. Please send it by the new date.
mail-date_moved-spare-what = The spare for { $unit } is due by { $date }
mail-date_moved-spare-title = The date by which your spare is in place has moved.
mail-date_moved-answer-what = You hear from us about { $unit } by { $date }
mail-date_moved-answer-title = The date of our first answer has moved.
mail-date_moved-visit-what = We are on site for { $unit } by { $date }
mail-date_moved-visit-title = The date of our visit has moved.
mail-date_moved-restored-what = Service for { $unit } is restored by { $date }
mail-date_moved-restored-title = The date by which service is restored has moved.
mail-date_moved-report-what = The failure analysis of { $unit } is due by { $date }
mail-date_moved-report-title = The date of the failure analysis has moved.
mail-row-new-date = New date
mail-row-owed = To send back
mail-row-old-date = Date before

mail-button-staff = Open in Beiku
mail-link-note-staff = If the button does not open, copy:
mail-link-text-staff = Open in Beiku: { $url }
mail-footer-why-staff = You get this because of your role in Beiku.

mail-warnings-subject = Newly late: { $late }, newly at risk: { $at_risk }
mail-warnings-title = These repairs need you.
mail-warnings-body = Each line is named once when it becomes likely to miss its date, and once when it has missed it.
mail-warnings-line-early = { $rma }/{ $line } · { $part_no } { $serial } · { $customer } · { $depot } · due { $due } · chance of missing not known yet
mail-warnings-line = { $rma }/{ $line } · { $part_no } { $serial } · { $customer } · { $depot } · due { $due } · { $percent }% likely to miss
mail-warnings-floating = not counted while on hold
mail-warnings-more = And { $count ->
    [one] one more line
   *[other] { $count } more lines
} in the list.

mail-month_in_danger-subject = { $year }-{ $month }: { $percent }% chance of meeting the target
mail-month_in_danger-title = The month { $year }-{ $month } is likely to miss its target.
mail-month_in_danger-body = The chance of meeting the target is below 80%. An equivalent exchange decided in time can still be made good within its 30 days.

mail-daily_digest-subject = { $date }: { $overdue } late, { $at_risk } at risk
mail-daily_digest-body = Where the promises stand this morning.

mail-dead_letter-subject = A notice could not be sent: { $id }
mail-dead_letter-title = A notice was given up.
mail-dead_letter-body = The mail server refused it, or it was tried for almost three days. Once the cause is mended, put it back in the list of notices.

mail-month-lines = { $timely } of { $eligible } kept, { $missed } missed, { $open } open
mail-row-at-risk = At risk
mail-row-late = Late
mail-row-open = Open lines
mail-row-floating = On hold
mail-row-month = This month
mail-row-expected = Rate to be expected
mail-row-chance = Chance of the target
mail-row-misses-left = May still be late
mail-row-dead = Notices given up
mail-row-seal = Seal of the ledger
mail-row-notice = Notice
mail-row-recipient = Reader
mail-row-error = Reason
notice-shown-how = Written anew from the texts of today: what the reader got, but for texts changed since. Reading it is put into the audit trail.
mail-trouble-starttls = The mail server offers no STARTTLS: use the encryption it offers, or another port
mail-trouble-certificate = The certificate of the mail server is not trusted
mail-trouble-refused = The mail server cannot be reached: wrong address or port, or it does not run
mail-trouble-timeout = The mail server does not answer
mail-trouble-name = There is no mail server of this name
template-frame = The mail
template-plain = Plain text part
template-other = Other language
template-send = Send it to myself
template-send-hint = Goes to { $to } with the texts as saved, about an example.
template-subject-line = Subject: { $subject }

# Mails in an administrator's words; the mails of a demo in the browser; the test mail.

template-title = Texts of mails
template-sub = Each kind of mail in either language. What is not changed stays as built in.
template-how = Write them as you like; what stands in braces is filled in when the mail goes out. A text that is broken is not used: the built-in one goes out instead.
template-language-zh-CN = Chinese
template-language-en = English
template-changed = Changed
template-builtin = Built in
template-names = May name: { $names }
template-no-names = Names nothing.
template-preview = Preview
template-reset = Back to built-in texts
template-no-preview = There is no preview here.
template-broken =
    { $n ->
        [one] 1 text is broken. The built-in one is used in its place.
       *[other] { $n } texts are broken. The built-in ones are used in their place.
    }
template-fault-unknown_key = There is no such text in this mail.
template-fault-empty = Nothing is written.
template-fault-too_long = More than { $max } characters.
template-fault-syntax = This cannot be read: look at the braces.
template-fault-unknown_variable-none = This text knows no “{ $name }”, nor anything else to be filled in.
template-fault-unknown_variable = This mail knows no “{ $name }”. It knows: { $known }
field-text_unusable = { $reason }

mailbox-title = Mails sent
mailbox-sub = Mail goes into a folder here and to nobody's inbox.
mailbox-none = No mail yet.
mailbox-subject = Subject

testmail-title = Test mail
testmail-text = Tries the mail settings: how it went stands in the list.
testmail-way = Mail leaves by { $way }.
testmail-none = Mail is not set up: notices are queued and wait. Set --mail.
testmail-to = To
testmail-send = Send a test mail

# What the pieces of a mail are called.
template-part-answer-title = Heading, first answer
template-part-answer-what = Subject, first answer
template-part-body = Text
template-part-body-loan = Text for a loaner
template-part-body-maker = Text, the maker sent another unit
template-part-body-overdue = Text when overdue
template-part-body-permanent = Text for an advance replacement
template-part-body-send = Text, please send the part
template-part-body-send-unnamed = Text, please send the part (part not known)
template-part-body-wait = Text, a spare comes first
template-part-body-wait-unnamed = Text, a spare comes first (part not known)
template-part-button = Button
template-part-due = Date
template-part-due-overdue = Date when overdue
template-part-exchange = When exchanged
template-part-exchange-title = Heading, equivalent board
template-part-exchange-what = Subject, equivalent board
template-part-fault = Fault
template-part-faulty-due = Return of the faulty part
template-part-floating = What waits for the customer
template-part-kept = When the faulty part is ours
template-part-line = Each line
template-part-line-early = Each line without a forecast
template-part-link = Words of the link
template-part-link-note = Note on the link
template-part-link-text = Words before the link
template-part-loaner = The loaner
template-part-loaner-due = Return of the loaner
template-part-more = The rest
template-part-next = Next step
template-part-not-you = If it was not you
template-part-note = Note
template-part-owed-body = Text, what is owed to us
template-part-owed-title = Heading, what is owed to us
template-part-owed-what = Subject, what is owed to us
template-part-report-title = Heading, failure analysis
template-part-report-what = Subject, failure analysis
template-part-restored-title = Heading, service restored
template-part-restored-what = Subject, service restored
template-part-spare-title = Heading, spare in place
template-part-spare-what = Subject, spare in place
template-part-subject = Subject
template-part-title = Heading
template-part-title-maker = Heading, the maker sent another unit
template-part-title-nff = Heading, no fault found
template-part-title-overdue = Heading when overdue
template-part-title-removed = Heading, preventive replacement
template-part-title-repaired = Heading, repaired
template-part-title-unrepaired = Heading, returned unrepaired
template-part-visit-title = Heading, on site
template-part-visit-what = Subject, on site
template-part-what = Subject
template-part-what-kept = Subject when the faulty part is ours
template-part-what-overdue = Subject when overdue
template-part-why = Why this mail came

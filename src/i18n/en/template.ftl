# Mails in an administrator's words; the mails of a demo in the browser; the test mail.

template-title = Texts of mails
template-sub = Each kind of mail in either language. What is not changed stays as built in.
template-how = Texts in Fluent's syntax. A text that is broken is not used: the built-in one goes out instead.
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

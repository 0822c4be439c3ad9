# Requests without an account, and the customer's word that a unit is back.

public-title = Report a faulty part
public-text = No account needed. We send you a mail; with the link in it you confirm that this is your address.
public-name = Your name
public-email = Mail address
public-email-hint = The link and all news go there.
public-organisation = Organisation
public-phone = Telephone
public-serial-hint = As printed on the label of the faulty part
public-part = Part number, if you know it
public-fault = What is wrong
public-submit = Send
public-have-number = I have an RMA number and want to follow it
public-sent = Please look into your mailbox
public-sent-text = We have sent you a mail with a link. Your request reaches us when you open the link and confirm.
public-sent-hint = Nothing there? Look among the spam. An address gets at most three such mails a day.
public-gone = This link no longer works
public-gone-text = It is older than a day, or not whole. Nothing was registered by it.
public-again = Write the request again
public-ask = Is this right?
public-confirm = Yes, request the repair
public-registered = Your request is registered
public-registered-text = Its number is { $number }. We write to you as soon as it is approved; please do not send the part yet.
public-follow = Follow the RMA
public-held = We have your request
public-held-text = A colleague looks at it first. Once it is registered we write to you with the RMA number; there is nothing more for you to do now.

track-confirm-title = Has it arrived?
track-confirm-text-return = With your name you confirm that this unit was handed back to you. It ends our promised time.
track-confirm-text-replacement = With your name you confirm that the replacement was handed over to you. It ends our promised time for the replacement.
track-confirm-name = Your name
track-confirm-submit = Yes, I have it
track-confirm-missing = Please enter your name.
track-request = Report another faulty part

notice-confirm_request = Request to be confirmed
thing-tracking = RMA with this code

mail-confirm_request-subject = Please confirm your repair request for { $serial }
mail-confirm_request-title = One more step: confirm your request.
mail-confirm_request-body = Somebody, probably you, asked us to repair the part below and gave this address. Open the link and confirm; only then does the request reach us.
mail-confirm_request-button = Confirm the request
mail-confirm_request-note = The link works for 24 hours. If it was not you, do nothing.
mail-confirm_request-link = Confirm the request: { $url }
mail-confirm_request-fault = Fault
mail-footer-why-request = You get this mail because your address was given with a repair request.

# First start, the way to the first RMA, what a page says once after a form.

start-setup = First administrator
start-setup-text = You opened the one-time link from the server's terminal. The account you make here may do everything; the link ends with it.
start-username-hint = For signing in: letters, digits, underscore, hyphen
start-name = Your name
start-email = Your mail address
start-begin = Make the account and begin
start-spent = This link no longer works
start-spent-text = It was used or is older than a day. As long as there is no user, restarting the server prints a new one. If there are users, sign in.

start-title = From nothing to the first RMA
start-sub = { $done } of { $all } done
start-step-depots = Depots
start-step-parts = Parts
start-step-customers = Customers
start-step-stock = Opening stock
start-step-mail = A test mail
start-step-rma = The first RMA
start-about-depots = Where spares stand and faulty parts arrive
start-about-parts = What can be faulty, and what may stand in for it
start-about-customers = Whose boards they are, and who gets the mails
start-about-stock = What stands where today; a file is only checked at first
start-about-mail = To your own address, to see whether mail leaves
start-about-rma = A real one, or the open ones of your spreadsheet
start-make-depots = New depot
start-make-parts = New part
start-make-customers = New customer
start-make-stock = Book by hand
start-make-mail = Send
start-make-rma = New RMA
start-new-depot = New depot
start-new-part = New part
start-new-customer = New customer
opening-title = Opening stock
opening-sub = What stood here before this system did. Purchases and returns are booked where they happen.
opening-book = Book
opening-serial-hint = For parts with serials
opening-quantity-hint = For parts kept by quantity
opening-bin = Bin
opening-bin-hint = Such as A1-01; empty: the depot itself
start-code = Code
start-code-hint = Short, as people call it, such as JN
start-name-of = Name
start-name-en = English name
start-city = City
start-address = Postal address
start-part-no = Part number
start-maker = Maker
start-contact = Contact

start-password-hint = At least 10 characters; length matters more than symbols.
start-password-again = Password once more

me-password-current = Password so far
me-password-new = New password
me-password-again = New password once more
me-password-hint = At least 10 characters. Other sessions end, tokens stay.
me-token-make = Make a token
me-token-days =
    { $n ->
        [one] after 1 day
       *[other] after { $n } days
    }
field-passwords_differ = The two entries differ.

said-password = Password changed. Your other sessions have ended.
said-token-revoked = The token has been revoked.
said-opened = Booked. You can go on with the next one.
said-made = Saved.
said-action = Done.
said-queued = Queued to be sent.
login-empty-title = Nobody can sign in yet
login-empty-text = This system has no users. The first administrator is made with a link that works once.
login-empty-link = When the service started, it printed the link in its terminal or log. It is good for 24 hours:
login-empty-again = No longer good, or not to be found? Start the service again: it prints a new link.
login-empty-command = Or make the administrator on the command line:
start-menu = First steps
start-demo = To see Beiku with data in it, run the example company in another folder or on another machine; nothing here is touched:
start-step-people = Colleagues
start-about-people = Clerks, engineers, technicians and managers have pages of their own; without them nobody but you can work
start-make-people = New person

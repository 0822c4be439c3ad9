# Requests of people without an account that wait for a person.

nav-public = Web requests
nav-public-short = Web
held-sub = The address is confirmed; whose part it is, or which, is not clear yet.
held-none = No request is waiting
held-none-text = Requests that fit a customer and a part become RMAs by themselves.
held-who = Requested by
held-what = Faulty part
held-why = Why it waits
held-since = Confirmed
held-said = What was written
held-because-invalid = No customer or part fits
held-because-unknown_customer = The address belongs to no customer, or to several
held-because-unknown_part = The part is not known
held-because-not_a_serial_part = The part has no serials
held-because-rma_already_open = The unit has an open RMA
held-because-unit_gone = The serial’s unit is scrapped or used up
held-because-other = Something in it does not fit; look at it
held-because-mode_not_allowed = The contract does not offer this way of service
held-customer-hint = Customer code
held-customer-known = The address belongs to: { $customers }
held-accept = Register as RMA
held-accept-text = The mail with the RMA number then goes to whoever asked.
held-dismiss = Put aside
said-dismissed = Put aside.

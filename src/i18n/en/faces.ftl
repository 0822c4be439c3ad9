# The list of RMAs: views people keep, giving lines to somebody.
view-name = Name of the view
view-share = For all staff
view-shared = shared
view-keep = Keep this view
view-forget = Remove this view
view-forget-title = Remove the view “{ $name }”?
facet-assignee = In charge
facet-nobody = Nobody
facet-clock-overdue = Overdue
facet-clock-d5 = 0–5 working days left
facet-clock-d10 = 6–10 working days left
facet-clock-d11 = 11 or more
facet-clock-none = No date yet
rma-choose = Choose
rma-choose-one = Choose { $number }
rma-assign-chosen = Assign the chosen
rma-assign-missing = Choose lines, and who is to be in charge of them.
said-assigned = Assigned.
thing-view = view

unit-at-customer = Customers
unit-at-vendor = Maker
unit-at-engineer = Engineer
unit-at-bench = Bench
hit-request = Replacement request
hit-repair = Repair order

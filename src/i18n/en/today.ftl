# A clerk's day.

nav-today = Today
nav-today-short = Today
today-scan = Scan what arrived
today-coming = Expected
today-leaving = To be shipped
today-approve = Transfers waiting for your yes
today-road = On the road to you
today-settle = Waiting for a word
today-owed = Faulty parts overdue
today-low = Below the reorder point
today-all = All of them
today-more = { $n ->
    [one] 1 more
   *[other] { $count } more
}
today-nothing = Nothing now.
tile-coming = Expected
tile-leaving = To be shipped
tile-approve = To approve
tile-settle = To settle
tile-owed = Overdue faulty parts
stock-own = My depots
stock-everywhere = All depots
stock-set-points = Set reorder points
keys-title = Keyboard shortcuts
keys-text = A scanner types faster than a hand: what it types is a scan, never a shortcut. Shortcuts can be switched off under My account.
keys-close = Close
point-title = Reorder point
point-quantity = Good and free, at least
point-hint = Below it the part is short here. Empty takes the reorder point away.
point-save = Set the reorder point

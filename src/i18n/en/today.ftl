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
today-nothing = Nothing now.
tile-coming = Expected
tile-leaving = To be shipped
tile-approve = To approve
tile-settle = To settle
tile-owed = Overdue faulty parts
stock-own = My depots
stock-everywhere = All depots
stock-set-points = Set reorder points

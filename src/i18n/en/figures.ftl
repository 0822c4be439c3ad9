# Figures: classes of a line, and what is wrong with a question.

rate-class-timely = Timely
rate-class-missed = Missed
rate-class-pending = Pending
rate-class-floating = Floating
rate-class-excluded = Excluded

rate-excluded-void = Void
rate-excluded-cancelled = Cancelled in time
rate-excluded-scrap_agreed = Scrap agreed
rate-excluded-excused = Excused by the contract

field-bad_day_or_month = Write a day like 2027-03-07 or a month like 2027-03.
field-bad_month = Write the month like 2027-03.
field-in_the_future = Lies in the future: the books tell what was, not what will be.
field-bad_instant = Write a day like 2027-03-07 or an instant like 2027-03-07T09:00:00Z.

proposal-reason = Likely to miss the promised date

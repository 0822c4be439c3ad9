# Overview: forecast of the month, who does the next step, cover of stock, first-fill rate.

dash-say-left = { $open } more fall due this month or are paused, of which { $expected } are expected to be late; { $n } may be.
dash-chance = Chance of meeting the target
dash-forecast-key = forecast and 90 % interval
dash-who-what = { $who }: { $what }
dash-next-confirm = Confirm receipt
dash-next-answer = Answer the quote
dash-next-swap = Offer an equivalent board
dash-reason-late = Overdue: counted as late
dash-reason-chance = { $percent } % chance of being late
dash-reason-near = Fewer than 16 working days left
dash-reason-swap-early = Chance of being late not known yet; { $depot } has an equivalent board, in time if decided by { $date }
dash-reason-swap-late = Late; { $depot } has an equivalent board, and handed over by { $date } it keeps the thirty days
dash-reason-swap = { $percent } % chance of being late; { $depot } has an equivalent board, in time if decided by { $date }
dash-reason-cause = { $reason }; caused by: { $cause }

dash-heat = Good stock against the minimum
dash-heat-how = available good units / minimum
dash-heat-cell = { $have } available, minimum { $want }
dash-heat-none = no minimum set
dash-heat-0 = below the minimum
dash-heat-1 = just enough
dash-heat-more = { $n ->
    [one] 1 more part
   *[other] { $count } more parts
}

dash-fill = First-fill rate, last 28 days
dash-fill-none = No replacement request was approved in the last 28 days.
dash-fill-how = The mark is { $target }; after the stroke, requests with an outcome.
dash-fill-missed = { $n ->
    [one] 1 not filled, by part
   *[other] { $count } not filled, by part
}
dash-fill-others = Other parts

tile-risk-late = { $n } of them overdue
fill-no-depot = No depot chosen

dash-heat-weeks = Weeks of cover by depot
dash-heat-weeks-how = available good units ÷ average use of the last 26 weeks
dash-heat-weeks-cell = { $have } available, { $used } used in 26 weeks
dash-heat-unused = none used in 26 weeks
dash-heat-week-1 = under 1 week
dash-heat-week-2 = 1–2 weeks

# How long a promise takes, as people say it.
span-working_days = { $n ->
    [one] { $count } working day
   *[other] { $count } working days
}
span-calendar_days = { $n ->
    [one] { $count } day
   *[other] { $count } days
}
span-hours = { $n ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-minutes = { $n ->
    [one] { $count } minute
   *[other] { $count } minutes
}

# What a movement or an exception refers to, where it is no document with a number of its own.
reference-stock-row = Stock import, row { $row }
reference-round-in = Receiving on { $date }, { $who }
reference-round-out = Shipping on { $date }, { $who }
reference-round-move = Moving on { $date }, { $who }

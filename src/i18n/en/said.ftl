# How long a promise takes, as people say it.
span-working_days = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
}
span-calendar_days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
span-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
span-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}

# What a movement or an exception refers to, where it is no document with a number of its own.
reference-stock-row = Stock import, row { $row }
reference-round-in = Receiving on { $date }, { $who }
reference-round-out = Shipping on { $date }, { $who }
reference-round-move = Moving on { $date }, { $who }

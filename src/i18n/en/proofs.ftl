# The ledger proves itself: health page and morning mail.

proof-nightly = every night
proof-checked = { " " }({ $movements } movements, { $seals } seals)
proof-well = Nothing wrong
proof-wrong = { $n ->
    [one] 1 difference
   *[other] { $count } differences
}
proof-difference = Difference
settings-job-snapshots = Month-end stock snapshots
settings-job-prove = Nightly proof of the ledger
mail-row-proof = Proof of the ledger
mail-proof-well = { $date }: nothing wrong
mail-proof-wrong = { $date }: { $count ->
    [one] 1 difference
   *[other] { $count } differences
}
mail-proof-alarm = The ledger does not prove: { $count ->
    [one] 1 difference was
   *[other] { $count } differences were
} found. Stop booking, take a backup, then run beiku verify to see where.
settings-job-forget_uploads = Forget old uploads
settings-job-forget_requests = Forget unconfirmed requests
settings-job-foresee = Chances of being late and days of return
settings-job-settle = Judge what came due
settings-job-seal = Seal the ledgers
settings-job-warn = Warn of lines newly at risk or late
settings-job-digest = Morning mail
settings-job-dead_letters = Report notices given up
settings-job-count_use = Count what each depot handed out

# Evidence packs: beiku evidence, beiku verify-evidence. evidence-finding-<code>: what does not hold.

cli-evidence = Issue an evidence pack: every line due in a period, so that the customer counts the same rate
cli-evidence-out = The file to write (.zip)
cli-evidence-from = First day or month of the due dates
cli-evidence-to = Last day or month of the due dates
cli-evidence-as_of = The day at whose end the lines are judged; today when not said
cli-evidence-depot = Only lines received in this depot
cli-evidence-customer = Only lines of this customer
cli-evidence-json = Print what was issued as JSON
cli-evidence-examples =
    beiku evidence 2026-10.zip --from 2026-10 --to 2026-10
    beiku evidence jn.zip --from 2026-07 --to 2026-09 --depot JN
cli-verify-evidence = Recount an evidence pack from its own facts, without any database
cli-verify-evidence-file = The pack (.zip)
cli-verify-evidence-head = The hash the pack must end in, from the paper or the mail it came with
cli-verify-evidence-sha256 = The SHA-256 the whole file must have, paper and all, from GET /api/v1/evidence or what `beiku evidence` printed
cli-verify-evidence-json = Print the result as JSON
cli-verify-evidence-examples =
    beiku verify-evidence 2026-10.zip
    beiku verify-evidence 2026-10.zip --head 3f5a… --json

cli-evidence-issued = { $number }: { $count } lines written to { $path }. Head { $head }, SHA-256 of the file { $sha256 }
cli-evidence-holds = { $number } holds: { $count } lines due { $from } to { $to }, each follows from its facts. Head { $head }
cli-evidence-rate = { $variant }: { $shown } ({ $timely } of { $eligible }; pending { $pending }, floating { $floating }, excluded { $excluded })
cli-evidence-broken = The pack does not hold. Row { $row }: { $finding } ({ $what })
cli-evidence-unreadable = { $path } cannot be read as an evidence pack: { $reason }

evidence-finding-file = the file is not the one that was issued
evidence-finding-calendar = the calendar is not the one the pack was issued with
evidence-finding-restated = the restated lines are not those the pack was issued with
evidence-finding-chain = the row does not follow from the one before it
evidence-finding-field = a field makes no sense
evidence-finding-due_date = the due date is another one
evidence-finding-period = the line is not due in the period
evidence-finding-class = the class is another one
evidence-finding-head = the chain does not end where it should
evidence-finding-figures = the figures are not those of the rows

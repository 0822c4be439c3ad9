# Set-up data: depots, parts, customers, vendors, service plans, contracts, calendar. Field errors: field- and the code.

permission-read_setup = read set-up data

thing-plan_version = version of a service plan

vendor-swap-exchange = counts as an exchange
vendor-swap-repair = counts as a repair

calendar-source-built_in = shipped with the program
calendar-source-upload = uploaded
calendar-source-rule = not published yet: statutory holidays assumed
calendar-kind-holiday = day off
calendar-kind-makeup = make-up working day

field-unknown_depot = There is no depot { $code }.
field-unknown_customer = There is no customer { $code }.
field-unknown_plan = There is no service plan { $code }.
field-not_of_rma = The RMA line says { $said }. Leave this empty, or name the line’s own.
field-unknown_site = This customer has no site { $site }. Its sites: { $sites }.
field-unknown_site-bare = This customer has no site { $site }. Add it first.
field-reserved_word = This word already means something else. Choose another code.
field-alternate_is_self = A part cannot stand in for itself.
field-other_tracking = The two parts are tracked differently, so one cannot stand in for the other.
field-fixed_by_movements = The part has movements or RMAs, so this can no longer change.
field-only_for_instruments = Only instruments are checked at intervals.
field-instrument_has_serial = An instrument is tracked by serial number.
field-not_for_instruments = An instrument is no spare.
field-kept_as_spare = End its equivalents and reorder points before it becomes an instrument.
field-site_in_contract = A contract names the site { $site }. Change the contract first.
field-fixed = This cannot change once it is set.
field-name_taken = Another service plan goes by this name or code; imports could not tell them apart.
field-days_only = Repair and return is counted in working days or calendar days.

field-calendar_bad_heading = The heading must be date,kind,name_zh,name_en.
field-calendar_bad_line = Line { $line } cannot be read.
field-calendar_year_out_of_range = { $year } is out of range; { $first } to { $last } can be used.
field-calendar_date_outside_year = { $date } does not belong to the notice for { $year }.
field-calendar_previous_year_unpublished = { $date } is in a year whose holidays are not published yet.
field-calendar_date_twice = { $date } is listed twice.
field-calendar_makeup_on_weekday = { $date } is marked as a make-up day, but it is a working day anyway.
field-calendar_statutory_day_worked = { $date } is a public holiday, yet this notice makes it a working day.

cli-calendar = The working-day calendar
cli-calendar-import = Publish the official notice of a year
cli-calendar-import-file = CSV with the heading date,kind,name_zh,name_en; kind is holiday or makeup
cli-calendar-import-preview = Only say which due dates would move
cli-calendar-import-json = Answer as JSON
cli-calendar-import-examples =
    beiku calendar import cn-2027.csv --preview
    beiku calendar import cn-2027.csv
cli-calendar-examples =
    beiku calendar import cn-2027.csv --preview
cli-calendar-published = Published { $years }: { $checked } open promises counted, { $moved } due dates moved, { $settled } confirmed without moving.
cli-calendar-previewed = Publishing { $years } would count { $checked } open promises, move { $moved } due dates and confirm { $settled } without moving them. Nothing was changed.
cli-calendar-more = … and { $count } more; --json lists all.

# The command line. Help: cli-<command>, cli-<command>-<argument>, cli-<command>-examples; settings: cli-setting-<name>.

cli-help-template =
    {"{about-with-newline}"}
    Usage: {"{usage}"}

    {"{all-args}{after-help}"}
cli-heading-commands = Commands
cli-heading-arguments = Arguments
cli-heading-options = Options
cli-heading-examples = Examples:
cli-builtin-help = Show this help
cli-builtin-version = Show the version

cli = Beiku: spare-parts depots and RMA, with a stock ledger that proves itself and a promise ledger that keeps its word
cli-examples =
    beiku serve
    beiku user add li --role clerk --depot JN
    beiku --database postgres://beiku@localhost/beiku migrate
cli-setting-config = Settings file (TOML); its keys are the names of the options
cli-setting-database = Database: sqlite:FILE or postgres://… [default: sqlite:beiku.db]
cli-setting-log_format = Log lines as text or json [default: text]
cli-setting-log = What to log, e.g. info,beiku=debug [default: info]
cli-setting-listen = Where to listen [default: 127.0.0.1:8080]
cli-setting-base_url = Address people reach the service at, for links in mails [default: http:// and where it listens]
cli-setting-mail = How mail leaves: smtp://user:password@host:587, smtps://…, file:FOLDER [default: mail stays queued]
cli-setting-mail_ca = PEM file of certificates to trust beside the public ones, for a mail server of your own
cli-setting-mail_from = Sender of mails [default: beiku@ and the host of the base URL]
cli-setting-mail_reply_to = Where answers to mails go
cli-setting-company = Name of the company, on pages and in mails
cli-setting-hotline = Telephone for customers' questions, in mails and on their pages
cli-setting-behind_proxy = Trust X-Forwarded-For of the reverse proxy in front
cli-setting-drain_seconds = Seconds between the signal to end and the end of listening: /readyz says no meanwhile
cli-setting-slow_statement_ms = Milliseconds from which on a database statement is named in the log as slow; 0: none is
cli-setting-session_idle_minutes = Minutes without a request after which a session ends
cli-setting-session_life_hours = Hours after which a session ends in any case
cli-setting-requests_per_minute = Requests a user may send in a minute to this node; 0: as many as they like
cli-setting-require_second_factor = Let nobody work who has not set up an authenticator
cli-setting-leaked_passwords = File of SHA-1 hashes of passwords that leaked, sorted, one a line: none of them is taken
cli-setting-virus_scanner = ClamAV's daemon, asked about every file on an RMA or intake: tcp://HOST:PORT or unix:PATH
cli-setting-sso_issuer = Address of the single sign-on provider (OpenID Connect)
cli-setting-sso_client_id = Id the provider knows this service by
cli-setting-sso_client_secret = Secret the provider gave to this service
cli-setting-sso_claim = What the provider says about people that names our user
cli-setting-sso_acr = Single sign-on: how people must have signed in there, e.g. with two factors, as the provider calls it
cli-setting-sso_name = Name of the provider on the sign-in page

cli-serve = Run the service
cli-serve-no_migrate = Do not bring the database up to date first
cli-serve-examples =
    beiku serve
    beiku serve --listen 0.0.0.0:8080 --base-url https://beiku.example.cn --mail smtp://beiku:secret@mail.example.cn
cli-verify = Prove the stock ledger from its movements; status 1 and a list when something differs
cli-verify-seal = A head kept from GET /api/v1/seals or an evidence pack: its seal must still be there. May be given several times
cli-verify-json = Answer as JSON
cli-verify-examples =
    beiku verify
    beiku verify --json
cli-migrate = Bring the database up to date
cli-migrate-json = Answer as JSON
cli-migrate-examples =
    beiku migrate
    beiku --database postgres://beiku@localhost/beiku migrate

cli-export = Write a spreadsheet of what is in the books
cli-export-kind = What it holds
cli-export-out = File to write; its ending says whether it is .csv (UTF-8) or .xlsx
cli-export-from = timely-repair: first day or month of the due dates [default: twelve months back]
cli-export-to = timely-repair: last day or month of the due dates [default: this month]
cli-export-as_of = timely-repair: judge the lines at the end of this day [default: today]
cli-export-known_at = timely-repair: only what was recorded by then counts [default: now]
cli-export-depot = timely-repair: only lines received in this depot
cli-export-customer = timely-repair: only lines of this customer
cli-export-json = Answer as JSON
cli-export-examples =
    beiku export stock stock.xlsx
    beiku export timely-repair 2026.csv --from 2026-01 --to 2026-12

cli-user = Manage users
cli-user-add = Add a user
cli-user-add-name = Sign-in name
cli-user-add-role = What the user is here for
cli-user-add-password = Password, at least 8 characters [default: one is made up and shown]
cli-user-add-password_stdin = Read the password from standard input, so that it stays out of the shell's history
cli-user-add-depot = Code of a depot to give; may be repeated
cli-user-add-customer = Code of a customer the user belongs to; may be repeated (role customer)
cli-user-add-email = Mail address
cli-user-add-display_name = Name as shown
cli-user-add-language = Language of pages and mails
cli-user-add-json = Answer as JSON
cli-user-add-examples =
    beiku user add admin --role admin
    beiku user add li --role clerk --depot JN --depot DZ --email li@example.cn
    beiku user add wang --role customer --customer C1001
cli-user-password = Set a user's password; ends the user's sessions
cli-user-password-name = Sign-in name
cli-user-password-password = New password, at least 8 characters [default: one is made up and shown]
cli-user-password-password_stdin = Read the password from standard input
cli-user-password-json = Answer as JSON
cli-user-password-examples =
    beiku user password li
cli-user-token = Make an API token; it is printed alone on the last line
cli-user-token-name = Sign-in name of the user it acts for
cli-user-token-expires = Days until it ends
cli-user-token-label = A note to recognise it by
cli-user-token-json = Answer as JSON
cli-user-token-examples =
    TOKEN=$(beiku user token li --expires 30)
cli-user-list = List users
cli-user-list-json = Answer as JSON
cli-user-list-examples =
    beiku user list
    beiku user list --json
cli-user-examples =
    beiku user add li --role clerk --depot JN
    beiku user list

cli-failed = Error: { $what }
cli-no-database = There is no database at { $path }. Make one with “beiku migrate”, or name another with --database.
cli-needs-migration = { $database } is not up to date. Run “beiku migrate” first.
cli-served-already = Another “beiku serve” runs on this database file. An embedded database has one service; for several nodes use PostgreSQL.
cli-cannot-listen = Cannot listen on { $address }: { $reason }. Choose another address with --listen.
cli-migrated = { $count ->
    [0] { $database } is up to date.
    [one] { $database } is up to date: one migration was run.
   *[other] { $database } is up to date: { $count } migrations were run.
}
cli-exported = { $count ->
    [one] One row written to { $path }.
   *[other] { $count } rows written to { $path }.
}
cli-export-ending = { $path } must end in .csv or .xlsx.
cli-user-added = User { $name } added: { $role }.
cli-user-off = (off)
cli-password-set = The password of { $name } is set; all sessions have ended.
cli-password-made = Password: { $password }
cli-token-made = API token for { $name }, valid until { $date }. It is shown only now:
cli-serving = Beiku answers at { $url } (Ctrl-C ends it).
cli-setup-link = There are no users yet. Within 24 hours, open this link once to make the first administrator: { $url }

cli-demo = A fresh database with an example company, a user for every role, and mail into a folder; then serves
cli-demo-data = Folder for the database and the mails; kept for the next start [default: a new temporary one]
cli-demo-examples =
    beiku demo
    beiku demo --listen 127.0.0.1:9000 --data demo
cli-demo-folder = Database and mails are in { $path }. Sign in with:

cli-import = Take a spreadsheet into the books
cli-import-kind = What it holds
cli-import-file = CSV (UTF-8 or GB18030) or XLSX
cli-import-dry_run = Judge every row, write nothing
cli-import-skip_bad = Write the sound rows although others are refused
cli-import-rejects = Write the refused rows with their reasons into this file
cli-import-json = Answer as JSON
cli-import-examples =
    beiku import parts parts.csv
    beiku import stock stock.xlsx --skip-bad --rejects wrong.csv
cli-import-rows = rows
cli-import-busy = The books kept moving while the file was judged. Nothing was written; try again.
cli-import-refused = { $count } row(s) refused. Put them right, or leave them out with --skip-bad.
cli-import-refused-row = row { $row }, { $column }: { $reason }
cli-import-summary = { $path }: { $read } read, { $accepted } accepted, { $unchanged } unchanged, { $refused } refused
cli-import-nothing-written = Nothing was written.
cli-cannot-read = { $path } cannot be read: { $reason }
cli-cannot-write = { $path } cannot be written: { $reason }


cli-backup = Copy the embedded database while it is in use, and prove the copy
cli-backup-out = File to write; it must not be there yet
cli-backup-json = Answer as JSON
cli-backup-examples =
    beiku backup beiku-2026-11-21.db
cli-restore = Put a backup where the database is to be
cli-restore-file = The backup
cli-restore-json = Answer as JSON
cli-restore-examples =
    beiku --database sqlite:beiku.db restore beiku-2026-11-21.db
cli-restore-sqlite-only = Only SQLite databases are restored this way. For PostgreSQL use its own tools.
cli-backed-up = The backup { $path } is written and proven.
cli-restored = { $path } is restored and proven.
cli-file-exists = { $path } is there already and is not overwritten.

cli-completions = Print completions for a shell
cli-completions-shell = The shell
cli-completions-examples =
    beiku completions bash > /etc/bash_completion.d/beiku
cli-man = Print the manual page
cli-man-folder = Write a page for every command into this folder instead
cli-man-examples =
    beiku man --folder /usr/local/share/man/man1

# The page on which spreadsheets come in. What is wrong with a row is said in import.ftl.

nav-imports = Import

imports-sub = Spreadsheets into the books. A file is judged first; nothing is written until you say so.
imports-kind = What is in the file
imports-kind-depots = Depots
imports-kind-parts = Parts
imports-kind-customers = Customers
imports-kind-stock = Stock
imports-kind-rma-history = RMA history
imports-about-depots = Depots with their bins
imports-about-parts = Part numbers, names, what may stand in for them
imports-about-customers = Customers with one contact each
imports-about-stock = What stands where on the day you begin
imports-about-rma-history = RMAs from before Beiku, open and closed
imports-file = File
imports-choose = CSV (UTF-8 or GB18030) or XLSX
imports-hint = Headings may be Chinese or English, in any order. At most { $n } MB.
imports-check = Check the file
imports-nothing-yet = Nothing is written yet.
imports-no-file = Choose a file that is not empty.

imports-tried = Checked
imports-done = Imported
imports-rows =
    { $n ->
        [one] 1 row
       *[other] { $n } rows
    }
imports-nothing-written = nothing has been written
imports-another = Another file
imports-accepted = New or changed
imports-accepted-done = Written
imports-unchanged = Known already
imports-refused = Refused
imports-all-known = The books say all of this already. There is nothing to import.
imports-none-sound = No row can be imported. Put the rows right and send the file again.
imports-skip =
    { $n ->
        [one] 1 row is left out. Download it, put it right and send it later.
       *[other] { $n } rows are left out. Download them, put them right and send them later.
    }
imports-commit =
    { $n ->
        [one] Import 1 row
       *[other] Import { $n } rows
    }
imports-twice = The same file twice changes nothing the second time.
imports-written =
    { $n ->
        [one] 1 row was written.
       *[other] { $n } rows were written.
    }
imports-held-back = Nothing was written: since you looked, rows came to be refused. Look at them again.
imports-refused-rows =
    { $n ->
        [one] 1 refused row
       *[other] { $n } refused rows
    }
imports-download = Download the refused rows
imports-col-row = Row
imports-col-column = Column
imports-col-why = Why
imports-hidden =
    { $n ->
        [one] 1 more reason is in the download.
       *[other] { $n } more reasons are in the download.
    }
imports-remarks = Taken over with a remark
imports-ignored = Columns not known and not read:
imports-columns = Which columns it has
imports-columns-text = Columns with * are needed, the others may be missing. Usual other names are known, such as “P/N” or “S/N”.
imports-must = needed
imports-col-value = In the file
imports-col-fix = How to mend it
imports-blank = Blank table

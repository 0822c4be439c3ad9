//! Spreadsheets out of the books.

use super::scene::{Case, asked, on_database, somebody, write};
use crate::setup::actor;
use crate::support::{self, Database, on_both};
use beiku::api::exports::words;
use beiku::app::export::{self, Export, ExportError, ExportKind, Format};
use beiku::app::figures::Asked;
use beiku::app::{App, Error};
use beiku::domain::actor::{Actor, Role};
use beiku::i18n::Lang;
use beiku::store::Address;
use beiku::store::sql::sql;
use calamine::{Data, Reader, Xlsx};
use std::io::{BufReader, Read};

async fn file(
    app: &App,
    actor: Actor,
    kind: ExportKind,
    format: Format,
    lang: Lang,
) -> Result<(Vec<u8>, u64), ExportError> {
    let ctx = app.context(actor, "test".into());
    let period = asked(&[("from", "2025-07"), ("to", "2025-07"), ("variant", "by_due")]);
    // The other kinds hold everything.
    let asked = if kind == ExportKind::TimelyRepair { period } else { Asked::default() };
    let wanted = Export { asked, ..Export::of(kind, format) };
    let mut done = export::to_file(app, &ctx, wanted, words(lang)).await?;
    let mut bytes = Vec::new();
    done.file.read_to_end(&mut bytes).unwrap();
    Ok((bytes, done.rows))
}

/// The rows of a CSV file, headings first.
async fn csv(app: &App, actor: Actor, kind: ExportKind, lang: Lang) -> Vec<Vec<String>> {
    let (bytes, rows) = file(app, actor, kind, Format::Csv, lang).await.unwrap();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    let found: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(u64::try_from(found.len()).unwrap(), rows + 1);
    assert!(found.iter().all(|row| row.len() == found[0].len()));
    found
}

async fn scene(app: &App) {
    let mut other = Case::new("R-2", "2025-05-06").with("confirm_returned", "2025-07-31");
    (other.customer, other.depot) = ("C2".into(), "DZ".into());
    let exchanged = Case::new("R-1", "2025-05-06");
    let exchanged = exchanged.with("decide_exchange", "2025-07-01").with("exchange_delivered", "2025-07-10");
    write(app, vec![exchanged, other]).await;
    on_database(app, |tx| {
        sql("UPDATE rma_line SET fault = '=HYPERLINK(\"http://example.invalid\")', cost_fen = 128050")
            .execute(tx)?;
        sql("UPDATE customer SET name = '@恶意' WHERE code = 'C2'").execute(tx)?;
        Ok(())
    })
    .await;
}

on_both!(spreadsheets_hold_what_the_reader_may_see, async |db: &Database| {
    db.clock().set("2025-09-01T00:00:00Z".parse().unwrap());
    let app = support::app(db);
    scene(&app).await;
    let rate = csv(&app, actor(Role::Admin), ExportKind::TimelyRepair, Lang::En).await;
    assert_eq!(rate.len(), 3);
    let column =
        |name: &str| rate[0].iter().position(|heading| heading == name).unwrap_or_else(|| panic!("{name}"));
    let of = |row: usize, name: &str| rate[row][column(name)].as_str();
    assert_eq!((of(1, "RMA No"), of(1, "Due date"), of(1, "Due month")), ("R-1", "2025-07-30", "2025-07"));
    let classes = ["Strict", "Exchange in time counts", "30-day remedy counts"].map(|name| of(1, name));
    assert_eq!(classes, ["Missed", "Timely", "Timely"]);
    assert_eq!((of(2, "Customer name"), of(2, "Returned on")), ("'@恶意", "2025-07-31"));

    let rmas = csv(&app, actor(Role::Admin), ExportKind::Rmas, Lang::Zh).await;
    assert_eq!((rmas[0][0].as_str(), rmas[0][20].as_str()), ("返修单号", "维修费用"));
    assert_eq!(rmas[1][10], "'=HYPERLINK(\"http://example.invalid\")", "no formula");
    assert_eq!((rmas[1][8].as_str(), rmas[1][20].as_str()), ("维修返还", "1280.50"));
    assert_eq!(rmas[1][13], "2025-05-06 12:00:00", "the company's wall clock");

    let customer = somebody(&app, Role::Customer, &[], &["C2"]).await;
    let own = csv(&app, customer.clone(), ExportKind::Rmas, Lang::Zh).await;
    assert_eq!((own.len(), own[1][0].as_str(), own[1][20].as_str()), (2, "R-2", ""), "nor what it cost us");
    let own = csv(&app, customer.clone(), ExportKind::TimelyRepair, Lang::Zh).await;
    assert_eq!(own.len(), 2);
    for kind in [ExportKind::Stock, ExportKind::Units, ExportKind::Movements] {
        let refused = file(&app, customer.clone(), kind, Format::Csv, Lang::Zh).await;
        let Err(ExportError::App(Error::Refused(refused))) = refused else { panic!("{kind}") };
        assert_eq!(refused.code(), "forbidden");
    }
    let clerk = somebody(&app, Role::Clerk, &["JN"], &[]).await;
    assert_eq!(csv(&app, clerk, ExportKind::Rmas, Lang::En).await.len(), 2);
});

on_both!(stock_units_and_movements_in_excel, async |db: &Database| {
    let app = support::app(db);
    crate::rma::company(&app).await;
    let sheet = async |kind| {
        let (bytes, rows) = file(&app, actor(Role::Admin), kind, Format::Xlsx, Lang::Zh).await.unwrap();
        let mut book: Xlsx<_> = Xlsx::new(BufReader::new(std::io::Cursor::new(bytes))).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(u64::try_from(range.height()).unwrap(), rows + 1);
        range
    };
    let stock = sheet(ExportKind::Stock).await;
    let cell = |row, column| stock.get((row, column)).unwrap().clone();
    assert_eq!((cell(0, 0), cell(1, 0)), (Data::String("料号".into()), Data::String("BOARD-1".into())));
    assert_eq!(
        (cell(1, 3), cell(1, 5)),
        (Data::String("良品".into()), Data::Float(2.0)),
        "numbers are numbers"
    );
    let units = sheet(ExportKind::Units).await;
    assert_eq!((units.height(), units.get((1, 0)).unwrap()), (3, &Data::String("SPARE1".into())));
    assert!(matches!(units.get((1, 10)), Some(Data::DateTime(_))), "{:?}", units.get((1, 10)));
    let movements = sheet(ExportKind::Movements).await;
    assert_eq!((movements.height(), movements.get((1, 6)).unwrap()), (3, &Data::String("SPARE2".into())));
});

on_both!(the_command_line_writes_the_same_file, async |db: &Database| {
    db.clock().set("2025-09-01T00:00:00Z".parse().unwrap());
    let app = support::app(db);
    scene(&app).await;
    let folder = tempfile::tempdir().unwrap();
    let address = match db.address() {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    let beiku = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_beiku"));
        command.env("BEIKU_DATABASE", &address).env("LC_ALL", "zh_CN.UTF-8").current_dir(folder.path());
        command.arg("export").args(args).output().unwrap()
    };
    let done = beiku(&["rmas", "rmas.csv", "--json"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(told, serde_json::json!({ "kind": "rmas", "file": "rmas.csv", "rows": 2 }));
    let (same, _) = file(&app, actor(Role::Admin), ExportKind::Rmas, Format::Csv, Lang::Zh).await.unwrap();
    assert_eq!(std::fs::read(folder.path().join("rmas.csv")).unwrap(), same);
    let period = ["timely-repair", "rate.xlsx", "--from", "2025-07", "--to", "2025-07"];
    assert!(String::from_utf8(beiku(&period).stdout).unwrap().contains("2 行"));
    for (wrong, status) in
        [(&["rmas", "rmas.pdf"][..], 2), (&["timely-repair", "x.csv", "--from", "July"], 1)]
    {
        let refused = beiku(wrong);
        assert_eq!(refused.status.code(), Some(status), "{wrong:?}");
        assert!(!refused.stderr.is_empty());
    }
    for (flag, code) in [("--depot", "NOPE"), ("--customer", "NOBODY")] {
        let refused = beiku(&["timely-repair", "x.csv", flag, code]);
        assert_eq!(refused.status.code(), Some(1), "{flag}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains(code), "{refused:?}");
    }
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.count(), 2, "nothing unfinished is left behind");
    assert_eq!(beiku(&["secrets", "x.csv"]).status.code(), Some(2));
});

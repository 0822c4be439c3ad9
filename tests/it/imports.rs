//! The example company into real databases: counts, balances, ledger order, second runs.

use crate::support::{self, Database, on_both};
use beiku::app::Ctx;
use beiku::app::import::kind::Kind;
use beiku::app::import::outcome::ImportReport;
use beiku::app::import::{ImportError, Options, import};
use beiku::domain::actor::Actor;
use beiku::store::StoreError;
use beiku::store::sql::sql;
use calamine::{Data, Reader, Xlsx};
use chrono::{TimeZone, Utc};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Cursor};
use std::path::PathBuf;
use std::sync::Arc;

beiku::row! {
    struct BalanceRow { depot: String, part_no: String, condition: String, quantity: i64 }
    struct CountRow { name: String, value: i64 }
}

const FILES: [(Kind, &str); 5] = [
    (Kind::Depots, "depots.csv"),
    (Kind::Parts, "parts.csv"),
    (Kind::Customers, "customers.csv"),
    (Kind::Stock, "stock.xlsx"),
    (Kind::RmaHistory, "rma-history.csv"),
];

fn company(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "data", "company", name].iter().collect()
}

/// The program itself, at noon of the day of go-live.
fn go_live(db: &Database) -> (beiku::app::App, Ctx) {
    db.clock().set(Utc.with_ymd_and_hms(2026, 11, 21, 4, 0, 0).unwrap());
    let app = support::app(db);
    let ctx = app.context(Actor::system("cli"), "test".into());
    (app, ctx)
}

async fn import_file(db: &Database, kind: Kind, name: &str, options: Options) -> ImportReport {
    let (app, ctx) = go_live(db);
    let file = File::open(company(name)).unwrap();
    import(&app, &ctx, kind, file, options, Arc::new(|_| {})).await.unwrap().0
}

async fn import_text(db: &Database, kind: Kind, text: &str) -> Result<ImportReport, ImportError> {
    let (app, ctx) = go_live(db);
    let source = Cursor::new(text.as_bytes().to_vec());
    Ok(import(&app, &ctx, kind, source, Options::default(), Arc::new(|_| {})).await?.0)
}

const SKIP_BAD: Options = Options { dry_run: false, skip_bad: true };

async fn count(db: &Database, text: &'static str) -> i64 {
    db.store().read(move |c| Ok::<_, StoreError>(sql(text).number(c)?)).await.unwrap()
}

async fn counts(db: &Database, text: &'static str) -> BTreeMap<String, i64> {
    let rows: Vec<CountRow> =
        db.store().read(move |c| Ok::<_, StoreError>(sql(text).load(c)?)).await.unwrap();
    rows.into_iter().map(|row| (row.name, row.value)).collect()
}

type Balances = BTreeMap<(String, String, String), i64>;

/// What the accepted rows of `stock.xlsx` add up to, read by other means than the import's.
fn listed_stock() -> Balances {
    const WRONG: [usize; 7] = [68, 234, 236, 409, 456, 474, 949];
    let mut book = Xlsx::new(BufReader::new(File::open(company("stock.xlsx")).unwrap())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let mut balances = Balances::new();
    for (nth, row) in sheet.rows().enumerate().skip(1).filter(|(nth, _)| !WRONG.contains(&(nth + 1))) {
        let text = |column: usize| row[column].to_string();
        let condition = match text(5).as_str() {
            "良品" => "good",
            "坏品" | "在修" => "faulty",
            "待检" => "quarantined",
            other => panic!("row {}: {other}", nth + 1),
        };
        let Data::Float(quantity) = row[6] else { panic!("row {}: quantity", nth + 1) };
        // The example company counts whole pieces only.
        let quantity: i64 = format!("{quantity:.0}").parse().unwrap();
        let key = (text(3).trim().to_owned(), text(1), condition.to_owned());
        *balances.entry(key).or_default() += quantity;
    }
    balances
}

async fn our_stock(db: &Database) -> Balances {
    let rows: Vec<BalanceRow> = db
        .store()
        .read(|c| {
            let text = "SELECT d.code AS depot, p.part_no, b.condition, CAST(sum(b.quantity) AS BIGINT) AS quantity FROM balance b \
                        JOIN depot d ON d.id = b.depot_id JOIN part p ON p.id = b.part_id WHERE b.owner = 'us' \
                        GROUP BY d.code, p.part_no, b.condition HAVING sum(b.quantity) <> 0";
            Ok::<_, StoreError>(sql(text).load(c)?)
        })
        .await
        .unwrap();
    rows.into_iter().map(|row| ((row.depot, row.part_no, row.condition), row.quantity)).collect()
}

on_both!(a_line_with_a_separator_inside_a_cell_is_refused_and_not_read_shifted, async |db: &Database| {
    let text = "料号,名称,厂商\nZ1,板,西门子\nZ2,板, 主控,西门子\nZ3,\"板, 主控\",西门子,,\n";
    let report = import_text(db, Kind::Parts, text).await.unwrap();
    assert_eq!((report.read, report.accepted, report.written), (3, 2, false));
    let refused: Vec<_> = report
        .refused
        .iter()
        .map(|e| (e.row, e.column.as_str(), e.reason.code(), e.reason.value()))
        .collect();
    assert_eq!(refused, [(3, "4", "beyond_headings", "西门子".to_owned())]);
});

on_both!(the_company_comes_in_and_the_books_agree_with_its_spreadsheets, async |db: &Database| {
    let mut read = Vec::new();
    for (kind, name) in FILES {
        let report = import_file(db, kind, name, SKIP_BAD).await;
        assert!(report.written, "{name}");
        read.push((report.read, report.accepted, report.refused_rows, report.refused.len()));
    }
    assert_eq!(read, [(4, 4, 0, 0), (240, 240, 0, 0), (44, 44, 0, 0), (985, 978, 7, 7), (2112, 2106, 6, 6)]);
    assert_eq!(our_stock(db).await, listed_stock());
    assert_eq!(count(db, "SELECT count(*) AS value FROM rma").await, 2106);
    assert_eq!(count(db, "SELECT count(*) AS value FROM repair_order WHERE line_id IS NULL").await, 50);
    let benches = "SELECT count(*) AS value FROM unit u JOIN place p ON p.id = u.place_id \
                   WHERE p.kind = 'bench' AND u.owner <> 'us'";
    assert_eq!(count(db, benches).await, 136);
    let loans = "SELECT count(*) AS value FROM unit u JOIN place p ON p.id = u.place_id \
                 WHERE p.kind = 'customer' AND u.owner = 'us'";
    assert_eq!(count(db, loans).await, 89);
    assert_eq!(count(db, "SELECT count(*) AS value FROM issued_unit WHERE state = 'in_use'").await, 89);
    assert_eq!(
        count(db, "SELECT count(*) AS value FROM rma_line WHERE open_identity IS NOT NULL").await,
        151
    );
    the_ledger_proves_itself(db).await;
    promises_end_as_their_dates_say(db).await;
    a_second_run_changes_nothing(db).await;
    a_serial_elsewhere_is_refused(db).await;
});

async fn the_ledger_proves_itself(db: &Database) {
    let differing = "SELECT count(*) AS value FROM (SELECT place_id, part_id, condition, owner, sum(quantity) AS q FROM ( \
        SELECT to_place_id AS place_id, part_id, condition_to AS condition, owner_to AS owner, quantity FROM movement \
        UNION ALL SELECT from_place_id, part_id, condition_from, owner_from, -quantity FROM movement \
        UNION ALL SELECT place_id, part_id, condition, owner, -quantity FROM balance) m \
        WHERE EXISTS (SELECT 1 FROM place p WHERE p.id = m.place_id AND p.kind IN ('depot', 'bin', 'bench')) \
        GROUP BY place_id, part_id, condition, owner HAVING sum(quantity) <> 0) d";
    assert_eq!(count(db, differing).await, 0, "balances are what the movements add up to");
    let last = "SELECT count(*) AS value FROM unit u WHERE NOT EXISTS (SELECT 1 FROM movement m WHERE m.id = \
        (SELECT max(id) FROM movement x WHERE x.unit_id = u.id) AND m.to_place_id = u.place_id AND m.condition_to = u.condition \
        AND m.owner_to = u.owner AND m.occurred_at = u.last_moved_at) \
        OR u.version <> (SELECT count(*) FROM movement v WHERE v.unit_id = u.id)";
    assert_eq!(count(db, last).await, 0, "a unit is where its last movement put it");
    let chain = "SELECT count(*) AS value FROM movement a JOIN movement b ON b.unit_id = a.unit_id AND b.id = \
        (SELECT min(id) FROM movement n WHERE n.unit_id = a.unit_id AND n.id > a.id) \
        WHERE b.from_place_id <> a.to_place_id OR b.occurred_at < a.occurred_at OR b.condition_from <> a.condition_to \
        OR b.owner_from <> a.owner_to";
    assert_eq!(count(db, chain).await, 0, "each movement starts where and when the one before it ended");
    let good = "SELECT count(*) AS value FROM (SELECT b.depot_id, b.part_id, sum(b.quantity) AS good FROM balance b \
        JOIN place p ON p.id = b.place_id AND p.kind IN ('depot', 'bin') WHERE b.condition = 'good' AND b.owner = 'us' \
        GROUP BY b.depot_id, b.part_id) s LEFT JOIN availability a ON a.depot_id = s.depot_id AND a.part_id = s.part_id \
        WHERE COALESCE(a.good, 0) <> s.good OR COALESCE(a.reserved, 0) <> 0";
    assert_eq!(count(db, good).await, 0, "what is available is good, ours and in a depot");
}

async fn promises_end_as_their_dates_say(db: &Database) {
    let kinds = counts(
        db,
        "SELECT kind || ' ' || state AS name, count(*) AS value FROM promise GROUP BY kind, state",
    )
    .await;
    let of = |kind: &str| -> i64 {
        kinds.iter().filter(|(name, _)| name.starts_with(kind)).map(|(_, count)| count).sum()
    };
    assert_eq!(
        (of("repair_return "), kinds["repair_return open"], kinds["repair_return excluded"]),
        (2091, 136, 10)
    );
    assert_eq!((of("equivalent_exchange "), kinds["equivalent_exchange open"]), (93, 3));
    assert_eq!(kinds["faulty_return open"], 6);
    let dues = "SELECT count(*) AS value FROM promise p WHERE NOT EXISTS (SELECT 1 FROM promise_due_history h \
                WHERE h.promise_id = p.id AND h.due_on = p.due_on AND h.recorded_to IS NULL)";
    assert_eq!(count(db, dues).await, 0);
    // Strict, by the promise alone: what came back by its date was kept.
    let wrong = "SELECT count(*) AS value FROM promise p JOIN rma_line l ON l.id = p.line_id WHERE p.kind = 'repair_return' \
                 AND p.state = 'kept' AND (l.outcome NOT IN ('repaired', 'nff') OR l.mode = 'equivalent_exchange')";
    assert_eq!(count(db, wrong).await, 0);
    let shown = "SELECT count(*) AS value FROM rma_line l JOIN promise p ON p.line_id = l.id AND p.kind = 'repair_return' \
                 WHERE l.sort_due <> p.due_on";
    assert_eq!(count(db, shown).await, 0);
}

async fn a_second_run_changes_nothing(db: &Database) {
    let everything = "SELECT (SELECT count(*) FROM movement) + (SELECT count(*) FROM rma_event) + (SELECT count(*) FROM unit) \
                      + (SELECT count(*) FROM promise) + (SELECT count(*) FROM contact) + (SELECT count(*) FROM import_row) \
                      + (SELECT count(*) FROM part_alternate) + (SELECT count(*) FROM audit) AS value";
    let before = count(db, everything).await;
    for (kind, name) in FILES {
        let report = import_file(db, kind, name, SKIP_BAD).await;
        assert_eq!((report.accepted, report.unchanged + report.refused_rows), (0, report.read), "{name}");
    }
    let other_form = import_file(db, Kind::RmaHistory, "rma-history.xlsx", SKIP_BAD).await;
    assert_eq!((other_form.accepted, other_form.unchanged), (0, 2106));
    assert_eq!(count(db, everything).await, before);
}

async fn a_serial_elsewhere_is_refused(db: &Database) {
    let code = |report: ImportReport| report.refused.first().map(|error| error.reason.code());
    let stock = "料号,序列号,库房,库位,状态,数量,入库日期\n";
    // The faulty unit of RMA-2025-00001 went home; it is its customer's.
    let row = "0320749DFD,2102942280732379,JN,A1-01,良品,1,2026-11-20\n";
    let report = import_text(db, Kind::Stock, &format!("{stock}{row}")).await.unwrap();
    assert_eq!(code(report), Some("serial_elsewhere"));
    let history = "返修单号,客户编号,受理库房,料号,故障件序列号,申请日期\n";
    // A good unit of ours stands in DZ.
    let row = "RMA-X-1,C1001,DZ,0320007GCF,2102422091918445,2026-11-20\n";
    let report = import_text(db, Kind::RmaHistory, &format!("{history}{row}")).await.unwrap();
    assert_eq!(code(report), Some("serial_elsewhere"));
}

on_both!(all_or_nothing_unless_told_to_skip, async |db: &Database| {
    for (kind, name) in &FILES[..3] {
        import_file(db, *kind, name, SKIP_BAD).await;
    }
    for options in [Options::default(), Options { dry_run: true, skip_bad: true }] {
        let report = import_file(db, Kind::Stock, "stock.xlsx", options).await;
        assert_eq!((report.accepted, report.refused_rows, report.written), (978, 7, false));
    }
    assert_eq!(count(db, "SELECT count(*) AS value FROM movement").await, 0);
});

on_both!(a_spare_listed_in_the_stock_is_taken_from_it, async |db: &Database| {
    for (kind, name) in &FILES[..4] {
        import_file(db, *kind, name, SKIP_BAD).await;
    }
    let headings = "返修单号,客户编号,受理库房,料号,故障件序列号,申请日期,收到故障件日期,先行更换件序列号,更换件发出日期,维修结果,维修完成日期,返还日期\n";
    let finished = "R-1,C1001,JN,0320007GCF,F-1,2026-05-01,2026-05-02,2102422091918445,2026-05-02,修复,2026-05-20,2026-05-21\n";
    let open = "R-2,C1001,JN,0320007GCF,F-2,2026-05-20,2026-05-22,2102422091918445,2026-05-21,,,\n";
    let report = import_text(db, Kind::RmaHistory, &format!("{headings}{finished}")).await.unwrap();
    assert!(report.written, "{report:?}");
    assert_eq!(our_stock(db).await, listed_stock(), "it came back to its bin");
    let report = import_text(db, Kind::RmaHistory, &format!("{headings}{finished}{open}")).await.unwrap();
    assert_eq!((report.accepted, report.unchanged, report.written), (1, 1, true), "{report:?}");
    let place = "SELECT count(*) AS value FROM unit u JOIN place p ON p.id = u.place_id \
                 WHERE u.serial = '2102422091918445' AND p.code = 'customer:C1001' AND u.owner = 'us' AND u.version = 4";
    assert_eq!(count(db, place).await, 1, "on loan from the stock");
});

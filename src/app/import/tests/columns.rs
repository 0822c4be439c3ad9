//! Headings as people write them.

use super::super::columns::{Field, recognise};
use super::super::fault::FileFault;
use super::super::{customers, depots, kind::ImportRow, parts, rma_history, stock};

fn headings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn any_order_language_width_and_decoration() {
    let found = recognise(
        stock::COLUMNS,
        &headings(&[
            "  入库日期 ",
            "ｓ／ｎ",
            "* Condition",
            "物料编码",
            "备件库",
            "Qty (pcs)",
            "单价（元）",
            "颜色",
            "",
            "序号",
        ]),
    )
    .unwrap();
    let wanted = [
        (Field::ReceivedOn, 0),
        (Field::Serial, 1),
        (Field::Condition, 2),
        (Field::PartNo, 3),
        (Field::Depot, 4),
        (Field::Quantity, 5),
        (Field::UnitPrice, 6),
    ];
    for (field, position) in wanted {
        assert_eq!(found.position(field), Some(position), "{field:?}");
    }
    assert_eq!(found.position(Field::Bin), None);
    assert_eq!(found.ignored, ["颜色"]);
    assert_eq!(found.heading(Field::ReceivedOn), "入库日期");
    assert_eq!(found.heading(Field::Bin), "库位", "our own heading where the file has none");
}

#[test]
fn one_missing_column_refuses_the_file_once() {
    let fault = recognise(stock::COLUMNS, &headings(&["序列号", "库房", "状态"])).unwrap_err();
    assert_eq!(fault, FileFault::ColumnMissing { zh: "料号", en: "Part number" });
    let fault = recognise(depots::COLUMNS, &headings(&["编号", "Code", "名称"])).unwrap_err();
    assert_eq!(fault, FileFault::ColumnTwice { first: "编号".into(), second: "Code".into() });
}

#[test]
fn both_languages_of_every_column_are_known_and_no_two_columns_share_a_heading() {
    for columns in [depots::COLUMNS, parts::COLUMNS, customers::COLUMNS, stock::COLUMNS, rma_history::COLUMNS]
    {
        for titles in
            [columns.iter().map(|c| c.zh).collect::<Vec<_>>(), columns.iter().map(|c| c.en).collect()]
        {
            let found = recognise(columns, &headings(&titles)).unwrap();
            assert!(found.ignored.is_empty(), "{:?}", found.ignored);
            for (position, column) in columns.iter().enumerate() {
                assert_eq!(found.position(column.field), Some(position), "{}", column.zh);
            }
        }
        for column in columns {
            for other in column.also {
                let found = recognise_loosely(columns, other);
                assert_eq!(found, Some(column.field), "{other}");
            }
        }
    }
    assert_eq!(stock::StockRow::COLUMNS.len(), stock::COLUMNS.len());
}

/// The field of one heading, with the required columns put beside it unless it is one of them.
fn recognise_loosely(columns: &'static [super::super::columns::Column], heading: &str) -> Option<Field> {
    let mut beside: Vec<&str> =
        columns.iter().filter(|column| column.required).map(|column| column.zh).collect();
    let taken = |beside: &[&str]| {
        let mut all = vec![heading.to_owned()];
        all.extend(beside.iter().map(|word| (*word).to_owned()));
        recognise(columns, &all)
    };
    if let Err(FileFault::ColumnTwice { second, .. }) = taken(&beside) {
        beside.retain(|word| *word != second);
    }
    let found = taken(&beside).ok()?;
    columns.iter().map(|column| column.field).find(|field| found.position(*field) == Some(0))
}

//! What a cell can say, in every way people write it.

use super::super::fault::Reason;
use super::super::sheet::Cell;
use super::super::values::{self, YES_NO};
use super::day;

fn text(value: &str) -> Cell {
    Cell::Text(value.to_owned())
}

#[test]
fn dates_in_every_form() {
    let wanted = day("2025-03-07");
    for written in [
        "2025-03-07",
        "2025-3-7",
        "2025/3/7",
        "2025.03.07",
        "2025年3月7日",
        "2025年03月07日",
        "２０２５年３月７日",
        " 2025/03/07 ",
        "20250307",
        "2025-03-07 14:30",
        "2025-03-07T14:30:05Z",
        "45723",
    ] {
        assert_eq!(values::date(&text(written)), Ok(wanted), "{written}");
    }
    assert_eq!(values::date(&Cell::Number(45723.0)), Ok(wanted));
    assert_eq!(values::date(&Cell::Number(45723.75)), Ok(wanted));
    assert_eq!(values::date(&Cell::Number(20250307.0)), Ok(wanted));
    assert_eq!(values::date(&Cell::Date(wanted.and_hms_opt(23, 59, 59).unwrap())), Ok(wanted));
    assert_eq!(values::date(&text("2024-02-29")), Ok(day("2024-02-29")));
}

#[test]
fn dates_that_are_none() {
    for (written, code) in [
        ("2026-02-30", "date_impossible"),
        ("2025年2月29日", "date_impossible"),
        ("20251301", "date_impossible"),
        ("2025-13-01", "date_impossible"),
        ("昨天", "date_unreadable"),
        ("2025-3", "date_unreadable"),
        ("7/3/2025", "date_unreadable"),
        ("25-03-07", "date_unreadable"),
        ("2025-03-07 左右", "date_unreadable"),
        ("2025-03-07-01", "date_unreadable"),
        ("", "date_unreadable"),
        ("123456789012345", "date_unreadable"),
        ("1", "date_too_early"),
        ("1989-12-31", "date_too_early"),
    ] {
        assert_eq!(values::date(&text(written)).map_err(|reason| reason.code()), Err(code), "{written}");
    }
    for number in [0.0, -5.0, f64::NAN, f64::INFINITY, 1e300] {
        assert!(values::date(&Cell::Number(number)).is_err(), "{number}");
    }
    assert_eq!(values::date(&Cell::Failed("#N/A".into())), Err(Reason::Failed("#N/A".into())));
}

#[test]
fn amounts_in_every_form_are_exact() {
    for (written, fen) in [
        ("1280", 128_000),
        ("¥1,280.00", 128_000),
        ("￥1280", 128_000),
        ("1,280.5元", 128_050),
        ("１，２８０．００", 128_000),
        ("人民币1,280元整", 128_000),
        ("CNY 0.1", 10),
        ("0.00", 0),
        ("-0", 0),
        ("1.000", 100),
        ("40,906.41", 4_090_641),
    ] {
        assert_eq!(values::money(&text(written)), Ok(fen), "{written}");
    }
    // What a double makes of 4897.86 is not 4897.86; the books have it to the fen.
    for (number, fen) in [(4897.86, 489_786), (0.1 + 0.2, 30), (5994.58, 599_458), (1e9, 100_000_000_000)] {
        assert_eq!(values::money(&Cell::Number(number)), Ok(fen), "{number}");
    }
}

#[test]
fn amounts_that_are_none() {
    for (written, code) in [
        ("12.345", "money_inexact"),
        ("99999999999999999999", "money_inexact"),
        ("-1.00", "money_negative"),
        ("¥-1.00", "money_negative"),
        ("面议", "money_unreadable"),
        ("$12", "money_unreadable"),
        ("1,28", "money_unreadable"),
        ("1280,000.00", "money_unreadable"),
        ("1.2.3", "money_unreadable"),
        ("1e5", "money_unreadable"),
        ("12万元", "money_unreadable"),
        ("", "money_unreadable"),
    ] {
        assert_eq!(values::money(&text(written)).map_err(|reason| reason.code()), Err(code), "{written}");
    }
}

#[test]
fn whole_numbers_and_words() {
    for (written, number) in
        [("36", 36), ("36个月", 36), ("1,200 件", 1200), ("-3", -3), ("５", 5), ("2.0", 2)]
    {
        assert_eq!(values::whole(&text(written)), Ok(number), "{written}");
    }
    assert_eq!(values::whole(&Cell::Number(-3.0)), Ok(-3));
    for written in ["2.5", "两件", "", "1 2"] {
        assert!(values::whole(&text(written)).is_err(), "{written}");
    }
    for (written, meaning) in
        [("是", true), ("否", false), ("YES", true), ("ｎｏ", false), (" 1 ", true), ("√", true)]
    {
        assert_eq!(YES_NO.read(&text(written)), Ok(meaning), "{written}");
    }
    assert_eq!(YES_NO.read(&Cell::Flag(false)), Ok(false));
    assert_eq!(YES_NO.read(&Cell::Number(1.0)), Ok(true));
    assert_eq!(YES_NO.read(&text("也许")).unwrap_err().code(), "word_unknown");
}

#[test]
fn serials_and_codes_come_to_one_form() {
    for (written, serial) in [
        ("ＳＮ６３ＭＧＦＣＪ０Ｒ６", "SN63MGFCJ0R6"),
        ("2102140595724704 ", "2102140595724704"),
        ("snmuvcap01", "SNMUVCAP01"),
        ("SN 63 MG", "SN63MG"),
        ("\u{feff}AB-12/3", "AB-12/3"),
    ] {
        assert_eq!(values::serial(&text(written)), Ok(serial.to_owned()), "{written}");
    }
    assert_eq!(values::serial(&Cell::Number(210_214_059_572.0)), Ok("210214059572".to_owned()));
    // Excel keeps 15 digits: of a sixteenth nothing certain is left.
    assert_eq!(values::serial(&Cell::Number(2_102_140_595_724_704.0)).unwrap_err().code(), "digits_lost");
    assert_eq!(values::serial(&text("2.10214E+15")).unwrap_err().code(), "digits_lost");
    assert_eq!(values::serial(&text("SN1E+15")), Ok("SN1E+15".to_owned()));
    assert_eq!(values::serial(&text(&"9".repeat(65))).unwrap_err().code(), "serial_bad");
    assert_eq!(values::code(&text(" jn ")), Ok("JN".to_owned()));
    assert_eq!(values::code(&text("０３２０００７ｇｃｆ")), Ok("0320007GCF".to_owned()));
    assert_eq!(values::code(&text("A B")).unwrap_err().code(), "code_bad");
    assert_eq!(values::code(&text("JN;DZ")).unwrap_err().code(), "code_bad");
    assert_eq!(values::place_code(&text("a1-01")), Ok("A1-01".to_owned()));
    for written in ["JN/A1", "Bench"] {
        assert_eq!(values::place_code(&text(written)).unwrap_err().code(), "code_bad", "{written}");
    }
}

#[test]
fn lists_and_addresses() {
    for written in ["A1-01;A1-02", "A1-01；A1-02", "A1-01, A1-02,", "A1-01、A1-02", "A1-01\nA1-02"] {
        assert_eq!(values::list(&text(written)), ["A1-01", "A1-02"], "{written}");
    }
    assert_eq!(values::email(&text(" it1001@customer.example ")), Ok("it1001@customer.example".to_owned()));
    for written in ["it1001", "a@b@c", "黄娟 <it@x.example>", "it@"] {
        assert_eq!(values::email(&text(written)).unwrap_err().code(), "email_bad", "{written}");
    }
}

use super::*;
use proptest::prelude::*;

fn serial(text: &str) -> Result<String, SerialError> {
    Serial::parse(text).map(Serial::into_string)
}

fn code(text: &str) -> Result<String, CodeError> {
    Code::parse(text).map(Code::into_string)
}

#[test]
fn serials_come_to_one_form() {
    assert_eq!(serial("2102942280732379 "), Ok("2102942280732379".to_owned()));
    assert_eq!(serial("２１０２９２８３１８５５２０８０"), Ok("2102928318552080".to_owned()));
    assert_eq!(serial("\u{feff}sn-93tx thh\u{3000}a\u{200b}ws\r\n"), Ok("SN-93TXTHHAWS".to_owned()));
    assert_eq!(serial("ｓｎ－４２"), Ok("SN-42".to_owned()));
    assert_eq!(serial("SN\u{2013}42"), Ok("SN-42".to_owned()));
    assert_eq!(serial("单件7"), Ok("单件7".to_owned()));
}

#[test]
fn bad_serials_are_refused_by_name() {
    assert_eq!(serial(""), Err(SerialError::Empty));
    assert_eq!(serial(" \u{3000}\u{feff}\t"), Err(SerialError::Empty));
    assert_eq!(serial("A\u{1d}B"), Err(SerialError::ControlCharacter { code: 0x1d }));
    assert_eq!(serial("A\tB"), Err(SerialError::ControlCharacter { code: 9 }));
    assert_eq!(serial(&"x".repeat(64)), Ok("X".repeat(64)));
    assert_eq!(serial(&"x".repeat(65)), Err(SerialError::TooLong { chars: 65 }));
    assert_eq!(serial(&"x ".repeat(64)), Ok("X".repeat(64)), "blanks do not count");
}

#[test]
fn reversed_ends_first() {
    assert_eq!(Serial::parse("sn42x").unwrap().reversed(), "X24NS");
}

#[test]
fn codes_come_to_one_form() {
    assert_eq!(code(" jn "), Ok("JN".to_owned()));
    assert_eq!(code("０３２０７４９ｄｆｄ"), Ok("0320749DFD".to_owned()));
    assert_eq!(code("jn/a1-01"), Ok("JN/A1-01".to_owned()));
    assert_eq!(code("\u{feff}C1001"), Ok("C1001".to_owned()));
    assert_eq!(code(""), Err(CodeError::Empty));
    assert_eq!(code("A B"), Err(CodeError::BadCharacter { found: ' ' }));
    assert_eq!(code("济南"), Err(CodeError::BadCharacter { found: '济' }));
    assert_eq!(code("A\u{0}"), Err(CodeError::BadCharacter { found: '\u{0}' }));
    assert_eq!(code(&"a".repeat(33)), Err(CodeError::TooLong { chars: 33 }));
}

/// Texts near the interesting characters: plain ones alone would rarely meet them.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ A-Za-z0-9_./-]{0,70}",
        "[\u{ff01}-\u{ff5e}\u{3000}\u{200b}-\u{200f}\u{feff}\u{2010}-\u{2015}\ta-z]{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn normalising_twice_changes_nothing_more(text in texts()) {
        if let Ok(once) = Serial::parse(&text) {
            prop_assert_eq!(Serial::parse(once.as_str()), Ok(once));
        }
        if let Ok(once) = Code::parse(&text) {
            prop_assert_eq!(Code::parse(once.as_str()), Ok(once));
        }
    }

    #[test]
    fn a_serial_has_no_blank_control_or_lower_case(text in texts()) {
        if let Ok(serial) = Serial::parse(&text) {
            let chars = || serial.as_str().chars();
            prop_assert!(!chars().any(|c| is_blank(c) || c.is_control() || c.is_ascii_lowercase()));
            prop_assert!((1..=Serial::MAX_CHARS).contains(&chars().count()));
            prop_assert_eq!(serial.reversed().chars().rev().collect::<String>(), serial.as_str());
        }
    }

    #[test]
    fn width_case_and_blanks_do_not_make_another_serial(plain in "[A-Z0-9-]{1,40}", at in 0_usize..40) {
        let full: String = plain
            .to_lowercase()
            .chars()
            .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap())
            .collect();
        let mut spaced: Vec<char> = full.chars().collect();
        spaced.insert(at.min(spaced.len()), '\u{3000}');
        let spaced: String = spaced.into_iter().collect();
        prop_assert_eq!(serial(&full), Ok(plain.clone()));
        prop_assert_eq!(serial(&spaced), Ok(plain));
    }
}

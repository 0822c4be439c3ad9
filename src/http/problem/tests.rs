use super::*;
use crate::store::StoreError;

/// Every code has a sentence and every status a title, in both languages.
#[test]
fn every_trouble_has_its_words() {
    for lang in Lang::ALL {
        for code in Trouble::CODES {
            assert!(i18n::has(lang, &format!("problem-{code}")), "{lang}: problem-{code}");
        }
        for status in [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503, 507] {
            assert!(i18n::has(lang, &format!("problem-title-{status}")), "{lang}: {status}");
        }
    }
}

#[test]
fn a_refusal_by_a_rule_names_its_blocker() {
    let refusal = Refusal::NotAvailable {
        part_no: "MCU-24".into(),
        depot: "JN".into(),
        wanted: "2".into(),
        available: "1".into(),
    };
    let body = Problem::from(refusal).body(Lang::En, Some("x"));
    assert_eq!((body.status, body.code.as_str()), (409, "not_available"));
    assert_eq!(body.blocker.unwrap().get("available").unwrap(), "1");
    assert_eq!(body.instance.as_deref(), Some("urn:uuid:x"));
    assert!(body.detail.contains("MCU-24"), "{}", body.detail);
}

#[test]
fn field_errors_are_told_one_by_one_in_the_callers_language() {
    let problem = Problem::from(Refusal::field("lines[0].serial", "required"));
    let zh = problem.body(Lang::Zh, None);
    assert_eq!((zh.status, zh.code.as_str()), (422, "invalid"));
    assert_eq!(zh.errors.len(), 1);
    assert_ne!(zh.errors[0].message, problem.body(Lang::En, None).errors[0].message);
    assert!(zh.blocker.is_none());
}

#[test]
fn a_fault_does_not_leak() {
    let fault = crate::app::Error::Fault(StoreError::Connection("postgres://u:hunter2@h".into()));
    let body = serde_json::to_string(&Problem::from(fault).body(Lang::En, None)).unwrap();
    assert!(!body.contains("hunter2") && body.contains("try_again"), "{body}");
    let defect = crate::app::Error::Fault(StoreError::Codec("secret".into()));
    let body = serde_json::to_string(&Problem::from(defect).body(Lang::En, None)).unwrap();
    assert!(!body.contains("secret") && body.contains("\"internal\""), "{body}");
    let unknown = Problem::from(crate::app::Error::Fault(StoreError::OutcomeUnknown));
    assert_eq!((unknown.status().as_u16(), unknown.code()), (503, "outcome_unknown"));
}

//! What each action of an RMA line asks: one table from action codes (API.md) to the fields of its form.
//!
//! Which actions are allowed, and what they do, is decided by the domain; this only says what a person must fill in.

use super::Page;
use super::form::{Choice, Control, Field, Form};

/// The lists a form may offer. The handler fills in what the actions at hand need.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Depots this person may write in: code and name.
    pub depots: Vec<Choice>,
    /// Good units that fit as a spare, own part first: serial, and "part · depot · bin".
    pub spares: Vec<Choice>,
    /// One of them has to be looked at before it is given.
    pub look: bool,
    /// Serials out on loan on this line.
    pub loans: Vec<Choice>,
    /// Spares at the customer's that may turn out not to work.
    pub given: Vec<Choice>,
    /// Repair vendors.
    pub vendors: Vec<Choice>,
    /// Diagnosis codes in use.
    pub fault_codes: Vec<Choice>,
    /// Carriers used lately.
    pub carriers: Vec<Choice>,
    /// People a line may be assigned to.
    pub people: Vec<Choice>,
    /// Files of the RMA that the customer can read: id and name.
    pub files: Vec<Choice>,
    /// What is usually tested after a repair of this part.
    pub test_steps: Vec<String>,
}

/// An action's form on the line's page.
#[derive(Clone, Debug)]
pub struct ActionForm {
    /// Action code of the API.
    pub code: String,
    /// Whether it ends something for good, so that it stands apart and asks back.
    pub grave: bool,
    /// Shown opened: it came back with a refusal.
    pub open: bool,
    /// The form.
    pub form: Form,
}

/// Actions that end a line or give something up.
const GRAVE: [&str; 9] = [
    "reject",
    "cancel",
    "void",
    "approve_void",
    "scrap",
    "waive_faulty_return",
    "charge_faulty",
    "agree_scrap",
    "take_back",
];

/// Whether an action ends something for good.
pub fn is_grave(code: &str) -> bool {
    GRAVE.contains(&code)
}

/// What moves no line on: said when something went wrong, of the service, or handing it to somebody. Possible, and never proposed.
const BESIDE: [&str; 7] = [
    "report_doa",
    "correct_serial",
    "attribute_cause",
    "assign",
    "arrive_on_site",
    "restore_service",
    "report_failure",
];

/// Whether an action stands beside the life of a line.
pub fn is_beside(code: &str) -> bool {
    BESIDE.contains(&code)
}

/// The icon of an action, in its form's heading and on the timeline.
pub fn icon(code: &str) -> &'static str {
    match code {
        "request" => "inbox",
        "arrive_on_site" => "user",
        "report_failure" => "file-certificate",
        "authorise" | "confirm_returned" | "close" | "restore_service" | "accept_quote" => "circle-check",
        "reject" | "cancel" | "void" | "approve_void" | "refuse_quote" => "ban",
        "reserve_replacement" => "package",
        "ship_replacement" | "ship_exchange" | "dispatch_return" | "faulty_shipped" | "return_unrepaired" => {
            "truck-delivery"
        }
        "replacement_delivered" | "exchange_delivered" => "user",
        "receive_faulty" | "recover_loan" => "package-import",
        "diagnose" => "stethoscope",
        "start_repair" | "finish_repair" | "use_parts" => "tool",
        "approve_cost" => "scale",
        "send_to_vendor" | "vendor_returned" => "building-factory-2",
        "test" => "test-pipe",
        "hold" | "wait_parts" => "clock-pause",
        "resume" | "parts_arrived" => "player-play",
        "decide_exchange" | "change_mode" | "keep_loaner" | "report_doa" | "spare_astray" => "replace",
        "waive_faulty_return" | "charge_faulty" => "scale",
        "attribute_cause" => "scale",
        "set_entitlement" | "send_quote" | "expire_quote" => "file-certificate",
        "assign" => "user",
        "to_stock" => "building-warehouse",
        "correct_serial" => "pencil",
        "reminder" => "clock",
        "take_back" => "arrow-back-up",
        "note" => "message-circle",
        _ => "circle-dashed",
    }
}

/// The form of one action on line `line` of RMA `number`.
///
/// `version` is the row version seen (`If-Match`); `idempotency_key` is fresh for every page.
pub fn action_form(
    p: &Page,
    number: &str,
    line: i64,
    code: &str,
    choices: &Choices,
    version: &str,
    idempotency_key: &str,
) -> ActionForm {
    let (fields, mut more) = noted(p, fields(p, code, choices), version);
    if code == "take_back" {
        // A step is taken back now.
        more.retain(|field| field.name != "occurred_at");
    }
    let form = Form {
        id: format!("a-{code}"),
        action: format!("/rma/{number}/lines/{line}/actions/{code}"),
        fields,
        more,
        submit: p.word("action", code),
        idempotency_key: idempotency_key.to_owned(),
        error: String::new(),
        cancel: String::new(),
    };
    ActionForm { code: code.to_owned(), grave: GRAVE.contains(&code), open: false, form }
}

/// What every step takes besides its own fields: a note and when it was done, folded away. Where nothing else is asked the note
/// stands in sight: "waiting for parts" says for which.
pub fn noted(p: &Page, mut fields: Vec<Field>, version: &str) -> (Vec<Field>, Vec<Field>) {
    let note = Field::new("note", p.t("field-note"), Control::Area);
    let when = Field::new("occurred_at", p.t("field-occurred-at"), Control::Moment);
    let mut more = vec![when.with_hint(p.t("field-occurred-at-hint")), Field::hidden("version", version)];
    if fields.is_empty() {
        fields.push(note);
    } else {
        more.insert(0, note);
    }
    (fields, more)
}

/// Says what a settlement gives up or charges: the one thing that is owed by its name, of several the one chosen.
pub fn name_owed(p: &Page, made: &mut ActionForm, owed: &[(&str, &str)]) {
    let what = |(kind, serial): &(&str, &str)| p.t1(&format!("owed-{kind}"), "serial", *serial);
    let field = match owed {
        [] => return,
        [only] => {
            made.form.submit = p.t1(&format!("action-{}-of", made.code), "what", what(only));
            Field::hidden("serial", only.1)
        }
        several => {
            let choices = several.iter().map(|one| Choice::new(one.1, what(one))).collect();
            Field::new("serial", p.t("field-owed"), Control::Pick(choices)).required()
        }
    };
    made.form.fields.insert(0, field);
}

/// Somebody looked at a board whose firmware or revision nobody put down.
pub fn looked(p: &Page) -> Field {
    Field::new("limits_confirmed", p.t("field-limits-confirmed"), Control::Check)
}

/// The spare to give, and that it was looked at where it has to be.
fn spare(p: &Page, choices: &Choices) -> Vec<Field> {
    let mut fields = vec![choose(p, "serial", &choices.spares, "field-spare").required()];
    fields.extend(choices.look.then(|| looked(p)));
    fields
}

pub(super) fn fields(p: &Page, code: &str, choices: &Choices) -> Vec<Field> {
    match code {
        "arrive_on_site" | "restore_service" | "authorise" | "start_repair" | "wait_parts"
        | "parts_arrived" | "resume" | "approve_void" | "expire_quote" | "close" => Vec::new(),
        "reject" | "cancel" | "void" | "waive_faulty_return" | "charge_faulty" | "decide_exchange" => {
            vec![text(p, "reason").required()]
        }
        "take_back" => vec![text(p, "reason").required().with_hint(p.t("field-take-back-hint"))],
        "reserve_replacement" => spare(p, choices),
        "ship_exchange" => {
            let mut fields = spare(p, choices);
            fields.extend(shipment(p, choices));
            fields
        }
        "ship_replacement" | "dispatch_return" | "faulty_shipped" => shipment(p, choices),
        "return_unrepaired" => {
            let mut fields = vec![text(p, "reason").required()];
            fields.extend(shipment(p, choices));
            fields
        }
        "replacement_delivered" | "exchange_delivered" | "confirm_returned" => {
            vec![text(p, "received_by").required()]
        }
        "receive_faulty" => vec![
            code_field(p, "serial").required().with_hint(p.t("field-serial-scan-hint")),
            choose(p, "depot", &choices.depots, "field-depot").required(),
        ],
        "recover_loan" => vec![
            choose(p, "serial", &choices.loans, "field-loan").required(),
            choose(p, "depot", &choices.depots, "field-depot").required(),
            pick(p, "condition", "condition", &["good", "faulty", "quarantined"]).required(),
            data_said(p).with_hint(p.t("field-data-recovered-hint")),
            text(p, "certificate").with_hint(p.t("field-certificate-hint")),
        ],
        "to_stock" => vec![
            choose(p, "depot", &choices.depots, "field-depot").required(),
            data_answer(p),
            text(p, "certificate").with_hint(p.t("field-certificate-hint")),
        ],
        _ => bench_fields(p, code, choices),
    }
}

fn bench_fields(p: &Page, code: &str, choices: &Choices) -> Vec<Field> {
    match code {
        "diagnose" => vec![
            outcome(p, "diagnosis", "repairable"),
            choose(p, "fault_code", &choices.fault_codes, "field-fault-code"),
            Field::new("finding", p.t("field-finding"), Control::Area).required(),
            Field::new("estimate", p.t("field-estimate"), Control::Amount),
        ],
        "finish_repair" => vec![
            outcome(p, "outcome", "repaired"),
            Field::new("work", p.t("field-work"), Control::Area).required(),
            Field::new("cost", p.t("field-cost"), Control::Amount),
        ],
        "test" => vec![pick(p, "result", "test-result", &["pass", "fail"]).required(), text(p, "evidence")],
        "send_to_vendor" => vec![
            choose(p, "vendor", &choices.vendors, "field-vendor")
                .required()
                .with_hint(p.t("field-vendor-hint")),
            text(p, "vendor_rma"),
            Field::new("due_on", p.t("field-due-on"), Control::Date),
            data_answer(p),
            text(p, "certificate").with_hint(p.t("field-certificate-hint")),
        ],
        "approve_cost" => vec![
            Field::new("cost", p.t("field-cost-limit"), Control::Amount).required(),
            text(p, "reason").required(),
        ],
        "vendor_returned" => vec![
            code_field(p, "serial").required(),
            outcome(p, "outcome", "repaired"),
            Field::new("cost", p.t("field-cost"), Control::Amount),
        ],
        "use_parts" => vec![
            code_field(p, "part_no").required(),
            Field::new("part_serial", p.t("field-part-serial"), Control::Code),
            Field::new("quantity", p.t("field-quantity"), Control::Number).required().with_value("1"),
            Field::new("from", p.t("field-part-from"), Control::Code),
        ],
        "scrap" => vec![data_answer(p), text(p, "certificate").with_hint(p.t("field-certificate-hint"))],
        _ => paper_fields(p, code, choices),
    }
}

fn paper_fields(p: &Page, code: &str, choices: &Choices) -> Vec<Field> {
    match code {
        "hold" => vec![
            pick(p, "reason", "hold", &["customer", "agreed", "force_majeure"]).required(),
            text(p, "said_by").required().with_hint(p.t("field-said-by-hint")),
        ],
        "set_entitlement" => vec![
            pick(
                p,
                "entitlement",
                "entitlement",
                &["warranty", "contract", "repair_warranty", "goodwill", "chargeable"],
            )
            .required(),
            pick(p, "payer", "payer", &["customer", "us", "maker", "carrier"]),
            text(p, "reason").required(),
        ],
        "report_doa" => {
            vec![choose(p, "serial", &choices.given, "field-loan").required(), text(p, "reason")]
        }
        "keep_loaner" => vec![
            choose(p, "serial", &choices.loans, "field-loan").required(),
            text(p, "agreed_by").required(),
            text(p, "evidence").required(),
        ],
        "correct_serial" => vec![code_field(p, "serial").required(), text(p, "reason").required()],
        "attribute_cause" => vec![
            pick(p, "cause", "cause", &["ours", "maker", "customer", "carrier", "force_majeure"]).required(),
            text(p, "evidence").required(),
        ],
        "change_mode" => {
            let modes = ["repair_return", "loaner", "advance_replacement", "equivalent_exchange"];
            vec![pick(p, "mode", "mode", &modes).required(), text(p, "reason").required()]
        }
        "send_quote" => vec![
            Field::new("amount", p.t("field-amount"), Control::Amount).required(),
            Field::new("valid_until", p.t("field-valid-until"), Control::Date).required(),
        ],
        "accept_quote" | "refuse_quote" | "agree_scrap" => {
            vec![text(p, "by").required(), text(p, "evidence").required()]
        }
        "report_failure" => {
            let files = Control::Select(choices.files.clone());
            let field = Field::new("attachment", label(p, "attachment"), files);
            vec![field.required().with_hint(p.t("field-attachment-hint"))]
        }
        "assign" => vec![choose(p, "user", &choices.people, "field-user").required()],
        _ => Vec::new(),
    }
}

fn shipment(p: &Page, choices: &Choices) -> Vec<Field> {
    let carrier = if choices.carriers.is_empty() {
        text(p, "carrier").required()
    } else {
        choose(p, "carrier", &choices.carriers, "field-carrier").required()
    };
    vec![carrier, code_field(p, "tracking_no").required()]
}

/// The label of a field is the text `field-<name>`, underscores as hyphens.
fn label(p: &Page, name: &str) -> String {
    p.t(&format!("field-{}", name.replace('_', "-")))
}

fn text(p: &Page, name: &str) -> Field {
    Field::new(name, label(p, name), Control::Text)
}

fn code_field(p: &Page, name: &str) -> Field {
    Field::new(name, label(p, name), Control::Code)
}

/// A list to choose from; with nothing to offer the code is typed or scanned.
fn choose(p: &Page, name: &str, choices: &[Choice], label_key: &str) -> Field {
    let control = if choices.is_empty() { Control::Code } else { Control::Select(choices.to_vec()) };
    Field::new(name, p.t(label_key), control)
}

/// How bench work ended, each outcome with what it sets going.
fn outcome(p: &Page, family: &str, good: &'static str) -> Field {
    let codes = [good, "nff", "ber"];
    let choice = |code: &str| Choice::new(code, p.word(family, code)).doing(p.word("outcome-does", code));
    Field::new("outcome", label(p, "outcome"), Control::Pick(codes.map(choice).into())).required()
}

fn pick(p: &Page, name: &str, family: &str, codes: &[&str]) -> Field {
    let choices = codes.iter().map(|code| Choice::new(*code, p.word(family, code))).collect();
    Field::new(name, label(p, name), Control::Pick(choices))
}

/// What becomes of a customer's data; the plan's answer when nothing is picked.
pub fn data_answer(p: &Page) -> Field {
    data_said(p).with_hint(p.t("field-data-hint"))
}

/// The same where no plan answers.
pub fn data_said(p: &Page) -> Field {
    pick(p, "data", "data-answer", &["wipe", "destroy"])
}

/// Every action of API.md that a line's page may offer; tests hold their words and fields.
pub const ACTIONS: [&str; 49] = [
    "authorise",
    "reject",
    "cancel",
    "void",
    "approve_void",
    "assign",
    "ship_replacement",
    "replacement_delivered",
    "reserve_replacement",
    "report_doa",
    "keep_loaner",
    "faulty_shipped",
    "receive_faulty",
    "correct_serial",
    "diagnose",
    "start_repair",
    "wait_parts",
    "parts_arrived",
    "use_parts",
    "send_to_vendor",
    "vendor_returned",
    "finish_repair",
    "test",
    "dispatch_return",
    "confirm_returned",
    "return_unrepaired",
    "decide_exchange",
    "ship_exchange",
    "exchange_delivered",
    "recover_loan",
    "waive_faulty_return",
    "charge_faulty",
    "arrive_on_site",
    "restore_service",
    "report_failure",
    "hold",
    "resume",
    "change_mode",
    "attribute_cause",
    "set_entitlement",
    "send_quote",
    "accept_quote",
    "refuse_quote",
    "expire_quote",
    "agree_scrap",
    "scrap",
    "to_stock",
    "close",
    "take_back",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::web::samples;

    #[test]
    fn every_action_has_a_verb_and_labelled_fields_in_both_languages() {
        for lang in Lang::ALL {
            let p = samples::page(lang);
            for code in ACTIONS {
                let made = action_form(&p, "RMA-2026-000123", 1, code, &Choices::default(), "7", "key");
                assert_ne!(made.form.submit, code, "{lang}: no word for {code}");
                assert_ne!(p.word("event", code), code, "{lang}: no past form of {code}");
                for field in &made.form.fields {
                    assert!(
                        !field.label.is_empty() && !field.label.starts_with("field-"),
                        "{lang} {code} {}",
                        field.name
                    );
                    if let Control::Pick(choices) = &field.control {
                        assert!(
                            choices.iter().all(|choice| choice.label != choice.value),
                            "{lang} {code} {choices:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn an_action_posts_to_its_line() {
        let p = samples::page(Lang::Zh);
        let made = action_form(&p, "RMA-2026-000123", 2, "void", &Choices::default(), "7", "key");
        assert_eq!(made.form.action, "/rma/RMA-2026-000123/lines/2/actions/void");
        assert!(made.grave && !made.open);
        assert!(made.form.fields.iter().any(|field| field.name == "reason" && field.required));
    }

    #[test]
    fn what_is_given_up_is_called_by_its_name() {
        let named = |lang, owed: &[(&str, &str)]| {
            let p = samples::page(lang);
            let mut made = action_form(&p, "R", 1, "waive_faulty_return", &Choices::default(), "7", "key");
            name_owed(&p, &mut made, owed);
            (made.form.submit, made.form.fields.remove(0))
        };
        let (submit, serial) = named(Lang::En, &[("loan", "SN1")]);
        assert_eq!((submit.as_str(), serial.value.as_str()), ("Write off our loaner SN1", "SN1"));
        assert_eq!(named(Lang::Zh, &[("faulty", "SN1")]).0, "免还故障件 SN1");
        let (submit, serial) = named(Lang::Zh, &[("loan", "SN1"), ("dead", "SN2")]);
        assert_eq!(submit, "免还应还物件");
        let Control::Pick(choices) = serial.control else { panic!("{serial:?}") };
        assert_eq!((choices[1].value.as_str(), choices[1].label.as_str()), ("SN2", "到货即坏的替换件 SN2"));
    }
}

//! What else can be done on an RMA line, in groups: a menu of sixteen entries is not read from top to bottom.

use super::actions::{self, ActionForm};

/// The groups in the order they stand in, each by the text key of its heading.
const GROUPS: [&str; 4] = ["rma-menu-parcels", "rma-menu-repair", "rma-menu-decide", "rma-menu-correct"];

/// The group of an action. What ends something for good stands with the corrections, last.
fn group(code: &str) -> &'static str {
    match code {
        _ if actions::is_grave(code) => "rma-menu-correct",
        "correct_serial" | "attribute_cause" | "report_doa" | "spare_astray" => "rma-menu-correct",
        "reserve_replacement"
        | "ship_replacement"
        | "replacement_delivered"
        | "faulty_shipped"
        | "receive_faulty"
        | "dispatch_return"
        | "confirm_returned"
        | "return_unrepaired"
        | "ship_exchange"
        | "exchange_delivered"
        | "recover_loan"
        | "to_stock" => "rma-menu-parcels",
        "diagnose" | "start_repair" | "wait_parts" | "parts_arrived" | "use_parts" | "send_to_vendor"
        | "vendor_returned" | "approve_cost" | "finish_repair" | "test" | "report_failure" => {
            "rma-menu-repair"
        }
        _ => "rma-menu-decide",
    }
}

/// The forms by group, in the order given; a group with nothing in it is left out.
pub fn grouped(forms: &[ActionForm]) -> Vec<(&'static str, Vec<&ActionForm>)> {
    let of = |heading: &'static str| {
        let own: Vec<&ActionForm> = forms.iter().filter(|form| group(&form.code) == heading).collect();
        (heading, own)
    };
    GROUPS.into_iter().map(of).filter(|(_, own)| !own.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::web::samples;

    #[test]
    fn every_action_stands_in_one_group() {
        let p = samples::page(Lang::En);
        let form =
            |code: &&str| actions::action_form(&p, "R", 1, code, &actions::Choices::default(), "1", "k");
        let forms: Vec<ActionForm> = actions::ACTIONS.iter().map(form).collect();
        let menu = grouped(&forms);
        assert_eq!(menu.iter().map(|(_, own)| own.len()).sum::<usize>(), forms.len());
        assert_eq!(menu.iter().map(|(heading, _)| *heading).collect::<Vec<_>>(), GROUPS);
        assert!(menu[3].1.iter().any(|form| form.code == "void"), "what ends a line stands last");
    }
}

//! Which scenario shows which of the settled cases. docs/rma.md prints the table; a test holds that every scenario and the
//! books it leaves are there.

use std::fmt::Write;
use std::path::Path;

/// A case, and the scenarios that show it: file under `tests/it/rma`, name of the test, name of the books it leaves.
type Settled = (&'static str, &'static [(&'static str, &'static str, &'static str)]);

/// Every case, in the order in which they were settled.
const SETTLED: &[Settled] = &[
    (
        "Advance replacement: titles swap at the hand-over; the line closes when the faulty part is received, waived or charged",
        &[
            ("cases", "an_advance_replacement_ends_in_our_stock", "advance_replacement_to_stock"),
            (
                "cases",
                "an_advance_replacement_swaps_titles_and_closes_when_the_faulty_part_is_waived",
                "advance_replacement_waived",
            ),
            ("cases", "a_charged_faulty_part_becomes_the_customers_again", "advance_replacement_charged"),
            (
                "cases",
                "an_advance_replacement_whose_part_came_first_closes_with_the_hand_over",
                "advance_replacement_part_first",
            ),
        ],
    ),
    (
        "Regimes: a loan contract and an exchange contract offer their own modes; outside a contract's period nothing is promised",
        &[("regimes", "a_loan_contract_and_an_exchange_contract_offer_their_own_modes", "regimes")],
    ),
    (
        "Change of mode after receipt is an exchange and stays in the rate",
        &[("cases", "a_change_of_mode_after_receipt_is_an_exchange", "change_of_mode")],
    ),
    (
        "Places and owners: what the ledger never met enters from `opening`; vans and on-site spares serve their own",
        &[
            ("cases", "a_vans_spare_is_its_engineers_and_on_site_spares_their_customers", "van"),
            (
                "helpers",
                "on_site_spares_serve_their_customer_at_once_and_the_plan_says_yes",
                "preventive_on_site",
            ),
        ],
    ),
    (
        "Issued units: a dead spare is owed back and a second one issued; a kept loaner and a replacement must satisfy the plan",
        &[
            ("cases", "a_dead_spare_is_owed_back_and_a_second_one_is_issued", "dead_on_arrival"),
            (
                "work",
                "a_dead_board_given_in_exchange_is_owed_back_and_a_second_one_follows",
                "dead_exchange_board",
            ),
            ("cases", "a_kept_loaner_counts_from_the_day_the_customer_agreed", "kept_loaner"),
            ("cases", "a_plan_may_demand_brand_new_replacements", "equivalent_exchange"),
        ],
    ),
    (
        "Entitlement and price: a quote is the only automatic hold; the maker’s warranty and a repair that did not hold are free; the payer is recorded",
        &[
            ("cases", "a_quote_stops_the_clock_until_it_is_answered", "quote"),
            ("regimes", "the_same_fault_after_the_repair_is_free_and_goodwill_is_ours", "repair_warranty"),
            ("regimes", "a_board_we_delivered_is_free_within_the_makers_warranty", "makers_warranty"),
        ],
    ),
    (
        "An equivalent board is owed from the decision, the verdict or the day after the repair was due, whichever is first",
        &[
            ("boards", "a_board_is_owed_from_the_verdict_on", "board_from_verdict"),
            ("boards", "a_late_repair_owes_a_board_from_the_day_after_it_was_due", "board_from_lateness"),
        ],
    ),
    (
        "Going home: a customer's unit that we hold must end",
        &[
            ("cases", "a_customers_unit_that_we_hold_must_end", "returned_unrepaired"),
            ("cases", "scrap_needs_consent_and_data_its_certificate", "scrapped_with_consent"),
        ],
    ),
    (
        "One open RMA: an unrecovered loan does not block a new request",
        &[("helpers", "an_unrecovered_loan_does_not_block_the_units_next_request", "one_open_rma")],
    ),
    (
        "Depots that help: each depot a line names does its own step; without a bench it forwards by transfer",
        &[("helpers", "each_depot_a_line_names_does_its_own_step", "helping_depots")],
    ),
    (
        "What is owed to us: reminders, then waived (lost) or charged (the customer's)",
        &[
            ("cases", "a_loan_that_never_comes_back_is_waived_or_charged", "loan_charged"),
            ("work", "a_loaner_that_is_given_up_is_lost", "loan_waived"),
        ],
    ),
    (
        "Another serial from the maker is never a rename",
        &[
            ("work", "another_serial_from_the_maker_is_no_rename_but_an_exchange", "maker_swap_exchange"),
            ("work", "another_serial_from_the_maker_is_no_rename_but_a_repair", "maker_swap_repair"),
        ],
    ),
    (
        "Intake: receipt is the moment the box was taken in; unmatched units end as matched, new RMA or sent back",
        &[("boxes", "a_box_with_units_of_several_rmas_is_sorted_and_no_clock_moves", "one_box_several_rmas")],
    ),
    (
        "Transfer differences: the missing piece stays in transit; the unexpected one goes into quarantine",
        &[(
            "helpers",
            "a_transfers_missing_piece_stays_on_the_road_and_an_unexpected_one_in_quarantine",
            "transfer_differences",
        )],
    ),
    (
        "Count differences: only ours is booked, by a second person; what is elsewhere on the books gets the right act",
        &[(
            "helpers",
            "a_count_books_only_what_is_ours_and_names_the_right_act_for_the_rest",
            "count_differences",
        )],
    ),
    (
        "Identity: the same serial from two makers is two units; a label made anew is a second code",
        &[
            ("boxes", "the_same_serial_from_two_makers_is_two_units", "twins"),
            ("cases", "a_wrong_serial_is_put_right_and_a_worn_label_gets_a_second_code", "corrected_serial"),
        ],
    ),
    (
        "Plan versions: the one in force on the day of the request applies",
        &[("regimes", "the_plan_version_in_force_on_the_day_of_the_request_applies", "plan_versions")],
    ),
    (
        "Data-bearing parts: scrap, stock and maker need an answer and its certificate",
        &[
            ("work", "a_customers_data_is_wiped_before_the_part_leaves_for_maker_or_stock", "data_wiped"),
            (
                "left_data",
                "a_spare_a_customer_used_is_nobodys_before_its_data_is_answered_for",
                "data_left_on_a_spare",
            ),
            ("cases", "scrap_needs_consent_and_data_its_certificate", "scrapped_with_consent"),
        ],
    ),
    (
        "Shared contacts: every page and mail concerns one customer",
        &[("regimes", "a_contact_of_several_customers_reads_of_one_at_a_time", "shared_contact")],
    ),
    (
        "Which rate is contractual is the contract's; the others stand beside it",
        &[("regimes", "the_contract_says_which_rate_counts_and_the_others_stand_beside", "contractual_rate")],
    ),
    (
        "At risk: waiting for parts never stops a clock",
        &[("regimes", "waiting_for_parts_stops_no_clock_and_is_never_shown_as_paused", "waiting_for_parts")],
    ),
    (
        "Void: a reason, a second person, and out of the rate",
        &[("cases", "a_void_needs_a_reason_and_a_second_person", "void")],
    ),
    (
        "A cause found after the line was closed is a correction, known from the day it was recorded",
        &[("work", "a_cause_found_after_the_line_was_closed_is_a_correction", "late_cause")],
    ),
];

/// The table as docs/rma.md shows it.
pub fn printed() -> String {
    let mut out = "\n## Settled cases, and the scenarios that show them\n\nEach scenario goes through HTTP on both databases and \
         ends with a ledger that proves itself; the books it leaves (ledger rows, promises, mails) are kept under \
         `tests/it/rma/snapshots`.\n\n| case | scenario | books |\n|---|---|---|\n"
        .to_owned();
    for (case, scenarios) in SETTLED {
        let names: Vec<_> = scenarios.iter().map(|(file, test, _)| format!("`{file}::{test}`")).collect();
        let books: Vec<_> = scenarios.iter().map(|(_, _, books)| format!("`{books}`")).collect();
        writeln!(out, "| {case} | {} | {} |", names.join("<br>"), books.join("<br>")).unwrap();
    }
    out
}

#[test]
fn every_settled_case_has_its_scenario_and_its_books() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rma");
    for (case, scenarios) in SETTLED {
        assert!(!scenarios.is_empty(), "{case}");
        for (file, test, books) in *scenarios {
            let source = std::fs::read_to_string(here.join(format!("{file}.rs"))).unwrap();
            let text: String = source.split_whitespace().collect();
            let (_, after) =
                text.split_once(&format!("on_both!({test},")).unwrap_or_else(|| panic!("{file}::{test}"));
            let body = after.split("on_both!(").next().unwrap();
            // The swaps of a maker are written out by the function both share.
            let leaves = format!("assert_snapshot!(\"{books}\"");
            assert!(body.contains(&leaves), "{test} does not write out its books {books}");
            let kept = here.join(format!("snapshots/it__rma__{file}__{books}.snap"));
            let kept = std::fs::read_to_string(&kept).unwrap_or_else(|_| panic!("{}", kept.display()));
            assert!(kept.contains("Ledger\n"), "{books} shows no ledger");
        }
    }
}

//! Who pays, and the price of what the customer pays (PRODUCT "Entitlement and price"). A quote opens the only automatic
//! hold; its answer, or its last day, ends that hold.

use crate::domain::calendar::Zone;
use crate::domain::notice::NoticeKind;
use crate::domain::plan::PromiseKind;
use crate::domain::refusal::Refusal;
use crate::domain::rma::case::{Payer, Quote, QuoteChange, QuoteState};
use crate::domain::rma::effects::{Decision, HoldChange};
use crate::domain::rma::{ActionKind, Entitlement, LineState, Track, clock};
use chrono::{NaiveDate, TimeDelta};

pub(super) fn set_entitlement(
    line: &LineState,
    entitlement: Entitlement,
    payer: Option<Payer>,
    reason: &str,
    decision: &mut Decision,
) {
    decision.case.entitlement = Some(entitlement);
    decision.case.payer = Some(payer.unwrap_or(entitlement.usual_payer()));
    let before = line.case.entitlement.map_or("", |before| before.as_str());
    decision.log(Track::Note, before, entitlement.as_str());
    decision.set_note(reason.to_owned());
}

pub(super) fn send(
    line: &LineState,
    amount_fen: i64,
    currency: &str,
    valid_until: NaiveDate,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    if amount_fen <= 0 {
        return Err(Refusal::field("amount", "not_positive"));
    }
    if valid_until < Zone::default().local_date(decision.occurred_at) {
        return Err(Refusal::field("valid_until", "in_the_past"));
    }
    let holds = line.open_promises.contains(&PromiseKind::RepairReturn);
    let price = format!("{} {currency}", crate::domain::money::format_fen(amount_fen));
    if holds {
        decision.hold = Some(HoldChange::StartForQuote);
        clock::stands_still(line, decision);
    } else {
        decision.log(Track::Note, "", "");
    }
    decision.set_note(format!("{price} · {valid_until}"));
    let currency = currency.to_owned();
    decision.case.quote = Some(QuoteChange::Send { amount_fen, currency, valid_until, holds });
    decision.notice = Some(NoticeKind::Quote);
    Ok(())
}

pub(super) fn accept(
    line: &LineState,
    by: &str,
    evidence: &str,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let quote = waiting(line, ActionKind::AcceptQuote)?;
    if Zone::default().local_date(decision.occurred_at) > quote.valid_until {
        return Err(Refusal::QuoteOver { valid_until: quote.valid_until.to_string() });
    }
    decision.case.payer = Some(Payer::Customer);
    end(line, QuoteState::Accepted, by, evidence, decision)
}

/// Why nothing is quoted or answered now.
pub(in crate::domain::rma) fn why_not(line: &LineState, kind: ActionKind) -> Refusal {
    match &line.case.quote {
        Some(open) if open.state == QuoteState::Open && kind == ActionKind::SendQuote => {
            Refusal::QuoteOpen { valid_until: open.valid_until.to_string() }
        }
        Some(over) if over.state == QuoteState::Expired && kind != ActionKind::SendQuote => {
            Refusal::QuoteOver { valid_until: over.valid_until.to_string() }
        }
        _ => Refusal::ActionNotAllowed { action: kind.to_string(), state: line.repair.to_string() },
    }
}

pub(super) fn expire(line: &LineState, decision: &mut Decision) -> Result<(), Refusal> {
    let quote = waiting(line, ActionKind::ExpireQuote)?;
    if Zone::default().local_date(decision.occurred_at) <= quote.valid_until {
        return Err(Refusal::QuoteStillValid { valid_until: quote.valid_until.to_string() });
    }
    // Its last day was the customer's to the end; the day after it the clock runs, whenever somebody or the job looks.
    let over = Zone::default().overdue_from(quote.valid_until) - TimeDelta::seconds(1);
    decision.occurred_at = over.max(line.last_event_at);
    end(line, QuoteState::Expired, "", "", decision)?;
    if decision.hold.is_some() {
        decision.hold = Some(HoldChange::QuoteEndedAt(over));
    }
    Ok(())
}

/// The quote's story ends, and with it the hold it opened.
pub(in crate::domain::rma) fn end(
    line: &LineState,
    state: QuoteState,
    by: &str,
    evidence: &str,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let quote = waiting(line, ActionKind::RefuseQuote)?;
    decision.log(Track::Note, QuoteState::Open.as_str(), state.as_str());
    decision.set_note(
        [by.trim(), evidence.trim()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    );
    if line.quote_holds {
        decision.hold = Some(HoldChange::EndForQuote);
        if !line.held_by_hand {
            decision.log(Track::Clock, "held", "running");
        }
    }
    decision.case.quote = Some(QuoteChange::End {
        id: quote.id,
        state,
        by: by.trim().to_owned(),
        evidence: evidence.trim().to_owned(),
    });
    Ok(())
}

/// The board was given instead, so there is nothing left to answer; and the clock has nothing left to wait for.
pub(in crate::domain::rma) fn withdraw(line: &LineState, decision: &mut Decision) {
    if line.on_hold {
        decision.hold = Some(HoldChange::EndAll);
    }
    if let Some(quote) = line.case.open_quote() {
        let (id, state) = (quote.id, QuoteState::Expired);
        decision.case.quote =
            Some(QuoteChange::End { id, state, by: String::new(), evidence: String::new() });
    }
}

fn waiting(line: &LineState, kind: ActionKind) -> Result<&Quote, Refusal> {
    line.case
        .open_quote()
        .ok_or_else(|| Refusal::ActionNotAllowed { action: kind.to_string(), state: line.repair.to_string() })
}

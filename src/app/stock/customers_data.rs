//! A customer's data on a spare of ours that came back from use: what became of it is put down here, where no act on a document asks for
//! it (PRODUCT "Data-bearing parts", decision 0039).

use super::{UnitDetails, find_unit, may_put_down, unit_details};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::data_bearing::{DataAnswer, DataCase, DataProof, DataState, data_proof};
use crate::domain::fields::{Fields, NUMBER_MAX};
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::data_answers::{self, NewAnswer};

/// What somebody says became of the data on a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SaidOfData {
    /// Part number, when several units share the serial.
    pub part_no: Option<String>,
    /// The answer.
    pub data: Option<DataAnswer>,
    /// Number of the certificate.
    pub certificate: String,
}

/// Puts down what became of a customer's data on a spare of ours, with the certificate. Wiped, it may be good again; of one whose data is
/// destroyed nothing but scrap is left.
///
/// # Errors
/// `forbidden`, `not_found`, `not_your_depot`; `unit_elsewhere` for one that is not back, `no_data_to_answer_for`, `data_needs_proof` where a
/// document asks for the answer, `data_answer_needed`, `data_stays_with_customer`, `certificate_needed`, and 422.
pub fn answer_data(tx: &mut Conn, ctx: &Ctx, serial: &str, said: &SaidOfData) -> AppResult<UnitDetails> {
    ctx.actor.may(Permission::MoveStock)?;
    let unit = find_unit(tx, serial, said.part_no.as_deref())?;
    may_put_down(ctx, &unit)?;
    let mut f = Fields::new();
    let certificate = f.text("certificate", &said.certificate, NUMBER_MAX);
    f.finish()?;
    if unit.depot_id.is_none() {
        let (serial, place) = (unit.serial, unit.place);
        return Err(Refusal::UnitElsewhere { serial, place, claimed: String::new() }.into());
    }
    match data_answers::left(tx, unit.id)? {
        None => return Err(Refusal::NoDataToAnswerFor { serial: unit.serial }.into()),
        Some(left) if left.state == DataState::OnDocument => {
            let (serial, document) = (unit.serial, left.document);
            return Err(Refusal::DataNeedsProof { serial, document }.into());
        }
        Some(_) => {}
    }
    let case = DataCase {
        serial: &unit.serial,
        part_no: &unit.part_no,
        is_customers_data: true,
        plan_answer: None,
        is_scrap: said.data == Some(DataAnswer::Destroy),
    };
    let proof = data_proof(&case, &DataProof { answer: said.data, certificate })?;
    if let Some((answer, certificate)) = proof {
        let movement_id = data_answers::last_movement(tx, unit.id)?;
        let (actor_id, now) = (ctx.actor.id(), ctx.now);
        let (unit_id, certificate, document) = (unit.id, certificate.as_str(), "");
        let new = NewAnswer { unit_id, movement_id, answer, certificate, document, actor_id, now };
        data_answers::insert(tx, &new)?;
        let detail = format!("{answer} {certificate}");
        audit::record(tx, ctx, "unit.data", &format!("unit:{}", unit.serial), &detail)?;
    }
    unit_details(tx, ctx, &unit.serial, Some(&unit.part_no))
}

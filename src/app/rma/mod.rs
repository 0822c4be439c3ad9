//! RMAs: a request comes in, its lines are acted on until everything is where it belongs, and the customer follows.

mod act;
mod apply;
mod astray;
mod attach;
mod box_again;
mod case_news;
mod cases;
mod due;
mod due_dates;
mod intake;
mod list;
mod makers_unit;
mod mine;
mod news;
mod next;
mod notes;
mod promises;
mod proof;
mod proposal;
mod reminders;
mod request;
mod resolve;
mod state;
mod stays;
mod take_back;
mod track;
mod view;

pub(in crate::app) use act::assigned_to;
pub use act::{Acted, MadeNotice, act, assign, assign_many, assignees, delivered};
pub(in crate::app) use astray::held_spare_astray;
pub use attach::{AttachmentRow, ContentRow, FILE_MAX, NewFile, attach, file, files};
pub(in crate::app) use attach::{FILES_MAX, checked_file};
pub use cases::CaseInput;
pub use due::DueGroup;
pub(super) use due_dates::not_late_by_calendar;
pub use intake::{Received, TakenIn, receive_taken_in, recover_taken_in};
pub use list::{
    FIRST, LineOrder, boxes, contracts_of, count_lines, due_days, issued_for, list_lines, list_lines_by_risk,
    list_lines_sorted, list_shipments, shipment, shipments_of_waybill,
};
pub(in crate::app) use makers_unit::board_was_told;
pub use mine::{Mine, Which, followed, mine};
pub use next::{Next, awaits_yes, next, offered};
pub use notes::{approve_label, ask_label, note};
pub(in crate::app) use proof::prove_into;
pub use proposal::{Proposal, accept_proposal, draft_notice};
pub use reminders::{expire_quotes, owe_boards, remind};
pub(in crate::app) use request::unknown_site;
pub use request::{NewLine, NewRequest, request};
pub use resolve::{ActionInput, is_held_for};
pub(in crate::app) use state::limits_of;
pub use stays::Stay;
pub(in crate::app) use take_back::reverse_movement;
pub use track::{Tracked, TrackedLine, confirm_by_customer, new_tracking_code, track};
pub use view::{Clock, LineView, PromiseView, RmaView, line_view, view};

pub use crate::store::issued::{IssuedFor, IssuedRow};
pub use crate::store::line_facets::{DueDayRow, DueDays, FacetKind, FacetRow, Facets};
pub use crate::store::mine::{HeldSpareRow, NeedRow};
pub use crate::store::movements::MovementRow;
pub use crate::store::promises::{HoldRow, PromiseRow};
pub use crate::store::rma_cases::{ConsentRow, LabelRow, QuoteRow};
pub use crate::store::rma_lists::{LineFilter, LineKey, LineMark, LineSort, RiskKey};
pub use crate::store::rmas::{EventRow, LineRow, RmaRow};
pub use crate::store::shipments::ShipmentRow;

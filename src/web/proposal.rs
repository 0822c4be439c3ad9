//! The mail that accepting a proposed exchange would send.

use crate::web::Page;
use crate::web::form::Form;
use crate::web::rma_detail::ProposalCard;
use askama::Template;

/// A mail, read before it is sent.
#[derive(Clone, Debug)]
pub struct DraftedMail {
    /// Reader.
    pub to: String,
    /// The reader's language.
    pub language: String,
    /// Subject.
    pub subject: String,
    /// Plain text part.
    pub text: String,
}

/// The mail of a proposal.
#[derive(Template)]
#[template(path = "pages/proposal_notice.html")]
pub struct ProposalNoticePage {
    /// The frame.
    pub p: Page,
    /// RMA number.
    pub number: String,
    /// Line number.
    pub line: i64,
    /// The mail; `None` for a customer without an address.
    pub mail: Option<DraftedMail>,
    /// What is proposed.
    pub offer: ProposalCard,
    /// The yes.
    pub form: Form,
}

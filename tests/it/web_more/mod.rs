//! Pages beside the main path: imports, first start, account, public requests, notices.

mod imports;
mod notices;
mod public;
mod start;

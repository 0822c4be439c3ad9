//! What must survive: the program killed under load, connections cut, a clock put back. Mail servers that are
//! down, slow or refuse stand in `jobs.rs` and `mail.rs`.

mod clock;
mod cut;
mod killed;

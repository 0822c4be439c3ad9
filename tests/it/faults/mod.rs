//! What must survive: the program killed under load, connections cut, a full disk, the database server stopped and failed over,
//! nodes exchanged, a clock put back. Mail servers that are down, slow or refuse stand in `jobs.rs` and `mail.rs`.

mod backup;
mod clock;
mod cut;
mod every_job;
mod full;
mod killed;
mod load;
mod nodes;
mod proxy;
mod restarted;
mod traced;
pub mod work;

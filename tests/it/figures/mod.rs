//! Figures, promises and exports on both databases.

mod at_risk;
mod company;
mod company_foresight;
pub mod evidence;
mod export;
mod floating;
mod foresight;
mod http;
mod known;
mod lasted;
mod pages;
mod plans;
mod promises;
mod proposal;
mod rate;
mod restated;
mod scene;
mod story;
mod sums;
mod time;
mod vectors;
mod watch;

//! Figures, promises and exports on both databases.

mod company;
mod evidence;
mod export;
mod foresight;
mod http;
mod plans;
mod promises;
mod rate;
mod scene;
mod story;
mod time;
mod vectors;

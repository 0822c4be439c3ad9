//! The one integration binary: each further one would link every dependency again.

mod mail;
mod smtp_server;

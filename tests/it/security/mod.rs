//! Sessions, tokens with fewer rights, second factor, password reset, single sign-on, and what must not leak.

mod browser;
mod headers;
mod hostile;
mod leaked;
mod provider;
mod reads;
mod reset;
mod second_factor;
mod secrets;
mod sessions;
mod sso;
mod tokens;
mod virus;

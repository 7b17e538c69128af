//! The layers around the router, each in a file; their order is in `router`.

mod client;
mod error_pages;
mod gate;
mod log;
mod normalize;
mod origin;
mod security;
mod session;
mod token_redirect;

pub(super) use client::{address as client_address, client};
pub(super) use error_pages::{Locale, error_pages, remember_caller};
pub(super) use gate::gate;
pub(super) use log::{RequestId, log, tell_route};
pub(super) use normalize::normalize;
pub(super) use origin::same_origin;
pub(super) use security::{Nonce, security};
pub(super) use session::{session, session_cookie, session_cookie_key, session_cookie_name};
pub(super) use token_redirect::{device_cookie, find_switch, is_ahead_of_a_click, somebody_looks, token_redirect};

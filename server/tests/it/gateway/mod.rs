//! The gateway: what a reverse proxy is answered, and how sessions reach the hosts of apps.

mod answers;
mod browser;
mod ended;
mod handing;
mod links;
mod tokens;

//! The gateway: which app a proxy asks about, who may open it, and what the app is told about them.

mod app;
mod identity;
mod pass;
mod path;
mod request;
mod snippet;
mod verdict;

pub use app::{App, MOST_APPS, PathRule, RuleAccess, Who, check_domain, covers};
pub use identity::{groups, identifier};
pub use pass::{Pass, Place};
pub use path::Readings;
pub use request::{AppRequest, BadForward, BadForwardKind, LONGEST_TARGET};
pub use snippet::{Names, ReverseProxy, SnippetPart, Unfit, Upstream, snippet};
pub use verdict::{Asked, Needs, find};

//! The return page: asks until there is an answer, then goes in.

use leptos::prelude::*;

use super::{face, setup};
use crate::flow::shown::Shown;

/// On the server "One moment…" with a link to check again.
#[island]
pub fn PlexReturn() -> impl IntoView {
    returned()
}

fn returned() -> impl IntoView {
    let setup = setup::plex_return();
    let shown = RwSignal::new(Shown::returned());
    #[cfg(feature = "hydrate")]
    crate::browser::driver::Driver::returned(shown);
    face::returned(setup, shown)
}

/// The island with what it needs.
#[cfg(feature = "ssr")]
#[must_use]
pub fn plex_return(setup: setup::ReturnSetup) -> AnyView {
    provide_context(setup);
    view! { <PlexReturn /> }.into_any()
}

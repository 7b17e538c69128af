//! The return page: asks until there is an answer, then goes in, or tells the first tab and closes the Plex window.

use leptos::prelude::*;

use super::{
    face,
    setup::{self, ReturnSetup},
};
use crate::flow::{outcome::Piece, shown::Shown, texts};

/// On the server "One moment…" with a link to check again.
#[island]
pub fn PlexReturn() -> impl IntoView {
    returned()
}

fn returned() -> impl IntoView {
    let setup = setup::plex_return();
    let shown = RwSignal::new(first(&setup));
    #[cfg(feature = "hydrate")]
    crate::browser::driver::Driver::returned(&setup, shown);
    face::returned(setup, shown)
}

fn first(setup: &ReturnSetup) -> Shown {
    let (state, sentence) = if setup.to.is_some() {
        ("signed-in", texts::CLOSE_THIS_WINDOW)
    } else {
        ("checking", texts::CHECKING)
    };
    Shown {
        state,
        sentence: vec![Piece::plain(sentence)],
        ..Shown::default()
    }
}

/// The island with what it needs.
#[cfg(feature = "ssr")]
#[must_use]
pub fn plex_return(setup: ReturnSetup) -> AnyView {
    provide_context(setup);
    view! { <PlexReturn /> }.into_any()
}

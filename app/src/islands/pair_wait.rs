//! On the device that wants in: asks until somebody says yes, then goes in.

use leptos::prelude::*;

use super::{face, setup};
use crate::flow::shown::Shown;

/// On the server what is being waited for; the page loads itself again where JavaScript is off.
#[island]
pub fn PairWait() -> impl IntoView {
    wait()
}

fn wait() -> impl IntoView {
    let setup = setup::pair_wait();
    let shown = RwSignal::new(Shown::device(setup.seconds));
    #[cfg(feature = "hydrate")]
    crate::browser::pair::wait(setup.clone(), shown);
    face::waiting(setup, shown)
}

/// The island with what it needs.
#[cfg(feature = "ssr")]
#[must_use]
pub fn pair_wait(setup: setup::PairSetup) -> AnyView {
    provide_context(setup);
    view! { <PairWait /> }.into_any()
}

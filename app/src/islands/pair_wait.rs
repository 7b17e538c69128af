//! On the device that wants in: asks until somebody says yes, then goes in.

use leptos::prelude::*;

use super::setup::{self, PairSetup};
use crate::flow::pair::Shown;

/// On the server what is being waited for; the page loads itself again where JavaScript is off.
#[island]
pub fn PairWait() -> impl IntoView {
    wait()
}

fn wait() -> impl IntoView {
    let setup = setup::pair_wait();
    let shown = RwSignal::new(Shown::waiting(setup.seconds));
    #[cfg(feature = "hydrate")]
    crate::browser::pair::wait(setup.clone(), shown);
    face(setup, shown)
}

/// What it looks like in each state. Only sentence and trouble are read aloud, not the minutes.
pub fn face(setup: PairSetup, shown: RwSignal<Shown>) -> impl IntoView {
    view! {
        <div
            class="pair-wait"
            data-pair=""
            data-again=setup.again
            data-seconds=setup.seconds.to_string()
            data-state=move || shown.with(|s| s.state)
        >
            <div class="status" role="status">
                <p class="said">{move || shown.with(|s| s.sentence)}</p>
                <p class="hint">{move || shown.with(|s| s.note.clone())}</p>
            </div>
            <p class="hint count">{move || shown.with(|s| s.life.clone())}</p>
        </div>
    }
}

/// The island with what it needs.
#[cfg(feature = "ssr")]
#[must_use]
pub fn pair_wait(setup: PairSetup) -> AnyView {
    provide_context(setup);
    view! { <PairWait /> }.into_any()
}

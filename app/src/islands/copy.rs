//! A button that copies an input's text. Where there is no JavaScript it is not there at all, and the input can be
//! copied by hand.

use leptos::{html, prelude::*};

use super::setup;
use crate::flow::{shown::Shown, texts};

/// On the server a hidden button. Several may stand on one page.
#[island]
pub fn CopyButton() -> impl IntoView {
    copy()
}

fn copy() -> impl IntoView {
    let shown = RwSignal::new(Shown::default());
    let button = NodeRef::new();
    #[cfg(feature = "hydrate")]
    let click = crate::browser::copy::on_click(shown, button);
    #[cfg(not(feature = "hydrate"))]
    let click = || {};
    face(setup::copy(), shown, button, click)
}

/// What it looks like in each state; the first, without a name, is the server's: hidden, because it can't do anything yet.
pub fn face(
    setup: setup::CopySetup,
    shown: RwSignal<Shown>,
    button: NodeRef<html::Button>,
    click: impl Fn() + 'static,
) -> impl IntoView {
    let done = move || shown.with(|s| s.state == "copied");
    view! {
        <div class="copy">
            <button
                class="button copy-button"
                type="button"
                data-input=setup.input
                data-texts=setup.texts
                hidden=move || shown.with(|s| s.state.is_empty())
                node_ref=button
                on:click=move |_| click()
            >
                <span hidden=done>{setup.label}</span>
                <span hidden=move || !done()>{texts::COPIED.say()}</span>
            </button>
            <p class="hint copy-said" role="status" data-state=move || shown.with(|s| s.state)>
                {move || shown.with(|s| s.note.clone())}
            </p>
        </div>
    }
}

/// The island: a button that says `label` and copies the text of the input with the id `input`.
#[cfg(feature = "ssr")]
#[must_use]
pub fn copy_button(label: String, input: &'static str) -> AnyView {
    provide_context(setup::CopySetup {
        label,
        input: Some(input),
        texts: Some(texts::hand_over(texts::COPY)),
    });
    view! { <CopyButton /> }.into_any()
}

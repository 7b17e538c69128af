//! A button that copies an input's text. Where there is no JavaScript it is not there at all, and the input can be
//! copied by hand.

use leptos::{html, prelude::*};

use super::setup;
use crate::flow::texts;

/// What the button shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copying {
    /// Nothing: it can't do anything yet.
    Off,
    /// Ready.
    Ready,
    /// Copied just now.
    Done,
    /// The browser refused; the text is selected, and this is how to copy it.
    ByHand(&'static str),
}

/// On the server a hidden button. Several may stand on one page.
#[island]
pub fn CopyButton() -> impl IntoView {
    copy()
}

fn copy() -> impl IntoView {
    let copying = RwSignal::new(Copying::Off);
    let button = NodeRef::new();
    #[cfg(feature = "hydrate")]
    let click = crate::browser::copy::on_click(copying, button);
    #[cfg(not(feature = "hydrate"))]
    let click = || {};
    face(setup::copy(), copying, button, click)
}

/// What it looks like in each state.
pub fn face(
    setup: setup::CopySetup,
    copying: RwSignal<Copying>,
    button: NodeRef<html::Button>,
    click: impl Fn() + 'static,
) -> impl IntoView {
    let done = move || copying.get() == Copying::Done;
    let said = move || match copying.get() {
        Copying::Done => Some(texts::COPIED),
        Copying::ByHand(how) => Some(how),
        Copying::Off | Copying::Ready => None,
    };
    view! {
        <div class="copy">
            <button
                class="button copy-button"
                type="button"
                data-input=setup.input
                hidden=move || copying.get() == Copying::Off
                node_ref=button
                on:click=move |_| click()
            >
                <span hidden=done>{setup.label}</span>
                <span hidden=move || !done()>{texts::COPIED}</span>
            </button>
            <p class="hint copy-said" role="status" data-done=move || done().then_some("")>
                {said}
            </p>
        </div>
    }
}

/// The island: a button that says `label` and copies the text of the input with the id `input`.
#[cfg(feature = "ssr")]
#[must_use]
pub fn copy_button(label: &'static str, input: &'static str) -> AnyView {
    provide_context(setup::CopySetup { label, input });
    view! { <CopyButton /> }.into_any()
}

//! Copies an input's text. Neither the text nor anything made of it leaves this file.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use leptos::{html, prelude::*};

use super::dom;
use crate::flow::{shown::Shown, texts};

/// How long "Copied" stands there.
const SAID: u32 = 2_000;

/// What a click on the button does. Shows the button, too, once the page has become alive.
pub fn on_click(shown: RwSignal<Shown>, button: NodeRef<html::Button>) -> impl Fn() + 'static {
    // Not before: what is hydrated must look as the server wrote it.
    Timeout::new(0, move || shown.set(Shown::copy("ready", None))).forget();
    let timer = Rc::new(RefCell::new(None));
    move || {
        let Some(button) = button.get_untracked() else { return };
        let data = |name| dom::field(&button.dataset(), name).as_string().unwrap_or_default();
        texts::learn(texts::COPY, &data("texts"));
        let Some(input) = dom::input(&data("input")) else {
            return;
        };
        let timer = timer.clone();
        wasm_bindgen_futures::spawn_local(async move {
            if dom::copy(&input.value()).await {
                shown.set(Shown::copy("copied", Some(texts::COPIED)));
                // The timer of an earlier click ends with it.
                *timer.borrow_mut() = Some(Timeout::new(SAID, move || shown.set(Shown::copy("ready", None))));
            } else {
                *timer.borrow_mut() = None;
                let _ = input.focus();
                // `select()` does nothing on iOS where the input is read-only.
                let _ = input.set_selection_range(0, u32::MAX);
                let how = if dom::media("(hover: none) and (pointer: coarse)") {
                    texts::COPY_BY_TOUCH
                } else {
                    texts::COPY_BY_KEYS
                };
                shown.set(Shown::copy("by-hand", Some(how)));
            }
        });
    }
}

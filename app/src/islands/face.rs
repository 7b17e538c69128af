//! What the islands that sign in look like in each state.
//!
//! Every button stands in the page all the time and is only hidden and shown: the focus stays where it is, and a
//! second click never lands on another button that took the first one's place.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::setup::{PairSetup, ReturnSetup, Setup};
use crate::{
    components::outcome::{advice, outcome_text},
    flow::{event::Event, shown::Shown, texts},
    paths,
};

/// The elements that the focus moves to.
#[derive(Debug, Clone, Copy)]
pub struct Anchors {
    /// What is said.
    pub status: NodeRef<html::Div>,
    /// The big button.
    pub start: NodeRef<html::Button>,
}

impl Anchors {
    /// Empty until the view is built.
    #[must_use]
    pub fn new() -> Self {
        Self {
            status: NodeRef::new(),
            start: NodeRef::new(),
        }
    }
}

impl Default for Anchors {
    fn default() -> Self {
        Self::new()
    }
}

/// The sentence and what is said under it.
fn said(shown: RwSignal<Shown>) -> impl IntoView {
    let sentence = Memo::new(move |_| shown.with(|s| s.sentence.clone()));
    let note = Memo::new(move |_| shown.with(|s| s.note.clone()));
    move || {
        let sentence = outcome_text(sentence.get());
        (!sentence.is_empty()).then(|| {
            view! {
                <p class="said">{sentence}</p>
                {note.get().map(|note| view! { <p class="hint">{note}</p> })}
            }
        })
    }
}

/// The sign-in button with all that it can turn into.
pub fn sign_in(
    setup: Setup,
    shown: RwSignal<Shown>,
    anchors: Anchors,
    act: impl Fn(Event) + Clone + 'static,
) -> impl IntoView {
    let label = setup.label();
    let app_url = setup.app_url.clone();
    let return_to = setup.return_to.clone();
    let on = |event: Event| {
        let act = act.clone();
        move |_| act(event.clone())
    };
    let start = {
        let act = act.clone();
        move |submit: SubmitEvent| {
            submit.prevent_default();
            act(Event::Start);
        }
    };
    let offers = Memo::new(move |_| shown.with(|s| s.offers.clone()));
    let link = Memo::new(move |_| shown.with(|s| s.link.clone()));
    view! {
        <div class="sign-in" data-state=move || shown.with(|s| s.state)>
            <div class="status" role="status" tabindex="-1" node_ref=anchors.status>
                {said(shown)}
            </div>
            <p class="hint count" hidden=move || shown.with(|s| s.countdown.is_none())>
                {move || shown.with(|s| s.countdown.clone())}
            </p>
            <form
                method="post"
                action=paths::LOGIN_PLEX
                data-plex-sign-in=""
                data-client=setup.app.client_identifier
                data-product=setup.app.product
                data-version=setup.app.version
                data-pin-urls=setup.pin_urls
                data-app-url=setup.app_url
                data-forward-url=setup.forward_url
                data-return-to=setup.return_to
                data-texts=setup.texts
                data-owner=setup.owner.then_some("owner")
                hidden=move || shown.with(|s| s.start.is_none())
                on:submit=start
            >
                <input type="hidden" name="returnTo" value=return_to />
                <button class="button button-plex" type="submit" node_ref=anchors.start>
                    {move || shown.with(|s| s.start.unwrap_or(label).say())}
                </button>
            </form>
            <div class="actions">
                <button
                    class="button button-here"
                    type="button"
                    hidden=move || !shown.with(|s| s.continue_here)
                    on:click=on(Event::ContinueHere)
                >
                    {texts::CONTINUE_IN_THIS_TAB.say()}
                </button>
                <button
                    class="button"
                    type="button"
                    hidden=move || shown.with(|s| s.check.is_none())
                    on:click=on(Event::CheckNow)
                >
                    {move || shown.with(|s| s.check.unwrap_or(texts::CHECK_NOW).say())}
                </button>
                <button
                    class="button button-quiet"
                    type="button"
                    hidden=move || !shown.with(|s| s.cancel)
                    on:click=on(Event::Cancel)
                >
                    {texts::CANCEL.say()}
                </button>
            </div>
            <div class="below">
                <p class="hint" role="status">
                    {move || shown.with(|s| s.hint).then(|| texts::HINT.say())}
                </p>
                {move || {
                    link.get()
                        .map(|url| {
                            view! {
                                <p>
                                    <a href=url target="_blank" rel="noopener">
                                        {texts::OPEN_PLEX_IN_NEW_TAB.say()}
                                    </a>
                                </p>
                            }
                        })
                }}
                {move || advice(offers.get(), &app_url)}
            </div>
        </div>
    }
}

/// The return page.
pub fn returned(setup: ReturnSetup, shown: RwSignal<Shown>) -> impl IntoView {
    let offers = Memo::new(move |_| shown.with(|s| s.offers.clone()));
    let over = move || shown.with(|s| s.state == "stopped");
    let app_url = setup.app_url.clone();
    let start_again = setup.start_again.clone();
    let check = setup.here.clone();
    view! {
        <div
            class="sign-in"
            data-plex-return=""
            data-here=setup.here
            data-start-again=setup.start_again
            data-app-url=setup.app_url
            data-state=move || shown.with(|s| s.state)
            data-texts=setup.texts
        >
            <h1>
                {move || {
                    shown
                        .with(|s| match s.state {
                            "stopped" => texts::NOT_SIGNED_IN,
                            "signed-in" => texts::SIGNED_IN,
                            _ => texts::ONE_MOMENT,
                        })
                        .say()
                }}
            </h1>
            <div class="status" role="status">
                {said(shown)}
            </div>
            <p class="hint count" hidden=move || shown.with(|s| s.countdown.is_none())>
                {move || shown.with(|s| s.countdown.clone())}
            </p>
            <div class="actions">
                <a class="button" href=check hidden=over>
                    {texts::CHECK_NOW_SHORT.say()}
                </a>
                <a class="button" href=start_again hidden=move || !over()>
                    {move || shown.with(|s| s.start.unwrap_or(texts::START_AGAIN).say())}
                </a>
            </div>
            <div class="below">{move || advice(offers.get(), &app_url)}</div>
        </div>
    }
}

/// A device that waits to be let in. Only sentence and trouble are read aloud, not the minutes.
pub fn waiting(setup: PairSetup, shown: RwSignal<Shown>) -> impl IntoView {
    view! {
        <div
            class="pair-wait"
            data-pair=""
            data-again=setup.again
            data-seconds=setup.seconds.to_string()
            data-state=move || shown.with(|s| s.state)
            data-texts=setup.texts
        >
            <div class="status" role="status">
                {said(shown)}
            </div>
            <p class="hint count" hidden=move || shown.with(|s| s.countdown.is_none())>
                {move || shown.with(|s| s.countdown.clone())}
            </p>
        </div>
    }
}

//! `/`: who you are and, for the owner, what needs attention.

use leptos::prelude::*;

use super::{Chrome, HomePage, document::Body};
use crate::{
    components::person::{tier_name, tier_sentence},
    paths,
};

pub(super) fn page(chrome: &Chrome, page: HomePage) -> Body {
    let (name, owner) = chrome
        .viewer
        .as_ref()
        .map(|viewer| (viewer.name.clone(), viewer.owner))
        .unwrap_or_default();
    let attention = page
        .attention
        .into_iter()
        .map(|item| {
            view! {
                <li>
                    <b>{item.text.on_page()}</b>
                    <span>{item.advice.on_page()}</span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let needs = if attention.is_empty() {
        view! { <p class="hint">"Nothing. All is well."</p> }.into_any()
    } else {
        view! { <ul class="attention">{attention}</ul> }.into_any()
    };
    let main = view! {
        <div class="welcome">
            <h1>"Hello, " {name}</h1>
            <p class="lead">
                {tier_sentence(page.tier, page.media_server.as_deref())} " " <span class="tag">{tier_name(page.tier)}</span>
            </p>
        </div>
        {owner
            .then(|| {
                view! {
                    <section class="card card-flat" aria-labelledby="attention">
                        <h2 id="attention">"What needs your attention"</h2>
                        {needs}
                    </section>
                }
            })}
        {page
            .may_set_up_devices
            .then(|| {
                view! {
                    <section class="card card-flat" aria-labelledby="devices">
                        <h2 id="devices">"Set up a tablet"</h2>
                        <p>
                            "A tablet or a TV shows a code, you say yes here, and it is signed in. Nobody has to type a password on it."
                        </p>
                        <a class="button button-quiet" href=paths::PAIR_APPROVE>
                            "Set up a tablet"
                        </a>
                    </section>
                }
            })}
        <section class="card card-flat" aria-labelledby="account">
            <h2 id="account">"Your account"</h2>
            <p>"Your name, your e-mail address and how you belong to this household."</p>
            <a class="button button-quiet" href=paths::PROFILE>
                "Open your account"
            </a>
        </section>
    };
    Body {
        title: String::new(),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

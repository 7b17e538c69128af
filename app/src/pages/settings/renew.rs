//! The question before a secret is renewed: a page of its own, so that it is asked without JavaScript, too.

use leptos::prelude::*;

use super::RenewQuestion;
use crate::{paths, t};

pub(super) fn heading(question: RenewQuestion) -> String {
    match question {
        RenewQuestion::SessionSecret => t!("settings-ask-secret"),
        RenewQuestion::FirstApiKey => t!("settings-ask-first-key"),
        RenewQuestion::NewApiKey => t!("settings-ask-key"),
    }
}

pub(super) fn question(question: RenewQuestion) -> AnyView {
    let (path, what, yes) = match question {
        RenewQuestion::SessionSecret => (
            paths::SETTINGS_SESSION_SECRET,
            vec![
                t!("settings-ask-secret-everybody"),
                t!("settings-ask-secret-devices"),
                t!("settings-ask-secret-stays"),
            ],
            t!("settings-ask-secret-yes"),
        ),
        RenewQuestion::FirstApiKey => (
            paths::SETTINGS_API_KEY,
            vec![t!("settings-ask-key-power")],
            t!("settings-key-make"),
        ),
        RenewQuestion::NewApiKey => (
            paths::SETTINGS_API_KEY,
            vec![t!("settings-ask-key-stops"), t!("settings-ask-key-power")],
            t!("settings-ask-key-yes"),
        ),
    };
    let what = what
        .into_iter()
        .map(|sentence| view! { <li>{sentence}</li> })
        .collect::<Vec<_>>();
    view! {
        <form class="card card-flat" method="post" action=path aria-labelledby="part-heading">
            <ul class="consequences">{what}</ul>
            <div class="buttons">
                <button class="button button-danger" type="submit">
                    {yes}
                </button>
                <a class="button" href=paths::SETTINGS_SECURITY>
                    {t!("settings-ask-no")}
                </a>
            </div>
        </form>
    }
    .into_any()
}

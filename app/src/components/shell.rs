//! What surrounds every page: head, header, footer.

use leptos::prelude::*;

use super::{icon, person};
use crate::{
    pages::{Chrome, Theme},
    paths,
};

/// The header: who is signed in and the way out.
#[must_use]
pub fn header(chrome: &Chrome) -> AnyView {
    view! {
        <header class="bar">
            <a class="brand" href=paths::HOME>
                <img src=chrome.assets.icon.clone() alt="" width="28" height="28" />
                <span>{chrome.title.to_string()}</span>
            </a>
            {chrome
                .viewer
                .clone()
                .map(|viewer| {
                    view! {
                        <nav class="bar-end" aria-label="Your account">
                            <a class="viewer" href=paths::PROFILE>
                                {person::avatar(&viewer.name, viewer.avatar, "avatar avatar-small")}
                                <span class="viewer-name">{viewer.name}</span>
                            </a>
                            <form method="post" action=paths::LOGOUT>
                                <button class="button button-quiet" type="submit">
                                    "Sign out"
                                </button>
                            </form>
                        </nav>
                    }
                })}
        </header>
    }
    .into_any()
}

/// The footer: the theme switch.
#[must_use]
pub fn footer(chrome: &Chrome) -> AnyView {
    let choice = |theme: Theme, value: &'static str, label: &'static str, icon: AnyView| {
        let pressed = if chrome.theme == theme { "true" } else { "false" };
        view! {
            <button type="submit" name="theme" value=value aria-pressed=pressed>
                {icon}
                <span>{label}</span>
            </button>
        }
    };
    view! {
        <footer class="foot">
            <form class="themes" method="post" action=paths::THEME aria-label="Theme">
                <input type="hidden" name="returnTo" value=chrome.path.clone() />
                {choice(Theme::System, "system", "System", icon::system())}
                {choice(Theme::Light, "light", "Light", icon::sun())}
                {choice(Theme::Dark, "dark", "Dark", icon::moon())}
            </form>
        </footer>
    }
    .into_any()
}

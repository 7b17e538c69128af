//! What surrounds every page: head, header, footer.

use leptos::prelude::*;

use super::{icon, person};
use crate::{
    pages::{Chrome, Theme, Viewer},
    paths, t,
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
            {chrome.viewer.as_ref().and_then(|viewer| places(viewer, &chrome.path))}
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

/// Where those go who look after others.
fn places(viewer: &Viewer, path: &str) -> Option<AnyView> {
    let place = |to: &'static str, name: String| {
        let rest = path.strip_prefix(to);
        let here = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        view! {
            <a href=to aria-current=here.then_some("page")>
                {name}
            </a>
        }
    };
    (viewer.manages_users || viewer.manages_settings).then(|| {
        view! {
            <nav class="places" aria-label="Household">
                {viewer.manages_users.then(|| place(paths::USERS, "People".to_owned()))}
                {viewer.manages_users.then(|| place(paths::ACTIVITY, t!("activity-title")))}
                {viewer.manages_settings.then(|| place(paths::SETTINGS, t!("settings-title")))}
            </nav>
        }
        .into_any()
    })
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

//! What surrounds every page: head, header, footer.

use leptos::prelude::*;

use super::{icon, person};
use crate::{
    messages::Language,
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
                        <nav class="bar-end" aria-label=t!("shell-your-account")>
                            <a class="viewer" href=paths::PROFILE>
                                {person::avatar(&viewer.name, viewer.avatar, "avatar avatar-small")}
                                <span class="viewer-name">{viewer.name}</span>
                            </a>
                            <form method="post" action=paths::LOGOUT>
                                <button class="button button-quiet" type="submit">
                                    {t!("shell-sign-out")}
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
            <nav class="places" aria-label=t!("shell-household")>
                {viewer.manages_users.then(|| place(paths::USERS, t!("shell-people")))}
                {viewer.manages_users.then(|| place(paths::ACTIVITY, t!("activity-title")))}
                {viewer.manages_settings.then(|| place(paths::SETTINGS, t!("shell-settings")))}
            </nav>
        }
        .into_any()
    })
}

/// The footer: the theme switch, and the languages.
#[must_use]
pub fn footer(chrome: &Chrome) -> AnyView {
    let choice = |theme: Theme, value: &'static str, label: String, icon: AnyView| {
        let pressed = if chrome.theme == theme { "true" } else { "false" };
        view! {
            <button type="submit" name="theme" value=value aria-pressed=pressed>
                {icon}
                <span>{label}</span>
            </button>
        }
    };
    // Each in its own words: whoever needs one reads it.
    let languages = Language::ALL
        .into_iter()
        .map(|language| {
            let current = (language == Language::of_page()).then_some("true");
            view! {
                <button type="submit" name="language" value=language.tag() lang=language.tag() aria-current=current>
                    {language.name()}
                </button>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <footer class="foot">
            <form class="themes" method="post" action=paths::THEME aria-label=t!("shell-theme")>
                <input type="hidden" name="returnTo" value=chrome.path.clone() />
                {choice(Theme::System, "system", t!("shell-theme-system"), icon::system())}
                {choice(Theme::Light, "light", t!("shell-theme-light"), icon::sun())}
                {choice(Theme::Dark, "dark", t!("shell-theme-dark"), icon::moon())}
            </form>
            <form class="languages" method="post" action=paths::LANGUAGE aria-label=t!("shell-language")>
                <input type="hidden" name="returnTo" value=chrome.path.clone() />
                {languages}
            </form>
        </footer>
    }
    .into_any()
}

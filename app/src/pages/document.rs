//! The document around a page.

use leptos::prelude::*;

use super::{
    Chrome, Page, Theme, activity, api_docs, error, explain, home, login, membership, pair, pair_approve, plex_return,
    profile, reset, settings, setup, switch, user, user_new, users,
};
use crate::{api::sign_in::AttemptAnswer, components::shell, messages::Language, t};

/// One rendered page before the document is put around it.
pub(super) struct Body {
    /// For `<title>`; the site's title follows.
    pub(super) title: String,
    /// Whether a header with brand and viewer stands above; the sign-in card brings its own.
    pub(super) bar: bool,
    /// The content of `<main>`.
    pub(super) main: AnyView,
    /// Whether an island is in it.
    pub(super) island: bool,
    /// Whether the page reloads by itself where JavaScript is off.
    pub(super) refresh: bool,
}

/// The whole page as HTML, doctype included, in English. No executor, no streaming and no inline script is needed for it.
#[must_use]
pub fn render(chrome: Chrome, page: Page) -> String {
    render_in(Language::default(), chrome, page)
}

/// The same in this language.
#[must_use]
pub fn render_in(language: Language, chrome: Chrome, page: Page) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(language);
        document(chrome, page).to_html()
    });
    owner.unset_with_forced_cleanup();
    html
}

/// The whole document. The caller runs it inside leptos' renderer; [`render`] does.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the view outlives this call; handlers have no use for it after"
)]
pub fn document(chrome: Chrome, page: Page) -> impl IntoView {
    // As leptos' HydrationScripts does: only what is inside an island is hydrated.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    let body = match page {
        Page::SetupCode(page) => setup::code(&chrome, page),
        Page::SetupOwner(page) => setup::owner(&chrome, page),
        Page::SetupServer(page) => setup::server(&chrome, page),
        Page::SetupDone(page) => setup::done(&chrome, page),
        Page::Login(page) => login::page(&chrome, page),
        Page::Forgot(page) => reset::forgot(&chrome, page),
        Page::Choose(page) => reset::choose(&chrome, page),
        Page::PlexReturn(page) => plex_return::page(&chrome, page),
        Page::Home(page) => home::page(&chrome, page),
        Page::Profile(page) => profile::page(&chrome, *page),
        Page::Users(page) => users::page(&chrome, page),
        Page::NewUser(page) => user_new::page(&chrome, &page),
        Page::User(page) => user::page(&chrome, &page),
        Page::Explain(page) => explain::page(&chrome, page),
        Page::Membership(page) => membership::membership(&chrome, page),
        Page::Import(page) => membership::import(&chrome, page),
        Page::Settings(page) => settings::page(&chrome, &page),
        Page::ApiDocs(page) => api_docs::page(&chrome, *page),
        Page::Activity(page) => activity::page(&chrome, *page),
        Page::Switch(page) => switch::page(&chrome, page),
        Page::Pair(page) => pair::page(&chrome, page),
        Page::PairApprove(page) => pair_approve::page(&chrome, page),
        Page::Error(page) => error::page(&chrome, page),
    };
    let theme = match chrome.theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    };
    let title = if body.title.is_empty() {
        chrome.title.to_string()
    } else {
        format!("{} · {}", body.title, chrome.title)
    };
    view! {
        <!DOCTYPE html>
        <html lang=Language::of_page().tag() data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content=theme.unwrap_or("light dark") />
                <meta name="robots" content="noindex" />
                <title>{title}</title>
                <link rel="stylesheet" href=chrome.assets.css.clone() />
                <link rel="icon" type="image/svg+xml" href=chrome.assets.icon.clone() />
                {body.island.then(|| scripts(&chrome))}
                {body
                    .refresh
                    .then(|| {
                        view! {
                            <noscript>
                                <meta http-equiv="refresh" content="2" />
                            </noscript>
                        }
                    })}
            </head>
            <body>
                <a class="skip" href="#main">
                    {t!("shell-skip")}
                </a>
                {body.bar.then(|| shell::header(&chrome))}
                <main id="main" class=if body.bar { "page" } else { "page page-door" }>
                    {body.main}
                </main>
                {shell::footer(&chrome)}
            </body>
        </html>
    }
}

/// Loads the islands. `crossorigin` makes the preload match the module's own fetch of the WASM (CORS mode, same-origin
/// credentials), so that it is fetched once; the nonce lets the module preload pass `strict-dynamic`.
fn scripts(chrome: &Chrome) -> Option<AnyView> {
    let assets = &chrome.assets;
    if assets.boot.is_empty() {
        return None;
    }
    let nonce = chrome.nonce.to_string();
    Some(
        view! {
            <script type="module" nonce=nonce.clone() src=assets.boot.clone()></script>
            <link rel="modulepreload" nonce=nonce href=assets.js.clone() />
            <link rel="preload" r#as="fetch" type="application/wasm" crossorigin="anonymous" href=assets.wasm.clone() />
        }
        .into_any(),
    )
}

/// Whether asking again may change the answer.
pub(super) fn undecided(answer: &AttemptAnswer) -> bool {
    matches!(
        answer,
        AttemptAnswer::Pending { .. } | AttemptAnswer::PlexUnreachable { .. }
    )
}

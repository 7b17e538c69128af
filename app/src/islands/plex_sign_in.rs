//! The Plex button: popup, polling, and every sentence on the way.

use leptos::prelude::*;

use super::{face, setup};
use crate::flow::shown::Shown;

/// On the server a form that works without JavaScript; in the browser the flow with the Plex window.
#[island]
pub fn PlexSignIn() -> impl IntoView {
    sign_in()
}

fn sign_in() -> impl IntoView {
    let setup = setup::plex_sign_in();
    let shown = RwSignal::new(Shown::idle(setup.label()));
    let anchors = face::Anchors::new();
    #[cfg(feature = "hydrate")]
    let act = {
        let driver = crate::browser::driver::Driver::button(&setup, shown, anchors);
        move |event| driver.send(event)
    };
    #[cfg(not(feature = "hydrate"))]
    let act = |_| {};
    face::sign_in(setup, shown, anchors, act)
}

/// The island with what it needs, and the line for people without JavaScript.
#[cfg(feature = "ssr")]
#[must_use]
pub fn plex_sign_in(data: crate::pages::PlexSignInData, owner: bool) -> AnyView {
    use crate::{
        flow::{plex_url::App, texts},
        t,
    };

    provide_context(setup::Setup {
        app: App {
            client_identifier: data.client_identifier,
            product: data.product,
            version: data.version,
        },
        pin_urls: data.pin_urls.join(" "),
        app_url: data.app_url,
        forward_url: data.forward_url.unwrap_or_default(),
        return_to: data.return_to,
        owner,
        texts: texts::hand_over(texts::BUTTON),
    });
    view! {
        <PlexSignIn />
        <noscript>
            <p class="hint">{t!("flow-plex-warning")}</p>
        </noscript>
    }
    .into_any()
}

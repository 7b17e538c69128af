//! The Plex button.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{flow::texts, pages::PlexSignInData, paths};

/// The button and the line for people without JavaScript.
#[cfg(feature = "ssr")]
#[must_use]
pub fn plex_sign_in(data: PlexSignInData, label: &'static str) -> AnyView {
    view! {
        <form method="post" action=paths::LOGIN_PLEX data-plex-sign-in="">
            <input type="hidden" name="returnTo" value=data.return_to />
            <button class="button button-plex" type="submit">
                {label}
            </button>
        </form>
        <noscript>
            <p class="hint">{texts::PLEX_WARNING}</p>
        </noscript>
    }
    .into_any()
}

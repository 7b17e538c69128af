//! What the sign-in button needs, on whatever page it stands.

use app::{pages::PlexSignInData, paths};

use crate::{domain::redirect::ReturnTarget, web::state::AppState};

pub(super) fn data(state: &AppState, return_to: &ReturnTarget) -> PlexSignInData {
    let site = state.site.now();
    PlexSignInData {
        client_identifier: site.client_identifier.to_string(),
        product: crate::plex::PRODUCT.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pin_urls: state.plex_urls.pin_urls.clone(),
        app_url: state.plex_urls.app_url.clone(),
        // Plex compares this host with the Origin of the request that made the PIN, which the browser sets: a visitor
        // on another address than the public one must come back to that other address. So the island uses its own.
        forward_url: None,
        media_server: site.settings.media_server.as_ref().map(|server| server.name.clone()),
        return_to: return_to.as_str().to_owned(),
    }
}

/// Plex's approval page for a PIN that the server made (§2.3 of the Plex notes: everything in the fragment).
pub(super) fn approval_url(state: &AppState, code: &str, forward_url: &str) -> String {
    let site = state.site.now();
    let product = crate::plex::PRODUCT;
    let title = &site.settings.application_title;
    let pairs = [
        ("clientID", &*site.client_identifier),
        ("code", code),
        ("context[device][product]", product),
        ("context[device][deviceName]", title.as_str()),
        ("forwardUrl", forward_url),
    ];
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    // Plex's page wants %20 for a space; a real plus is %2B by now.
    format!("{}/auth#?{}", state.plex_urls.app_url, query.replace('+', "%20"))
}

/// `/login/plex/return` as an absolute URL.
pub(super) fn return_url(origin: &str) -> String {
    format!("{origin}{}", paths::LOGIN_PLEX_RETURN)
}

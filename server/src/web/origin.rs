//! Our own address, for links that leave the page: Plex's way back, sign-in links, QR codes.

use axum::http::{HeaderMap, header::HOST};

use super::{extract::Client, state::AppState};

/// The public URL; without one, the host that this caller asked for, by https if a trusted proxy says so. Only this caller
/// is ever shown or sent there, so a forged Host leads nobody else astray. `None`: the request names no host either.
pub(super) fn own_origin(state: &AppState, client: &Client, headers: &HeaderMap) -> Option<String> {
    if let Some(public) = &state.public_url {
        return Some(public.origin().to_owned());
    }
    let host = headers.get(HOST)?.to_str().ok()?;
    let scheme = if client.https { "https" } else { "http" };
    let url = url::Url::parse(&format!("{scheme}://{host}")).ok()?;
    (url.path() == "/" && url.username().is_empty()).then(|| url.origin().ascii_serialization())
}

/// The same for what is only shown: without a host, a path.
pub(super) fn shown_origin(state: &AppState, client: &Client, headers: &HeaderMap) -> String {
    own_origin(state, client, headers).unwrap_or_default()
}

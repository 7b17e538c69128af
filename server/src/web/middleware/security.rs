//! Headers that keep browsers strict, and the nonce that our own scripts carry.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    domain::{deep_link::strip, secret::random_hex},
    web::{error::Problem, state::AppState},
};

/// The nonce of this answer's content security policy.
#[derive(Debug, Clone)]
pub(in crate::web) struct Nonce(pub(in crate::web) Arc<str>);

pub(in crate::web) async fn security(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let nonce: Arc<str> = match random_hex(16) {
        Ok(nonce) => nonce.into(),
        Err(error) => return Problem::from(crate::services::ServiceError::from(error)).into_response(),
    };
    request.extensions_mut().insert(Nonce(Arc::clone(&nonce)));
    // Where an error is answered at an address with a token in it, what the page loads must not be told of it.
    let parameter = &state.site.now().settings.login_token_parameter;
    let holds_token = request
        .uri()
        .query()
        .is_some_and(|query| strip(query, parameter).is_some());
    let mut response = next.run(request).await;
    if holds_token {
        let headers = response.headers_mut();
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let policy = policy(&nonce, &state);
    let headers = response.headers_mut();
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // "no-referrer" would make browsers send "Origin: null" with our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        // Without "allow-popups" the Plex window loses its handle to us at once.
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin-allow-popups",
        ),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        // What is no page of ours (a picture) may have a stricter one.
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    if state.secure_cookies() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    response
}

/// `connect-src` names the hosts where the browser makes PINs; `form-action` the one that the flow without
/// JavaScript is redirected to.
fn policy(nonce: &str, state: &AppState) -> String {
    let plex = &state.plex_urls;
    let mut policy = String::with_capacity(400);
    policy.push_str("default-src 'none'; script-src 'nonce-");
    policy.push_str(nonce);
    policy
        .push_str("' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'");
    for url in &plex.pin_urls {
        policy.push(' ');
        policy.push_str(url);
    }
    policy.push_str("; form-action 'self' ");
    policy.push_str(&plex.app_url);
    policy.push_str("; base-uri 'none'; frame-ancestors 'none'");
    policy
}

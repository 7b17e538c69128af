//! tower-sessions around the router, with the name and the key of the moment: both can change while we run.

use std::convert::Infallible;

use axum::{
    extract::{Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use sha2::{Digest, Sha512};
use tower::{Layer, Service};
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{Cookie, CookieJar, Key, SameSite, time::Duration},
    session::Id,
};

use crate::{
    services::sessions::{RequestSessions, SessionUser},
    web::{error::Problem, state::AppState},
};

/// What the session cookie is called at the moment.
pub(in crate::web) fn session_cookie_name(state: &AppState) -> &'static str {
    state.site.now().settings.session_cookie_name()
}

/// The cookie's key wants 64 bytes; the secret has 32.
pub(in crate::web) fn session_cookie_key(state: &AppState) -> Key {
    Key::from(&Sha512::digest(state.site.now().session_secret.expose()))
}

/// The `Set-Cookie` value of a session that was opened beside the layer, signed with the secret of the moment.
pub(in crate::web) fn session_cookie(state: &AppState, id: &Id) -> HeaderValue {
    let name = session_cookie_name(state);
    let life = state.site.now().settings.lifetime().absolute;
    let cookie = Cookie::build((name, id.to_string()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.secure_cookies())
        .max_age(Duration::seconds(life));
    let mut jar = CookieJar::new();
    jar.signed_mut(&session_cookie_key(state)).add(cookie);
    let cookie = jar.get(name).map(ToString::to_string).unwrap_or_default();
    // Base64 and words of ours.
    HeaderValue::from_str(&cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
}

pub(in crate::web) async fn session(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let site = state.site.now();
    let key = session_cookie_key(&state);
    let user = SessionUser::default();
    request.extensions_mut().insert(user.clone());
    let mut service = SessionManagerLayer::new(RequestSessions::new(state.sessions.clone(), user.clone()))
        .with_name(session_cookie_name(&state))
        .with_secure(state.secure_cookies())
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        // The cookie may live as long as the session can; the idle limit is kept by the store.
        .with_expiry(Expiry::OnInactivity(Duration::seconds(
            site.settings.lifetime().absolute,
        )))
        .with_signed(key)
        .layer(next);
    let answered: Result<Response, Infallible> = service.call(request).await;
    let mut response = match answered {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let locale = user.get().and_then(|user| user.locale.clone());
    if let (Some(locale), Some(_)) = (locale, response.extensions().get::<Problem>()) {
        response.extensions_mut().insert(super::Locale(locale));
    }
    response
}

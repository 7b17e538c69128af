//! Deep links: any page's address with a login token in it signs the browser in and goes on, at once, to the same address
//! without the token. Nothing of it stays in the address bar, the history, a log or a `Referer`.

use app::paths;
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY, SET_COOKIE},
        request::Parts,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use cookie::time::Duration;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::{
    domain::{
        agent,
        deep_link::{clean_target, strip},
        hash::{from_hex, hex},
        redirect::ReturnTarget,
    },
    services::{ServiceError, login_tokens::Bearer},
    web::{
        cookies,
        error::Problem,
        extract::{Client, MaybeCaller},
        session,
        state::AppState,
    },
};

/// What a switch is sealed for.
const SWITCH: &str = "switch";
/// How long a person may think about it, in seconds.
const SWITCH_LIFE: i64 = 5 * 60;
/// What a device's own token is sealed for.
const DEVICE: &str = "device";
/// As long as a token can live at most, in seconds.
const DEVICE_LIFE: i64 = 10 * 365 * 24 * 60 * 60;

/// A deep link of somebody else than who is signed in, while they are asked.
#[derive(Serialize, Deserialize)]
pub(in crate::web) struct Switch {
    /// Hex of the token's hash.
    hash: String,
    /// Where the link leads.
    pub(in crate::web) to: String,
}

pub(in crate::web) async fn token_redirect(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reading || is_left_alone(request.uri().path()) {
        return next.run(request).await;
    }
    let site = state.site.now();
    let stripped = request
        .uri()
        .query()
        .and_then(|query| strip(query, &site.settings.login_token_parameter));
    let (mut parts, body) = request.into_parts();
    if let Some(stripped) = stripped {
        let target = clean_target(parts.uri.path(), stripped.query.as_deref());
        let value = stripped.values.first().map(String::as_str);
        let mut response = follow(&state, &mut parts, value, target)
            .await
            .unwrap_or_else(IntoResponse::into_response);
        quiet(response.headers_mut());
        return response;
    }
    match let_device_in(&state, &mut parts).await {
        Ok(Some(response)) => response,
        Ok(None) => next.run(Request::from_parts(parts, body)).await,
        Err(problem) => problem.into_response(),
    }
}

/// Neither kept nor told to others.
fn quiet(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// The REST API takes tokens in headers; files need none.
fn is_left_alone(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/") || path == "/robots.txt"
}

/// Where a person looks at a page: not a preview of the link, not a picture or frame on another page.
fn somebody_looks(parts: &Parts, client: &Client) -> bool {
    let into = parts.headers.get("sec-fetch-dest").map(HeaderValue::as_bytes);
    parts.method == Method::GET
        && into.is_none_or(|into| into == b"document")
        && !agent::fetches_previews(&client.agent)
}

async fn follow(state: &AppState, parts: &mut Parts, value: Option<&str>, target: String) -> Result<Response, Problem> {
    let client = Client::from_request_parts(parts, state).await?;
    if !somebody_looks(parts, &client) {
        return Ok(go(&target));
    }
    let bearer = match value {
        Some(value) => match state.login_tokens.authenticate(value, client.address).await {
            // What is said of too many wrong ones is what is said of each.
            Err(ServiceError::TooManyTries { .. }) => None,
            found => found?,
        },
        None => None,
    };
    let Some(bearer) = bearer else {
        return Ok(go(&dead(&target)));
    };
    let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, state).await?;
    match caller {
        Some(caller) if caller.user.id == bearer.user.id => Ok(go(&target)),
        Some(_) => ask(state, &bearer, target),
        None => {
            let browser_session = session_of(parts)?;
            session::open_by_token(state, &browser_session, &client, &bearer.user, bearer.opens).await?;
            Ok(go(&target))
        }
    }
}

fn session_of(parts: &Parts) -> Result<Session, Problem> {
    let session = parts.extensions.get::<Session>().cloned();
    session.ok_or_else(|| Problem::page_failed(&"a deep link outside of the session's layer"))
}

fn go(target: &str) -> Response {
    let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
    // The bytes are a request's own, so they fit into a header; if ever not, home is safe.
    let target = HeaderValue::from_bytes(target.as_bytes()).unwrap_or_else(|_| HeaderValue::from_static(paths::HOME));
    response.headers_mut().insert(LOCATION, target);
    response
}

/// The sign-in page with the reason, and back to where the link led.
fn dead(target: &str) -> String {
    let return_to = ReturnTarget::parse(target);
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("reason", "link")
        .append_pair("returnTo", return_to.as_str())
        .finish();
    format!("{}?{query}", paths::LOGIN)
}

/// Somebody else is signed in here: they decide.
fn ask(state: &AppState, bearer: &Bearer, to: String) -> Result<Response, Problem> {
    let switch = Switch {
        hash: hex(&bearer.opens.hash),
        to,
    };
    let sealed = state.sealed.seal(SWITCH, &switch, SWITCH_LIFE)?;
    let cookie = cookies::set(
        cookies::SWITCH,
        &sealed,
        state.secure_cookies(),
        Duration::seconds(SWITCH_LIFE),
    );
    let mut response = go(paths::SWITCH);
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

/// The link that waits in this browser for a yes, and whose it is, if its token still works.
pub(in crate::web) async fn find_switch(
    state: &AppState,
    headers: &HeaderMap,
    client: &Client,
) -> Result<Option<(Switch, Bearer)>, Problem> {
    let sealed = cookies::find(headers, cookies::SWITCH);
    let Some(switch) = sealed.and_then(|sealed| state.sealed.open::<Switch>(SWITCH, sealed)) else {
        return Ok(None);
    };
    Ok(find_sealed(state, &switch.hash, client)
        .await?
        .map(|bearer| (switch, bearer)))
}

async fn find_sealed(state: &AppState, hash: &str, client: &Client) -> Result<Option<Bearer>, Problem> {
    let hash = from_hex(hash).and_then(|bytes| bytes.try_into().ok());
    match hash {
        Some(hash) => Ok(state.login_tokens.find_alive(&hash, client.address).await?),
        None => Ok(None),
    }
}

/// The cookie with which a device that was set up is let in again when its session has ended.
pub(in crate::web) fn device_cookie(state: &AppState, hash: &[u8; 32]) -> Result<HeaderValue, Problem> {
    let sealed = state.sealed.seal(DEVICE, &hex(hash), DEVICE_LIFE)?;
    // Browsers keep no cookie for longer; each time the device is let in it is renewed.
    Ok(cookies::set(
        cookies::DEVICE,
        &sealed,
        state.secure_cookies(),
        Duration::days(400),
    ))
}

/// A device that was set up, and whose session has ended while its token works: a new session, and the page again.
async fn let_device_in(state: &AppState, parts: &mut Parts) -> Result<Option<Response>, Problem> {
    let Some(sealed) = cookies::find(&parts.headers, cookies::DEVICE).map(str::to_owned) else {
        return Ok(None);
    };
    let client = Client::from_request_parts(parts, state).await?;
    let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, state).await?;
    if caller.is_some() || !somebody_looks(parts, &client) {
        return Ok(None);
    }
    let bearer = match state.sealed.open::<String>(DEVICE, &sealed) {
        Some(hash) => find_sealed(state, &hash, &client).await?,
        None => None,
    };
    let target = clean_target(parts.uri.path(), parts.uri.query());
    let Some(bearer) = bearer else {
        // Revoked, expired, or of an older session secret: it is worth nothing any more. The page comes again without it.
        let mut response = go(&target);
        let cookie = cookies::clear(cookies::DEVICE, state.secure_cookies());
        response.headers_mut().append(SET_COOKIE, cookie);
        quiet(response.headers_mut());
        return Ok(Some(response));
    };
    let cookie = device_cookie(state, &bearer.opens.hash)?;
    let browser_session = session_of(parts)?;
    session::open_by_token(state, &browser_session, &client, &bearer.user, bearer.opens).await?;
    let mut response = go(&target);
    response.headers_mut().append(SET_COOKIE, cookie);
    quiet(response.headers_mut());
    Ok(Some(response))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_link_leads_to_the_sign_in_page_and_back() {
        assert_eq!(
            dead("/a/b?c=1&d=%20"),
            "/login?reason=link&returnTo=%2Fa%2Fb%3Fc%3D1%26d%3D%2520"
        );
        assert_eq!(dead("/login?x"), "/login?reason=link&returnTo=%2F");
    }

    #[test]
    fn the_api_and_files_are_left_alone() {
        for path in ["/api", "/api/v1/auth/me", "/api/", "/robots.txt"] {
            assert!(is_left_alone(path), "{path}");
        }
        for path in ["/", "/apix", "/login", "/no/such/page"] {
            assert!(!is_left_alone(path), "{path}");
        }
    }
}

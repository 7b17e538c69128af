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
        hash::{hex, sha256},
        redirect::ReturnTarget,
        token::TokenValue,
    },
    services::{ServiceError, login_tokens::Bearer},
    web::{
        cookies,
        error::Problem,
        extract::{Caller, Client, MaybeCaller, Proof},
        session,
        state::AppState,
    },
};

/// What a switch is sealed for.
const SWITCH: &str = "switch";
/// How long a person may think about it, in seconds.
const SWITCH_LIFE: i64 = 5 * 60;
/// Longest address that is sealed, in bytes.
const LONGEST_SEALED: usize = 1500;
/// What a device's own token is sealed for.
const DEVICE: &str = "device";
/// As long as a token can live at most, in seconds.
const DEVICE_LIFE: i64 = 10 * 365 * 24 * 60 * 60;

/// A deep link of somebody else than who is signed in, while they are asked.
#[derive(Serialize, Deserialize)]
struct Switch {
    /// The token. Its hash alone must not open a session: that is in the database.
    value: String,
    /// Where the link leads.
    to: String,
}

/// The same, whose token still works.
pub(in crate::web) struct Waiting {
    /// Tells this link from any other: the page's form sends it back, so that a yes is for the link that the page shows.
    pub(in crate::web) link: String,
    /// Whose it is.
    pub(in crate::web) bearer: Bearer,
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
    let cookie = match let_device_in(&state, &mut parts).await {
        Ok(cookie) => cookie,
        Err(problem) => return problem.into_response(),
    };
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(cookie) = cookie {
        // Before what the page itself has to say about it.
        if !response
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .any(|value| same_cookie(value, &cookie))
        {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

fn same_cookie(one: &HeaderValue, other: &HeaderValue) -> bool {
    let name = |value: &HeaderValue| value.as_bytes().split(|byte| *byte == b'=').next().map(<[u8]>::to_vec);
    name(one) == name(other)
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
pub(in crate::web) fn somebody_looks(method: &Method, headers: &HeaderMap, client: &Client) -> bool {
    let into = headers.get("sec-fetch-dest").map(HeaderValue::as_bytes);
    *method == Method::GET && into.is_none_or(|into| into == b"document") && !agent::fetches_previews(&client.agent)
}

/// Whether the browser loads this before anybody has clicked: another page may have asked for it.
pub(in crate::web) fn is_ahead_of_a_click(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose"].iter().any(|name| {
        let value = headers.get(*name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.contains("prefetch"))
    })
}

async fn follow(state: &AppState, parts: &mut Parts, value: Option<&str>, target: String) -> Result<Response, Problem> {
    let client = Client::from_request_parts(parts, state).await?;
    if !somebody_looks(&parts.method, &parts.headers, &client) {
        return Ok(go(&target));
    }
    if is_ahead_of_a_click(&parts.headers) {
        // A failure is thrown away by the browser, which then asks again when the person really goes there.
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    }
    let bearer = match value {
        Some(value) => match state.login_tokens.authenticate(value, client.address).await {
            // What is said of too many wrong ones is what is said of each.
            Err(ServiceError::TooManyTries { .. }) => None,
            found => found?,
        },
        None => None,
    };
    let (Some(value), Some(bearer)) = (value, bearer) else {
        return Ok(go(&dead(&target)));
    };
    let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, state).await?;
    match caller {
        Some(caller) if caller.user.id == bearer.user.id => Ok(go(&target)),
        Some(_) => ask(state, value, target),
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
fn ask(state: &AppState, value: &str, to: String) -> Result<Response, Problem> {
    let switch = Switch {
        value: value.to_owned(),
        // Browsers drop cookies over 4 KB; sealed, this one is a good twice as long as what is in it. And from the question
        // people must come away.
        to: if to.len() > LONGEST_SEALED || to.starts_with(paths::SWITCH) {
            paths::HOME.to_owned()
        } else {
            to
        },
    };
    let sealed = state.sealed.seal(SWITCH, &switch, SWITCH_LIFE)?;
    let life = Duration::seconds(SWITCH_LIFE);
    let cookie = cookies::SWITCH.set(&sealed, state.secure_cookies(), life);
    let mut response = go(paths::SWITCH);
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

/// The link that waits in this browser for a yes, and whose it is, if its token still works.
pub(in crate::web) async fn find_switch(
    state: &AppState,
    headers: &HeaderMap,
    client: &Client,
) -> Result<Option<Waiting>, Problem> {
    let Some(sealed) = cookies::SWITCH.find(headers, state.secure_cookies()) else {
        return Ok(None);
    };
    let Some(switch) = state.sealed.open::<Switch>(SWITCH, sealed) else {
        return Ok(None);
    };
    let bearer = find_kept(state, &switch.value, client).await?;
    Ok(bearer.map(|bearer| Waiting {
        link: hex(&sha256(sealed.as_bytes())[..16]),
        bearer,
        to: switch.to,
    }))
}

async fn find_kept(state: &AppState, value: &str, client: &Client) -> Result<Option<Bearer>, Problem> {
    match TokenValue::parse(value) {
        Some(value) => Ok(state.login_tokens.find_alive(&value, client.address).await?),
        None => Ok(None),
    }
}

/// The cookie with which a device that was set up is let in again when its session has ended.
pub(in crate::web) fn device_cookie(state: &AppState, value: &TokenValue) -> Result<HeaderValue, Problem> {
    let sealed = state.sealed.seal(DEVICE, &value.expose(), DEVICE_LIFE)?;
    // Browsers keep no cookie for longer; each time the device is let in it is renewed.
    Ok(cookies::DEVICE.set(&sealed, state.secure_cookies(), Duration::days(400)))
}

/// A device that was set up, and whose session has ended: where its token works it is signed in again, for this very
/// request. No redirect, which would go round in circles where the browser doesn't take our cookies. Answers the
/// `Set-Cookie` value that renews what the device keeps, or takes away what is worth nothing any more.
async fn let_device_in(state: &AppState, parts: &mut Parts) -> Result<Option<HeaderValue>, Problem> {
    let secure = state.secure_cookies();
    let Some(sealed) = cookies::DEVICE.find(&parts.headers, secure).map(str::to_owned) else {
        return Ok(None);
    };
    let client = Client::from_request_parts(parts, state).await?;
    let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, state).await?;
    if caller.is_some() || !somebody_looks(&parts.method, &parts.headers, &client) {
        return Ok(None);
    }
    let kept = state.sealed.open::<String>(DEVICE, &sealed);
    let value = kept.as_deref().and_then(TokenValue::parse);
    let bearer = match &value {
        Some(value) => state.login_tokens.find_alive(value, client.address).await?,
        None => None,
    };
    let (Some(value), Some(bearer)) = (value, bearer) else {
        return Ok(Some(cookies::DEVICE.clear(secure)));
    };
    let browser_session = session_of(parts)?;
    let facts = session::open_by_token(state, &browser_session, &client, &bearer.user, bearer.opens).await?;
    parts.extensions.insert(MaybeCaller(Some(Caller {
        user: bearer.user,
        proof: Proof::Session(facts),
    })));
    Ok(Some(device_cookie(state, &value)?))
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

//! What programs send with each request to the REST API to say who they are: a login token or the API key.

use axum::{
    extract::OriginalUri,
    http::{HeaderName, header, request::Parts},
};

use app::msg;

use super::{Caller, Client, Proof};
use crate::{
    domain::user::OWNER_ID,
    services::api_keys::ActsAs,
    web::{error::Problem, state::AppState},
};

/// How a program brings a login token; `Authorization: Bearer` is the standard spelling of the same.
const X_LOGIN_TOKEN: HeaderName = HeaderName::from_static("x-login-token");
/// How a program brings the API key.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// As which member it acts, by number; the owner where it is absent.
const X_API_USER: HeaderName = HeaderName::from_static("x-api-user");

/// Whoever a program says it is; `None`: it sent nothing, and the session counts.
pub(super) async fn find_program(parts: &Parts, state: &AppState) -> Result<Option<Caller>, Problem> {
    if !is_api(parts) {
        return Ok(None);
    }
    match (login_token(parts)?, only(parts, &X_API_KEY)?) {
        (None, None) => Ok(None),
        (Some(token), None) => bearer(parts, state, token).await.map(Some),
        (None, Some(key)) => holder(parts, state, key).await.map(Some),
        (Some(_), Some(_)) => Err(Problem::forbidden(msg!("settings-two-credentials"))),
    }
}

fn is_api(parts: &Parts) -> bool {
    // Inside of the nested router the address has lost its beginning.
    let path = parts
        .extensions
        .get::<OriginalUri>()
        .map_or_else(|| parts.uri.path(), |original| original.path());
    // The address as it came, in any case: `normalize` works further out.
    path.get(..app::paths::API.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(app::paths::API))
}

/// A header's text, if it is there; two that differ are refused. What is no text is wrong wherever it stands.
fn only<'a>(parts: &'a Parts, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut found: Option<&str> = None;
    for value in parts.headers.get_all(name) {
        let text = std::str::from_utf8(value.as_bytes()).unwrap_or("?").trim();
        if found.replace(text).is_some_and(|other| other != text) {
            return Err(Problem::forbidden(msg!("settings-two-credentials")));
        }
    }
    Ok(found)
}

fn login_token(parts: &Parts) -> Result<Option<&str>, Problem> {
    let two = || Problem::forbidden(msg!("errors-two-tokens"));
    let mut found: Option<&str> = None;
    for (name, value) in &parts.headers {
        // What is no text is a wrong token.
        let text = std::str::from_utf8(value.as_bytes()).unwrap_or("?");
        let token = if *name == X_LOGIN_TOKEN {
            text
        } else if *name == header::AUTHORIZATION
            && let Some(token) = after_bearer(value.as_bytes())
        {
            token
        } else {
            continue;
        };
        if found.replace(token).is_some_and(|other| other.trim() != token.trim()) {
            return Err(two());
        }
    }
    Ok(found)
}

/// What follows `Bearer`, in any case; nothing is a wrong token, too.
fn after_bearer(value: &[u8]) -> Option<&str> {
    const BEARER: &[u8] = b"bearer";
    let (scheme, token) = value.split_at_checked(BEARER.len())?;
    let ends = token.first().is_none_or(u8::is_ascii_whitespace);
    (ends && scheme.eq_ignore_ascii_case(BEARER)).then(|| std::str::from_utf8(token).unwrap_or("?").trim())
}

fn address(parts: &Parts) -> Result<std::net::IpAddr, Problem> {
    let address = parts.extensions.get::<Client>().map(|client| client.address);
    address.ok_or_else(|| Problem::bad_request(msg!("errors-no-address")))
}

/// Whose token that is.
async fn bearer(parts: &Parts, state: &AppState, token: &str) -> Result<Caller, Problem> {
    let bearer = state.login_tokens.authenticate(token, address(parts)?).await?;
    let bearer = bearer.ok_or_else(Problem::token_refused)?;
    Ok(Caller {
        user: bearer.user,
        proof: Proof::LoginToken(bearer.token.limits),
    })
}

/// As whom the API key acts.
async fn holder(parts: &Parts, state: &AppState, key: &str) -> Result<Caller, Problem> {
    let id = match only(parts, &X_API_USER)? {
        None | Some("") => OWNER_ID,
        // What is no number is nobody's.
        Some(id) => id.parse().unwrap_or(-1),
    };
    match state.api_keys.authenticate(key, id, address(parts)?).await? {
        ActsAs::Member(user) => Ok(Caller {
            user: *user,
            proof: Proof::ApiKey,
        }),
        ActsAs::Nobody => Err(Problem::forbidden(msg!("settings-key-nobody"))),
        ActsAs::WrongKey => Err(Problem::forbidden(msg!("settings-key-refused"))),
    }
}

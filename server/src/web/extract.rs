//! Extractors: who is calling, from where, and what they sent. Each refuses with a [`Problem`].

use std::{convert::Infallible, net::IpAddr};

use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, FromRequestParts, OriginalUri, Path, RawPathParams, Request},
    http::{HeaderMap, HeaderName, StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use tower_sessions::Session;

use super::{error::Problem, session, state::AppState};
use crate::{
    domain::{
        permission::Permissions,
        session::{Method, SessionFacts},
        token_rules::{Actor, MayChange, MaySee},
        user::User,
    },
    services::sessions::SessionUser,
};

/// How a program brings a login token; `Authorization: Bearer` is the standard spelling of the same.
const X_LOGIN_TOKEN: HeaderName = HeaderName::from_static("x-login-token");

/// Where the request comes from; put there by the middleware `client`.
#[derive(Debug, Clone)]
pub(super) struct Client {
    /// The person's address, as far as trusted proxies tell.
    pub(super) address: IpAddr,
    /// The browser's words about itself.
    pub(super) agent: String,
    /// Whether a trusted proxy says that the request came by https.
    pub(super) https: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem::bad_request("This request has no address."))
    }
}

/// The signed-in caller.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// Who.
    pub(super) user: User,
    /// By which session; `None`: a program that brings a login token with each request.
    pub(super) session: Option<SessionFacts>,
}

impl Caller {
    /// As the rules about login tokens see them.
    pub(super) fn actor(&self) -> Actor<'_> {
        Actor {
            user: &self.user,
            by_login_token: self
                .session
                .as_ref()
                .is_none_or(|session| session.method == Method::Token),
        }
    }
}

/// The caller, if signed in. Asked once a request, however many extractors want to know.
#[derive(Debug, Clone)]
pub(super) struct MaybeCaller(pub(super) Option<Caller>);

impl FromRequestParts<AppState> for MaybeCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let caller = match login_token(parts)? {
            Some(token) => Some(bearer(parts, state, token).await?),
            None => find_caller(parts).await?,
        };
        parts.extensions.insert(Self(caller.clone()));
        Ok(Self(caller))
    }
}

/// The login token that a program sent with a request to the REST API.
fn login_token(parts: &Parts) -> Result<Option<&str>, Problem> {
    // Inside of the nested router the address has lost its beginning.
    let path = parts
        .extensions
        .get::<OriginalUri>()
        .map_or_else(|| parts.uri.path(), |original| original.path());
    // The address as it came, in any case: `normalize` works further out.
    let is_api = path
        .get(..app::paths::API.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(app::paths::API));
    if !is_api {
        return Ok(None);
    }
    let two = || Problem::forbidden("This request carries two different login tokens. Send one.");
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

/// Whose token that is.
async fn bearer(parts: &Parts, state: &AppState, token: &str) -> Result<Caller, Problem> {
    let address = parts.extensions.get::<Client>().map(|client| client.address);
    let address = address.ok_or_else(|| Problem::bad_request("This request has no address."))?;
    let bearer = state.login_tokens.authenticate(token, address).await?;
    let bearer = bearer.ok_or_else(Problem::token_refused)?;
    Ok(Caller {
        user: bearer.user,
        session: None,
    })
}

async fn find_caller(parts: &Parts) -> Result<Option<Caller>, Problem> {
    let Some(browser) = parts.extensions.get::<Session>() else {
        return Ok(None);
    };
    let Some(facts) = session::facts(browser).await? else {
        return Ok(None);
    };
    let user = parts.extensions.get::<SessionUser>().and_then(SessionUser::get);
    Ok(user.filter(|user| user.disabled_at.is_none()).map(|user| Caller {
        user: user.clone(),
        session: Some(facts),
    }))
}

/// Leave to see the login tokens of the member in the address (`{id}`).
pub(super) struct SeesTokens(pub(super) MaySee);

impl FromRequestParts<AppState> for SeesTokens {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let id = member_id(parts, state).await?;
        let leave = state.login_tokens.may_see(caller.actor(), id).await?;
        leave.map(Self).ok_or_else(Problem::no_member)
    }
}

/// Leave to change the login tokens of the member in the address (`{id}`).
pub(super) struct ChangesTokens(pub(super) MayChange);

impl FromRequestParts<AppState> for ChangesTokens {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let id = member_id(parts, state).await?;
        let leave = state.login_tokens.may_change(caller.actor(), id).await?;
        leave.map(Self).ok_or_else(Problem::no_member)
    }
}

/// The number in the address; what is no number is nobody's.
async fn member_id(parts: &mut Parts, state: &AppState) -> Result<i64, Problem> {
    let parameters = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| Problem::no_member())?;
    let id = parameters.iter().find(|(name, _)| *name == "id");
    // Numbers that nobody could have are nobody's either; -1 lets the rules say no in the same words as to any other.
    Ok(id.and_then(|(_, id)| id.parse().ok()).unwrap_or(-1))
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    /// Nothing sent is 401; something sent that is worth nothing is 403 (programs tell the two apart).
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, state).await?;
        let name = super::middleware::session_cookie_name(state);
        caller.ok_or_else(|| {
            if super::cookies::find(&parts.headers, name).is_some() {
                Problem::forbidden("Your session has ended. Sign in again.")
            } else {
                Problem::not_signed_in()
            }
        })
    }
}

/// A caller with ADMIN.
#[derive(Debug)]
pub(super) struct Admin;

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        if caller.user.permissions.allows(Permissions::ADMIN) {
            Ok(Self)
        } else {
            Err(Problem::forbidden("Only the owner and administrators may do this."))
        }
    }
}

/// What stands in the query; a query that can't be read (a name twice, say) is as good as none.
pub(super) struct QueryOf<T>(pub(super) T);

impl<T: DeserializeOwned + Default> FromRequestParts<AppState> for QueryOf<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(serde_urlencoded::from_str(query).unwrap_or_default()))
    }
}

/// What stands in the path; what is no text is the path of nothing.
pub(super) struct PathOf<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}

/// A JSON body.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send JSON, with the header Content-Type: application/json.",
            ));
        }
        let bytes = body(request, state).await?;
        // serde takes an array for an object, its values in the order of our fields.
        if bytes.trim_ascii_start().starts_with(b"[") {
            return Err(Problem::field(
                StatusCode::BAD_REQUEST,
                "",
                "The body is not what this address takes: expected an object.",
            ));
        }
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            let path = if path == "." { String::new() } else { path };
            Problem::field(
                StatusCode::BAD_REQUEST,
                path,
                format!("The body is not what this address takes: {}.", plain(error.inner())),
            )
        })?;
        json.end()
            .map_err(|_| Problem::bad_request("The body goes on after the JSON value."))?;
        Ok(Self(value))
    }
}

/// serde's sentence without the value it met, which may be a secret in the wrong field.
fn plain(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Eof => "it ends too early".to_owned(),
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
            format!("it is not JSON (line {}, column {})", error.line(), error.column())
        }
        serde_json::error::Category::Data => {
            let text = error.to_string();
            match text.split_once(" expected ") {
                Some((_, expected)) if text.starts_with("invalid") => {
                    format!("expected {}", expected.split(" at line").next().unwrap_or(expected))
                }
                _ if text.starts_with("missing field") => text.split(" at line").next().unwrap_or(&text).to_owned(),
                _ => "a value has the wrong form".to_owned(),
            }
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

async fn body(request: Request, state: &AppState) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large: at most 64 KiB.")
            }
            _ => Problem::bad_request("The body could not be read. Send it again."),
        })
}

/// A JSON body that may be left out.
pub(super) struct JsonOrNothing<T>(pub(super) T);

impl<T: DeserializeOwned + Default> FromRequest<AppState> for JsonOrNothing<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        if request.body().is_end_stream() {
            return Ok(Self(T::default()));
        }
        let JsonBody(value) = JsonBody::from_request(request, state).await?;
        Ok(Self(value))
    }
}

/// The body of a `<form method=post>`.
pub(super) struct FormBody<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<AppState> for FormBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !kind
            .to_ascii_lowercase()
            .starts_with("application/x-www-form-urlencoded")
        {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send this as a form (application/x-www-form-urlencoded).",
            ));
        }
        let bytes = body(request, state).await?;
        let value = serde_urlencoded::from_bytes(&bytes).map_err(|_| {
            Problem::bad_request("The form is incomplete. Load the page again and fill it in once more.")
        })?;
        Ok(Self(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        plain(&serde_json::from_str::<T>(json).unwrap_err())
    }

    #[test]
    fn a_value_in_the_wrong_place_is_not_repeated() {
        for json in [
            r#"{"pinId":"hunter2","code":"x"}"#,
            r#"{"pinId":1,"code":{"hunter2":1}}"#,
            r#""hunter2""#,
        ] {
            let sentence = sentence::<app::api::sign_in::AttemptStart>(json);
            assert!(!sentence.contains("hunter2"), "{sentence}");
        }
    }

    #[test]
    fn sentences_say_what_would_be_right() {
        assert_eq!(
            sentence::<app::api::sign_in::AttemptStart>(r#"{"code":"x"}"#),
            "missing field `pinId`"
        );
        assert_eq!(
            sentence::<app::api::sign_in::AttemptStart>(r#"{"pinId":"1","code":"x"}"#),
            "expected i64"
        );
        assert!(sentence::<app::api::sign_in::AttemptStart>("{").contains("ends too early"));
        assert!(sentence::<app::api::sign_in::AttemptStart>("<html>").contains("not JSON"));
    }
}

//! Extractors: who is calling, from where, and what they sent. Each refuses with a [`Problem`].

mod body;
#[expect(clippy::allow_attributes, reason = "handlers come to use them one after the other")]
#[allow(dead_code, reason = "the handlers of some are being written")]
mod people;

use app::msg;
use std::net::IpAddr;

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderName, header, request::Parts},
};
use tower_sessions::Session;

pub(super) use body::{FormBody, JsonBody, JsonOrNothing, PathOf, QueryOf};
pub(super) use people::*;

use super::{error::Problem, session, state::AppState};
use crate::{
    domain::{
        people_rules::Actor,
        permission::Permissions,
        session::{Method, SessionFacts},
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
            .ok_or_else(|| Problem::bad_request(msg!("errors-no-address")))
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
    /// As the rules about people and their login tokens see them.
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

/// Whose token that is.
async fn bearer(parts: &Parts, state: &AppState, token: &str) -> Result<Caller, Problem> {
    let address = parts.extensions.get::<Client>().map(|client| client.address);
    let address = address.ok_or_else(|| Problem::bad_request(msg!("errors-no-address")))?;
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

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    /// Nothing sent is 401; something sent that is worth nothing is 403 (programs tell the two apart).
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, state).await?;
        let name = super::middleware::session_cookie_name(state);
        caller.ok_or_else(|| {
            if super::cookies::find(&parts.headers, name).is_some() {
                Problem::forbidden(msg!("errors-session-ended"))
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
            Err(Problem::forbidden(msg!("errors-only-administrators")))
        }
    }
}

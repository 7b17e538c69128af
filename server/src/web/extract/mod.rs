//! Extractors: who is calling, from where, and what they sent. Each refuses with a [`Problem`].

mod body;
mod credentials;
mod people;
mod settings;

use app::msg;
use std::net::IpAddr;

use axum::{extract::FromRequestParts, http::request::Parts};
use tower_sessions::Session;

pub(super) use body::{AskedFor, FormBody, JsonBody, JsonOrNothing, PathOf, QueryOf};
pub(super) use people::*;

pub(super) use settings::{ChangesMail, ChangesSettings, MakesApiKey, RotatesSecret, SeesActivity};

use super::{error::Problem, session, state::AppState};
use crate::{
    domain::{
        people_rules::Actor,
        permission::Permissions,
        session::{Method, SessionFacts},
        token::{NO_LIMITS, TokenLimits},
        user::User,
    },
    services::sessions::SessionUser,
};

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
    /// How they proved it.
    pub(super) proof: Proof,
}

/// How somebody proved who they are.
#[derive(Debug, Clone)]
pub(super) enum Proof {
    /// A signed-in browser.
    Session(SessionFacts),
    /// A program that brings a login token with each request, and what that is limited to.
    LoginToken(TokenLimits),
    /// A program that brings the owner's API key with each request: as strong as the owner's own sign-in.
    ApiKey,
}

impl Caller {
    /// As the rules about people and their login tokens see them.
    pub(super) fn actor(&self) -> Actor<'_> {
        Actor {
            user: &self.user,
            by_login_token: match &self.proof {
                Proof::Session(session) => session.method == Method::Token,
                Proof::LoginToken(_) => true,
                Proof::ApiKey => false,
            },
        }
    }

    /// The session, where that is the proof.
    pub(super) fn session(&self) -> Option<&SessionFacts> {
        match &self.proof {
            Proof::Session(session) => Some(session),
            Proof::LoginToken(_) | Proof::ApiKey => None,
        }
    }

    /// What the login token that they came by is limited to.
    pub(super) fn limits(&self) -> &TokenLimits {
        match &self.proof {
            Proof::Session(session) => session.token.as_ref().map_or(&NO_LIMITS, |token| &token.limits),
            Proof::LoginToken(limits) => limits,
            Proof::ApiKey => &NO_LIMITS,
        }
    }

    /// A token that is limited, be it to apps or to reading, changes nothing here.
    pub(super) fn may_change_anything(&self) -> Result<(), Problem> {
        if self.limits().is_none() {
            Ok(())
        } else {
            Err(Problem::forbidden(msg!("tokens-limited-changes-nothing")))
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
        let caller = match credentials::find_program(parts, state).await? {
            Some(program) => Some(program),
            None => find_caller(parts).await?,
        };
        parts.extensions.insert(Self(caller.clone()));
        Ok(Self(caller))
    }
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
        proof: Proof::Session(facts),
    }))
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    /// Nothing sent is 401; something sent that is worth nothing is 403 (programs tell the two apart). Who came by a limited
    /// login token calls only to read.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let MaybeCaller(caller) = MaybeCaller::from_request_parts(parts, state).await?;
        let name = super::middleware::session_cookie_name(state);
        let caller = caller.ok_or_else(|| {
            if super::cookies::find(&parts.headers, name).is_some() {
                Problem::forbidden(msg!("errors-session-ended"))
            } else {
                Problem::not_signed_in()
            }
        })?;
        if !parts.method.is_safe() {
            caller.may_change_anything()?;
        }
        Ok(caller)
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

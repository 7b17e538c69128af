//! Whoever looks at a person's page: what its sections need to be loaded, and the page as it answers a form.
//!
//! To add a section: a method of [`Looking`] in the file of its forms, what a form of it held in `user::Filled`.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header::SET_COOKIE, request::Parts},
    response::Response,
};
use tower_sessions::Session;

use super::{
    profile, see_other,
    user::{self, Filled},
};
use crate::{
    domain::{hash::Hash, user::User},
    web::{
        cookies,
        error::Problem,
        extract::{Caller, Client},
        render::View,
        session,
        state::AppState,
    },
};
use app::paths;

/// The viewer, signed in.
pub(super) struct Looking {
    pub(super) state: AppState,
    pub(super) caller: Caller,
    pub(super) client: Client,
    pub(super) headers: HeaderMap,
    /// What is stored of the id of their own session.
    pub(super) own_session: Option<Hash>,
}

impl FromRequestParts<AppState> for Looking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(Self {
            caller: Caller::from_request_parts(parts, state).await?,
            client: Client::from_request_parts(parts, state).await?,
            headers: parts.headers.clone(),
            own_session: parts.extensions.get::<Session>().and_then(session::stored_id),
            state: state.clone(),
        })
    }
}

impl Looking {
    /// Whether that is their own page.
    pub(super) fn is(&self, user: &User) -> bool {
        self.caller.user.id == user.id
    }

    /// Where the page of this person is.
    pub(super) fn page(&self, user: &User) -> String {
        if self.is(user) {
            paths::PROFILE.to_owned()
        } else {
            paths::user(user.id)
        }
    }

    /// The page of this person, with what its forms held.
    pub(super) async fn show(
        &self,
        user: &User,
        view: View,
        status: StatusCode,
        filled: Filled,
    ) -> Result<Response, Problem> {
        if self.is(user) {
            profile::render(self, view, status, filled).await
        } else {
            user::render(self, user, view, status, filled).await
        }
    }

    /// Back to the page of this person, at a section. `query`: what was done, such as `done=password`; empty: nothing is said.
    pub(super) fn back(&self, user: &User, query: &str, section: &str) -> Response {
        let mark = if query.is_empty() { "" } else { "?" };
        see_other(&format!("{}{mark}{query}#{section}", self.page(user)))
    }

    /// Takes the cookies away with which a new value or link came to this page.
    pub(super) fn finish(&self, mut response: Response) -> Response {
        let secure = self.state.secure_cookies();
        for made in [cookies::MADE, cookies::RESET_LINK] {
            if made.find(&self.headers, secure).is_some() {
                response.headers_mut().append(SET_COOKIE, made.clear(secure));
            }
        }
        response
    }
}

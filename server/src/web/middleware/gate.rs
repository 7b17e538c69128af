//! Until the set-up is done, every page leads to it and the REST API says why it does not answer.

use app::paths;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    services::site::SetupStage,
    web::{error::Problem, state::AppState},
};

pub(in crate::web) async fn gate(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let stage = state.site.now().stage();
    if stage == SetupStage::Finished || open(stage, request.uri().path()) {
        return next.run(request).await;
    }
    if request.uri().path().starts_with(paths::API) {
        return Problem::set_up_first().into_response();
    }
    Redirect::to(paths::SETUP).into_response()
}

/// What answers before the set-up is done.
fn open(stage: SetupStage, path: &str) -> bool {
    let always = [
        "/api/v1/status",
        paths::API_DOCUMENT,
        paths::API_DOCS,
        "/api/v1/settings/public",
        "/api/v1/setup/owner",
        paths::HEALTHZ,
        paths::READYZ,
        paths::LANGUAGE,
        paths::THEME,
        "/robots.txt",
    ];
    if always.contains(&path) || path == paths::SETUP || under(path, paths::SETUP) || under(path, paths::PKG) {
        return true;
    }
    // The attempts' handlers check that this browser proved the set-up code while there is no owner.
    if under(path, paths::LOGIN_PLEX)
        || path == paths::LOGIN_PLEX
        || path == paths::API_ATTEMPTS
        || under(path, paths::API_ATTEMPTS)
    {
        return true;
    }
    // An owner who was interrupted signs in and goes on.
    stage == SetupStage::Unfinished
        && (path == paths::LOGIN
            || under(path, paths::LOGIN)
            || path == paths::LOGOUT
            || under(path, "/api/v1/auth")
            || under(path, "/api/v1/settings"))
}

fn under(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_the_owner_only_the_set_up_answers() {
        for path in [
            "/setup",
            "/setup/owner",
            "/pkg/main.css",
            "/api/v1/status",
            "/api/v1/setup/owner",
            "/healthz",
            "/login/plex/return",
        ] {
            assert!(open(SetupStage::NoOwner, path), "{path}");
        }
        for path in [
            "/",
            "/login",
            "/profile",
            "/setupx",
            "/pkg",
            "/api/v1/auth/me",
            "/api/v1/auth/plex",
            "/api/v1/settings/plex",
        ] {
            assert!(!open(SetupStage::NoOwner, path), "{path}");
        }
    }

    #[test]
    fn an_interrupted_owner_can_sign_in_again() {
        for path in [
            "/login",
            "/login/password",
            "/api/v1/auth/local",
            "/api/v1/settings/plex",
            "/logout",
        ] {
            assert!(open(SetupStage::Unfinished, path), "{path}");
        }
        for path in ["/", "/profile", "/api/v1/user"] {
            assert!(!open(SetupStage::Unfinished, path), "{path}");
        }
    }
}

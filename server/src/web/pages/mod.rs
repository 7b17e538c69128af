//! The pages, one file each: load the data, render. Forms answer with a redirect.

mod activity;
mod api_docs;
mod avatars;
mod credentials;
mod explain;
mod home;
mod language;
mod login;
mod login_local;
mod login_plex;
mod logout;
mod looking;
mod membership;
mod pair;
mod pair_approve;
mod plex_return;
mod plex_sign_in;
mod profile;
mod reset;
mod settings;
mod setup;
mod setup_owner;
mod setup_server;
mod switch;
mod theme;
mod tokens;
mod user;
mod user_new;
mod users;

use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{error::Problem, extract::Caller, state::AppState};
use app::{msg, paths};

/// Every page and form.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(paths::SETUP, get(setup::show).post(setup::submit))
        .route(paths::SETUP_OWNER, get(setup_owner::show).post(setup_owner::submit))
        .route(paths::SETUP_SERVER, get(setup_server::show).post(setup_server::submit))
        .route(paths::SETUP_DONE, get(setup_server::done))
        .route(paths::LOGIN, get(login::show))
        .route(paths::LOGIN_LOCAL, get(login::elsewhere).post(login_local::submit))
        .route(paths::LOGIN_PLEX, get(login::elsewhere).post(login_plex::submit))
        .route(paths::LOGIN_PLEX_RETURN, get(plex_return::show))
        .route(paths::LOGIN_RESET, get(reset::show).post(reset::ask))
        .route("/login/reset/{value}", get(reset::choose).post(reset::submit))
        .route(paths::LOGOUT, get(login::elsewhere).post(logout::submit))
        .route(paths::THEME, post(theme::submit))
        .route(paths::LANGUAGE, post(language::submit))
        .route(paths::HOME, get(home::show))
        .route(paths::PROFILE, get(profile::show))
        .route(paths::USERS, get(users::list))
        .route(paths::USERS_NEW, get(user_new::show).post(user_new::submit))
        .route(paths::USERS_PERMISSIONS, get(users::elsewhere).post(users::permit))
        .route(
            paths::USERS_IMPORT,
            get(membership::candidates).post(membership::import),
        )
        .route(paths::USERS_EXPLAIN, get(explain::anybody))
        .route("/users/{id}", get(user::show))
        .route("/users/{id}/account", get(user::elsewhere).post(user::edit))
        .route("/users/{id}/permissions", get(user::elsewhere).post(user::permit))
        .route("/users/{id}/switch", get(user::elsewhere).post(user::switch))
        .route("/users/{id}/delete", get(user::elsewhere).post(user::delete))
        .route("/users/{id}/explain", get(explain::member))
        .route(paths::PROFILE_PLEX, get(credentials::plex))
        .route(
            "/users/{id}/password",
            get(tokens::elsewhere).post(credentials::password),
        )
        .route(
            "/users/{id}/reset-link",
            get(tokens::elsewhere).post(credentials::reset_link),
        )
        .route(
            "/users/{id}/plex/unlink",
            get(tokens::elsewhere).post(credentials::unlink),
        )
        .route(
            "/users/{id}/sessions/end",
            get(tokens::elsewhere).post(credentials::end_others),
        )
        .route(
            "/users/{id}/sessions/{session_id}/end",
            get(tokens::elsewhere).post(credentials::end),
        )
        .route(
            paths::SETTINGS_MEMBERSHIP,
            get(membership::show).post(membership::check),
        )
        .route("/avatars/{id}", get(avatars::show))
        .route("/avatars/of/{sealed}", get(avatars::show_sealed))
        .route("/users/{id}/tokens", get(tokens::elsewhere).post(tokens::make))
        .route(
            "/users/{id}/tokens/{token_id}/regenerate",
            get(tokens::elsewhere).post(tokens::regenerate),
        )
        .route(
            "/users/{id}/tokens/{token_id}/revoke",
            get(tokens::elsewhere).post(tokens::revoke),
        )
        .merge(settings::routes())
        .route(paths::API_DOCS, get(api_docs::show))
        .route(paths::ACTIVITY, get(activity::show))
        .route(paths::ACTIVITY_CSV, get(activity::csv))
        .route(paths::SWITCH, get(switch::show).post(switch::submit))
        .route(paths::PAIR, get(pair::show))
        .route(paths::PAIR_APPROVE, get(pair_approve::show).post(pair_approve::submit))
        .route(paths::PAIR_CODE, get(pair_approve::elsewhere).post(pair_approve::code))
        .route(paths::GATEWAY_GO, get(super::gateway::go))
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /\n" }))
}

pub(super) use avatars::of_member as picture_of;

/// A redirect that makes the browser load the page anew with GET.
fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// To the sign-in page, and back to `path` afterwards.
pub(in crate::web) fn sign_in_first(path: &str) -> Response {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("returnTo", path)
        .finish();
    see_other(&format!("{}?{query}", paths::LOGIN))
}

/// Where somebody belongs who is not the owner; `None`: they are.
fn unless_owner(caller: Option<&Caller>, path: &str) -> Option<Response> {
    match caller {
        Some(caller) if caller.user.is_owner() => None,
        Some(_) => Some(Problem::forbidden(msg!("errors-only-owner-page")).into_response()),
        None => Some(sign_in_first(path)),
    }
}

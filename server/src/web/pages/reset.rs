//! `/login/reset` and `/login/reset/:guid`: a forgotten password.

use app::{
    msg,
    pages::{ChoosePage, ForgotPage, Page},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::see_other;
use crate::{
    domain::user::User,
    services::ServiceError,
    web::{
        error::Problem,
        extract::{Client, FormBody, PathOf, QueryOf},
        render::View,
        state::AppState,
    },
};

#[derive(Default, Deserialize)]
pub(super) struct AskedQuery {
    asked: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct AskForm {
    #[serde(default)]
    email: String,
}

/// `GET /login/reset`.
pub(super) async fn show(State(state): State<AppState>, QueryOf(query): QueryOf<AskedQuery>, view: View) -> Response {
    let page = match (state.credentials.resets.by_mail(), query.asked) {
        (false, _) => ForgotPage::Off,
        (true, Some(_)) => ForgotPage::Asked,
        (true, None) => ForgotPage::Ask { error: None },
    };
    view.render(StatusCode::OK, Page::Forgot(page)).await
}

/// `POST /login/reset`: the same answer whoever is meant.
pub(super) async fn ask(
    State(state): State<AppState>,
    client: Client,
    view: View,
    FormBody(form): FormBody<AskForm>,
) -> Result<Response, Problem> {
    match state.credentials.resets.ask(&form.email, client.address).await {
        Ok(()) => Ok(see_other(&format!("{}?asked=1", paths::LOGIN_RESET))),
        Err(ServiceError::TooManyTries { seconds }) => {
            let page = ForgotPage::Ask {
                error: Some(msg!("errors-too-many-tries", seconds = seconds)),
            };
            Ok(view.render(StatusCode::TOO_MANY_REQUESTS, Page::Forgot(page)).await)
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /login/reset/:guid`.
pub(super) async fn choose(
    State(state): State<AppState>,
    PathOf(value): PathOf<String>,
    client: Client,
    view: View,
) -> Result<Response, Problem> {
    match state.credentials.resets.find(&value, client.address).await? {
        Some(user) => Ok(view.render(StatusCode::OK, form(&user, &value, None)).await),
        None => Ok(dead(&state, view).await),
    }
}

#[derive(Deserialize)]
pub(super) struct ChoiceForm {
    #[serde(default)]
    password: String,
}

/// `POST /login/reset/:guid`.
pub(super) async fn submit(
    State(state): State<AppState>,
    PathOf(value): PathOf<String>,
    client: Client,
    view: View,
    FormBody(choice): FormBody<ChoiceForm>,
) -> Result<Response, Problem> {
    let resets = &state.credentials.resets;
    let (status, error) = match resets.complete(&value, &choice.password, client.address).await {
        Ok(Some(_)) => return Ok(see_other(&format!("{}?reason=password-chosen", paths::LOGIN))),
        Ok(None) => return Ok(dead(&state, view).await),
        Err(ServiceError::Invalid { message, .. }) => (StatusCode::BAD_REQUEST, message),
        Err(ServiceError::Conflict(message) | ServiceError::Taken { message, .. }) => (StatusCode::CONFLICT, message),
        Err(error) => return Err(error.into()),
    };
    match resets.find(&value, client.address).await? {
        Some(user) => Ok(view.render(status, form(&user, &value, Some(error))).await),
        None => Ok(dead(&state, view).await),
    }
}

fn form(user: &User, value: &str, error: Option<app::messages::Message>) -> Page {
    Page::Choose(ChoosePage::Ask {
        name: user.display_name().to_owned(),
        email: user.email.clone().unwrap_or_default(),
        action: paths::login_reset(value),
        error,
    })
}

async fn dead(state: &AppState, view: View) -> Response {
    let page = ChoosePage::Dead {
        can_ask: state.credentials.resets.by_mail(),
    };
    view.render(StatusCode::NOT_FOUND, Page::Choose(page)).await
}

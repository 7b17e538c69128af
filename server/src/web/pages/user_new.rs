//! `/users/new`: a new member who signs in without Plex.

use app::{
    pages::{NewUserPage, Page},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{see_other, users::unless_manager};
use crate::{
    services::{ServiceError, members::NewMember},
    web::{
        error::Problem,
        extract::{AddsPeople, Client, FormBody, MaybeCaller},
        render::View,
        state::AppState,
    },
};

pub(super) async fn show(MaybeCaller(caller): MaybeCaller, view: View) -> Response {
    match unless_manager(caller.as_ref(), paths::USERS_NEW) {
        Some(elsewhere) => elsewhere,
        None => view.render(StatusCode::OK, Page::NewUser(NewUserPage::default())).await,
    }
}

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    email: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
}

pub(super) async fn submit(
    State(state): State<AppState>,
    AddsPeople(leave): AddsPeople,
    client: Client,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let new = NewMember {
        email: &form.email,
        username: &form.username,
        password: (!form.password.is_empty()).then_some(form.password.as_str()),
        permissions: None,
    };
    let (status, wrong, error) = match state.members.create(leave, &new, client.address).await {
        Ok(user) => return Ok(see_other(&format!("{}?saved=made", paths::user(user.id)))),
        Err(ServiceError::Invalid { field, message }) => (StatusCode::BAD_REQUEST, field, message),
        Err(ServiceError::Taken { field, message }) => (StatusCode::CONFLICT, field.to_owned(), message),
        Err(error) => return Err(error.into()),
    };
    let page = NewUserPage {
        email: form.email,
        username: form.username,
        error: Some(error),
        wrong,
    };
    Ok(view.render(status, Page::NewUser(page)).await)
}

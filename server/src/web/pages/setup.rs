//! `/setup`: the set-up code, and the way to whichever step comes next.

use app::{
    msg,
    pages::{Page, SetupCodePage},
    paths,
};
use axum::{
    extract::State,
    http::{StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use cookie::time::Duration;
use serde::Deserialize;

use super::{see_other, sign_in_first};
use crate::{
    services::{ServiceError, site::SetupStage},
    web::{
        cookies,
        error::Problem,
        extract::{Client, FormBody, MaybeCaller},
        render::View,
        state::AppState,
    },
};

#[derive(Deserialize)]
pub(super) struct Form {
    code: String,
}

pub(super) async fn show(State(state): State<AppState>, MaybeCaller(caller): MaybeCaller, view: View) -> Response {
    match (state.site.now().stage(), caller) {
        (SetupStage::NoOwner, _) => {
            view.render(StatusCode::OK, Page::SetupCode(SetupCodePage::default()))
                .await
        }
        (SetupStage::Unfinished, Some(caller)) if caller.user.is_owner() => see_other(paths::SETUP_SERVER),
        (SetupStage::Unfinished, Some(_)) => Problem::forbidden(msg!("setup-not-finished")).into_response(),
        (SetupStage::Unfinished, None) => sign_in_first(paths::HOME),
        (SetupStage::Finished, _) => see_other(paths::HOME),
    }
}

pub(super) async fn submit(
    State(state): State<AppState>,
    client: Client,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let error = match state.setup.check_code(&form.code, client.address).await {
        Ok(true) => {
            let proof = state.setup.proof().await?;
            let mut response = see_other(paths::SETUP_OWNER);
            response.headers_mut().insert(
                SET_COOKIE,
                cookies::set(cookies::SETUP, &proof, state.secure_cookies(), Duration::hours(1)),
            );
            return Ok(response);
        }
        Ok(false) => (StatusCode::FORBIDDEN, msg!("setup-wrong-code")),
        Err(ServiceError::TooManyTries { seconds }) => (
            StatusCode::TOO_MANY_REQUESTS,
            msg!("errors-too-many-tries", seconds = seconds),
        ),
        Err(ServiceError::Conflict(_)) => return Ok(see_other(paths::LOGIN)),
        Err(error) => return Err(error.into()),
    };
    Ok(view
        .render(error.0, Page::SetupCode(SetupCodePage { error: Some(error.1) }))
        .await)
}

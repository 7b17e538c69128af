//! `POST /login/password`: the form for a local account.

use app::{
    msg,
    pages::{LoginPage, Page},
};
use axum::{
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{RETRY_AFTER, SET_COOKIE},
    },
    response::Response,
};
use serde::Deserialize;
use tower_sessions::Session;

use super::{login, see_other};
use crate::{
    domain::{redirect::ReturnTarget, session::Method},
    services::ServiceError,
    web::{
        cookies,
        error::Problem,
        extract::{Client, FormBody},
        render::View,
        session,
        state::AppState,
    },
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Form {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    return_to: String,
}

pub(super) async fn submit(
    State(state): State<AppState>,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let return_to = ReturnTarget::parse(&form.return_to);
    let (status, error, retry_after) = match state
        .local_sign_in
        .sign_in(
            &form.email,
            &form.password,
            client.address,
            cookies::find(&headers, cookies::KNOWN),
        )
        .await
    {
        Ok(Some(user)) => {
            session::open(&state, &browser_session, &client, &user, Method::Password).await?;
            let mut response = see_other(return_to.as_str());
            response
                .headers_mut()
                .append(SET_COOKIE, cookies::known(&state, &form.email)?);
            return Ok(response);
        }
        Ok(None) => (StatusCode::FORBIDDEN, msg!("login-wrong-password"), None),
        Err(ServiceError::TooManyTries { seconds }) => (
            StatusCode::TOO_MANY_REQUESTS,
            msg!("errors-too-many-tries", seconds = seconds),
            Some(seconds),
        ),
        Err(ServiceError::Forbidden(message)) => (StatusCode::FORBIDDEN, message, None),
        Err(ServiceError::Overloaded) => (StatusCode::SERVICE_UNAVAILABLE, msg!("errors-overloaded"), Some(3)),
        Err(error) => return Err(error.into()),
    };
    let page = LoginPage {
        email: form.email,
        error: Some(error),
        ..login::page(&state, &return_to)
    };
    let mut response = view.render(status, Page::Login(page)).await;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

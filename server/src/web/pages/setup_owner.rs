//! `/setup/owner`: who the owner is.

use app::{
    messages::Message,
    pages::{Notice, Page, SetupOwnerPage},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::Response,
};
use serde::Deserialize;
use tower_sessions::Session;

use super::{login::NoticeQuery, plex_sign_in, see_other};
use crate::{
    domain::{redirect::ReturnTarget, session::Method},
    services::{ServiceError, site::SetupStage},
    web::{
        cookies,
        error::Problem,
        extract::{Client, FormBody, QueryOf},
        render::View,
        session,
        state::AppState,
    },
};

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    username: String,
}

/// Whether this browser proved the set-up code; if not, where it should go.
async fn proved(state: &AppState, headers: &HeaderMap) -> Result<Option<Response>, Problem> {
    if state.site.now().stage() != SetupStage::NoOwner {
        return Ok(Some(see_other(paths::SETUP)));
    }
    let proved = match cookies::find(headers, cookies::SETUP) {
        Some(proof) => state.setup.is_proof(proof).await?,
        None => false,
    };
    Ok((!proved).then(|| see_other(paths::SETUP)))
}

fn page(state: &AppState, form: Form, error: Option<Message>, notice: Option<Notice>) -> Page {
    let plex = plex_sign_in::data(state, &ReturnTarget::page(paths::SETUP_SERVER));
    Page::SetupOwner(SetupOwnerPage {
        plex,
        email: form.email,
        username: form.username,
        error,
        notice,
    })
}

pub(super) async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<NoticeQuery>,
    view: View,
) -> Result<Response, Problem> {
    if let Some(elsewhere) = proved(&state, &headers).await? {
        return Ok(elsewhere);
    }
    let empty = Form {
        email: String::new(),
        password: String::new(),
        username: String::new(),
    };
    Ok(view
        .render(StatusCode::OK, page(&state, empty, None, query.notice()))
        .await)
}

pub(super) async fn submit(
    State(state): State<AppState>,
    client: Client,
    browser_session: Session,
    headers: HeaderMap,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    if let Some(elsewhere) = proved(&state, &headers).await? {
        return Ok(elsewhere);
    }
    match state
        .setup
        .create_local_owner(&form.email, &form.password, Some(&form.username))
        .await
    {
        Ok(owner) => {
            session::open(&state, &browser_session, &client, &owner, Method::Password).await?;
            let mut response = see_other(paths::SETUP_SERVER);
            response
                .headers_mut()
                .insert(SET_COOKIE, cookies::clear(cookies::SETUP, state.secure_cookies()));
            Ok(response)
        }
        Err(ServiceError::Invalid { message, .. }) => Ok(view
            .render(StatusCode::BAD_REQUEST, page(&state, form, Some(message), None))
            .await),
        Err(ServiceError::Conflict(_)) => Ok(see_other(paths::SETUP)),
        Err(error) => Err(error.into()),
    }
}

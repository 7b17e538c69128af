//! `/switch`: a deep link of somebody else was opened in this browser. Nobody is switched without a yes.

use app::{
    pages::{Page, SwitchPage},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::Response,
};
use serde::Deserialize;
use tower_sessions::Session;

use super::see_other;
use crate::web::{
    cookies,
    error::Problem,
    extract::{Client, FormBody, MaybeCaller},
    middleware::find_switch,
    render::View,
    session,
    state::AppState,
};

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    client: Client,
    headers: HeaderMap,
    view: View,
) -> Result<Response, Problem> {
    let waiting = find_switch(&state, &headers, &client).await?;
    // Signed out meanwhile: the link has to be opened again, which then asks nothing.
    let (Some(caller), Some(waiting)) = (caller, waiting) else {
        return Ok(done(&state, paths::HOME));
    };
    if caller.user.id == waiting.bearer.user.id {
        return Ok(done(&state, &waiting.to));
    }
    let page = SwitchPage {
        current: caller.user.display_name().to_owned(),
        other: waiting.bearer.user.display_name().to_owned(),
        device: waiting.bearer.token.name,
        to: waiting.to,
        link: waiting.link,
    };
    Ok(view.render(StatusCode::OK, Page::Switch(page)).await)
}

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    link: String,
}

pub(super) async fn submit(
    State(state): State<AppState>,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let Some(waiting) = find_switch(&state, &headers, &client).await? else {
        return Ok(done(&state, &format!("{}?reason=link", paths::LOGIN)));
    };
    if waiting.link != form.link {
        // Another link was opened after this page was shown: the question is another one now.
        return Ok(see_other(paths::SWITCH));
    }
    let cookies = session::end(&state, &client, &headers, &browser_session).await?;
    let bearer = waiting.bearer;
    session::open_by_token(&state, &browser_session, &client, &bearer.user, bearer.opens).await?;
    let mut response = see_other(&waiting.to);
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

fn done(state: &AppState, to: &str) -> Response {
    let mut response = see_other(to);
    let cookie = cookies::SWITCH.clear(state.secure_cookies());
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

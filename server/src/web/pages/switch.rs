//! `/switch`: a deep link of somebody else was opened in this browser. Nobody is switched without a yes.

use app::pages::{Page, SwitchPage};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::Response,
};
use tower_sessions::Session;

use super::see_other;
use crate::web::{
    cookies,
    error::Problem,
    extract::{Client, MaybeCaller},
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
    let found = find_switch(&state, &headers, &client).await?;
    // Signed out meanwhile: the link has to be opened again, which then asks nothing.
    let (Some(caller), Some((switch, bearer))) = (caller, found) else {
        return Ok(done(&state, "/"));
    };
    if caller.user.id == bearer.user.id {
        return Ok(done(&state, &switch.to));
    }
    let page = SwitchPage {
        current: caller.user.display_name().to_owned(),
        other: bearer.user.display_name().to_owned(),
        device: bearer.token.name,
        to: switch.to,
    };
    Ok(view.render(StatusCode::OK, Page::Switch(page)).await)
}

pub(super) async fn submit(
    State(state): State<AppState>,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
) -> Result<Response, Problem> {
    let Some((switch, bearer)) = find_switch(&state, &headers, &client).await? else {
        return Ok(done(&state, "/login?reason=link"));
    };
    let cookie = session::end(&state, &headers, &browser_session).await?;
    session::open_by_token(&state, &browser_session, &client, &bearer.user, bearer.opens).await?;
    let mut response = done(&state, &switch.to);
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

fn done(state: &AppState, to: &str) -> Response {
    let mut response = see_other(to);
    let cookie = cookies::clear(cookies::SWITCH, state.secure_cookies());
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

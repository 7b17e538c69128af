//! `/pair`: on the device that wants in. It shows a code, and is in as soon as somebody has said yes on their phone.

use app::{
    pages::{Page, PairPage},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderMap, Method, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use cookie::time::Duration;
use serde::Deserialize;
use tower_sessions::Session;

use super::see_other;
use crate::{
    domain::redirect::ReturnTarget,
    services::pairing::{CODE_LIFE, Progress, Waiting},
    web::{
        cookies,
        error::Problem,
        extract::{Client, MaybeCaller, QueryOf},
        middleware::somebody_looks,
        origin::shown_origin,
        pairing,
        render::View,
        session::short_agent,
        state::AppState,
    },
};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    return_to: Option<String>,
}

#[expect(clippy::too_many_arguments, reason = "extractors, each of which is needed")]
pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(wanted): QueryOf<Wanted>,
    client: Client,
    method: Method,
    headers: HeaderMap,
    browser_session: Session,
    view: View,
) -> Result<Response, Problem> {
    let return_to = ReturnTarget::parse(wanted.return_to.as_deref().unwrap_or("/"));
    if caller.is_some() {
        return Ok(see_other(return_to.as_str()));
    }
    let again = here(&return_to);
    let looked_at = somebody_looks(&method, &headers, &client);
    let secure = state.secure_cookies();
    let mut progress = match cookies::PAIR.find(&headers, secure) {
        Some(secret) => state.pairings.poll(secret, client.address).await?,
        None => Progress::Expired,
    };
    if let Progress::In { value, return_to } = &progress {
        if let Some(cookie) = pairing::enter(&state, &browser_session, &client, value).await? {
            let mut response = see_other(return_to.as_str());
            response.headers_mut().append(SET_COOKIE, cookie);
            return Ok(response);
        }
        progress = Progress::Expired;
    }
    match progress {
        Progress::Waiting(waiting) => Ok(waits(&state, &client, &headers, view, waiting, again).await),
        Progress::Declined => {
            let mut response = view
                .render(StatusCode::OK, Page::Pair(PairPage::Declined { again }))
                .await;
            response.headers_mut().append(SET_COOKIE, cookies::PAIR.clear(secure));
            Ok(response)
        }
        // A preview, a picture on another page: nobody would see the code, and codes are counted.
        Progress::Expired | Progress::In { .. } if !looked_at => Ok(StatusCode::NO_CONTENT.into_response()),
        Progress::Expired | Progress::In { .. } => {
            let waiting = state
                .pairings
                .begin(client.address, &short_agent(&client), &return_to)
                .await?;
            let life = Duration::seconds(2 * CODE_LIFE);
            let cookie = cookies::PAIR.set(&waiting.secret, secure, life);
            let mut response = waits(&state, &client, &headers, view, waiting, again).await;
            response.headers_mut().append(SET_COOKIE, cookie);
            Ok(response)
        }
    }
}

async fn waits(
    state: &AppState,
    client: &Client,
    headers: &HeaderMap,
    view: View,
    waiting: Waiting,
    again: String,
) -> Response {
    let address = format!("{}{}", shown_origin(state, client, headers), paths::PAIR_APPROVE);
    let page = PairPage::Waiting {
        link: format!("{address}?code={}", waiting.code),
        code: waiting.code,
        address,
        expires_in: waiting.expires_in,
        again,
    };
    view.render(StatusCode::OK, Page::Pair(page)).await
}

/// This page with where to go afterwards.
pub(super) fn here(return_to: &ReturnTarget) -> String {
    if *return_to == ReturnTarget::home() {
        return paths::PAIR.to_owned();
    }
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("returnTo", return_to.as_str())
        .finish();
    format!("{}?{query}", paths::PAIR)
}

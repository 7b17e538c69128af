//! Errors in the reader's language. Those of pages are pages; the REST API and programs that don't ask for HTML get JSON.

use app::{
    pages::{ErrorPage, Page},
    paths,
};
use axum::{
    body::Body,
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};

use super::RequestId;
use crate::web::{
    error::Problem,
    extract::MaybeCaller,
    language::{self, of_reader},
    render::View,
    state::AppState,
};

pub(in crate::web) async fn error_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !wants_page(&request) {
        let headers = request.headers().clone();
        return in_words(&state, &headers, next.run(request).await);
    }
    // What a page needs is read from the request, which the handler takes away.
    let (mut parts, body) = request.into_parts();
    let view = View::without_viewer(&mut parts, &state).await;
    let request_id = RequestId::from_request_parts(&mut parts, &state).await.ok();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else {
        return response;
    };
    let Ok(mut view) = view else { return response };
    if let Some(caller) = response.extensions().get::<MaybeCaller>() {
        view.seen_by(caller);
    }
    let error = ErrorPage {
        status: problem.status.as_u16(),
        // The page has a longer sentence of its own.
        message: (!problem.says_nothing_is_here()).then_some(problem.message),
        request_id: request_id.map(|id| id.0.to_string()),
    };
    let mut rendered = view.render(problem.status, Page::Error(error)).await;
    for name in [header::RETRY_AFTER, header::ALLOW, header::SET_COOKIE] {
        for value in response.headers().get_all(&name) {
            rendered.headers_mut().append(name.clone(), value.clone());
        }
    }
    rendered
}

/// The same JSON in the reader's language.
fn in_words(state: &AppState, asked: &HeaderMap, response: Response) -> Response {
    let Some(problem) = response.extensions().get::<Problem>() else {
        return response;
    };
    let chosen = response.extensions().get::<Locale>().map(|locale| locale.0.as_str());
    let language = of_reader(chosen, asked, state);
    let Ok(json) = serde_json::to_vec(&problem.body(language)) else {
        return response;
    };
    let (mut head, _) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    language::mark(&mut head.headers, language);
    Response::from_parts(head, Body::from(json))
}

/// Left with a problem by the session's layer: the language that the member has set.
#[derive(Debug, Clone)]
pub(in crate::web) struct Locale(pub(in crate::web) String);

/// Inside of the session's layer: leaves word of who is signed in with an error, for the page above. The handlers ask
/// for the same caller, and find it here.
pub(in crate::web) async fn remember_caller(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !wants_page(&request) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let caller = MaybeCaller::from_request_parts(&mut parts, &state).await.ok();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let (Some(caller), Some(_)) = (caller, response.extensions().get::<Problem>()) {
        response.extensions_mut().insert(caller);
    }
    response
}

fn wants_page(request: &Request) -> bool {
    let accepts = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    !request.uri().path().starts_with(paths::API) && accepts.is_some_and(|accept| accept.contains("text/html"))
}

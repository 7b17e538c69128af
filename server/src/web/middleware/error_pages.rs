//! Errors of pages are pages. The REST API and programs that don't ask for HTML keep their JSON.

use app::{
    pages::{ErrorPage, Page},
    paths,
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::header,
    middleware::Next,
    response::Response,
};

use super::RequestId;
use crate::web::{error::Problem, render::View, state::AppState};

pub(in crate::web) async fn error_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let page = !path.starts_with(paths::API)
        && request
            .headers()
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
    if !page {
        return next.run(request).await;
    }
    // What a page needs is read from the request, which the handler takes away.
    let (mut parts, body) = request.into_parts();
    let view = View::without_viewer(&mut parts, &state).await;
    let request_id = RequestId::from_request_parts(&mut parts, &state).await.ok();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else {
        return response;
    };
    let Ok(view) = view else { return response };
    let error = ErrorPage {
        status: problem.status.as_u16(),
        message: problem.message,
        request_id: request_id.map(|id| id.0.to_string()),
    };
    let mut rendered = view.render(problem.status, Page::Error(error)).await;
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered
}

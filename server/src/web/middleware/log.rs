//! A number for every request, and a line in the log. Never the query: it may hold a token.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderName, HeaderValue, Method, request::Parts},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use crate::web::state::AppState;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The request's number, for finding it in the log.
#[derive(Debug, Clone)]
pub(in crate::web) struct RequestId(pub(in crate::web) Arc<str>);

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .unwrap_or_else(|| Self("".into())))
    }
}

pub(in crate::web) async fn log(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = RequestId(uuid::Uuid::new_v4().simple().to_string().into());
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!("request", id = %id.0, method = %request.method(), path = request.uri().path());
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let began = state.clock.now_ms();
    async move {
        let mut response = next.run(request).await;
        let status = response.status().as_u16();
        let ms = state.clock.now_ms() - began;
        // Every page view would drown what the owner looks for.
        if status >= 500 {
            tracing::error!(status, ms, "answered");
        } else if status >= 400 || !reading {
            tracing::info!(status, ms, "answered");
        } else {
            tracing::debug!(status, ms, "answered");
        }
        if let Ok(value) = HeaderValue::from_str(&id.0) {
            response.headers_mut().insert(X_REQUEST_ID, value);
        }
        response
    }
    .instrument(span)
    .await
}

//! A number for every request, and a line in the log. Never the query: it may hold a token. Nor what follows the addresses
//! of links for a new password.

use std::{borrow::Cow, convert::Infallible, sync::Arc};

use tokio::time::Instant;

use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, request::Parts},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use crate::web::{gateway, state::AppState};

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
    let span =
        tracing::info_span!("request", id = %id.0, method = %request.method(), path = %shown(request.uri().path()));
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    // Turning people away is its daily work, and one page of an app asks for a hundred pictures. Why it can't answer is said
    // where that is found.
    let at_gateway = gateway::proxy_at(request.uri().path()).is_some();
    let method = request.method().clone();
    let began = Instant::now();
    async move {
        let mut response = next.run(request).await;
        let status = response.status().as_u16();
        let took = began.elapsed();
        let ms = took.as_millis();
        let route = response.extensions().get::<MatchedPath>();
        // What programs invent is no label.
        let method = if known(&method) { method.as_str() } else { "other" };
        state
            .metrics
            .answered(method, route.map_or("other", MatchedPath::as_str), status, took);
        // Every page view would drown what the owner looks for.
        if status >= 500 && !(at_gateway && status == 503) {
            tracing::error!(status, ms, "answered");
        } else if (status >= 400 || !reading) && !at_gateway {
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

/// Hands the route, as it is written in the router, on to [`log`], which stands outside of it.
pub(in crate::web) async fn tell_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

fn known(method: &Method) -> bool {
    [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        Method::PATCH,
    ]
    .contains(method)
}

/// A path without what may be a secret in it: a part that looks like a UUID, as login tokens and links for a new password
/// do, and whatever follows the addresses that take such a link.
fn shown(path: &str) -> Cow<'_, str> {
    const LINKS: [&str; 2] = ["/login/reset/", "/api/v1/auth/reset-password/"];
    let begins = |link: &&&str| {
        path.get(..link.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(link))
    };
    if let Some(link) = LINKS.iter().find(begins) {
        return format!("{}…", &path[..link.len()]).into();
    }
    if !path.split('/').any(looks_like_a_uuid) {
        return path.into();
    }
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| if looks_like_a_uuid(part) { "…" } else { part })
        .collect();
    parts.join("/").into()
}

/// 32 hex digits and nothing else but signs between them.
fn looks_like_a_uuid(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_hexdigit).count();
    digits >= 32 && part.len() <= 48
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        let value = "7d0e3f0a-9b1c-4d2e-8f30-123456789abc";
        for (path, seen) in [
            (
                "/users/2/sessions/0011223344556677/end",
                "/users/2/sessions/0011223344556677/end",
            ),
            ("/login/reset", "/login/reset"),
            (&format!("/login/reset/{value}"), "/login/reset/…"),
            ("/login/reset/not%20one", "/login/reset/…"),
            (&format!("/LOGIN/Reset/{value}/x"), "/LOGIN/Reset/…"),
            (
                &format!("/api/v1/auth/reset-password/{value}"),
                "/api/v1/auth/reset-password/…",
            ),
            (&format!("//login/reset/{value}"), "//login/reset/…"),
            (&format!("/x/%7B{value}%7D/y"), "/x/…/y"),
            (&format!("/{}", value.replace('-', "")), "/…"),
        ] {
            assert_eq!(shown(path), seen);
        }
    }
}

//! `GET /openapi.json`: the description of this API, for programs.

use std::sync::LazyLock;

use axum::{
    body::Bytes,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse, Response},
};

use crate::{
    domain::hash::{hex, sha256},
    web::openapi,
};

/// The document as it is sent, and its tag. It is the same for everybody until the next release.
static ANSWER: LazyLock<(Bytes, String)> = LazyLock::new(|| {
    let text = openapi::document().to_string();
    let tag = format!("\"{}\"", &hex(&sha256(text.as_bytes()))[..16]);
    (text.into(), tag)
});

/// This document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "Public",
    security(()),
    params((
        "If-None-Match" = Option<String>, Header, description = "The `ETag` of the document that is there already",
        example = "\"9b1c0e5a7b3d4c2e\"",
    )),
    responses(
        (
            status = 200,
            description = "OpenAPI 3.1",
            body = Object,
            headers(("ETag" = String, description = "Changes with the document")),
            example = json!({ "openapi": "3.1.0" }),
        ),
        (
            status = 304,
            description = "It is still that document",
            headers(("ETag" = String, description = "The one that was sent")),
        ),
    )
)]
pub(in crate::web) async fn handle(headers: HeaderMap) -> Response {
    let (text, tag) = &*ANSWER;
    let known = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let known = known.is_some_and(|tags| tags.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let json = HeaderValue::from_static("application/json");
        ([(CONTENT_TYPE, json)], text.clone()).into_response()
    };
    let headers = response.headers_mut();
    // Asked for anew, but sent only where it changed.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, tag);
    }
    response
}

//! `/avatars/:id`: members' pictures, for those who are signed in.

use app::paths;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    domain::user::User,
    services::avatars,
    web::{
        error::Problem,
        extract::{Caller, PathOf},
        state::AppState,
    },
};

/// What a sealed address is for.
const PURPOSE: &str = "picture";
/// How long the picture of somebody who is no member can be loaded, in seconds.
const SEALED_FOR: i64 = 60 * 60;

/// Where a member's picture is; `None`: they have none.
pub(in crate::web) fn of_member(user: &User) -> Option<String> {
    let url = user.avatar.as_deref().filter(|url| !url.is_empty())?;
    Some(paths::avatar(user.id, &avatars::version(url)[..8]))
}

/// Where a picture is of somebody who is no member. Sealed, so that nobody can make the server fetch anything else.
pub(super) fn of_stranger(state: &AppState, url: Option<&str>) -> Option<String> {
    let sealed = state.sealed.seal(PURPOSE, &url?, SEALED_FOR).ok()?;
    Some([paths::AVATARS_OF, "/", &sealed].concat())
}

pub(super) async fn show(
    State(state): State<AppState>,
    _: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::not_found())?;
    let member = state.members.find(id).await?;
    let url = member.and_then(|user| user.avatar).ok_or_else(Problem::not_found)?;
    picture(&state, &url, &headers).await
}

pub(super) async fn show_sealed(
    State(state): State<AppState>,
    _: Caller,
    PathOf(sealed): PathOf<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let url: String = state.sealed.open(PURPOSE, &sealed).ok_or_else(Problem::not_found)?;
    picture(&state, &url, &headers).await
}

async fn picture(state: &AppState, url: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let found = state.avatars.find(url).await.ok_or_else(Problem::not_found)?;
    let tag = format!("\"{}\"", found.version);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(found.bytes).into_response()
    };
    let answer = response.headers_mut();
    if !known {
        answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(found.kind));
    }
    answer.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=86400"),
    );
    answer.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
    );
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(header::ETAG, tag);
    }
    Ok(response)
}

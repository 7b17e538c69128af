//! REST paths match in any case and with one slash too many, as programs written for Seerr send them.

use axum::http::{Request, Uri, uri::PathAndQuery};

/// Rewrites the URI before the router sees it.
pub(in crate::web) fn normalize<B>(mut request: Request<B>) -> Request<B> {
    if let Some(uri) = normalized(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

fn normalized(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let is_api = path.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("/api/"));
    let tidy = !path.ends_with('/') && !path.bytes().any(|byte| byte.is_ascii_uppercase());
    if !is_api || tidy {
        return None;
    }
    let mut wanted = path.strip_suffix('/').unwrap_or(path).to_ascii_lowercase();
    if let Some(query) = uri.query() {
        wanted.push('?');
        wanted.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(wanted).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rest_paths_change() {
        let after = |uri: &'static str| normalized(&Uri::from_static(uri)).map(|uri| uri.to_string());
        assert_eq!(
            after("/API/V1/Settings/Main/?Take=A"),
            Some("/api/v1/settings/main?Take=A".into())
        );
        assert_eq!(after("/api/v1/auth/me/"), Some("/api/v1/auth/me".into()));
        assert_eq!(after("/api/v1/auth/me"), None);
        assert_eq!(after("/Profile/"), None);
        assert_eq!(after("/"), None);
    }
}

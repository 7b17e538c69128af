//! No other site may make a browser do something here.
//!
//! `Sec-Fetch-Site` decides where browsers send it. On plain-http LAN addresses they don't: there `Origin` must be the
//! public URL's or the request's own host. A request with neither comes from a program and passes.

use app::msg;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::web::{error::Problem, state::AppState};

pub(in crate::web) async fn same_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || allowed(request.headers(), state.site.public_url()) {
        return next.run(request).await;
    }
    tracing::warn!("a request from another site was refused");
    Problem::forbidden(msg!("errors-other-site")).into_response()
}

fn allowed(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    if !public_url.is_empty() && origin.eq_ignore_ascii_case(public_url) {
        return true;
    }
    let Some((_, host)) = origin.split_once("://") else {
        return false;
    };
    text(header::HOST).is_some_and(|own| own.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        allowed(&headers, "https://home.test")
    }

    #[test]
    fn fetch_metadata_decides_where_it_is_sent() {
        for good in ["same-origin", "none"] {
            assert!(ask(&[("sec-fetch-site", good), ("origin", "https://evil.test")]));
        }
        for bad in ["cross-site", "same-site", "", "SAME-ORIGIN?"] {
            assert!(
                !ask(&[("sec-fetch-site", bad), ("origin", "https://home.test")]),
                "{bad}"
            );
        }
    }

    #[test]
    fn without_it_the_origin_must_be_ours() {
        assert!(ask(&[("origin", "https://home.test")]));
        assert!(ask(&[
            ("origin", "http://192.168.1.5:5056"),
            ("host", "192.168.1.5:5056")
        ]));
        for bad in [
            "null",
            "https://evil.test",
            "http://192.168.1.5:80",
            "https://home.test.evil.test",
        ] {
            assert!(!ask(&[("origin", bad), ("host", "192.168.1.5:5056")]), "{bad}");
        }
    }

    #[test]
    fn programs_pass() {
        assert!(ask(&[("host", "home.test")]));
    }
}

//! One request, taken apart: face, `X-Plex-*` values from wherever they came, address, body.

use crate::log::TokenVia;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use serde_json::Value;
use std::net::SocketAddr;
use url::form_urlencoded;

/// Far more than any request to plex.tv needs.
const BODY_LIMIT: usize = 1 << 20;

/// A request in the form the handlers want it.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    /// The caller's address. A test plays another one with `X-Forwarded-For`.
    pub(crate) ip: String,
    /// JSON or XML, decided by `Accept` or a path that ends in `.json`. \[D, C\]
    pub(crate) json: bool,
    /// The body as JSON, `Null` if it is something else.
    pub(crate) body: Value,
    from_query: Vec<(String, String)>,
    from_body: Vec<(String, String)>,
}

impl Call {
    pub(crate) async fn read(request: Request, peer: SocketAddr) -> Self {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
        let header = |name| {
            head.headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let query = head.uri.query().unwrap_or_default().to_owned();
        let path = head.uri.path().to_owned();
        // A JSON body from curl without a content type is still meant as JSON.
        let is_form = header("content-type").starts_with("application/x-www-form-urlencoded");
        let json_body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let from_body = match &json_body {
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect(),
            _ if is_form => form_urlencoded::parse(&body).into_owned().collect(),
            _ => Vec::new(),
        };
        let forwarded = header("x-forwarded-for").split(',').next().unwrap_or_default().trim();
        Self {
            ip: if forwarded.is_empty() {
                peer.ip().to_canonical().to_string()
            } else {
                forwarded.to_owned()
            },
            json: header("accept").contains("application/json") || path.ends_with(".json"),
            from_query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            from_body,
            body: json_body,
            method: head.method,
            path,
            query,
            headers: head.headers,
        }
    }

    /// The path's parts, without `.json` and without empty ones, so that `/api/users/` is `/api/users`.
    pub(crate) fn segments(&self) -> Vec<&str> {
        let path = self.path.strip_suffix(".json").unwrap_or(&self.path);
        path.split('/').filter(|part| !part.is_empty()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A query or body parameter; the query wins.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        find(&self.from_query, name).or_else(|| find(&self.from_body, name))
    }

    /// An `X-Plex-*` value: header, then query, then body. \[D\] Empty counts as missing.
    pub(crate) fn plex(&self, name: &str) -> Option<&str> {
        self.utf8_header(name)
            .or_else(|| self.param(name))
            .filter(|value| !value.is_empty())
    }

    /// Header values may be UTF-8 \[D\], which `to_str` refuses.
    fn utf8_header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
    }

    pub(crate) fn client_id(&self) -> Option<&str> {
        self.plex("X-Plex-Client-Identifier")
    }

    pub(crate) fn token(&self) -> Option<&str> {
        self.plex("X-Plex-Token")
    }

    pub(crate) fn token_via(&self) -> TokenVia {
        let name = "X-Plex-Token";
        if find(&self.from_query, name).is_some() {
            // Worst first: a token in the URL is in every log on the way, whatever else was sent.
            TokenVia::Url
        } else if self.headers.contains_key(name) {
            TokenVia::Header
        } else if find(&self.from_body, name).is_some() {
            TokenVia::Body
        } else {
            TokenVia::None
        }
    }

    /// Where the caller reached us, for URLs in bodies.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.header("host").unwrap_or("127.0.0.1"))
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

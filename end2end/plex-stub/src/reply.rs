//! Answers in both faces, and the errors as plex.tv words them.

use crate::call::Call;
use crate::xml;
use serde_json::{Value, json};

pub(crate) const JSON: &str = "application/json; charset=utf-8";
pub(crate) const XML: &str = "application/xml; charset=utf-8";
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// A finished answer that faults and CORS can still change.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Send the head, half the body, and hang up.
    pub(crate) cut_off: bool,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &'static str, body: impl Into<String>) -> Self {
        Self {
            status,
            content_type,
            body: body.into(),
            headers: Vec::new(),
            cut_off: false,
        }
    }

    /// 204, 302 and the like.
    pub(crate) fn empty(status: u16) -> Self {
        Self::new(status, "", "")
    }

    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::new(status, JSON, value.to_string())
    }

    pub(crate) fn xml(status: u16, root: &str, value: &Value) -> Self {
        Self::new(status, XML, xml::document(root, value))
    }

    /// In the face the caller asked for; `root` names the XML element.
    pub(crate) fn face(call: &Call, status: u16, root: &str, value: &Value) -> Self {
        if call.json {
            Self::json(status, value)
        } else {
            Self::xml(status, root, value)
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A v2 error. \[V; XML attributes I\]
    pub(crate) fn error(call: &Call, status: u16, code: u16, message: &str) -> Self {
        let errors = json!([{ "code": code, "message": message, "status": status }]);
        if call.json {
            Self::json(status, &json!({ "errors": errors }))
        } else {
            Self::xml(status, "errors", &errors)
        }
    }

    /// 400/1000 \[V\]
    pub(crate) fn no_client_id(call: &Call) -> Self {
        Self::error(call, 400, 1000, "X-Plex-Client-Identifier is missing")
    }

    /// 401/1001 \[V\]
    pub(crate) fn unauthenticated(call: &Call) -> Self {
        Self::error(call, 401, 1001, "User could not be authenticated")
    }

    /// 429/1003, without `Retry-After` \[V, R\]
    pub(crate) fn rate_limited(call: &Call) -> Self {
        Self::error(call, 429, 1003, "API rate limit exceeded")
    }

    /// 404/1020 \[V\]
    pub(crate) fn no_pin(call: &Call) -> Self {
        Self::error(call, 404, 1020, "Code not found or expired")
    }

    /// 422, what the legacy endpoints answer to a dead token \[V\]; the JSON face is a guess \[I\].
    pub(crate) fn invalid_token(call: &Call) -> Self {
        if call.json {
            return Self::json(422, &json!({ "errors": ["Invalid token"] }));
        }
        let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<errors> <error>Invalid token</error> </errors>\n";
        Self::new(422, XML, body)
    }

    /// A path nobody serves. The body is unknown; 404 is certain. \[I\]
    pub(crate) fn not_found(call: &Call) -> Self {
        Self::error(call, 404, 1002, "Not Found")
    }
}

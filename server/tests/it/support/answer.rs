//! An answer, whole.

use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde_json::Value;

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The request's method and path, for messages.
    pub(crate) asked: String,
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
}

impl Answer {
    /// The status as a number.
    pub(crate) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Goes on only with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status(),
            status,
            "{}: {}\nheaders: {:?}",
            self.asked,
            self.text(),
            self.headers
        );
        self
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; anything else fails the test.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: not JSON ({error}): {}", self.asked, self.text()))
    }

    /// A header's value; "" when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or("(not text)"))
    }

    /// Where a redirect leads; the test fails for anything but 303 See Other.
    #[track_caller]
    pub(crate) fn see_other(&self) -> String {
        assert_eq!(self.status(), 303, "{}: {}", self.asked, self.text());
        self.header("location").to_owned()
    }

    /// The `Set-Cookie` of this cookie, taken apart.
    pub(crate) fn cookie(&self, name: &str) -> Option<Attributes> {
        let mut found = self.cookies().into_iter().filter(|cookie| cookie.name == name);
        let first = found.next();
        assert!(found.next().is_none(), "{}: {name} is set twice", self.asked);
        first
    }

    /// Every `Set-Cookie`.
    pub(crate) fn cookies(&self) -> Vec<Attributes> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|value| Attributes::parse(value.to_str().unwrap()))
            .collect()
    }

    /// Checks the one error body of the API and gives its sentence.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> String {
        assert_eq!(self.status(), status, "{}: {}", self.asked, self.text());
        assert_eq!(self.header("content-type"), "application/json", "{}", self.asked);
        let body = self.json();
        let mut keys: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["error", "errors", "message", "status"], "{}", self.asked);
        assert_eq!(body["status"], status);
        assert_eq!(body["error"], body["message"]);
        for error in body["errors"].as_array().unwrap() {
            assert!(error["path"].is_string() && error["message"].is_string(), "{error}");
        }
        let message = body["message"].as_str().unwrap().to_owned();
        assert!(message.len() > 8, "{}: says nothing: {message:?}", self.asked);
        message
    }

    /// The paths in `errors`.
    #[track_caller]
    pub(crate) fn fields(&self) -> Vec<String> {
        let body = self.json();
        let errors = body["errors"].as_array().unwrap();
        errors
            .iter()
            .map(|error| error["path"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// A `Set-Cookie`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// The cookie's name.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: String,
    /// The rest in lower case, sorted: `httponly`, `max-age=…`, `path=/`, `samesite=lax`, `secure`.
    pub(crate) rest: Vec<String>,
}

impl Attributes {
    fn parse(text: &str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let mut rest: Vec<_> = parts.map(str::to_ascii_lowercase).collect();
        rest.sort_unstable();
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            rest,
        }
    }

    /// Whether it has this attribute.
    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.rest.iter().any(|one| one == attribute)
    }

    /// Seconds it lives; `None`: as long as the browser runs.
    pub(crate) fn max_age(&self) -> Option<i64> {
        self.rest
            .iter()
            .find_map(|one| one.strip_prefix("max-age=")?.parse().ok())
    }

    /// Whether it takes a cookie away.
    pub(crate) fn removes(&self) -> bool {
        self.max_age().is_some_and(|age| age <= 0)
    }
}

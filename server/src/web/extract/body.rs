//! What a request says: query, path, and bodies.

use app::{messages::Message, msg};
use std::convert::Infallible;

use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::web::{error::Problem, state::AppState};

/// What stands in the query; a query that can't be read (a name twice, say) is as good as none.
pub(in crate::web) struct QueryOf<T>(pub(in crate::web) T);

impl<T: DeserializeOwned + Default> FromRequestParts<AppState> for QueryOf<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(serde_urlencoded::from_str(query).unwrap_or_default()))
    }
}

/// What stands in the query of the REST API; what can't be read is told.
pub(in crate::web) struct AskedFor<T>(pub(in crate::web) T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for AskedFor<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        serde_urlencoded::from_str(query).map(Self).map_err(|error| {
            // serde names a parameter that is there twice, and says of no other which it was.
            let text = error.to_string();
            let name = text.split('`').nth(1).filter(|_| text.starts_with("duplicate"));
            Problem::field(StatusCode::BAD_REQUEST, name.unwrap_or_default(), msg!("errors-query"))
        })
    }
}

/// What stands in the path; what is no text is the path of nothing.
pub(in crate::web) struct PathOf<T>(pub(in crate::web) T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}

/// A JSON body.
pub(in crate::web) struct JsonBody<T>(pub(in crate::web) T);

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                msg!("errors-json-wanted"),
            ));
        }
        let bytes = body(request, state).await?;
        // serde takes an array for an object, its values in the order of our fields.
        if bytes.trim_ascii_start().starts_with(b"[") {
            return Err(Problem::field(
                StatusCode::BAD_REQUEST,
                "",
                msg!("errors-body-not-object"),
            ));
        }
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let read = match serde_path_to_error::deserialize(&mut json) {
            Err(error) if error.inner().to_string().starts_with(FLOATING) => whole_numbers(&bytes).ok_or(error),
            Ok(value) => {
                json.end()
                    .map_err(|_| Problem::bad_request(msg!("errors-body-goes-on")))?;
                Ok(value)
            }
            wrong => wrong,
        };
        let value = read.map_err(|error| {
            let path = error.path().to_string();
            let path = if path == "." { String::new() } else { path };
            Problem::field(
                StatusCode::BAD_REQUEST,
                path,
                msg!("errors-body", what = plain(error.inner())),
            )
        })?;
        Ok(Self(value))
    }
}

/// How serde says that a number is written with a point.
const FLOATING: &str = "invalid type: floating point";

/// The body once more, with `3.0` for the 3 that it is: some languages write whole numbers in no other way.
fn whole_numbers<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    /// From here on neighbours can't be told apart.
    const SURE: f64 = 9_007_199_254_740_992.0;

    fn put_right(value: &mut Value) {
        match value {
            Value::Number(number) if number.is_f64() => {
                let whole = number
                    .as_f64()
                    .filter(|float| float.fract() == 0.0 && float.abs() < SURE);
                if let Some(Ok(whole)) = whole.map(|float| format!("{float:.0}").parse::<i64>()) {
                    *number = whole.into();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(put_right),
            Value::Object(fields) => fields.values_mut().for_each(put_right),
            _ => {}
        }
    }
    let mut value = serde_json::from_slice(bytes).ok()?;
    put_right(&mut value);
    serde_json::from_value(value).ok()
}

/// serde's sentence without the value it met, which may be a secret in the wrong field.
fn plain(error: &serde_json::Error) -> Message {
    match error.classify() {
        serde_json::error::Category::Eof => msg!("errors-body-too-short"),
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
            msg!("errors-body-not-json", line = error.line(), column = error.column())
        }
        serde_json::error::Category::Data => {
            let text = error.to_string();
            let text = text.split(" at line").next().unwrap_or_default();
            match text.split_once(" expected ") {
                Some((_, expected)) if text.starts_with("invalid") => kind(expected),
                _ => match text.strip_prefix("missing field ") {
                    Some(field) => msg!("errors-body-missing", field = field.trim_matches('`')),
                    None => msg!("errors-body-form"),
                },
            }
        }
    }
}

/// serde's name of a type, in words for people.
fn kind(expected: &str) -> Message {
    match expected {
        "i64" | "i32" | "u64" | "u32" | "u16" | "u8" | "usize" | "a nonzero u16" => msg!("errors-body-expected-number"),
        "a string" => msg!("errors-body-expected-text"),
        "a boolean" => msg!("errors-body-expected-flag"),
        "a sequence" => msg!("errors-body-expected-list"),
        "a map" => msg!("errors-body-expected-object"),
        other if other.starts_with("struct ") => msg!("errors-body-expected-object"),
        _ => msg!("errors-body-form"),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

async fn body(request: Request, state: &AppState) -> Result<Bytes, Problem> {
    let most = state.traffic_limits.body_size / 1024;
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                msg!("errors-body-too-large", most = most),
            ),
            _ => Problem::bad_request(msg!("errors-body-unreadable")),
        })
}

/// A JSON body that may be left out.
pub(in crate::web) struct JsonOrNothing<T>(pub(in crate::web) T);

impl<T: DeserializeOwned + Default> FromRequest<AppState> for JsonOrNothing<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        if request.body().is_end_stream() {
            return Ok(Self(T::default()));
        }
        let JsonBody(value) = JsonBody::from_request(request, state).await?;
        Ok(Self(value))
    }
}

/// The body of a `<form method=post>`.
pub(in crate::web) struct FormBody<T>(pub(in crate::web) T);

impl<T: DeserializeOwned> FromRequest<AppState> for FormBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !kind
            .to_ascii_lowercase()
            .starts_with("application/x-www-form-urlencoded")
        {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                msg!("errors-form-wanted"),
            ));
        }
        let bytes = body(request, state).await?;
        let value =
            serde_urlencoded::from_bytes(&bytes).map_err(|_| Problem::bad_request(msg!("errors-form-incomplete")))?;
        Ok(Self(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        plain(&serde_json::from_str::<T>(json).unwrap_err()).to_string()
    }

    #[test]
    fn a_value_in_the_wrong_place_is_not_repeated() {
        for json in [
            r#"{"pinId":"hunter2","code":"x"}"#,
            r#"{"pinId":1,"code":{"hunter2":1}}"#,
            r#""hunter2""#,
        ] {
            let sentence = sentence::<app::api::sign_in::AttemptStart>(json);
            assert!(!sentence.contains("hunter2"), "{sentence}");
        }
    }

    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(default)]
    struct Everything {
        number: u16,
        text: String,
        flag: bool,
        list: Vec<i64>,
        map: std::collections::BTreeMap<String, i64>,
        object: Inner,
        character: char,
    }

    #[derive(Debug, Default, serde::Deserialize)]
    struct Inner {}

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        let read =
            |json: &str| whole_numbers::<app::api::sign_in::AttemptStart>(json.as_bytes()).map(|start| start.pin_id);
        assert_eq!(read(r#"{"pinId":15147.0,"code":"x"}"#), Some(15147));
        assert_eq!(read(r#"{"pinId":1.5e1,"code":"x"}"#), Some(15));
        for wrong in ["1.5", "1e300", "9007199254740993.0", "\"1.0\""] {
            assert_eq!(read(&format!(r#"{{"pinId":{wrong},"code":"x"}}"#)), None, "{wrong}");
        }
    }

    #[test]
    fn sentences_say_what_would_be_right() {
        assert_eq!(
            sentence::<app::api::sign_in::AttemptStart>(r#"{"code":"x"}"#),
            "missing field `pinId`"
        );
        assert_eq!(
            sentence::<app::api::sign_in::AttemptStart>(r#"{"pinId":"1","code":"x"}"#),
            "expected a whole number"
        );
        let expected = |json: &str| sentence::<Everything>(json);
        for (json, right) in [
            (r#"{"number":-1}"#, "a whole number"),
            (r#"{"number":1.5}"#, "a whole number"),
            (r#"{"text":7}"#, "text"),
            (r#"{"flag":"yes"}"#, "true or false"),
            (r#"{"list":7}"#, "a list"),
            (r#"{"map":7}"#, "an object"),
            (r#"{"object":7}"#, "an object"),
            ("7", "an object"),
        ] {
            assert_eq!(expected(json), format!("expected {right}"), "{json}");
        }
        assert_eq!(expected(r#"{"character":"ab"}"#), "a value has the wrong form");
        assert!(sentence::<app::api::sign_in::AttemptStart>("{").contains("ends too early"));
        assert!(sentence::<app::api::sign_in::AttemptStart>("<html>").contains("not JSON"));
    }
}

//! Requests with a time limit. `fetch` by hand: gloo-net would bring more than the whole of it.

use gloo_timers::callback::Timeout;
use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCredentials, RequestInit, Response};

use super::dom;
use crate::flow::{
    event::Fault,
    wire::{self, Fields},
};

/// After this long an answer does not come any more.
const TIME_LIMIT: u32 = 8_000;
/// Our own server may be asking Plex meanwhile.
const OWN_TIME_LIMIT: u32 = 20_000;

/// An answer: its status, and its body where that is JSON (else `undefined`).
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The parsed body.
    pub body: Json,
    retry_after: Option<String>,
}

/// Parsed JSON.
#[derive(Debug)]
pub struct Json(JsValue);

impl Fields for Json {
    fn text(&self, name: &str) -> Option<String> {
        dom::field(&self.0, name).as_string()
    }

    fn number(&self, name: &str) -> Option<f64> {
        dom::field(&self.0, name).as_f64()
    }
}

/// Makes a PIN at another origin: no cookies, no body and no header that would need a preflight.
pub async fn post_abroad(url: &str) -> Option<Answer> {
    let init = RequestInit::new();
    init.set_credentials(RequestCredentials::Omit);
    send(url, "POST", init, None, TIME_LIMIT).await
}

/// Asks our own server with a small JSON object.
pub async fn ask(method: &str, path: &str, fields: &[(&str, JsValue)]) -> Result<Json, Fault> {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    let init = RequestInit::new();
    init.set_body(JSON::stringify(&object).unwrap_or_default().as_ref());
    let answer = send(path, method, init, Some("application/json"), OWN_TIME_LIMIT)
        .await
        .ok_or(Fault::Unreachable)?;
    if (200..300).contains(&answer.status) {
        return Ok(answer.body);
    }
    let message = answer.body.text("message").filter(|message| !message.is_empty());
    Err(wire::fault(answer.status, message, answer.retry_after))
}

async fn send(url: &str, method: &str, init: RequestInit, content: Option<&str>, limit: u32) -> Option<Answer> {
    init.set_method(method);
    let headers = Headers::new().ok()?;
    headers.set("Accept", "application/json").ok()?;
    if let Some(content) = content {
        headers.set("Content-Type", content).ok()?;
    }
    init.set_headers(headers.as_ref());
    let abort = AbortController::new().ok()?;
    init.set_signal(Some(&abort.signal()));
    // Dropped at the end, and with it the timer.
    let _limit = Timeout::new(limit, move || abort.abort());
    let response = JsFuture::from(dom::window().fetch_with_str_and_init(url, &init))
        .await
        .ok()?;
    let response: Response = response.unchecked_into();
    let body = match response.json() {
        Ok(body) => JsFuture::from(body).await.unwrap_or(JsValue::UNDEFINED),
        Err(_) => JsValue::UNDEFINED,
    };
    let retry_after = response.headers().get("Retry-After").ok().flatten();
    Some(Answer {
        status: response.status(),
        body: Json(body),
        retry_after,
    })
}

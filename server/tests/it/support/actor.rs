//! Somebody who uses the server: a browser or program with its cookies and address.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header},
};
use http_body_util::BodyExt;
use latchkey::web::Entrance;
use serde_json::Value;
use tower::ServiceExt;

use super::Answer;

/// Every request of one app with its answer, oldest first.
pub(super) type Seen = Arc<Mutex<Vec<Answer>>>;

/// A browser or a program. Keeps cookies as a browser does; what it sends besides is up to the test.
pub(crate) struct Actor {
    router: Entrance,
    jar: Mutex<BTreeMap<String, String>>,
    address: SocketAddr,
    /// Sent with every request.
    headers: Vec<(HeaderName, HeaderValue)>,
    seen: Seen,
}

impl Actor {
    pub(super) fn new(router: Entrance, seen: Seen) -> Self {
        Self {
            router,
            jar: Mutex::default(),
            address: ([192, 0, 2, 10], 50_000).into(),
            headers: Vec::new(),
            seen,
        }
    }

    /// The same with another address (192.0.2.10 unless told).
    #[must_use]
    pub(crate) fn from(mut self, address: &str) -> Self {
        self.address = SocketAddr::new(address.parse().unwrap(), 50_000);
        self
    }

    /// The same with a header on every request, such as a browser's `Sec-Fetch-Site`.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers
            .push((HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
        self
    }

    /// The same person at another instance of the server.
    #[must_use]
    pub(crate) fn at(&self, app: &super::TestApp) -> Self {
        Self {
            router: app.router(),
            jar: Mutex::new(self.jar().clone()),
            address: self.address,
            headers: self.headers.clone(),
            seen: Arc::clone(&self.seen),
        }
    }

    /// A cookie this actor holds.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.jar().get(name).cloned()
    }

    /// Puts a cookie in, as an attacker or a test of damaged ones would.
    pub(crate) fn plant(&self, name: &str, value: &str) {
        self.jar().insert(name.to_owned(), value.to_owned());
    }

    /// Every cookie this actor holds.
    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        self.jar().clone()
    }

    fn jar(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.jar.lock().unwrap()
    }

    /// `GET`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path).send().await
    }

    /// `GET` as a browser opens a page: with `Accept: text/html`.
    pub(crate) async fn page(&self, path: &str) -> Answer {
        let accept = "text/html,application/xhtml+xml,*/*;q=0.8";
        self.ask(Method::GET, path).header("accept", accept).send().await
    }

    /// `POST` with JSON.
    pub(crate) async fn post_json(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path).json(&body).send().await
    }

    /// `POST` without a body.
    pub(crate) async fn post(&self, path: &str) -> Answer {
        self.ask(Method::POST, path).send().await
    }

    /// `POST` as a browser sends a form.
    pub(crate) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask(Method::POST, path)
            .header("accept", "text/html")
            .form(fields)
            .send()
            .await
    }

    /// `DELETE` with JSON.
    pub(crate) async fn delete_json(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::DELETE, path).json(&body).send().await
    }

    /// Any request, step by step.
    pub(crate) fn ask(&self, method: Method, path: &str) -> Asked<'_> {
        Asked {
            actor: self,
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Body::empty(),
        }
    }
}

/// A request that is being put together.
pub(crate) struct Asked<'a> {
    actor: &'a Actor,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Body,
}

impl Asked<'_> {
    /// With this header.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers
            .append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        self
    }

    /// With this JSON.
    #[must_use]
    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// With these fields as a form.
    #[must_use]
    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.header("content-type", "application/x-www-form-urlencoded")
            .body(form.finish())
    }

    /// With this body, whatever it is.
    #[must_use]
    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it, keeps the cookies that come back.
    pub(crate) async fn send(self) -> Answer {
        let actor = self.actor;
        let asked = format!("{} {}", self.method, self.path);
        let mut request = Request::builder()
            .method(self.method)
            .uri(&self.path)
            .body(self.body)
            .unwrap();
        let headers = request.headers_mut();
        for (name, value) in &actor.headers {
            headers.append(name, value.clone());
        }
        headers.extend(self.headers);
        if !headers.contains_key(header::HOST) {
            headers.insert(header::HOST, HeaderValue::from_static("home.test"));
        }
        let cookies: Vec<_> = actor
            .jar()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            headers.append(header::COOKIE, HeaderValue::from_str(&cookies.join("; ")).unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(actor.address));
        let response = match actor.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let answer = Answer {
            asked,
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        };
        for cookie in answer.cookies() {
            if cookie.removes() {
                actor.jar().remove(&cookie.name);
            } else {
                actor.plant(&cookie.name, &cookie.value);
            }
        }
        actor.seen.lock().unwrap().push(answer.clone());
        answer
    }
}

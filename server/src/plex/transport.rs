//! One HTTP request to plex.tv: limits, headers, the one repeat, and what a failure is called.
//!
//! Redirects are not followed (a token must never reach another host), bodies are bounded, errors carry no URL. Must
//! not know what the answers mean beyond status codes.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::{Client, Response};
use rustls::{ClientConfig, RootCertStore};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::debug;
use url::Url;

use super::client::PlexLimits;
use super::error::PlexError;
use super::model::PlexIdentity;
use super::secret::PlexToken;

/// The token's header. Never a query parameter (§9.15).
const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-plex-token");

/// Idle connections kept to plex.tv.
const IDLE_CONNECTIONS: usize = 2;

/// One request.
pub(super) struct Call<'a> {
    /// What it is for, in the log.
    pub(super) name: &'static str,
    pub(super) method: Method,
    /// Below the base URL, starting with `/`, query included.
    pub(super) path: String,
    pub(super) accept: &'static str,
    pub(super) token: Option<&'a PlexToken>,
    pub(super) origin: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// A GET for JSON, about nobody.
    pub(super) fn get(name: &'static str, path: String) -> Self {
        Self {
            name,
            method: Method::GET,
            path,
            accept: "application/json",
            token: None,
            origin: None,
        }
    }

    /// The same, about the token's account.
    pub(super) fn with(self, token: &'a PlexToken) -> Self {
        Self {
            token: Some(token),
            ..self
        }
    }
}

/// An answer with its whole body.
pub(super) struct Answer {
    pub(super) status: u16,
    /// It says that it is HTML, or looks so.
    pub(super) is_html: bool,
    pub(super) body: Vec<u8>,
}

/// How a request failed, and whether asking again may help.
struct Failure {
    error: PlexError,
    repeat: bool,
}

/// The connection to plex.tv. Nothing is built or opened before the first request.
pub(super) struct Transport {
    base: Url,
    headers: HeaderMap,
    limits: PlexLimits,
    client: OnceLock<Client>,
}

impl Transport {
    pub(super) fn new(base: Url, identity: &PlexIdentity, limits: PlexLimits) -> Self {
        Self {
            base,
            headers: identity_headers(identity),
            limits,
            client: OnceLock::new(),
        }
    }

    /// Sends the request within the time limit. A GET that lost its connection or met a 502, 503 or 504 is repeated
    /// once if there is time; `before_repeat` hears of it.
    pub(super) async fn send(&self, call: &Call<'_>, before_repeat: impl Fn()) -> Result<Answer, PlexError> {
        let deadline = Instant::now() + self.limits.request;
        let first = self.send_once(call, deadline).await;
        let (worth_it, what) = match &first {
            Ok(answer) => (matches!(answer.status, 502..=504), None),
            Err(failure) => (failure.repeat, Some(&failure.error)),
        };
        let pause_end = Instant::now() + self.limits.repeat_pause;
        if !worth_it || call.method != Method::GET || pause_end >= deadline {
            return first.map_err(|failure| failure.error);
        }
        debug!(call = call.name, ?what, "asking plex.tv once more");
        sleep(self.limits.repeat_pause).await;
        before_repeat();
        self.send_once(call, deadline).await.map_err(|failure| failure.error)
    }

    async fn send_once(&self, call: &Call<'_>, deadline: Instant) -> Result<Answer, Failure> {
        let request = self.request(call).map_err(|error| Failure { error, repeat: false })?;
        let exchange = async {
            let response = request.send().await.map_err(|error| failure(call.name, error))?;
            self.read(call.name, response).await
        };
        let answer = timeout_at(deadline, exchange).await.unwrap_or(Err(Failure {
            error: PlexError::TimedOut,
            repeat: false,
        }))?;
        debug!(
            call = call.name,
            status = answer.status,
            bytes = answer.body.len(),
            "plex.tv answered"
        );
        Ok(answer)
    }

    fn request(&self, call: &Call<'_>) -> Result<reqwest::RequestBuilder, PlexError> {
        let cannot = |what| PlexError::Unexpected { status: 0, what };
        let mut headers = self.headers.clone();
        headers.insert(ACCEPT, HeaderValue::from_static(call.accept));
        if let Some(token) = call.token {
            let mut value = HeaderValue::from_str(token.expose()).map_err(|_| cannot("a token no header can carry"))?;
            value.set_sensitive(true);
            headers.insert(TOKEN_HEADER, value);
        }
        if let Some(origin) = call.origin {
            let value = HeaderValue::from_str(origin).map_err(|_| cannot("an origin no header can carry"))?;
            headers.insert(http::header::ORIGIN, value);
        }
        let url = format!("{}{}", self.base.as_str().trim_end_matches('/'), call.path);
        Ok(self.client()?.request(call.method.clone(), url).headers(headers))
    }

    /// Reads the body up to its limit.
    async fn read(&self, name: &'static str, mut response: Response) -> Result<Answer, Failure> {
        let status = response.status().as_u16();
        let too_large = || {
            let error = PlexError::Unexpected {
                status,
                what: "the answer is too large",
            };
            Failure { error, repeat: false }
        };
        if response
            .content_length()
            .is_some_and(|length| length > self.limits.body as u64)
        {
            return Err(too_large());
        }
        let says_html = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("text/html"));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(name, error))? {
            if body.len() + chunk.len() > self.limits.body {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            is_html: says_html || looks_like_html(&body),
            body,
        })
    }

    fn client(&self) -> Result<&Client, PlexError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = build(&self.base, &self.limits)?;
        Ok(self.client.get_or_init(|| client))
    }
}

impl Answer {
    /// The answer if the status is a success, else what every call makes of it, 429 apart. `with_token`: a token was sent, so that
    /// it may be what was refused.
    pub(super) fn success(self, with_token: bool) -> Result<Self, PlexError> {
        use super::answer::{CODE_NO_CLIENT_IDENTIFIER, names_code, says_invalid_token};
        let status = self.status;
        let odd = |what| Err(PlexError::Unexpected { status, what });
        match status {
            200..=299 if self.is_html => odd("HTML instead of data"),
            200..=299 => Ok(self),
            300..=399 => odd("a redirect"),
            400 if names_code(&self.body, CODE_NO_CLIENT_IDENTIFIER) => Err(PlexError::ClientIdentifierRefused),
            401 | 498 if with_token => Err(PlexError::BadToken),
            422 if with_token && says_invalid_token(&self.body) => Err(PlexError::BadToken),
            400..=499 => odd("a refusal without a known reason"),
            500..=599 => odd("trouble at plex.tv"),
            _ => odd("an unknown status"),
        }
    }
}

/// Milliseconds, rounded up: who comes then is not early.
pub(super) fn whole_ms(wait: Duration) -> u64 {
    u64::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(u64::MAX)
}

fn identity_headers(identity: &PlexIdentity) -> HeaderMap {
    let values = [
        ("x-plex-client-identifier", &identity.client_identifier),
        ("x-plex-product", &identity.product),
        ("x-plex-version", &identity.version),
        ("x-plex-device-name", &identity.device_name),
        ("x-plex-device", &identity.device),
        ("x-plex-platform", &identity.platform),
    ];
    let mut headers = HeaderMap::new();
    for (name, value) in values {
        // Plex takes UTF-8 (§1); a header can't carry control characters.
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        if let Ok(value) = HeaderValue::from_bytes(value.trim().as_bytes()) {
            headers.insert(name, value);
        }
    }
    headers
}

fn build(base: &Url, limits: &PlexLimits) -> Result<Client, PlexError> {
    let cannot = |what| PlexError::Unexpected { status: 0, what };
    let mut builder = Client::builder()
        .user_agent(concat!("latchkey/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits.connect)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .pool_idle_timeout(Duration::from_secs(30))
        .tls_backend_preconfigured(tls().ok_or_else(|| cannot("TLS can't be set up"))?);
    if is_loopback(base) {
        // The stand-in for plex.tv: a proxy of this machine's surroundings can't reach it.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| cannot("the HTTP client can't be set up"))
}

/// What every HTTPS request of ours trusts: Mozilla's roots, by ring. `None`: TLS can't be set up.
#[must_use]
pub fn tls() -> Option<ClientConfig> {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let mut config = config
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Some(config)
}

pub(super) fn is_loopback(base: &Url) -> bool {
    match base.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn looks_like_html(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let start = String::from_utf8_lossy(&start[..start.len().min(16)]).to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// Names a failed exchange. The cause goes to the log without its URL: that holds a PIN's number.
fn failure(call: &'static str, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    let mut is_tls = false;
    while let Some(next) = inner(cause) {
        is_tls |= next.is::<rustls::Error>();
        cause = next;
    }
    debug!(call, %cause, "plex.tv gave no answer");
    let unreachable = |what| PlexError::Unreachable { what };
    let (error, repeat) = match &error {
        _ if is_tls => (unreachable("no secure connection"), false),
        e if e.is_timeout() => (PlexError::TimedOut, e.is_connect()),
        e if e.is_dns() => (unreachable("its name is not found"), true),
        e if e.is_connect() => (unreachable("no connection"), true),
        e if e.is_builder() => (
            PlexError::Unexpected {
                status: 0,
                what: "the request can't be made",
            },
            false,
        ),
        _ => (unreachable("the answer was cut off"), true),
    };
    Failure { error, repeat }
}

/// The next error inwards. What an `io::Error` wraps is not its source but the source's parent.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    wrapped
        .map(|wrapped| wrapped as &(dyn Error + 'static))
        .or_else(|| error.source())
}

//! The gateway: a reverse proxy asks about each request to an app, and does what we answer.
//!
//! These two routes stand in front of all layers (`router::Entrance`): they are asked for every picture of every app. The
//! answer to somebody signed in who may pass comes from memory ([`at_once`], `services::gateway`); all others take the
//! long way ([`ask`]).

mod answer;
mod forwarded;
mod handing;
mod lines;
mod pass;
mod probe;
mod remote;
mod turned_away;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use app::msg;
use axum::{
    extract::{ConnectInfo, State},
    http::{Extensions, HeaderMap, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};

pub(in crate::web) use handing::{go, is_app, own_address};
pub(in crate::web) use lines::{Wanted, lines};
pub(in crate::web) use probe::{Findings, land, run as probe};
pub use remote::Remote;
pub(in crate::web) use turned_away::refused;

pub(in crate::web) use self::forwarded::Proxy;
use self::{
    answer::{Answer, LOGIN_TOKEN},
    forwarded::Wrong,
};
use super::state::AppState;
use crate::{
    domain::{
        deep_link::{holds, strip},
        gateway::{self, AppRequest, Asked, Needs},
        token::TokenLimits,
        user::User,
    },
    services::site::SetupStage,
};

/// What begins so on an app's host is ours.
pub(in crate::web) const OURS: &str = "/.latchkey/";

/// Where proxies ask.
pub(in crate::web) const FORWARD_AUTH: &str = "/api/v1/gateway/forward-auth";
/// Where nginx asks.
pub(in crate::web) const AUTH_REQUEST: &str = "/api/v1/gateway/auth-request";

/// May this request pass? As Traefik, Caddy and HAProxy ask.
///
/// Any method will do. It is about the visitor, so the credentials are the visitor's, passed on by the proxy: the cookie
/// that signs in at the app, `X-Login-Token`, or `Authorization: Bearer` with a login token. Only proxies that
/// `LATCHKEY_TRUSTED_PROXIES` names get an answer. Whatever is not 200 goes to the browser as it is; whether somebody looks
/// at a page is told by `Accept`.
#[utoipa::path(
    get,
    path = "/gateway/forward-auth",
    tag = "Gateway",
    security(()),
    params(
        (
            "X-Forwarded-Method" = String, Header, description = "The method of the visitor's request",
            min_length = 1, max_length = 32, pattern = "^[A-Za-z-]+$", example = "GET",
        ),
        (
            "X-Forwarded-Proto" = String, Header, description = "The scheme of its address",
            pattern = "^(https?|wss?)$", example = "https",
        ),
        (
            "X-Forwarded-Host" = String, Header, description = "The host of its address, with the port if it has one",
            pattern = "^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]+)?$", example = "sonarr.home.example",
        ),
        (
            "X-Forwarded-Uri" = String, Header, description = "Its path and query, byte for byte",
            pattern = "^/[!\"$-~]*$", example = "/series?sort=name",
        ),
    ),
    responses(
        (
            status = 200,
            description = "It may pass. Without the headers that name somebody: there it needs no sign-in",
            headers(
                ("Remote-User" = String, description = "Who it is to the app"),
                ("Remote-Name" = String, description = "The name, for people"),
                ("Remote-Email" = String, description = "The e-mail address, where there is one"),
                ("Remote-Groups" = String, description = "Tier and permissions, with commas between"),
                ("Authorization" = String, description = "The request's own, for the app; never a login token"),
            ),
        ),
        (
            status = 302,
            description = "A page is asked for and nobody is signed in (GET, HEAD), or the address held a login token",
            headers(
                ("Location" = String, description = "The sign-in page, or the address without the token"),
                (
                    "Set-Cookie" = String,
                    description = "`latchkey.app`, below the cookie domain `latchkey.apps`: who came in is known by it. `latchkey.begin`: they are on their way"
                ),
            ),
        ),
        (
            status = 303,
            description = "The same for other methods",
            headers(
                ("Location" = String, description = "The sign-in page, or the address without the token"),
                (
                    "Set-Cookie" = String,
                    description = "`latchkey.app`, below the cookie domain `latchkey.apps`: who came in is known by it. `latchkey.begin`: they are on their way"
                ),
            ),
        ),
        (
            status = 400,
            description = "A header is missing, there twice or can't be read, or a stranger asks",
            body = app::api::error::ErrorBody,
            example = json!(super::openapi::said(msg!("gateway-header-missing", header = "X-Forwarded-Host"))),
        ),
        (
            status = 401,
            description = "Nobody is signed in, and no page is asked for",
            headers(("WWW-Authenticate" = String, description = "`Bearer`")),
        ),
        (
            status = 403,
            description = "Signed in, but not allowed there, or no app has this address; a page where one is asked for",
            body = app::api::error::ErrorBody,
            example = json!(super::openapi::said(msg!("gateway-not-yours", app = "Sonarr"))),
        ),
        (status = 429, description = "Too many login tokens that open nothing"),
        (status = 500, description = "Our fault; the log says more"),
        (status = 503, description = "Latchkey is not set up yet, or the database is not answering"),
        (
            status = 504,
            description = "It took too long: over 60 seconds, unless another limit is configured",
            body = app::api::error::ErrorBody,
            example = json!(super::openapi::said(msg!("errors-too-slow"))),
        ),
    )
)]
pub(in crate::web) async fn forward_auth(State(state): State<AppState>, request: Parts) -> Response {
    ask(&state, Proxy::Forwarding, peer(&request.extensions), &request.headers).await
}

/// May this request pass? As nginx asks.
///
/// As `forward-auth`, in nginx' own headers. nginx takes 200, 401 and 403 for an answer; a 401 with `Location` says where to
/// lead the browser.
#[utoipa::path(
    get,
    path = "/gateway/auth-request",
    tag = "Gateway",
    security(()),
    params(
        (
            "X-Original-Method" = String, Header, description = "The method of the visitor's request",
            min_length = 1, max_length = 32, pattern = "^[A-Za-z-]+$", example = "GET",
        ),
        (
            "X-Original-URL" = String, Header, description = "Its whole address, byte for byte",
            pattern = "^(https?|wss?)://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]+)?/[!\"$-~]*$",
            example = "https://sonarr.home.example/series?sort=name",
        ),
    ),
    responses(
        (
            status = 200,
            description = "It may pass. Without the headers that name somebody: there it needs no sign-in",
            headers(
                ("Remote-User" = String, description = "Who it is to the app"),
                ("Remote-Name" = String, description = "The name, for people"),
                ("Remote-Email" = String, description = "The e-mail address, where there is one"),
                ("Remote-Groups" = String, description = "Tier and permissions, with commas between"),
                ("Authorization" = String, description = "The request's own, for the app; never a login token"),
            ),
        ),
        (
            status = 400,
            description = "A header is missing, there twice or can't be read, or a stranger asks",
            body = app::api::error::ErrorBody,
            example = json!(super::openapi::said(msg!("gateway-header-missing", header = "X-Original-URL"))),
        ),
        (
            status = 401,
            description = "Nobody is signed in, or the address held a login token; no body where `Location` stands",
            headers(
                ("Location" = String, description = "Where a page is asked for: the sign-in page, or the address without the token"),
                ("WWW-Authenticate" = String, description = "`Bearer`, where no page is asked for"),
                (
                    "Set-Cookie" = String,
                    description = "`latchkey.app`, below the cookie domain `latchkey.apps`: who came in is known by it. `latchkey.begin`: they are on their way"
                ),
            ),
        ),
        (
            status = 403,
            description = "Signed in, but not allowed there, or no app has this address; a page where one is asked for",
            body = app::api::error::ErrorBody,
            example = json!(super::openapi::said(msg!("gateway-not-yours", app = "Sonarr"))),
        ),
        (status = 429, description = "Too many login tokens that open nothing"),
        (status = 500, description = "Our fault; the log says more"),
        (status = 503, description = "Latchkey is not set up yet, or the database is not answering"),
        (
            status = 504,
            description = "It took too long: over 60 seconds, unless another limit is configured",
            body = app::api::error::ErrorBody,
            example = json!(super::openapi::said(msg!("errors-too-slow"))),
        ),
    )
)]
pub(in crate::web) async fn auth_request(State(state): State<AppState>, request: Parts) -> Response {
    ask(&state, Proxy::Nginx, peer(&request.extensions), &request.headers).await
}

/// Who asks in which way, if this is a question of a proxy.
pub(in crate::web) fn proxy_at(path: &str) -> Option<Proxy> {
    match path {
        FORWARD_AUTH => Some(Proxy::Forwarding),
        AUTH_REQUEST => Some(Proxy::Nginx),
        _ => None,
    }
}

/// The other end of the connection.
pub(in crate::web) fn peer(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip())
}

/// The answer as far as memory knows it: that somebody signed in by a cookie may pass. `None` says nothing: [`ask`].
pub(in crate::web) fn at_once(state: &AppState, proxy: Proxy, peer: IpAddr, headers: &HeaderMap) -> Option<Response> {
    Visitor::new(state, proxy, peer, headers).ok()?.allow_at_once()
}

/// A request at the gateway, and all that there is to know before anybody is known.
struct Visitor<'a> {
    state: &'a AppState,
    proxy: Proxy,
    headers: &'a HeaderMap,
    /// What the browser asks the app for.
    request: AppRequest<'a>,
    /// Who asks.
    peer: IpAddr,
}

/// The answer, whatever it takes.
pub(in crate::web) async fn ask(state: &AppState, proxy: Proxy, peer: IpAddr, headers: &HeaderMap) -> Response {
    match Visitor::new(state, proxy, peer, headers) {
        Ok(visitor) => visitor.answer().await,
        Err(wrong) => wrong.answer(state, headers),
    }
}

impl<'a> Visitor<'a> {
    fn new(state: &'a AppState, proxy: Proxy, peer: IpAddr, headers: &'a HeaderMap) -> Result<Self, Wrong> {
        Ok(Self {
            state,
            proxy,
            headers,
            request: forwarded::read(state, proxy, peer, headers)?,
            peer,
        })
    }

    /// The person's address.
    fn address(&self) -> IpAddr {
        super::middleware::client_address(self.peer, self.headers, &self.state.trusted_proxies)
    }

    /// What [`answer`](Self::answer) comes to for somebody whose session is in memory and who may pass.
    fn allow_at_once(&self) -> Option<Response> {
        let site = self.state.site.now();
        let settings = &site.settings;
        let known_later = site.stage() != SetupStage::Finished
            || self.request.path().starts_with(OURS)
            || self.headers.contains_key(&LOGIN_TOKEN);
        if known_later {
            return None;
        }
        let asked = gateway::find(&settings.apps, &self.request)?;
        let by_link = self
            .request
            .query()
            .is_some_and(|query| holds(query, &settings.gateway_token_parameter));
        if by_link || asked.needs == Needs::Nothing {
            return None;
        }
        let visit = self.recall(&site)?;
        may(&asked, &self.request, &visit.known.user, &visit.limits).then(|| self.allow(&visit.known.shown, false))
    }

    async fn answer(&self) -> Response {
        let site = self.state.site.now();
        if site.stage() != SetupStage::Finished {
            return self.say(StatusCode::SERVICE_UNAVAILABLE, &msg!("errors-set-up-first"));
        }
        let settings = &site.settings;
        // These belong to the host, also where its apps all lie below paths.
        if let Some(step) = Step::of(self.request.path())
            && settings.apps.iter().any(|app| app.fits_host(&self.request.host))
        {
            return self.ours(step).await;
        }
        let Some(asked) = gateway::find(&settings.apps, &self.request) else {
            return self.unknown_host();
        };
        if let Some(stripped) = self
            .request
            .query()
            .and_then(|query| strip(query, &settings.gateway_token_parameter))
        {
            return self.follow_link(stripped).await;
        }
        if asked.needs == Needs::Nothing {
            return self.open();
        }
        match self.find_somebody().await {
            Ok(Some(answer)) => self.decide(&asked, &answer).await,
            Ok(None) => self.not_signed_in(),
            Err(problem) => self.problem(&problem),
        }
    }

    async fn decide(&self, asked: &Asked<'_>, somebody: &Answer) -> Response {
        if may(asked, &self.request, somebody.user(), somebody.limits()) {
            return self.allow_somebody(somebody);
        }
        self.turn_away(asked, somebody).await
    }
}

/// Whether this member, by whatever they proved it, may do that.
fn may(asked: &Asked<'_>, request: &AppRequest<'_>, user: &User, limits: &TokenLimits) -> bool {
    asked.allows(user) && limits.allow_apps(asked.apps().map(|app| app.id)) && (!limits.reading_only || request.reads())
}

/// A request for one of our own paths at an app's host, which the proxy passed on to us. `None`: it comes from nobody whom
/// we trust, or for nowhere.
fn landed<'a>(state: &'a AppState, request: &'a Parts) -> Option<Visitor<'a>> {
    let headers = &request.headers;
    let peer = peer(&request.extensions);
    if !state.trusted_proxies.contains(peer.to_canonical()) {
        return None;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text("x-forwarded-host").or_else(|| text("host"))?;
    let target = request.uri.path_and_query()?.as_str();
    // What the browser asked for, where the proxy leads it here in place of that.
    let asked = match text("x-original-url") {
        // nginx makes a GET of whatever it leads elsewhere.
        Some(url) => AppRequest::of_url(text("x-original-method").unwrap_or(request.method.as_str()), url),
        None => AppRequest::new(request.method.as_str(), text("x-forwarded-proto")?, host, target),
    };
    Some(Visitor {
        state,
        proxy: Proxy::Forwarding,
        headers,
        request: asked.ok()?,
        peer,
    })
}

/// `/.latchkey/start` and `/.latchkey/finish`, where the proxy passes them on instead of asking.
pub(in crate::web) async fn step(State(state): State<AppState>, request: Parts) -> Response {
    let Some(visitor) = landed(&state, &request) else {
        return super::error::Problem::not_found().into_response();
    };
    let apps = &state.site.now().settings.apps;
    if !apps.iter().any(|app| app.fits_host(&visitor.request.host)) {
        return visitor.unknown_host();
    }
    match Step::of(visitor.request.path()) {
        Some(step) => visitor.ours(step).await,
        None => super::error::Problem::not_found().into_response(),
    }
}

/// Our own paths at an app's host that need no sign-in. Only these, in these very letters: a proxy or an app may find
/// something of the app's in any other that begins so, such as `/.latchkey/../admin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// A session sets out for this host.
    Start,
    /// It arrives.
    Finish,
    /// The test of the proxy.
    Probe,
}

impl Step {
    fn of(path: &str) -> Option<Self> {
        match path.strip_prefix(OURS)? {
            "start" => Some(Self::Start),
            "finish" => Some(Self::Finish),
            "probe" => Some(Self::Probe),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_app_is_taken_for_ours() {
        assert_eq!(Step::of("/.latchkey/finish"), Some(Step::Finish));
        for path in [
            "/.latchkey/../admin",
            "/.latchkey/start/../../admin",
            "/.latchkey/..%2fadmin",
            "/.latchkey/refused",
            "/.latchkey/",
            "/.latchkey//start",
            "/start",
        ] {
            assert_eq!(Step::of(path), None, "{path}");
        }
    }
}

//! Who stands there, and the answers to the proxy.

use std::sync::Arc;

use app::{messages::Message, msg, paths};
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};

use super::{
    Visitor,
    forwarded::Proxy,
    pass,
    remote::{self, Remote},
};
use crate::{
    domain::{
        deep_link::Stripped,
        gateway::{Place, covers},
        session::{Method, SessionFacts},
        token::{TokenLimits, TokenValue},
        user::User,
    },
    services::{ServiceError, gateway::Visit, login_tokens::Bearer, sessions::id_hash, site::Snapshot},
    web::{error::Problem, extract::Client, language::of_reader, middleware, session},
};

/// A login token in a header of its own.
pub(super) const LOGIN_TOKEN: HeaderName = HeaderName::from_static("x-login-token");

/// Somebody, and how they proved who they are.
pub(super) enum Answer {
    /// By a cookie.
    Visit(Arc<Visit<Remote>>),
    /// By a login token with this very request.
    Bearer {
        bearer: Box<Bearer>,
        remote: Remote,
        /// It stood in `Authorization`, which the app must not see then.
        in_authorization: bool,
    },
}

impl Answer {
    pub(super) fn user(&self) -> &User {
        match self {
            Self::Visit(visit) => &visit.known.user,
            Self::Bearer { bearer, .. } => &bearer.user,
        }
    }

    pub(super) fn limits(&self) -> &TokenLimits {
        match self {
            Self::Visit(visit) => &visit.limits,
            Self::Bearer { bearer, .. } => &bearer.token.limits,
        }
    }

    fn remote(&self) -> &Remote {
        match self {
            Self::Visit(visit) => &visit.known.shown,
            Self::Bearer { remote, .. } => remote,
        }
    }
}

impl Visitor<'_> {
    /// Who it is. A login token that is brought on purpose decides; one in `Authorization` only where it is one of ours, as
    /// apps have their own there.
    pub(super) async fn find_somebody(&self) -> Result<Option<Answer>, Problem> {
        if let Some(value) = self.headers.get(&LOGIN_TOKEN) {
            let text = value.to_str().unwrap_or_default();
            return self.find_bearer(text, false).await;
        }
        if let Some(visit) = self.find_visit().await? {
            return Ok(Some(Answer::Visit(visit)));
        }
        match self.bearer_token() {
            Some(value) => self.find_bearer(value, true).await,
            None => Ok(None),
        }
    }

    /// Whoever a cookie says.
    pub(super) async fn find_visit(&self) -> Result<Option<Arc<Visit<Remote>>>, Problem> {
        let site = self.state.site.now();
        let gateway = &self.state.gateway;
        for shown in pass::shown(&site.settings, self.headers, self.request.https) {
            if let Some(visit) = gateway.recall(&shown.key, &self.request.host, &site) {
                return Ok(Some(visit));
            }
            let Some(pass) = shown.open(self.state) else { continue };
            if let Some(visit) = gateway.find(shown.key, pass, &self.request.host).await? {
                return Ok(Some(visit));
            }
        }
        Ok(None)
    }

    /// The same as far as memory knows: by the first cookie that may be a pass.
    pub(super) fn recall(&self, site: &Snapshot) -> Option<Arc<Visit<Remote>>> {
        let shown = pass::shown(&site.settings, self.headers, self.request.https).next()?;
        self.state.gateway.recall(&shown.key, &self.request.host, site)
    }

    /// What stands in `Authorization: Bearer`, if it looks like one of ours.
    fn bearer_token(&self) -> Option<&str> {
        let value = self.headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, value) = value.split_once(' ')?;
        let ours = scheme.eq_ignore_ascii_case("bearer") && TokenValue::parse(value.trim()).is_some();
        ours.then(|| value.trim())
    }

    async fn find_bearer(&self, text: &str, in_authorization: bool) -> Result<Option<Answer>, Problem> {
        let bearer = self.state.login_tokens.authenticate(text, self.address()).await?;
        Ok(bearer.map(|bearer| Answer::Bearer {
            remote: Remote::of(&bearer.user),
            bearer: Box::new(bearer),
            in_authorization,
        }))
    }

    /// 200 with who it is.
    pub(super) fn allow_somebody(&self, somebody: &Answer) -> Response {
        let ours = matches!(somebody, Answer::Bearer { in_authorization, .. } if *in_authorization);
        self.allow(somebody.remote(), ours)
    }

    /// The same; `ours`: what stands in `Authorization` is a login token of ours.
    pub(super) fn allow(&self, remote: &Remote, ours: bool) -> Response {
        let mut response = Response::new(Body::empty());
        // Room for these and what hyper adds, at once.
        *response.headers_mut() = HeaderMap::with_capacity(8);
        let headers = response.headers_mut();
        headers.insert(remote::USER, remote.user.clone());
        headers.insert(remote::NAME, remote.name.clone());
        if let Some(email) = &remote.email {
            headers.insert(remote::EMAIL, email.clone());
        }
        headers.insert(remote::GROUPS, remote.groups.clone());
        self.pass_authorization(ours, headers);
        response
    }

    /// 200 for what needs no sign-in: nobody is named.
    pub(super) fn open(&self) -> Response {
        let mut response = StatusCode::OK.into_response();
        self.pass_authorization(false, response.headers_mut());
        response
    }

    /// Proxies give the app our `Authorization` in place of the browser's: what is the app's own comes back as it is.
    fn pass_authorization(&self, ours: bool, headers: &mut HeaderMap) {
        if ours {
            return;
        }
        if let Some(value) = self.headers.get(AUTHORIZATION) {
            headers.insert(AUTHORIZATION, value.clone());
        }
    }

    /// Whether somebody looks at a page, by what they accept.
    pub(super) fn wants_page(&self) -> bool {
        self.headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|range| {
                let range = range.split(';').next().unwrap_or_default().trim();
                range.eq_ignore_ascii_case("text/html") || range.eq_ignore_ascii_case("application/xhtml+xml")
            })
    }

    /// To the sign-in page for whoever looks at a page, 401 for everything else.
    pub(super) fn not_signed_in(&self) -> Response {
        let Some(public) = self.state.public_url.as_ref() else {
            if self.state.gateway.say_once("public URL".to_owned()) {
                tracing::warn!("the gateway can lead nobody to the sign-in page: set LATCHKEY_PUBLIC_URL");
            }
            return self.unauthorized(&msg!("gateway-no-public-url"));
        };
        if !self.wants_page() {
            return self.unauthorized(&msg!("errors-not-signed-in"));
        }
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("returnTo", &self.request.url())
            .finish();
        self.lead(&public.join(&format!("{}?{query}", paths::LOGIN)), None)
    }

    fn unauthorized(&self, message: &Message) -> Response {
        let mut response = self.say(StatusCode::UNAUTHORIZED, message);
        let challenge = HeaderValue::from_static("Bearer realm=\"Latchkey\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        response
    }

    /// Leads the browser elsewhere. nginx does so itself: it is told where.
    pub(super) fn lead(&self, to: &str, cookie: Option<HeaderValue>) -> Response {
        let status = match self.proxy {
            Proxy::Nginx => StatusCode::UNAUTHORIZED,
            Proxy::Forwarding if matches!(&*self.request.method, "GET" | "HEAD") => StatusCode::FOUND,
            // What was sent is not sent again to the sign-in page.
            Proxy::Forwarding => StatusCode::SEE_OTHER,
        };
        let mut response = status.into_response();
        let headers = response.headers_mut();
        if let Ok(to) = HeaderValue::from_str(to) {
            headers.insert(LOCATION, to);
        }
        if let Some(cookie) = cookie {
            headers.insert(SET_COOKIE, cookie);
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
        response
    }

    /// A status and a sentence, as JSON.
    pub(super) fn say(&self, status: StatusCode, message: &Message) -> Response {
        self.problem(&Problem::new(status, message.clone()))
    }

    /// The same of something that went wrong.
    pub(super) fn problem(&self, problem: &Problem) -> Response {
        let body = problem.body(of_reader(None, self.headers, self.state));
        let text = serde_json::to_string(&body).unwrap_or_default();
        let mut response = (problem.status, text).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = problem.retry_after {
            headers.insert("retry-after", HeaderValue::from(seconds));
        }
        response
    }

    /// A sign-in link on an app's address: signs in at that host and goes on without the token.
    pub(super) async fn follow_link(&self, stripped: Stripped) -> Response {
        match self.try_link(stripped).await {
            Ok(response) => response,
            Err(problem) => self.problem(&problem),
        }
    }

    async fn try_link(&self, stripped: Stripped) -> Result<Response, Problem> {
        let target = match &stripped.query {
            Some(query) => format!("{}?{query}", self.request.path()),
            None => self.request.path().to_owned(),
        };
        let clean = self.request.url_of(&target);
        let client = self.client();
        let looks = self.request.method == "GET"
            && middleware::somebody_looks(&axum::http::Method::GET, self.headers, &client)
            && !middleware::is_ahead_of_a_click(self.headers);
        let value = stripped.values.first().filter(|_| looks);
        let Some(value) = value else {
            return Ok(self.lead(&clean, None));
        };
        let bearer = match self.state.login_tokens.authenticate(value, self.address()).await {
            // What is said of too many wrong ones is what is said of each.
            Err(ServiceError::TooManyTries { .. }) => None,
            found => found?,
        };
        let Some(bearer) = bearer else {
            return Ok(self.lead(&self.dead_link(&clean), None));
        };
        if let Some(visit) = self.find_visit().await? {
            if visit.known.user.id == bearer.user.id {
                return Ok(self.lead(&clean, None));
            }
            return Ok(self.other_person(&visit.known.user).await);
        }
        let facts: SessionFacts =
            session::new_facts(self.state, &client, &bearer.user, Method::Token, Some(bearer.opens));
        let id = self.state.sessions.create(&facts).await?;
        session::note(self.state, &client, &bearer.user, &facts, Method::Token.name());
        let place = self.place();
        let cookie = pass::set(self.state, id_hash(&id), place, self.request.https)?;
        Ok(self.lead(&clean, Some(cookie)))
    }

    /// Where a pass that is set at this host counts.
    pub(super) fn place(&self) -> Place {
        let domain = &self.state.site.now().settings.cookie_domain;
        if covers(domain, &self.request.host) {
            Place::Domain(domain.clone())
        } else {
            Place::Host(self.request.host.to_string())
        }
    }

    /// To the sign-in page with the reason; without a public URL only away from the token.
    fn dead_link(&self, clean: &str) -> String {
        let Some(public) = self.state.public_url.as_ref() else {
            return clean.to_owned();
        };
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("reason", "link")
            .append_pair("returnTo", clean)
            .finish();
        public.join(&format!("{}?{query}", paths::LOGIN))
    }

    /// The browser, as elsewhere the middleware `client` tells it.
    pub(super) fn client(&self) -> Client {
        let agent = self.headers.get(axum::http::header::USER_AGENT);
        Client {
            address: self.address(),
            agent: agent
                .map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned())
                .unwrap_or_default(),
            https: self.request.https,
        }
    }
}

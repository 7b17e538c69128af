//! Handing a session to the host of an app. Below the cookie domain one cookie does; elsewhere the browser is led
//!
//! 1. from `/gateway/go` here to `/.latchkey/start` at the app's host, which gives it a cookie there,
//! 2. back to `/gateway/go`, which makes a code for that cookie,
//! 3. to `/.latchkey/finish` at the app's host, which takes code and cookie and sets a pass.
//!
//! The steps at the app's host are answers to the proxy's question: the proxy needs no path of its own for them.

use app::{msg, paths};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header::SET_COOKIE},
    response::{IntoResponse, Redirect, Response},
};
use cookie::time::Duration;
use serde::Deserialize;
use tower_sessions::Session;

use super::{OURS, Step, Visitor, pass, probe};
use crate::{
    config::PublicUrl,
    domain::{
        gateway::{self, AppRequest, Place},
        hash::{Hash, from_hex, hex, sha256},
        secret::random_hex,
    },
    services::sessions::id_hash,
    web::{
        cookies::{HostCookie, host_cookie},
        error::Problem,
        extract::{MaybeCaller, QueryOf},
        state::AppState,
    },
};

/// How long the browser keeps what it begins with, in minutes.
const BEGIN_LIFE: i64 = 10;
/// Counts how often this browser was led to a host that sends it back.
const WENT: HostCookie = host_cookie!("went");
/// So often within [`WENT_LIFE`] seconds: then its cookies don't reach us from there.
const MOST_ROUNDS: u32 = 4;
const WENT_LIFE: i64 = 30;

#[derive(Debug, Default, Deserialize)]
pub(in crate::web) struct Go {
    #[serde(default)]
    to: String,
    /// The hash of the cookie that the browser has at the app's host.
    browser: Option<String>,
}

/// Whether people may be led there: an app is there, or it lies below the cookie domain.
pub(in crate::web) fn is_app(state: &AppState, to: &AppRequest<'_>) -> bool {
    let settings = &state.site.now().settings;
    gateway::find(&settings.apps, to).is_some() || gateway::covers(&settings.cookie_domain, &to.host)
}

/// `GET /gateway/go`: from the sign-in page to an app.
pub(in crate::web) async fn go(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Go>,
    session: Session,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(to) = AppRequest::of_address(&query.to) else {
        return Err(Problem::bad_request(msg!("gateway-no-address")));
    };
    let site = state.site.now();
    let domain = site.settings.cookie_domain.as_str();
    if !is_app(&state, &to) {
        return Err(Problem::bad_request(msg!("gateway-no-app", host = &*to.host)));
    }
    if caller.as_ref().and_then(|caller| caller.session()).is_none() {
        let back = own_address(&query.to, query.browser.as_deref());
        return Ok(super::super::pages::sign_in_first(&back));
    }
    let secure = state.secure_cookies();
    if secure && !to.https {
        return Err(Problem::bad_request(msg!("gateway-plain-http", host = &*to.host)));
    }
    let went = rounds(WENT.find(&headers, secure), &to.host);
    if went >= MOST_ROUNDS {
        return Err(Problem::bad_request(msg!("gateway-in-circles", host = &*to.host)));
    }
    let id = session.id().ok_or_else(Problem::not_signed_in)?;
    // Browsers take a cookie for the domain from us only if our own host lies below it, too.
    let own = state.public_url.as_ref().map_or("", PublicUrl::host);
    let mut response = if gateway::covers(domain, &to.host) && gateway::covers(domain, own) {
        let pass = pass::set(&state, id_hash(&id), Place::Domain(domain.to_owned()), to.https)?;
        with_cookie(lead(&to.url()), pass)
    } else if own == to.host {
        // The session's own cookie goes there, whatever the port.
        lead(&to.url())
    } else {
        match query.browser.as_deref().and_then(read_hash) {
            None => lead(&to.url_of(&with_query(&[OURS, "start"].concat(), "to", &to.target))),
            Some(browser) => {
                let code = state
                    .hand_overs
                    .make(id_hash(&id), &to.authority, browser, &to.target)
                    .await?
                    .ok_or_else(Problem::not_signed_in)?;
                lead(&to.url_of(&with_query(&[OURS, "finish"].concat(), "code", &code)))
            }
        }
    };
    // The second of two steps at the same host is no new round.
    let rounds = if query.browser.is_some() { went } else { went + 1 };
    let counted = WENT.set(
        &format!("{rounds}.{}", place(&to.host)),
        secure,
        Duration::seconds(WENT_LIFE),
    );
    response.headers_mut().append(SET_COOKIE, counted);
    Ok(response)
}

/// `/gateway/go` with these parameters.
pub(in crate::web) fn own_address(to: &str, browser: Option<&str>) -> String {
    let address = with_query(paths::GATEWAY_GO, "to", to);
    match browser {
        Some(browser) => with_query(&[&address, "&"].concat(), "browser", browser),
        None => address,
    }
}

fn with_query(path: &str, name: &str, value: &str) -> String {
    let pair: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .finish();
    let sign = if path.ends_with('&') { "" } else { "?" };
    [path, sign, &pair].concat()
}

fn lead(to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let headers = response.headers_mut();
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    response
}

fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

fn place(host: &str) -> String {
    hex(&sha256(host.as_bytes())[..8])
}

fn rounds(cookie: Option<&str>, host: &str) -> u32 {
    cookie
        .and_then(|value| value.split_once('.'))
        .filter(|(_, at)| *at == place(host))
        .and_then(|(rounds, _)| rounds.parse().ok())
        .unwrap_or(0)
}

fn read_hash(text: &str) -> Option<Hash> {
    from_hex(text)?.try_into().ok()
}

impl Visitor<'_> {
    /// Our own paths at an app's host.
    pub(super) async fn ours(&self, step: Step) -> Response {
        match step {
            Step::Start => self.start(),
            Step::Finish => self.finish().await.unwrap_or_else(|problem| self.problem(&problem)),
            Step::Probe => probe::meet(self),
        }
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let query = self.request.query()?;
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Where an app begins at this host: not everywhere one has the path `/`.
    fn nearest_app(&self) -> String {
        let apps = &self.state.site.now().settings.apps;
        let here = apps.iter().filter(|app| app.fits_host(&self.request.host));
        here.map(|app| app.path.as_str())
            .min_by_key(|path| path.len())
            .unwrap_or("/")
            .to_owned()
    }

    /// Gives the browser something of its own at this host, and leads it back to us.
    fn start(&self) -> Response {
        let (Some(public), Ok(value)) = (self.state.public_url.as_ref(), random_hex(32)) else {
            return self.not_signed_in();
        };
        let kept = pass::BEGIN.find(self.headers, self.request.https);
        let value = kept.map_or(value, str::to_owned);
        let target = self.parameter("to").filter(|target| target.starts_with('/'));
        let to = self.request.url_of(&target.unwrap_or_else(|| self.nearest_app()));
        let back = public.join(&own_address(&to, Some(&hex(&sha256(value.as_bytes())))));
        let cookie = pass::BEGIN.set(&value, self.request.https, Duration::minutes(BEGIN_LIFE));
        self.lead(&back, Some(cookie))
    }

    /// Takes the code. One that is worth nothing leads to the app, and from there all begins again.
    async fn finish(&self) -> Result<Response, Problem> {
        let home = self.request.url_of(&self.nearest_app());
        let (Some(code), Some(value)) = (
            self.parameter("code"),
            pass::BEGIN.find(self.headers, self.request.https),
        ) else {
            return Ok(self.lead(&home, None));
        };
        let browser = sha256(value.as_bytes());
        let taken = self
            .state
            .hand_overs
            .take(&code, &self.request.authority, &browser)
            .await?;
        let Some(taken) = taken else {
            return Ok(self.lead(&home, None));
        };
        let place = self.place();
        let cookie = pass::set(self.state, taken.session_hash, place, self.request.https)?;
        Ok(self.lead(&self.request.url_of(&taken.target), Some(cookie)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_counted_by_host() {
        let cookie = format!("3.{}", place("tv.example"));
        assert_eq!(rounds(Some(&cookie), "tv.example"), 3);
        assert_eq!(rounds(Some(&cookie), "wiki.example"), 0);
        assert_eq!(rounds(Some("x"), "tv.example"), 0);
        assert_eq!(rounds(None, "tv.example"), 0);
    }

    #[test]
    fn the_address_is_kept_byte_for_byte() {
        let to = "https://tv.example/a%2Fb?x=1&y=%20&x=2";
        let address = own_address(to, Some("ab"));
        let query = address.split_once('?').unwrap().1;
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        assert_eq!(pairs, [("to".into(), to.into()), ("browser".into(), "ab".into())]);
    }
}

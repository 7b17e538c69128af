//! The cookies by which somebody is known at the gateway: the session's own where the browser brings it, and passes on the
//! hosts of apps, which open nothing but apps.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};
use cookie::{Cookie, CookieJar, SameSite, time::Duration};

use crate::{
    domain::{
        gateway::{Pass, Place},
        hash::{Hash, sha256_of},
        settings::Settings,
    },
    services::sessions::id_hash,
    web::{
        cookies::{HostCookie, host_cookie},
        error::Problem,
        middleware::session_cookie_key,
        state::AppState,
    },
};

/// What passes are sealed for.
const PASS: &str = "gateway pass";
/// At the host of one app.
pub(super) const APP: HostCookie = host_cookie!("app");
/// What the browser has at an app's host while a session is on its way there.
pub(super) const BEGIN: HostCookie = host_cookie!("begin");
/// At all hosts below the cookie domain.
pub(in crate::web) const APPS: &str = "latchkey.apps";
const APPS_SECURE: &str = "__Secure-latchkey.apps";

/// A cookie of the request that may be a pass.
pub(super) struct Shown<'a> {
    /// Under which its session is kept in memory: tells nobody the cookie.
    pub(super) key: Hash,
    kind: Kind,
    value: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Session,
    Pass,
}

/// All that may be passes, the session's own first. Of each name every one counts: a browser that was moved from one
/// cookie domain to another brings two.
pub(super) fn shown<'a>(
    settings: &Settings,
    headers: &'a HeaderMap,
    https: bool,
) -> impl Iterator<Item = Shown<'a>> + use<'a> {
    let session = settings.session_cookie_name();
    let (app, apps) = (APP.name(https), if https { APPS_SECURE } else { APPS });
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(move |pair| {
            let (name, value) = pair.split_once('=')?;
            let kind = match name.trim() {
                name if name == session => Kind::Session,
                // On https only under the names that no other host, and nobody on plain http, can plant.
                name if name == apps || name == app => Kind::Pass,
                _ => return None,
            };
            let value = value.trim();
            let tag: &[u8] = if kind == Kind::Session { b"s" } else { b"p" };
            Some(Shown {
                key: sha256_of(&[tag, value.as_bytes()]),
                kind,
                value,
            })
        })
        // Whoever sends more wants to keep us busy.
        .take(6)
}

impl Shown<'_> {
    /// What it says; `None`: it was not made here.
    pub(super) fn open(&self, state: &AppState) -> Option<Pass> {
        if self.kind == Kind::Pass {
            return state.passes.open(PASS, self.value);
        }
        let name = state.site.now().settings.session_cookie_name();
        let decoded = percent_encoding::percent_decode_str(self.value).decode_utf8().ok()?;
        let mut jar = CookieJar::new();
        jar.add_original(Cookie::new(name, decoded.into_owned()));
        let id = jar.signed(&session_cookie_key(state)).get(name)?;
        Some(Pass {
            session: id_hash(&id.value().parse().ok()?),
            place: Place::Anywhere,
        })
    }
}

/// A `Set-Cookie` value: a pass to this place.
pub(super) fn set(state: &AppState, session: Hash, place: Place, https: bool) -> Result<HeaderValue, Problem> {
    let life = state.site.now().settings.lifetime().absolute;
    let domain = match &place {
        Place::Domain(domain) => Some(domain.clone()),
        Place::Host(_) | Place::Anywhere => None,
    };
    let sealed = state.passes.seal(PASS, &Pass { session, place }, life)?;
    let Some(domain) = domain else {
        return Ok(APP.set(&sealed, https, Duration::seconds(life)));
    };
    let cookie = Cookie::build((if https { APPS_SECURE } else { APPS }, sealed))
        .domain(domain)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(https)
        .max_age(Duration::seconds(life))
        .build();
    HeaderValue::from_str(&cookie.to_string()).map_err(|error| Problem::page_failed(&error))
}

//! A real round trip through the reverse proxy: we ask for `/.latchkey/probe` at an app's host as a browser would, the proxy
//! asks the gateway, and passes the request on to us instead of the app, so that we see what the app would have seen.

use std::time::Duration;

use app::msg;
use axum::{
    Json,
    extract::State,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{OURS, Visitor, landed, remote};
use crate::{
    domain::gateway::{App, covers},
    web::{error::Problem, state::AppState, wire::app_authority},
};

/// What probes are sealed for.
const PURPOSE: &str = "gateway probe";
/// For how many seconds one is good.
const LIFE: i64 = 60;
/// How long the round trip may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a browser could pretend to be, if the proxy let it.
const FORGED: &str = "forged-by-the-probe";
/// An address that nobody has (RFC 5737): what a browser could pretend to come from.
const FORGED_ADDRESS: &str = "203.0.113.77";
/// A query that proxies like to tidy up.
const QUERY: &str = "text=a%20b+c%2Fd&text=%C3%A4&empty=&x";
/// Who is let through with a probe.
const PROBE_USER: &str = "latchkey-probe";
const PROBE: &str = "x-latchkey-probe";

/// What the gateway saw when the proxy asked, and what arrived where the app would be.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Seen {
    method: String,
    https: bool,
    authority: String,
    target: String,
    address: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Landed {
    /// `Remote-User` there.
    user: String,
    /// What the gateway said it saw.
    seen: Option<Seen>,
    /// The path and query there.
    target: String,
    /// Whether a login token of the browser's arrived, too.
    token: bool,
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub(in crate::web) struct Finding {
    /// Which.
    pub(in crate::web) name: &'static str,
    /// Whether it is as it should be.
    pub(in crate::web) good: bool,
    /// In words: what was found and, if it is not good, what to do.
    pub(in crate::web) message: app::messages::Message,
}

/// All of them.
pub(in crate::web) type Findings = Vec<Finding>;

/// The gateway's answer about a probe: lets it through if it is one.
pub(super) fn meet(visitor: &Visitor<'_>) -> Response {
    let proof = visitor.headers.get(PROBE).and_then(|proof| proof.to_str().ok());
    let host = proof.and_then(|proof| visitor.state.sealed.open::<String>(PURPOSE, proof));
    if host.as_deref() != Some(&*visitor.request.host) {
        return visitor.not_signed_in();
    }
    let seen = Seen {
        method: visitor.request.method.to_string(),
        https: visitor.request.https,
        authority: visitor.request.authority.to_string(),
        target: visitor.request.target.to_string(),
        address: visitor.address().to_string(),
    };
    let told = crate::domain::hash::hex(serde_json::to_string(&seen).unwrap_or_default().as_bytes());
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    for (name, value) in [(remote::USER, PROBE_USER), (remote::NAME, &told)] {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
    response
}

/// `/.latchkey/probe`, where the app would be: says what arrived.
pub(in crate::web) async fn land(State(state): State<AppState>, request: Parts) -> Response {
    let headers = &request.headers;
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    if landed(&state, &request).is_none() || state.sealed.open::<String>(PURPOSE, text(PROBE)).is_none() {
        return Problem::not_found().into_response();
    }
    let seen = crate::domain::hash::from_hex(text("remote-name")).and_then(|told| serde_json::from_slice(&told).ok());
    Json(Landed {
        user: text("remote-user").to_owned(),
        seen,
        target: request
            .uri
            .path_and_query()
            .map_or_else(String::new, ToString::to_string),
        token: headers.contains_key("x-login-token"),
    })
    .into_response()
}

/// Asks for this app's host through the proxy.
pub(in crate::web) async fn run(state: &AppState, app: &App) -> Result<Findings, Problem> {
    let Some(public) = state.public_url.as_ref() else {
        return Ok(vec![bad("reach", msg!("gateway-no-public-url"))]);
    };
    if app.host.starts_with('*') {
        return Ok(vec![bad("reach", msg!("proxy-test-wildcard"))]);
    }
    let scheme = if public.is_https() { "https" } else { "http" };
    let authority = app_authority(state, app);
    let target = format!("{OURS}probe?{QUERY}");
    let url = format!("{scheme}://{authority}{target}");
    let proof = state.sealed.seal(PURPOSE, &app.host, LIFE)?;
    let tls = crate::plex::tls().ok_or_else(|| Problem::page_failed(&"no TLS"))?;
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .tls_backend_preconfigured(tls)
        .build()
        .map_err(|error| Problem::page_failed(&error))?;
    let asked = client
        .get(&url)
        .header(PROBE, proof)
        .header("remote-user", FORGED)
        .header("x-forwarded-for", FORGED_ADDRESS)
        .header("x-login-token", FORGED)
        .send()
        .await;
    let response = match asked {
        Ok(response) => response,
        Err(error) => {
            tracing::info!(host = app.host, error = %error.without_url(), "the probe did not reach the proxy");
            return Ok(vec![bad(
                "reach",
                msg!("proxy-test-unreachable", host = app.host.as_str()),
            )]);
        }
    };
    let status = response.status();
    let body = response.bytes().await.unwrap_or_default();
    let Ok(arrived) = serde_json::from_slice::<Landed>(&body) else {
        let message = match status.as_u16() {
            401 | 403 | 302 | 303 => msg!("proxy-test-refused", status = status.as_u16()),
            500..=599 => msg!("proxy-test-error", status = status.as_u16()),
            _ => msg!("proxy-test-elsewhere", status = status.as_u16()),
        };
        return Ok(vec![good("reach", msg!("proxy-test-reached")), bad("path", message)]);
    };
    Ok(judge(state, app, &authority, public.is_https(), &target, &arrived))
}

fn good(name: &'static str, message: app::messages::Message) -> Finding {
    Finding {
        name,
        good: true,
        message,
    }
}

fn bad(name: &'static str, message: app::messages::Message) -> Finding {
    Finding {
        name,
        good: false,
        message,
    }
}

fn judge(state: &AppState, app: &App, authority: &str, https: bool, target: &str, arrived: &Landed) -> Findings {
    let mut findings = vec![good("reach", msg!("proxy-test-reached"))];
    let either = |name, is: bool, yes, no| if is { good(name, yes) } else { bad(name, no) };
    findings.push(match arrived.user.as_str() {
        PROBE_USER => good("identity", msg!("proxy-test-identity")),
        FORGED => bad("identity", msg!("proxy-test-forged")),
        _ => bad("identity", msg!("proxy-test-no-identity")),
    });
    let Some(seen) = &arrived.seen else {
        findings.push(bad("asked", msg!("proxy-test-not-asked")));
        return findings;
    };
    findings.push(either(
        "forwarded",
        seen.authority == authority && seen.https == https && seen.method == "GET",
        msg!("proxy-test-forwarded"),
        msg!(
            "proxy-test-forwarded-wrong",
            seen = format!(
                "{} {}://{}",
                seen.method,
                if seen.https { "https" } else { "http" },
                seen.authority
            )
        ),
    ));
    findings.push(either(
        "query",
        seen.target == target && arrived.target == target,
        msg!("proxy-test-query"),
        msg!("proxy-test-query-changed", seen = seen.target.as_str()),
    ));
    findings.push(either(
        "address",
        seen.address != FORGED_ADDRESS,
        msg!("proxy-test-address", address = seen.address.as_str()),
        msg!("proxy-test-address-forged"),
    ));
    findings.push(either(
        "token",
        !arrived.token,
        msg!("proxy-test-token"),
        msg!("proxy-test-token-passed"),
    ));
    let domain = state.site.now().settings.cookie_domain.clone();
    let own = state.public_url.as_ref().map_or("", crate::config::PublicUrl::host);
    findings.push(if domain.is_empty() || !covers(&domain, &app.host) {
        good("cookie", msg!("proxy-test-own-cookie"))
    } else {
        either(
            "cookie",
            covers(&domain, own),
            msg!("proxy-test-domain", domain = domain.as_str()),
            msg!("proxy-test-domain-wrong", domain = domain.as_str(), host = own),
        )
    });
    findings
}

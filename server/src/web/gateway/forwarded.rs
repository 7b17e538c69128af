//! What the proxy tells about the request that stands there. Nothing of it counts from anybody else.

use std::net::IpAddr;

use app::{messages::Message, msg};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};

use crate::{
    domain::gateway::{AppRequest, BadForward, BadForwardKind},
    web::{error::Problem, language::of_reader, state::AppState},
};

/// Which way of asking a proxy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proxy {
    /// Whatever is not 2xx goes to the browser as it is.
    Forwarding,
    /// nginx takes 2xx, 401 and 403 for an answer, and headers only where it is told to.
    Nginx,
}

/// Why the question makes no sense.
pub(super) enum Wrong {
    /// Who asks is not one of the trusted proxies.
    Stranger(IpAddr),
    /// A header.
    Header(BadForward),
}

/// The request that the proxy asks about.
pub(super) fn read(state: &AppState, proxy: Proxy, peer: IpAddr, headers: &HeaderMap) -> Result<AppRequest, Wrong> {
    let peer = peer.to_canonical();
    if !state.trusted_proxies.contains(peer) {
        return Err(Wrong::Stranger(peer));
    }
    match proxy {
        Proxy::Forwarding => {
            let method = one(headers, "X-Forwarded-Method")?;
            let proto = one(headers, "X-Forwarded-Proto")?;
            let host = one(headers, "X-Forwarded-Host")?;
            let target = one(headers, "X-Forwarded-Uri")?;
            AppRequest::new(&method, &proto, &host, &target)
        }
        Proxy::Nginx => AppRequest::of_url(&one(headers, "X-Original-Method")?, &one(headers, "X-Original-URL")?),
    }
    .map_err(Wrong::Header)
}

/// The header's one value. Bytes beyond ASCII, which browsers don't send but programs do, are encoded.
fn one(headers: &HeaderMap, name: &'static str) -> Result<String, Wrong> {
    let wrong = |kind| Err(Wrong::Header(BadForward { header: name, kind }));
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return wrong(BadForwardKind::Missing);
    };
    if values.next().is_some() {
        return wrong(BadForwardKind::Several);
    }
    Ok(value.to_str().map_or_else(|_| encoded(value), str::to_owned))
}

fn encoded(value: &HeaderValue) -> String {
    value
        .as_bytes()
        .iter()
        .map(|byte| {
            if byte.is_ascii() {
                char::from(*byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

impl Wrong {
    /// 400 with what to do, which the log says too, once.
    pub(super) fn answer(self, state: &AppState, headers: &HeaderMap) -> Response {
        let message = self.message();
        let english = message.to_string();
        if state.gateway.say_once(english.clone()) {
            tracing::warn!(
                "the gateway can't answer a proxy: {english} The page Settings, Reverse proxy writes the lines"
            );
        }
        let problem = Problem::bad_request(message);
        let body = problem.body(of_reader(None, headers, state));
        (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
    }

    fn message(&self) -> Message {
        match self {
            Self::Stranger(peer) => msg!("gateway-stranger", address = peer.to_string()),
            Self::Header(bad) => match bad.kind {
                BadForwardKind::Missing => msg!("gateway-header-missing", header = bad.header),
                BadForwardKind::Several => msg!("gateway-header-several", header = bad.header),
                BadForwardKind::Unreadable => msg!("gateway-header-unreadable", header = bad.header),
            },
        }
    }
}

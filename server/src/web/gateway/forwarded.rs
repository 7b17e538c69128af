//! What the proxy tells about the request that stands there. Nothing of it counts from anybody else.

use std::{borrow::Cow, net::IpAddr};

use app::{messages::Message, msg};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};

use crate::{
    domain::gateway::{AppRequest, BadForward, BadForwardKind},
    web::{error::Problem, language::of_reader, state::AppState},
};

/// Which way of asking a proxy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Proxy {
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
pub(super) fn read<'a>(
    state: &AppState,
    proxy: Proxy,
    peer: IpAddr,
    headers: &'a HeaderMap,
) -> Result<AppRequest<'a>, Wrong> {
    let peer = peer.to_canonical();
    if !state.trusted_proxies.contains(peer) {
        return Err(Wrong::Stranger(peer));
    }
    let asked = match proxy {
        Proxy::Forwarding => AppRequest::new(
            one(headers, &METHOD)?,
            &one(headers, &PROTO)?,
            one(headers, &HOST)?,
            one(headers, &URI)?,
        ),
        Proxy::Nginx => match one(headers, &URL)? {
            Cow::Borrowed(url) => AppRequest::of_url(one(headers, &NGINX_METHOD)?, url),
            Cow::Owned(url) => AppRequest::of_url(one(headers, &NGINX_METHOD)?, &url).map(AppRequest::into_owned),
        },
    };
    asked.map_err(Wrong::Header)
}

/// A header that proxies send.
struct Told {
    name: HeaderName,
    /// As people write it.
    written: &'static str,
}

macro_rules! told {
    ($name:literal, $written:literal) => {
        Told {
            name: HeaderName::from_static($name),
            written: $written,
        }
    };
}

const METHOD: Told = told!("x-forwarded-method", "X-Forwarded-Method");
const PROTO: Told = told!("x-forwarded-proto", "X-Forwarded-Proto");
const HOST: Told = told!("x-forwarded-host", "X-Forwarded-Host");
const URI: Told = told!("x-forwarded-uri", "X-Forwarded-Uri");
const NGINX_METHOD: Told = told!("x-original-method", "X-Original-Method");
const URL: Told = told!("x-original-url", "X-Original-URL");

/// The header's one value. Bytes beyond ASCII, which browsers don't send but programs do, are encoded.
fn one<'a>(headers: &'a HeaderMap, told: &Told) -> Result<Cow<'a, str>, Wrong> {
    let wrong = |kind| {
        Err(Wrong::Header(BadForward {
            header: told.written,
            kind,
        }))
    };
    let mut values = headers.get_all(&told.name).iter();
    let Some(value) = values.next() else {
        return wrong(BadForwardKind::Missing);
    };
    if values.next().is_some() {
        return wrong(BadForwardKind::Several);
    }
    Ok(value
        .to_str()
        .map_or_else(|_| Cow::Owned(encoded(value)), Cow::Borrowed))
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
        (StatusCode::BAD_REQUEST, [(CACHE_CONTROL, "no-store")], axum::Json(body)).into_response()
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

//! The whole map of plex.tv on one screen, and what happens to every request on its way: log, limiter, fault, CORS.

use crate::api::{account, avatar, home, page, pins, resources, sharing};
use crate::call::Call;
use crate::reply::Reply;
use crate::state::State;
use crate::stub::Shared;
use crate::world::ShareState;
use crate::{control, cors, faults, send};
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The one handler. A map of our own instead of axum's, because plex.tv takes `.json` and a trailing slash anywhere.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(handle).with_state(shared)
}

async fn handle(
    axum::extract::State(shared): axum::extract::State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let call = Call::read(request, peer).await;
    if call.path.starts_with("/_stub/") {
        return send::response(control::answer(&shared, &call));
    }
    if call.path == "/favicon.ico" {
        // Asked by browsers of their own accord: nobody wants it in a log or a console.
        return send::response(Reply::empty(204));
    }
    let (reply, latency) = shared.with(|state| answer(state, &call));
    if latency > Duration::ZERO {
        tokio::time::sleep(latency).await;
    }
    send::response(reply)
}

/// The answer, already logged, and how long to hold it back.
fn answer(state: &mut State, call: &Call) -> (Reply, Duration) {
    let at_ms = state.clock.now_ms();
    let api = !is_page(&call.segments());
    let fault = state.switches.take_fault(call.method.as_str(), &call.path);
    let (spoiled, latency) = fault.map_or_else(Default::default, |fault| (fault.answer, fault.latency_ms));
    let reply = if call.method == "OPTIONS" && api {
        Reply::empty(204)
    } else if api && state.over_limit(&call.ip) {
        Reply::rate_limited(call)
    } else if spoiled.comes_from_plex() {
        route(state, call).unwrap_or_else(|refusal| refusal)
    } else {
        Reply::empty(200)
    };
    let mut reply = faults::spoil(spoiled, call, reply);
    if api {
        reply = reply.with("cache-control", "max-age=0, private, must-revalidate");
        if !state.switches.drop_cors {
            cors::allow(call, &mut reply);
        }
    }
    state.record(call, at_ms, reply.status);
    (reply, Duration::from_millis(latency))
}

/// app.plex.tv: pages, not API.
fn is_page(segments: &[&str]) -> bool {
    matches!(segments, [] | ["auth" | "desktop" | "assets", ..])
}

fn route(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    match (call.method.as_str(), call.segments().as_slice()) {
        // clients.plex.tv and plex.tv
        ("POST", ["api", "v2", "pins"]) => pins::create(state, call),
        ("GET", ["api", "v2", "pins", "info"]) => pins::info(state, call),
        ("GET", ["api", "v2", "pins", id]) => pins::read(state, call, id),
        ("GET", ["api", "v2", "user"]) => account::user(state, call),
        ("GET", ["api", "v2", "ping"]) => account::ping(state, call),
        ("DELETE", ["api", "v2", "users", "signout"]) => account::sign_out(state, call),
        ("GET", ["users", "account"]) => account::legacy(state, call),
        ("GET", ["api", "v2", "resources"]) => resources::v2(state, call),
        ("GET", ["api", "resources"]) => resources::v1(state, call),
        ("GET", ["api", "users"]) => sharing::users(state, call),
        ("GET", ["api", "servers", machine_id, "shared_servers"]) => sharing::shared_servers(state, call, machine_id),
        ("GET", ["api", "invites", "requested"]) => sharing::invites(state, call),
        ("GET", ["api", "v2", "shared_servers", "owned", "accepted"]) => {
            sharing::owned(state, call, ShareState::Accepted)
        }
        ("GET", ["api", "v2", "shared_servers", "owned", "pending"]) => {
            sharing::owned(state, call, ShareState::Pending)
        }
        ("GET", ["api", "v2", "friends"]) => sharing::friends(state, call),
        ("GET", ["api", "v2", "home", "users"]) => home::users(state, call),
        ("POST", ["api", "v2", "home", "users", uuid, "switch"]) => home::switch(state, call, uuid),
        ("GET", ["api", "home", "users"]) => home::users_v1(state, call),
        ("POST", ["api", "home", "users", id, "switch"]) => home::switch_v1(state, call, id),
        ("GET" | "HEAD", ["users", uuid, "avatar"]) => avatar::redirect(state, call, uuid),
        // app.plex.tv
        ("GET" | "HEAD", ["assets", file]) => avatar::picture(state, call, file),
        ("GET" | "HEAD", ["auth"]) => Ok(page::approval(state)),
        ("GET" | "HEAD", [] | ["desktop"]) => Ok(page::home()),
        _ => Err(Reply::not_found(call)),
    }
}

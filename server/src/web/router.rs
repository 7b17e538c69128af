//! The whole map: REST, pages, files, and the layers around them.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use app::{msg, paths};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{StatusCode, header::SET_COOKIE},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodRouter, any, get},
};
use futures_util::future::Either;
use tower::{Service, ServiceBuilder};
use tower_http::catch_panic::CatchPanicLayer;

use super::{api, error::Problem, gateway, health, middleware, pages, state::AppState};

/// Writes the routes down once: for the router, for the OpenAPI document (a handler without a description does not compile),
/// and as [`REST_ROUTES`] for the tests.
macro_rules! rest {
    ($($path:literal => { $($method:ident: $($handler:ident)::+),+ $(,)? })+) => {
        /// Every route of the REST API, below `/api/v1`, with the methods it takes. Each needs a row in the table of
        /// permissions: `server/tests/it/api/permission_table.rs`.
        pub const REST_ROUTES: &[(&str, &[&str])] = &[$(($path, &[$(stringify!($method)),+])),+];

        fn rest() -> Router<AppState> {
            Router::new()$(.route($path, MethodRouter::new()$(.$method($($handler)::+))+))+
        }

        /// What stands beside the handlers about them.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($($handler)::+),+),+))]
        pub(super) struct Described;
    };
}

rest! {
    "/status" => { get: api::status::handle }
    "/openapi.json" => { get: api::openapi::handle }
    "/doctor" => { get: api::doctor::handle }
    "/settings/public" => { get: api::settings_public::handle }
    "/settings/plex" => { get: api::settings_plex::read, post: api::settings_plex::update }
    "/settings/plex/users" => { get: api::settings_plex_users::handle }
    "/settings/plex/check" => { get: api::settings_plex_check::read, post: api::settings_plex_check::run }
    "/settings/plex/devices/servers" => { get: api::settings_plex::servers }
    "/settings/main" => { get: api::settings_main::read, post: api::settings_main::update }
    "/settings/notifications/email" => { get: api::settings_email::read, post: api::settings_email::update }
    "/settings/notifications/email/test" => { post: api::settings_email::test }
    "/settings/apps" => { get: api::settings_apps::list, post: api::settings_apps::add }
    "/settings/apps/answer" => { get: api::settings_apps::answering }
    "/settings/apps/{id}" => {
        get: api::settings_apps::read, put: api::settings_apps::change, delete: api::settings_apps::remove
    }
    "/settings/proxy" => { get: api::settings_proxy_lines::handle }
    "/settings/proxy/test" => { post: api::settings_proxy::test }
    "/settings/main/regenerate" => { post: api::settings_main::regenerate }
    "/settings/security/rotate-session-secret" => { post: api::settings_security::rotate }
    "/activity" => { get: api::activity::list }
    "/settings/initialize" => { post: api::settings_initialize::handle }
    "/setup/owner" => { post: api::setup_owner::handle }
    "/auth/me" => { get: api::auth_me::handle }
    "/auth/logout" => { post: api::auth_logout::handle }
    "/auth/local" => { post: api::auth_local::handle }
    "/auth/token" => { post: api::auth_token::handle }
    "/auth/reset-password" => { post: api::auth_reset::ask }
    "/auth/reset-password/{value}" => { post: api::auth_reset::complete }
    "/auth/plex" => { post: api::auth_plex::handle }
    "/auth/plex/attempts" => { post: api::attempts::start, delete: api::attempts::cancel }
    "/auth/plex/attempts/poll" => { post: api::attempts::poll }
    "/pair/poll" => { post: api::pair::poll }
    "/user" => { get: api::user_list::handle, post: api::user_create::handle, put: api::user_bulk::handle }
    "/user/import-from-plex" => { post: api::user_import::handle }
    "/user/{id}/explain" => { get: api::user_explain::handle }
    "/user/{id}" => { get: api::user::read, put: api::user::update, delete: api::user::delete }
    "/user/{id}/settings/main" => { get: api::user_main::read, post: api::user_main::update }
    "/user/{id}/settings/permissions" => { get: api::user_permissions::read, post: api::user_permissions::update }
    "/user/{id}/settings/disabled" => { post: api::user_disabled::update }
    "/user/{id}/settings/password" => { get: api::user_password::read, post: api::user_password::change }
    "/user/{id}/settings/linked-accounts/plex" => {
        post: api::user_linked_plex::link, delete: api::user_linked_plex::unlink
    }
    "/user/{id}/reset-link" => { post: api::user_reset_link::make }
    "/user/{id}/sessions" => { get: api::user_sessions::list, delete: api::user_sessions::end_others }
    "/user/{id}/sessions/{session_id}" => { delete: api::user_sessions::end }
    "/user/{id}/settings/token" => {
        get: api::user_token::read, post: api::user_token::make, delete: api::user_token::revoke
    }
    "/user/{id}/settings/tokens" => { get: api::user_tokens::list, post: api::user_tokens::make }
    "/user/{id}/settings/tokens/{token_id}" => { delete: api::user_tokens::revoke }
}

/// Where reverse proxies ask, below `/api/v1`: with any method, described for GET.
pub const GATEWAY_ROUTES: &[&str] = &["/gateway/forward-auth", "/gateway/auth-request"];

/// What stands beside their handlers.
#[derive(utoipa::OpenApi)]
#[openapi(paths(gateway::forward_auth, gateway::auth_request))]
pub(super) struct DescribedGateway;

/// The server's one service: what the gateway has in memory is answered before anything else is looked at.
#[derive(Clone)]
pub struct Entrance {
    state: AppState,
    router: Router,
}

/// Puts everything behind its address.
pub fn router(state: AppState) -> Entrance {
    let router = routes(state.clone()).with_state::<()>(());
    Entrance { state, router }
}

impl Service<Request<Body>> for Entrance {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, <Router as Service<Request<Body>>>::Future>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let at_once = gateway::proxy_at(request.uri().path()).and_then(|proxy| {
            let peer = gateway::peer(request.extensions());
            gateway::at_once(&self.state, proxy, peer, request.headers())
        });
        match at_once {
            Some(response) => {
                self.state.metrics.remembered_at_gateway();
                Either::Left(ready(Ok(response)))
            }
            None => Either::Right(self.router.call(request)),
        }
    }
}

fn routes(state: AppState) -> Router {
    // The gateway's questions that memory can't answer: nothing more stands in front of these.
    let asked = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), middleware::log))
        .layer(from_fn(middleware::tell_route))
        .layer(CatchPanicLayer::custom(sorry))
        .layer(from_fn_with_state(state.clone(), time_limit));
    let gateway = Router::new()
        .route(gateway::FORWARD_AUTH, any(gateway::forward_auth))
        .route(gateway::AUTH_REQUEST, any(gateway::auth_request))
        .layer(asked)
        .with_state(state.clone());
    // What stands higher wraps what stands lower. One stack instead of a `Router::layer` each: there every layer boxes all
    // that it wraps, and a request clones box in box.
    let with_session = ServiceBuilder::new()
        .layer(from_fn(middleware::tell_route))
        .layer(from_fn_with_state(state.clone(), time_limit))
        .layer(from_fn_with_state(state.clone(), tell_gateway))
        // Nothing opens or reads a session before the set-up is far enough.
        .layer(from_fn_with_state(state.clone(), middleware::gate))
        // Handlers ask who is calling, so the session is nearest to them.
        .layer(from_fn_with_state(state.clone(), middleware::session))
        // Opens sessions, and leads away before any page is loaded.
        .layer(from_fn_with_state(state.clone(), middleware::token_redirect))
        .layer(from_fn_with_state(state.clone(), middleware::remember_caller));
    // Where the path is written in another case, or with one slash too many.
    let late = Router::new()
        .route(gateway::FORWARD_AUTH, any(gateway::forward_auth))
        .route(gateway::AUTH_REQUEST, any(gateway::auth_request))
        .route("/.latchkey/probe", get(gateway::land))
        .route("/.latchkey/refused", any(gateway::refused))
        .route("/.latchkey/{step}", get(gateway::step));
    let routes = Router::new()
        .nest(paths::API, rest())
        .merge(late)
        .merge(pages::routes())
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::new(StatusCode::METHOD_NOT_ALLOWED, msg!("errors-method")) })
        .layer(with_session)
        .layer(DefaultBodyLimit::max(state.traffic_limits.body_size))
        // Files and health are asked for often and have no session.
        .merge(state.files.routes())
        .route(paths::HEALTHZ, get(health::healthz))
        .route(paths::READYZ, get(health::readyz))
        .with_state(state.clone());
    let around = ServiceBuilder::new()
        // Outside of the router, because it decides which route is meant.
        .map_request(middleware::normalize)
        .layer(from_fn_with_state(state.clone(), middleware::log))
        // Error pages carry the nonce too.
        .layer(from_fn_with_state(state.clone(), middleware::security))
        .layer(from_fn_with_state(state.clone(), middleware::error_pages))
        // A panic is a problem like any other to the layers further out.
        .layer(CatchPanicLayer::custom(sorry))
        .layer(from_fn_with_state(state.clone(), middleware::client))
        .layer(from_fn_with_state(state, middleware::same_origin))
        .service(routes);
    gateway.fallback_service(around)
}

/// Whoever changed something finds it changed at the gateway with the next request: what is in memory there is brought up
/// to date before the answer. Other instances look for themselves.
async fn tell_gateway(State(state): State<AppState>, request: Request, next: axum::middleware::Next) -> Response {
    let safe = request.method().is_safe();
    let response = next.run(request).await;
    let changed = !safe || response.headers().contains_key(SET_COOKIE);
    if changed && let Err(error) = state.gateway.refresh().await {
        tracing::warn!(%error, "the gateway could not be brought up to date; it asks the database until it is");
    }
    response
}

/// The answer where a handler panicked.
fn sorry(_: Box<dyn std::any::Any + Send>) -> Response {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, msg!("errors-internal")).into_response()
}

async fn time_limit(State(state): State<AppState>, request: Request, next: axum::middleware::Next) -> Response {
    match tokio::time::timeout(state.traffic_limits.request, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(StatusCode::GATEWAY_TIMEOUT, msg!("errors-too-slow")).into_response(),
    }
}

//! `GET /settings/proxy`: the configuration of a reverse proxy for an app. Ours.

use app::msg;
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::gateway::{Names, ReverseProxy, Upstream, snippet},
    web::{
        error::Problem,
        extract::{Admin, AskedFor},
        state::AppState,
    },
};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(in crate::web) struct Wanted {
    /// [`ReverseProxy::name`]
    #[param(value_type = String, required = true, pattern = "^(nginx|nginx-proxy-manager|swag|traefik|caddy|haproxy)$", example = "caddy")]
    proxy: String,
    /// The app's number.
    #[param(required = true, example = 3)]
    app: i64,
    /// Where the proxy reaches the app; empty: a place to fill in.
    #[param(value_type = Option<String>, example = "http://192.168.1.5:8989")]
    upstream: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProxyFiles)]
pub(in crate::web) struct Written {
    #[schema(examples("caddy"))]
    proxy: &'static str,
    #[schema(examples(3))]
    app: i64,
    parts: Vec<WrittenPart>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProxyFile)]
struct WrittenPart {
    #[schema(examples("Caddyfile"))]
    file: String,
    #[schema(examples("sonarr.home.example {\n}"))]
    text: String,
}

/// The configuration of a reverse proxy for an app, file by file.
#[utoipa::path(
    get,
    path = "/settings/proxy",
    tag = "Gateway",
    params(Wanted),
    responses(
        (status = 200, description = "The files", body = Written),
        (status = 400, description = "No such proxy, or no such address"),
        (status = 404, description = "There is no such app"),
        (status = 409, description = "`LATCHKEY_PUBLIC_URL` is not set"),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    _: Admin,
    AskedFor(wanted): AskedFor<Wanted>,
) -> Result<Json<Written>, Problem> {
    let Some(proxy) = ReverseProxy::by_name(&wanted.proxy) else {
        let known = ReverseProxy::ALL.map(ReverseProxy::name).join(", ");
        let message = msg!("proxy-no-such", proxies = known);
        return Err(Problem::field(StatusCode::BAD_REQUEST, "proxy", message));
    };
    let wrong_upstream = || Problem::field(StatusCode::BAD_REQUEST, "upstream", msg!("proxy-wrong-upstream"));
    let upstream = match wanted.upstream.as_str() {
        "" => None,
        text => Some(Upstream::parse(text).ok_or_else(wrong_upstream)?),
    };
    let no_url = || Problem::new(StatusCode::CONFLICT, msg!("gateway-no-public-url"));
    let public = state.public_url.as_ref().ok_or_else(no_url)?;
    let site = state.site.now();
    let app = site.settings.apps.iter().find(|app| app.id == wanted.app);
    let app = app.ok_or_else(Problem::not_found)?;
    let names = Names::new(
        app,
        public.origin(),
        state.latchkey_upstream.clone(),
        upstream,
        &site.settings.gateway_token_parameter,
    );
    // Both were checked when they were set.
    let names = names.ok_or_else(|| Problem::page_failed(&"a name does not fit into a configuration"))?;
    let parts = snippet(proxy, &names)
        .into_iter()
        .map(|part| WrittenPart {
            file: part.file,
            text: part.text,
        })
        .collect();
    Ok(Json(Written {
        proxy: proxy.name(),
        app: wanted.app,
        parts,
    }))
}

//! `GET /settings/proxy`: the configuration of a reverse proxy for an app. Ours.

use app::msg;
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};

use crate::{
    domain::gateway::{Names, ReverseProxy, Upstream, snippet},
    web::{
        error::Problem,
        extract::{Admin, QueryOf},
        state::AppState,
    },
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Wanted {
    /// [`ReverseProxy::name`]
    proxy: String,
    /// The app's number.
    app: i64,
    /// Where the proxy reaches the app; empty: a place to fill in.
    upstream: String,
}

#[derive(Serialize)]
pub(in crate::web) struct Written {
    proxy: &'static str,
    app: i64,
    parts: Vec<WrittenPart>,
}

#[derive(Serialize)]
struct WrittenPart {
    file: String,
    text: String,
}

/// 200; 400 no such proxy, no address; 404 no such app; 409 without a public URL.
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    _: Admin,
    QueryOf(wanted): QueryOf<Wanted>,
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

//! The lines for a reverse proxy, as a program or a page asks for them.

use app::msg;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::gateway::{Names, ReverseProxy, SnippetPart, Unfit, Upstream, snippet},
    web::{error::Problem, state::AppState},
};

/// What for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(in crate::web) struct Wanted {
    /// [`ReverseProxy::name`]
    #[param(value_type = String, required = true, pattern = "^(nginx|nginx-proxy-manager|swag|traefik|caddy|haproxy)$", example = "caddy")]
    pub(in crate::web) proxy: String,
    /// The app's number.
    #[param(value_type = i64, required = true, example = 3)]
    pub(in crate::web) app: String,
    /// Where the proxy reaches the app; empty: a place to fill in.
    #[param(value_type = Option<String>, example = "http://192.168.1.5:8989")]
    pub(in crate::web) upstream: String,
}

/// The files. 400 no such proxy, no address; 404 no such app; 409 without a public URL, at Latchkey's
/// own host, or where the path of an app can't stand in them.
pub(in crate::web) fn lines(state: &AppState, wanted: &Wanted) -> Result<(ReverseProxy, Vec<SnippetPart>), Problem> {
    let Some(proxy) = ReverseProxy::by_name(&wanted.proxy) else {
        let known = ReverseProxy::ALL.map(ReverseProxy::name).join(", ");
        let message = msg!("proxy-no-such", proxies = known);
        return Err(Problem::field(StatusCode::BAD_REQUEST, "proxy", message));
    };
    let wrong_upstream = || Problem::field(StatusCode::BAD_REQUEST, "upstream", msg!("proxy-wrong-upstream"));
    let upstream = match wanted.upstream.trim() {
        "" => None,
        text => Some(Upstream::parse(text).ok_or_else(wrong_upstream)?),
    };
    let no_url = || Problem::new(StatusCode::CONFLICT, msg!("gateway-no-public-url"));
    let public = state.public_url.as_ref().ok_or_else(no_url)?;
    let app = wanted.app.parse().ok().and_then(|id| state.apps.find(id));
    let names = Names::new(
        &app.ok_or_else(Problem::no_app)?,
        &state.apps.list(),
        public.origin(),
        state.latchkey_upstream.clone(),
        upstream,
        &state.site.now().settings.gateway_token_parameter,
    );
    let names = names.map_err(|unfit| match unfit {
        Unfit::Path(path) => Problem::new(StatusCode::CONFLICT, msg!("proxy-odd-path", path = path)),
        Unfit::OwnHost => Problem::new(StatusCode::CONFLICT, msg!("proxy-own-host")),
        Unfit::Name => Problem::page_failed(&"a name does not fit into a configuration"),
    })?;
    Ok((proxy, snippet(proxy, &names)))
}

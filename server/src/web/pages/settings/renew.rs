//! The questions before a secret is renewed, and the renewing.
//!
//! A new API key travels sealed in a cookie from the form to the page that shows it, so that loading that page again shows
//! nothing and makes nothing.

use app::{
    pages::{Page, RenewQuestion, SettingsPage, SettingsPart},
    paths,
};
use axum::{
    extract::State,
    http::{StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use cookie::time::Duration;
use serde::{Deserialize, Serialize};

use super::{super::see_other, elsewhere};
use crate::{
    domain::{api_key::ApiKey, settings_rules},
    web::{
        cookies,
        error::Problem,
        extract::{Caller, Client, MakesApiKey, MaybeCaller, RotatesSecret},
        render::View,
        session,
        state::AppState,
    },
};

/// What a new key is sealed for.
const MADE: &str = "made api key";
/// How long it may take from the form to the page, in seconds.
const MADE_LIFE: i64 = 60;

/// A new key on its way.
#[derive(Serialize, Deserialize)]
pub(super) struct Travelling {
    /// Who made it: nobody else is shown it.
    viewer: i64,
    value: String,
}

impl Travelling {
    pub(super) fn open(state: &AppState, sealed: &str, viewer: i64) -> Option<ApiKey> {
        let made: Self = state.sealed.open(MADE, sealed)?;
        (made.viewer == viewer).then(|| ApiKey::parse(&made.value)).flatten()
    }
}

async fn ask(
    state: &AppState,
    caller: Option<&Caller>,
    view: View,
    path: &'static str,
    question: RenewQuestion,
) -> Response {
    if let Some(elsewhere) = elsewhere(caller, path) {
        return elsewhere;
    }
    let denied = caller.and_then(|caller| {
        let leave = match question {
            RenewQuestion::SessionSecret => settings_rules::may_rotate(caller.actor()),
            RenewQuestion::FirstApiKey | RenewQuestion::NewApiKey => settings_rules::may_make_api_key(caller.actor()),
        };
        leave.err()
    });
    if let Some(denied) = denied {
        return Problem::from(denied).into_response();
    }
    let page = SettingsPage::new(SettingsPart::Renew(question), state.site.now().version);
    view.render(StatusCode::OK, Page::Settings(Box::new(page))).await
}

pub(super) async fn ask_api_key(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    view: View,
) -> Response {
    let question = match state.site.now().api_key {
        Some(_) => RenewQuestion::NewApiKey,
        None => RenewQuestion::FirstApiKey,
    };
    ask(&state, caller.as_ref(), view, paths::SETTINGS_API_KEY, question).await
}

pub(super) async fn make_api_key(
    State(state): State<AppState>,
    MakesApiKey(by): MakesApiKey,
    caller: Caller,
) -> Result<Response, Problem> {
    let key = state.site.make_api_key(&by).await?;
    let travelling = Travelling {
        viewer: caller.user.id,
        value: key.expose(),
    };
    let sealed = state.sealed.seal(MADE, &travelling, MADE_LIFE)?;
    let cookie = cookies::MADE_KEY.set(&sealed, state.secure_cookies(), Duration::seconds(MADE_LIFE));
    // Its heading takes the focus.
    let mut response = see_other(&format!("{}#made-heading", paths::SETTINGS_SECURITY));
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

pub(super) async fn ask_session_secret(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    view: View,
) -> Response {
    let question = RenewQuestion::SessionSecret;
    ask(&state, caller.as_ref(), view, paths::SETTINGS_SESSION_SECRET, question).await
}

pub(super) async fn rotate_session_secret(
    State(state): State<AppState>,
    RotatesSecret(by): RotatesSecret,
    caller: Caller,
    client: Client,
) -> Result<Response, Problem> {
    state.site.rotate_session_secret(&by).await?;
    let mut response = see_other(&format!("{}?rotated=1", paths::SETTINGS_SECURITY));
    if let Some(before) = caller.session() {
        let cookie = session::open_again(&state, &client, &caller.user, before).await?;
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

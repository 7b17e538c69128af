//! `/login`: the sign-in page.

use app::{
    api::sign_in::{AttemptAnswer, Refusal},
    pages::{LoginPage, Notice, Page},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header::ACCEPT},
    response::Response,
};
use serde::Deserialize;

use super::{pair, plex_sign_in, see_other};
use crate::{
    domain::{gateway::AppRequest, redirect::ReturnTarget},
    web::{
        extract::{MaybeCaller, QueryOf},
        gateway,
        render::View,
        state::AppState,
    },
};

/// Why the visitor was sent here. A word of ours; anything else says nothing.
#[derive(Debug, Default, Deserialize)]
pub(super) struct NoticeQuery {
    reason: Option<String>,
}

impl NoticeQuery {
    pub(super) fn notice(&self) -> Option<Notice> {
        let refused = |reason| {
            Some(Notice::Attempt(AttemptAnswer::Refused {
                reason,
                account: None,
                media_server: None,
            }))
        };
        match self.reason.as_deref()? {
            "password-chosen" => Some(Notice::PasswordChosen),
            "signed-out" => Some(Notice::SignedOut),
            "link" => Some(Notice::LinkDead),
            "pin-not-made" => Some(Notice::PinNotMade),
            "expired" => Some(Notice::Attempt(AttemptAnswer::Expired)),
            "plex-sign-in-off" => refused(Refusal::PlexSignInOff),
            _ => None,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoginQuery {
    return_to: Option<String>,
    /// Present: somebody signed in should sign in once more.
    confirm: Option<String>,
}

/// What the page shows besides the visitor's own input.
pub(super) fn page(state: &AppState, return_to: &ReturnTarget) -> LoginPage {
    let settings = &state.site.now().settings;
    LoginPage {
        // The owner's own Plex account comes in whatever the switch says, but the button is for everybody.
        plex: settings.plex_sign_in.then(|| plex_sign_in::data(state, return_to)),
        local: settings.local_sign_in,
        forgot: state.credentials.resets.by_mail(),
        return_to: return_to.as_str().to_owned(),
        email: String::new(),
        error: None,
        notice: None,
        pair: Some(pair::here(return_to)),
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<LoginQuery>,
    QueryOf(notice): QueryOf<NoticeQuery>,
    headers: HeaderMap,
    view: View,
) -> Response {
    let return_to = match query.return_to.as_deref().unwrap_or("/") {
        // An attempt that goes back there links an account: this page signs in.
        paths::PROFILE_PLEX => ReturnTarget::page(paths::PROFILE),
        // An app's whole address, as the gateway names it.
        wanted => match AppRequest::of_address(wanted).filter(|to| gateway::is_app(&state, to)) {
            Some(_) => ReturnTarget::parse(&gateway::own_address(wanted, None)),
            None => ReturnTarget::parse(wanted),
        },
    };
    if let Some(caller) = caller {
        if query.confirm.is_none() {
            return see_other(return_to.as_str());
        }
        let user = &caller.user;
        let page = LoginPage {
            email: user.email.clone().filter(|_| user.has_password).unwrap_or_default(),
            notice: Some(Notice::Confirm(user.display_name().to_owned())),
            pair: None,
            ..page(&state, &return_to)
        };
        return view.render(StatusCode::OK, Page::Login(page)).await;
    }
    let page = LoginPage {
        notice: notice.notice().or_else(|| other_address(&state, &headers)),
        ..page(&state, &return_to)
    };
    view.render(StatusCode::OK, Page::Login(page)).await
}

/// On an https site a browser on plain http drops the cookies, and signing in would fail without a word. Browsers send
/// `Sec-Fetch-Mode` only where they trust the address, so its absence tells the two apart behind any proxy.
fn other_address(state: &AppState, headers: &HeaderMap) -> Option<Notice> {
    let public = state.public_url.as_ref().filter(|url| url.is_https())?;
    let browser = headers.get(ACCEPT)?.to_str().ok()?.contains("text/html");
    (browser && !headers.contains_key("sec-fetch-mode")).then(|| Notice::OtherAddress(public.origin().to_owned()))
}

/// A form's address opened by hand, or loaded again after signing in meanwhile.
pub(super) async fn elsewhere() -> Response {
    see_other(paths::LOGIN)
}

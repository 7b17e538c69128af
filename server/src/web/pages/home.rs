//! `/`: who you are, and for the owner what needs attention.

use app::{
    pages::{Attention, HomePage, Page},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};

use super::sign_in_first;
use crate::{
    domain::token_rules,
    web::{
        error::Problem,
        extract::{Caller, MaybeCaller},
        render::View,
        state::AppState,
        wire,
    },
};

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    view: View,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(sign_in_first(paths::HOME));
    };
    let attention = if caller.user.is_owner() {
        attention(&state, caller.user.plex_id.is_some()).await?
    } else {
        Vec::new()
    };
    let media_server = state
        .site
        .now()
        .settings
        .media_server
        .as_ref()
        .map(|server| server.name.clone());
    let page = HomePage {
        tier: wire::tier(caller.user.tier),
        media_server,
        attention,
        may_set_up_devices: may_set_up_devices(&state, &caller),
    };
    Ok(view.render(StatusCode::OK, Page::Home(page)).await)
}

/// For themselves, or for somebody else.
fn may_set_up_devices(state: &AppState, caller: &Caller) -> bool {
    let members_may = state.site.now().settings.members_may_make_tokens;
    token_rules::may_change(caller.actor(), &caller.user, members_may).is_ok()
}

async fn attention(state: &AppState, owner_has_plex: bool) -> Result<Vec<Attention>, Problem> {
    let mut found = Vec::new();
    let mut say = |text: &str, advice: &str| {
        found.push(Attention {
            text: text.to_owned(),
            advice: advice.to_owned(),
        });
    };
    if state.site.now().settings.media_server.is_none() {
        say(
            "No media server is chosen, so only you can sign in.",
            if owner_has_plex {
                "Choose one of your Plex Media Servers: POST /api/v1/settings/plex with its machineId."
            } else {
                "Latchkey was set up without a Plex account, so there is no server whose members could come in."
            },
        );
    } else if !state.setup.owner_token_kept().await? {
        say(
            "Latchkey can't ask Plex whom you share with.",
            "Sign out and sign in with Plex again. Members come in as before meanwhile.",
        );
    }
    if state.public_url.is_none() {
        say(
            "No public address is configured.",
            "Set LATCHKEY_PUBLIC_URL to the address people use, such as https://home.example.",
        );
    }
    Ok(found)
}

//! `/`: who you are, and for the owner what needs attention.

use app::{
    messages::Message,
    msg,
    pages::{AppTile, Attention, HomePage, Page},
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
        apps: tiles(&state, &caller),
    };
    Ok(view.render(StatusCode::OK, Page::Home(page)).await)
}

/// What they may open here. A wildcard stands for many addresses, so it has no tile.
fn tiles(state: &AppState, caller: &Caller) -> Vec<AppTile> {
    let limits = caller.limits();
    let apps = state.apps.list().into_iter();
    apps.filter(|app| app.who.allows(&caller.user) && limits.allow_apps([app.id].into_iter()))
        .filter_map(|app| {
            Some(AppTile {
                url: wire::app_url(state, &app)?,
                name: app.name,
                icon: app.icon,
            })
        })
        .collect()
}

/// For themselves, or for somebody else.
fn may_set_up_devices(state: &AppState, caller: &Caller) -> bool {
    let members_may = state.site.now().settings.members_may_make_tokens;
    token_rules::may_change(caller.actor(), &caller.user, members_may).is_ok()
}

async fn attention(state: &AppState, owner_has_plex: bool) -> Result<Vec<Attention>, Problem> {
    let mut found = Vec::new();
    let mut say = |text: Message, advice: Message| found.push(Attention { text, advice });
    if state.site.now().settings.media_server.is_none() {
        say(
            msg!("home-no-media-server"),
            if owner_has_plex {
                msg!("home-no-media-server-choose")
            } else {
                msg!("home-no-media-server-no-plex")
            },
        );
    } else if !state.setup.owner_token_kept().await? {
        say(msg!("home-no-owner-token"), msg!("home-no-owner-token-advice"));
    } else if let Some(problem) = state.membership_check.problem().await? {
        say(msg!("membership-problem"), super::membership::trouble(problem));
    }
    if state.public_url.is_none() {
        say(msg!("home-no-public-url"), msg!("home-no-public-url-advice"));
    }
    Ok(found)
}

//! From what we know to what goes over the wire.

use app::{
    api::{
        tokens::{LoginToken as WireToken, MadeToken},
        user::{User as WireUser, UserSettings},
    },
    messages::Message,
    msg,
    pages::{Right, Tier as PageTier},
};
use axum::http::HeaderMap;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{extract::Client, origin::shown_origin, state::AppState};
use crate::{
    config::PublicUrl,
    domain::{
        clock::rfc3339,
        gateway::App,
        permission::Permissions,
        token::{LoginToken, TokenValue},
        user::{Tier, User},
    },
    services::login_tokens::Made,
};

/// A permission's bit, Seerr's.
pub(super) fn bit(right: Right) -> i64 {
    match right {
        Right::Administrator => Permissions::ADMIN,
        Right::Settings => Permissions::MANAGE_SETTINGS,
        Right::People => Permissions::MANAGE_USERS,
    }
}

/// A member with everything that only they themselves and managers may see.
pub(super) fn user(user: &User) -> WireUser {
    WireUser {
        id: user.id,
        email: user.email.clone().unwrap_or_default(),
        username: user.username.clone(),
        plex_username: user.plex_username.clone(),
        display_name: user.display_name().to_owned(),
        user_type: if user.plex_id.is_some() { 1 } else { 2 },
        permissions: user.permissions.0,
        avatar: user.avatar.clone().unwrap_or_default(),
        plex_id: user.plex_id,
        created_at: rfc3339(user.created_at),
        updated_at: rfc3339(user.updated_at),
        request_count: 0,
        warnings: Vec::new(),
        settings: UserSettings {
            locale: user.locale.clone(),
        },
    }
}

/// `{"status":"ok"}`: it is done.
#[derive(Serialize, ToSchema)]
pub(super) struct Done {
    #[schema(pattern = "^ok$", examples("ok"))]
    status: &'static str,
}

impl Done {
    pub(super) fn answer() -> Self {
        Self { status: "ok" }
    }
}

/// `{"status":"pending"}`: the PIN is not approved yet.
#[derive(Serialize, ToSchema)]
pub(super) struct Pending {
    #[schema(pattern = "^pending$", examples("pending"))]
    status: &'static str,
}

impl Pending {
    pub(super) fn answer() -> Self {
        Self { status: "pending" }
    }
}

/// The member in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what the extractors read")]
pub(super) struct MemberPath {
    /// Their number. What is no number is nobody's.
    #[param(minimum = 1, example = 4)]
    id: i64,
}

/// The app in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what the handlers read")]
pub(super) struct AppPath {
    /// Its number. What is no number is no app's.
    #[param(minimum = 1, example = 3)]
    id: i64,
}

/// A member for those who may see names and pictures only.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BriefUser {
    #[schema(examples(4))]
    id: i64,
    #[schema(examples("Anna"))]
    display_name: String,
    #[schema(examples("https://plex.tv/users/0a1b2c/avatar"))]
    avatar: String,
}

/// A member as far as the caller may see.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum AnyUser {
    /// For themselves and managers.
    Full(Box<WireUser>),
    /// For everybody else.
    Brief(BriefUser),
}

impl AnyUser {
    /// With everything; the caller has leave.
    pub(super) fn full(member: &User) -> Self {
        Self::Full(Box::new(user(member)))
    }
}

/// Name and picture only.
pub(super) fn brief(member: &User) -> AnyUser {
    let WireUser {
        id,
        display_name,
        avatar,
        ..
    } = user(member);
    AnyUser::Brief(BriefUser {
        id,
        display_name,
        avatar,
    })
}

/// Tells a field that is null from one that is absent.
pub(super) fn present<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(field).map(Some)
}

pub(super) fn tier(tier: Tier) -> PageTier {
    match tier {
        Tier::Owner => PageTier::Owner,
        Tier::Home => PageTier::Home,
        Tier::Friend => PageTier::Friend,
        Tier::Local => PageTier::Local,
    }
}

/// A login token in the list.
pub(super) fn login_token(token: &LoginToken) -> WireToken {
    WireToken {
        id: token.id,
        name: token.name.clone(),
        created_at: rfc3339(token.created_at),
        created_by: token.created_by,
        expires_at: token.expires_at.map(rfc3339),
        last_used_at: token.last_used_at.map(rfc3339),
        last_used_from: token.last_used_address.clone(),
        apps: token.limits.apps.clone(),
        reading_only: token.limits.reading_only,
    }
}

/// A login token with its value and its link: for the one answer that shows them.
pub(super) fn made_token(state: &AppState, client: &Client, headers: &HeaderMap, made: &Made) -> MadeToken {
    MadeToken {
        token: made.value.expose(),
        url: sign_in_link(state, client, headers, &made.value),
        about: login_token(&made.token),
    }
}

/// The link with which a device signs in.
pub(super) fn sign_in_link(state: &AppState, client: &Client, headers: &HeaderMap, value: &TokenValue) -> String {
    let parameter = &state.site.now().settings.login_token_parameter;
    format!(
        "{}/?{parameter}={}",
        shown_origin(state, client, headers),
        value.expose()
    )
}

/// Where an app opens. A wildcard stands for many addresses: `None`.
pub(super) fn app_url(state: &AppState, app: &App) -> Option<String> {
    if app.host.starts_with('*') {
        return None;
    }
    let public = state.public_url.as_ref();
    let scheme = if public.is_some_and(PublicUrl::is_https) {
        "https"
    } else {
        "http"
    };
    Some(format!("{scheme}://{}{}", app_authority(state, app), app.path))
}

/// An app's host, with the port that people use. Where Latchkey has one of its own, so have the apps, as a rule.
pub(super) fn app_authority(state: &AppState, app: &App) -> String {
    let own = state.public_url.as_ref().map_or("", PublicUrl::authority);
    match own.rsplit_once(':') {
        Some((_, port)) if port.parse::<u16>().is_ok() => format!("{}:{port}", app.host),
        _ => app.host.clone(),
    }
}

/// How long ago.
pub(super) fn ago(now: i64, then: i64) -> Message {
    let seconds = now.saturating_sub(then);
    match seconds {
        ..60 => msg!("common-just-now"),
        60..3600 => msg!("common-minutes-ago", count = seconds / 60),
        3600..86_400 => msg!("common-hours-ago", count = seconds / 3600),
        86_400..2_592_000 => msg!("common-days-ago", count = seconds / 86_400),
        2_592_000..31_536_000 => msg!("common-months-ago", count = seconds / 2_592_000),
        _ => msg!("common-years-ago", count = seconds / 31_536_000),
    }
}

#[cfg(test)]
mod tests {
    use super::ago;

    #[test]
    fn ages_in_words() {
        for (seconds, words) in [
            (-5, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (3599, "59 minutes ago"),
            (7200, "2 hours ago"),
            (86_400, "1 day ago"),
            (40 * 86_400, "1 month ago"),
            (800 * 86_400, "2 years ago"),
        ] {
            assert_eq!(ago(1000 + seconds, 1000).to_string(), words);
        }
    }
}

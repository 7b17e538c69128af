//! What settings are called by people.

use crate::{messages::Message, msg};

/// The label of the setting of this name in the document; `None`: it has none.
#[must_use]
pub fn setting_label(name: &str) -> Option<Message> {
    Some(match name {
        "applicationTitle" => msg!("settings-name-title"),
        "locale" => msg!("settings-name-locale"),
        "plexSignIn" => msg!("settings-name-plex-sign-in"),
        "newPlexMembers" => msg!("settings-name-new-members"),
        "householdChildren" => msg!("settings-name-children"),
        "localSignIn" => msg!("settings-name-local"),
        "membersMayMakeTokens" => msg!("settings-name-tokens"),
        "loginTokenParameter" => msg!("settings-name-parameter"),
        "defaultPermissions" => msg!("settings-name-permissions"),
        "mediaServer" => msg!("settings-name-server"),
        "acceptPlexTokens" => msg!("settings-name-plex-tokens"),
        "sessionIdleDays" => msg!("settings-name-idle"),
        "sessionAbsoluteDays" => msg!("settings-name-absolute"),
        "seerrCookieName" => msg!("settings-name-cookie"),
        "activityDays" => msg!("settings-name-activity-days"),
        "membershipCheckMinutes" => msg!("settings-name-check-minutes"),
        "membershipConfirmMinutes" => msg!("settings-name-confirm-minutes"),
        "cookieDomain" => msg!("settings-name-domain"),
        "gatewayTokenParameter" => msg!("settings-name-app-parameter"),
        "smtp" => msg!("settings-name-smtp"),
        _ => return None,
    })
}

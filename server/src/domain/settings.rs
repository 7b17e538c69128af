//! What the owner can change while Latchkey runs. Stored as one JSON document.

use app::{
    messages::{Language, Message},
    msg,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    gateway::{self, App},
    permission::Permissions,
    session::Lifetime,
    smtp::Smtp,
};

const DAY: i64 = 24 * 60 * 60;

/// The household's settings. A field that is missing in an older document takes its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// False until the set-up is finished.
    pub initialized: bool,
    /// The household's name for this site.
    pub application_title: String,
    /// Whether e-mail and password are accepted.
    pub local_sign_in: bool,
    /// Whether signing in with Plex is accepted. The owner's own Plex account always is.
    pub plex_sign_in: bool,
    /// Whether people with access who are not members yet come in by themselves.
    pub new_plex_members: bool,
    /// Whether managed profiles of the owner's Plex Home may come in.
    pub household_children: bool,
    /// Whether members may make login tokens for themselves.
    pub members_may_make_tokens: bool,
    /// The name of the parameter in sign-in links (`?token=…`).
    pub login_token_parameter: String,
    /// Whether `POST /auth/plex` takes a bare Plex token, which may have been issued to another app.
    pub accept_plex_tokens: bool,
    /// What new members get.
    pub default_permissions: Permissions,
    /// The server whose members may come in.
    pub media_server: Option<MediaServer>,
    /// Every how many minutes it is checked whether members still have access at Plex; 0: never.
    pub membership_check_minutes: u16,
    /// How many minutes two checks have to lie apart so that the second confirms that somebody has no access any more.
    pub membership_confirm_minutes: u16,
    /// The default language.
    pub locale: String,
    /// Without a request for this many days a session ends.
    pub session_idle_days: u16,
    /// This many days after sign-in a session ends whatever happens.
    pub session_absolute_days: u16,
    /// Call the session cookie `connect.sid`, the name that programs written for Seerr look for.
    pub seerr_cookie_name: bool,
    /// How mail is sent; `None`: none is.
    pub smtp: Option<Smtp>,
    /// The activity list is kept for this many days.
    pub activity_days: u16,
    /// What stands behind the gateway.
    pub apps: Vec<App>,
    /// The number that the next app gets.
    pub next_app: i64,
    /// `home.example`: one cookie serves the apps of all hosts below it. Empty: each app's host gets its own.
    pub cookie_domain: String,
    /// The name of the parameter in sign-in links to apps (`?latchkey_token=…`).
    pub gateway_token_parameter: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            initialized: false,
            application_title: "Latchkey".to_owned(),
            local_sign_in: true,
            plex_sign_in: true,
            new_plex_members: true,
            household_children: false,
            members_may_make_tokens: false,
            login_token_parameter: "token".to_owned(),
            accept_plex_tokens: false,
            default_permissions: Permissions(Permissions::REQUEST),
            media_server: None,
            membership_check_minutes: 30,
            membership_confirm_minutes: 15,
            locale: "en".to_owned(),
            session_idle_days: 30,
            session_absolute_days: 180,
            seerr_cookie_name: false,
            smtp: None,
            activity_days: 180,
            apps: Vec::new(),
            next_app: 1,
            cookie_domain: String::new(),
            gateway_token_parameter: "latchkey_token".to_owned(),
        }
    }
}

impl Settings {
    /// What the session cookie is called.
    #[must_use]
    pub fn session_cookie_name(&self) -> &'static str {
        if self.seerr_cookie_name {
            "connect.sid"
        } else {
            "latchkey.sid"
        }
    }

    /// How long sessions live.
    #[must_use]
    pub fn lifetime(&self) -> Lifetime {
        Lifetime {
            idle: i64::from(self.session_idle_days) * DAY,
            absolute: i64::from(self.session_absolute_days) * DAY,
        }
    }
}

/// A setting whose value does not fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// Its name, as in the document: `sessionIdleDays`.
    pub name: &'static str,
    /// What would be right, as a sentence.
    pub message: Message,
}

/// Why a setting can't be changed like that. Says what would be right.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SettingError {
    /// There is no such setting, or it is not changed by name.
    #[error("there is no setting {0:?} that can be changed like this; these can: {1}")]
    Unknown(String, String),
    /// The value has the wrong form.
    #[error("{0}: {1}")]
    Value(String, String),
    /// The values don't fit.
    #[error("{}", .0.iter().map(|mistake| format!("{}: {}", mistake.name, mistake.message)).collect::<Vec<_>>().join(" "))]
    Mistakes(Vec<Mistake>),
}

/// What our own pages' addresses carry.
const OUR_PARAMETERS: [&str; 16] = [
    "returnTo", "reason", "confirm", "code", "page", "saved", "before", "person", "kind", "text", "from", "to", "sort",
    "q", "who", "lang",
];

/// Set by steps of their own, not by name.
const NOT_BY_NAME: [&str; 6] = [
    "initialized",
    "mediaServer",
    "defaultPermissions",
    "smtp",
    "apps",
    "nextApp",
];

impl Settings {
    /// Names and values of the settings that can be changed by name, in order.
    #[must_use]
    pub fn by_name(&self) -> Vec<(String, Value)> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields
                .into_iter()
                .filter(|(name, _)| !NOT_BY_NAME.contains(&name.as_str()))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The same settings with one changed. `text` is `true` or `false`, a number, or words.
    ///
    /// # Errors
    /// [`SettingError`]; nothing is changed.
    pub fn with(&self, name: &str, text: &str) -> Result<Self, SettingError> {
        let fields = self.by_name();
        let Some((_, old)) = fields.iter().find(|(known, _)| known == name) else {
            let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
            return Err(SettingError::Unknown(name.to_owned(), names.join(", ")));
        };
        let wrong = |expected: &str| SettingError::Value(name.to_owned(), expected.to_owned());
        let new = match old {
            Value::Bool(_) => Value::Bool(text.parse().map_err(|_| wrong("must be true or false"))?),
            Value::Number(_) => Value::from(
                text.parse::<u16>()
                    .map_err(|_| wrong("must be a whole number, at most 65535"))?,
            ),
            _ => Value::String(text.trim().to_owned()),
        };
        let mut document = serde_json::to_value(self).map_err(|_| wrong("can't be changed"))?;
        document[name] = new;
        let changed: Self = serde_json::from_value(document).map_err(|error| wrong(&error.to_string()))?;
        changed.check().map_err(SettingError::Mistakes)?;
        Ok(changed)
    }

    /// What differs between two documents: name, value before, value now. Of all settings, those that are not changed by
    /// name among them.
    #[must_use]
    pub fn differences(before: &Self, now: &Self) -> Vec<Difference> {
        let (Ok(Value::Object(before)), Ok(Value::Object(now))) =
            (serde_json::to_value(before), serde_json::to_value(now))
        else {
            return Vec::new();
        };
        now.into_iter()
            .filter_map(|(name, now)| {
                let from = before.get(&name).cloned().unwrap_or(Value::Null);
                (from != now).then_some(Difference { name, from, now })
            })
            .collect()
    }

    /// Whether the values make sense, each and together.
    ///
    /// # Errors
    /// All that do not, not only the first.
    pub fn check(&self) -> Result<(), Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut mistakes_of_apps = Vec::new();
        let mut wrong = |name: &'static str, message: Message| mistakes.push(Mistake { name, message });
        let title = self.application_title.trim();
        if title.is_empty() || title.chars().count() > 60 || title.chars().any(char::is_control) {
            wrong("applicationTitle", msg!("settings-wrong-title"));
        }
        if !Language::ALL.iter().any(|language| language.tag() == self.locale) {
            wrong("locale", msg!("settings-wrong-locale"));
        }
        if !is_parameter(&self.login_token_parameter)
            || OUR_PARAMETERS
                .iter()
                .any(|ours| ours.eq_ignore_ascii_case(&self.login_token_parameter))
        {
            wrong("loginTokenParameter", msg!("settings-wrong-parameter"));
        }
        if !is_parameter(&self.gateway_token_parameter) {
            wrong("gatewayTokenParameter", msg!("settings-wrong-app-parameter"));
        }
        if !self.cookie_domain.is_empty() && !gateway::check_domain(&self.cookie_domain) {
            wrong("cookieDomain", msg!("settings-wrong-cookie-domain"));
        }
        if self.apps.len() > gateway::MOST_APPS {
            wrong("apps", msg!("apps-too-many", most = gateway::MOST_APPS));
        }
        for app in &self.apps {
            if let Err(wrongs) = app.check() {
                mistakes_of_apps.extend(wrongs);
            }
        }
        if self.default_permissions.0 < 0 || self.default_permissions.allows(Permissions::ADMIN) {
            wrong("defaultPermissions", msg!("settings-wrong-permissions"));
        }
        if !(1..=3650).contains(&self.session_idle_days) {
            wrong("sessionIdleDays", msg!("settings-wrong-days"));
        }
        if !(1..=3650).contains(&self.session_absolute_days) {
            wrong("sessionAbsoluteDays", msg!("settings-wrong-days"));
        } else if self.session_absolute_days < self.session_idle_days {
            wrong("sessionAbsoluteDays", msg!("settings-wrong-absolute"));
        }
        if !(1..=3650).contains(&self.activity_days) {
            wrong("activityDays", msg!("settings-wrong-days"));
        }
        let minutes = self.membership_check_minutes;
        if minutes != 0 && !(5..=1440).contains(&minutes) {
            wrong("membershipCheckMinutes", msg!("settings-wrong-check-minutes"));
        }
        if self.membership_confirm_minutes > 1440 {
            wrong("membershipConfirmMinutes", msg!("settings-wrong-confirm-minutes"));
        }
        if !self.local_sign_in && !self.plex_sign_in {
            wrong("localSignIn", msg!("settings-wrong-no-way-in"));
        }
        mistakes.extend(mistakes_of_apps);
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }
}

/// Whether this can be the name of a parameter in a link.
fn is_parameter(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// A setting that has another value now.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Its name, as in the document: `sessionIdleDays`.
    pub name: String,
    /// What it was.
    pub from: Value,
    /// What it is.
    pub now: Value,
}

/// The owner's Plex Media Server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaServer {
    /// 40 hex digits; what `resources` calls `clientIdentifier`.
    pub machine_id: String,
    /// Plex's number for the account that owns it. Without it a fake server of that machine identifier could pass.
    pub owner_id: i64,
    /// Such as `Attic`.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_setting_changes_and_the_rest_stays() {
        let before = Settings::default();
        let after = before.with("householdChildren", "true").unwrap();
        assert_eq!(
            after,
            Settings {
                household_children: true,
                ..before.clone()
            }
        );
        assert_eq!(
            before.with("applicationTitle", " Attic ").unwrap().application_title,
            "Attic"
        );
        assert_eq!(before.with("sessionIdleDays", "7").unwrap().session_idle_days, 7);
    }

    #[test]
    fn what_does_not_fit_is_told_with_what_would() {
        let settings = Settings::default();
        for (name, text, says) in [
            ("householdChildren", "yes", "true or false"),
            ("sessionIdleDays", "0", "1 to 3650"),
            ("sessionIdleDays", "200", "not less than"),
            ("sessionIdleDays", "-1", "whole number"),
            ("applicationTitle", "", "1 to 60"),
            ("applicationTitle", "a\u{0}b", "1 to 60"),
            ("locale", "tlh", "en or de"),
            ("loginTokenParameter", "", "1 to 32"),
            ("loginTokenParameter", "a b", "1 to 32"),
            ("loginTokenParameter", "RETURNTO", "our own pages"),
            ("initialized", "false", "no setting"),
            ("mediaServer", "x", "no setting"),
            ("household", "true", "householdChildren"),
        ] {
            let error = settings.with(name, text).unwrap_err().to_string();
            assert!(error.contains(says), "{name}={text}: {error}");
        }
        let no_password = settings.with("localSignIn", "false").unwrap();
        assert!(no_password.with("plexSignIn", "false").is_err());
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let settings = Settings {
            application_title: String::new(),
            locale: "tlh".into(),
            login_token_parameter: "a b".into(),
            session_idle_days: 0,
            session_absolute_days: 4000,
            activity_days: 0,
            local_sign_in: false,
            plex_sign_in: false,
            default_permissions: Permissions(Permissions::ADMIN),
            ..Settings::default()
        };
        let mistakes = settings.check().unwrap_err();
        let names: Vec<_> = mistakes.iter().map(|mistake| mistake.name).collect();
        assert_eq!(
            names,
            [
                "applicationTitle",
                "locale",
                "loginTokenParameter",
                "defaultPermissions",
                "sessionIdleDays",
                "sessionAbsoluteDays",
                "activityDays",
                "localSignIn",
            ]
        );
        assert_eq!(Settings::default().check(), Ok(()));
    }

    #[test]
    fn differences_are_told_by_name() {
        let before = Settings::default();
        let now = Settings {
            session_idle_days: 7,
            ..before.clone()
        };
        let found = Settings::differences(&before, &now);
        assert_eq!(
            found,
            [Difference {
                name: "sessionIdleDays".into(),
                from: 30.into(),
                now: 7.into()
            }]
        );
        assert_eq!(Settings::differences(&before, &before), []);
    }
}

//! `/settings` and below: what the owner and administrators can change. One form a page, saved whole or not at all.

mod apps;
mod email;
mod labels;
mod parts;
mod proxy;
mod renew;
mod theirs;

use leptos::prelude::*;

pub use apps::{AppAnswer, AppAnswerWho, AppForm, AppQuestion, AppRow, AppRule, AppsSettings};
pub use email::EmailSettings;
pub use labels::setting_label;
pub use proxy::{ProxyLines, ProxySettings};
pub use theirs::{TheirValue, Theirs};

use super::{Chrome, ServerChoice, document::Body};
use crate::{
    messages::{Language, Message},
    paths, t,
};

/// A page of settings.
#[derive(Debug, Clone)]
pub struct SettingsPage {
    /// Which, and what it holds.
    pub part: SettingsPart,
    /// The settings' version that this page is from; the form sends it back.
    pub version: i64,
    /// Whether the last change was just saved.
    pub saved: bool,
    /// What was wrong with the last try, by the field's name.
    pub mistakes: Vec<(&'static str, Message)>,
    /// What was wrong with the last try as a whole.
    pub error: Option<Message>,
    /// What others changed meanwhile, so that the last try was not saved; `Some` and empty: they did, too long ago to say what.
    pub changed: Option<Vec<ChangedSetting>>,
}

impl SettingsPage {
    /// As it is opened.
    #[must_use]
    pub fn new(part: SettingsPart, version: i64) -> Self {
        Self {
            part,
            version,
            saved: false,
            mistakes: Vec::new(),
            error: None,
            changed: None,
        }
    }
}

/// What somebody else changed.
#[derive(Debug, Clone)]
pub struct ChangedSetting {
    /// The setting's name in the document.
    pub name: String,
    /// What it was.
    pub from: SettingValue,
    /// What it is.
    pub now: SettingValue,
}

/// A setting's value for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// A box that is ticked, or not.
    Switch(bool),
    /// A name, a number.
    Text(String),
    /// None is chosen.
    Nothing,
    /// One that is never shown, and is another one now.
    AnotherPassword,
}

/// The pages of settings.
#[derive(Debug, Clone)]
pub enum SettingsPart {
    /// `/settings`
    General(GeneralSettings),
    /// `/settings/users`
    Users(UsersSettings),
    /// `/settings/plex`
    Plex(PlexSettings),
    /// `/settings/email`
    Email(EmailSettings),
    /// `/settings/security`
    Security(SecuritySettings),
    /// The question before a secret is renewed.
    Renew(RenewQuestion),
    /// `/settings/apps`
    Apps(AppsSettings),
    /// `/settings/apps/new`, `/settings/apps/:id`
    App(AppForm),
    /// `/settings/proxy`
    Proxy(ProxySettings),
}

/// `/settings`.
#[derive(Debug, Clone)]
pub struct GeneralSettings {
    /// Text `applicationTitle`.
    pub application_title: String,
    /// From the configuration; empty: none.
    pub public_url: String,
    /// Select `locale`: a language's tag.
    pub locale: String,
}

/// `/settings/users`.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a box on the page")]
pub struct UsersSettings {
    /// Box `plexSignIn`.
    pub plex_sign_in: bool,
    /// Box `newPlexMembers`.
    pub new_plex_members: bool,
    /// Box `householdChildren`.
    pub household_children: bool,
    /// Box `localSignIn`.
    pub local_sign_in: bool,
    /// Box `membersMayMakeTokens`.
    pub members_may_make_tokens: bool,
    /// Text `loginTokenParameter`.
    pub login_token_parameter: String,
    /// Box `newMayRequest`: new people may ask for media in programs that know Seerr's permissions.
    pub new_may_request: bool,
    /// Box `newMayManageUsers`: new people look after others.
    pub new_may_manage_users: bool,
}

/// `/settings/plex`.
#[derive(Debug, Clone)]
pub struct PlexSettings {
    /// Radio `machineId`: the owned servers, or why they can't be listed.
    pub servers: ServerChoice,
    /// The one that is chosen: machine identifier and name.
    pub chosen: Option<(String, String)>,
    /// Box `acceptPlexTokens`.
    pub accept_plex_tokens: bool,
    /// Number `membershipCheckMinutes`, as typed.
    pub membership_check_minutes: String,
    /// Number `membershipConfirmMinutes`, as typed.
    pub membership_confirm_minutes: String,
    /// The public id of this install at Plex.
    pub client_identifier: String,
}

/// `/settings/security`.
#[derive(Debug, Clone)]
pub struct SecuritySettings {
    /// Number `sessionIdleDays`, as typed.
    pub session_idle_days: String,
    /// Number `sessionAbsoluteDays`, as typed.
    pub session_absolute_days: String,
    /// Number `activityDays`, as typed.
    pub activity_days: String,
    /// Box `seerrCookieName`.
    pub seerr_cookie_name: bool,
    /// The API key, if there is one.
    pub api_key: Option<ShownKey>,
    /// Why this person can't make one, in words.
    pub api_key_locked: Option<Message>,
    /// Why the session secret can't be rotated, in words.
    pub secret_locked: Option<Message>,
    /// Whether it was rotated just now.
    pub rotated: bool,
}

/// The API key on the page.
#[derive(Clone)]
pub struct ShownKey {
    /// Masked but for its last four digits.
    pub masked: String,
    /// RFC 3339 UTC.
    pub made_at: String,
    /// In full: on this page only, this once.
    pub value: Option<String>,
}

impl std::fmt::Debug for ShownKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ShownKey")
            .field("made_at", &self.made_at)
            .finish_non_exhaustive()
    }
}

/// The question before a secret is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewQuestion {
    /// A new session secret signs everybody out.
    SessionSecret,
    /// The first API key.
    FirstApiKey,
    /// A new API key; the old one stops working.
    NewApiKey,
}

impl SettingsPart {
    /// Its address.
    fn path(&self) -> &'static str {
        match self {
            Self::General(_) => paths::SETTINGS,
            Self::Users(_) => paths::SETTINGS_USERS,
            Self::Plex(_) => paths::SETTINGS_PLEX,
            Self::Email(_) => paths::SETTINGS_EMAIL,
            Self::Security(_) | Self::Renew(_) => paths::SETTINGS_SECURITY,
            Self::Apps(_) | Self::App(_) => paths::SETTINGS_APPS,
            Self::Proxy(_) => paths::SETTINGS_PROXY,
        }
    }

    fn heading(&self) -> String {
        match self {
            Self::General(_) => t!("settings-general"),
            Self::Users(_) => t!("settings-users"),
            Self::Plex(_) => t!("settings-plex"),
            Self::Email(_) => t!("settings-email"),
            Self::Security(_) => t!("settings-security"),
            Self::Renew(question) => renew::heading(*question),
            Self::Apps(_) => t!("apps-title"),
            Self::App(form) if form.id.is_some() => t!("apps-change"),
            Self::App(_) => t!("apps-new"),
            Self::Proxy(_) => t!("proxy-title"),
        }
    }
}

pub(super) fn page(_chrome: &Chrome, page: &SettingsPage) -> Body {
    let here = page.part.path();
    let heading = page.part.heading();
    let title = format!("{} · {}", heading, t!("settings-title"));
    let island = match &page.part {
        SettingsPart::Security(security) => parts::has_island(security),
        // Buttons that copy.
        SettingsPart::Proxy(proxy) => matches!(proxy.lines.written, Some(Ok(_))),
        _ => false,
    };
    let main = view! {
        <h1>{t!("settings-title")}</h1>
        <div class="with-side">
            {side(here)}
            <div class="sections">
                <h2 class="part-heading" id="part-heading">
                    {heading}
                </h2>
                {notices(page)}
                {match page.part.clone() {
                    SettingsPart::Renew(question) => renew::question(question),
                    SettingsPart::App(form) => apps::app(&form, page),
                    SettingsPart::Proxy(proxy) => proxy::page(proxy),
                    part => form(page, part),
                }}
            </div>
        </div>
    };
    Body {
        title,
        bar: true,
        main: main.into_any(),
        island,
        refresh: false,
    }
}

/// Beside each of these pages: all of them.
pub(super) fn side(here: &'static str) -> AnyView {
    let places = [
        (paths::SETTINGS, t!("settings-general")),
        (paths::SETTINGS_USERS, t!("settings-users")),
        (paths::SETTINGS_PLEX, t!("settings-plex")),
        (paths::SETTINGS_MEMBERSHIP, t!("settings-membership")),
        (paths::SETTINGS_EMAIL, t!("settings-email")),
        (paths::SETTINGS_APPS, t!("apps-title")),
        (paths::SETTINGS_PROXY, t!("proxy-title")),
        (paths::SETTINGS_SECURITY, t!("settings-security")),
        (paths::API_DOCS, t!("api-docs-title")),
    ];
    let places = places
        .into_iter()
        .map(|(to, name)| {
            view! {
                <li>
                    <a href=to aria-current=(to == here).then_some("page")>
                        {name}
                    </a>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <nav class="side" aria-label=t!("settings-title")>
            <ul>{places}</ul>
        </nav>
    }
    .into_any()
}

fn notices(page: &SettingsPage) -> AnyView {
    let wrong = page
        .error
        .as_ref()
        .map(Message::on_page)
        .or_else(|| (!page.mistakes.is_empty()).then(|| t!("settings-not-saved", count = page.mistakes.len())));
    let changed = page
        .changed
        .as_ref()
        .map(|changed| meanwhile(changed, page.part.path()));
    view! {
        {page.saved.then(|| view! { <p class="notice" role="status">{t!("settings-saved")}</p> })}
        {wrong.map(|wrong| view! { <p class="notice notice-bad" role="alert" id="settings-error">{wrong}</p> })}
        {changed}
    }
    .into_any()
}

/// What others changed, from what to what.
fn meanwhile(changed: &[ChangedSetting], here: &'static str) -> AnyView {
    let rows = changed
        .iter()
        .map(|one| {
            let label = setting_label(&one.name).map_or_else(|| one.name.clone(), |label| label.on_page());
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td>{words(&one.from)}</td>
                    <td>{words(&one.now)}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let table = (!rows.is_empty()).then(|| {
        view! {
            <table class="changes">
                <caption>{t!("settings-changed-caption")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("settings-changed-name")}</th>
                        <th scope="col">{t!("settings-changed-from")}</th>
                        <th scope="col">{t!("settings-changed-now")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <div class="notice notice-warn" role="alert" id="settings-changed">
            <p>
                <b>{t!("settings-changed-title")}</b>
                " "
                {t!("settings-changed-advice")}
            </p>
            {table}
            <p>
                <a class="button" href=here>
                    {t!("settings-changed-discard")}
                </a>
            </p>
        </div>
    }
    .into_any()
}

fn words(value: &SettingValue) -> String {
    match value {
        SettingValue::Switch(true) => t!("settings-on"),
        SettingValue::Switch(false) => t!("settings-off"),
        SettingValue::Text(text) => text.clone(),
        SettingValue::Nothing => t!("settings-nothing"),
        SettingValue::AnotherPassword => t!("settings-another-password"),
    }
}

fn form(page: &SettingsPage, part: SettingsPart) -> AnyView {
    let save = if page.changed.is_some() {
        t!("settings-save-again")
    } else {
        t!("settings-save")
    };
    let path = part.path();
    let mistakes = page.mistakes.as_slice();
    let (mut before, mut after) = (None, None);
    let fields = match part {
        SettingsPart::General(general) => parts::general(general, mistakes),
        SettingsPart::Users(users) => parts::users(&users, mistakes),
        SettingsPart::Plex(plex) => parts::plex(plex, mistakes),
        SettingsPart::Email(email) => {
            after = email::beside(&email, page.version);
            email::fields(&email, mistakes)
        }
        SettingsPart::Security(security) => {
            after = Some(parts::secrets(&security));
            parts::security(&security, mistakes)
        }
        SettingsPart::Apps(settings) => {
            before = Some(apps::list(&settings));
            apps::shared(&settings, mistakes)
        }
        SettingsPart::Renew(_) | SettingsPart::App(_) | SettingsPart::Proxy(_) => ().into_any(),
    };
    view! {
        {before}
        <form class="sections" method="post" action=path aria-labelledby="part-heading">
            <input type="hidden" name="version" value=page.version.to_string() />
            {fields}
            <button class="button button-main" type="submit">
                {save}
            </button>
        </form>
        {after}
    }
    .into_any()
}

/// The languages to choose from: tag and what each calls itself.
fn languages() -> Vec<(String, String)> {
    Language::ALL
        .into_iter()
        .map(|language| (language.tag().to_owned(), language.name().to_owned()))
        .collect()
}

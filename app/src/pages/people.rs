//! The data of the pages about people: `/users`, `/users/new`, `/users/:id`, `/profile`.

use super::{CredentialsSections, Tier, TokensSection};
use crate::{
    messages::{Language, Message},
    msg,
};

/// A permission that means something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Seerr's ADMIN.
    Administrator,
    /// Seerr's MANAGE_SETTINGS.
    Settings,
    /// Seerr's MANAGE_USERS.
    People,
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Administrator, Self::Settings, Self::People];

    /// The word in forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Settings => "settings",
            Self::People => "people",
        }
    }

    /// The reverse of [`Right::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.name() == name)
    }

    /// What it is called.
    #[must_use]
    pub fn label(self) -> Message {
        match self {
            Self::Administrator => msg!("people-right-administrator"),
            Self::Settings => msg!("people-right-settings"),
            Self::People => msg!("people-right-people"),
        }
    }

    /// What it allows.
    #[must_use]
    pub fn allows(self) -> Message {
        match self {
            Self::Administrator => msg!("people-right-administrator-allows"),
            Self::Settings => msg!("people-right-settings-allows"),
            Self::People => msg!("people-right-people-allows"),
        }
    }
}

/// In which order people stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PeopleSort {
    /// By name.
    #[default]
    Name,
    /// Who came first.
    Created,
    /// Who was changed last.
    Updated,
}

impl PeopleSort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Name, Self::Created, Self::Updated];

    /// The word in addresses, as in Seerr.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "displayname",
            Self::Created => "created",
            Self::Updated => "updated",
        }
    }

    /// The reverse of [`PeopleSort::name`]; anything else is by name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|sort| sort.name() == name)
            .unwrap_or_default()
    }

    /// What it is called.
    #[must_use]
    pub fn label(self) -> Message {
        match self {
            Self::Name => msg!("people-sort-name"),
            Self::Created => msg!("people-sort-created"),
            Self::Updated => msg!("people-sort-updated"),
        }
    }
}

/// `/users`.
#[derive(Debug, Clone, Default)]
pub struct UsersPage {
    /// This page's part.
    pub people: Vec<PersonRow>,
    /// Which part, from 1.
    pub page: u32,
    /// How many parts there are, at least 1.
    pub pages: u32,
    /// How many people there are in all parts.
    pub total: u32,
    /// What was searched for; empty: nothing.
    pub search: String,
    /// In which order.
    pub sort: PeopleSort,
    /// What can be given to many at once; empty: nothing.
    pub grantable: Vec<Right>,
    /// Which of them was picked in the last try.
    pub picked: Option<Right>,
    /// What was just done.
    pub said: Option<Message>,
    /// What was wrong with the last try.
    pub error: Option<Message>,
}

/// One person in the list.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// Their number; the name leads to `paths::user(id)`.
    pub id: i64,
    /// Display name.
    pub name: String,
    /// Picture URL.
    pub avatar: Option<String>,
    /// Name at Plex or e-mail, to tell two of one name apart; may be empty.
    pub detail: String,
    /// How they belong.
    pub tier: Tier,
    /// Whether they are switched off.
    pub disabled: bool,
    /// Whether they sign in with Plex.
    pub plex: bool,
    /// Whether they sign in with a password.
    pub password: bool,
    /// How many login tokens they have.
    pub tokens: u32,
    /// What they may do beyond others; the owner's goes without saying.
    pub rights: Vec<Right>,
    /// Whether the box for changing many at once is ticked; `None`: they can't be changed.
    pub ticked: Option<bool>,
}

/// `/users/new`.
#[derive(Debug, Clone, Default)]
pub struct NewUserPage {
    /// What the form held.
    pub email: String,
    /// What the form held.
    pub username: String,
    /// What was wrong with the last try.
    pub error: Option<Message>,
    /// In which field; empty: in none, or in all.
    pub wrong: String,
}

/// Name, e-mail and language, on `/profile` and `/users/:id`.
#[derive(Debug, Clone, Default)]
pub struct AccountForm {
    /// Whose: the form goes to `paths::user_account(user_id)`.
    pub user_id: i64,
    /// The name chosen here.
    pub username: String,
    /// The e-mail.
    pub email: String,
    /// The language; `None`: the site's.
    pub locale: Option<Language>,
    /// Why the e-mail can't be changed, or does not stay.
    pub email_note: Option<Message>,
    /// Whether the e-mail can't be changed.
    pub email_locked: bool,
    /// What was wrong with the last try.
    pub error: Option<Message>,
}

/// What somebody may do.
#[derive(Debug, Clone, Default)]
pub struct PermissionsForm {
    /// What means something here.
    pub rights: Vec<RightRow>,
    /// Bits that mean something to other programs only, which stay as they are; 0: none.
    pub others: i64,
    /// What was wrong with the last try.
    pub error: Option<Message>,
}

/// One permission.
#[derive(Debug, Clone, Copy)]
pub struct RightRow {
    /// Which.
    pub right: Right,
    /// Whether they have it.
    pub on: bool,
    /// Whether the viewer can give and take it.
    pub may: bool,
}

/// `/users/:id`.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// Their number.
    pub id: i64,
    /// Display name.
    pub name: String,
    /// Picture URL.
    pub avatar: Option<String>,
    /// E-mail, if there is one.
    pub email: Option<String>,
    /// Name at Plex, if linked.
    pub plex_username: Option<String>,
    /// How they belong.
    pub tier: Tier,
    /// Member since: RFC 3339 UTC.
    pub since: String,
    /// Whether they are switched off.
    pub disabled: bool,
    /// What was just done.
    pub said: Option<Message>,
    /// What was wrong with the last try, where it is about no form.
    pub error: Option<Message>,
    /// Name, e-mail and language, or why they can't be changed.
    pub account: Result<AccountForm, Message>,
    /// What they may do, or why it can't be changed.
    pub permissions: Result<PermissionsForm, Message>,
    /// Password, Plex account, signed-in devices and last sign-ins; `None`: not this viewer's to see.
    pub credentials: Option<Box<CredentialsSections>>,
    /// Their login tokens, or why they can't be seen.
    pub tokens: Result<TokensSection, Message>,
    /// Whether they can be switched off and on; else why not.
    pub switch: Result<(), Message>,
    /// Whether they can be deleted; else why not.
    pub delete: Result<(), Message>,
}

/// `/profile`.
#[derive(Debug, Clone)]
pub struct ProfilePage {
    /// Display name.
    pub name: String,
    /// Picture URL.
    pub avatar: Option<String>,
    /// E-mail, if there is one.
    pub email: Option<String>,
    /// Name at Plex, if linked.
    pub plex_username: Option<String>,
    /// How they belong.
    pub tier: Tier,
    /// The media server's name, if one is chosen.
    pub media_server: Option<String>,
    /// Member since: RFC 3339 UTC.
    pub since: String,
    /// What was just done.
    pub said: Option<Message>,
    /// Name, e-mail and language.
    pub account: AccountForm,
    /// Password, Plex account, signed-in devices and last sign-ins.
    pub credentials: Option<Box<CredentialsSections>>,
    /// Their login tokens; `None`: members make none here.
    pub tokens: Option<TokensSection>,
}

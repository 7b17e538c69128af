//! What apps are told about a member, as headers. Authelia's names, so that the apps' own guides apply.

use axum::http::{HeaderName, HeaderValue};

use crate::domain::{
    gateway::{groups, identifier},
    user::User,
};

/// Who it is to the app.
pub(super) const USER: HeaderName = HeaderName::from_static("remote-user");
/// For people to read.
pub(super) const NAME: HeaderName = HeaderName::from_static("remote-name");
/// The e-mail address.
pub(super) const EMAIL: HeaderName = HeaderName::from_static("remote-email");
/// Tier and permissions, with commas between.
pub(super) const GROUPS: HeaderName = HeaderName::from_static("remote-groups");

/// Made once for a member, sent with each answer about them.
#[derive(Debug, Clone)]
pub struct Remote {
    pub(super) user: HeaderValue,
    pub(super) name: HeaderValue,
    pub(super) email: Option<HeaderValue>,
    pub(super) groups: HeaderValue,
}

impl Remote {
    /// Of this member.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self {
            user: value(&identifier(user)),
            name: value(user.display_name()),
            email: user.email.as_deref().filter(|email| !email.is_empty()).map(value),
            groups: value(&groups(user).join(",")),
        }
    }
}

/// In UTF-8, as apps read it; what no header can hold is left out.
fn value(text: &str) -> HeaderValue {
    let plain: String = text.chars().filter(|letter| !letter.is_control()).collect();
    HeaderValue::from_bytes(plain.trim().as_bytes()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

//! How mail is sent: a part of the settings.

use app::{messages::Message, msg};
use serde::{Deserialize, Serialize};

/// Longest host, address or user name, in bytes.
const LONGEST: usize = 254;
/// Longest name of the sender, in characters.
const LONGEST_NAME: usize = 100;

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpSecurity {
    /// TLS from the first byte; usually port 465.
    Tls,
    /// In plain first, then TLS, or nothing is sent; usually port 587.
    #[default]
    Starttls,
    /// In plain: for a server on this machine or in this house. Usually port 25.
    None,
}

impl SmtpSecurity {
    /// The word in forms and documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Starttls => "starttls",
            Self::None => "none",
        }
    }

    /// The reverse of [`SmtpSecurity::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Tls, Self::Starttls, Self::None]
            .into_iter()
            .find(|security| security.name() == name)
    }
}

/// The mail server and the sender.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Smtp {
    /// Such as `smtp.example.org`.
    pub host: String,
    /// Such as 587.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// Who signs in there; empty: nobody has to.
    pub user: String,
    /// Their password, sealed by `services::vault` for this server and user; empty: none. Not for any answer.
    pub sealed_password: String,
    /// The address that mail comes from.
    pub from: String,
    /// The name beside it; empty: the household's title.
    pub from_name: String,
}

impl Smtp {
    /// What the password is sealed for: with another server, user or protection it is worth nothing, so that nobody who
    /// may change the settings can have it sent to a server of their own.
    #[must_use]
    pub fn password_is_for(&self) -> String {
        format!(
            "smtp password\0{}\0{}\0{}\0{}",
            self.host,
            self.port,
            self.security.name(),
            self.user
        )
    }

    /// Every field that does not fit, with what would.
    #[must_use]
    pub fn mistakes(&self) -> Vec<(&'static str, Message)> {
        let mut mistakes = Vec::new();
        let plain = |text: &str| text.len() <= LONGEST && !text.chars().any(|c| c.is_control() || c.is_whitespace());
        // A port or a scheme in it is a host that nobody finds; only addresses of IPv6 have colons.
        let is_ipv6 = self.host.matches(':').count() >= 2
            && self
                .host
                .chars()
                .all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'));
        let is_host = !self.host.is_empty() && plain(&self.host) && (is_ipv6 || !self.host.contains([':', '/', '@']));
        if !is_host {
            mistakes.push(("host", msg!("mail-host-wrong")));
        }
        if self.port == 0 {
            mistakes.push(("port", msg!("mail-port-wrong")));
        }
        if self.user.len() > LONGEST || self.user.chars().any(char::is_control) {
            mistakes.push(("user", msg!("mail-user-wrong")));
        }
        let is_address = plain(&self.from)
            && self
                .from
                .rsplit_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        if !is_address {
            mistakes.push(("from", msg!("mail-from-wrong")));
        }
        if self.from_name.chars().count() > LONGEST_NAME || self.from_name.chars().any(char::is_control) {
            mistakes.push(("fromName", msg!("mail-from-name-wrong")));
        }
        mistakes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_at_its_field() {
        let good = Smtp {
            host: "smtp.example.test".into(),
            port: 587,
            from: "door@example.test".into(),
            ..Smtp::default()
        };
        assert_eq!(good.mistakes(), []);
        assert_eq!(
            Smtp {
                host: "::1".into(),
                ..good.clone()
            }
            .mistakes(),
            []
        );
        let bad = Smtp {
            host: "smtp://example.test:25".into(),
            port: 0,
            user: "a\nb".into(),
            from: "door".into(),
            from_name: "x\r\nBcc: y".into(),
            ..good
        };
        let fields: Vec<&str> = bad.mistakes().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["host", "port", "user", "from", "fromName"]);
    }
}

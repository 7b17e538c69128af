//! Login tokens: the plain value, and the rules for name and life.

use std::fmt;

use app::{messages::Message, msg};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    hash::{Hash, sha256},
    secret::{NoRandomness, random_bytes},
};

/// The name of the token that Seerr's one-token endpoints speak of.
pub const DEFAULT_NAME: &str = "default";
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 64;
/// The longest life, in days: five years.
pub const LONGEST_LIFE: u16 = 1825;

const DAY: i64 = 24 * 60 * 60;

/// The plain value of a login token: a UUID of version 4. It is seen once, by whoever made it; `Debug` prints nothing of
/// it, and it has no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenValue(Uuid);

impl TokenValue {
    /// A new one.
    ///
    /// # Errors
    /// The operating system gave no random numbers.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self(uuid::Builder::from_random_bytes(random_bytes()?).into_uuid()))
    }

    /// The one that these random bytes make; the last half of them is not used.
    #[must_use]
    pub fn from_random(bytes: Hash) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&bytes[..16]);
        Self(uuid::Builder::from_random_bytes(half).into_uuid())
    }

    /// Takes what somebody sent: 36 characters with hyphens, in either case, white space around them ignored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // The uuid crate also reads braces, URNs and digits without hyphens, which we never make.
        (text.len() == 36)
            .then(|| Uuid::try_parse(text).ok())
            .flatten()
            .map(Self)
    }

    /// What is stored: SHA-256 of the 36 lower-case characters.
    #[must_use]
    pub fn hash(&self) -> Hash {
        sha256(self.expose().as_bytes())
    }

    /// The 36 characters, to show them once.
    #[must_use]
    pub fn expose(&self) -> String {
        self.0.hyphenated().to_string()
    }
}

impl fmt::Debug for TokenValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenValue(…)")
    }
}

/// What a device is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenName(String);

/// Why a text can't be a device's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenNameError {
    /// Nothing, or too much.
    Length,
    /// Characters that nobody sees, or that turn the text around them over.
    Invisible,
}

impl TokenNameError {
    /// What would be right.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Length => msg!("tokens-name-length", most = LONGEST_NAME),
            Self::Invisible => msg!("tokens-name-invisible"),
        }
    }
}

impl TokenName {
    /// Takes a name, white space around it removed.
    ///
    /// # Errors
    /// [`TokenNameError`], which says what would be right.
    pub fn parse(text: &str) -> Result<Self, TokenNameError> {
        let text = text.trim();
        if !(1..=LONGEST_NAME).contains(&text.chars().count()) {
            return Err(TokenNameError::Length);
        }
        // The zero-width joiner and the signs of variants stay: emoji are made with them. But something must be seen.
        let part_of_emoji = |character: char| matches!(character, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
        if text.chars().all(part_of_emoji) {
            return Err(TokenNameError::Invisible);
        }
        let invisible = |character: char| {
            character.is_control()
                || matches!(
                    character,
                    '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{e0000}'
                        ..='\u{e007f}'
                )
                || matches!(character, '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        if text.chars().any(invisible) {
            return Err(TokenNameError::Invisible);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// For how long a token is made: whole days, or for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLife(Option<u16>);

/// Why a number can't be a token's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLifeError;

impl TokenLifeError {
    /// What would be right.
    #[must_use]
    pub fn message(self) -> Message {
        msg!("tokens-life")
    }
}

impl TokenLife {
    /// Without an end.
    pub const FOR_EVER: Self = Self(None);

    /// So many days; `None`: for ever.
    ///
    /// # Errors
    /// [`TokenLifeError`]
    pub fn days(days: Option<i64>) -> Result<Self, TokenLifeError> {
        match days {
            None => Ok(Self::FOR_EVER),
            Some(days) => match u16::try_from(days) {
                Ok(days @ 1..=LONGEST_LIFE) => Ok(Self(Some(days))),
                _ => Err(TokenLifeError),
            },
        }
    }

    /// When it ends, in Unix seconds, if it begins now.
    #[must_use]
    pub fn end(self, now: i64) -> Option<i64> {
        self.0.map(|days| now + i64::from(days) * DAY)
    }
}

/// A login token as stored, without its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginToken {
    /// Its number; a new value keeps it.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// The device.
    pub name: String,
    /// When its present value was made, Unix seconds.
    pub created_at: i64,
    /// Who made that; `None`: somebody who is gone.
    pub created_by: Option<i64>,
    /// Unix seconds; `None`: never.
    pub expires_at: Option<i64>,
    /// Unix seconds, to the minute.
    pub last_used_at: Option<i64>,
    /// From where.
    pub last_used_address: Option<String>,
    /// What it is limited to.
    pub limits: TokenLimits,
}

/// A token that is limited to nothing.
pub static NO_LIMITS: TokenLimits = TokenLimits {
    apps: None,
    reading_only: false,
};

/// What a token is limited to. Sessions that it opens are, too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TokenLimits {
    /// The apps behind the gateway that it opens; `None`: all that its member may open.
    pub apps: Option<Vec<i64>>,
    /// It changes nothing: only GET, HEAD and OPTIONS.
    pub reading_only: bool,
}

impl TokenLimits {
    /// Whether it has none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.apps.is_none() && !self.reading_only
    }

    /// Whether it opens all of these apps.
    #[must_use]
    pub fn allow_apps(&self, mut apps: impl Iterator<Item = i64>) -> bool {
        self.apps.as_ref().is_none_or(|own| apps.all(|app| own.contains(&app)))
    }
}

impl LoginToken {
    /// Whether it still opens doors.
    #[must_use]
    pub fn alive(&self, now: i64) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// For how many days it was made; `None`: for ever.
    #[must_use]
    pub fn life(&self) -> Option<u16> {
        let seconds = self.expires_at? - self.created_at;
        u16::try_from((seconds / DAY).max(1)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_version_4_uuid_that_nothing_prints() {
        let value = TokenValue::generate().unwrap();
        let text = value.expose();
        assert_eq!(Uuid::parse_str(&text).unwrap().get_version_num(), 4);
        assert_eq!(text, text.to_lowercase());
        assert_eq!(format!("{value:?}"), "TokenValue(…)");
        assert_ne!(value, TokenValue::generate().unwrap());
        assert_eq!(value.hash(), sha256(text.as_bytes()));
    }

    #[test]
    fn only_the_form_that_we_make_is_read() {
        let text = "0b7c1f62-1111-4222-8333-944455556666";
        let value = TokenValue::parse(text).unwrap();
        for same in [&text.to_uppercase(), " 0b7c1f62-1111-4222-8333-944455556666\n"] {
            assert_eq!(TokenValue::parse(same).unwrap().hash(), value.hash());
        }
        for other in [
            "",
            "0b7c1f62111142228333944455556666",
            "{0b7c1f62-1111-4222-8333-944455556666}",
            "urn:uuid:0b7c1f62-1111-4222-8333-944455556666",
            "0b7c1f62-1111-4222-8333-94445555666",
            "0b7c1f62-1111-4222-8333-94445555666g",
            "0b7c1f62-1111-4222-8333-9444555566é",
            "null",
        ] {
            assert_eq!(TokenValue::parse(other), None, "{other:?}");
        }
    }

    #[test]
    fn names_are_1_to_64_characters_that_can_be_seen() {
        let long = "é".repeat(64);
        for good in ["x", " Kitchen tablet ", "Küche 🧑‍🍳", "a/b?c=d", "<b>", long.as_str()] {
            assert_eq!(TokenName::parse(good).unwrap().as_str(), good.trim());
        }
        for bad in ["", "   ", &"x".repeat(65)] {
            assert_eq!(TokenName::parse(bad), Err(TokenNameError::Length));
        }
        for bad in ["a\nb", "a\0b", "a\u{202e}b", "a\u{200b}b", "a\u{2066}b", "a\u{feff}b"] {
            assert_eq!(TokenName::parse(bad), Err(TokenNameError::Invisible), "{bad:?}");
        }
    }

    #[test]
    fn a_life_is_a_day_to_five_years_or_without_end() {
        assert_eq!(TokenLife::days(None).unwrap().end(100), None);
        assert_eq!(TokenLife::days(Some(1)).unwrap().end(100), Some(100 + DAY));
        assert_eq!(TokenLife::days(Some(1825)).unwrap().end(0), Some(1825 * DAY));
        for bad in [0, -1, 1826, i64::MAX, i64::MIN] {
            assert_eq!(TokenLife::days(Some(bad)), Err(TokenLifeError), "{bad}");
        }
    }

    #[test]
    fn a_token_ends_at_its_end() {
        let token = LoginToken {
            id: 1,
            user_id: 2,
            name: "x".into(),
            created_at: 1000,
            created_by: None,
            expires_at: Some(1000 + 7 * DAY),
            last_used_at: None,
            last_used_address: None,
            limits: NO_LIMITS.clone(),
        };
        assert!(token.alive(1000 + 7 * DAY - 1) && !token.alive(1000 + 7 * DAY));
        assert_eq!(token.life(), Some(7));
        let for_ever = LoginToken {
            expires_at: None,
            ..token
        };
        assert!(for_ever.alive(i64::MAX));
        assert_eq!(for_ever.life(), None);
    }
}

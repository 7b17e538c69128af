//! What people type about people: e-mail addresses and names; and the forms under which they are found and sorted.

use app::{messages::Message, msg};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::user::{User, email_key};

/// Most bytes of an e-mail address (RFC 5321).
const LONGEST_EMAIL: usize = 254;
/// Most characters of a name.
pub const LONGEST_NAME: usize = 100;

/// An address that could be one: something, `@`, something; no spaces or control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// What was typed.
    ///
    /// # Errors
    /// [`WrongPerson::Email`]
    pub fn parse(text: &str) -> Result<Self, WrongPerson> {
        let email = text.trim();
        let plausible = email.len() <= LONGEST_EMAIL
            && !email
                .chars()
                .any(|character| character.is_control() || character.is_whitespace())
            && email
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
        if plausible {
            Ok(Self(email.to_owned()))
        } else {
            Err(WrongPerson::Email)
        }
    }

    /// As it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which it is looked up.
    #[must_use]
    pub fn key(&self) -> String {
        email_key(&self.0)
    }
}

/// A name for people to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// What was typed; `None`: nothing.
    ///
    /// # Errors
    /// [`WrongPerson::NameTooLong`], [`WrongPerson::NameControl`]
    pub fn parse(text: &str) -> Result<Option<Self>, WrongPerson> {
        let name = text.trim();
        if name.chars().count() > LONGEST_NAME {
            return Err(WrongPerson::NameTooLong);
        }
        if name.chars().any(char::is_control) {
            return Err(WrongPerson::NameControl);
        }
        Ok((!name.is_empty()).then(|| Self(name.to_owned())))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongPerson {
    /// No e-mail address.
    Email,
    /// More than [`LONGEST_NAME`] characters.
    NameTooLong,
    /// Line breaks and the like.
    NameControl,
}

impl WrongPerson {
    /// The field's name on the wire.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::NameTooLong | Self::NameControl => "username",
        }
    }

    /// What would be right.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Email => msg!("people-wrong-email"),
            Self::NameTooLong => msg!("people-wrong-name-long", most = LONGEST_NAME),
            Self::NameControl => msg!("people-wrong-name-control"),
        }
    }
}

/// Lower case and without accents, so that `muller` finds Müller and Ägnes stands with the other As.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.trim().nfkd().filter(|character| !is_combining_mark(*character)) {
        match character {
            'ß' | 'ẞ' => folded.push_str("ss"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'ø' | 'Ø' => folded.push('o'),
            'ł' | 'Ł' => folded.push('l'),
            'đ' | 'Đ' => folded.push('d'),
            // PostgreSQL takes no NUL, and line breaks part the fields of a search key.
            character if character.is_control() => folded.push(' '),
            character => folded.extend(character.to_lowercase()),
        }
    }
    folded
}

/// Most bytes of the keys: they stand in indexes, and PostgreSQL takes rows of 2,700 bytes there. Names at Plex can be
/// of any length.
const LONGEST_NAME_KEY: usize = 400;
const LONGEST_SEARCH_KEY: usize = 1_600;

/// Under what somebody is sorted, and found by those who see names only.
#[must_use]
pub fn name_key(user: &User) -> String {
    cut(fold(user.display_name()), LONGEST_NAME_KEY)
}

fn cut(mut text: String, most: usize) -> String {
    text.truncate(text.floor_char_boundary(most));
    text
}

/// In what those search who see everything: all names and the e-mail, a line each. Never empty.
#[must_use]
pub fn search_key(user: &User) -> String {
    let mut lines = vec![name_key(user)];
    for text in [&user.username, &user.plex_name, &user.plex_username, &user.email]
        .into_iter()
        .flatten()
    {
        let line = fold(text);
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    cut(lines.join("\n"), LONGEST_SEARCH_KEY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_checked_for_being_possible() {
        for good in ["anna@example.test", " anna@example.test ", "a@b", "ännä@exämple.test"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        let long = format!("{}@b", "a".repeat(300));
        for bad in ["", "anna", "@b", "a@", "a@b@c", "a b@c", "a\0@b", "a@b\nc", &long] {
            assert_eq!(Email::parse(bad), Err(WrongPerson::Email), "{bad:?}");
        }
    }

    #[test]
    fn names_are_checked_for_length_and_control_characters() {
        let name = PersonName::parse(" Großmutter 👵 ").unwrap().unwrap();
        assert_eq!(name.as_str(), "Großmutter 👵");
        assert_eq!(PersonName::parse("  "), Ok(None));
        assert_eq!(PersonName::parse("a\0b"), Err(WrongPerson::NameControl));
        assert!(PersonName::parse(&"ä".repeat(100)).is_ok());
        assert_eq!(PersonName::parse(&"a".repeat(101)), Err(WrongPerson::NameTooLong));
    }

    #[test]
    fn people_are_found_without_accents_and_in_any_case() {
        for (text, folded) in [
            ("Ännä KOWALSKA", "anna kowalska"),
            ("Ægir Straße Łódź Søren", "aegir strasse lodz soren"),
            (" ｆｕｌｌ　ｗｉｄｔｈ ", "full width"),
            ("Ольга", "ольга"),
            ("a\0b\nc", "a b c"),
            ("50%_\\", "50%_\\"),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }
}

//! The API key: the owner's own credential for programs. Only its hash is stored; the value is shown once.

use std::fmt;

use super::{
    hash::{Hash, from_hex, hex, same, sha256},
    secret::{NoRandomness, random_bytes},
};

/// A value. `Debug` shows nothing; [`ApiKey::expose`] is for the one answer that shows it.
#[derive(Clone)]
pub struct ApiKey([u8; 32]);

impl ApiKey {
    /// A new one of 32 random bytes.
    ///
    /// # Errors
    /// As [`random_bytes`].
    pub fn generate() -> Result<Self, NoRandomness> {
        random_bytes().map(Self)
    }

    /// Reads 64 hexadecimal digits; `None` for anything else, which is no key of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = from_hex(text).filter(|_| text.len() == 64)?;
        bytes.try_into().ok().map(Self)
    }

    /// The value itself. Never for a log, an error or a second answer.
    #[must_use]
    pub fn expose(&self) -> String {
        hex(&self.0)
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> Hash {
        sha256(&self.0)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey(…)")
    }
}

/// What is known of the key afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptApiKey {
    hash: Hash,
    /// Its last four digits, so that people can tell one from another.
    pub last_four: String,
    /// Unix seconds.
    pub made_at: i64,
}

impl KeptApiKey {
    /// Of a new key.
    #[must_use]
    pub fn of(key: &ApiKey, made_at: i64) -> Self {
        let text = key.expose();
        Self {
            hash: key.hash(),
            last_four: text[text.len() - 4..].to_owned(),
            made_at,
        }
    }

    /// Whether this is the key. Takes the same time wherever they differ.
    #[must_use]
    pub fn is(&self, key: &ApiKey) -> bool {
        same(&self.hash, &key.hash())
    }

    /// As it is shown: masked but for its last four digits.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}{}", "*".repeat(60), self.last_four)
    }

    /// How the hash is stored.
    #[must_use]
    pub fn stored_hash(&self) -> String {
        hex(&self.hash)
    }

    /// How the rest is stored.
    #[must_use]
    pub fn stored_about(&self) -> String {
        format!("{} {}", self.last_four, self.made_at)
    }

    /// From what is stored; `None`: damaged, and so no key.
    #[must_use]
    pub fn from_stored(hash: &str, about: &str) -> Option<Self> {
        let (last_four, made_at) = about.split_once(' ')?;
        Some(Self {
            hash: from_hex(hash)?.try_into().ok()?,
            last_four: last_four.to_owned(),
            made_at: made_at.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_hash_and_shown_by_its_end() {
        let key = ApiKey::generate().unwrap();
        let other = ApiKey::generate().unwrap();
        let kept = KeptApiKey::of(&key, 7);
        let again = KeptApiKey::from_stored(&kept.stored_hash(), &kept.stored_about()).unwrap();
        assert_eq!(again, kept);
        assert!(again.is(&key) && !again.is(&other));
        let typed = ApiKey::parse(&format!(" {}\n", key.expose().to_uppercase())).unwrap();
        assert!(kept.is(&typed));
        assert_eq!(kept.masked().len(), 64);
        assert!(key.expose().ends_with(&kept.last_four) && kept.masked().ends_with(&kept.last_four));
        for shown in [format!("{key:?} {kept:?}"), kept.stored_hash(), kept.masked()] {
            assert!(!shown.contains(&key.expose()[..60]), "{shown}");
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        let (long, odd) = ("a".repeat(65), "ä".repeat(32));
        for text in ["", "abc", &long, &odd, &"g".repeat(64), &"a".repeat(62)] {
            assert!(ApiKey::parse(text).is_none(), "{text}");
        }
        for (hash, about) in [
            ("", ""),
            ("ab", "1234 5"),
            (&*"a".repeat(64), "1234"),
            (&*"a".repeat(64), "1234 x"),
        ] {
            assert!(KeptApiKey::from_stored(hash, about).is_none());
        }
    }
}

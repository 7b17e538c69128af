//! Values that must not be seen: the types that keep them out of logs, errors and answers.
//!
//! Nothing here prints or serialises what it holds; the only way in is a method whose name says so (`expose`,
//! `to_hex`). No file, no database, no environment: where a secret is kept is another module's business.

use std::fmt;

use subtle::ConstantTimeEq;
use thiserror::Error;

use super::hash::hex;

/// A value that `Debug` does not show. It has no `Display` and no `Serialize` on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value; from here on only [`Secret::expose`] shows it.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Never for a log, an error or an answer.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// The operating system gave no random numbers.
#[derive(Debug, Error)]
#[error("the operating system gave no random numbers: {0}")]
pub struct NoRandomness(getrandom::Error);

/// `N` bytes from the operating system's random generator.
///
/// # Errors
/// [`NoRandomness`] when there is none, which no supported system does after boot.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}

/// `bytes` random bytes as lower-case hexadecimal digits, two each.
///
/// # Errors
/// As [`random_bytes`].
pub fn random_hex(bytes: usize) -> Result<String, NoRandomness> {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).map_err(NoRandomness)?;
    Ok(hex(&buffer))
}

/// Why a text is not a 32-byte key. The text itself is not repeated.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum KeyError {
    /// Not 64 characters long.
    #[error("it must be exactly 64 hexadecimal digits (32 bytes), and it has {0} characters")]
    Length(usize),
    /// Something besides 0-9, a-f, A-F.
    #[error("it must be exactly 64 hexadecimal digits (32 bytes), and it holds a character that is not 0-9 or a-f")]
    Digit,
}

/// 32 bytes of 64 hexadecimal digits, upper or lower case.
fn key_from_hex(text: &str) -> Result<[u8; 32], KeyError> {
    if text.chars().count() != 64 {
        return Err(KeyError::Length(text.chars().count()));
    }
    // 64 ASCII digits are 64 bytes: a longer text holds something else.
    let digits: Vec<u8> = text
        .chars()
        .filter_map(|digit| digit.to_digit(16)?.try_into().ok())
        .collect();
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return Err(KeyError::Digit);
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair.iter().fold(0, |high, low| (high << 4) | low);
    }
    Ok(bytes)
}

/// Two key types with the same shape that cannot be taken for one another.
macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Reads 64 hexadecimal digits, upper or lower case.
            ///
            /// # Errors
            /// [`KeyError`], which does not repeat the text.
            pub fn from_hex(text: &str) -> Result<Self, KeyError> {
                key_from_hex(text).map(Self)
            }

            /// A new one.
            ///
            /// # Errors
            /// As [`random_bytes`].
            pub fn generate() -> Result<Self, NoRandomness> {
                random_bytes().map(Self)
            }

            /// The bytes themselves, to sign or encrypt with.
            pub fn expose(&self) -> &[u8; 32] {
                &self.0
            }

            /// The 64 digits, to keep it. Never for a log, an error or an answer.
            pub fn to_hex(&self) -> String {
                hex(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

key! {
    /// The private key that signs session cookies. Changing it signs everybody out.
    SessionSecret
}

key! {
    /// The key that encrypts the owner's Plex token in the database.
    EncryptionKey
}

/// Why a text cannot be a set-up code. The text itself is not repeated.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SetupCodeError {
    /// Too easy to guess.
    #[error("it must have at least {least} characters, and it has {0}", least = SetupCode::MIN_LENGTH)]
    TooShort(usize),
    /// Nobody could type it into the form.
    #[error("it must not begin or end with a space, nor hold line breaks or other control characters")]
    Untypable,
}

/// The code that proves that whoever sets Latchkey up may also read its log or its configuration.
#[derive(Clone)]
pub struct SetupCode(String);

impl SetupCode {
    /// The fewest characters it may have.
    pub const MIN_LENGTH: usize = 8;

    /// Takes a code somebody chose.
    ///
    /// # Errors
    /// [`SetupCodeError`], which does not repeat the text.
    pub fn parse(text: &str) -> Result<Self, SetupCodeError> {
        if text.trim() != text || text.chars().any(char::is_control) {
            return Err(SetupCodeError::Untypable);
        }
        match text.chars().count() {
            length if length < Self::MIN_LENGTH => Err(SetupCodeError::TooShort(length)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// A new one to print in the log: three groups of four, without characters that look alike (60 bits).
    ///
    /// # Errors
    /// As [`random_bytes`].
    pub fn generate() -> Result<Self, NoRandomness> {
        const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        let mut code = String::with_capacity(14);
        for (index, byte) in random_bytes::<12>()?.into_iter().enumerate() {
            if index > 0 && index % 4 == 0 {
                code.push('-');
            }
            code.push(char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
        }
        Ok(Self(code))
    }

    /// Whether this is what somebody typed, spaces around it aside. Takes the same time wherever they differ.
    pub fn matches(&self, typed: &str) -> bool {
        self.0.as_bytes().ct_eq(typed.trim().as_bytes()).into()
    }

    /// The code itself: for the one line of the log that shows it at first start.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SetupCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SetupCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

    #[test]
    fn debug_shows_nothing() {
        let key = SessionSecret::from_hex(HEX).unwrap();
        let code = SetupCode::parse("open-sesame").unwrap();
        let all = format!(
            "{:?} {key:?} {code:?} {:#?}",
            Secret::new("hunter2"),
            Some(Secret::new(7_u64))
        );
        assert_eq!(all, "Secret(…) SessionSecret(…) SetupCode(…) Some(\n    Secret(…),\n)");
    }

    #[test]
    fn a_key_is_read_and_written() {
        let key = EncryptionKey::from_hex(HEX).unwrap();
        assert_eq!(key.expose()[..4], [0x00, 0x11, 0x22, 0x33]);
        assert_eq!(key.expose()[31], 0xff);
        assert_eq!(key.to_hex(), HEX.to_lowercase());
    }

    #[test]
    fn a_wrong_key_is_told_without_repeating_it() {
        assert_eq!(SessionSecret::from_hex("abc"), Err(KeyError::Length(3)));
        assert_eq!(SessionSecret::from_hex(&"g".repeat(64)), Err(KeyError::Digit));
        assert_eq!(SessionSecret::from_hex(&"ä".repeat(64)), Err(KeyError::Digit));
        assert_eq!(
            SessionSecret::from_hex(&format!("+{}", "1".repeat(63))),
            Err(KeyError::Digit)
        );
        let message = SessionSecret::from_hex("hunter2").unwrap_err().to_string();
        assert!(
            !message.contains("hunter2") && message.contains("64 hexadecimal digits"),
            "{message}"
        );
    }

    #[test]
    fn generated_values_differ_and_are_well_formed() {
        assert_ne!(SessionSecret::generate().unwrap(), SessionSecret::generate().unwrap());
        assert_eq!(random_hex(5).unwrap().len(), 10);
        let code = SetupCode::generate().unwrap();
        assert_eq!(code.expose().len(), 14);
        assert!(SetupCode::parse(code.expose()).is_ok());
    }

    #[test]
    fn a_setup_code_has_to_be_long_and_typable() {
        assert!(matches!(SetupCode::parse("1234567"), Err(SetupCodeError::TooShort(7))));
        assert!(matches!(SetupCode::parse(" 12345678"), Err(SetupCodeError::Untypable)));
        assert!(matches!(SetupCode::parse("1234\n5678"), Err(SetupCodeError::Untypable)));
        let code = SetupCode::parse("öffne dich").unwrap();
        assert!(code.matches(" öffne dich\n") && !code.matches("öffne") && !code.matches(""));
    }
}

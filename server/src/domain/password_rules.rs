//! What makes a password good enough. Length and how easily it is guessed; no rules about kinds of characters, which only
//! lead to `Password1!`.

use app::{messages::Message, msg};

/// Fewest characters.
pub const SHORTEST: usize = 8;
/// Most bytes: hashing more would be work for nothing.
pub const LONGEST: usize = 1000;
/// Fewer guesses than this (as a power of ten), made in the order in which attackers make them, are too few. With ten tries
/// in a quarter of an hour it is a lifetime; with a stolen database it buys the time to notice.
const FEWEST_GUESSES_LOG10: f64 = 6.0;
/// Longest of the person's own words that is compared, in bytes.
const LONGEST_WORD: usize = 100;

/// What is known about the person: a password made of it is easily guessed.
#[derive(Debug, Clone, Default)]
pub struct OwnWords(Vec<String>);

impl OwnWords {
    /// Of names and addresses; an e-mail address counts with its parts, too.
    #[must_use]
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut own = Vec::new();
        for word in words {
            let parts = word.split(|character: char| !character.is_alphanumeric());
            for word in std::iter::once(word).chain(parts) {
                // Two letters are in every good password, too.
                if (3..=LONGEST_WORD).contains(&word.len()) {
                    own.push(word.to_lowercase());
                }
            }
        }
        Self(own)
    }
}

/// Whether somebody may choose this password. The guessing costs some milliseconds.
///
/// # Errors
/// What is wrong with it and what to do, in words.
pub fn check(password: &str, own: &OwnWords) -> Result<(), Message> {
    if password.chars().count() < SHORTEST {
        return Err(msg!("passwords-short", shortest = SHORTEST));
    }
    if password.len() > LONGEST {
        return Err(msg!("passwords-long", longest = LONGEST));
    }
    let own: Vec<&str> = own.0.iter().map(String::as_str).collect();
    if zxcvbn::zxcvbn(password, &own).guesses_log10() < FEWEST_GUESSES_LOG10 {
        return Err(msg!("passwords-easy"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_attackers_try_first_is_refused_and_the_rest_is_not() {
        let own = OwnWords::new(["Anna Kowalska", "anna.kowalska@example.test", "Attic"]);
        for (password, says) in [
            ("seven77", "passwords-short"),
            ("password", "passwords-easy"),
            ("Password1!", "passwords-easy"),
            ("12345678", "passwords-easy"),
            ("qwertyuiop", "passwords-easy"),
            ("aaaaaaaaaaaa", "passwords-easy"),
            ("iloveyou1", "passwords-easy"),
            ("annakowalska", "passwords-easy"),
            ("Kowalska1", "passwords-easy"),
            ("2024-12-24", "passwords-easy"),
            (&"x".repeat(1001), "passwords-long"),
        ] {
            let refused = check(password, &own).expect_err(password);
            assert_eq!(refused.key(), says, "{password}");
        }
        for password in [
            "brass key, blue door",
            "correct horse battery staple",
            "long enough",
            "äöüßäöü9",
            "tR0ub4dor&3",
            "Ein Schlüssel aus Messing",
            &"brass key, blue door ".repeat(40),
        ] {
            assert!(check(password, &own).is_ok(), "{password}");
        }
    }
}

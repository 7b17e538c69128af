//! `[secrets]`: what may be given instead of being made at first start. No message repeats a value.

use super::loader::Said;
use crate::domain::secret::{SessionSecret, SetupCode};

/// The value of `secrets.setup_code`.
pub(super) fn setup_code(text: &str) -> Result<SetupCode, Said> {
    SetupCode::parse(text).map_err(|error| error.to_string())
}

/// The value of `secrets.session_secret`.
pub(super) fn session_secret(text: &str) -> Result<SessionSecret, Said> {
    SessionSecret::from_hex(text).map_err(|error| format!("{error}. Make one with: openssl rand -hex 32"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_ones_are_told_without_repeating_them() {
        let told = session_secret("hunter2").unwrap_err();
        assert!(
            told.contains("it has 7 characters. Make one with: openssl rand -hex 32"),
            "{told}"
        );
        let told = setup_code("hunter2").unwrap_err();
        assert!(
            told.contains("at least 8 characters") && !told.contains("hunter2"),
            "{told}"
        );
    }
}

//! What programs and devices send to say who they are.

use latchkey::domain::{api_key::ApiKey, hash, secret::SessionSecret, token::TokenValue};

use crate::support::fuzz;

/// Reading what was printed gives the same; what is read is what was sent but for case and space around it.
#[test]
fn tokens_and_keys_are_read_as_they_are_written() {
    fuzz("token", 1, &[], |input| {
        let text = String::from_utf8_lossy(input);
        let plain = text.trim().to_lowercase();
        if let Some(token) = TokenValue::parse(&text) {
            assert_eq!(token.expose(), plain);
            assert_eq!(
                TokenValue::parse(&token.expose()).map(|again| again.hash()),
                Some(token.hash())
            );
            assert_eq!(token.hash(), hash::sha256(plain.as_bytes()));
            assert!(
                !format!("{token:?}").to_lowercase().contains(&plain[..8]),
                "it shows itself"
            );
        }
        if let Some(key) = ApiKey::parse(&text) {
            assert_eq!(key.expose(), plain);
            assert_eq!(ApiKey::parse(&key.expose()).map(|again| again.hash()), Some(key.hash()));
            assert!(!format!("{key:?}").contains(&plain[..8]), "it shows itself");
        }
        assert!(
            TokenValue::parse(&text).is_none() || ApiKey::parse(&text).is_none(),
            "one or the other"
        );
        if let Ok(secret) = SessionSecret::from_hex(&text) {
            assert_eq!(
                SessionSecret::from_hex(&secret.to_hex()).unwrap().to_hex(),
                secret.to_hex()
            );
            assert!(!format!("{secret:?}").contains(&plain[..8]), "it shows itself");
        }
        if let Some(bytes) = hash::from_hex(&text) {
            assert_eq!(hash::hex(&bytes), text.to_ascii_lowercase());
        }
    });
}

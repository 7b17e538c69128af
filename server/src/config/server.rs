//! `[server]`: where Latchkey listens. The other values of the section have files of their own.

use std::net::SocketAddr;

use super::error::quoted;
use super::loader::Said;

/// An IP address with a port.
pub(super) fn listen(text: &str) -> Result<SocketAddr, Said> {
    text.parse().map_err(|_| {
        format!(
            "{} is not an IP address with a port (names are not looked up)",
            quoted(text)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::listen;

    #[test]
    fn an_address_needs_both_parts() {
        assert_eq!(listen("[::]:5056").unwrap().port(), 5056);
        for wrong in [
            "5056",
            ":5056",
            "127.0.0.1",
            "localhost:5056",
            "127.0.0.1:65536",
            "http://127.0.0.1:1",
        ] {
            assert!(
                listen(wrong).unwrap_err().contains("is not an IP address with a port"),
                "{wrong}"
            );
        }
    }
}

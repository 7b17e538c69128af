//! Hashes of content: in file names, and to tell whether a build would change anything.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Error;

/// The first 16 hex digits of SHA-256: long enough never to meet by chance, short enough for a URL.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes), 8)
}

/// `latchkey.js` → `latchkey.<hash>.js`.
pub(crate) fn hashed_name(stem: &str, bytes: &[u8], extension: &str) -> String {
    format!("{stem}.{}.{extension}", short_hash(bytes))
}

/// One hash over everything that goes into the site. Names and lengths count too, so that moving a byte from one
/// file to the next is seen.
#[derive(Default)]
pub(crate) struct Stamp(Sha256);

impl Stamp {
    /// Adds one named content.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        self.0.update(format!("{}:{name}:{}:", name.len(), bytes.len()));
        self.0.update(bytes);
    }

    /// Adds a file.
    pub(crate) fn add_file(&mut self, path: &Path) -> Result<(), Error> {
        let bytes = std::fs::read(path).map_err(|e| format!("{} could not be read: {e}", path.display()))?;
        self.add(&path.to_string_lossy(), &bytes);
        Ok(())
    }

    /// The hash of all that was added.
    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize(), 32)
    }
}

/// The first `length` bytes in hex.
fn hex(bytes: &[u8], length: usize) -> String {
    bytes.iter().take(length).fold(String::new(), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{Stamp, hashed_name};

    #[test]
    fn names_hold_the_first_16_digits() {
        assert_eq!(hashed_name("main", b"abc", "css"), "main.ba7816bf8f01cfea.css");
    }

    #[test]
    fn a_moved_byte_changes_the_stamp() {
        let stamp = |parts: [(&str, &[u8]); 2]| {
            let mut stamp = Stamp::default();
            parts.iter().for_each(|(name, bytes)| stamp.add(name, bytes));
            stamp.finish()
        };
        assert_ne!(stamp([("a", b"12"), ("b", b"3")]), stamp([("a", b"1"), ("b", b"23")]));
        assert_eq!(stamp([("a", b"1"), ("b", b"2")]), stamp([("a", b"1"), ("b", b"2")]));
    }
}

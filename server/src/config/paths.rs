//! Settings that are paths.

use std::path::PathBuf;

use super::error::quoted;
use super::loader::Said;

/// A path as it is: relative ones count from the current folder.
pub(super) fn path(text: &str) -> Result<PathBuf, Said> {
    if text.contains('\0') {
        return Err(format!("{} holds a NUL character", quoted(text)));
    }
    if text == "~" || text.starts_with("~/") {
        return Err(format!(
            "{} begins with ~, which only a shell understands: write the whole path",
            quoted(text)
        ));
    }
    Ok(PathBuf::from(text))
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn paths_are_taken_as_they_are_but_for_the_shells_home() {
        assert_eq!(path("./data").unwrap().to_str(), Some("./data"));
        assert!(path("~/data").unwrap_err().contains("write the whole path"));
        assert!(path("a\0b").unwrap_err().contains("NUL"));
    }
}

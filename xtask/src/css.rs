//! One style sheet out of several: inlines `@import "./x.css";` and drops comments and needless space.
//!
//! It changes nothing that could matter: strings and `url(…)` stay byte for byte, and space goes only where CSS's
//! grammar allows none or any. Brotli does the rest.

use std::path::Path;

use crate::Error;

/// The text of `main` with every import replaced by the imported file's text, then minified.
pub(crate) fn bundle(main: &Path) -> Result<String, Error> {
    let text = read(main)?;
    let folder = main.parent().unwrap_or(Path::new("."));
    let mut whole = String::new();
    for line in text.lines() {
        match imported(line) {
            Some(name) => {
                let part = read(&folder.join(name))?;
                if part.lines().any(|line| line.trim_start().starts_with("@import")) {
                    return Err(format!("{name} imports another file; only {} may", main.display()));
                }
                whole.push_str(&part);
            }
            None if line.trim_start().starts_with("@import") => {
                return Err(format!(
                    "{}: write imports as `@import \"./name.css\";`, not `{line}`",
                    main.display()
                ));
            }
            None => whole.push_str(line),
        }
        whole.push('\n');
    }
    let small = minify(&whole);
    refuse_requests(&small)?;
    Ok(small)
}

/// The file name in `@import "./name.css";`.
fn imported(line: &str) -> Option<&str> {
    let name = line.trim().strip_prefix("@import \"./")?.strip_suffix("\";")?;
    (!name.contains(['/', '"'])).then_some(name)
}

/// A style sheet that loads further files would cost requests that nobody counted, and their names hold no hash.
fn refuse_requests(css: &str) -> Result<(), Error> {
    for (at, _) in css.match_indices("url(") {
        let target = css[at + 4..].trim_start_matches(['"', '\'', ' ']);
        if !target.starts_with("data:") && !target.starts_with('#') {
            let shown: String = target.chars().take(40).collect();
            return Err(format!(
                "the style sheet loads `{shown}`: only data: and # are allowed in url(…)"
            ));
        }
    }
    Ok(())
}

/// Drops comments, folds white space, and drops it around `{ } ; ,` (never around `:`, which parts selectors).
fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    let mut space = false;
    while let Some(next) = rest.chars().next() {
        if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
            space = true;
            continue;
        }
        if next.is_ascii_whitespace() {
            space = true;
            rest = &rest[1..];
            continue;
        }
        if matches!(next, '{' | '}' | ';' | ',') {
            if next == '}' && out.ends_with(';') {
                out.pop();
            }
        } else if space && !out.is_empty() && !out.ends_with(['{', '}', ';', ',']) {
            out.push(' ');
        }
        space = false;
        let length = match next {
            '"' | '\'' => string_length(rest, next),
            _ if rest.starts_with("url(") && !rest[4..].trim_start().starts_with(['"', '\'']) => {
                rest.find(')').map_or(rest.len(), |end| end + 1)
            }
            // An escaped character, a space included, is part of a name.
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => next.len_utf8(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

/// The length in bytes of the string that starts `text`, quotes included.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if letter == quote {
            return at + 1;
        }
    }
    text.len()
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|e| format!("{} could not be read: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{imported, minify, refuse_requests};

    #[test]
    fn space_and_comments_go() {
        let css = "/* top */\n:root {\n  --space: 4px;\n  color : red;\n}\n\n@media (width > 3em) and (hover) {\n  a, b { top: 0 }\n}\n";
        assert_eq!(
            minify(css),
            ":root{--space: 4px;color : red}@media (width > 3em) and (hover){a,b{top: 0}}"
        );
    }

    #[test]
    fn meaning_stays() {
        for css in [
            ".a :hover{b: calc(1px + 2px)}",
            "p::before{content: \"a  /* no */ ; }\\\" x\"}",
            "p{background: url(data:image/*;a,b)}",
            ".a\\ b > c{--empty: ;d: 'é  ü'}",
            "a + b~c{d: e}",
        ] {
            assert_eq!(minify(css), css.replace(": ;", ":;"), "{css}");
        }
        assert_eq!(minify("a/**/b{}"), "a b{}");
    }

    #[test]
    fn broken_input_ends() {
        for css in ["/* open", "a{content: \"open", "url(", "\\", "a{b: '\\"] {
            minify(css);
        }
    }

    #[test]
    fn imports_have_one_form() {
        assert_eq!(imported("@import \"./tokens.css\";"), Some("tokens.css"));
        for line in [
            "@import \"../x.css\";",
            "@import url(x.css);",
            "@import \"./a/b.css\";",
            "a{}",
        ] {
            assert_eq!(imported(line), None, "{line}");
        }
    }

    #[test]
    fn no_hidden_requests() {
        assert!(refuse_requests("a{b:url(data:x)}c{d:url(\"#e\")}").is_ok());
        assert!(refuse_requests("a{b:url(/font.woff2)}").is_err());
        assert!(refuse_requests("a{b:url('https://example.org/x')}").is_err());
    }
}

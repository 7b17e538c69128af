//! What is wrong with the configuration, said to the person who wrote it.
//!
//! A problem is made of text that is safe to show: no secret value may get in here. Values of settings that are not
//! secret are repeated through [`quoted`], which hides what looks like a password.

use std::fmt;

use super::settings::Setting;
use super::source::Origin;

/// One thing that is wrong: with which setting, given where, what and how it would be right.
#[derive(Debug)]
pub struct Problem {
    subject: String,
    what: String,
    example: Option<String>,
}

impl Problem {
    /// A problem with the value of a setting. `what` continues a sentence about that value.
    pub(super) fn with_value(setting: &'static Setting, origin: &Origin, what: impl Into<String>) -> Self {
        let example = match (origin, setting.section_and_name(), setting.toml_line(setting.example)) {
            // A file has no `$(…)`: there the text of the problem has to do.
            (Origin::File { .. }, Some((section, _)), Some(line)) if !setting.example.starts_with('$') => {
                Some(format!("{line}   (below [{section}])"))
            }
            (Origin::File { .. }, ..) => None,
            (Origin::SecretFile { variable, .. }, ..) => {
                Some(format!("{variable}=/run/secrets/{}", file_name(setting)))
            }
            _ if setting.example.contains([' ', '$']) => Some(format!("{}=\"{}\"", setting.env, setting.example)),
            _ => Some(format!("{}={}", setting.env, setting.example)),
        };
        let names = match setting.key {
            Some(key) => format!("{} ({key})", setting.env),
            None => setting.env.to_owned(),
        };
        Self {
            subject: format!("{names}, {origin}"),
            what: what.into(),
            example,
        }
    }

    /// A problem that belongs to no known setting, such as a file that cannot be read.
    pub(super) fn elsewhere(subject: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            what: what.into(),
            example: None,
        }
    }
}

/// `session_secret` of `secrets.session_secret`.
fn file_name(setting: &Setting) -> &'static str {
    setting.section_and_name().map_or("secret", |(_, name)| name)
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:\n    {}", self.subject, self.what)?;
        match &self.example {
            Some(example) => write!(formatter, "\n    Example: {example}"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong, never empty: Latchkey does not start.
#[derive(Debug)]
pub struct ConfigErrors {
    /// In the order in which they were found.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => write!(formatter, "the configuration has a mistake:")?,
            count => write!(formatter, "the configuration has {count} mistakes:")?,
        }
        for problem in &self.problems {
            write!(formatter, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// A value of a setting that is not secret, for a message: escaped, shortened, and hidden where somebody may have
/// written a password or a token into a URL.
pub(super) fn quoted(value: &str) -> String {
    if value.contains('@') {
        return "the value (hidden here: it may hold a password)".to_owned();
    }
    let shown = value.split('?').next().unwrap_or_default();
    let mut short: String = shown.chars().take(80).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    format!("{short:?}")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn values_are_escaped_shortened_and_hidden() {
        assert_eq!(quoted("a\nb"), r#""a\nb""#);
        assert_eq!(quoted("https://x/?token=secret"), r#""https://x/…""#);
        assert!(!quoted("https://me:secret@x").contains("secret"));
        assert_eq!(quoted(&"x".repeat(100)), format!("\"{}…\"", "x".repeat(80)));
    }
}

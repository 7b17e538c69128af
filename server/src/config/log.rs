//! `[log]`: what is logged and how it looks. The logging itself is `crate::logging`.

use std::fmt;

use tracing_subscriber::EnvFilter;

use super::error::quoted;
use super::loader::Said;
use super::nearest::nearest;

const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];

/// How to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// A filter that `tracing_subscriber::EnvFilter` understands; checked at start.
    pub filter: String,
    /// The look.
    pub format: LogFormat,
}

/// The look of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// A line of text an event.
    Human,
    /// A JSON object an event.
    Json,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Human => "human",
            Self::Json => "json",
        })
    }
}

/// The value of `log.filter`.
pub(super) fn filter(text: &str) -> Result<String, Said> {
    // People put spaces after commas; the filter has a meaning for them only within `[…]`.
    let text = if text.contains('[') {
        text.to_owned()
    } else {
        text.replace(' ', "")
    };
    for part in text.split(',').filter(|part| !part.contains(['=', '['])) {
        // To the filter a lone unknown word is a module, logged in full: a misspelt level would do the opposite.
        if !LEVELS.iter().any(|level| level.eq_ignore_ascii_case(part)) {
            let part_shown = quoted(part);
            return Err(match nearest(part, LEVELS) {
                Some(near) => format!("{part_shown} is not a level; did you mean {near}?"),
                None => format!(
                    "{part_shown} is not a level: use {}, or module=level",
                    LEVELS.join(", ")
                ),
            });
        }
    }
    match EnvFilter::builder().parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("{} is not a log filter: {error}", quoted(&text))),
    }
}

/// The value of `log.format`.
pub(super) fn format(text: &str) -> Result<LogFormat, Said> {
    match text {
        "human" => Ok(LogFormat::Human),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("{} is neither human nor json", quoted(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters() {
        for right in ["info", "WARN", "off", "info,latchkey::plex=debug", "[sign_in]=debug"] {
            assert_eq!(filter(right).unwrap(), right);
        }
        assert_eq!(filter("warn, latchkey=trace").unwrap(), "warn,latchkey=trace");
        assert!(
            filter("inof")
                .unwrap_err()
                .contains("\"inof\" is not a level; did you mean info?")
        );
        assert!(filter("info,latchkey").unwrap_err().contains("or module=level"));
        assert!(filter("info,").unwrap_err().contains("\"\" is not a level"));
        assert!(filter("latchkey=loud").unwrap_err().contains("is not a log filter"));
    }

    #[test]
    fn formats() {
        assert_eq!(format("json").unwrap(), LogFormat::Json);
        assert!(format("xml").unwrap_err().contains("neither human nor json"));
    }
}

//! What a command answers: words for people, JSON for programs, and an exit code.

use std::{fmt, io::Write as _, process::ExitCode};

use serde_json::{Value, json};

/// A command that did what it was asked.
#[derive(Debug)]
pub(super) struct Answer {
    /// For people, with the newline at the end.
    pub(super) text: String,
    /// The same for programs.
    pub(super) json: Value,
    /// Whether what was looked at is all right; a command that only looks can say no without having failed.
    pub(super) good: bool,
}

impl Answer {
    /// Done.
    pub(super) fn new(text: impl Into<String>, json: Value) -> Self {
        Self {
            text: text.into(),
            json,
            good: true,
        }
    }

    /// Done, and there is nothing to tell programs but what people read.
    pub(super) fn said(text: &str) -> Self {
        Self::new(format!("{text}\n"), json!({ "done": true, "message": text }))
    }
}

/// A command that did not, and why.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// It was tried, or could not be.
    pub(super) fn failed(cause: impl fmt::Display) -> Self {
        Self {
            message: cause.to_string(),
            code: 1,
        }
    }

    /// Wrong configuration or usage: nothing was tried.
    pub(super) fn misused(cause: impl fmt::Display) -> Self {
        Self {
            message: cause.to_string(),
            code: 2,
        }
    }

    /// Nobody and nothing of that name.
    pub(super) fn not_found(cause: impl fmt::Display) -> Self {
        Self {
            message: cause.to_string(),
            code: 3,
        }
    }
}

/// Whatever a service or the start says.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::failed(error)
    }
}

/// Prints it and says how the process ends.
pub(super) fn finish(result: Result<Answer, Failure>, as_json: bool) -> ExitCode {
    match result {
        Ok(answer) => {
            let text = if as_json {
                format!("{:#}\n", answer.json)
            } else {
                answer.text
            };
            // A closed pipe is the reader's business.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::from(u8::from(!answer.good))
        }
        Err(failure) => {
            let text = if as_json {
                json!({ "error": failure.message }).to_string()
            } else {
                format!("latchkey: {}", failure.message)
            };
            let _ = writeln!(std::io::stderr(), "{text}");
            ExitCode::from(failure.code)
        }
    }
}

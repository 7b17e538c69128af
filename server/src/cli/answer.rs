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

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
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

/// Lines of columns, as wide as their longest cell; the first line is the heading. The last column is not filled up.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["id", "name", "tier"], ["1", "Zoë", "owner"], ["12", "Bo", ""]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows), "id  name  tier\n1   Zoë   owner\n12  Bo\n");
        assert_eq!(table(&[]), "");
    }
}

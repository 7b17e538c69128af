//! The whole household as one file: for moving to another machine or to the other database, and for keeping.
//!
//! JSON Lines. The first line says what it is, then come the tables: a line with name and columns, a line a row. The last
//! line says how many rows there are, so that a file that was cut off is noticed. It holds what the database holds: hashes
//! of tokens and passwords, the session secret, e-mails. It is a secret.

use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};

use super::site;
use crate::{
    domain::{
        clock::{Clock, rfc3339},
        settings::Settings,
    },
    storage::{
        Db,
        transfer::{self, Part, Row, Value},
    },
};

pub use crate::storage::transfer::TransferError;

/// The form of the file; raised when an older Latchkey could not read it any more.
const FORMAT: u32 = 1;
/// The highest version of settings that is taken: it has to have room to count on.
const HIGHEST_VERSION: i64 = 1 << 53;
/// Rows handed in as one.
const AT_ONCE: usize = 1_000;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Head {
        latchkey: String,
        format: u32,
        version: String,
        at: String,
    },
    Table {
        table: String,
        columns: Vec<String>,
    },
    Row(Row),
    End {
        end: bool,
        rows: u64,
    },
}

/// Writes everything; answers how many rows.
///
/// # Errors
/// The database's; the writer's.
pub async fn export(db: &Db, clock: &dyn Clock, out: &mut dyn Write) -> Result<u64, TransferError> {
    let mut line = |line: &Line| -> Result<(), TransferError> {
        let mut text = serde_json::to_vec(line).map_err(std::io::Error::other)?;
        text.push(b'\n');
        Ok(out.write_all(&text)?)
    };
    line(&Line::Head {
        latchkey: "export".to_owned(),
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        at: rfc3339(clock.now()),
    })?;
    let mut table = String::new();
    let rows = transfer::export(db, |part| {
        if part.table != table {
            table.clone_from(&part.table);
            line(&Line::Table {
                table: part.table,
                columns: part.columns,
            })?;
        }
        part.rows.into_iter().try_for_each(|row| line(&Line::Row(row)))
    })
    .await?;
    line(&Line::End { end: true, rows })?;
    out.flush()?;
    Ok(rows)
}

/// Reads everything in place of what is there; answers how many rows. Nothing is changed unless the whole file is good.
///
/// # Errors
/// [`TransferError::NotEmpty`] where there is an owner and `replace` is not said; [`TransferError::Unfit`] with the line that
/// can't be read; the database's; the reader's.
pub async fn import(db: &Db, input: &mut dyn BufRead, replace: bool) -> Result<u64, TransferError> {
    let mut lines = Lines {
        input,
        number: 0,
        seen: 0,
        waiting: None,
        ended: false,
    };
    match lines.next()? {
        Line::Head {
            latchkey,
            format: FORMAT,
            ..
        } if latchkey == "export" => {}
        Line::Head { version, .. } => {
            return Err(lines.wrong(&format!(
                "the file was written by Latchkey {version}, which this version can't read"
            )));
        }
        _ => return Err(lines.wrong("this is no file that `latchkey export` wrote")),
    }
    transfer::import(db, replace, || lines.part()).await
}

struct Lines<'a> {
    input: &'a mut dyn BufRead,
    number: u64,
    /// Rows so far.
    seen: u64,
    /// The table that comes next.
    waiting: Option<(String, Vec<String>)>,
    ended: bool,
}

impl Lines<'_> {
    fn wrong(&self, what: &str) -> TransferError {
        TransferError::Unfit(format!("line {}: {what}", self.number))
    }

    fn next(&mut self) -> Result<Line, TransferError> {
        self.number += 1;
        let mut text = String::new();
        match self.input.read_line(&mut text) {
            Ok(0) => return Err(self.wrong("the file ends too early; export it once more")),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                return Err(self.wrong("this is no file that `latchkey export` wrote"));
            }
            Err(error) => return Err(error.into()),
        }
        serde_json::from_str(&text).map_err(|_| self.wrong("this is no line that `latchkey export` wrote"))
    }

    /// The next rows of one table; `None` at the end.
    fn part(&mut self) -> Result<Option<Part>, TransferError> {
        if self.ended {
            return Ok(None);
        }
        let (table, columns) = match self.waiting.take() {
            Some(waiting) => waiting,
            None => match self.next()? {
                Line::Table { table, columns } => (table, columns),
                _ => return Err(self.wrong("the name of a table was expected")),
            },
        };
        let mut rows = Vec::new();
        while rows.len() < AT_ONCE {
            match self.next()? {
                Line::Row(row) => {
                    self.check(&table, &columns, &row)?;
                    rows.push(row);
                }
                Line::Table { table, columns } => {
                    self.waiting = Some((table, columns));
                    break;
                }
                Line::End { end: true, rows: said } => {
                    self.ended = true;
                    let found = self.seen + rows.len() as u64;
                    if said != found {
                        return Err(self.wrong(&format!("{said} rows were written, {found} are there")));
                    }
                    break;
                }
                Line::Head { .. } | Line::End { .. } => return Err(self.wrong("a row was expected")),
            }
        }
        self.seen += rows.len() as u64;
        if self.waiting.is_none() && !self.ended {
            self.waiting = Some((table.clone(), columns.clone()));
        }
        Ok(Some(Part { table, columns, rows }))
    }

    /// What can't be read would keep Latchkey from starting.
    fn check(&self, table: &str, columns: &[String], row: &Row) -> Result<(), TransferError> {
        let value = |wanted: &str| {
            let found = columns.iter().zip(row).find(|(name, _)| *name == wanted);
            found.and_then(|(_, value)| value.as_ref())
        };
        match table {
            "settings" => {
                let read =
                    matches!(value("body"), Some(Value::Text(body)) if serde_json::from_str::<Settings>(body).is_ok());
                let counts =
                    matches!(value("version"), Some(Value::Number(version)) if (1..=HIGHEST_VERSION).contains(version));
                if !read || !counts {
                    return Err(self.wrong("the settings can't be read"));
                }
            }
            "install" => {
                let (Some(Value::Text(name)), Some(Value::Text(value))) = (value("name"), value("value")) else {
                    return Err(self.wrong("a value of this install can't be read"));
                };
                site::check_install(name, value)
                    .map_err(|what| self.wrong(&format!("{name} can't be used: {what}")))?;
            }
            _ => {}
        }
        Ok(())
    }
}

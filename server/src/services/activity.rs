//! The activity list: who did what to whom, from where.
//!
//! What somebody did is written in the same transaction as what it changed. What nobody should wait for (a token that was
//! refused) is collected in memory and written every second; a crash loses the last second of that, and a flood of it
//! pushes out nothing but its like.

use std::{
    collections::VecDeque,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use super::ServiceError;
use crate::{
    domain::{activity::Kind, clock::Clock},
    storage::{self, Db, activity::Line},
};

/// How long lines are kept, in seconds.
const KEPT: i64 = 180 * 24 * 60 * 60;
/// Most lines that wait while the database is away.
const MOST_WAITING: usize = 10_000;
/// How many are written as one.
const AT_ONCE: usize = 200;

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// What.
    pub kind: Kind,
    /// Whom it is about.
    pub user_id: Option<i64>,
    /// Who did it, where that is known.
    pub actor_id: Option<i64>,
    /// The device's name, or empty. Never a secret.
    pub subject: &'a str,
    /// From where.
    pub address: IpAddr,
}

/// Collects and writes.
pub struct Activity {
    db: Db,
    clock: Arc<dyn Clock>,
    waiting: Mutex<VecDeque<Line>>,
}

impl Activity {
    /// Writes to this database, by this clock.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            clock,
            waiting: Mutex::default(),
        }
    }

    /// The line of something that is written together with what happened.
    #[must_use]
    pub fn line(&self, event: &Event<'_>) -> Line {
        Line {
            at: self.clock.now(),
            kind: event.kind.name().to_owned(),
            user_id: event.user_id,
            actor_id: event.actor_id,
            subject: event.subject.to_owned(),
            address: event.address.to_canonical().to_string(),
            reason: String::new(),
            plex_id: None,
        }
    }

    /// Takes a line of something that nobody should wait for; it is written by the next [`Activity::flush`].
    pub fn note(&self, event: &Event<'_>) {
        self.take(self.line(event));
    }

    /// The same of a refusal: why, as one word (its name on the wire), and which Plex account, which may belong to no
    /// member.
    pub fn note_refusal(&self, event: &Event<'_>, reason: &str, plex_id: Option<i64>) {
        self.take(Line {
            reason: reason.to_owned(),
            plex_id,
            ..self.line(event)
        });
    }

    fn take(&self, line: Line) {
        let mut waiting = self.waiting_now();
        if waiting.len() >= MOST_WAITING {
            tracing::warn!("a line of activity is lost: too many wait for the database");
            return;
        }
        waiting.push_back(line);
    }

    /// Writes what was taken since the last call. On failure the rest is kept for the next one.
    ///
    /// # Errors
    /// The database's.
    pub async fn flush(&self) -> Result<(), ServiceError> {
        loop {
            let lines: Vec<Line> = self.waiting_now().iter().take(AT_ONCE).cloned().collect();
            if lines.is_empty() {
                return Ok(());
            }
            storage::activity::create(&self.db, &lines).await?;
            // Taken out once they are written: this may be given up halfway.
            self.waiting_now().drain(..lines.len());
        }
    }

    /// So many of the newest lines that are written.
    ///
    /// # Errors
    /// The database's.
    pub async fn newest(&self, most: i64) -> Result<Vec<Line>, ServiceError> {
        Ok(storage::activity::list(&self.db, most).await?)
    }

    /// Clears away old lines.
    ///
    /// # Errors
    /// The database's.
    pub async fn clean(&self) -> Result<u64, ServiceError> {
        Ok(storage::activity::delete_before(&self.db, self.clock.now() - KEPT).await?)
    }

    fn waiting_now(&self) -> std::sync::MutexGuard<'_, VecDeque<Line>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

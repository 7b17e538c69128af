//! The activity list: who did what to whom, from where.
//!
//! What somebody did is written in the same transaction as what it changed. What nobody should wait for (a sign-in, a
//! refusal) is collected in memory and written every second; a crash loses the last second of that.
//!
//! Refusals can be caused by anybody, as often as they like. Those of one kind, reason, place and person within ten minutes
//! are one line that counts. There are only so many such lines in ten minutes: further ones are counted together, without
//! their places. And of what is stored refusals push out nothing but older refusals.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus_client::metrics::{counter::Counter, family::Family};

use super::{ServiceError, limits, site::Site};
use crate::{
    domain::{
        activity::{Group, Kind},
        activity_rules::MaySeeActivity,
        clock::Clock,
        hash::{hex, sha256},
    },
    storage::{self, Db, activity::Line},
};

pub use crate::storage::activity::{Filter, StoredLine};

const DAY: i64 = 24 * 60 * 60;
/// Most lines that wait while the database is away.
const MOST_WAITING: usize = 10_000;
/// How many are written as one.
const AT_ONCE: usize = 200;
/// For how long refusals of one kind from one place are one line, in seconds.
const FOLDED: i64 = 10 * 60;
/// How many lines of refusals there can be in that time, in one instance.
const MOST_FOLDS: usize = 300;
/// How many lines of refusals are kept.
const MOST_REFUSALS: i64 = 50_000;
/// How many other lines are kept.
const MOST_LINES: i64 = 500_000;
/// Longest subject that is kept, in characters.
const LONGEST_SUBJECT: usize = 200;

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// What.
    pub kind: Kind,
    /// Whom it is about.
    pub user_id: Option<i64>,
    /// Who did it, where that is known.
    pub actor_id: Option<i64>,
    /// The device's name, or that of what was changed, or empty. Never a secret.
    pub subject: &'a str,
    /// From where.
    pub address: IpAddr,
}

impl Event<'_> {
    /// This, from there; about nobody in particular.
    #[must_use]
    pub fn new(kind: Kind, address: IpAddr) -> Self {
        Self {
            kind,
            user_id: None,
            actor_id: None,
            subject: "",
            address,
        }
    }
}

/// Who changes something, from where, and when: for the line of it.
#[derive(Debug, Clone)]
pub struct By {
    at: i64,
    actor_id: Option<i64>,
    address: String,
}

impl By {
    /// A member, over HTTP.
    #[must_use]
    pub fn member(actor_id: i64, address: IpAddr, clock: &dyn Clock) -> Self {
        Self {
            at: clock.now(),
            actor_id: Some(actor_id),
            address: address.to_canonical().to_string(),
        }
    }

    /// Whoever may use the command line.
    #[must_use]
    pub fn command_line(clock: &dyn Clock) -> Self {
        Self {
            at: clock.now(),
            actor_id: None,
            address: String::new(),
        }
    }

    /// When, in Unix seconds.
    #[must_use]
    pub fn at(&self) -> i64 {
        self.at
    }

    /// The line of what they did to the site.
    #[must_use]
    pub fn line(&self, kind: Kind, subject: &str) -> Line {
        Line {
            at: self.at,
            kind: kind.name().to_owned(),
            actor_id: self.actor_id,
            subject: subject.to_owned(),
            address: self.address.clone(),
            ..Line::default()
        }
    }
}

/// What is not written yet.
#[derive(Default)]
struct Waiting {
    lines: VecDeque<Line>,
    /// By their fold.
    refusals: HashMap<String, Line>,
    /// The folds of these ten minutes, written or not.
    folds: HashSet<String>,
    /// Which ten minutes these are.
    window: i64,
}

/// Collects, writes and reads.
pub struct Activity {
    db: Db,
    clock: Arc<dyn Clock>,
    site: Arc<Site>,
    waiting: Mutex<Waiting>,
    /// Sign-ins and refusals since the start: outcome, and way or reason.
    pub(super) sign_ins: Family<[(&'static str, String); 2], Counter>,
}

impl Activity {
    /// Writes to this database, by this clock; the settings say how long lines are kept.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, site: Arc<Site>) -> Self {
        Self {
            db,
            clock,
            site,
            waiting: Mutex::default(),
            sign_ins: Family::default(),
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
            subject: plain(event.subject),
            address: event.address.to_canonical().to_string(),
            times: 1,
            ..Line::default()
        }
    }

    /// Who changes something of the site, from there.
    #[must_use]
    pub fn by(&self, actor_id: i64, address: IpAddr) -> By {
        By::member(actor_id, address, &*self.clock)
    }

    /// Takes a line of something that nobody should wait for; it is written by the next [`Activity::flush`].
    pub fn note(&self, event: &Event<'_>) {
        self.take(event, self.line(event));
    }

    /// The same of a refusal: why, as one word (its name on the wire), and which Plex account, which may belong to no
    /// member.
    pub fn note_refusal(&self, event: &Event<'_>, reason: &str, plex_id: Option<i64>) {
        let line = Line {
            reason: reason.to_owned(),
            plex_id,
            ..self.line(event)
        };
        self.take(event, line);
    }

    /// The same of a sign-in: in which way, as one word, and what the browser says about itself.
    pub fn note_sign_in(&self, event: &Event<'_>, way: &str, agent: &str) {
        let line = Line {
            reason: way.to_owned(),
            agent: agent.to_owned(),
            ..self.line(event)
        };
        self.take(event, line);
    }

    fn take(&self, event: &Event<'_>, line: Line) {
        self.count(event.kind, &line.reason);
        let mut waiting = self.waiting_now();
        if event.kind.group() == Group::Refusals {
            waiting.fold(line, &limits::subject(event.address));
        } else if waiting.lines.len() >= MOST_WAITING {
            tracing::warn!("a line of activity is lost: too many wait for the database");
        } else {
            waiting.lines.push_back(line);
        }
    }

    /// A login token that opens nothing: counted each time, while a line of it is made now and then.
    pub(super) fn count_refused_token(&self) {
        self.count_sign_in("token-refused", "");
    }

    fn count(&self, kind: Kind, reason: &str) {
        let outcome = match kind {
            Kind::SignedIn => "signed-in",
            Kind::SignInRefused => "refused",
            Kind::ApiKeyRefused => "api-key-refused",
            _ => return,
        };
        // One word each, of which there are few; whatever is none is not passed on.
        let known = !reason.is_empty()
            && reason.len() <= 40
            && reason.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
        self.count_sign_in(outcome, if known { reason } else { "" });
    }

    fn count_sign_in(&self, outcome: &'static str, why: &str) {
        self.sign_ins
            .get_or_create(&[("outcome", outcome.to_owned()), ("why", why.to_owned())])
            .inc();
    }

    /// Writes what was taken since the last call. On failure the rest is kept for the next one.
    ///
    /// # Errors
    /// The database's.
    pub async fn flush(&self) -> Result<(), ServiceError> {
        loop {
            let lines: Vec<Line> = self.waiting_now().lines.iter().take(AT_ONCE).cloned().collect();
            if lines.is_empty() {
                break;
            }
            storage::activity::create(&self.db, &lines).await?;
            // Taken out once they are written: this may be given up halfway.
            self.waiting_now().lines.drain(..lines.len());
        }
        let mut refusals: Vec<Line> = self.waiting_now().refusals.values().cloned().collect();
        // In one order: two instances that count up the same lines must not wait for each other.
        refusals.sort_unstable_by(|a, b| a.fold.cmp(&b.fold));
        if refusals.is_empty() {
            return Ok(());
        }
        storage::activity::create(&self.db, &refusals).await?;
        let mut waiting = self.waiting_now();
        for written in refusals {
            let Some(fold) = written.fold else { continue };
            // More of them may have come meanwhile.
            if let Some(left) = waiting.refusals.get_mut(&fold) {
                left.times -= written.times;
            }
            if waiting.refusals.get(&fold).is_some_and(|left| left.times <= 0) {
                waiting.refusals.remove(&fold);
            }
        }
        Ok(())
    }

    /// So many of the newest lines that fit and may be seen.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        leave: &MaySeeActivity,
        filter: Filter,
        most: i64,
    ) -> Result<Vec<StoredLine>, ServiceError> {
        Ok(storage::activity::list(&self.db, &narrowed(leave, filter), most).await?)
    }

    /// The last sign-ins of a member: what they may see themselves.
    ///
    /// # Errors
    /// The database's.
    pub async fn sign_ins_of(&self, user_id: i64, most: i64) -> Result<Vec<StoredLine>, ServiceError> {
        let filter = Filter {
            person: Some(user_id),
            kinds: vec![Kind::SignedIn.name()],
            ..Filter::default()
        };
        Ok(storage::activity::list(&self.db, &filter, most).await?)
    }

    /// Sign-ins by day for so many days up to today: days since 1970 in UTC, and how many; every day is there.
    ///
    /// # Errors
    /// The database's.
    pub async fn sign_ins_by_day(&self, leave: &MaySeeActivity, days: i64) -> Result<Vec<(i64, i64)>, ServiceError> {
        let today = self.clock.now().div_euclid(DAY);
        let first = today - days + 1;
        let counted =
            storage::activity::count_by_day(&self.db, Kind::SignedIn.name(), first * DAY, leave.without()).await?;
        let counted: HashMap<i64, i64> = counted.into_iter().collect();
        let all = (first..=today).map(|day| (day, counted.get(&day).copied().unwrap_or(0)));
        Ok(all.collect())
    }

    /// Clears away old lines, and the oldest of too many.
    ///
    /// # Errors
    /// The database's.
    pub async fn clean(&self) -> Result<u64, ServiceError> {
        let kept = i64::from(self.site.now().settings.activity_days) * DAY;
        let old = storage::activity::delete_before(&self.db, self.clock.now() - kept).await?;
        let refusals = storage::activity::delete_beyond(&self.db, true, MOST_REFUSALS).await?;
        let others = storage::activity::delete_beyond(&self.db, false, MOST_LINES).await?;
        Ok(old + refusals + others)
    }

    fn waiting_now(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A name as it is kept: what a stranger chose may be long and strange.
fn plain(text: &str) -> String {
    let plain = text.chars().filter(|character| !character.is_control());
    plain.take(LONGEST_SUBJECT).collect()
}

/// What is left of a filter for somebody who may not see everything.
fn narrowed(leave: &MaySeeActivity, filter: Filter) -> Filter {
    let kinds = Kind::ALL.iter().copied().filter(|kind| leave.kind(*kind));
    let kinds: Vec<&'static str> = kinds
        .map(Kind::name)
        .filter(|name| filter.kinds.is_empty() || filter.kinds.contains(name))
        .collect();
    Filter {
        // None of what was asked for may be seen: a kind that there is none of.
        kinds: if kinds.is_empty() { vec!["none"] } else { kinds },
        without: leave.without(),
        ..filter
    }
}

impl Waiting {
    /// Counts a refusal.
    fn fold(&mut self, mut line: Line, network: &str) {
        let window = line.at.div_euclid(FOLDED);
        if self.window != window {
            self.window = window;
            self.folds.clear();
        }
        let mut fold = fold_of(&line, network, window);
        if !self.folds.contains(&fold) && self.folds.len() >= MOST_FOLDS {
            // A crowd, or one who pretends to be one.
            line = Line {
                user_id: None,
                actor_id: None,
                subject: String::new(),
                address: String::new(),
                plex_id: None,
                agent: String::new(),
                ..line
            };
            fold = fold_of(&line, "", window);
        } else {
            self.folds.insert(fold.clone());
        }
        line.fold = Some(fold.clone());
        let at = line.at;
        let counted = self.refusals.entry(fold).or_insert_with(|| Line { times: 0, ..line });
        counted.times += 1;
        counted.at = counted.at.max(at);
    }
}

/// What lines that are counted together have in common, as a hash.
fn fold_of(line: &Line, network: &str, window: i64) -> String {
    let parts = (
        &line.kind,
        &line.reason,
        network,
        line.user_id,
        line.plex_id,
        &line.subject,
        window,
    );
    hex(&sha256(format!("{parts:?}").as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(at: i64, user_id: Option<i64>) -> Line {
        Line {
            at,
            kind: Kind::SignInRefused.name().to_owned(),
            reason: "wrong-password".to_owned(),
            user_id,
            times: 1,
            ..Line::default()
        }
    }

    #[test]
    fn a_flood_is_a_few_lines_that_count() {
        let mut waiting = Waiting::default();
        for at in 0..500 {
            waiting.fold(refused(at, Some(2)), "192.0.2.1");
            waiting.fold(refused(at, None), "192.0.2.1");
        }
        let mut counts: Vec<i64> = waiting.refusals.values().map(|line| line.times).collect();
        counts.sort_unstable();
        assert_eq!(counts, [500, 500]);
        // Of very many places the first are told one by one, the others together, and nothing is lost.
        for place in 0..100_000 {
            waiting.fold(refused(500, None), &format!("2001:db8:{place:x}::/64"));
        }
        assert_eq!(waiting.refusals.len(), MOST_FOLDS + 1);
        let all: i64 = waiting.refusals.values().map(|line| line.times).sum();
        assert_eq!(all, 101_000);
        // The next ten minutes are told anew.
        waiting.fold(refused(600, None), "198.51.100.7");
        assert_eq!((waiting.folds.len(), waiting.window), (1, 1));
    }
}

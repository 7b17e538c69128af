//! Who stands at the gateway: sessions in memory, so that the answer to a proxy asks no database.
//!
//! What is in memory counts for a second after the database was last asked what changed. Triggers there write down whose
//! sessions ended or rights changed (`storage::access_change`), whoever did it: this instance, another one, the command
//! line. While the database can't be asked, nothing in memory counts. A request that changes something asks before it is
//! answered ([`Gateway::refresh`]), so on this instance the very next one is refused.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
};

use quick_cache::{
    DefaultHashBuilder, OptionsBuilder, UnitWeighter,
    sync::{Cache, DefaultLifecycle},
};
use tokio::time::Instant;

use super::{
    ServiceError,
    sessions::Sessions,
    site::{Site, Snapshot},
};
use crate::{
    domain::{
        clock::Clock,
        gateway::{Pass, Place},
        hash::Hash,
        session::{Lifetime, SessionFacts},
        token::TokenLimits,
        user::User,
    },
    storage::{self, Db, Reader},
};

/// Most sessions that are held in memory.
const MOST: usize = 200_000;
/// How long what is in memory counts after it was begun to ask what changed, in milliseconds.
const COUNTS_FOR_MS: u64 = 900;
/// After this long without a question nothing is kept up to date any more; the next one does it by itself. In milliseconds.
const IN_USE_FOR_MS: u64 = 10_000;
/// How long changes are kept for instances that were away, in seconds. One that was away for longer forgets everything.
const CHANGES_KEPT: i64 = 60 * 60;

/// A member, as sessions in memory share them.
#[derive(Debug)]
pub struct Known<T> {
    /// Who.
    pub user: User,
    /// What `web` makes of them once, for every answer.
    pub shown: T,
    /// Something changed: nothing of this counts any more.
    stale: AtomicBool,
}

/// A session in memory.
#[derive(Debug)]
pub struct Visit<T> {
    /// Whose.
    pub known: Arc<Known<T>>,
    /// What the token that opened it is limited to.
    pub limits: TokenLimits,
    /// The hash of its id.
    pub session: Hash,
    place: Place,
    created_at: i64,
    seen_at: AtomicI64,
    ends_at: Option<i64>,
}

impl<T> Visit<T> {
    fn counts(&self, lifetime: Lifetime, now: i64) -> bool {
        let ended = self.ends_at.is_some_and(|end| end <= now);
        !ended
            && !self.known.stale.load(Ordering::Acquire)
            && lifetime.alive(self.created_at, self.seen_at.load(Ordering::Relaxed), now)
    }
}

/// Sessions and members in memory.
pub struct Gateway<T> {
    db: Db,
    reader: Arc<Reader>,
    clock: Arc<dyn Clock>,
    site: Arc<Site>,
    sessions: Arc<Sessions>,
    show: fn(&User) -> T,
    visits: Cache<Hash, Arc<Visit<T>>>,
    members: RwLock<HashMap<i64, Arc<Known<T>>>>,
    /// How often something was forgotten: what was read before that is not put into memory after it.
    forgotten: AtomicU64,
    began: Instant,
    /// When it was begun to ask what changed, and when somebody last stood here; in ms since `began`.
    asked_at: AtomicU64,
    used_at: AtomicU64,
    /// The first of the two by the other clock, in Unix seconds.
    asked_on: AtomicI64,
    /// Where to go on asking. Held while it is asked: one question serves all who wait.
    position: tokio::sync::Mutex<i64>,
    /// At whom a line of the log has been written, so that the same is said once.
    told: Mutex<std::collections::HashSet<String>>,
}

impl<T: Send + Sync + 'static> Gateway<T> {
    /// Puts the parts together. `show` makes what every answer about a member needs.
    #[must_use]
    pub fn new(
        db: Db,
        reader: Arc<Reader>,
        clock: Arc<dyn Clock>,
        site: Arc<Site>,
        sessions: Arc<Sessions>,
        show: fn(&User) -> T,
    ) -> Self {
        Self {
            db,
            reader,
            clock,
            site,
            sessions,
            show,
            visits: empty(),
            members: RwLock::default(),
            forgotten: AtomicU64::new(0),
            began: Instant::now(),
            asked_at: AtomicU64::new(0),
            used_at: AtomicU64::new(0),
            asked_on: AtomicI64::new(0),
            position: tokio::sync::Mutex::new(0),
            told: Mutex::default(),
        }
    }

    fn elapsed_ms(&self) -> u64 {
        // One more, so that 0 is "never".
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1
    }

    /// By both clocks: the steady one stands still while the machine sleeps, the other can be set.
    fn is_fresh(&self, now: i64) -> bool {
        self.was_fresh(self.elapsed_ms(), now)
    }

    fn was_fresh(&self, elapsed: u64, now: i64) -> bool {
        let asked = self.asked_at.load(Ordering::Acquire);
        asked != 0
            && elapsed.saturating_sub(asked) < COUNTS_FOR_MS
            && (now - self.asked_on.load(Ordering::Relaxed)).abs() <= 2
    }

    /// The session that was found under this key before, if it still counts for a request to `host`: without a question to
    /// the database. `None` says nothing.
    #[must_use]
    pub fn recall(&self, key: &Hash, host: &str, site: &Snapshot) -> Option<Arc<Visit<T>>> {
        let elapsed = self.elapsed_ms();
        // Not at every question: all cores would wait for each other's writing.
        let used = self.used_at.load(Ordering::Relaxed);
        if used == 0 || elapsed.saturating_sub(used) > IN_USE_FOR_MS / 10 {
            self.used_at.store(elapsed, Ordering::Relaxed);
        }
        let now = self.clock.now();
        if !self.was_fresh(elapsed, now) {
            return None;
        }
        let visit = self.visits.get(key)?;
        let lifetime = site.settings.lifetime();
        if !visit.counts(lifetime, now) || !visit.place.counts(host, &site.settings.cookie_domain) {
            return None;
        }
        self.note_seen(&visit, lifetime, now);
        Some(visit)
    }

    /// The session of a pass, if it counts for a request to `host`; it is kept under `key`.
    ///
    /// # Errors
    /// The database's.
    pub async fn find(&self, key: Hash, pass: Pass, host: &str) -> Result<Option<Arc<Visit<T>>>, ServiceError> {
        if !self.is_fresh(self.clock.now()) {
            self.refresh_if_older().await?;
        }
        if let Some(visit) = self.recall(&key, host, &self.site.now()) {
            return Ok(Some(visit));
        }
        let forgotten = self.forgotten.load(Ordering::Acquire);
        let found = storage::session::find(&self.reader, &pass.session).await?;
        let site = self.site.now();
        let lifetime = site.settings.lifetime();
        let now = self.clock.now();
        let Some((mut facts, user)) = found else {
            self.visits.remove(&key);
            return Ok(None);
        };
        // What was seen and is not written yet.
        let seen = self.sessions.last_seen(&pass.session).unwrap_or(0);
        facts.last_seen_at = facts.last_seen_at.max(seen);
        let counts = facts.alive(lifetime, now)
            && user.disabled_at.is_none()
            && pass.place.counts(host, &site.settings.cookie_domain);
        if !counts {
            self.visits.remove(&key);
            return Ok(None);
        }
        let visit = Arc::new(self.visit(facts, user, pass));
        {
            // Whoever ended it meanwhile must not find it in memory afterwards: nothing is forgotten while this is held.
            let _members = self.members.read().unwrap_or_else(PoisonError::into_inner);
            if self.forgotten.load(Ordering::Acquire) == forgotten {
                self.visits.insert(key, Arc::clone(&visit));
            }
        }
        self.note_seen(&visit, lifetime, now);
        Ok(Some(visit))
    }

    fn visit(&self, facts: SessionFacts, user: User, pass: Pass) -> Visit<T> {
        let (ends_at, limits) = match facts.token {
            Some(token) => (token.expires_at, token.limits),
            None => (None, TokenLimits::default()),
        };
        Visit {
            known: self.know(user),
            limits,
            session: pass.session,
            place: pass.place,
            created_at: facts.created_at,
            seen_at: AtomicI64::new(facts.last_seen_at),
            ends_at,
        }
    }

    /// Members' sessions share what is known of the member.
    fn know(&self, user: User) -> Arc<Known<T>> {
        let known = self
            .members
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&user.id)
            .cloned();
        if let Some(known) = known
            && known.user == user
            && !known.stale.load(Ordering::Acquire)
        {
            return known;
        }
        let known = Arc::new(Known {
            shown: (self.show)(&user),
            stale: AtomicBool::new(false),
            user,
        });
        let mut members = self.members.write().unwrap_or_else(PoisonError::into_inner);
        let before = members.insert(known.user.id, Arc::clone(&known));
        if let Some(before) = before {
            // Sessions that hold the older state read theirs again.
            before.stale.store(true, Ordering::Release);
        }
        known
    }

    fn note_seen(&self, visit: &Visit<T>, lifetime: Lifetime, now: i64) {
        let seen_at = visit.seen_at.load(Ordering::Relaxed);
        if now - seen_at >= lifetime.touch_after()
            && visit
                .seen_at
                .compare_exchange(seen_at, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            self.sessions.note_seen(visit.session, now);
        }
    }

    /// Asks what changed, and forgets it. What ended before this was called is refused after it.
    ///
    /// # Errors
    /// The database's.
    pub async fn refresh(&self) -> Result<(), ServiceError> {
        // Nobody stood here yet: there is nothing to forget.
        if self.asked_at.load(Ordering::Acquire) == 0 {
            return Ok(());
        }
        let position = self.position.lock().await;
        let asked = self.ask(position).await;
        if asked.is_err() {
            // Nothing counts until it could be asked.
            self.asked_on.store(0, Ordering::Relaxed);
        }
        asked
    }

    /// The same, unless somebody else has just done so.
    async fn refresh_if_older(&self) -> Result<(), ServiceError> {
        let position = self.position.lock().await;
        if self.is_fresh(self.clock.now()) {
            return Ok(());
        }
        self.ask(position).await
    }

    async fn ask(&self, mut position: tokio::sync::MutexGuard<'_, i64>) -> Result<(), ServiceError> {
        let (began, now) = (self.elapsed_ms(), self.clock.now());
        // What changed may be cleared away by now.
        let long_ago = (now - self.asked_on.load(Ordering::Relaxed)).abs() > CHANGES_KEPT / 2;
        let changes = storage::access_change::since(&self.db, *position).await?;
        if self.site.now().version != changes.settings {
            self.site.refresh().await?;
        }
        if *position == 0 || long_ago {
            self.forget_all();
        } else if !changes.users.is_empty() {
            self.forget(&changes.users);
        }
        *position = changes.position;
        self.asked_on.store(now, Ordering::Relaxed);
        self.asked_at.store(began, Ordering::Release);
        Ok(())
    }

    fn forget(&self, users: &[i64]) {
        let mut members = self.members.write().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        for user in users {
            if let Some(known) = members.remove(user) {
                known.stale.store(true, Ordering::Release);
            }
        }
    }

    fn forget_all(&self) {
        let mut members = self.members.write().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        for (_, known) in members.drain() {
            known.stale.store(true, Ordering::Release);
        }
        self.visits.clear();
    }

    /// Keeps what is in memory up to date while somebody stands here. Called several times a second.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_fresh(&self) -> Result<(), ServiceError> {
        let idle = self.elapsed_ms().saturating_sub(self.used_at.load(Ordering::Relaxed));
        if self.used_at.load(Ordering::Relaxed) == 0 || idle > IN_USE_FOR_MS {
            return Ok(());
        }
        self.refresh().await
    }

    /// Clears away what every instance has read.
    ///
    /// # Errors
    /// The database's.
    pub async fn clean(&self) -> Result<(), ServiceError> {
        let now = self.clock.now();
        storage::access_change::delete_older(&self.db, now - CHANGES_KEPT).await?;
        storage::hand_over::delete_expired(&self.db, now).await?;
        Ok(())
    }

    /// Whether this has not been said yet since the start: the log says what is wrong with a proxy once.
    pub fn say_once(&self, what: String) -> bool {
        /// So that no stranger fills the memory.
        const MOST_SAID: usize = 100;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.len() < MOST_SAID && told.insert(what)
    }
}

/// Room for [`MOST`], of which little is taken before it is needed.
fn empty<V: Clone>() -> Cache<Hash, V> {
    let options = OptionsBuilder::new()
        .estimated_items_capacity(MOST)
        .weight_capacity(MOST as u64)
        .build();
    match options {
        Ok(options) => Cache::with_options(
            options,
            UnitWeighter,
            DefaultHashBuilder::default(),
            DefaultLifecycle::default(),
        ),
        Err(_) => Cache::new(MOST),
    }
}

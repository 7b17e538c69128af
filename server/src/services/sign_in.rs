//! Signing in with Plex: attempts, the one redeeming of a PIN, and who comes in.
//!
//! The browser made the PIN; here it is read with our client identifier, so it was issued to us. However many polls
//! arrive, in however many instances, one at a time has the PIN (a lease in the database), and what it found is kept
//! as the attempt's outcome for the others, and for a browser that lost the answer. The work runs in a task of its
//! own: a client that hangs up in the middle of it loses nothing.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::{api::sign_in::Refusal, msg};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{
    ServiceError,
    activity::{Activity, Event},
    limits::{self, Limits},
    linked_account::LinkedAccounts,
    membership::{Known, Membership, Verdict},
    polls::{Polls, Turn},
    setup::Setup,
    site::Site,
};
use crate::{
    domain::{
        activity::Kind,
        clock::Clock,
        hash::{Hash, same, sha256},
        redirect::ReturnTarget,
        user::{OWNER_ID, User},
    },
    plex::{NewPin, PlexApi, PlexError, PlexErrorKind, PlexToken},
    storage::{
        self, Db,
        attempt::{Attempt, AttemptKey, NewAttempt},
    },
};

/// An attempt's life in seconds, whatever the PIN's: short, so that an approval link sent to somebody else goes stale.
const ATTEMPT_LIFE: i64 = 600;
/// How long one poll may have a PIN for itself: longer than all its requests' time limits together.
const LEASE_MS: i64 = 45_000;
/// For so many seconds after success a browser that lost the answer may ask again; also how far clocks may differ.
const SECOND_ANSWER: i64 = 120;
/// Between two tries to give a lease back while the database is away.
const GIVE_BACK: Duration = Duration::from_millis(500);
/// Longest that a poll waits here for its PIN's turn, in milliseconds: a little more than a PIN's own spacing.
const WAITED_OUT_MS: u64 = 2500;
/// Milliseconds between polls of a browser.
const POLL_MS: u32 = 2000;
/// The same while another poll is at work, or was just now.
pub(super) const BUSY_MS: u32 = 500;
/// The same while Plex has trouble.
const TROUBLE_MS: u32 = 3000;
/// Most tokens held while Plex can't be asked whose they are.
const MOST_CLAIMED: usize = 1000;

pub use crate::storage::credential::Linked;

/// What the attempt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A member comes in.
    SignIn,
    /// The owner is made; the browser proved the set-up code.
    SetUp,
    /// The account is linked to this member, who is signed in. Nobody is signed in by it.
    Link(i64),
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SetUp => "set-up",
            Self::Link(_) => "link",
        }
    }

    fn user_id(self) -> Option<i64> {
        match self {
            Self::Link(user_id) => Some(user_id),
            Self::SignIn | Self::SetUp => None,
        }
    }
}

/// A PIN that somebody wants to sign in with.
#[derive(Debug, Clone)]
pub struct Start {
    /// The PIN's number.
    pub pin_id: i64,
    /// SHA-256 of the PIN's code.
    pub code_hash: Hash,
    /// SHA-256 of the browser's attempt cookie; `None`: a program.
    pub browser: Option<Hash>,
    /// What for.
    pub purpose: Purpose,
    /// Where to go afterwards.
    pub return_to: ReturnTarget,
    /// Whom the try counts for.
    pub address: IpAddr,
}

/// How an attempt is doing.
#[derive(Debug)]
pub enum Progress {
    /// Not approved yet.
    Pending {
        /// Milliseconds to wait.
        retry_after: u32,
    },
    /// Plex has trouble; the attempt goes on.
    PlexTrouble {
        /// Milliseconds to wait.
        retry_after: u32,
        /// It was slowness.
        slow: bool,
    },
    /// Come in.
    In {
        /// Who.
        user: Box<User>,
        /// Where to.
        return_to: ReturnTarget,
    },
    /// The account is linked, or can't be.
    Linked(Linked),
    /// No.
    Refused {
        /// Why.
        reason: Refusal,
        /// The Plex account, as Plex shows it.
        account: String,
    },
    /// Over; start again.
    Expired,
}

/// How an attempt ended, as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "kebab-case")]
enum Outcome {
    SignedIn { user_id: i64 },
    Refused { reason: Refusal, account: String },
    Linked { how: Linked },
    Expired,
}

/// Either an end, or "ask again".
enum Step {
    Ended(Outcome),
    Again(Progress),
}

/// Signs people in with Plex.
pub struct SignIn {
    /// Attempts and members.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The rules.
    pub site: Arc<Site>,
    /// Attempts from one address.
    pub limits: Arc<Limits>,
    /// plex.tv.
    pub plex: Arc<dyn PlexApi>,
    /// Who comes in.
    pub membership: Membership,
    /// For making the owner.
    pub setup: Arc<Setup>,
    /// For linking an account to somebody who is signed in.
    pub linked_accounts: Arc<LinkedAccounts>,
    /// Tokens of claimed PINs, from reading the PIN until the outcome is stored: a claimed PIN dies within seconds,
    /// Plex's or the database's trouble may last longer. In memory only, forgotten with the attempt.
    pub claimed: Mutex<HashMap<(i64, Hash), (PlexToken, i64)>>,
    /// Keeps floods of polls away from the database.
    pub polls: Arc<Polls>,
    /// Refusals.
    pub activity: Arc<Activity>,
}

impl SignIn {
    /// Begins an attempt; answers the seconds it has.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`]; [`ServiceError::Conflict`] when the PIN is being tried already; the database's.
    pub async fn start(&self, start: &Start) -> Result<u32, ServiceError> {
        self.limits
            .begin(limits::ATTEMPT, &limits::subject(start.address))
            .await?;
        let now = self.clock.now();
        let attempt = NewAttempt {
            key: AttemptKey {
                pin_id: start.pin_id,
                code_hash: start.code_hash,
            },
            browser_hash: start.browser,
            purpose: start.purpose.name(),
            user_id: start.purpose.user_id(),
            return_to: start.return_to.as_str(),
            created_at: now,
            expires_at: now + ATTEMPT_LIFE,
        };
        if !storage::attempt::create(&self.db, &attempt).await? {
            return Err(ServiceError::Conflict(msg!("errors-started-already")));
        }
        Ok(u32::try_from(ATTEMPT_LIFE).unwrap_or(u32::MAX))
    }

    /// How this browser's attempt is doing: that with this PIN, or its newest. `address`: whom the PIN's reading counts
    /// for.
    ///
    /// # Errors
    /// The database's.
    pub async fn poll_browser(
        self: &Arc<Self>,
        browser: &Hash,
        pin_id: Option<i64>,
        address: IpAddr,
    ) -> Result<Progress, ServiceError> {
        // One asking at a time, without a PIN's number too.
        let Some(asking) = self.polls.begin((pin_id.unwrap_or(0), *browser), Instant::now()) else {
            return Ok(Progress::Pending { retry_after: BUSY_MS });
        };
        let mut turn = Some(asking);
        let mut newest = None;
        for attempt in storage::attempt::list_of_browser(&self.db, browser, pin_id, self.clock.now()).await? {
            let Some(turn) = turn
                .take()
                .or_else(|| self.polls.begin((attempt.key.pin_id, *browser), Instant::now()))
            else {
                continue;
            };
            let progress = self.poll(attempt, turn, address).await?;
            if matches!(
                progress,
                Progress::In { .. } | Progress::Refused { .. } | Progress::Linked(_)
            ) {
                return Ok(progress);
            }
            newest.get_or_insert(progress);
        }
        Ok(newest.unwrap_or(Progress::Expired))
    }

    /// The same for a program that brings number and code each time; the first call begins the attempt.
    ///
    /// # Errors
    /// As [`SignIn::start`].
    pub async fn poll_program(self: &Arc<Self>, start: &Start) -> Result<Progress, ServiceError> {
        let key = AttemptKey {
            pin_id: start.pin_id,
            code_hash: start.code_hash,
        };
        let mut turn = self.polls.begin((key.pin_id, key.code_hash), Instant::now());
        if turn.is_none() {
            // A program takes "pending" for "not approved yet": rather a moment later than that when it isn't so.
            tokio::time::sleep(Duration::from_millis(u64::from(BUSY_MS))).await;
            turn = self.polls.begin((key.pin_id, key.code_hash), Instant::now());
        }
        let Some(turn) = turn else {
            return Ok(Progress::Pending { retry_after: BUSY_MS });
        };
        if storage::attempt::find_of_program(&self.db, &key).await?.is_none() {
            match self.start(start).await {
                Ok(_) | Err(ServiceError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        // One that a browser began stays that browser's, whoever else has learnt number and code. And one that began for
        // something else is not this caller's: what links an account must not sign in, nor the other way round.
        match storage::attempt::find_of_program(&self.db, &key).await? {
            Some(attempt) if attempt.purpose != start.purpose.name() || attempt.user_id != start.purpose.user_id() => {
                Ok(Progress::Expired)
            }
            Some(attempt) => self.poll(attempt, turn, start.address).await,
            None => Ok(Progress::Expired),
        }
    }

    /// Forgets this browser's attempt with that PIN, or all of its attempts.
    ///
    /// # Errors
    /// The database's.
    pub async fn cancel(&self, browser: &Hash, pin_id: Option<i64>) -> Result<(), ServiceError> {
        for attempt in storage::attempt::list_of_browser(&self.db, browser, pin_id, self.clock.now()).await? {
            self.claimed_now().remove(&(attempt.key.pin_id, attempt.key.code_hash));
        }
        Ok(storage::attempt::delete_of_browser(&self.db, browser, pin_id).await?)
    }

    /// Makes a PIN from here, for browsers without JavaScript. Plex will warn its approver that another device asks.
    ///
    /// # Errors
    /// Plex's; [`ServiceError::TooManyTries`].
    pub async fn make_pin(&self, origin: &str, address: IpAddr) -> Result<NewPin, ServiceError> {
        self.limits.begin(limits::ATTEMPT, &limits::subject(address)).await?;
        Ok(self.plex.create_pin(origin).await?)
    }

    /// Clears away attempts that are over.
    ///
    /// # Errors
    /// The database's.
    pub async fn clean(&self) -> Result<u64, ServiceError> {
        let now = self.clock.now();
        self.claimed_now().retain(|_, (_, until)| *until > now);
        self.polls.clean(Instant::now());
        Ok(storage::attempt::delete_expired(&self.db, now - SECOND_ANSWER).await?)
    }

    /// Notes that a Plex account was turned away.
    pub(super) fn refused(&self, reason: Refusal, known: &Known, address: IpAddr) {
        let event = Event {
            subject: &known.profile.name,
            ..Event::new(Kind::SignInRefused, address)
        };
        self.activity
            .note_refusal(&event, reason.name(), Some(known.profile.plex_id));
    }

    fn claimed_now(&self) -> std::sync::MutexGuard<'_, HashMap<(i64, Hash), (PlexToken, i64)>> {
        self.claimed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn poll(self: &Arc<Self>, attempt: Attempt, turn: Turn, address: IpAddr) -> Result<Progress, ServiceError> {
        if attempt.outcome.is_some() {
            drop(turn);
            return self.retell(&attempt).await;
        }
        if attempt.expires_at <= self.clock.now() {
            return Ok(Progress::Expired);
        }
        let asker = limits::subject(address);
        let claimed = self
            .claimed_now()
            .contains_key(&(attempt.key.pin_id, attempt.key.code_hash));
        // Nothing is written for a poll that the pacing would turn away. A short wait is waited out here: "I've approved
        // it" deserves the true answer.
        if !claimed && let Err(error) = self.plex.may_read_pin(attempt.key.pin_id, &asker) {
            match error {
                PlexError::Busy { retry_after_ms } if retry_after_ms <= WAITED_OUT_MS => {
                    tokio::time::sleep(Duration::from_millis(retry_after_ms)).await;
                }
                error => {
                    if let Step::Again(progress) = after_plex_error(&error) {
                        turn.again();
                        return Ok(progress);
                    }
                }
            }
        }
        // From taking the lease on: somebody who hangs up must not take it along.
        let this = Arc::clone(self);
        let work = tokio::spawn(async move {
            let progress = this.take_turn(attempt, address).await;
            if let Ok(Progress::Pending { .. } | Progress::PlexTrouble { .. }) = progress {
                turn.again();
            }
            progress
        });
        work.await
            .map_err(|error| ServiceError::Internal(format!("an attempt's task: {error}")))?
    }

    async fn take_turn(&self, attempt: Attempt, address: IpAddr) -> Result<Progress, ServiceError> {
        let now_ms = self.clock.now_ms();
        let until_ms = now_ms + LEASE_MS;
        if !storage::attempt::lease(&self.db, &attempt.key, now_ms, until_ms).await? {
            // Another poll is at it, or has just ended it.
            return match storage::attempt::find(&self.db, &attempt.key).await? {
                Some(ended) if ended.outcome.is_some() => self.retell(&ended).await,
                _ => Ok(Progress::Pending { retry_after: BUSY_MS }),
            };
        }
        self.advance(attempt, until_ms, address).await
    }

    /// One step with the lease until `until_ms` held, which is given back whatever happens.
    async fn advance(&self, attempt: Attempt, until_ms: i64, address: IpAddr) -> Result<Progress, ServiceError> {
        let key = attempt.key;
        let ended = match self.step(&attempt, address).await {
            Ok(Step::Ended(outcome)) => self.end(&attempt, &outcome).await,
            Ok(Step::Again(progress)) => {
                if storage::attempt::release(&self.db, &key, until_ms).await.is_err() {
                    self.give_back_later(key, until_ms);
                }
                return Ok(progress);
            }
            Err(error) => Err(error),
        };
        match ended {
            Ok(attempt) => self.retell(&attempt).await,
            Err(error) => {
                self.give_back_later(key, until_ms);
                Err(error)
            }
        }
    }

    /// Stores how the attempt ended; the attempt as it is then.
    async fn end(&self, attempt: &Attempt, outcome: &Outcome) -> Result<Attempt, ServiceError> {
        let text = serde_json::to_string(outcome).map_err(|error| ServiceError::Internal(error.to_string()))?;
        let now = self.clock.now();
        let first = storage::attempt::finish(&self.db, &attempt.key, &text, now).await?;
        self.claimed_now().remove(&(attempt.key.pin_id, attempt.key.code_hash));
        if first {
            return Ok(Attempt {
                outcome: Some(text),
                finished_at: Some(now),
                ..attempt.clone()
            });
        }
        // Cancelled meanwhile, or decided by another instance: that counts.
        let stored = storage::attempt::find(&self.db, &attempt.key).await?;
        Ok(stored.unwrap_or_else(|| Attempt {
            outcome: None,
            ..attempt.clone()
        }))
    }

    /// Gives the lease back as soon as the database takes it: nobody should have to wait until it runs out.
    fn give_back_later(&self, key: AttemptKey, until_ms: i64) {
        let db = self.db.clone();
        let give_back = async move {
            while storage::attempt::release(&db, &key, until_ms).await.is_err() {
                tokio::time::sleep(GIVE_BACK).await;
            }
        };
        // Afterwards it has run out by itself.
        let in_time = tokio::time::timeout(Duration::from_millis(LEASE_MS.unsigned_abs()), give_back);
        tokio::spawn(in_time);
    }

    async fn step(&self, attempt: &Attempt, address: IpAddr) -> Result<Step, ServiceError> {
        let key = (attempt.key.pin_id, attempt.key.code_hash);
        let kept = self.claimed_now().get(&key).map(|(token, _)| token.clone());
        let token = match kept {
            Some(token) => token,
            None => match self.redeem(attempt, &limits::subject(address)).await {
                Ok(token) => {
                    let mut claimed = self.claimed_now();
                    if claimed.len() < MOST_CLAIMED {
                        claimed.insert(key, (token.clone(), attempt.expires_at));
                    }
                    token
                }
                Err(step) => return Ok(step),
            },
        };
        match self.membership.identify(&token).await {
            Ok(known) => match attempt.user_id {
                Some(user_id) => {
                    let asker = limits::subject(address);
                    let how = self
                        .linked_accounts
                        .link(&self.membership, user_id, &token, &known, &asker)
                        .await?;
                    Ok(Step::Ended(Outcome::Linked { how }))
                }
                None => self.decide(attempt, &token, &known, address).await,
            },
            Err(error) => Ok(after_plex_error(&error)),
        }
    }

    /// Reads the PIN and makes sure that it is the browser's and ours.
    async fn redeem(&self, attempt: &Attempt, asker: &str) -> Result<PlexToken, Step> {
        let pin = self
            .plex
            .read_pin(attempt.key.pin_id, asker)
            .await
            .map_err(|error| after_plex_error(&error))?;
        let ours = pin.client_identifier.is_empty() || pin.client_identifier == *self.site.now().client_identifier;
        if !ours || !same(&sha256(pin.code.expose().as_bytes()), &attempt.key.code_hash) {
            tracing::warn!("an attempt brought a PIN number that does not go with its code or with this install");
            return Err(Step::Ended(Outcome::Expired));
        }
        pin.token.ok_or(Step::Again(Progress::Pending { retry_after: POLL_MS }))
    }

    async fn decide(
        &self,
        attempt: &Attempt,
        token: &PlexToken,
        known: &Known,
        address: IpAddr,
    ) -> Result<Step, ServiceError> {
        let set_up = attempt.purpose == Purpose::SetUp.name() && !self.site.now().owner_exists;
        if set_up && known.restricted {
            // Plex approves as whichever profile is selected. A child's can't own a server, and there is one owner only.
            let account = known.profile.name.clone();
            return Ok(Step::Ended(Outcome::Refused {
                reason: Refusal::ManagedProfileNotAllowed,
                account,
            }));
        }
        if set_up && storage::user::create_plex_owner(&self.db, &known.profile, self.clock.now()).await? {
            self.membership.keep_owner_token(token).await?;
            self.setup.owner_was_made().await?;
            tracing::info!("the set-up made an owner with Plex");
            return Ok(Step::Ended(Outcome::SignedIn { user_id: OWNER_ID }));
        }
        Ok(match self.membership.admit(token, known).await? {
            Verdict::In(user) => Step::Ended(Outcome::SignedIn { user_id: user.id }),
            Verdict::Refused(reason) => {
                self.refused(reason, known, address);
                Step::Ended(Outcome::Refused {
                    reason,
                    account: known.profile.name.clone(),
                })
            }
            Verdict::PlexTrouble(error) => after_plex_error(&error),
        })
    }

    /// Tells again how a finished attempt ended.
    async fn retell(&self, attempt: &Attempt) -> Result<Progress, ServiceError> {
        let Some(outcome) = attempt
            .outcome
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
        else {
            return Ok(Progress::Expired);
        };
        match outcome {
            Outcome::Expired => Ok(Progress::Expired),
            Outcome::Refused { reason, account } => Ok(Progress::Refused { reason, account }),
            Outcome::Linked { how } => Ok(Progress::Linked(how)),
            Outcome::SignedIn { user_id } => {
                // A time to come is one of before the clock was set back.
                let fresh = attempt
                    .finished_at
                    .is_some_and(|at| (self.clock.now() - at).abs() <= SECOND_ANSWER);
                let user = storage::user::find(&self.db, user_id).await?;
                match user.filter(|user| fresh && user.disabled_at.is_none()) {
                    Some(user) => {
                        let set_up = attempt.purpose == Purpose::SetUp.name();
                        let return_to = if set_up {
                            ReturnTarget::page(app::paths::SETUP_SERVER)
                        } else {
                            ReturnTarget::parse(&attempt.return_to)
                        };
                        Ok(Progress::In {
                            user: Box::new(user),
                            return_to,
                        })
                    }
                    None => Ok(Progress::Expired),
                }
            }
        }
    }
}

fn after_plex_error(error: &PlexError) -> Step {
    match error.kind() {
        PlexErrorKind::StartAgain => Step::Ended(Outcome::Expired),
        PlexErrorKind::Wait => {
            let wait = error
                .retry_after_ms()
                .and_then(|wait| u32::try_from(wait).ok())
                .unwrap_or(POLL_MS);
            Step::Again(Progress::Pending {
                retry_after: wait.clamp(BUSY_MS, 15_000),
            })
        }
        kind @ (PlexErrorKind::OurFault | PlexErrorKind::PlexTrouble | PlexErrorKind::PlexSlow) => {
            tracing::warn!(%error, "plex.tv gave no usable answer");
            Step::Again(Progress::PlexTrouble {
                retry_after: TROUBLE_MS,
                slow: kind == PlexErrorKind::PlexSlow,
            })
        }
    }
}

//! Login tokens: made and shown once, brought by devices and scripts, revoked.
//!
//! A good token costs one indexed read and is never counted or refused by a limit. "Last used" is collected in memory and
//! written every second by [`LoginTokens::flush`].

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use app::msg;

use super::{
    ServiceError,
    activity::{Activity, Event},
    limits::{self, Limits},
    site::Site,
};
use crate::{
    domain::{
        activity::Kind,
        clock::Clock,
        hash::{Hash, hex, sha256},
        people_rules::Actor,
        permission::Permissions,
        session::SessionToken,
        token::{LoginToken, NO_LIMITS, TokenLife, TokenLimits, TokenName, TokenValue},
        token_rules::{self, Denied, MayChange, MaySee},
        user::User,
    },
    storage::{
        self, Db, Reader, StorageError,
        activity::Line,
        login_token::{NewValue, Use},
        user::Listed,
    },
};

/// Most tokens that one member can have.
pub(super) const MOST_TOKENS: i64 = 100;
/// Most people that are offered to choose from.
const MOST_PEOPLE: i64 = 500;
/// A token used again from the same network within so many seconds is not written down again.
const USED_AGAIN: i64 = 60;
/// How often it is tried again to make or replace a token that others make and revoke meanwhile.
const RACES: usize = 5;
/// How long pressing a button twice can take, in seconds.
const PRESSED_AGAIN: i64 = 60;
/// Most uses that wait while the database is away.
const MOST_WAITING: usize = 10_000;

/// Somebody who brought a good login token.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// Whose it is.
    pub user: User,
    /// Which.
    pub token: LoginToken,
    /// What a session remembers of it.
    pub opens: SessionToken,
}

/// A token with its value, which is nowhere else.
#[derive(Debug, Clone)]
pub struct Made {
    /// The token.
    pub token: LoginToken,
    /// Its value.
    pub value: TokenValue,
    /// Whether an older value of the same name stopped working.
    pub replaced: bool,
}

/// What is not written yet.
#[derive(Default)]
struct Uses {
    /// When a token's value was last seen from a network.
    seen: HashMap<(Hash, String), i64>,
    waiting: Vec<Use>,
}

/// Makes, checks and revokes them.
pub struct LoginTokens {
    db: Db,
    reader: Arc<Reader>,
    clock: Arc<dyn Clock>,
    site: Arc<Site>,
    limits: Arc<Limits>,
    activity: Arc<Activity>,
    uses: Mutex<Uses>,
}

impl LoginTokens {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        db: Db,
        reader: Arc<Reader>,
        clock: Arc<dyn Clock>,
        site: Arc<Site>,
        limits: Arc<Limits>,
        activity: Arc<Activity>,
    ) -> Self {
        Self {
            db,
            reader,
            clock,
            site,
            limits,
            activity,
            uses: Mutex::default(),
        }
    }

    /// Who brings this token. `None` says nothing about whether it is malformed, unknown, revoked, expired, or its member
    /// disabled.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`] for a token that opens nothing, from an address or of a member with too many of them;
    /// the database's.
    pub async fn authenticate(&self, text: &str, address: IpAddr) -> Result<Option<Bearer>, ServiceError> {
        let value = TokenValue::parse(text);
        let hash = value.as_ref().map_or_else(|| sha256(text.as_bytes()), TokenValue::hash);
        let found = match value {
            Some(_) => storage::login_token::find_by_hash(&self.reader, &hash).await?,
            None => None,
        };
        match found {
            Some((token, user)) if self.alive(&token, &user) => Ok(Some(self.bearer(&hash, token, user, address))),
            found => {
                self.refuse(&hash, found.as_ref(), address).await?;
                Ok(None)
            }
        }
    }

    /// The same for a value that a browser kept for us, sealed: one that is dead is not counted.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_alive(&self, value: &TokenValue, address: IpAddr) -> Result<Option<Bearer>, ServiceError> {
        let hash = value.hash();
        let found = storage::login_token::find_by_hash(&self.reader, &hash).await?;
        let alive = found.filter(|(token, user)| self.alive(token, user));
        Ok(alive.map(|(token, user)| self.bearer(&hash, token, user, address)))
    }

    fn alive(&self, token: &LoginToken, user: &User) -> bool {
        token.alive(self.clock.now()) && user.disabled_at.is_none()
    }

    fn bearer(&self, hash: &Hash, token: LoginToken, user: User, address: IpAddr) -> Bearer {
        let bearer = Bearer {
            opens: SessionToken {
                hash: *hash,
                expires_at: token.expires_at,
                limits: token.limits.clone(),
            },
            user,
            token,
        };
        self.note_use(&bearer, address);
        bearer
    }

    /// Counts a token that opens nothing, once a minute the same one.
    async fn refuse(
        &self,
        hash: &Hash,
        found: Option<&(LoginToken, User)>,
        address: IpAddr,
    ) -> Result<(), ServiceError> {
        self.activity.count_refused_token();
        let network = limits::subject(address);
        let user = found.map(|(_, user)| user.id.to_string());
        // Turned away by reading alone, before anything is written.
        self.limits.check(limits::TOKEN_FROM_ADDRESS, &network).await?;
        if let Some(user) = &user {
            self.limits.check(limits::TOKEN_OF_USER, user).await?;
        }
        let dead = format!("{} {network}", hex(&hash[..16]));
        if !self.limits.first(limits::DEAD_TOKEN, &dead).await? {
            return Ok(());
        }
        self.limits.begin(limits::TOKEN_FROM_ADDRESS, &network).await?;
        if let Some(user) = &user {
            self.limits.begin(limits::TOKEN_OF_USER, user).await?;
        }
        if self.limits.first(limits::DEAD_TOKEN_TOLD, &dead).await? {
            self.activity.note(&Event {
                kind: Kind::TokenRefused,
                user_id: found.map(|(_, user)| user.id),
                actor_id: None,
                subject: found.map_or("", |(token, _)| &token.name),
                address,
            });
        }
        Ok(())
    }

    /// Leave for `actor` to see the tokens of this member. `None`: there is no such member.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`]; the database's.
    pub async fn may_see(&self, actor: Actor<'_>, user_id: i64) -> Result<Option<MaySee>, ServiceError> {
        let members_may = self.site.now().settings.members_may_make_tokens;
        let Some(user) = self.target(actor, user_id).await? else {
            return Ok(None);
        };
        Ok(Some(token_rules::may_see(actor, &user, members_may)?))
    }

    /// Leave for `actor` to change the tokens of this member. `None`: there is no such member.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`]; the database's.
    pub async fn may_change(&self, actor: Actor<'_>, user_id: i64) -> Result<Option<MayChange>, ServiceError> {
        let members_may = self.site.now().settings.members_may_make_tokens;
        let Some(user) = self.target(actor, user_id).await? else {
            return Ok(None);
        };
        Ok(Some(token_rules::may_change(actor, &user, members_may)?))
    }

    /// Whose tokens are meant. Somebody without MANAGE_USERS learns of no other number whether it is a member's.
    async fn target(&self, actor: Actor<'_>, user_id: i64) -> Result<Option<User>, ServiceError> {
        if actor.user.id == user_id {
            return Ok(Some(actor.user.clone()));
        }
        if !actor.user.permissions.allows(Permissions::MANAGE_USERS) {
            return Err(Denied::NotYours.into());
        }
        Ok(storage::user::find(&self.db, user_id).await?)
    }

    /// For whom `actor` may make tokens, with their names: themselves first, then others by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn changeable(&self, actor: Actor<'_>) -> Result<Vec<(i64, String)>, ServiceError> {
        let members_may = self.site.now().settings.members_may_make_tokens;
        let mut all = vec![actor.user.clone()];
        if actor.user.permissions.allows(Permissions::MANAGE_USERS) {
            let everybody = Listed {
                most: MOST_PEOPLE,
                ..Listed::default()
            };
            let others = storage::user::list(&self.db, &everybody).await?;
            all.extend(
                others
                    .into_iter()
                    .map(|(user, _)| user)
                    .filter(|user| user.id != actor.user.id),
            );
        }
        all.retain(|user| user.disabled_at.is_none() && token_rules::may_change(actor, user, members_may).is_ok());
        Ok(all
            .iter()
            .map(|user| (user.id, user.display_name().to_owned()))
            .collect())
    }

    /// All of them, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self, leave: &MaySee) -> Result<Vec<LoginToken>, ServiceError> {
        Ok(storage::login_token::list(&self.db, leave.user().id).await?)
    }

    /// The one for the device of this name.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_by_name(&self, leave: &MaySee, name: &str) -> Result<Option<LoginToken>, ServiceError> {
        Ok(storage::login_token::find_by_name(&self.db, leave.user().id, name).await?)
    }

    /// Makes one for a device that has none.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] when there is one of that name, or there are too many; the database's.
    pub async fn make(
        &self,
        leave: &MayChange,
        name: &TokenName,
        life: TokenLife,
        limits: &TokenLimits,
        address: IpAddr,
    ) -> Result<Made, ServiceError> {
        self.insert(leave, name, life, limits, address, None).await
    }

    async fn insert(
        &self,
        leave: &MayChange,
        name: &TokenName,
        life: TokenLife,
        limits: &TokenLimits,
        address: IpAddr,
        made_once: Option<&str>,
    ) -> Result<Made, ServiceError> {
        let user_id = leave.user().id;
        let limits = self.checked(limits)?;
        let value = TokenValue::generate()?;
        let now = self.clock.now();
        let hash = value.hash();
        let new = NewValue {
            hash: &hash,
            created_at: now,
            created_by: leave.actor_id(),
            expires_at: life.end(now),
            made_once,
            limits: &limits,
        };
        let line = self.line(Kind::TokenMade, leave, name.as_str(), address);
        match storage::login_token::create(&self.db, user_id, name.as_str(), new, MOST_TOKENS, &line).await {
            Ok(Some(token)) => Ok(Made {
                token,
                value,
                replaced: false,
            }),
            Ok(None) => Err(too_many_tokens()),
            Err(StorageError::Taken) => Err(name_taken(name)),
            Err(error) => Err(error.into()),
        }
    }

    /// Each app once, in order.
    fn checked(&self, limits: &TokenLimits) -> Result<TokenLimits, ServiceError> {
        let mut limits = limits.clone();
        if let Some(apps) = &mut limits.apps {
            apps.sort_unstable();
            apps.dedup();
            let site = self.site.now();
            let there = |id: &i64| site.settings.apps.iter().any(|app| app.id == *id);
            if let Some(gone) = apps.iter().find(|id| !there(id)) {
                return Err(ServiceError::invalid(
                    "apps",
                    msg!("tokens-no-such-app", id = gone.to_string()),
                ));
            }
        }
        Ok(limits)
    }

    /// As [`LoginTokens::make`], from the form of a page (`once` tells one page from another). Where that very form has made
    /// it a moment ago, somebody pressed twice: it gets a new value, because nobody has seen the first one.
    ///
    /// # Errors
    /// As [`LoginTokens::make`].
    pub async fn make_once(
        &self,
        leave: &MayChange,
        name: &TokenName,
        life: TokenLife,
        limits: &TokenLimits,
        address: IpAddr,
        once: Option<&str>,
    ) -> Result<Made, ServiceError> {
        let user_id = leave.user().id;
        let after = self.clock.now() - PRESSED_AGAIN;
        let there = match once {
            Some(once) => storage::login_token::find_made_once(&self.db, user_id, name.as_str(), once, after).await?,
            None => None,
        };
        if let Some(there) = there
            && let Some(made) = self.regenerate(leave, there, life, address).await?
        {
            return Ok(Made {
                replaced: false,
                ..made
            });
        }
        self.insert(leave, name, life, limits, address, once).await
    }

    /// Gives one a new value; the old one stops at that instant, and the sessions that it opened end. `None`: there is no
    /// such token.
    ///
    /// # Errors
    /// The database's.
    pub async fn regenerate(
        &self,
        leave: &MayChange,
        id: i64,
        life: TokenLife,
        address: IpAddr,
    ) -> Result<Option<Made>, ServiceError> {
        let value = TokenValue::generate()?;
        let now = self.clock.now();
        let hash = value.hash();
        let new = NewValue {
            hash: &hash,
            created_at: now,
            created_by: leave.actor_id(),
            expires_at: life.end(now),
            made_once: None,
            limits: &NO_LIMITS,
        };
        let line = self.line(Kind::TokenRegenerated, leave, "", address);
        let Some(token) = storage::login_token::replace(&self.db, leave.user().id, id, new, &line).await? else {
            return Ok(None);
        };
        // What the old value did in this very second is no use of the new one.
        self.uses_now().waiting.retain(|one| one.token_id != id);
        Ok(Some(Made {
            token,
            value,
            replaced: true,
        }))
    }

    /// Makes the one of this name, or gives it a new value, as Seerr's one-token endpoint does.
    ///
    /// # Errors
    /// As [`LoginTokens::make`].
    pub async fn make_or_regenerate(
        &self,
        leave: &MayChange,
        name: &TokenName,
        life: TokenLife,
        address: IpAddr,
    ) -> Result<Made, ServiceError> {
        for _ in 0..RACES {
            if let Some(there) = storage::login_token::find_by_name(&self.db, leave.user().id, name.as_str()).await?
                && let Some(made) = self.regenerate(leave, there.id, life, address).await?
            {
                return Ok(made);
            }
            match self.make(leave, name, life, &NO_LIMITS, address).await {
                // Somebody was faster: theirs gets a new value.
                Err(ServiceError::Taken { .. }) => {}
                made => return made,
            }
        }
        Err(name_taken(name))
    }

    /// Revokes one; the sessions that it opened end at that instant. `None`: there is no such token.
    ///
    /// # Errors
    /// The database's.
    pub async fn revoke(
        &self,
        leave: &MayChange,
        id: i64,
        address: IpAddr,
    ) -> Result<Option<LoginToken>, ServiceError> {
        let line = self.line(Kind::TokenRevoked, leave, "", address);
        Ok(storage::login_token::delete(&self.db, leave.user().id, id, &line).await?)
    }

    /// Revokes the one of this name. `None`: there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn revoke_by_name(
        &self,
        leave: &MayChange,
        name: &str,
        address: IpAddr,
    ) -> Result<Option<LoginToken>, ServiceError> {
        match storage::login_token::find_by_name(&self.db, leave.user().id, name).await? {
            Some(token) => self.revoke(leave, token.id, address).await,
            None => Ok(None),
        }
    }

    fn line(&self, kind: Kind, leave: &MayChange, name: &str, address: IpAddr) -> Line {
        self.activity.line(&Event {
            kind,
            user_id: Some(leave.user().id),
            actor_id: Some(leave.actor_id()),
            subject: name,
            address,
        })
    }

    fn note_use(&self, bearer: &Bearer, address: IpAddr) {
        let now = self.clock.now();
        let network = limits::subject(address);
        let mut uses = self.uses_now();
        let key = (bearer.opens.hash, network);
        if uses
            .seen
            .get(&key)
            .is_some_and(|at| (0..USED_AGAIN).contains(&(now - at)))
        {
            return;
        }
        uses.seen.insert(key.clone(), now);
        if uses.waiting.len() < MOST_WAITING {
            uses.waiting.push(Use {
                token_id: bearer.token.id,
                user_id: bearer.user.id,
                name: bearer.token.name.clone(),
                at: now,
                address: address.to_canonical().to_string(),
                network: key.1,
            });
        }
    }

    /// Writes what was used since the last call. On failure, or given up halfway, it is kept for the next one.
    ///
    /// # Errors
    /// The database's.
    pub async fn flush(&self) -> Result<(), ServiceError> {
        let now = self.clock.now();
        let waiting = {
            let mut uses = self.uses_now();
            uses.seen.retain(|_, at| (0..USED_AGAIN).contains(&(now - *at)));
            uses.waiting.clone()
        };
        if waiting.is_empty() {
            return Ok(());
        }
        storage::login_token::record_uses(&self.db, &waiting, Kind::TokenNewAddress.name()).await?;
        // Some may have been dropped meanwhile.
        let written: HashSet<&Use> = waiting.iter().collect();
        self.uses_now().waiting.retain(|one| !written.contains(one));
        Ok(())
    }

    fn uses_now(&self) -> std::sync::MutexGuard<'_, Uses> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The member has as many as can be.
pub(super) fn too_many_tokens() -> ServiceError {
    ServiceError::conflict(msg!("tokens-too-many", count = MOST_TOKENS))
}

/// There is a token of this name.
pub(super) fn name_taken(name: &TokenName) -> ServiceError {
    ServiceError::taken("name", msg!("tokens-name-taken", name = name.as_str()))
}

impl From<Denied> for ServiceError {
    fn from(denied: Denied) -> Self {
        Self::Forbidden(denied.message())
    }
}

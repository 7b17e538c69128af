//! Everybody: listed, made, changed, switched off and on, deleted.
//!
//! Whoever calls brings leave from `domain::people_rules`; nothing here asks who is calling. What is done is written to
//! the activity list in the same transaction.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    sync::Arc,
};

use app::{messages::Language, msg};

use super::{
    ServiceError,
    activity::{Activity, Event},
    passwords::Passwords,
    site::Site,
};
use crate::{
    domain::{
        activity::Kind,
        clock::Clock,
        password_rules::OwnWords,
        people_rules::{self, Actor, Denied, MayAddPeople, MayDelete, MayEdit, MayManage, MaySeePeople},
        permission::Permissions,
        person::{Email, PersonName, WrongPerson},
        user::{OWNER_ID, User},
    },
    storage::{
        self, Db, StorageError,
        activity::Line,
        user::{Listed, NewLocal, Update},
    },
};

pub use crate::storage::user::Sort;

/// Most people whose permissions are set at once.
pub const MOST_AT_ONCE: usize = 500;

/// Finds, lists and changes members.
pub struct Members {
    /// Where they are.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What new members may do.
    pub site: Arc<Site>,
    /// For members with a password.
    pub passwords: Arc<Passwords>,
    /// What was done.
    pub activity: Arc<Activity>,
}

/// Which part of the list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// In which order.
    pub sort: Sort,
    /// Only those with this in what may be seen of them; empty: everybody.
    pub search: &'a str,
    /// Which is the first, from 0 on.
    pub from: i64,
    /// How many.
    pub most: i64,
}

/// One part of the list.
#[derive(Debug)]
pub struct Part {
    /// Members, each with how many login tokens they have.
    pub members: Vec<(User, i64)>,
    /// How many there are in all parts.
    pub total: i64,
}

/// A new member who signs in without Plex.
#[derive(Clone, Default)]
pub struct NewMember<'a> {
    /// What they sign in with.
    pub email: &'a str,
    /// Their name; empty: none.
    pub username: &'a str,
    /// `None`: they choose one with a link.
    pub password: Option<&'a str>,
    /// `None`: what everybody new may do.
    pub permissions: Option<Permissions>,
}

/// What changes about an account; `None` stays, empty takes it away.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change<'a> {
    /// The name.
    pub username: Option<&'a str>,
    /// The e-mail.
    pub email: Option<&'a str>,
    /// The reader's language, such as `de`.
    pub locale: Option<&'a str>,
}

/// A [`Change`] that was checked, and whom it is about.
struct Checked<'a> {
    user: &'a User,
    username: Option<Option<PersonName>>,
    email: Option<Option<Email>>,
    locale: Option<Option<Language>>,
}

impl Members {
    /// A part of the list, searched in everything that is known.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self, _leave: MaySeePeople, wanted: &Wanted<'_>) -> Result<Part, ServiceError> {
        self.part(wanted, true).await
    }

    /// The same for those who may see names only: searched in these, and never sorted by what somebody did.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_names(&self, wanted: &Wanted<'_>) -> Result<Part, ServiceError> {
        let sort = match wanted.sort {
            Sort::Updated => Sort::Created,
            sort => sort,
        };
        self.part(&Wanted { sort, ..*wanted }, false).await
    }

    async fn part(&self, wanted: &Wanted<'_>, in_everything: bool) -> Result<Part, ServiceError> {
        let listed = Listed {
            sort: wanted.sort,
            search: wanted.search,
            in_everything,
            from: wanted.from,
            most: wanted.most,
        };
        let (first, counting) = (
            storage::user::list(&self.db, &listed),
            storage::user::count(&self.db, &listed),
        );
        if listed.is_wide() {
            let (members, total) = tokio::try_join!(first, counting)?;
            return Ok(Part { members, total });
        }
        let members = first.await?;
        let found = i64::try_from(members.len()).unwrap_or(i64::MAX);
        // A part that is not full is the last: then there is nothing to count, which for a search looks at everybody again.
        let total = if found < wanted.most && (found > 0 || wanted.from == 0) {
            wanted.from + found
        } else {
            counting.await?
        };
        Ok(Part { members, total })
    }

    /// The names of those of these numbers that are there.
    ///
    /// # Errors
    /// The database's.
    pub async fn names(&self, ids: impl IntoIterator<Item = i64>) -> Result<BTreeMap<i64, String>, ServiceError> {
        let ids: Vec<i64> = BTreeSet::from_iter(ids).into_iter().collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let users = storage::user::find_several(&self.db, &ids).await?;
        let named = users.iter().map(|user| (user.id, user.display_name().to_owned()));
        Ok(named.collect())
    }

    /// So many people by name, number and name, to pick one of; `without` this one.
    ///
    /// # Errors
    /// The database's.
    pub async fn pickable(&self, most: i64, without: Option<i64>) -> Result<Vec<(i64, String)>, ServiceError> {
        let wanted = Wanted {
            most,
            ..Wanted::default()
        };
        let part = self.list_names(&wanted).await?;
        let people = part.members.into_iter().filter(|(user, _)| Some(user.id) != without);
        Ok(people
            .map(|(user, _)| (user.id, user.display_name().to_owned()))
            .collect())
    }

    /// What the owner is called: whom people ask who may not do something.
    ///
    /// # Errors
    /// The database's.
    pub async fn owner_name(&self) -> Result<Option<String>, ServiceError> {
        let owner = storage::user::find(&self.db, OWNER_ID).await?;
        Ok(owner.map(|owner| owner.display_name().to_owned()))
    }

    /// One of them.
    ///
    /// # Errors
    /// The database's.
    pub async fn find(&self, id: i64) -> Result<Option<User>, ServiceError> {
        Ok(storage::user::find(&self.db, id).await?)
    }

    /// Whom `actor` means by this number. Somebody without MANAGE_USERS learns of no other number whether it is a member's.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`]; the database's.
    pub async fn target(&self, actor: Actor<'_>, id: i64) -> Result<Option<User>, ServiceError> {
        if actor.user.id == id {
            return Ok(Some(actor.user.clone()));
        }
        if !actor.user.permissions.allows(Permissions::MANAGE_USERS) {
            return Err(Denied::NotYours.into());
        }
        self.find(id).await
    }

    /// Makes a member who signs in without Plex.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`], [`ServiceError::Taken`] when the e-mail is somebody's, [`ServiceError::Forbidden`] for
    /// permissions that are not theirs to give; the database's.
    pub async fn create(
        &self,
        leave: MayAddPeople,
        new: &NewMember<'_>,
        address: IpAddr,
    ) -> Result<User, ServiceError> {
        let email = Email::parse(new.email)?;
        let username = PersonName::parse(new.username)?;
        let given = self.site.now().settings.default_permissions;
        let granted = leave.permissions(given, new.permissions.unwrap_or(given))?;
        let password_hash = match new.password {
            Some(password) => {
                let name = username.as_ref().map(PersonName::as_str).unwrap_or_default();
                let title = &self.site.now().settings.application_title;
                let own = OwnWords::new([email.as_str(), name, title]);
                Some(self.passwords.hash_of(password, own).await?)
            }
            None => None,
        };
        let new = NewLocal {
            email: &email,
            username: username.as_ref(),
            password_hash: password_hash.as_deref(),
            permissions: granted.permissions(),
        };
        let name = username.as_ref().map_or(email.as_str(), PersonName::as_str);
        let line = self.line(Kind::UserMade, None, leave.actor_id(), name, address);
        match storage::user::create_local(&self.db, &new, self.clock.now(), &line).await {
            Err(StorageError::Taken) => Err(email_taken()),
            made => Ok(made?),
        }
    }

    /// Changes name, e-mail and language.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`], [`ServiceError::Taken`] when the e-mail is somebody else's,
    /// [`ServiceError::Forbidden`] for the e-mail by a login token; [`ServiceError::Conflict`]; the database's.
    pub async fn edit(&self, leave: &MayEdit, change: &Change<'_>, address: IpAddr) -> Result<User, ServiceError> {
        let checked = Checked::new(leave, change)?;
        self.apply(&[(checked, None)], leave.actor_id(), address).await
    }

    /// Changes permissions, and name, e-mail and language where the other leave is given as well: all or nothing.
    ///
    /// # Errors
    /// As [`Members::edit`], and [`ServiceError::Forbidden`] for permissions that are not theirs to give.
    pub async fn permit(
        &self,
        actor: Actor<'_>,
        leave: &MayManage,
        wanted: Permissions,
        also: Option<(&MayEdit, &Change<'_>)>,
        address: IpAddr,
    ) -> Result<User, ServiceError> {
        let granted = people_rules::may_grant(actor, leave, wanted)?;
        let checked = match also {
            Some((leave, change)) => Checked::new(leave, change)?,
            None => Checked::nothing(leave.user()),
        };
        let permissions = Some(granted.permissions());
        self.apply(&[(checked, permissions)], leave.actor_id(), address).await
    }

    /// Changes the permissions of many at once, all or none: of each to what `wanted` makes of theirs. Those who are gone
    /// are left out; whoever would not change needs no leave. Answers all who are there, and how many of them changed.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when one of them is not theirs to change; [`ServiceError::Conflict`]; the database's.
    pub async fn permit_many(
        &self,
        actor: Actor<'_>,
        ids: &BTreeSet<i64>,
        wanted: impl Fn(Permissions) -> Permissions,
        address: IpAddr,
    ) -> Result<(Vec<User>, usize), ServiceError> {
        if ids.len() > MOST_AT_ONCE {
            return Err(ServiceError::invalid(
                "ids",
                msg!("people-too-many-at-once", most = MOST_AT_ONCE),
            ));
        }
        let mut users = Vec::with_capacity(ids.len());
        for id in ids {
            users.extend(self.find(*id).await?);
        }
        let mut changes = Vec::new();
        for user in &users {
            let wanted = wanted(user.permissions);
            if wanted != user.permissions {
                let leave = people_rules::may_manage(actor, user)?;
                let granted = people_rules::may_grant(actor, &leave, wanted)?;
                changes.push((Checked::nothing(user), Some(granted.permissions())));
            }
        }
        let changed = self.apply_all(&changes, actor.user.id, address).await?;
        let count = changed.len();
        for user in changed {
            if let Some(old) = users.iter_mut().find(|old| old.id == user.id) {
                *old = user;
            }
        }
        Ok((users, count))
    }

    async fn apply(
        &self,
        changes: &[(Checked<'_>, Option<Permissions>); 1],
        actor_id: i64,
        address: IpAddr,
    ) -> Result<User, ServiceError> {
        let changed = self.apply_all(changes, actor_id, address).await?;
        let [(checked, _)] = changes;
        Ok(changed.into_iter().next().unwrap_or_else(|| checked.user.clone()))
    }

    /// Writes what is different from what is there; answers those who changed.
    async fn apply_all(
        &self,
        changes: &[(Checked<'_>, Option<Permissions>)],
        actor_id: i64,
        address: IpAddr,
    ) -> Result<Vec<User>, ServiceError> {
        let (mut updates, mut lines) = (Vec::new(), Vec::new());
        for (checked, permissions) in changes {
            let user = checked.user;
            let permissions = permissions.filter(|wanted| *wanted != user.permissions);
            let fields = checked.fields();
            if !fields.is_empty() {
                lines.push(self.line(Kind::UserChanged, Some(user.id), actor_id, &fields.join(" "), address));
            }
            if let Some(wanted) = permissions {
                let words = format!("{} → {}", user.permissions.0, wanted.0);
                lines.push(self.line(Kind::UserPermissions, Some(user.id), actor_id, &words, address));
            }
            if !fields.is_empty() || permissions.is_some() {
                updates.push(Update {
                    id: user.id,
                    username: checked.username.as_ref().map(Option::as_ref),
                    email: checked.email.as_ref().map(Option::as_ref),
                    locale: checked.locale.map(|locale| locale.map(Language::tag)),
                    permissions,
                    // One's own leave does not hang on what one may do.
                    seen: (user.id != actor_id).then_some(user.permissions),
                });
            }
        }
        if updates.is_empty() {
            return Ok(Vec::new());
        }
        match storage::user::update(&self.db, &updates, self.clock.now(), &lines).await {
            Ok(Some(users)) => Ok(users),
            Ok(None) => Err(changed_meanwhile()),
            Err(StorageError::Taken) => Err(email_taken()),
            Err(error) => Err(error.into()),
        }
    }

    /// Switches somebody off, which ends their sessions at once, or on again. Their login tokens count for nothing while
    /// they are off, and count again afterwards: switching off can be taken back, revoking can't.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`]; the database's.
    pub async fn switch(&self, leave: &MayManage, off: bool, address: IpAddr) -> Result<User, ServiceError> {
        let user = leave.user();
        if user.disabled_at.is_some() == off {
            return Ok(user.clone());
        }
        let now = self.clock.now();
        let kind = if off {
            Kind::UserSwitchedOff
        } else {
            Kind::UserSwitchedOn
        };
        let line = self.line(kind, Some(user.id), leave.actor_id(), "", address);
        let seen = Some(user.permissions);
        let switched = storage::user::switch(&self.db, user.id, seen, off.then_some(now), now, Some(&line)).await?;
        switched.ok_or_else(changed_meanwhile)
    }

    /// Deletes somebody with everything that is theirs.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`]; the database's.
    pub async fn delete(&self, leave: &MayDelete, address: IpAddr) -> Result<User, ServiceError> {
        let user = leave.user();
        let line = self.line(Kind::UserDeleted, None, leave.actor_id(), user.display_name(), address);
        let deleted = storage::user::delete(&self.db, user.id, user.permissions, &line).await?;
        deleted.ok_or_else(changed_meanwhile)
    }

    fn line(&self, kind: Kind, user_id: Option<i64>, actor_id: i64, subject: &str, address: IpAddr) -> Line {
        self.activity.line(&Event {
            kind,
            user_id,
            actor_id: Some(actor_id),
            subject,
            address,
        })
    }
}

impl<'a> Checked<'a> {
    fn nothing(user: &'a User) -> Self {
        Self {
            user,
            username: None,
            email: None,
            locale: None,
        }
    }

    /// What is typed as it stands changes nothing, so that forms and programs can send all fields back.
    fn new(leave: &'a MayEdit, change: &Change<'_>) -> Result<Self, ServiceError> {
        let user = leave.user();
        let username = change.username.map(PersonName::parse).transpose()?;
        let username = username.filter(|name| name.as_ref().map(PersonName::as_str) != user.username.as_deref());
        let email = change.email.map(str::trim);
        let email = email.filter(|email| *email != user.email.as_deref().unwrap_or_default());
        let email = match email {
            None => None,
            Some(email) => {
                leave.email()?;
                // Without Plex it is all that they can sign in with.
                if email.is_empty() && !user.has_password && user.plex_id.is_some() {
                    Some(None)
                } else {
                    Some(Some(Email::parse(email)?))
                }
            }
        };
        let locale = match change.locale.map(str::trim) {
            None => None,
            Some("") => Some(None),
            Some(tag) => match Language::from_tag(tag) {
                Some(language) => Some(Some(language)),
                None => {
                    return Err(ServiceError::invalid("locale", msg!("people-wrong-locale")));
                }
            },
        };
        let locale = locale.filter(|locale| locale.map(Language::tag) != user.locale.as_deref());
        Ok(Self {
            user,
            username,
            email,
            locale,
        })
    }

    fn fields(&self) -> Vec<&'static str> {
        [
            self.username.is_some().then_some("username"),
            self.email.is_some().then_some("email"),
            self.locale.is_some().then_some("locale"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn email_taken() -> ServiceError {
    ServiceError::Taken {
        field: "email",
        message: msg!("people-email-taken"),
    }
}

fn changed_meanwhile() -> ServiceError {
    ServiceError::Conflict(msg!("people-changed-meanwhile"))
}

impl From<Denied> for ServiceError {
    fn from(denied: Denied) -> Self {
        Self::Forbidden(denied.message())
    }
}

impl From<WrongPerson> for ServiceError {
    fn from(wrong: WrongPerson) -> Self {
        Self::invalid(wrong.field(), wrong.message())
    }
}

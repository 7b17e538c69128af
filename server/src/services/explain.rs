//! "Why can't Anna sign in?": walks the way of a decision step by step and says which step refuses, and what to do.
//!
//! Signing in with Plex is walked by `domain::access::walk`, which makes the decision at the door, too. What only the
//! person's own Plex token could show is taken from the owner's list, so nobody has to be there.

use std::{collections::BTreeMap, sync::Arc};

use app::{api::sign_in::Refusal, messages::Message, msg};

use super::{
    ServiceError,
    household::{Asked, Household},
    limits::{self, Limits},
    local_sign_in,
    site::Site,
};
use crate::{
    domain::{
        access::{self, Check, Decision, Evidence, OwnerList, ServerAccess},
        following::{Listed, Share},
        settings::Settings,
        user::User,
    },
    storage::{self, Db},
};

/// Explains.
pub struct Explain {
    /// Members, and what happened.
    pub db: Db,
    /// The rules.
    pub site: Arc<Site>,
    /// Asks Plex.
    pub household: Arc<Household>,
    /// Too many tries?
    pub limits: Arc<Limits>,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing in the way.
    Ok,
    /// This refuses.
    No,
    /// It can't be told from here.
    Unknown,
}

impl Outcome {
    /// The word sent.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// How it ended.
    pub outcome: Outcome,
    /// What was asked, and the answer.
    pub text: Message,
}

/// One way in.
#[derive(Debug, Clone)]
pub struct Way {
    /// `plex` or `password`.
    pub name: &'static str,
    /// In the order in which they are asked; the first that refuses is the last.
    pub steps: Vec<Step>,
    /// What to do.
    pub advice: Message,
}

impl Way {
    /// How it ends in all.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let any = |wanted| self.steps.iter().any(|step| step.outcome == wanted);
        if any(Outcome::No) {
            Outcome::No
        } else if any(Outcome::Unknown) {
            Outcome::Unknown
        } else {
            Outcome::Ok
        }
    }
}

/// Everything about one person.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What they are called.
    pub name: String,
    /// Their number, if they are a member.
    pub user_id: Option<i64>,
    /// Their Plex account's number, if one is known.
    pub plex_id: Option<i64>,
    /// The ways in.
    pub ways: Vec<Way>,
}

/// Who is meant.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// The member of this number.
    Member(i64),
    /// What somebody typed: a number, a name, an e-mail, a name at Plex, or the beginning of one.
    Words(&'a str),
}

/// Whom the words mean.
struct Person {
    member: Option<User>,
    plex_id: Option<i64>,
    name: String,
}

impl Explain {
    /// Explains; `None`: nobody of that name is known here, on the owner's list, or among those who were refused.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] naming those who are meant if several are; the database's. Plex's trouble is a step.
    pub async fn explain(&self, who: Who<'_>) -> Result<Option<Explanation>, ServiceError> {
        let asked = self.household.ask().await?;
        let Some(person) = self.find(who, &asked).await? else {
            return Ok(None);
        };
        let settings = &self.site.now().settings;
        let mut ways = vec![plex_way(&person, settings, &asked)];
        if let Some(member) = &person.member {
            ways.push(self.password_way(member, settings).await?);
        }
        Ok(Some(Explanation {
            name: person.name,
            user_id: person.member.as_ref().map(|user| user.id),
            plex_id: person.plex_id,
            ways,
        }))
    }

    async fn find(&self, who: Who<'_>, asked: &Asked) -> Result<Option<Person>, ServiceError> {
        let of_member = |user: User| Person {
            plex_id: user.plex_id,
            name: user.display_name().to_owned(),
            member: Some(user),
        };
        let words = match who {
            Who::Member(id) => return Ok(storage::user::find(&self.db, id).await?.map(of_member)),
            Who::Words(words) => words.trim(),
        };
        if words.is_empty() {
            return Ok(None);
        }
        let number: Option<i64> = words.parse().ok();
        if let Some(number) = number {
            // A Plex account's number first: refused attempts carry those, and no member has one as high.
            if let Some(user) = storage::user::find_by_plex_id(&self.db, number).await? {
                return Ok(Some(of_member(user)));
            }
            if let Some(user) = storage::user::find(&self.db, number).await? {
                return Ok(Some(of_member(user)));
            }
        }
        let wanted = words.to_lowercase();
        let mut exact: BTreeMap<i64, User> = BTreeMap::new();
        let mut begins: BTreeMap<i64, User> = BTreeMap::new();
        for user in storage::membership::list_all(&self.db).await? {
            let names: Vec<String> = [&user.username, &user.plex_name, &user.plex_username, &user.email]
                .into_iter()
                .flatten()
                .map(|name| name.to_lowercase())
                .collect();
            if names.contains(&wanted) {
                exact.insert(user.id, user);
            } else if names.iter().any(|name| name.starts_with(&wanted)) {
                begins.insert(user.id, user);
            }
        }
        let meant = if exact.is_empty() { begins } else { exact };
        if meant.len() > 1 {
            return Err(several(
                meant
                    .values()
                    .map(|user| format!("{} ({})", user.display_name(), user.id)),
            ));
        }
        if let Some(user) = meant.into_values().next() {
            return Ok(Some(of_member(user)));
        }
        if let Asked::List(_, list) = asked {
            let fits = |listed: &&Listed| {
                let names = [&listed.username, &listed.title, &listed.email];
                Some(listed.plex_id) == number || names.into_iter().flatten().any(|name| name.to_lowercase() == wanted)
            };
            if let Some(listed) = list.people.iter().find(fits) {
                let name = listed.title.as_ref().or(listed.username.as_ref());
                return Ok(Some(Person {
                    member: None,
                    plex_id: Some(listed.plex_id),
                    name: name.cloned().unwrap_or_else(|| words.to_owned()),
                }));
            }
        }
        let refused = storage::membership::find_refused(&self.db, number, words).await?;
        Ok(refused.map(|(plex_id, subject)| Person {
            member: None,
            plex_id: Some(plex_id),
            name: if subject.is_empty() { words.to_owned() } else { subject },
        }))
    }

    async fn password_way(&self, member: &User, settings: &Settings) -> Result<Way, ServiceError> {
        let mut steps = Steps::default();
        let email = member.email.as_deref().unwrap_or_default();
        let out = match &settings.media_server {
            Some(server) if !member.is_owner() => {
                storage::membership::is_out(&self.db, member.id, &server.machine_id).await?
            }
            _ => false,
        };
        let limited = if email.is_empty() {
            None
        } else {
            let subject = local_sign_in::account_subject(email);
            self.limits.wait(limits::PASSWORD_OF_ACCOUNT, &subject).await?
        };
        let walked = (|| {
            steps.ask(
                settings.local_sign_in,
                msg!("explain-password-on"),
                msg!("explain-password-off"),
                msg!("explain-password-off-advice"),
            )?;
            steps.ask(
                member.disabled_at.is_none(),
                msg!("explain-enabled"),
                msg!("explain-disabled"),
                msg!("explain-disabled-advice"),
            )?;
            steps.ask(
                !email.is_empty() && member.has_password,
                msg!("explain-has-password"),
                msg!("explain-no-password"),
                msg!("explain-no-password-advice"),
            )?;
            steps.ask(
                !out,
                msg!("explain-not-out"),
                msg!("explain-out"),
                msg!("explain-share-none-advice"),
            )?;
            steps.ask(
                limited.is_none(),
                msg!("explain-not-limited"),
                msg!("explain-limited", seconds = limited.unwrap_or(0)),
                msg!("explain-limited-advice"),
            )
        })();
        Ok(Way {
            name: "password",
            advice: walked.err().unwrap_or_else(|| msg!("explain-password-fine")),
            steps: steps.0,
        })
    }
}

#[derive(Default)]
struct Steps(Vec<Step>);

impl Steps {
    fn add(&mut self, outcome: Outcome, text: Message) {
        self.0.push(Step { outcome, text });
    }

    /// Adds one; the advice if it refuses.
    fn ask(&mut self, fine: bool, yes: Message, no: Message, advice: Message) -> Result<(), Message> {
        self.add(
            if fine { Outcome::Ok } else { Outcome::No },
            if fine { yes } else { no },
        );
        if fine { Ok(()) } else { Err(advice) }
    }
}

fn several(names: impl Iterator<Item = String>) -> ServiceError {
    let names: Vec<String> = names.take(5).collect();
    ServiceError::Conflict(msg!("explain-several", names = names.join(", ")))
}

fn plex_way(person: &Person, settings: &Settings, asked: &Asked) -> Way {
    let mut steps = Steps::default();
    let member = person.member.as_ref();
    let Some(plex_id) = person.plex_id else {
        steps.add(Outcome::No, msg!("explain-no-plex-account"));
        return Way {
            name: "plex",
            steps: steps.0,
            advice: msg!("explain-no-plex-account-advice"),
        };
    };
    steps.add(
        Outcome::Ok,
        if member.is_some() {
            msg!("explain-known", name = &person.name)
        } else {
            msg!("explain-unknown", name = &person.name)
        },
    );
    let (owner_list, listed, unknown) = match asked {
        Asked::List(_, list) => match list.find(plex_id) {
            Some(listed) => match listed.share {
                Some(Share::Accepted) => (OwnerList::Accepted, Some(listed), false),
                Some(Share::Pending) => (OwnerList::Pending, Some(listed), false),
                None => (OwnerList::Absent, Some(listed), false),
            },
            // Somebody may be missing from a list that has gaps.
            None => (OwnerList::Absent, None, !list.whole),
        },
        _ => (OwnerList::Unavailable, None, true),
    };
    let server = settings.media_server.as_ref();
    let owns_server = server.is_some_and(|server| server.owner_id == plex_id);
    let accepted = owner_list == OwnerList::Accepted;
    // What the person's own list would show, as far as the owner's tells. Where it can't be told, the way goes on as if
    // the share were there, and the step says that it is not known.
    let servers: Vec<ServerAccess> = server
        .filter(|_| accepted || owns_server || unknown)
        .map(|server| ServerAccess {
            machine_id: server.machine_id.clone(),
            owned: owns_server,
            owner_id: Some(server.owner_id),
            home: listed.is_some_and(|listed| listed.home),
        })
        .into_iter()
        .collect();
    let walk = access::walk(&Evidence {
        plex_id,
        restricted: listed.is_some_and(|listed| listed.restricted),
        servers: &servers,
        owner_list,
        member,
        settings,
    });
    let server_name = server.map_or("", |server| server.name.as_str());
    for check in &walk.passed {
        if *check == Check::Share && unknown && !owns_server {
            steps.add(Outcome::Unknown, why_unknown(asked));
        } else {
            steps.add(Outcome::Ok, passed(*check, member.is_some(), server_name));
        }
    }
    let advice = match walk.decision {
        Decision::Refuse(refusal) => {
            let friends = listed.is_some();
            let (text, advice) = refused(refusal, friends, server_name);
            steps.add(Outcome::No, text);
            advice
        }
        _ if unknown && !owns_server && walk.passed.contains(&Check::Share) => unknown_advice(asked),
        _ => msg!("explain-plex-fine"),
    };
    Way {
        name: "plex",
        steps: steps.0,
        advice,
    }
}

fn why_unknown(asked: &Asked) -> Message {
    match asked {
        Asked::NoToken | Asked::TokenRefused => msg!("explain-share-no-token"),
        Asked::List(..) => msg!("explain-share-gaps"),
        Asked::Trouble(_) | Asked::NoMediaServer => msg!("explain-share-trouble"),
    }
}

fn unknown_advice(asked: &Asked) -> Message {
    match asked {
        Asked::NoToken | Asked::TokenRefused => msg!("explain-share-no-token-advice"),
        _ => msg!("explain-share-trouble-advice"),
    }
}

fn passed(check: Check, is_member: bool, server: &str) -> Message {
    match check {
        Check::Owner => msg!("explain-owner"),
        Check::PlexSignIn => msg!("explain-plex-on"),
        Check::Disabled => msg!("explain-enabled"),
        Check::MediaServer => msg!("explain-server-chosen", server = server),
        Check::Share => msg!("explain-share", server = server),
        Check::ManagedProfile => msg!("explain-profile-fine"),
        Check::NewPeople if is_member => msg!("explain-member"),
        Check::NewPeople => msg!("explain-new-people"),
    }
}

fn refused(refusal: Refusal, listed: bool, server: &str) -> (Message, Message) {
    match refusal {
        Refusal::NoAccess if listed => (
            msg!("explain-share-none", server = server),
            msg!("explain-share-none-advice"),
        ),
        Refusal::NoAccess => (
            msg!("explain-share-stranger", server = server),
            msg!("explain-share-none-advice"),
        ),
        Refusal::InvitationPending => (
            msg!("explain-share-pending", server = server),
            msg!("explain-share-pending-advice"),
        ),
        Refusal::NewPeopleNotLetIn => (msg!("explain-no-new-people"), msg!("explain-no-new-people-advice")),
        Refusal::ManagedProfileNotAllowed => (msg!("explain-no-children"), msg!("explain-no-children-advice")),
        Refusal::Disabled => (msg!("explain-disabled"), msg!("explain-disabled-advice")),
        Refusal::PlexSignInOff => (msg!("explain-plex-off"), msg!("explain-plex-off-advice")),
        Refusal::NoMediaServer => (msg!("explain-no-server"), msg!("explain-no-server-advice")),
    }
}

//! Setting up a device that nobody types on: it shows a short code, somebody signed in says yes on their phone, and the
//! device comes for a login token of its own.
//!
//! The device's secret is in its cookie and nowhere else. The code is made from it, so that a page that is loaded again
//! shows the same one, and so is the token's value, so that a device that lost the answer and asks again gets the same.
//! Whoever reads the database, the session secret in it included, learns neither.

use std::{fmt, net::IpAddr, sync::Arc};

use super::{
    ServiceError,
    activity::{Activity, Event},
    limits::{self, Limits},
    login_tokens::{MOST_TOKENS, name_taken, too_many_tokens},
    site::Site,
};
use crate::{
    domain::{
        activity::Kind,
        clock::Clock,
        hash::{Hash, sha256},
        redirect::ReturnTarget,
        secret::random_hex,
        token::{TokenLife, TokenName, TokenValue},
        token_rules::MayChange,
        user::User,
    },
    storage::{
        self, Db, StorageError,
        pairing::{Approval, NewPairing, Pairing},
    },
};

/// How long a code lives, in seconds.
pub const CODE_LIFE: i64 = 5 * 60;
/// How long after the yes the device can come for its token, and come again after it lost the answer.
const CLAIM_WITHIN: i64 = 2 * 60;
/// How long an ended pairing is remembered, so that the device learns how it ended.
const REMEMBERED: i64 = 10 * 60;
/// Letters that are hard to take for one another, and make no words.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// How many of them.
const LENGTH: usize = 8;
/// Two codes are the same once in 10^10 times.
const CODE_TRIES: usize = 3;

/// A pairing that waits.
#[derive(Clone)]
pub struct Waiting {
    /// What the device's cookie holds.
    pub secret: String,
    /// The short code, `WDJB-MJHT`.
    pub code: String,
    /// Seconds that are left.
    pub expires_in: u32,
}

impl fmt::Debug for Waiting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Waiting")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// A device that waits for an answer.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Its address.
    pub address: String,
    /// Its words about itself.
    pub agent: String,
    /// Since when, Unix seconds.
    pub since: i64,
}

/// What somebody said.
#[derive(Debug, Clone)]
pub enum Answered {
    /// Yes.
    Yes {
        /// For whom.
        user_id: i64,
        /// What the device is called.
        name: String,
    },
    /// No.
    No,
}

/// How a pairing is doing, as its device learns.
#[derive(Debug)]
pub enum Progress {
    /// Nobody has answered yet.
    Waiting(Waiting),
    /// Somebody said no.
    Declined,
    /// The code ran out, or this device has none.
    Expired,
    /// Come in.
    In {
        /// With this token.
        value: TokenValue,
        /// Where to.
        return_to: ReturnTarget,
    },
}

/// Sets devices up.
pub struct Pairings {
    /// Where they are kept.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// For the key of the codes.
    pub site: Arc<Site>,
    /// Counting tries.
    pub limits: Arc<Limits>,
    /// What happened.
    pub activity: Arc<Activity>,
}

impl Pairings {
    /// Begins a pairing for a device at this address that says this about itself.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`]; the database's.
    pub async fn begin(&self, address: IpAddr, agent: &str, return_to: &ReturnTarget) -> Result<Waiting, ServiceError> {
        self.limits.begin(limits::PAIRING, &limits::subject(address)).await?;
        let now = self.clock.now();
        for _ in 0..CODE_TRIES {
            let secret = random_hex(32)?;
            let code = self.code(&secret);
            let new = NewPairing {
                device_hash: &sha256(secret.as_bytes()),
                code_hash: &self.code_hash(&code),
                address: &address.to_canonical().to_string(),
                agent,
                return_to: return_to.as_str(),
                created_at: now,
                expires_at: now + CODE_LIFE,
            };
            match storage::pairing::create(&self.db, &new).await {
                Ok(()) => {
                    return Ok(Waiting {
                        code: grouped(&code),
                        secret,
                        expires_in: seconds(CODE_LIFE),
                    });
                }
                Err(StorageError::Taken) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::Internal("no free pairing code was found".into()))
    }

    /// How the pairing of the device with this secret is doing; where it was approved, its token is made.
    ///
    /// # Errors
    /// [`ServiceError::Taken`] when the member has a device of that name meanwhile: the pairing is over then. The
    /// database's.
    pub async fn poll(&self, secret: &str, address: IpAddr) -> Result<Progress, ServiceError> {
        let device = sha256(secret.as_bytes());
        let now = self.clock.now();
        let Some(pairing) = storage::pairing::find_by_device(&self.db, &device).await? else {
            return Ok(Progress::Expired);
        };
        match pairing {
            Pairing {
                approved_at: Some(_), ..
            } => self.claim(secret, &device, now, address).await,
            Pairing {
                declined_at: Some(_), ..
            } => Ok(Progress::Declined),
            Pairing { expires_at, .. } if expires_at <= now => Ok(Progress::Expired),
            // The session secret was rotated: the code of before works no longer, and the one of now never did.
            Pairing { code_hash, .. } if code_hash != self.code_hash(&self.code(secret)) => Ok(Progress::Expired),
            Pairing { expires_at, .. } => Ok(Progress::Waiting(Waiting {
                code: grouped(&self.code(secret)),
                secret: secret.to_owned(),
                expires_in: seconds(expires_at - now),
            })),
        }
    }

    async fn claim(&self, secret: &str, device: &Hash, now: i64, address: IpAddr) -> Result<Progress, ServiceError> {
        let value = TokenValue::from_random(self.keyed(b"latchkey token of a paired device\0", secret));
        let line = self.activity.line(&Event {
            kind: Kind::TokenMade,
            user_id: None,
            actor_id: None,
            subject: "",
            address,
        });
        let hash = value.hash();
        let claimed = match storage::pairing::claim(&self.db, device, now - CLAIM_WITHIN, &hash, now, &line).await {
            Ok(Some(claimed)) => claimed,
            Ok(None) => return Ok(Progress::Expired),
            // Somebody made one of that name after the yes.
            Err(StorageError::Taken) => {
                storage::pairing::delete(&self.db, device).await?;
                return Ok(Progress::Expired);
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Progress::In {
            value,
            return_to: ReturnTarget::parse(&claimed.return_to),
        })
    }

    /// The device that shows this code, if it waits for an answer. `None` counts as a wrong code of this member.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`]; the database's.
    pub async fn find(&self, code: &str, member: &User) -> Result<Option<Asking>, ServiceError> {
        let subject = member.id.to_string();
        let this = self.limits.begin(limits::PAIRING_CODE, &subject).await?;
        let found = match normal(code) {
            Some(code) => storage::pairing::find_by_code(&self.db, &self.code_hash(&code), self.clock.now()).await,
            None => Ok(None),
        };
        if !matches!(found, Ok(None)) {
            self.limits.succeeded(this).await?;
        }
        Ok(found?.map(|pairing| Asking {
            address: pairing.address,
            agent: pairing.agent,
            since: pairing.created_at,
        }))
    }

    /// What this member has answered about the device with this code, in the last two minutes.
    ///
    /// # Errors
    /// The database's.
    pub async fn answered(&self, code: &str, member: i64) -> Result<Option<Answered>, ServiceError> {
        let Some(code) = normal(code) else { return Ok(None) };
        let after = self.clock.now() - CLAIM_WITHIN;
        let found = storage::pairing::find_answered(&self.db, &self.code_hash(&code), member, after).await?;
        Ok(found.map(|found| match found {
            Some((user_id, name)) => Answered::Yes { user_id, name },
            None => Answered::No,
        }))
    }

    /// Says yes: the device gets a token of this name and life. False: it waits no longer.
    ///
    /// # Errors
    /// [`ServiceError::Taken`] when the member has a device of that name; the database's.
    pub async fn approve(
        &self,
        code: &str,
        leave: &MayChange,
        name: &TokenName,
        life: TokenLife,
        address: IpAddr,
    ) -> Result<bool, ServiceError> {
        let Some(code) = normal(code) else { return Ok(false) };
        let user_id = leave.user().id;
        let there = storage::login_token::list(&self.db, user_id).await?;
        if there.iter().any(|token| token.name == name.as_str()) {
            return Err(name_taken(name));
        }
        if i64::try_from(there.len()).unwrap_or(MOST_TOKENS) >= MOST_TOKENS {
            return Err(too_many_tokens());
        }
        let now = self.clock.now();
        let approval = Approval {
            answered_by: leave.actor_id(),
            user_id,
            name: name.as_str(),
            token_expires_at: life.end(now),
        };
        let line = self.activity.line(&Event {
            kind: Kind::DeviceApproved,
            user_id: Some(user_id),
            actor_id: Some(leave.actor_id()),
            subject: name.as_str(),
            address,
        });
        Ok(storage::pairing::approve(&self.db, &self.code_hash(&code), &approval, now, &line).await?)
    }

    /// Says no. False: it waits no longer.
    ///
    /// # Errors
    /// The database's.
    pub async fn decline(&self, code: &str, member: &User, address: IpAddr) -> Result<bool, ServiceError> {
        let Some(code) = normal(code) else { return Ok(false) };
        let line = self.activity.line(&Event {
            kind: Kind::DeviceDeclined,
            user_id: Some(member.id),
            actor_id: Some(member.id),
            subject: "",
            address,
        });
        Ok(storage::pairing::decline(&self.db, &self.code_hash(&code), member.id, self.clock.now(), &line).await?)
    }

    /// Forgets the pairing of the device with this secret.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget(&self, secret: &str) -> Result<(), ServiceError> {
        Ok(storage::pairing::delete(&self.db, &sha256(secret.as_bytes())).await?)
    }

    /// Clears away pairings that are over.
    ///
    /// # Errors
    /// The database's.
    pub async fn clean(&self) -> Result<u64, ServiceError> {
        Ok(storage::pairing::delete_expired(&self.db, self.clock.now() - REMEMBERED).await?)
    }

    /// The code of a device's secret.
    fn code(&self, secret: &str) -> String {
        let hash = self.keyed(b"latchkey pairing code\0", secret);
        let [a, b, c, d, e, f, g, h, ..] = hash;
        let mut number = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        let mut code = String::with_capacity(LENGTH);
        for _ in 0..LENGTH {
            let letter = usize::try_from(number % 20).unwrap_or_default();
            code.push(char::from(LETTERS[letter]));
            number /= 20;
        }
        code
    }

    /// Short codes could be tried out against a plain hash.
    fn code_hash(&self, code: &str) -> Hash {
        self.keyed(b"latchkey pairing code hash\0", code)
    }

    fn keyed(&self, purpose: &[u8], text: &str) -> Hash {
        let site = self.site.now();
        sha256(&[purpose, site.session_secret.expose(), text.as_bytes()].concat())
    }
}

fn seconds(seconds: i64) -> u32 {
    u32::try_from(seconds).unwrap_or_default()
}

/// As shown: two groups of four.
fn grouped(code: &str) -> String {
    let (first, second) = code.split_at(code.len() / 2);
    format!("{first}-{second}")
}

/// What somebody typed, as the code that is meant; `None`: it can't be one.
fn normal(typed: &str) -> Option<String> {
    let code: String = typed
        .chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '-' | '–' | '.' | '_'))
        .flat_map(char::to_uppercase)
        .collect();
    let right = code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte));
    right.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        for typed in ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "WDJB–MJHT", "w.d.j.b.m.j.h.t"] {
            assert_eq!(normal(typed).as_deref(), Some("WDJBMJHT"), "{typed}");
        }
        for typed in [
            "",
            "WDJB-MJH",
            "WDJB-MJHTX",
            "WDJB-MJHA",
            "WDJB-MJH1",
            "ẞẞẞẞ",
            "\0\0\0\0\0\0\0\0",
        ] {
            assert_eq!(normal(typed), None, "{typed:?}");
        }
        assert_eq!(grouped("WDJBMJHT"), "WDJB-MJHT");
    }
}

//! Too many tries: a sliding count of failures, kept in the database so that several instances count together.

use std::{net::IpAddr, sync::Arc};

use prometheus_client::metrics::{counter::Counter, family::Family};

use super::ServiceError;
use crate::{
    domain::{
        clock::{CLOCKS_DIFFER_MS, Clock},
        limits::{Tries, TryLimits},
    },
    storage::{self, Db},
};

/// One kind of tries. How many in how long is configured.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// The name the failures are kept under, and counted under for those who watch: the setting's.
    kind: &'static str,
    tries: fn(&TryLimits) -> Tries,
}

/// Passwords tried on one account.
pub const PASSWORD_OF_ACCOUNT: Limit = Limit {
    kind: "password_of_account",
    tries: |all| all.password_of_account,
};
/// Passwords tried from one address; a household shares one.
pub const PASSWORD_FROM_ADDRESS: Limit = Limit {
    kind: "password_from_address",
    tries: |all| all.password_from_address,
};
/// Set-up codes tried from one address.
pub const SETUP_CODE: Limit = Limit {
    kind: "setup_code",
    tries: |all| all.setup_code,
};
/// Plex attempts from one address, whatever became of them.
pub const ATTEMPT: Limit = Limit {
    kind: "plex_from_address",
    tries: |all| all.plex_from_address,
};
/// Login tokens that opened nothing, from one address. A token that is good is never counted and never refused by this.
pub const TOKEN_FROM_ADDRESS: Limit = Limit {
    kind: "token_from_address",
    tries: |all| all.token_from_address,
};
/// Expired login tokens of one member, and those of a disabled one.
pub const TOKEN_OF_USER: Limit = Limit {
    kind: "token_of_member",
    tries: |all| all.token_of_member,
};
/// Not one to turn anybody away, see [`Limits::first`]: the same dead token from the same address counts once in this time.
/// A tablet that retries for ever with one must not use up its household's tries.
pub const DEAD_TOKEN: Limit = Limit {
    kind: "token-dead",
    tries: |_| Tries {
        most: 1,
        window_ms: 60_000,
    },
};
/// Likewise: the same dead token from the same address is worth one line of activity in this time.
pub const DEAD_TOKEN_TOLD: Limit = Limit {
    kind: "token-told",
    tries: |_| Tries {
        most: 1,
        window_ms: 60 * 60_000,
    },
};
/// Wrong API keys from one address.
pub const API_KEY_FROM_ADDRESS: Limit = Limit {
    kind: "api_key_from_address",
    tries: |all| all.api_key_from_address,
};
/// Devices that ask to be let in, from one address.
pub const PAIRING: Limit = Limit {
    kind: "pairing_from_address",
    tries: |all| all.pairing_from_address,
};
/// Wrong short codes typed by one member.
pub const PAIRING_CODE: Limit = Limit {
    kind: "pairing_code",
    tries: |all| all.pairing_code,
};
/// Present passwords that were wrong, given by somebody who is signed in.
pub const PRESENT_PASSWORD: Limit = Limit {
    kind: "present_password",
    tries: |all| all.present_password,
};
/// Wishes for a mail with a link for a new password, from one address.
pub const RESET_FROM_ADDRESS: Limit = Limit {
    kind: "reset_from_address",
    tries: |all| all.reset_from_address,
};
/// Such mails to one account.
pub const RESET_OF_ACCOUNT: Limit = Limit {
    kind: "reset_of_account",
    tries: |all| all.reset_of_account,
};
/// Links for a new password that are nobody's, from one address.
pub const RESET_LINK: Limit = Limit {
    kind: "reset_link",
    tries: |all| all.reset_link,
};

/// A try that counts as failed until [`Limits::succeeded`] takes it back.
#[derive(Debug)]
pub struct Try(i64);

/// Counts tries.
pub struct Limits {
    db: Db,
    clock: Arc<dyn Clock>,
    all: TryLimits,
    /// Who was turned away, by the kind of tries.
    pub(super) turned_away: Family<[(&'static str, &'static str); 1], Counter>,
}

impl Limits {
    /// Counts in this database, by this clock.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, all: TryLimits) -> Self {
        Self {
            db,
            clock,
            all,
            turned_away: Family::default(),
        }
    }

    /// Counts a try before it is made: however many run at once, never more than the limit get through.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`]; that try itself is not counted, so waiting always helps. The database's.
    pub async fn begin(&self, limit: Limit, subject: &str) -> Result<Try, ServiceError> {
        self.count(limit, self.take(limit, subject).await)
    }

    /// Whether this is the first in its window: for what is told once in a while.
    ///
    /// # Errors
    /// The database's.
    pub async fn first(&self, limit: Limit, subject: &str) -> Result<bool, ServiceError> {
        match self.take(limit, subject).await {
            Ok(_) => Ok(true),
            Err(ServiceError::TooManyTries { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn count<T>(&self, limit: Limit, result: Result<T, ServiceError>) -> Result<T, ServiceError> {
        if let Err(ServiceError::TooManyTries { .. }) = &result {
            self.turned_away.get_or_create(&[("limit", limit.kind)]).inc();
        }
        result
    }

    async fn take(&self, limit: Limit, subject: &str) -> Result<Try, ServiceError> {
        let tries = (limit.tries)(&self.all);
        // A flood beyond the limit is turned away by reading alone.
        self.room(limit, subject).await?;
        let now = self.clock.now_ms();
        let window = window(tries, now);
        // Counted and written as one: of two hundred at once the first get through, not none.
        match storage::failure::create_below(&self.db, limit.kind, subject, now, window, tries.most).await? {
            Some(id) => Ok(Try(id)),
            None => {
                self.room(limit, subject).await?;
                Err(too_many(tries, now, now))
            }
        }
    }

    /// How many seconds there is to wait, for whoever asks about somebody else: nobody is turned away by this.
    ///
    /// # Errors
    /// The database's.
    pub async fn wait(&self, limit: Limit, subject: &str) -> Result<Option<u32>, ServiceError> {
        match self.room(limit, subject).await {
            Ok(()) => Ok(None),
            Err(ServiceError::TooManyTries { seconds }) => Ok(Some(seconds)),
            Err(error) => Err(error),
        }
    }

    /// Refuses if there are as many failures as the limit allows.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`]; the database's.
    pub async fn check(&self, limit: Limit, subject: &str) -> Result<(), ServiceError> {
        self.count(limit, self.room(limit, subject).await)
    }

    async fn room(&self, limit: Limit, subject: &str) -> Result<(), ServiceError> {
        let tries = (limit.tries)(&self.all);
        let now = self.clock.now_ms();
        let oldest =
            storage::failure::nth_newest(&self.db, limit.kind, subject, window(tries, now), tries.most).await?;
        oldest.map_or(Ok(()), |oldest| Err(too_many(tries, oldest, now)))
    }

    /// Takes a try back.
    ///
    /// # Errors
    /// The database's.
    pub async fn succeeded(&self, this: Try) -> Result<(), ServiceError> {
        Ok(storage::failure::delete(&self.db, this.0).await?)
    }

    /// Clears away what no limit looks at any more.
    ///
    /// # Errors
    /// The database's.
    pub async fn clean(&self) -> Result<u64, ServiceError> {
        Ok(
            storage::failure::delete_before(&self.db, self.clock.now_ms() - self.all.longest_ms() - CLOCKS_DIFFER_MS)
                .await?,
        )
    }
}

/// Which failures count now. Clocks of instances differ a little; what lies further ahead was written before the clock was
/// set back, and counts when its time comes.
fn window(tries: Tries, now: i64) -> (i64, i64) {
    (now - tries.window_ms, now + CLOCKS_DIFFER_MS)
}

/// There is room once the oldest that counts has left the window.
fn too_many(tries: Tries, oldest: i64, now: i64) -> ServiceError {
    let wait_ms = (oldest + tries.window_ms - now).clamp(1000, tries.window_ms.max(1000));
    ServiceError::TooManyTries {
        seconds: u32::try_from((wait_ms + 999) / 1000).unwrap_or(u32::MAX),
    }
}

/// What an address counts as: an IPv6 household has a whole /64, so that is one subject.
#[must_use]
pub fn subject(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_counts_by_its_64_and_mapped_ipv4_as_ipv4() {
        assert_eq!(subject("192.0.2.1".parse().unwrap()), "192.0.2.1");
        assert_eq!(subject("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1");
        assert_eq!(
            subject("2001:db8:1:2:3:4:5:6".parse().unwrap()),
            subject("2001:db8:1:2::9".parse().unwrap())
        );
        assert_ne!(
            subject("2001:db8:1:2::1".parse().unwrap()),
            subject("2001:db8:1:3::1".parse().unwrap())
        );
    }
}

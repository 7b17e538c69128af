//! Hashing passwords without letting it hurt anything else.
//!
//! argon2id costs some 20 ms and 19 MiB a password on purpose. A few threads of their own do it, at the lowest
//! priority, so that a flood of sign-ins leaves the processor to the requests of people who are in already; a queue
//! that is full says so at once instead of growing.
//!
//! Older hashes (bcrypt, as Seerr stores them, or argon2 with other parameters) are read, too. They cost other times than
//! ours, which would tell who has one: while any is stored, every try that fails pays for both.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::oneshot;

use super::ServiceError;
use crate::domain::password_rules::{self, LONGEST, OwnWords};

/// OWASP's recommendation: 19 MiB, two passes, one lane. `scripts/bench-start` measures what that costs.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// How a hash of these parameters begins. Migration 0004 has the same words: change them there, in a new migration.
const PRESENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
/// What an older hash may cost at most: one that asks for more was not made for signing in.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 10;
const MOST_BCRYPT_COST: u32 = 14;
/// Sign-ins that may wait; beyond, callers are told to try again.
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce(&Argon2<'_>) + Send>;

/// The hashing threads.
pub struct Passwords {
    queue: mpsc::SyncSender<Job>,
}

/// Whether a password was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It was not.
    Wrong,
    /// It was.
    Right,
    /// It was, and its hash is of an older kind: make a new one.
    RightButOld,
}

impl Passwords {
    /// Starts the threads: half the processors, at least one.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] when a thread can't be started.
    pub fn start() -> Result<Self, ServiceError> {
        let (queue, jobs) = mpsc::sync_channel::<Job>(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        let threads = thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
        for number in 0..threads {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || work(&jobs))
                .map_err(|error| ServiceError::Internal(format!("a thread for passwords can't be started: {error}")))?;
        }
        Ok(Self { queue })
    }

    /// Hashes a new password into a PHC string, if it is good enough.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for one that is too short, too long or easily guessed; [`ServiceError::Overloaded`].
    pub async fn hash(&self, password: &str) -> Result<String, ServiceError> {
        self.hash_of(password, OwnWords::default()).await
    }

    /// The same for somebody of whom names and addresses are known.
    ///
    /// # Errors
    /// As [`Passwords::hash`].
    pub async fn hash_of(&self, password: &str, own: OwnWords) -> Result<String, ServiceError> {
        // What is far too long never gets to a thread.
        let password = password.get(..=LONGEST).unwrap_or(password).to_owned();
        self.run(move |argon2| {
            password_rules::check(&password, &own).map_err(|wrong| ServiceError::invalid("password", wrong))?;
            hash(argon2, &password)
        })
        .await?
    }

    /// Hashes a password that was right just now anew: it was good enough once.
    ///
    /// # Errors
    /// [`ServiceError::Overloaded`].
    pub async fn rehash(&self, password: &str) -> Result<String, ServiceError> {
        let password = password.to_owned();
        self.run(move |argon2| hash(argon2, &password)).await?
    }

    /// Whether the password is the one behind the hash. `None`: there is no such account; the same work is done.
    /// `older`: any stored hash of an older kind, whose cost every failed try has to have, too.
    ///
    /// # Errors
    /// [`ServiceError::Overloaded`].
    pub async fn verify(
        &self,
        password: &str,
        stored: Option<String>,
        older: Option<String>,
    ) -> Result<Checked, ServiceError> {
        if password.len() > LONGEST {
            return Ok(Checked::Wrong);
        }
        let password = password.to_owned();
        self.run(move |argon2| check(argon2, password.as_bytes(), stored.as_deref(), older.as_deref()))
            .await
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Argon2<'_>) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |argon2| {
            // Whoever asked may have gone away meanwhile.
            if !answer.is_closed() {
                let _ = answer.send(job(argon2));
            }
        });
        self.queue.try_send(job).map_err(|_| ServiceError::Overloaded)?;
        answered
            .await
            .map_err(|_| ServiceError::Internal("a password thread died".into()))
    }
}

/// A valid hash of a password that was thrown away, with the parameters above.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy10aGlz$jZ3mzrVmrwGWJbgM2M0pWkX2JXJm3hXYnGk4s3kqk3w";

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, ServiceError> {
    argon2
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| ServiceError::Internal(format!("hashing a password: {error}")))
}

fn check(argon2: &Argon2<'_>, password: &[u8], stored: Option<&str>, older: Option<&str>) -> Checked {
    let (present, old) = match stored {
        Some(hash) if hash.starts_with(PRESENT) => (Some(hash), None),
        other => (None, other),
    };
    if old.is_some_and(|hash| is_behind_older(argon2, password, hash)) {
        return Checked::RightButOld;
    }
    // No account, or one whose hash is older and was not this password's: the work of a present one.
    if is_behind(argon2, password, present.unwrap_or(NOBODY)) && present.is_some() {
        return Checked::Right;
    }
    if old.is_none()
        && let Some(older) = older
    {
        // The work of an older one, whose answer is nobody's.
        let _ = is_behind_older(argon2, password, older);
    }
    Checked::Wrong
}

fn is_behind(argon2: &Argon2<'_>, password: &[u8], hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| argon2.verify_password(password, &hash).is_ok())
}

fn is_behind_older(argon2: &Argon2<'_>, password: &[u8], hash: &str) -> bool {
    if ["$2a$", "$2b$", "$2y$"].iter().any(|kind| hash.starts_with(kind)) {
        let cost = hash.get(4..6).and_then(|cost| cost.parse::<u32>().ok());
        // bcrypt looks at 72 bytes; so did whoever made the hash.
        return cost.is_some_and(|cost| cost <= MOST_BCRYPT_COST)
            && std::str::from_utf8(password).is_ok_and(|password| bcrypt::verify(password, hash).unwrap_or(false));
    }
    let bearable = PasswordHash::new(hash)
        .ok()
        .and_then(|hash| Params::try_from(&hash).ok())
        .is_some_and(|params| params.m_cost() <= MOST_MEMORY_KIB && params.t_cost() <= MOST_PASSES);
    bearable && is_behind(argon2, password, hash)
}

fn work(jobs: &Mutex<mpsc::Receiver<Job>>) {
    // Best effort: without the right to, hashing just competes as an equal.
    let _ = rustix::process::setpriority_process(None, 19);
    let argon2 = Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default(),
    );
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(&argon2),
            // The server is stopping.
            Err(mpsc::RecvError) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_and_another_does_not() {
        let passwords = Passwords::start().unwrap();
        let hash = passwords.hash("brass key, blue door").await.unwrap();
        assert!(hash.starts_with(PRESENT), "{hash}");
        for (password, stored, expected) in [
            ("brass key, blue door", Some(hash.clone()), Checked::Right),
            ("brass key, blue doors", Some(hash), Checked::Wrong),
            ("anything", Some("not a hash".into()), Checked::Wrong),
            ("anything", Some("$2b$".into()), Checked::Wrong),
            ("nobody-has-this", None, Checked::Wrong),
        ] {
            assert_eq!(
                passwords.verify(password, stored, None).await.unwrap(),
                expected,
                "{password}"
            );
        }
        // The stand-in must be a hash that is really computed, else its time would tell.
        assert!(PasswordHash::new(NOBODY).is_ok());
    }

    #[tokio::test]
    async fn older_kinds_are_read_and_told_so() {
        let passwords = Passwords::start().unwrap();
        // node's bcrypt, PHP's, and the oldest: the same hash under three names.
        let bcrypt = bcrypt::hash("brass key, blue door", 4).unwrap();
        let other_parameters = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(64, 1, 1, None).unwrap(),
        );
        let argon2 = other_parameters
            .hash_password(b"brass key, blue door")
            .unwrap()
            .to_string();
        let kinds = ["$2a$", "$2b$", "$2y$"].map(|kind| bcrypt.replacen("$2b$", kind, 1));
        for stored in kinds.into_iter().chain([argon2]) {
            for (password, expected) in [
                ("brass key, blue door", Checked::RightButOld),
                ("brass key, blue doors", Checked::Wrong),
            ] {
                let checked = passwords.verify(password, Some(stored.clone()), None).await.unwrap();
                assert_eq!(checked, expected, "{stored}");
            }
        }
        // Nobody can be made to wait for hours by what stands in an imported database.
        let endless = bcrypt.replacen("$04$", "$31$", 1);
        assert_eq!(
            passwords.verify("x", Some(endless), None).await.unwrap(),
            Checked::Wrong
        );
        let huge = "$argon2id$v=19$m=4194304,t=2,p=1$bm9ib2R5LWhhcy10aGlz$jZ3mzrVmrwGWJbgM2M0pWkX2JXJm3hXYnGk4s3kqk3w";
        assert_eq!(
            passwords.verify("x", Some(huge.into()), None).await.unwrap(),
            Checked::Wrong
        );
    }

    #[tokio::test]
    async fn new_ones_are_checked() {
        let passwords = Passwords::start().unwrap();
        for bad in ["seven77", "password1", &*"a".repeat(1001), &*"ä".repeat(700)] {
            assert!(
                matches!(passwords.hash(bad).await, Err(ServiceError::Invalid { .. })),
                "{bad}"
            );
        }
        let own = OwnWords::new(["Marlow"]);
        assert!(matches!(
            passwords.hash_of("marlow12", own).await,
            Err(ServiceError::Invalid { .. })
        ));
    }
}

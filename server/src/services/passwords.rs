//! Hashing passwords without letting it hurt anything else.
//!
//! argon2id costs some 20 ms and 19 MiB a password on purpose. A few threads of their own do it, at the lowest
//! priority, so that a flood of sign-ins leaves the processor to the requests of people who are in already; a queue
//! that is full says so at once instead of growing.

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

/// Fewest characters of a password.
pub const SHORTEST: usize = 8;
/// Most bytes: hashing more would be work for nothing.
pub const LONGEST: usize = 1000;
/// OWASP's recommendation: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Sign-ins that may wait; beyond, callers are told to try again.
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce(&Argon2<'_>) + Send>;

/// The hashing threads.
pub struct Passwords {
    queue: mpsc::SyncSender<Job>,
    /// A hash nobody has the password of, checked when there is no such account: the same work, the same time.
    nobody: Arc<str>,
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
        Ok(Self {
            queue,
            nobody: NOBODY.into(),
        })
    }

    /// Hashes a new password into a PHC string.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for one that is too short or too long; [`ServiceError::Overloaded`].
    pub async fn hash(&self, password: &str) -> Result<String, ServiceError> {
        if password.chars().count() < SHORTEST {
            return Err(ServiceError::invalid(
                "password",
                format!("Choose a password of at least {SHORTEST} characters."),
            ));
        }
        if password.len() > LONGEST {
            return Err(ServiceError::invalid(
                "password",
                format!("That password is too long: at most {LONGEST} bytes."),
            ));
        }
        let password = password.to_owned();
        self.run(move |argon2| argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await?
            .map_err(|error| ServiceError::Internal(format!("hashing a password: {error}")))
    }

    /// Whether the password is the one behind the hash. `None`: there is no such account; the same work is done.
    ///
    /// # Errors
    /// [`ServiceError::Overloaded`].
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, ServiceError> {
        if password.len() > LONGEST {
            return Ok(false);
        }
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let password = password.to_owned();
        let right = self
            .run(move |argon2| {
                PasswordHash::new(&hash).is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(right && known)
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
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(
            passwords
                .verify("brass key, blue door", Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(!passwords.verify("brass key, blue doors", Some(hash)).await.unwrap());
        assert!(!passwords.verify("anything", Some("not a hash".into())).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_costs_the_same_work_and_never_matches() {
        // The stand-in must be a hash that is really computed, else its time would tell.
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(
            !Passwords::start()
                .unwrap()
                .verify("nobody-has-this", None)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn lengths_are_checked() {
        let passwords = Passwords::start().unwrap();
        assert!(matches!(
            passwords.hash("seven77").await,
            Err(ServiceError::Invalid { .. })
        ));
        assert!(matches!(
            passwords.hash(&"a".repeat(1001)).await,
            Err(ServiceError::Invalid { .. })
        ));
        assert!(passwords.hash("äöüäöüäö").await.is_ok());
    }
}

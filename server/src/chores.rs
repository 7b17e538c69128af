//! What is done beside the requests, again and again. `bootstrap` starts and ends it.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinSet};

use crate::{services::ServiceError, web::AppState};

/// How often an instance looks whether another one, or the command line, changed anything.
const LOOK_FOR_CHANGES: Duration = Duration::from_secs(1);
/// How often the gateway looks whose sessions ended elsewhere, while it is used.
const KEEP_GATEWAY_FRESH: Duration = Duration::from_millis(250);
/// How often "last seen" is written.
const WRITE_LAST_SEEN: Duration = Duration::from_secs(30);
/// How often lines of activity and uses of login tokens are written.
const WRITE_ACTIVITY: Duration = Duration::from_secs(1);
/// How often mail that waits is sent.
const SEND_MAIL: Duration = Duration::from_secs(1);
/// How long one turn of that may take; a letter that is cut off goes again.
const LONGEST_MAILING: Duration = Duration::from_secs(5 * 60);
/// How often what ran out is cleared away.
const CLEAR_AWAY: Duration = Duration::from_secs(10 * 60);
/// How often an instance looks whether it is time to ask Plex who still has access; the setting says how often that is.
const FOLLOW_PLEX: Duration = Duration::from_secs(20);
/// How long one turn may take: a database connection that went silent must not end a chore for good.
const LONGEST_TURN: Duration = Duration::from_secs(30);

/// Starts all chores. Each runs once more when `stopped` says true, and ends. A failure is logged and tried again at the
/// next turn.
pub(crate) fn start(state: &AppState, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut chores = JoinSet::new();
    let site = Arc::clone(&state.site);
    let looking = Chore {
        name: "looking for changes",
        period: LOOK_FOR_CHANGES,
        longest: LONGEST_TURN,
    };
    chores.spawn(looking.repeat(stopped.clone(), move || {
        let site = Arc::clone(&site);
        async move { site.refresh().await }
    }));
    let guarded = state.clone();
    let guarding = Chore {
        name: "looking whose sessions ended",
        period: KEEP_GATEWAY_FRESH,
        longest: LONGEST_TURN,
    };
    chores.spawn(guarding.repeat(stopped.clone(), move || {
        let state = guarded.clone();
        async move { state.gateway.keep_fresh().await }
    }));
    let sessions = Arc::clone(&state.sessions);
    let writing = Chore {
        name: "writing last seen",
        period: WRITE_LAST_SEEN,
        longest: LONGEST_TURN,
    };
    chores.spawn(writing.repeat(stopped.clone(), move || {
        let sessions = Arc::clone(&sessions);
        async move { sessions.flush().await }
    }));
    let happened = state.clone();
    let noting = Chore {
        name: "writing what happened",
        period: WRITE_ACTIVITY,
        longest: LONGEST_TURN,
    };
    chores.spawn(noting.repeat(stopped.clone(), move || {
        let state = happened.clone();
        async move {
            state.activity.flush().await?;
            state.login_tokens.flush().await
        }
    }));
    let (resets, mail) = (Arc::clone(&state.credentials.resets), Arc::clone(&state.mail));
    let sending = Chore {
        name: "sending mail",
        period: SEND_MAIL,
        longest: LONGEST_MAILING,
    };
    chores.spawn(sending.repeat(stopped.clone(), move || {
        let (resets, mail) = (Arc::clone(&resets), Arc::clone(&mail));
        async move {
            let asked = resets.work().await;
            mail.work().await;
            asked
        }
    }));
    let followed = state.clone();
    let following = Chore {
        name: "following Plex",
        period: FOLLOW_PLEX,
        longest: LONGEST_TURN,
    };
    chores.spawn(following.repeat(stopped.clone(), move || {
        let state = followed.clone();
        async move { state.membership_check.run_if_due().await }
    }));
    let all = state.clone();
    let clearing = Chore {
        name: "clearing away",
        period: CLEAR_AWAY,
        longest: LONGEST_TURN,
    };
    chores.spawn(clearing.repeat(stopped.clone(), move || {
        let state = all.clone();
        async move {
            state.sessions.clean().await?;
            state.sign_in.clean().await?;
            state.limits.clean().await?;
            state.pairings.clean().await?;
            state.credentials.resets.clean().await?;
            state.activity.clean().await?;
            state.avatars.clean().await?;
            state.gateway.clean().await?;
            Ok(())
        }
    }));
    chores
}

/// Something to do every `period`.
struct Chore {
    name: &'static str,
    period: Duration,
    longest: Duration,
}

impl Chore {
    async fn repeat<F>(self, mut stopped: watch::Receiver<bool>, work: impl Fn() -> F)
    where
        F: Future<Output = Result<(), ServiceError>>,
    {
        let name = self.name;
        loop {
            let stop = tokio::time::timeout(self.period, stopped.wait_for(|stop| *stop))
                .await
                .is_ok();
            match tokio::time::timeout(self.longest, work()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "{name} failed; it is tried again"),
                Err(_) => tracing::warn!("{name} took too long; it is tried again"),
            }
            if stop {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_turn_that_hangs_is_given_up_and_the_next_one_comes() {
        let (stop, stopped) = watch::channel(false);
        let turns = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&turns);
        let chore = Chore {
            name: "hanging",
            period: Duration::from_millis(1),
            longest: Duration::from_millis(5),
        };
        let running = tokio::spawn(chore.repeat(stopped, move || {
            let turn = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                if turn != 1 {
                    std::future::pending::<()>().await;
                }
                Ok(())
            }
        }));
        let all = async {
            while turns.load(Ordering::SeqCst) < 3 {
                tokio::task::yield_now().await;
            }
            stop.send_replace(true);
            running.await.unwrap();
        };
        tokio::time::timeout(Duration::from_secs(10), all).await.unwrap();
    }
}

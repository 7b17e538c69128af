//! The crowd: some programs that work at once, and the household that they work in.

use std::{
    net::SocketAddr,
    process::Command,
    sync::{Arc, atomic::Ordering},
};

use serde_json::json;
use tokio::task::JoinSet;

use super::{
    books::{GROUPS, settings_of},
    facts::Facts,
    member::{Member, Plex, Shared},
};
use crate::process::{
    home::{Home, Process, eventually},
    http::{Answer, Browser},
};

/// How many.
const MEMBERS: usize = 6;
/// Who signs in with a password, too: hashing it takes long, so only one does.
const WITH_PASSWORD: usize = 4;
/// Who signs in with Plex, too, where plex.tv is there: it is asked only so often, so only one does.
const WITH_PLEX: usize = 5;
/// Least sign-ins by each of these two ways, for the proof that something happened.
const LEAST: usize = 3;
/// Those of the test itself, at most.
const OTHER_SIGN_INS: i64 = 4;
const PASSWORD: &str = "a kettle of seven fish";

pub(super) struct Crowd {
    members: Vec<Member>,
    running: JoinSet<Member>,
    pub(super) shared: Arc<Shared>,
    /// The settings' version before anybody changed anything, and now.
    first_version: i64,
    version: i64,
}

/// The server with what the crowd needs.
pub(super) fn command(home: &Home) -> Command {
    let mut command = home.command(&["serve"]);
    prepare(&mut command);
    command
}

/// Each request may come from another place; and a sign-in with a password that was cut off counts as a wrong one, of
/// which there are many here.
pub(super) fn prepare(command: &mut Command) {
    command
        .env("LATCHKEY_TRUSTED_PROXIES", "127.0.0.1")
        .env("LATCHKEY_LIMIT_PASSWORD_OF_ACCOUNT", "10000/1h");
}

#[track_caller]
fn good(answer: &Answer) -> serde_json::Value {
    assert!((200..300).contains(&answer.status), "{answer:?}");
    answer.json()
}

impl Crowd {
    /// Makes the members; `owner` is signed in.
    pub(super) async fn gather(owner: &mut Browser, server: SocketAddr, chance: &mut fastrand::Rng) -> Self {
        let made = good(&owner.post("/api/v1/settings/main/regenerate", &json!({})).await);
        let key = made["apiKey"].as_str().unwrap().to_owned();
        let shared = Arc::new(Shared::default());
        let plex = Plex::of(server).await;
        let mut members: Vec<Member> = Vec::new();
        for number in 0..MEMBERS {
            let email = format!("member-{number}@home.test");
            let mut member = Member::new(number, server, (&key, email, 0), chance.fork(), &shared);
            if number == WITH_PLEX && plex.is_some() {
                member.plex.clone_from(&plex);
                member.id = member.come_in_by_own_way().await.unwrap();
                // This one's own e-mail stands at plex.tv, where another member may have the same.
                member.email = members[0].email.clone();
            } else {
                member.password = (number == WITH_PASSWORD).then(|| PASSWORD.to_owned());
                let body = json!({ "email": member.email, "password": member.password });
                member.id = good(&owner.post("/api/v1/user", &body).await)["id"].as_i64().unwrap();
            }
            members.push(member);
        }
        Self {
            members,
            running: JoinSet::new(),
            shared,
            first_version: 0,
            version: 0,
        }
    }

    /// The server is there now.
    pub(super) fn moved_to(&mut self, server: SocketAddr) {
        for member in &mut self.members {
            member.server = server;
        }
    }

    /// All begin to work, until the server is gone.
    pub(super) fn work_until_cut_off(&mut self) {
        for member in self.members.drain(..) {
            self.running.spawn(member.until_cut_off());
        }
    }

    /// All begin to work, until [`Crowd::stop`].
    pub(super) fn work(&mut self) {
        self.shared.stop.store(false, Ordering::Relaxed);
        for member in self.members.drain(..) {
            self.running.spawn(member.until_stopped());
        }
    }

    /// Everybody finishes what they are at.
    pub(super) async fn stop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.ended().await;
    }

    /// Waits for all of them.
    pub(super) async fn ended(&mut self) {
        while let Some(member) = self.running.join_next().await {
            match member {
                Ok(member) => self.members.push(member),
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        }
        self.members.sort_unstable_by_key(|member| member.number);
    }

    /// Waits until so many more answers came.
    pub(super) async fn answered(&mut self, more: usize) {
        let before = self.shared.answered.load(Ordering::Relaxed);
        let enough = || async { (self.shared.answered.load(Ordering::Relaxed) >= before + more).then_some(()) };
        let waiting = eventually("answers", enough);
        tokio::pin!(waiting);
        // Whoever fails meanwhile fails the test; who was cut off may just wait.
        tokio::select! {
            () = &mut waiting => {}
            Some(ended) = self.running.join_next() => {
                if let Err(error) = ended {
                    std::panic::resume_unwind(error.into_panic());
                }
                panic!("somebody stopped working");
            }
        }
    }

    /// Compares everybody's books with the database.
    #[track_caller]
    pub(super) fn check(&mut self, facts: &Facts) {
        for member in &mut self.members {
            member.books.check(member.id, member.number, facts);
        }
        assert!(facts.version >= self.version, "the version went back");
        self.version = facts.version;
        // Each change has the lines of its group: the first of a group changes each time, the others now and then.
        let lines_of = |name| facts.lines("setting-changed", name);
        let groups = (0..GROUPS).map(|group| settings_of(group, 0).into_iter().map(|(_, name, _)| lines_of(name)));
        let (mut changes, mut most) = (0, 0);
        for mut lines in groups {
            let first = lines.next().unwrap_or_default();
            changes += first;
            most = lines.max().unwrap_or_default().max(most);
            assert!(most <= changes, "{most} of {changes} changes");
        }
        if self.first_version == 0 {
            self.first_version = facts.version - changes;
        }
        assert_eq!(
            facts.version - self.first_version,
            changes,
            "each change of settings has its lines, and no more"
        );
        // Of sign-ins the last second may be missing; none is there that nobody made.
        let signed_in = facts.all_lines("signed-in");
        let most = self.sign_ins() + self.lost_sign_ins() + OTHER_SIGN_INS;
        assert!(signed_in <= most, "{signed_in} of {most}");
    }

    /// Sign-ins that were confirmed.
    pub(super) fn sign_ins(&self) -> i64 {
        self.members.iter().map(|member| member.books.sign_ins).sum()
    }

    fn lost_sign_ins(&self) -> i64 {
        // Members of whom only the people they made signed in count their losses nowhere: one at most at a time.
        let lost: usize = self
            .members
            .iter()
            .map(|member| member.books.lost_sign_ins + member.books.people.len())
            .sum();
        i64::try_from(lost).unwrap()
    }

    /// Looks from outside whether everything opens what it should.
    pub(super) async fn try_doors(&mut self, process: &Process, all: bool) {
        self.moved_to(process.address);
        for member in self.members.drain(..) {
            self.running.spawn(async move {
                let mut member = member;
                member.try_doors(all).await;
                member
            });
        }
        self.ended().await;
    }

    /// How much there is, for the proof that something happened.
    pub(super) fn weight(&self) -> String {
        let books = || self.members.iter().map(|member| &member.books);
        let tokens: usize = books().map(|books| books.tokens.len()).sum();
        let people: usize = books().map(|books| books.people.len()).sum();
        let settings: u64 = self.members[..GROUPS]
            .iter()
            .filter_map(|member| member.books.choice.as_ref())
            .map(|choice| choice.confirmed)
            .sum();
        let by_token: usize = self.members.iter().map(|member| member.by_token).sum();
        assert!(
            tokens > 20 && people > 3 && by_token > 5 && self.sign_ins() > 10 && settings > 0,
            "nothing happened"
        );
        let ways = [("password", WITH_PASSWORD), ("Plex", WITH_PLEX)].map(|(way, number)| {
            let Member { tried, came_in, .. } = &self.members[number];
            assert!(
                *tried >= LEAST && *came_in >= LEAST,
                "{way}: {tried} tries, in {came_in} times"
            );
            format!("{came_in} of them with {way}")
        });
        let (sign_ins, answers) = (self.sign_ins(), self.shared.answered.load(Ordering::Relaxed));
        let ways = ways.join(", ");
        format!("{answers} answers, {tokens} tokens, {people} people, {sign_ins} sign-ins, {ways}")
    }
}

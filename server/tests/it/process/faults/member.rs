//! One program of the crowd: asks for one thing after the other, and writes down what it was told.

mod ways_in;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use latchkey::services::sessions::id_hash;
use serde_json::{Value, json};

pub(super) use self::ways_in::Plex;
use super::books::{Books, Choice, Doubt, GROUPS, Person, Status, Token, name_of, settings_of};
use crate::process::http::{Answer, Browser};

/// The session's cookie.
const SID: &str = "latchkey.sid";
/// A signature stands before the id in the cookie: 32 bytes in base64.
const SIGNATURE: usize = 44;
/// More than that are not kept at a time.
const MOST_TOKENS: usize = 8;
const MOST_SESSIONS: usize = 10;
/// How many of a hundred steps of a member who has a way in of their own are sign-ins by it. Hashing a password and
/// asking plex.tv take long, so that the server often dies meanwhile.
const BY_OWN_WAY: u8 = 10;

/// What all of the crowd share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Answers of any kind but "the database is away".
    pub(super) answered: AtomicUsize,
    /// Answers that the database is away.
    pub(super) troubles: AtomicUsize,
    pub(super) stop: AtomicBool,
}

/// Who asks.
#[derive(Clone, Copy)]
enum Who<'a> {
    Nobody,
    /// The owner, by the API key.
    Owner,
    Bearer(&'a str),
    Browser(&'a BTreeMap<String, String>),
}

/// What came of it.
enum Heard {
    Yes(Answer, Browser),
    No(Answer),
    /// No answer, or that the database is away: it may have happened or not.
    Nothing,
}

pub(super) struct Member {
    pub(super) number: usize,
    pub(super) id: i64,
    pub(super) server: SocketAddr,
    pub(super) books: Books,
    /// Of somebody who is here.
    pub(super) email: String,
    pub(super) password: Option<String>,
    pub(super) plex: Option<Plex>,
    /// Sign-ins with a login token that were confirmed.
    pub(super) by_token: usize,
    /// Sign-ins by one's own way that were begun while the crowd worked, and all of them that were confirmed.
    pub(super) tried: usize,
    pub(super) came_in: usize,
    chance: fastrand::Rng,
    key: String,
    shared: Arc<Shared>,
    next: u64,
    /// The connection ended without an answer.
    cut_off: bool,
}

impl Member {
    pub(super) fn new(
        number: usize,
        server: SocketAddr,
        (key, email, id): (&str, String, i64),
        chance: fastrand::Rng,
        shared: &Arc<Shared>,
    ) -> Self {
        let choice = (number < GROUPS).then(|| Choice {
            confirmed: 0,
            doubts: Vec::new(),
        });
        Self {
            number,
            id,
            server,
            books: Books {
                choice,
                ..Books::default()
            },
            email,
            password: None,
            plex: None,
            by_token: 0,
            tried: 0,
            came_in: 0,
            chance,
            key: key.to_owned(),
            shared: Arc::clone(shared),
            next: 0,
            cut_off: false,
        }
    }

    /// Asks until the server is gone.
    pub(super) async fn until_cut_off(mut self) -> Self {
        self.cut_off = false;
        // What takes long comes first now and then, or it would rarely come to its end before the server does.
        if self.chance.u8(..4) == 0 {
            self.sign_in_by_own_way().await;
        }
        while !self.cut_off {
            self.step().await;
        }
        self
    }

    /// Asks until it is told to stop. The server stays, whatever happens to its database.
    pub(super) async fn until_stopped(mut self) -> Self {
        // Each time, however short it is.
        self.sign_in_by_own_way().await;
        while !self.shared.stop.load(Ordering::Relaxed) {
            self.step().await;
            assert!(!self.cut_off, "the server gave no answer");
        }
        self
    }

    /// A number that this member has not used yet.
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// A name that nobody has used yet.
    fn name(&mut self, what: &str) -> String {
        let next = self.number();
        format!("{what}-{}-{next}", self.number)
    }

    async fn ask(&mut self, who: Who<'_>, method: &str, path: &str, body: Option<Value>) -> Heard {
        // Everybody comes from many places: limits by address are not what this is about.
        let next = self.number();
        let address = format!("10.{}.{}.{}", self.number, next / 250 % 250, next % 250);
        let mut browser = Browser::new(self.server).with("X-Forwarded-For", &address);
        match who {
            Who::Nobody => {}
            Who::Owner => browser = browser.with("X-Api-Key", &self.key),
            Who::Bearer(token) => browser = browser.with("Authorization", &format!("Bearer {token}")),
            Who::Browser(cookies) => browser.cookies = cookies.clone(),
        }
        let kind = body.is_some().then_some("application/json");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let Ok(answer) = browser.send(method, path, kind, body.as_bytes()).await else {
            self.cut_off = true;
            return Heard::Nothing;
        };
        match answer.status {
            200..=299 => {
                self.shared.answered.fetch_add(1, Ordering::Relaxed);
                Heard::Yes(answer, browser)
            }
            400..=499 => {
                self.shared.answered.fetch_add(1, Ordering::Relaxed);
                Heard::No(answer)
            }
            503 => {
                self.shared.troubles.fetch_add(1, Ordering::Relaxed);
                assert!(
                    answer.body.contains("database isn't answering"),
                    "{method} {path}: {answer:?}"
                );
                assert!(answer.header("retry-after").is_some(), "{method} {path}: {answer:?}");
                assert!(answer.header("set-cookie").is_none(), "{method} {path}: {answer:?}");
                Heard::Nothing
            }
            _ => panic!("{method} {path}: {answer:?}"),
        }
    }

    async fn step(&mut self) {
        let usable = self.books.tokens.values().filter(|token| token.usable()).count();
        let open = self.books.sessions.iter().filter(|session| session.open).count();
        if self.chance.u8(..100) < BY_OWN_WAY && self.sign_in_by_own_way().await {
            return;
        }
        match self.chance.u8(..100) {
            0..20 if usable < MOST_TOKENS => self.make_token().await,
            0..32 => self.renew_token().await,
            32..44 => self.revoke_token().await,
            44..64 if open < MOST_SESSIONS => self.sign_in().await,
            44..76 => self.sign_out().await,
            76..88 if self.number < GROUPS => self.change_settings().await,
            76..88 => self.make_or_delete_person().await,
            _ => self.ask_for_what_is_refused().await,
        }
    }

    /// One of those that nothing is in doubt about.
    fn any_token(&mut self, fits: impl Fn(&Token) -> bool) -> Option<String> {
        let names: Vec<&String> = self
            .books
            .tokens
            .iter()
            .filter(|(_, token)| fits(token))
            .map(|(name, _)| name)
            .collect();
        self.chance.choice(names).cloned()
    }

    fn tokens(&self) -> String {
        format!("/api/v1/user/{}/settings/tokens", self.id)
    }

    fn token(&mut self, name: &str) -> &mut Token {
        self.books.tokens.get_mut(name).expect("it is in the books")
    }

    async fn make_token(&mut self) {
        let name = self.name("token");
        self.books.tokens.insert(name.clone(), Token::asked());
        match self
            .ask(Who::Owner, "POST", &self.tokens(), Some(json!({ "name": name })))
            .await
        {
            Heard::Yes(answer, _) => {
                let made = answer.json();
                self.token(&name)
                    .told(made["id"].as_i64().unwrap(), made["token"].as_str().unwrap());
            }
            Heard::No(answer) => panic!("{answer:?}"),
            Heard::Nothing => {}
        }
    }

    async fn renew_token(&mut self) {
        let Some(name) = self.any_token(Token::usable) else {
            return;
        };
        self.token(&name).doubt = Some(Doubt::Renewed);
        let path = format!("/api/v1/user/{}/settings/token", self.id);
        match self.ask(Who::Owner, "POST", &path, Some(json!({ "name": name }))).await {
            Heard::Yes(answer, _) => {
                let made = answer.json();
                let token = self.token(&name);
                token.told(made["id"].as_i64().unwrap(), made["token"].as_str().unwrap());
                token.renewed += 1;
            }
            Heard::No(answer) => panic!("{answer:?}"),
            Heard::Nothing => {}
        }
    }

    async fn revoke_token(&mut self) {
        let Some(name) = self.any_token(Token::usable) else {
            return;
        };
        let token = self.token(&name);
        token.doubt = Some(Doubt::Removed);
        let id = token.id;
        let path = format!("{}/{id}", self.tokens());
        match self.ask(Who::Owner, "DELETE", &path, None).await {
            Heard::Yes(..) => {
                let token = self.token(&name);
                (token.status, token.doubt) = (Status::Gone, None);
            }
            Heard::No(answer) => panic!("{answer:?}"),
            Heard::Nothing => {}
        }
    }

    async fn sign_out(&mut self) {
        // Whether a token still stands behind a session is looked up at the next check: signing out twice is fine.
        let open: Vec<usize> = (0..self.books.sessions.len())
            .filter(|at| self.books.sessions[*at].open && !self.books.sessions[*at].doubt)
            .collect();
        let Some(at) = self.chance.choice(open) else { return };
        self.books.sessions[at].doubt = true;
        let cookies = self.books.sessions[at].cookies.clone();
        match self
            .ask(Who::Browser(&cookies), "POST", "/api/v1/auth/logout", Some(json!({})))
            .await
        {
            Heard::Yes(..) => (self.books.sessions[at].open, self.books.sessions[at].doubt) = (false, false),
            Heard::No(answer) => panic!("{answer:?}"),
            Heard::Nothing => {}
        }
    }

    async fn change_settings(&mut self) {
        let number = self.number();
        let body = settings_of(self.number, number);
        let body: Value = body
            .into_iter()
            .map(|(name, _, value)| (name.to_owned(), value))
            .collect();
        let heard = self.ask(Who::Owner, "POST", "/api/v1/settings/main", Some(body)).await;
        let choice = self.books.choice.as_mut().expect("this member changes settings");
        match heard {
            Heard::Yes(..) => {
                *choice = Choice {
                    confirmed: number,
                    doubts: Vec::new(),
                }
            }
            // Others kept being faster.
            Heard::No(answer) => assert_eq!(answer.status, 409, "{answer:?}"),
            Heard::Nothing => choice.doubts.push(number),
        }
    }

    async fn make_or_delete_person(&mut self) {
        let there: Vec<String> = self
            .books
            .people
            .iter()
            .filter(|(_, person)| person.usable())
            .map(|(email, _)| email.clone())
            .collect();
        if there.len() >= 3 {
            let email = self.chance.choice(there).expect("there are three");
            let id = self.books.people[&email].id;
            self.person(&email).doubt = Some(Doubt::Removed);
            match self
                .ask(Who::Owner, "DELETE", &format!("/api/v1/user/{id}"), None)
                .await
            {
                Heard::Yes(..) => (self.person(&email).status, self.person(&email).doubt) = (Status::Gone, None),
                Heard::No(answer) => panic!("{answer:?}"),
                Heard::Nothing => {}
            }
            return;
        }
        let email = format!("{}@home.test", self.name("person"));
        let person = Person {
            id: 0,
            status: Status::Never,
            doubt: Some(Doubt::Made),
            token: None,
            session: None,
        };
        self.books.people.insert(email.clone(), person);
        let body = json!({ "email": email, "username": name_of(&email) });
        match self.ask(Who::Owner, "POST", "/api/v1/user", Some(body)).await {
            Heard::Yes(answer, _) => {
                let person = self.person(&email);
                (person.id, person.status, person.doubt) = (answer.json()["id"].as_i64().unwrap(), Status::There, None);
            }
            Heard::No(answer) => panic!("{answer:?}"),
            Heard::Nothing => return,
        }
        // A token and a session that go with them.
        let path = format!("/api/v1/user/{}/settings/tokens", self.books.people[&email].id);
        let made = self
            .ask(Who::Owner, "POST", &path, Some(json!({ "name": name_of(&email) })))
            .await;
        let Heard::Yes(made, _) = made else { return };
        let token = made.json()["token"].as_str().unwrap().to_owned();
        self.person(&email).token = Some(token.clone());
        if let Heard::Yes(_, browser) = self
            .ask(
                Who::Nobody,
                "POST",
                "/api/v1/auth/token",
                Some(json!({ "token": token })),
            )
            .await
        {
            self.books.sign_ins += 1;
            self.person(&email).session = Some(session_hash(&browser));
        }
    }

    fn person(&mut self, email: &str) -> &mut Person {
        self.books.people.get_mut(email).expect("they are in the books")
    }

    async fn ask_for_what_is_refused(&mut self) {
        let tokens = self.tokens();
        let (status, heard) = match self.chance.u8(..7) {
            // A name that is taken: the token of that name stays as it is.
            0 => {
                let Some(name) = self.any_token(Token::usable) else {
                    return;
                };
                (
                    409,
                    self.ask(Who::Owner, "POST", &tokens, Some(json!({ "name": name })))
                        .await,
                )
            }
            1 => {
                let name = self.never();
                let body = json!({ "name": name, "expiresInDays": 0 });
                (400, self.ask(Who::Owner, "POST", &tokens, Some(body)).await)
            }
            // A token makes no tokens.
            2 => {
                let Some(own) = self.any_token(|token| token.usable() && token.value.is_some()) else {
                    return;
                };
                let value = self.token(&own).value.clone().unwrap_or_default();
                let body = json!({ "name": self.never() });
                (403, self.ask(Who::Bearer(&value), "POST", &tokens, Some(body)).await)
            }
            3 => {
                let Some(gone) = self.any_token(|token| token.status == Status::Gone) else {
                    return;
                };
                let path = format!("{tokens}/{}", self.token(&gone).id);
                (404, self.ask(Who::Owner, "DELETE", &path, None).await)
            }
            4 => {
                let Some(gone) = self.any_token(|token| token.status == Status::Gone && token.value.is_some()) else {
                    return;
                };
                let body = json!({ "token": self.token(&gone).value });
                (
                    403,
                    self.ask(Who::Nobody, "POST", "/api/v1/auth/token", Some(body)).await,
                )
            }
            // One of them does not fit: none is changed.
            5 => {
                let body =
                    json!({ "applicationTitle": "Never 1", "gatewayTokenParameter": "never-1", "activityDays": 0 });
                (
                    400,
                    self.ask(Who::Owner, "POST", "/api/v1/settings/main", Some(body)).await,
                )
            }
            _ => {
                let body = json!({ "email": self.email, "username": "nobody" });
                (409, self.ask(Who::Owner, "POST", "/api/v1/user", Some(body)).await)
            }
        };
        match heard {
            Heard::No(answer) => assert_eq!(answer.status, status, "{answer:?}"),
            Heard::Yes(answer, _) => panic!("not refused: {answer:?}"),
            Heard::Nothing => {}
        }
    }

    /// The name of a token that there must never be.
    fn never(&mut self) -> String {
        let name = self.name("never");
        let token = Token {
            doubt: None,
            ..Token::asked()
        };
        self.books.tokens.insert(name.clone(), token);
        name
    }

    /// Looks from outside whether what should open something does, and nothing else: a few of each, or all.
    pub(super) async fn try_doors(&mut self, all: bool) {
        let most = if all { usize::MAX } else { 2 };
        let mut tokens: Vec<(Status, String)> = self
            .books
            .tokens
            .values()
            .filter_map(|token| Some((token.status, token.value.clone()?)))
            .collect();
        self.chance.shuffle(&mut tokens);
        for (status, value) in tokens.into_iter().take(most) {
            let heard = self.ask(Who::Bearer(&value), "GET", "/api/v1/auth/me", None).await;
            self.opened(&heard, status == Status::There, &format!("a token, {status:?}"));
        }
        let mut sessions: Vec<(bool, BTreeMap<String, String>)> = self
            .books
            .sessions
            .iter()
            .map(|session| (session.open, session.cookies.clone()))
            .collect();
        self.chance.shuffle(&mut sessions);
        for (open, cookies) in sessions.into_iter().take(most) {
            let heard = self.ask(Who::Browser(&cookies), "GET", "/api/v1/auth/me", None).await;
            self.opened(&heard, open, "a session");
        }
        // Whatever was cut off before, a member's own way in is open.
        if let Some(id) = self.come_in_by_own_way().await {
            assert_eq!(id, self.id);
            self.came_in += 1;
        }
    }

    #[track_caller]
    fn opened(&self, heard: &Heard, expected: bool, what: &str) {
        match heard {
            Heard::Yes(answer, _) => {
                assert!(expected, "{what} opened: {answer:?}");
                assert_eq!(answer.json()["id"].as_i64(), Some(self.id), "{answer:?}");
            }
            Heard::No(answer) => {
                assert!(!expected, "{what} opened nothing: {answer:?}");
                assert!(matches!(answer.status, 401 | 403), "{answer:?}");
            }
            Heard::Nothing => panic!("{what}: no answer"),
        }
    }
}

/// What the server keeps of the session's id in this browser's cookie.
fn session_hash(browser: &Browser) -> latchkey::domain::hash::Hash {
    let cookie = browser.cookies.get(SID).expect("a session's cookie");
    let id = cookie.get(SIGNATURE..).and_then(|id| id.parse().ok());
    id_hash(&id.unwrap_or_else(|| panic!("no id in {cookie:?}")))
}

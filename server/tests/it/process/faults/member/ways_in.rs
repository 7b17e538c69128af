//! The ways in: a login token, a password, and Plex. Each of the latter two is one member's own.

use std::{net::SocketAddr, time::Duration};

use latchkey::domain::hash::Hash;
use serde_json::{Value, json};

use super::{Heard, Member, Who, session_hash};
use crate::process::{
    faults::books::{Session, Token},
    http::Browser,
};

/// The server keeps twenty sessions of a token; those that nobody heard of count, too.
const MOST_SIGN_INS: usize = 15;
/// Who says yes at plex.tv.
const ACCOUNT: &str = "anna";
/// Between two looks whether a PIN has had its turn.
const LOOK: Duration = Duration::from_millis(100);
/// Most of them.
const LOOKS: usize = 300;

/// The stand-in plex.tv, as a program in another process knows it.
#[derive(Debug, Clone)]
pub(in crate::process::faults) struct Plex {
    address: SocketAddr,
    /// What PINs are bound to.
    client: String,
}

impl Plex {
    /// Where this server sends a browser without JavaScript. `None`: nobody is there.
    pub(in crate::process::faults) async fn of(server: SocketAddr) -> Option<Self> {
        let mut browser = Browser::new(server).with("Accept", "text/html");
        let form = Some("application/x-www-form-urlencoded");
        let sent = browser
            .send("POST", "/login/plex", form, b"returnTo=%2F")
            .await
            .unwrap();
        assert_eq!(sent.status, 303, "{sent:?}");
        // Back to a page of the server's own, which is a path alone, when no PIN could be made.
        let url = url::Url::parse(sent.header("location")?).ok()?;
        let address = url.socket_addrs(|| None).unwrap()[0];
        let public = browser.get("/api/v1/settings/public").await.json();
        let client = public["plexClientIdentifier"].as_str().unwrap().to_owned();
        Some(Self { address, client })
    }

    /// A PIN that was approved, as the server takes it.
    async fn approved_pin(&self) -> Value {
        let mut browser = Browser::new(self.address);
        let pin = browser.post("/_stub/pins", &json!({ "clientId": self.client })).await;
        let pin = pin.json();
        let yes = json!({ "code": pin["code"], "account": ACCOUNT });
        let approved = browser.post("/_stub/approve", &yes).await;
        assert_eq!(approved.status, 200, "{approved:?}");
        json!({ "pinId": pin["id"], "code": pin["code"] })
    }
}

impl Member {
    pub(super) async fn sign_in(&mut self) {
        let fits = |token: &Token| token.usable() && token.value.is_some() && token.sign_ins < MOST_SIGN_INS;
        let Some(name) = self.any_token(fits) else {
            return self.make_token().await;
        };
        let token = self.token(&name);
        token.sign_ins += 1;
        let (by, body) = (token.hash, json!({ "token": token.value }));
        match self.ask(Who::Nobody, "POST", "/api/v1/auth/token", Some(body)).await {
            Heard::Yes(_, browser) => {
                self.by_token += 1;
                self.signed_in(browser, by);
            }
            Heard::No(answer) => panic!("{answer:?}"),
            Heard::Nothing => self.books.lost_sign_ins += 1,
        }
    }

    /// By the way that only this member has. False: there is none.
    pub(super) async fn sign_in_by_own_way(&mut self) -> bool {
        let Some((path, body)) = self.own_way().await else {
            return false;
        };
        self.tried += 1;
        match self.ask(Who::Nobody, "POST", path, Some(body)).await {
            Heard::Yes(answer, browser) if answer.status == 200 => {
                self.came_in += 1;
                self.signed_in(browser, None);
            }
            // plex.tv is asked only so often, and this PIN would have to wait for its turn.
            Heard::Yes(..) => {}
            // Not 429 either: the server was told to take many tries, since one that was cut off counts as wrong.
            Heard::No(answer) => panic!("{answer:?}"),
            Heard::Nothing => self.books.lost_sign_ins += 1,
        }
        true
    }

    /// The same while nothing is in the way, so that it leads in: as the member of this number. `None`: there is none.
    pub(in crate::process::faults) async fn come_in_by_own_way(&mut self) -> Option<i64> {
        let (path, body) = self.own_way().await?;
        for _ in 0..LOOKS {
            match self.ask(Who::Nobody, "POST", path, Some(body.clone())).await {
                Heard::Yes(answer, browser) if answer.status == 200 => {
                    self.signed_in(browser, None);
                    return answer.json()["id"].as_i64();
                }
                Heard::Yes(..) => tokio::time::sleep(LOOK).await,
                Heard::No(answer) => panic!("{answer:?}"),
                Heard::Nothing => panic!("{path}: no answer"),
            }
        }
        panic!("{path}: its turn never came");
    }

    /// Where to send what.
    async fn own_way(&self) -> Option<(&'static str, Value)> {
        if let Some(password) = &self.password {
            let body = json!({ "email": self.email, "password": password });
            return Some(("/api/v1/auth/local", body));
        }
        let plex = self.plex.clone()?;
        Some(("/api/v1/auth/plex", plex.approved_pin().await))
    }

    fn signed_in(&mut self, browser: Browser, by: Option<Hash>) {
        self.books.sign_ins += 1;
        self.books.sessions.push(Session {
            id_hash: session_hash(&browser),
            cookies: browser.cookies,
            by,
            open: true,
            doubt: false,
        });
        // Those that ended long ago are known to have ended.
        let ended: Vec<usize> = (0..self.books.sessions.len())
            .filter(|at| !self.books.sessions[*at].open)
            .collect();
        if ended.len() > 40 {
            self.books.sessions.remove(ended[0]);
        }
    }
}

//! One member's books: what was confirmed, what was refused, what was asked for and never answered; and how they are
//! compared with the facts.

use std::collections::BTreeMap;

use latchkey::domain::{hash::Hash, token::TokenValue};

use super::facts::Facts;

/// Whether something is there, as far as it was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Refused, or not confirmed yet.
    Never,
    There,
    Gone,
}

/// What was asked for and not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    Made,
    Renewed,
    Removed,
}

/// A login token. Its name is nobody else's.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) id: i64,
    /// Known where the answer arrived.
    pub(super) value: Option<String>,
    /// Of the value.
    pub(super) hash: Option<Hash>,
    pub(super) status: Status,
    pub(super) doubt: Option<Doubt>,
    pub(super) renewed: i64,
    /// Sign-ins with this value, answered or not: of a token only so many sessions live.
    pub(super) sign_ins: usize,
}

impl Token {
    pub(super) fn asked() -> Self {
        Self {
            id: 0,
            value: None,
            hash: None,
            status: Status::Never,
            doubt: Some(Doubt::Made),
            renewed: 0,
            sign_ins: 0,
        }
    }

    /// A new value was shown.
    pub(super) fn told(&mut self, id: i64, value: &str) {
        self.id = id;
        self.hash = TokenValue::parse(value).map(|value| value.hash());
        self.value = Some(value.to_owned());
        self.status = Status::There;
        self.doubt = None;
        self.sign_ins = 0;
    }

    /// Whether something can be asked of it.
    pub(super) fn usable(&self) -> bool {
        self.status == Status::There && self.doubt.is_none()
    }

    #[track_caller]
    fn check(&mut self, member: i64, name: &str, facts: &Facts) {
        let there = facts.tokens.get(&(member, name.to_owned())).copied();
        let before = format!("{name}: {self:?}");
        let renewed = facts.lines("token-regenerated", name);
        match self.doubt.take() {
            Some(Doubt::Made) => {
                if let Some((id, hash)) = there {
                    (self.id, self.hash, self.status) = (id, Some(hash), Status::There);
                }
            }
            Some(Doubt::Renewed) => {
                if let Some((_, hash)) = there
                    && Some(hash) != self.hash
                {
                    (self.hash, self.value, self.sign_ins) = (Some(hash), None, 0);
                    self.renewed += 1;
                }
            }
            Some(Doubt::Removed) if there.is_none() => self.status = Status::Gone,
            Some(Doubt::Removed) | None => {}
        }
        let expected = (self.status == Status::There).then(|| (self.id, self.hash.unwrap_or_default()));
        assert_eq!(there, expected, "{before}");
        // Each change has its line, and nothing else has one.
        let lines = (facts.lines("token-made", name), facts.lines("token-revoked", name));
        let expected = match self.status {
            Status::Never => (0, 0),
            Status::There => (1, 0),
            Status::Gone => (1, 1),
        };
        assert_eq!((lines, renewed), (expected, self.renewed), "{before}");
    }
}

/// A signed-in browser.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) id_hash: Hash,
    /// The value of the token that opened it; `None`: a password did.
    pub(super) by: Option<Hash>,
    pub(super) open: bool,
    /// Its end was asked for and not answered.
    pub(super) doubt: bool,
}

/// Somebody who was made and perhaps deleted. The e-mail is nobody else's.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: i64,
    pub(super) status: Status,
    pub(super) doubt: Option<Doubt>,
    /// The value of a token that was made for them.
    pub(super) token: Option<String>,
    /// A session that it opened.
    pub(super) session: Option<Hash>,
}

impl Person {
    pub(super) fn usable(&self) -> bool {
        self.status == Status::There && self.doubt.is_none()
    }

    #[track_caller]
    fn check(&mut self, email: &str, facts: &Facts) {
        let there = facts.people.get(email).copied();
        let before = format!("{email}: {self:?}");
        match (self.doubt.take(), there) {
            (Some(Doubt::Made), Some(id)) => (self.id, self.status) = (id, Status::There),
            (Some(Doubt::Removed), None) => self.status = Status::Gone,
            _ => {}
        }
        assert_eq!(there, (self.status == Status::There).then_some(self.id), "{before}");
        let name = name_of(email);
        let lines = (facts.lines("user-made", &name), facts.lines("user-deleted", &name));
        let expected = match self.status {
            Status::Never => (0, 0),
            Status::There => (1, 0),
            Status::Gone => (1, 1),
        };
        assert_eq!(lines, expected, "{before}");
        // What was theirs is there with them and gone with them.
        let value = self.token.as_deref().and_then(TokenValue::parse);
        if let Some(value) = value {
            assert_eq!(facts.values.contains(&value.hash()), there.is_some(), "{before}");
        }
        if let Some(session) = &self.session {
            assert_eq!(facts.sessions.contains_key(session), there.is_some(), "{before}");
        }
    }
}

/// What a person of this e-mail is called.
pub(super) fn name_of(email: &str) -> String {
    email.split('@').next().unwrap_or_default().to_owned()
}

/// Settings that one member alone changes, all of them at each change, each made from one number.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) confirmed: u64,
    /// Asked for since then and not answered.
    pub(super) doubts: Vec<u64>,
}

/// Two groups of settings, each for one member.
pub(super) const GROUPS: usize = 2;

/// The settings of a group that belong to a number: name on the wire, name in the document, value.
pub(super) fn settings_of(group: usize, number: u64) -> Vec<(&'static str, &'static str, serde_json::Value)> {
    if group == 0 {
        vec![
            (
                "applicationTitle",
                "applicationTitle",
                format!("Household {number}").into(),
            ),
            ("activityDays", "activityDays", (1 + number % 3000).into()),
            ("sessionIdleDays", "sessionIdleDays", (1 + number % 30).into()),
        ]
    } else {
        vec![
            (
                "gatewayTokenParameter",
                "gatewayTokenParameter",
                format!("door-{number}").into(),
            ),
            (
                "householdChildren",
                "householdChildren",
                (!number.is_multiple_of(2)).into(),
            ),
            ("newPlexLogin", "newPlexMembers", number.is_multiple_of(2).into()),
        ]
    }
}

impl Choice {
    #[track_caller]
    fn check(&mut self, group: usize, facts: &Facts) {
        let fits = |number: &u64| {
            let settings = settings_of(group, *number);
            settings.iter().all(|(_, name, value)| facts.settings[*name] == *value)
        };
        let all = std::iter::once(self.confirmed).chain(std::mem::take(&mut self.doubts));
        let found: Vec<u64> = all.filter(fits).collect();
        // 0 is before the first change.
        if found.is_empty() && self.confirmed == 0 {
            let (_, name, _) = settings_of(group, 0)[0];
            let untouched = !facts.settings[name]
                .as_str()
                .unwrap_or_default()
                .contains(char::is_numeric);
            assert!(untouched, "group {group}: {}", facts.settings);
            return;
        }
        assert_eq!(
            found.len(),
            1,
            "group {group}: one of {:?}: {}",
            self.confirmed,
            facts.settings
        );
        self.confirmed = found[0];
    }
}

/// Everything that one member knows.
#[derive(Debug, Default)]
pub(super) struct Books {
    pub(super) tokens: BTreeMap<String, Token>,
    pub(super) sessions: Vec<Session>,
    pub(super) people: BTreeMap<String, Person>,
    pub(super) choice: Option<Choice>,
    /// Sign-ins that were not answered: each may have left a session that nobody knows.
    pub(super) lost_sign_ins: usize,
    /// Those that were.
    pub(super) sign_ins: i64,
}

impl Books {
    /// Compares, and takes over what became of that which was not answered. `group`: whose settings these are.
    #[track_caller]
    pub(super) fn check(&mut self, member: i64, group: usize, facts: &Facts) {
        for (name, token) in &mut self.tokens {
            token.check(member, name, facts);
        }
        for (email, person) in &mut self.people {
            person.check(email, facts);
        }
        if let Some(choice) = &mut self.choice {
            choice.check(group, facts);
        }
        let alive = |value: &Hash| {
            self.tokens
                .values()
                .any(|token| token.hash == Some(*value) && token.status == Status::There)
        };
        for session in &mut self.sessions {
            let there = facts.sessions.contains_key(&session.id_hash);
            session.open = session.open && session.by.as_ref().is_none_or(alive);
            if session.doubt {
                assert!(session.open || !there, "{session:?}");
                (session.open, session.doubt) = (there, false);
            }
            assert_eq!(session.open, there, "{session:?}");
        }
        // Whoever was refused has no session.
        let all = facts.sessions.values().filter(|user| **user == member).count();
        let known = self.sessions.iter().filter(|session| session.open).count();
        assert!(
            (known..=known + self.lost_sign_ins).contains(&all),
            "member {member} has {all} sessions and knows of {known} and {} that may be",
            self.lost_sign_ins
        );
    }
}

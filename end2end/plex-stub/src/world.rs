//! Who exists at the stand-in plex.tv: accounts, servers, shares, and raw rows for what a real list gets wrong.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;
use std::collections::HashSet;

/// The built-in sample, also the example of the file format.
const HOUSEHOLD: &str = include_str!("../household.toml");

/// Accounts and servers. Read from TOML (`World::from_toml`) or JSON (`PUT /_stub/world`), both with the same names.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct World {
    /// Everyone who can approve a PIN.
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// Media servers with their owner and shares.
    #[serde(default)]
    pub servers: Vec<Server>,
}

/// A Plex account or a managed profile of a Plex Home.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// The name tests use; never sent by the API.
    pub key: String,
    /// Plex's numeric account id.
    pub id: i64,
    /// 16 hex digits. \[V\]
    pub uuid: String,
    /// `None` for a managed profile: null in JSON, "" in XML. \[V\]
    pub username: Option<String>,
    /// The display name Plex always has.
    pub title: String,
    /// `None` for a managed profile: null in JSON, "" in XML. \[V\]
    pub email: Option<String>,
    /// The optional nicer name; "" when not set. \[V\]
    #[serde(default)]
    pub friendly_name: String,
    /// The account key of the admin of the Plex Home this account belongs to; its own key for the admin.
    pub home_of: Option<String>,
    /// A managed profile. \[V\]
    #[serde(default)]
    pub restricted: bool,
    /// The guest profile of a Home.
    #[serde(default)]
    pub guest: bool,
    /// The PIN that protects this profile in its Home; `Some` means `protected`.
    pub profile_pin: Option<String>,
    /// Replaces the avatar URL in `thumb`, for tests of hostile or missing pictures.
    pub thumb: Option<String>,
    /// Whether a PIN claimed by this account says `newRegistration: true`. \[V\]
    #[serde(default)]
    pub new_registration: bool,
    /// Rows put in front of this account's resources as they are: players, broken rows, forged servers.
    /// In TOML each is a string of JSON, because TOML has no null.
    #[serde(default, deserialize_with = "rows")]
    pub raw_resources: Vec<Value>,
}

impl Account {
    /// Whether a PIN is asked before switching to this profile.
    #[must_use]
    pub fn protected(&self) -> bool {
        self.profile_pin.is_some()
    }

    /// Whether this account runs its Plex Home.
    #[must_use]
    pub fn home_admin(&self) -> bool {
        self.home_of.as_deref() == Some(self.key.as_str())
    }
}

/// A Plex Media Server.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Server {
    /// The machine identifier, 40 hex digits; `clientIdentifier` in resources. \[V\]
    pub machine_id: String,
    /// What people call it.
    pub name: String,
    /// The owner's account key.
    pub owner: String,
    /// Listed with `presence: false` and an old `lastSeenAt`, but listed. \[V\]
    #[serde(default)]
    pub offline: bool,
    /// Everyone it was offered to. The owner isn't among them.
    #[serde(default)]
    pub shares: Vec<Share>,
}

/// One server offered to one account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Share {
    /// The account key.
    pub account: String,
    /// How far it came.
    pub state: ShareState,
}

/// How far a share came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShareState {
    /// May use the server.
    Accepted,
    /// Invited; the server isn't in the account's resources yet. \[V\]
    Pending,
    /// Taken away; the two accounts are still friends. \[V: friendship isn't access\]
    None,
}

impl World {
    /// The built-in sample; see the crate documentation for its account keys.
    ///
    /// # Panics
    /// Never in a build that passed its tests: the file is part of the program.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the file is compiled in and a test reads it")]
    pub fn household() -> Self {
        Self::from_toml(HOUSEHOLD).expect("household.toml is valid")
    }

    /// Reads the format of `household.toml`.
    ///
    /// # Errors
    /// A text that says what is wrong: not TOML, an unknown field, a duplicate, or a name nobody has.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let world: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        world.check()?;
        Ok(world)
    }

    /// Every key, id and machine identifier once, and every name known.
    ///
    /// # Errors
    /// A text naming the offender.
    pub fn check(&self) -> Result<(), String> {
        let (mut keys, mut ids, mut machines) = (HashSet::new(), HashSet::new(), HashSet::new());
        for account in &self.accounts {
            if !keys.insert(account.key.as_str()) || !ids.insert(account.id) {
                return Err(format!("account {} ({}) is there twice", account.key, account.id));
            }
        }
        let homes = self.accounts.iter().filter_map(|account| account.home_of.as_ref());
        let owners = self.servers.iter().map(|server| &server.owner);
        let guests = self
            .servers
            .iter()
            .flat_map(|server| &server.shares)
            .map(|share| &share.account);
        if let Some(name) = homes
            .chain(owners)
            .chain(guests)
            .find(|name| !keys.contains(name.as_str()))
        {
            return Err(format!("no account has the key {name}"));
        }
        match self
            .servers
            .iter()
            .find(|server| !machines.insert(server.machine_id.as_str()))
        {
            Some(server) => Err(format!("machine identifier {} is there twice", server.machine_id)),
            None => Ok(()),
        }
    }

    /// The account with this key.
    #[must_use]
    pub fn account(&self, key: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.key == key)
    }

    /// The same, to change it.
    pub fn account_mut(&mut self, key: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.key == key)
    }

    /// The server with this machine identifier.
    #[must_use]
    pub fn server(&self, machine_id: &str) -> Option<&Server> {
        self.servers.iter().find(|server| server.machine_id == machine_id)
    }

    /// The same, to change it.
    pub fn server_mut(&mut self, machine_id: &str) -> Option<&mut Server> {
        self.servers.iter_mut().find(|server| server.machine_id == machine_id)
    }

    /// Offers, accepts or takes away a share.
    ///
    /// # Errors
    /// When the account or the server is unknown.
    pub fn share(&mut self, account: &str, machine_id: &str, state: ShareState) -> Result<(), String> {
        if self.account(account).is_none() {
            return Err(format!("no account has the key {account}"));
        }
        let server = self
            .server_mut(machine_id)
            .ok_or_else(|| format!("no server is {machine_id}"))?;
        server.shares.retain(|share| share.account != account);
        server.shares.push(Share {
            account: account.to_owned(),
            state,
        });
        Ok(())
    }

    /// Whether the two accounts live in one Plex Home.
    pub(crate) fn same_home(&self, one: &str, other: &str) -> bool {
        let home = |key| self.account(key).and_then(|account| account.home_of.as_deref());
        home(one).is_some() && home(one) == home(other)
    }
}

impl Server {
    /// How far the share to this account came, if there is one.
    #[must_use]
    pub fn share_with(&self, account: &str) -> Option<ShareState> {
        self.shares
            .iter()
            .find(|share| share.account == account)
            .map(|share| share.state)
    }
}

/// Raw rows: JSON values, or strings that hold JSON.
fn rows<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<Value>, D::Error> {
    let parse = |row| match row {
        Value::String(text) => {
            serde_json::from_str(&text).map_err(|error| D::Error::custom(format!("{error}: {text}")))
        }
        other => Ok(other),
    };
    Vec::<Value>::deserialize(source)?.into_iter().map(parse).collect()
}

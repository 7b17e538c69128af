//! What commands about people have in common. Whoever runs them owns the machine: they act as the owner, by the same
//! rules and services as the server, so that the activity list tells what was done.

use std::net::{IpAddr, Ipv4Addr};

use super::answer::Failure;
use crate::{
    bootstrap::App,
    config::Config,
    domain::{
        people_rules::{self, Actor},
        user::{OWNER_ID, User},
    },
    services::members::{Sort, Wanted},
    storage::Db,
    web::AppState,
};

/// From where the activity list says that it was done.
pub(super) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// How many people are named when nobody, or more than one, is meant.
const MOST_NAMED: i64 = 10;

pub(super) struct Shell {
    pub(super) state: AppState,
    db: Db,
    owner: User,
}

impl Shell {
    /// Opens the database that the configuration names.
    pub(super) async fn open(config: &Config) -> Result<Self, Failure> {
        let App { state, db } = App::for_commands(config).await?;
        let owner = state.members.find(OWNER_ID).await?;
        let owner =
            owner.ok_or_else(|| Failure::failed("Latchkey is not set up yet: nobody is owner. Open /setup first"))?;
        Ok(Self { state, db, owner })
    }

    /// Writes what waits, and closes.
    pub(super) async fn close(self) -> Result<(), Failure> {
        self.state.activity.flush().await?;
        self.db.close().await;
        Ok(())
    }

    pub(super) fn actor(&self) -> Actor<'_> {
        Actor {
            user: &self.owner,
            by_login_token: false,
        }
    }

    /// Who is meant by a number, an e-mail, a name, or one word of a name that nobody else has; in any case.
    pub(super) async fn person(&self, who: &str) -> Result<User, Failure> {
        if let Ok(id) = who.parse::<i64>() {
            let found = self.state.members.find(id).await?;
            return found.ok_or_else(|| Failure::not_found(format!("nobody has the number {id}")));
        }
        let leave = people_rules::may_see_people(self.actor()).map_err(|denied| Failure::failed(denied.message()))?;
        let wanted = Wanted {
            sort: Sort::default(),
            search: who,
            from: 0,
            most: MOST_NAMED,
        };
        let near: Vec<User> = self
            .state
            .members
            .list(leave, &wanted)
            .await?
            .members
            .into_iter()
            .map(|(user, _)| user)
            .collect();
        // As it stands, or, where nobody is called just that, as one word of a name.
        let mut meant: Vec<&User> = near.iter().filter(|user| is_called(user, who, false)).collect();
        if meant.is_empty() {
            meant = near.iter().filter(|user| is_called(user, who, true)).collect();
        }
        match meant[..] {
            [user] => Ok(user.clone()),
            [] if near.is_empty() => Err(Failure::not_found(format!("nobody is called {who:?}"))),
            [] => Err(Failure::not_found(format!(
                "nobody is called {who:?}. Do you mean {}?",
                named(&near)
            ))),
            _ => Err(Failure::not_found(format!(
                "more than one is called {who:?}. Use the number: {}",
                named(&near)
            ))),
        }
    }
}

fn is_called(user: &User, who: &str, by_one_word: bool) -> bool {
    let who = who.trim().to_lowercase();
    let mut names = [&user.email, &user.username, &user.plex_username, &user.plex_name]
        .into_iter()
        .flatten()
        .map(|name| name.to_lowercase());
    names.any(|name| name == who || (by_one_word && name.split_whitespace().any(|word| word == who)))
}

fn named(users: &[User]) -> String {
    let names: Vec<String> = users
        .iter()
        .map(|user| format!("{} ({})", user.id, user.display_name()))
        .collect();
    names.join(", ")
}

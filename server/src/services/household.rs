//! Asks Plex, with the owner's token, whom the owner shares with. One request, however many people.

use std::sync::Arc;

use super::{ServiceError, owner_token::OwnerToken, site::Site};
use crate::{
    domain::{
        following::{Listed, OwnersList, Problem, Share},
        settings::MediaServer,
    },
    plex::{HouseholdList, PlexApi, PlexError, SharedUser},
    storage::user::PlexProfile,
};

/// Asks.
pub struct Household {
    /// Which media server is meant.
    pub site: Arc<Site>,
    /// plex.tv.
    pub plex: Arc<dyn PlexApi>,
    /// Whose list is asked for.
    pub owner_token: Arc<OwnerToken>,
}

/// What came of asking.
#[derive(Debug)]
pub enum Asked {
    /// The list, and the media server that it was read for.
    List(MediaServer, OwnersList),
    /// No media server is chosen: there is nothing to ask about.
    NoMediaServer,
    /// There is no token of the owner, or it can't be read.
    NoToken,
    /// Plex no longer accepts the owner's token.
    TokenRefused,
    /// Plex's trouble.
    Trouble(PlexError),
}

impl Asked {
    /// The list, or why there is none; [`ServiceError::Conflict`] and Plex's errors say what to do.
    ///
    /// # Errors
    /// As said.
    pub fn list(self) -> Result<(MediaServer, OwnersList), ServiceError> {
        match self {
            Self::List(server, list) => Ok((server, list)),
            Self::NoMediaServer => Err(ServiceError::Conflict(app::msg!("membership-no-server"))),
            Self::NoToken | Self::TokenRefused => Err(ServiceError::Conflict(app::msg!("membership-no-token"))),
            Self::Trouble(error) => Err(error.into()),
        }
    }

    /// Why there is no list; `None`: there is one, or nothing to ask about.
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        match self {
            Self::List(..) | Self::NoMediaServer => None,
            Self::NoToken => Some(Problem::NoToken),
            Self::TokenRefused => Some(Problem::TokenRefused),
            Self::Trouble(_) => Some(Problem::PlexTrouble),
        }
    }
}

impl Household {
    /// Asks Plex once.
    ///
    /// # Errors
    /// The database's. Plex's are answers.
    pub async fn ask(&self) -> Result<Asked, ServiceError> {
        let Some(media_server) = self.site.now().settings.media_server.clone() else {
            return Ok(Asked::NoMediaServer);
        };
        let Some(token) = self.owner_token.find().await? else {
            return Ok(Asked::NoToken);
        };
        match self.plex.household_users(&token).await {
            Ok(list) => {
                let list = for_server(list, &media_server.machine_id);
                Ok(Asked::List(media_server, list))
            }
            Err(PlexError::BadToken) => {
                tracing::warn!("Plex no longer accepts the owner's token; the owner should sign in with Plex again");
                Ok(Asked::TokenRefused)
            }
            Err(error) => {
                tracing::warn!(%error, "plex.tv gave no usable list of people");
                Ok(Asked::Trouble(error))
            }
        }
    }
}

fn for_server(list: HouseholdList, machine_id: &str) -> OwnersList {
    let whole = list.is_whole();
    let people = list.people.into_iter().map(|person| listed(person, machine_id));
    OwnersList {
        people: people.collect(),
        whole,
    }
}

fn listed(person: SharedUser, machine_id: &str) -> Listed {
    let mut shares = person.servers.iter().filter(|server| server.machine_id == machine_id);
    let share = shares.next().map(|first| {
        // Listed twice, once accepted: they may use it.
        if !first.pending || shares.any(|other| !other.pending) {
            Share::Accepted
        } else {
            Share::Pending
        }
    });
    Listed {
        plex_id: person.id,
        share,
        home: person.home,
        restricted: person.restricted,
        username: person.username.filter(|name| !name.is_empty()),
        title: person.title.filter(|name| !name.is_empty()),
        email: person.email.filter(|email| !email.is_empty()),
        avatar: person.thumb,
    }
}

/// Somebody on the list as a new member's profile.
#[must_use]
pub fn profile(person: &Listed) -> PlexProfile {
    let name = person.title.as_ref().or(person.username.as_ref());
    PlexProfile {
        plex_id: person.plex_id,
        username: person.username.clone(),
        name: name
            .cloned()
            .unwrap_or_else(|| format!("Plex account {}", person.plex_id)),
        email: person.email.clone(),
        avatar: person.avatar.clone(),
    }
}

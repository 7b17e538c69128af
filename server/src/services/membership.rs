//! Who of the people at Plex belongs to the household: asks Plex, lets `domain::access` decide, takes members in.

use std::sync::Arc;

use app::api::sign_in::Refusal;

use super::{
    ServiceError,
    household::{Asked, Household},
    owner_token::OwnerToken,
    site::Site,
};
use crate::{
    domain::{
        access::{self, Decision, Evidence, OwnerList, ServerAccess},
        clock::Clock,
        following::Share,
        user::{Tier, User},
    },
    plex::{PlexApi, PlexError, PlexToken},
    storage::{self, Db, user::PlexProfile},
};

/// Takes members in.
pub struct Membership {
    /// Members.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The rules.
    pub site: Arc<Site>,
    /// plex.tv.
    pub plex: Arc<dyn PlexApi>,
    /// Where the owner's is kept.
    pub owner_token: Arc<OwnerToken>,
    /// For telling invitations apart.
    pub household: Arc<Household>,
}

/// What Plex says about the account behind a token.
#[derive(Debug)]
pub struct Known {
    /// Name, e-mail, picture.
    pub profile: PlexProfile,
    /// A managed profile.
    pub restricted: bool,
    /// What the account may use.
    servers: Vec<ServerAccess>,
}

/// Whether the account comes in.
#[derive(Debug)]
pub enum Verdict {
    /// As this member, new or updated.
    In(User),
    /// No, and why.
    Refused(Refusal),
    /// Plex could not be asked everything that the decision needs.
    PlexTrouble(PlexError),
}

impl Membership {
    /// Asks Plex whose token this is and what that account may use.
    ///
    /// # Errors
    /// Plex's.
    pub async fn identify(&self, token: &PlexToken) -> Result<Known, PlexError> {
        let account = self.plex.account(token).await?;
        let servers = self.plex.resources(token).await?;
        Ok(Known {
            profile: PlexProfile {
                plex_id: account.id,
                name: account.display_name(),
                username: account.username.filter(|name| !name.is_empty()),
                email: account.email.filter(|email| !email.is_empty()),
                avatar: account.thumb,
            },
            restricted: account.restricted,
            servers: servers
                .into_iter()
                .map(|server| ServerAccess {
                    machine_id: server.machine_id,
                    owned: server.owned,
                    owner_id: server.owner_id,
                    home: server.home,
                })
                .collect(),
        })
    }

    /// Decides, and takes over what Plex says about a member who comes in.
    ///
    /// # Errors
    /// The database's.
    pub async fn admit(&self, token: &PlexToken, known: &Known) -> Result<Verdict, ServiceError> {
        let plex_id = known.profile.plex_id;
        let member = storage::user::find_by_plex_id(&self.db, plex_id).await?;
        let site = self.site.now();
        let mut evidence = Evidence {
            plex_id,
            restricted: known.restricted,
            servers: &known.servers,
            owner_list: OwnerList::NotAsked,
            member: member.as_ref(),
            settings: &site.settings,
        };
        let mut decision = access::decide(&evidence);
        if decision == Decision::AskOwnerList {
            evidence.owner_list = match self.owner_list(plex_id).await? {
                Ok(answer) => answer,
                Err(error) => return Ok(Verdict::PlexTrouble(error)),
            };
            decision = access::decide(&evidence);
        }
        match decision {
            Decision::Allow(tier) => {
                if tier == Tier::Owner {
                    // A new sign-in may have made the kept one worthless.
                    self.keep_owner_token(token).await?;
                }
                let permissions = site.settings.default_permissions;
                let user =
                    storage::user::upsert_plex(&self.db, &known.profile, tier, permissions, self.clock.now()).await?;
                // Plex has just said that they have access, whatever the owner's list said before.
                storage::membership::forget_absence(&self.db, user.id).await?;
                tracing::info!(user = user.id, tier = tier.name(), "signed in with Plex");
                Ok(Verdict::In(user))
            }
            Decision::Refuse(reason) => {
                tracing::info!(reason = reason.name(), "a Plex sign-in was refused");
                Ok(Verdict::Refused(reason))
            }
            Decision::AskOwnerList => Err(ServiceError::Internal(
                "the decision asked for the owner's list twice".into(),
            )),
        }
    }

    /// Keeps the owner's token for later questions.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_owner_token(&self, token: &PlexToken) -> Result<(), ServiceError> {
        self.owner_token.keep(token).await
    }

    /// What the owner's list of people says. Plex's trouble is the inner error.
    async fn owner_list(&self, plex_id: i64) -> Result<Result<OwnerList, PlexError>, ServiceError> {
        let list = match self.household.ask().await? {
            Asked::List(_, list) => list,
            Asked::NoMediaServer | Asked::NoToken | Asked::TokenRefused => return Ok(Ok(OwnerList::Unavailable)),
            Asked::Trouble(error) => return Ok(Err(error)),
        };
        Ok(Ok(match list.find(plex_id).and_then(|listed| listed.share) {
            None => OwnerList::Absent,
            Some(Share::Pending) => OwnerList::Pending,
            Some(Share::Accepted) => OwnerList::Accepted,
        }))
    }
}

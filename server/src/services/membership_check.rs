//! Looks again and again whether members still have access at Plex, and lets `domain::following` decide what that means.
//!
//! One instance at a time makes the check: whoever gets the lease in the database. Everything that it does is written in
//! one transaction with the end of that lease, so an instance that was too slow does nothing.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use super::{
    ServiceError,
    activity::{Activity, Event},
    household::{Asked, Household},
    site::Site,
};
use crate::{
    domain::{
        activity::Kind,
        clock::Clock,
        following::{self, Problem},
        user::User,
    },
    storage::{self, Db},
};

/// How long an instance has the check for itself, in milliseconds: Plex's time limit and the database fit in.
const LEASE_MS: i64 = 60_000;
const MINUTE: i64 = 60;

/// Checks.
pub struct MembershipCheck {
    /// Members and the check's row.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How often, and for which media server.
    pub site: Arc<Site>,
    /// Asks Plex.
    pub household: Arc<Household>,
    /// Makes lines.
    pub activity: Arc<Activity>,
}

/// How it stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// When the last check ended, Unix seconds.
    pub checked_at: Option<i64>,
    /// When Plex's list could last be believed, Unix seconds.
    pub good_at: Option<i64>,
    /// What was in the way of the last check.
    pub problem: Option<Problem>,
    /// Members whom one answer has left out, and not another one yet.
    pub missing: Vec<User>,
    /// Members who are out.
    pub out: Vec<User>,
}

impl MembershipCheck {
    /// Checks if it is time to and nobody else does.
    ///
    /// # Errors
    /// The database's.
    pub async fn run_if_due(&self) -> Result<(), ServiceError> {
        let site = self.site.now();
        let minutes = i64::from(site.settings.membership_check_minutes);
        if minutes == 0 || site.settings.media_server.is_none() {
            return Ok(());
        }
        let now = self.clock.now();
        let last = storage::membership::find_check(&self.db).await?;
        // A start to come is one of before the clock was set back.
        if last.started_at <= now && now - last.started_at < minutes * MINUTE {
            return Ok(());
        }
        let began_by = if last.started_at > now {
            last.started_at
        } else {
            now - minutes * MINUTE
        };
        self.run(began_by).await.map(drop)
    }

    /// Checks now. What happened stands in [`MembershipCheck::standing`] afterwards; the members who went now.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] while a check is under way, and where no media server is chosen; the database's.
    pub async fn run_now(&self) -> Result<Vec<i64>, ServiceError> {
        if self.site.now().settings.media_server.is_none() {
            return Asked::NoMediaServer.list().map(|_| Vec::new());
        }
        self.run(i64::MAX)
            .await?
            .ok_or_else(|| ServiceError::Conflict(app::msg!("membership-under-way")))
    }

    /// `None`: somebody else does it.
    async fn run(&self, began_by: i64) -> Result<Option<Vec<i64>>, ServiceError> {
        let now_ms = self.clock.now_ms();
        let lease = now_ms + LEASE_MS;
        if !storage::membership::lease(&self.db, now_ms, lease, began_by).await? {
            return Ok(None);
        }
        let asked = self.household.ask().await?;
        let problem = asked.problem();
        let now = self.clock.now();
        let Asked::List(media_server, list) = asked else {
            let problem = problem.map_or("", Problem::name);
            storage::membership::give_up(&self.db, lease, now, problem).await?;
            return Ok(Some(Vec::new()));
        };
        let members = storage::membership::list_followed(&self.db, &media_server.machine_id).await?;
        let settings = &self.site.now().settings;
        let apart = i64::from(settings.membership_confirm_minutes) * MINUTE;
        let plan = match following::plan(&members, &list, media_server.owner_id, now, apart) {
            Ok(plan) if settings.media_server.as_ref() == Some(&media_server) => plan,
            // Another one was chosen while Plex was asked about this one.
            Ok(_) => {
                storage::membership::give_up(&self.db, lease, now, "").await?;
                return Ok(Some(Vec::new()));
            }
            Err(problem) => {
                tracing::warn!(
                    problem = problem.name(),
                    "Plex's list of people is not believed; nothing was changed"
                );
                storage::membership::give_up(&self.db, lease, now, problem.name()).await?;
                return Ok(Some(Vec::new()));
            }
        };
        let mut line = self.activity.line(&Event {
            kind: Kind::MembershipEnded,
            user_id: None,
            actor_id: None,
            subject: "",
            address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        });
        // Latchkey did it by itself.
        line.address = String::new();
        let gone = storage::membership::carry_out(&self.db, lease, &media_server.machine_id, &plan, now, &line).await?;
        for user_id in gone.iter().flatten() {
            tracing::info!(
                user = user_id,
                "the share at Plex ended: sessions and login tokens ended, too"
            );
        }
        Ok(Some(gone.unwrap_or_default()))
    }

    /// How it stands.
    ///
    /// # Errors
    /// The database's.
    pub async fn standing(&self) -> Result<Standing, ServiceError> {
        let row = storage::membership::find_check(&self.db).await?;
        let mut standing = Standing {
            checked_at: row.finished_at,
            good_at: row.good_at,
            problem: Problem::from_name(&row.problem),
            missing: Vec::new(),
            out: Vec::new(),
        };
        let site = self.site.now();
        if let Some(media_server) = &site.settings.media_server {
            for member in storage::membership::list_followed(&self.db, &media_server.machine_id).await? {
                match member.absence {
                    Some(absence) if absence.ended_at.is_some() => standing.out.push(member.user),
                    Some(_) => standing.missing.push(member.user),
                    None => {}
                }
            }
        }
        Ok(standing)
    }

    /// What was in the way of the last check. Cheap.
    ///
    /// # Errors
    /// The database's.
    pub async fn problem(&self) -> Result<Option<Problem>, ServiceError> {
        let row = storage::membership::find_check(&self.db).await?;
        Ok(Problem::from_name(&row.problem))
    }
}

//! Leave to do something about the site: the only way from a request to the types of `domain::settings_rules` and
//! `domain::activity_rules`.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::Caller;
use crate::{
    domain::{
        activity_rules::{self, MaySeeActivity},
        settings_rules::{self, Denied},
    },
    services::activity::By,
    web::{error::Problem, extract::Client, state::AppState},
};

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self::forbidden(denied.message())
    }
}

/// Who makes use of a leave over the site, from where: the services write it down with what they change.
macro_rules! over_the_site {
    ($($(#[$doc:meta])* $name:ident by $rule:path;)+) => {$(
        $(#[$doc])*
        pub(in crate::web) struct $name(pub(in crate::web) By);

        impl FromRequestParts<AppState> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
                let caller = Caller::from_request_parts(parts, state).await?;
                let leave = $rule(caller.actor())?;
                let client = Client::from_request_parts(parts, state).await?;
                Ok(Self(state.activity.by(leave.actor_id(), client.address)))
            }
        }
    )+};
}

over_the_site! {
    /// Leave to change the settings: owner and administrators.
    ChangesSettings by settings_rules::may_change_settings;
    /// Leave to make a new session secret: the same, but not by a login token.
    RotatesSecret by settings_rules::may_rotate;
    /// Leave to make a new API key: the owner.
    MakesApiKey by settings_rules::may_make_api_key;
    /// Leave to change how mail is sent: the owner, not by a login token.
    ChangesMail by settings_rules::may_change_mail;
}

/// Leave to see the activity list, or a part of it.
pub(in crate::web) struct SeesActivity(pub(in crate::web) MaySeeActivity);

impl FromRequestParts<AppState> for SeesActivity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let leave = activity_rules::may_see_activity(&caller.user);
        leave
            .map(Self)
            .ok_or_else(|| Problem::forbidden(app::msg!("activity-denied")))
    }
}

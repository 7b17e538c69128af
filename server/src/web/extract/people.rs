//! Leave to do something about a member: the only way from a request to the types of `domain::people_rules` and
//! `domain::token_rules`.
//!
//! A handler takes what it needs as an argument, such as `Manages(leave): Manages`. Nobody signed in: 401. Not allowed:
//! 403, also where there is no such member, so that nobody learns who exists. No such member: 404.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{StatusCode, request::Parts},
};

use super::Caller;
use crate::{
    domain::{
        people_rules::{
            self, Denied, MayAddPeople, MayChangeOwn, MayChangeSecrets, MayDelete, MayEdit, MayManage, MayRead,
            MaySeePeople, MaySeeSecrets,
        },
        token_rules::{MayChange, MaySee},
    },
    web::{error::Problem, state::AppState},
};

/// Leave over the member in the address (`{id}`).
macro_rules! over_a_member {
    ($($(#[$doc:meta])* $name:ident($leave:ty) by $rule:path;)+) => {$(
        $(#[$doc])*
        pub(in crate::web) struct $name(pub(in crate::web) $leave);

        impl FromRequestParts<AppState> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
                let caller = Caller::from_request_parts(parts, state).await?;
                let id = member_id(parts, state).await?;
                let member = state.members.target(caller.actor(), id).await?;
                let member = member.ok_or_else(Problem::no_member)?;
                $rule(caller.actor(), &member).map(Self).map_err(Problem::from)
            }
        }
    )+};
}

over_a_member! {
    /// Leave to read all about the member in the address: themselves, or MANAGE_USERS.
    Reads(MayRead) by people_rules::may_read;
    /// Leave to change name, e-mail and language of the member in the address: themselves, or MANAGE_USERS.
    Edits(MayEdit) by people_rules::may_edit;
    /// Leave to switch the member in the address off and on, and to change their permissions.
    Manages(MayManage) by people_rules::may_manage;
    /// Leave to see how the member in the address signs in and where: themselves, or MANAGE_USERS.
    SeesSecrets(MaySeeSecrets) by people_rules::may_see_secrets;
    /// Leave to change password, linked account and sessions of the member in the address: themselves, or MANAGE_USERS.
    ChangesSecrets(MayChangeSecrets) by people_rules::may_change_secrets;
    /// Leave to do what only the member in the address may do.
    ChangesOwn(MayChangeOwn) by people_rules::may_change_own;
}

/// Leave to delete the member in the address. The owner, and an administrator for all but the owner: 405, as Seerr says.
pub(in crate::web) struct Deletes(pub(in crate::web) MayDelete);

impl FromRequestParts<AppState> for Deletes {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let id = member_id(parts, state).await?;
        let member = state.members.target(caller.actor(), id).await?;
        let member = member.ok_or_else(Problem::no_member)?;
        match people_rules::may_delete(caller.actor(), &member) {
            Ok(leave) => Ok(Self(leave)),
            Err(denied @ (Denied::Owner | Denied::DeletesAdministrator)) => {
                let message = denied.message();
                Err(Problem {
                    allow: Some("GET,HEAD,PUT"),
                    ..Problem::new(StatusCode::METHOD_NOT_ALLOWED, message)
                })
            }
            Err(denied) => Err(denied.into()),
        }
    }
}

/// Leave to see everybody with all that is known: MANAGE_USERS.
pub(in crate::web) struct SeesPeople(pub(in crate::web) MaySeePeople);

impl FromRequestParts<AppState> for SeesPeople {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        people_rules::may_see_people(caller.actor())
            .map(Self)
            .map_err(Problem::from)
    }
}

/// Leave to make new members: MANAGE_USERS.
pub(in crate::web) struct AddsPeople(pub(in crate::web) MayAddPeople);

impl FromRequestParts<AppState> for AddsPeople {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        people_rules::may_add_people(caller.actor())
            .map(Self)
            .map_err(Problem::from)
    }
}

/// Leave to see the login tokens of the member in the address (`{id}`).
pub(in crate::web) struct SeesTokens(pub(in crate::web) MaySee);

impl FromRequestParts<AppState> for SeesTokens {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let id = member_id(parts, state).await?;
        let leave = state.login_tokens.may_see(caller.actor(), id).await?;
        leave.map(Self).ok_or_else(Problem::no_member)
    }
}

/// Leave to change the login tokens of the member in the address (`{id}`).
pub(in crate::web) struct ChangesTokens(pub(in crate::web) MayChange);

impl FromRequestParts<AppState> for ChangesTokens {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let id = member_id(parts, state).await?;
        let leave = state.login_tokens.may_change(caller.actor(), id).await?;
        leave.map(Self).ok_or_else(Problem::no_member)
    }
}

/// The number in the address; what is no number is nobody's.
async fn member_id(parts: &mut Parts, state: &AppState) -> Result<i64, Problem> {
    let parameters = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| Problem::no_member())?;
    let id = parameters.iter().find(|(name, _)| *name == "id");
    // Numbers that nobody could have are nobody's either; -1 lets the rules say no in the same words as to any other.
    Ok(id.and_then(|(_, id)| id.parse().ok()).unwrap_or(-1))
}

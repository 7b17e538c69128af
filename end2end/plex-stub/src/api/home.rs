//! Plex Home: its profiles, and switching to one of them. Facts: §3.3.

use crate::api::account::{thumb, user_body};
use crate::call::Call;
use crate::reply::Reply;
use crate::state::State;
use crate::world::Account;
use serde_json::{Value, json};

/// `GET /api/v2/home/users` \[V\]. 404 for an account without a Home \[I\].
pub(crate) fn users(state: &State, call: &Call) -> Result<Reply, Reply> {
    let caller = state.caller(call)?;
    let admin = admin(state, caller).ok_or_else(|| Reply::not_found(call))?;
    let body = json!({
        "id": admin.id % 1_000_000, "name": format!("{}'s Home", admin.title), "guestUserID": null, "guestUserUUID": null,
        "guestEnabled": false, "subscription": true, "users": profiles(state, caller, call),
    });
    Ok(Reply::face(call, 200, "home", &body))
}

/// `GET /api/home/users`, XML only: `<MediaContainer><User …/></MediaContainer>`. \[V\]
pub(crate) fn users_v1(state: &State, call: &Call) -> Result<Reply, Reply> {
    let caller = state.legacy_caller(call)?;
    let users = profiles(state, caller, call);
    Ok(Reply::xml(
        200,
        "MediaContainer",
        &json!({ "size": users.len(), "User": users }),
    ))
}

/// `POST /api/v2/home/users/{uuid}/switch?pin=`: the profile's account body with its own token. \[V\]
pub(crate) fn switch(state: &mut State, call: &Call, uuid: &str) -> Result<Reply, Reply> {
    let caller = state.caller(call)?.key.clone();
    let (profile, token) = open_profile(state, call, &caller, |account| account.uuid == uuid)?;
    Ok(Reply::face(
        call,
        201,
        "user",
        &user_body(state, call, &profile, &token),
    ))
}

/// `POST /api/home/users/{id}/switch?pin=`, XML only; of the body only `authenticationToken` is known. \[C\]
pub(crate) fn switch_v1(state: &mut State, call: &Call, id: &str) -> Result<Reply, Reply> {
    let caller = state.legacy_caller(call)?.key.clone();
    let (profile, token) = open_profile(state, call, &caller, |account| account.id.to_string() == id)?;
    let body = json!({ "id": profile.id, "title": profile.title, "authenticationToken": token, "authToken": token });
    Ok(Reply::xml(201, "user", &body))
}

/// The wanted profile of the caller's Home and a token for it; 403/1041 when protected and the PIN isn't right. \[V\]
fn open_profile(
    state: &mut State,
    call: &Call,
    caller: &str,
    wanted: impl Fn(&Account) -> bool,
) -> Result<(Account, String), Reply> {
    let profile = state.world.accounts.iter().find(|account| wanted(account));
    let profile = profile.filter(|profile| state.world.same_home(&profile.key, caller));
    let profile = profile.ok_or_else(|| Reply::not_found(call))?.clone();
    if profile
        .profile_pin
        .as_deref()
        .is_some_and(|pin| call.param("pin") != Some(pin))
    {
        return Err(Reply::error(
            call,
            403,
            1041,
            "A valid PIN is required to perform this action",
        ));
    }
    let token = state.issue_token(&profile.key, call.client_id().unwrap_or_default());
    Ok((profile, token))
}

fn admin<'a>(state: &'a State, caller: &Account) -> Option<&'a Account> {
    state.world.account(caller.home_of.as_deref()?)
}

fn profiles(state: &State, caller: &Account, call: &Call) -> Vec<Value> {
    let home = state
        .world
        .accounts
        .iter()
        .filter(|other| state.world.same_home(&other.key, &caller.key));
    home.map(|account| {
        json!({
            "id": account.id, "uuid": account.uuid, "title": account.title, "username": account.username,
            "email": account.email, "friendlyName": account.friendly_name, "thumb": thumb(account, call),
            "hasPassword": !account.restricted, "restricted": account.restricted,
            "restrictionProfile": account.restricted.then_some("little_kid"), "admin": account.home_admin(),
            "guest": account.guest, "protected": account.protected(),
        })
    })
    .collect()
}

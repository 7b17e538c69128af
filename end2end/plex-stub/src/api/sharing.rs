//! The owner's side of sharing: friends, invites, who has which server. Facts: §4.3.

use crate::api::account::{moment, thumb};
use crate::call::Call;
use crate::clock;
use crate::reply::Reply;
use crate::state::State;
use crate::world::{Account, Server, ShareState, World};
use serde_json::{Value, json};

/// When every share of the stub was offered and accepted.
const INVITED_AT: i64 = 1_700_000_000;
const ACCEPTED_AT: i64 = 1_700_086_400;

/// `GET /api/users`, XML only: friends and Home members, not the caller. \[V\]
/// The root's `machineIdentifier` is plex.tv's own, not the owner's server. \[V\]
pub(crate) fn users(state: &State, call: &Call) -> Result<Reply, Reply> {
    let caller = state.legacy_caller(call)?;
    let world = &state.world;
    let users: Vec<Value> = related(world, caller)
        .map(|account| {
            let servers = world.servers.iter().filter(|server| server.owner == caller.key);
            let servers: Vec<Value> = servers
                .filter_map(|server| user_server(state, server, account))
                .collect();
            json!({
                "id": account.id, "title": account.title, "username": account.username, "email": account.email,
                "thumb": thumb(account, call), "protected": account.protected(),
                "home": world.same_home(&account.key, &caller.key), "restricted": account.restricted,
                "recommendationsPlaylistId": "", "allowTuners": false, "allowSync": true, "allowCameraUpload": false,
                "allowChannels": false, "allowSubtitleAdmin": false, "filterAll": "", "filterMovies": "",
                "filterMusic": "", "filterPhotos": "", "filterTelevision": "", "Server": servers,
            })
        })
        .collect();
    let size = users.len();
    let body = json!({
        "friendlyName": "myPlex", "identifier": "com.plexapp.plugins.myplex",
        "machineIdentifier": "3dff4c4da3b1229a649aa574a9e2b419a684a20e", "totalSize": size, "size": size, "User": users,
    });
    Ok(Reply::xml(200, "MediaContainer", &body))
}

fn user_server(state: &State, server: &Server, account: &Account) -> Option<Value> {
    let share = server
        .share_with(&account.key)
        .filter(|share| *share != ShareState::None)?;
    Some(json!({
        "id": share_id(server, account), "serverId": number(&server.machine_id), "machineIdentifier": server.machine_id,
        "name": server.name, "lastSeenAt": state.clock.moment(state.clock.now_ms()).unix_timestamp().to_string(),
        "numLibraries": 3, "allLibraries": true, "owned": true, "pending": share == ShareState::Pending,
    }))
}

/// `GET /api/servers/{machineId}/shared_servers`, XML only. No `acceptedAt` = pending. Holds other people's server
/// tokens, as the real one does. \[V\]
pub(crate) fn shared_servers(state: &State, call: &Call, machine_id: &str) -> Result<Reply, Reply> {
    let caller = state.legacy_caller(call)?;
    let server = state
        .world
        .server(machine_id)
        .filter(|server| server.owner == caller.key);
    let server = server.ok_or_else(|| Reply::not_found(call))?;
    let rows: Vec<Value> = shares(&state.world, server)
        .map(|(account, share)| {
            let mut row = json!({
                "id": share_id(server, account), "username": account.username, "email": account.email,
                "userID": account.id, "accessToken": format!("srvTok-{}", account.uuid), "name": server.name,
                "invitedAt": INVITED_AT, "allowSync": true, "allowCameraUpload": false, "allowChannels": false,
                "owned": false, "allLibraries": true,
                "Section": [{ "id": 1, "key": 1, "title": "Films", "type": "movie", "shared": true }],
            });
            if share == ShareState::Accepted {
                row["acceptedAt"] = ACCEPTED_AT.into();
            }
            row
        })
        .collect();
    let body =
        json!({ "friendlyName": "myPlex", "machineIdentifier": machine_id, "size": rows.len(), "SharedServer": rows });
    Ok(Reply::xml(200, "MediaContainer", &body))
}

/// `GET /api/invites/requested`, XML only: the caller's invites nobody has answered. \[C\]
pub(crate) fn invites(state: &State, call: &Call) -> Result<Reply, Reply> {
    let caller = state.legacy_caller(call)?;
    let invites: Vec<Value> = owned_shares(&state.world, caller, ShareState::Pending)
        .map(|(server, account)| {
            json!({
                "id": account.id, "createdAt": INVITED_AT, "friend": true, "home": false, "server": true,
                "username": account.username, "email": account.email, "friendlyName": account.friendly_name,
                "thumb": thumb(account, call), "Server": [{ "name": server.name, "numLibraries": 3 }],
            })
        })
        .collect();
    Ok(Reply::xml(
        200,
        "MediaContainer",
        &json!({ "size": invites.len(), "Invite": invites }),
    ))
}

/// `GET /api/v2/shared_servers/owned/{accepted|pending}`; the shape is only partly known.
pub(crate) fn owned(state: &State, call: &Call, share: ShareState) -> Result<Reply, Reply> {
    let caller = state.caller(call)?;
    let rows: Vec<Value> = owned_shares(&state.world, caller, share)
        .map(|(server, account)| {
            json!({
                "id": share_id(server, account), "machineIdentifier": server.machine_id, "name": server.name,
                "invitedId": account.id, "invitedEmail": account.email, "invited": person(account, call),
                "allLibraries": true, "invitedAt": clock::iso(moment(INVITED_AT)),
            })
        })
        .collect();
    Ok(Reply::face(call, 200, "shared_servers", &rows.into()))
}

/// `GET /api/v2/friends`. Friendship isn't access: `sharedServers` is empty, as in a real capture. \[V\]
pub(crate) fn friends(state: &State, call: &Call) -> Result<Reply, Reply> {
    let caller = state.caller(call)?;
    let rows: Vec<Value> = related(&state.world, caller)
        .map(|account| {
            let mut row = person(account, call);
            row["status"] = "accepted".into();
            row["home"] = state.world.same_home(&account.key, &caller.key).into();
            row["restricted"] = account.restricted.into();
            row["sharedServers"] = json!([]);
            row["sharedSources"] = json!([]);
            row
        })
        .collect();
    Ok(Reply::face(call, 200, "friends", &rows.into()))
}

fn person(account: &Account, call: &Call) -> Value {
    json!({
        "id": account.id, "uuid": account.uuid, "title": account.title, "username": account.username,
        "email": account.email, "friendlyName": account.friendly_name, "thumb": thumb(account, call),
    })
}

/// Everyone in the caller's Home and everyone with whom a server was ever shared, in either direction.
fn related<'a>(world: &'a World, caller: &'a Account) -> impl Iterator<Item = &'a Account> {
    let shared = |owner: &str, guest: &str| {
        world
            .servers
            .iter()
            .any(|server| server.owner == owner && server.share_with(guest).is_some())
    };
    world.accounts.iter().filter(move |other| {
        let (one, two) = (caller.key.as_str(), other.key.as_str());
        one != two && (world.same_home(one, two) || shared(one, two) || shared(two, one))
    })
}

fn shares<'a>(world: &'a World, server: &'a Server) -> impl Iterator<Item = (&'a Account, ShareState)> {
    let lasting = server.shares.iter().filter(|share| share.state != ShareState::None);
    lasting.filter_map(|share| Some((world.account(&share.account)?, share.state)))
}

fn owned_shares<'a>(
    world: &'a World,
    caller: &'a Account,
    wanted: ShareState,
) -> impl Iterator<Item = (&'a Server, &'a Account)> {
    let owned = world.servers.iter().filter(|server| server.owner == caller.key);
    owned.flat_map(move |server| {
        shares(world, server)
            .filter(move |(_, share)| *share == wanted)
            .map(move |(account, _)| (server, account))
    })
}

/// A stable number for a share.
fn share_id(server: &Server, account: &Account) -> i64 {
    number(&server.machine_id) % 1_000_000 + account.id
}

/// A stable number for a machine identifier.
fn number(machine_id: &str) -> i64 {
    machine_id
        .get(..6)
        .and_then(|start| i64::from_str_radix(start, 16).ok())
        .unwrap_or_default()
}

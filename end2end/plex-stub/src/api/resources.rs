//! What an account may use: `/api/v2/resources` and its v1 sister. Facts: §4.1.

use crate::api::account::moment;
use crate::call::Call;
use crate::clock;
use crate::reply::Reply;
use crate::state::State;
use crate::world::{Account, Server, ShareState};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// When every server of the stub was set up, and when an offline one was last seen.
const CREATED_AT: i64 = 1_635_272_716;
const LONG_AGO: i64 = 1_660_000_000;

/// `GET /api/v2/resources`: raw rows first, then the account's servers, pending and removed shares left out. \[V\]
pub(crate) fn v2(state: &State, call: &Call) -> Result<Reply, Reply> {
    let account = state.caller(call)?;
    Ok(Reply::face(call, 200, "resources", &rows(state, call, account).into()))
}

/// `GET /api/resources`, XML only: `<MediaContainer size><Device …><Connection/></Device></MediaContainer>`, epoch
/// dates, and attributes left out where they don't apply. \[V\]
pub(crate) fn v1(state: &State, call: &Call) -> Result<Reply, Reply> {
    let account = state.legacy_caller(call)?;
    let devices: Vec<Value> = rows(state, call, account).into_iter().map(device).collect();
    Ok(Reply::xml(
        200,
        "MediaContainer",
        &json!({ "size": devices.len(), "Device": devices }),
    ))
}

fn rows(state: &State, call: &Call, account: &Account) -> Vec<Value> {
    let servers = state
        .world
        .servers
        .iter()
        .filter_map(|server| row(state, call, account, server));
    account.raw_resources.iter().cloned().chain(servers).collect()
}

fn row(state: &State, call: &Call, account: &Account, server: &Server) -> Option<Value> {
    let owned = server.owner == account.key;
    if !owned && server.share_with(&account.key) != Some(ShareState::Accepted) {
        return None;
    }
    let owner = state.world.account(&server.owner)?;
    let switches = &state.switches;
    let tell_owner = if owned {
        switches.owner_id_when_owned
    } else {
        switches.owner_id_when_shared
    };
    let seen = if server.offline {
        moment(LONG_AGO)
    } else {
        state.clock.moment(state.clock.now_ms())
    };
    Some(json!({
        "name": server.name, "product": "Plex Media Server", "productVersion": "1.43.2.10687-563d026ea",
        "platform": "Linux", "platformVersion": "6.1", "device": "Docker Container",
        "clientIdentifier": server.machine_id, "provides": "server",
        "ownerId": if tell_owner { owner.id.into() } else { Value::Null },
        "sourceTitle": if owned { Value::Null } else { owner.title.clone().into() },
        "publicAddress": "203.0.113.9", "accessToken": server_token(server, account), "searchEnabled": true,
        "createdAt": clock::iso(moment(CREATED_AT)), "lastSeenAt": clock::iso(seen),
        "owned": owned, "home": owned || state.world.same_home(&account.key, &server.owner), "synced": false,
        "relay": true, "presence": !server.offline, "httpsRequired": false, "publicAddressMatches": false,
        "dnsRebindingProtection": false, "natLoopbackSupported": true, "connections": connections(call),
    }))
}

/// What the media server itself takes from this account. Not an account token: `/api/v2/user` answers 401 to it. \[C\]
fn server_token(server: &Server, account: &Account) -> String {
    format!(
        "srvTok-{}-{}",
        server.machine_id.get(..6).unwrap_or_default(),
        account.uuid
    )
}

/// The `include…` flags change nothing but this list. \[C\]
fn connections(call: &Call) -> Value {
    let wants = |flag| matches!(call.param(flag), Some("1" | "true" | "True"));
    let connection = |protocol: &str, host: &str, address: &str, port: u16, local: bool, relay: bool, v6: bool| {
        json!({ "protocol": protocol, "address": address, "port": port, "uri": format!("{protocol}://{host}:{port}"),
                "local": local, "relay": relay, "IPv6": v6 })
    };
    let direct = "0123456789abcdef0123456789abcdef.plex.direct";
    let mut list = vec![connection("http", "192.0.2.5", "192.0.2.5", 32400, true, false, false)];
    if wants("includeHttps") {
        list[0] = connection(
            "https",
            &format!("192-0-2-5.{direct}"),
            "192.0.2.5",
            32400,
            true,
            false,
            false,
        );
    }
    if wants("includeIPv6") {
        let (host, address) = (format!("2001-db8--5.{direct}"), "2001:db8::5");
        list.push(connection("https", &host, address, 32400, false, false, true));
    }
    if wants("includeRelay") {
        let (host, address) = (format!("203-0-113-77.{direct}"), "203.0.113.77");
        list.push(connection("https", &host, address, 8443, false, true, false));
    }
    list.into()
}

fn device(row: Value) -> Value {
    let Value::Object(fields) = row else { return row };
    let mut kept = Map::new();
    for (name, value) in fields {
        match (name.as_str(), value) {
            (_, Value::Null | Value::Bool(false)) | ("ownerId", _) => {}
            ("createdAt" | "lastSeenAt", Value::String(date)) => {
                kept.insert(name, epoch(&date).to_string().into());
            }
            ("connections", value) => {
                kept.insert("Connection".to_owned(), value);
            }
            (_, value) => {
                kept.insert(name, value);
            }
        }
    }
    // Always there. [V]
    for name in ["owned", "home"] {
        kept.entry(name).or_insert(false.into());
    }
    kept.into()
}

fn epoch(iso: &str) -> i64 {
    OffsetDateTime::parse(iso, &Rfc3339).map_or(0, OffsetDateTime::unix_timestamp)
}

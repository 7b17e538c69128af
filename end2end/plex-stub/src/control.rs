//! `/_stub/`: how tests in another process drive the stub. Not part of plex.tv and not logged. Every answer is JSON,
//! 400 `{"error"}` when the order can't be carried out. Parameters come as JSON, form or query.

use crate::call::Call;
use crate::cors;
use crate::pin::{NewPin, Pin};
use crate::reply::Reply;
use crate::state::State;
use crate::stub::Shared;
use crate::world::{ShareState, World};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Longer absences are a mistake in a test: nobody could call the stub back.
const LONGEST_ABSENCE: u64 = 60;

pub(crate) fn answer(shared: &Arc<Shared>, call: &Call) -> Reply {
    let outcome = match call.segments().as_slice() {
        _ if call.method == "OPTIONS" => Ok(Value::Null),
        ["_stub", "away"] => away(shared, call),
        _ => shared.with(|state| route(state, call)),
    };
    let mut reply = match outcome {
        Ok(value) => Reply::json(200, &value),
        Err(message) => Reply::json(400, &json!({ "error": message })),
    };
    cors::allow(call, &mut reply);
    reply.with("cache-control", "no-store")
}

fn route(state: &mut State, call: &Call) -> Result<Value, String> {
    let segments = call.segments();
    match (call.method.as_str(), segments.get(1..).unwrap_or_default()) {
        ("GET", ["log"]) => return to_json(&state.log),
        ("DELETE", ["log"]) => state.log.clear(),
        ("GET", ["pins"]) => return to_json(&state.pins),
        ("POST", ["pins"]) => return Ok(create_pin(state, call)),
        ("POST", ["approve"]) => return approve(state, call),
        ("POST", ["expire"]) => state.expire(need(call, "code")?)?,
        ("POST", ["token"]) => {
            let (account, client_id) = (need(call, "account")?, need(call, "clientId")?);
            state
                .world
                .account(account)
                .ok_or_else(|| format!("no account has the key {account}"))?;
            return Ok(json!({ "token": state.issue_token(account, client_id) }));
        }
        ("POST", ["remove-device"]) => state.kill_tokens(need(call, "account")?, call.param("clientId")),
        ("POST", ["advance"]) => state.clock.advance(seconds(call)?),
        ("GET", ["switches"]) => return to_json(&state.switches),
        ("POST", ["switches"]) => {
            state.switches.merge(call.body.clone())?;
            return to_json(&state.switches);
        }
        ("GET", ["world"]) => return to_json(&state.world),
        ("PUT", ["world"]) => {
            let world: World = serde_json::from_value(call.body.clone()).map_err(|error| error.to_string())?;
            world.check()?;
            state.world = world;
        }
        ("POST", ["share"]) => {
            let share: ShareState =
                serde_json::from_value(need(call, "state")?.into()).map_err(|error| error.to_string())?;
            state
                .world
                .share(need(call, "account")?, need(call, "machineId")?, share)?;
        }
        ("POST", ["offline"]) => {
            let machine_id = need(call, "machineId")?;
            let server = state
                .world
                .server_mut(machine_id)
                .ok_or_else(|| format!("no server is {machine_id}"))?;
            server.offline = call.param("offline") != Some("false");
        }
        ("POST", ["reset"]) => state.reset(state.first_world.clone()),
        ("GET", ["page"]) => return page(state, call),
        _ => return Err("no such control; see the crate documentation of plex-stub".to_owned()),
    }
    Ok(json!({ "ok": true }))
}

/// A PIN as a browser at `origin` makes it, for tests that don't start at our sign-in page.
fn create_pin(state: &mut State, call: &Call) -> Value {
    let pin = state.create_pin(&NewPin {
        strong: call.param("strong") != Some("false"),
        client_id: call.param("clientId").unwrap_or_default(),
        product: call.param("product"),
        origin: call.param("origin"),
        ip: call.param("ip").unwrap_or(&call.ip),
    });
    json!({ "id": pin.id, "code": pin.code })
}

/// Approves a code. With `forwardUrl` it also says where the page would go on to: that URL, or null.
fn approve(state: &mut State, call: &Call) -> Result<Value, String> {
    let pin = state.approve(need(call, "code")?, need(call, "account")?)?;
    let check = state.switches.check_forward_host;
    let target = call
        .param("forwardUrl")
        .filter(|target| pin.may_forward_to(target, check));
    Ok(json!({ "ok": true, "forwardUrl": target }))
}

/// What the approval page needs to draw itself. Apart from `/api/v2/pins/info`, so that the log holds only what the
/// program under test has asked for.
fn page(state: &State, call: &Call) -> Result<Value, String> {
    let known = |pin: &&Pin| Some(pin.client_id.as_str()) == call.param("clientID") && pin.token.is_none();
    let pin = call
        .param("code")
        .and_then(|code| state.live_pin(code))
        .filter(known)
        .ok_or("bad code or clientID")?;
    let accounts = state.world.accounts.iter();
    let accounts: Vec<Value> = accounts
        .map(|account| json!({ "key": account.key, "title": account.title, "email": account.email }))
        .collect();
    Ok(json!({
        "product": pin.product,
        "ipMatches": pin.ip == call.ip && !state.switches.security_alert,
        "signedInAs": state.switches.signed_in_as,
        "accounts": accounts,
    }))
}

/// Closes the port for some seconds. Only so, because nobody could call a closed port back.
fn away(shared: &Arc<Shared>, call: &Call) -> Result<Value, String> {
    let absence = seconds(call)?;
    if absence.as_secs() > LONGEST_ABSENCE {
        return Err(format!("{LONGEST_ABSENCE} seconds at most"));
    }
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        shared.close().await;
        tokio::time::sleep(absence).await;
        // Whoever took the port meanwhile has it; the test will notice.
        let _ = shared.open().await;
    });
    Ok(json!({ "ok": true }))
}

fn seconds(call: &Call) -> Result<Duration, String> {
    let seconds: f64 = need(call, "seconds")?
        .parse()
        .map_err(|_| "seconds is not a number".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn need<'a>(call: &'a Call, name: &str) -> Result<&'a str, String> {
    call.param(name).ok_or_else(|| format!("{name} is missing"))
}

fn to_json(value: &impl serde::Serialize) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

//! `/_stub/`: how tests in another process drive the stub. Plain JSON; not part of plex.tv, not logged.

use crate::call::Call;
use crate::reply::Reply;
use crate::state::State;
use crate::stub::Shared;
use serde_json::{Value, json};

pub(crate) fn answer(shared: &Shared, call: &Call) -> Reply {
    let outcome = shared.with(|state| route(state, call));
    match outcome {
        Ok(value) => Reply::json(200, &value),
        Err(message) => Reply::json(400, &json!({ "error": message })),
    }
}

fn route(state: &mut State, call: &Call) -> Result<Value, String> {
    let done = json!({ "ok": true });
    match (call.method.as_str(), call.segments().as_slice()) {
        ("GET", ["_stub", "log"]) => serde_json::to_value(&state.log).map_err(|error| error.to_string()),
        ("DELETE", ["_stub", "log"]) => {
            state.log.clear();
            Ok(done)
        }
        ("POST", ["_stub", "approve"]) => {
            state.approve(need(call, "code")?, need(call, "account")?)?;
            Ok(done)
        }
        ("POST", ["_stub", "expire"]) => state.expire(need(call, "code")?).map(|()| done),
        _ => Err("no such control; see the crate documentation of plex-stub".to_owned()),
    }
}

fn need<'a>(call: &'a Call, name: &str) -> Result<&'a str, String> {
    call.param(name).ok_or_else(|| format!("{name} is missing"))
}

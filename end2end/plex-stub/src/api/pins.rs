//! `/api/v2/pins`: create, read, and what the approval page asks about a code. Facts: §2.

use crate::call::Call;
use crate::pin::NewPin;
use crate::reply::Reply;
use crate::state::State;
use serde_json::json;

/// `POST /api/v2/pins`: 201. `strong` may come in query, form or JSON, as `true`, `True` or `1`. \[V, C\]
pub(crate) fn create(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    let client_id = call.client_id().ok_or_else(|| Reply::no_client_id(call))?;
    let strong = matches!(call.param("strong"), Some("true" | "True" | "1"));
    let (product, origin) = (call.plex("X-Plex-Product"), call.header("origin"));
    let pin = state.create_pin(&NewPin {
        strong,
        client_id,
        product,
        origin,
        ip: &call.ip,
    });
    let location = format!("{}/api/v2/pins/{}", call.base(), pin.id);
    Ok(Reply::face(call, 201, "pin", &state.pin_body(&pin, call)).with("location", location))
}

/// `GET /api/v2/pins/{id}`: 200, or 404/1020 when unknown, expired or another client identifier's. \[V\]
pub(crate) fn read(state: &mut State, call: &Call, id: &str) -> Result<Reply, Reply> {
    let client_id = call.client_id().ok_or_else(|| Reply::no_client_id(call))?;
    // The code of this error isn't known; the status is. [R]
    let id = id.parse().map_err(|_| Reply::error(call, 400, 1000, "id is invalid"))?;
    let pin = state.read_pin(id, client_id).ok_or_else(|| Reply::no_pin(call))?;
    Ok(Reply::face(call, 200, "pin", &state.pin_body(&pin, call)))
}

/// `GET /api/v2/pins/info?code=`: what the approval page chooses its screen by. \[R, names from Plex's bundle\]
/// Compares the caller's address with the creator's, so it must be asked by the approving browser.
pub(crate) fn info(state: &State, call: &Call) -> Result<Reply, Reply> {
    call.client_id().ok_or_else(|| Reply::no_client_id(call))?;
    let pin = call
        .param("code")
        .and_then(|code| state.live_pin(code))
        .ok_or_else(|| Reply::no_pin(call))?;
    let body = json!({
        "clientIdentifier": pin.client_id,
        "product": pin.product,
        "trusted": false,
        "ipMatches": pin.ip == call.ip && !state.switches.security_alert,
        // Only pages on Plex's own hosts are safe origins; a third party always gets the notice.
        "isSafeOrigin": false,
        "source": null,
    });
    Ok(Reply::face(call, 200, "pin", &body))
}

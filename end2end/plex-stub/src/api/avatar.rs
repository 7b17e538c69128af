//! Profile pictures: a redirect to a host for assets, as the real ones do (§6), and a picture as small as can be.

use crate::call::Call;
use crate::reply::Reply;
use crate::state::State;

const GIF: &str = "image/gif";
/// One dot. Every byte of it is ASCII, because answers here are texts.
const DOT: &str = "GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// `GET /users/{uuid}/avatar?c=`: 302, no token needed. \[V\]
pub(crate) fn redirect(state: &State, call: &Call, uuid: &str) -> Result<Reply, Reply> {
    let known = state.world.accounts.iter().any(|account| account.uuid == uuid);
    if !known {
        return Err(Reply::not_found(call));
    }
    Ok(Reply::empty(302).with("location", format!("{}/assets/{uuid}.gif", call.base())))
}

/// `GET /assets/{uuid}.gif`.
pub(crate) fn picture(state: &State, call: &Call, file: &str) -> Result<Reply, Reply> {
    let uuid = file.strip_suffix(".gif").unwrap_or(file);
    let known = state.world.accounts.iter().any(|account| account.uuid == uuid);
    if !known {
        return Err(Reply::not_found(call));
    }
    Ok(Reply::new(200, GIF, DOT))
}

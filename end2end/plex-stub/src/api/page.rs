//! app.plex.tv: the approval page. The page itself is static; its script reads the fragment. Facts: §2.3, §2.4.

use crate::reply::{HTML, Reply};
use crate::state::State;

/// `GET /auth`.
pub(crate) fn approval(state: &State) -> Reply {
    let reply = Reply::new(200, HTML, include_str!("approval.html")).with("cache-control", "no-store");
    if state.switches.coop {
        reply.with("cross-origin-opener-policy", "same-origin")
    } else {
        reply
    }
}

/// `/` and `/desktop`: where Plex drops people after a sign-in that could not go on.
pub(crate) fn home() -> Reply {
    Reply::new(
        200,
        HTML,
        "<!doctype html><html lang=en><title>Plex (stand-in)</title><h1>Plex (stand-in)</h1>\n",
    )
}

//! The CORS headers captured from plex.tv (§7), on every API answer including errors and preflights.

use crate::call::Call;
use crate::reply::Reply;

/// Adds what a browser on a foreign page wants to see. `*`, so credentials never work. \[V\]
/// A preflight's requested headers are echoed. \[C/I\]
pub(crate) fn allow(call: &Call, reply: &mut Reply) {
    let headers = [
        ("access-control-allow-origin", "*"),
        (
            "access-control-allow-methods",
            "GET, POST, PUT, PATCH, HEAD, DELETE, OPTIONS",
        ),
        ("access-control-expose-headers", "Location"),
        ("access-control-max-age", "86400"),
        ("vary", "Origin"),
    ];
    reply
        .headers
        .extend(headers.map(|(name, value)| (name, value.to_owned())));
    if let Some(requested) = call.header("access-control-request-headers") {
        reply
            .headers
            .push(("access-control-allow-headers", requested.to_owned()));
    }
}

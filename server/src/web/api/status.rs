//! `GET /status`: this server's version. Never asks anybody else.

use axum::Json;
use serde_json::{Value, json};

/// 200, in Seerr's shape.
pub(in crate::web) async fn handle() -> Json<Value> {
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "commitTag": "local",
        "updateAvailable": false,
        "commitsBehind": 0,
        "restartRequired": false,
    }))
}

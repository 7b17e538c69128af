//! `GET /status`: this server's version. Never asks anybody else.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// This server, in Seerr's words.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Status {
    #[schema(examples("0.1.0"))]
    version: &'static str,
    /// Always `local`, and the next three always 0 or false: it asks nobody.
    #[schema(examples("local"))]
    commit_tag: &'static str,
    update_available: bool,
    #[schema(examples(0))]
    commits_behind: u32,
    restart_required: bool,
}

/// This server's version. It asks nobody else.
#[utoipa::path(
    get,
    path = "/status",
    tag = "Public",
    security(()),
    responses(
        (status = 200, description = "The version, in Seerr's shape", body = Status),
    )
)]
pub(in crate::web) async fn handle() -> Json<Status> {
    Json(Status {
        version: env!("CARGO_PKG_VERSION"),
        commit_tag: "local",
        update_available: false,
        commits_behind: 0,
        restart_required: false,
    })
}

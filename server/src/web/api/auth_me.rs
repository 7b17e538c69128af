//! `GET /auth/me`: who is calling.

use app::api::user::User;
use axum::Json;

use crate::web::{extract::Caller, wire};

/// Who is calling.
#[utoipa::path(
    get,
    path = "/auth/me",
    tag = "Signing in",
    responses(
        (status = 200, description = "The caller", body = User),
    )
)]
pub(in crate::web) async fn handle(caller: Caller) -> Json<User> {
    Json(wire::user(&caller.user))
}

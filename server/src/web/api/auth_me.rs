//! `GET /auth/me`: who is calling.

use app::api::user::User;
use axum::Json;

use crate::web::{extract::Caller, wire};

/// 200 User with e-mail; 401 nothing sent; 403 a session that has ended.
pub(in crate::web) async fn handle(caller: Caller) -> Json<User> {
    Json(wire::user(&caller.user))
}

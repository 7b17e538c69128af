//! `/settings/plex/check`: whether members still have access at Plex. Ours.

use app::{api::error::ErrorBody, msg};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{clock::rfc3339, following::Problem as Trouble},
    services::membership_check::Standing,
    web::{error::Problem, extract::Admin, openapi::said, state::AppState},
};

/// How the check stands. Times are RFC 3339; null: never.
#[derive(Serialize, ToSchema)]
#[schema(as = MembershipCheck)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Check {
    #[schema(format = DateTime, examples("2026-09-14T18:00:00Z"))]
    checked_at: Option<String>,
    #[schema(format = DateTime, examples("2026-09-14T18:00:00Z"))]
    good_at: Option<String>,
    /// Why the last check changed nothing, as one word; null: it went well.
    #[schema(examples(json!(null)))]
    problem: Option<&'static str>,
    /// Members whom one answer left out, by number.
    #[schema(examples(6))]
    missing: Vec<i64>,
    /// Members who are out, by number.
    #[schema(examples(6))]
    out: Vec<i64>,
    /// Members who went by this very check.
    #[schema(examples(6))]
    ended: Vec<i64>,
}

impl Check {
    fn new(standing: &Standing, ended: Vec<i64>) -> Self {
        Self {
            checked_at: standing.checked_at.map(rfc3339),
            good_at: standing.good_at.map(rfc3339),
            problem: standing.problem.map(Trouble::name),
            missing: standing.missing.iter().map(|user| user.id).collect(),
            out: standing.out.iter().map(|user| user.id).collect(),
            ended,
        }
    }
}

/// How the check of who still has access at Plex stands.
#[utoipa::path(
    get,
    path = "/settings/plex/check",
    tag = "Settings",
    responses(
        (status = 200, description = "As it stands", body = Check),
    )
)]
pub(in crate::web) async fn read(State(state): State<AppState>, _: Admin) -> Result<Json<Check>, Problem> {
    let standing = state.membership_check.standing().await?;
    Ok(Json(Check::new(&standing, Vec::new())))
}

/// Asks Plex now who still has access.
#[utoipa::path(
    post,
    path = "/settings/plex/check",
    tag = "Settings",
    responses(
        (status = 200, description = "As it stands now, also where the list is not believed", body = Check),
        (
            status = 409,
            description = "No media server is chosen, or a check is under way",
            body = ErrorBody,
            example = json!(said(msg!("membership-under-way"))),
        ),
    )
)]
pub(in crate::web) async fn run(State(state): State<AppState>, _: Admin) -> Result<Json<Check>, Problem> {
    let ended = state.membership_check.run_now().await?;
    let standing = state.membership_check.standing().await?;
    Ok(Json(Check::new(&standing, ended)))
}

//! `/settings/plex/check`: whether members still have access at Plex. Ours.

use axum::{Json, extract::State};
use serde::Serialize;

use crate::{
    domain::{clock::rfc3339, following::Problem as Trouble},
    services::membership_check::Standing,
    web::{error::Problem, extract::Admin, state::AppState},
};

/// How the check stands. Times are RFC 3339; null: never.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Check {
    checked_at: Option<String>,
    good_at: Option<String>,
    /// Why the last check changed nothing, as one word; null: it went well.
    problem: Option<&'static str>,
    /// Members whom one answer left out, by number.
    missing: Vec<i64>,
    /// Members who are out, by number.
    out: Vec<i64>,
    /// Members who went by this very check.
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

/// `GET`: 200.
pub(in crate::web) async fn read(State(state): State<AppState>, _: Admin) -> Result<Json<Check>, Problem> {
    let standing = state.membership_check.standing().await?;
    Ok(Json(Check::new(&standing, Vec::new())))
}

/// `POST`: asks Plex now. 200, also where Plex gave no list that could be believed (`problem` says so); 409 without a media
/// server, and while a check is under way.
pub(in crate::web) async fn run(State(state): State<AppState>, _: Admin) -> Result<Json<Check>, Problem> {
    let ended = state.membership_check.run_now().await?;
    let standing = state.membership_check.standing().await?;
    Ok(Json(Check::new(&standing, ended)))
}

//! `/settings/proxy`: whether the reverse proxy does what it should.

use axum::{Json, extract::State, http::HeaderMap};
use serde::{Deserialize, Serialize};

use crate::web::{
    error::Problem,
    extract::{Admin, Caller, JsonBody},
    gateway,
    language::of_reader,
    state::AppState,
};

#[derive(Deserialize)]
pub(in crate::web) struct Wanted {
    app: i64,
}

#[derive(Serialize)]
pub(in crate::web) struct Tested {
    findings: Vec<ShownFinding>,
}

#[derive(Serialize)]
struct ShownFinding {
    name: &'static str,
    good: bool,
    message: String,
}

/// `POST …/test`: 200 what was found, in the reader's language; 404 no such app.
pub(in crate::web) async fn test(
    State(state): State<AppState>,
    _: Admin,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(wanted): JsonBody<Wanted>,
) -> Result<Json<Tested>, Problem> {
    let app = state.apps.find(wanted.app).ok_or_else(Problem::no_app)?;
    let language = of_reader(caller.user.locale.as_deref(), &headers, &state);
    let findings = gateway::probe(&state, &app).await?.into_iter();
    Ok(Json(Tested {
        findings: findings
            .map(|finding| ShownFinding {
                name: finding.name,
                good: finding.good,
                message: finding.message.in_language(language),
            })
            .collect(),
    }))
}

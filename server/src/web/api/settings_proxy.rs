//! `/settings/proxy`: whether the reverse proxy does what it should.

use app::{api::error::ErrorBody, msg};
use axum::{Json, extract::State, http::HeaderMap};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::web::{
    error::Problem,
    extract::{Admin, Caller, JsonBody},
    gateway,
    language::of_reader,
    openapi::said,
    state::AppState,
};

#[derive(Deserialize, ToSchema)]
#[schema(as = ProxyTest)]
pub(in crate::web) struct Wanted {
    #[schema(examples(3))]
    app: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProxyTested)]
pub(in crate::web) struct Tested {
    findings: Vec<ShownFinding>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProxyFinding)]
struct ShownFinding {
    #[schema(pattern = "^[a-z]+$", examples("reach"))]
    name: &'static str,
    good: bool,
    #[schema(examples("The reverse proxy leads to the app."))]
    message: String,
}

/// Asks for an app through the reverse proxy, and says what is wrong with it.
#[utoipa::path(
    post,
    path = "/settings/proxy/test",
    tag = "Gateway",
    request_body = Wanted,
    responses(
        (status = 200, description = "What was found, in the caller's language", body = Tested),
        (
            status = 404,
            description = "There is no such app",
            body = ErrorBody,
            example = json!(said(msg!("apps-none-such"))),
        ),
    )
)]
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

//! `GET /user/:id/explain`: why somebody can't sign in. Ours.

use app::messages::Language;
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    services::explain::{Explanation, Who},
    web::{
        error::Problem,
        extract::{Caller, PathOf, SeesPeople},
        language,
        state::AppState,
    },
};

#[derive(Serialize, ToSchema)]
#[schema(as = Explanation)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[schema(examples("Anna"))]
    name: String,
    #[schema(examples(4))]
    user_id: Option<i64>,
    #[schema(examples(52990041))]
    plex_id: Option<i64>,
    ways: Vec<WireWay>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ExplainedWay)]
struct WireWay {
    /// `plex` or `password`.
    #[schema(pattern = "^(plex|password)$", examples("plex"))]
    way: &'static str,
    /// `ok`, `no` or `unknown`.
    #[schema(pattern = "^(ok|no|unknown)$", examples("ok"))]
    outcome: &'static str,
    steps: Vec<WireStep>,
    #[schema(examples("Anna can sign in with Plex."))]
    advice: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ExplainedStep)]
struct WireStep {
    #[schema(pattern = "^(ok|no|unknown)$", examples("ok"))]
    outcome: &'static str,
    #[schema(examples("Signing in with Plex is switched on."))]
    text: String,
}

fn wire(explained: Explanation, language: Language) -> Wire {
    let ways = explained.ways.into_iter().map(|way| WireWay {
        way: way.name,
        outcome: way.outcome().name(),
        advice: way.advice.in_language(language),
        steps: way
            .steps
            .into_iter()
            .map(|step| WireStep {
                outcome: step.outcome.name(),
                text: step.text.in_language(language),
            })
            .collect(),
    });
    Wire {
        name: explained.name,
        user_id: explained.user_id,
        plex_id: explained.plex_id,
        ways: ways.collect(),
    }
}

/// Why a member can or can't sign in, step by step. Plex's trouble is a step of the answer.
#[utoipa::path(
    get,
    path = "/user/{id}/explain",
    tag = "Members",
    params(crate::web::wire::MemberPath),
    responses(
        (status = 200, description = "The steps, in the caller's language", body = Wire),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    _: SeesPeople,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::no_member())?;
    let explained = state.explain.explain(Who::Member(id)).await?;
    let explained = explained.ok_or_else(Problem::no_member)?;
    let language = language::of_reader(caller.user.locale.as_deref(), &headers, &state);
    let mut response = Json(wire(explained, language)).into_response();
    language::mark(response.headers_mut(), language);
    Ok(response)
}

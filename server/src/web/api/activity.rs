//! `GET /activity`: what happened, the newest first.

use app::api::error::ErrorBody;
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::clock::rfc3339,
    services::activity::StoredLine,
    web::{
        activity::{self, Query},
        error::Problem,
        extract::{AskedFor, SeesActivity},
        openapi::said_of,
        state::AppState,
    },
};

/// How many lines there are unless told, and at most.
const TAKE: (i64, i64) = (50, 500);

/// A part of the list.
#[derive(Serialize, ToSchema)]
#[schema(as = ActivityPart)]
pub(in crate::web) struct Part {
    results: Vec<Line>,
    /// As `before` it gives the next part; null: there is none.
    #[schema(examples(4711))]
    next: Option<i64>,
}

/// One line. Its words are the pages' business.
#[derive(Serialize, ToSchema)]
#[schema(as = ActivityLine)]
#[serde(rename_all = "camelCase")]
struct Line {
    #[schema(examples(4712))]
    id: i64,
    #[schema(format = DateTime, examples("2026-09-14T18:00:00Z"))]
    at: String,
    /// The last time, where it happened more than once.
    #[schema(format = DateTime, examples("2026-09-14T18:00:00Z"))]
    last_at: Option<String>,
    #[schema(examples(1))]
    times: i64,
    #[schema(examples("signed-in"))]
    kind: String,
    #[schema(examples("plex"))]
    reason: Option<String>,
    person: Option<Person>,
    by: Option<Person>,
    #[schema(examples("Backup script"))]
    subject: Option<String>,
    #[schema(examples(52990041))]
    plex_id: Option<i64>,
    #[schema(examples("192.168.1.20"))]
    address: Option<String>,
    #[schema(examples("Firefox on Linux"))]
    browser: Option<String>,
    /// The same as a sentence, in English.
    #[schema(examples("Anna signed in with Plex."))]
    what: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ActivityPerson)]
#[serde(rename_all = "camelCase")]
struct Person {
    #[schema(examples(4))]
    id: i64,
    #[schema(examples("Anna"))]
    display_name: String,
}

/// What happened, the newest first.
///
/// With ADMIN all of it, with MANAGE_USERS nothing about the owner, settings and secrets.
#[utoipa::path(
    get,
    path = "/activity",
    tag = "Activity",
    params(Query),
    responses(
        (status = 200, description = "A part of the list", body = Part),
        (
            status = 400,
            description = "A filter that can't be read; `errors[0].path` names it",
            body = ErrorBody,
            example = json!(said_of("from", app::msg!("activity-wrong-filter"))),
        ),
    )
)]
pub(in crate::web) async fn list(
    State(state): State<AppState>,
    SeesActivity(leave): SeesActivity,
    AskedFor(query): AskedFor<Query>,
) -> Result<Json<Part>, Problem> {
    let wrong = |name| Problem::field(StatusCode::BAD_REQUEST, name, app::msg!("activity-wrong-filter"));
    let filter = query.filter().map_err(wrong)?;
    let take = match query.take.trim() {
        "" => TAKE.0,
        take => take
            .parse::<i64>()
            .ok()
            .filter(|take| (1..=TAKE.1).contains(take))
            .ok_or_else(|| wrong("take"))?,
    };
    let mut lines = state.activity.list(&leave, filter, take + 1).await?;
    let most = usize::try_from(take).unwrap_or(usize::MAX);
    let more = lines.len() > most;
    lines.truncate(most);
    let next = lines.last().map(|line| line.id).filter(|_| more);
    let names = activity::names(&state, &lines).await?;
    let person = |id: Option<i64>| {
        let id = id?;
        let display_name = names.get(&id)?.clone();
        Some(Person { id, display_name })
    };
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let results = lines.iter().map(|line: &StoredLine| Line {
        id: line.id,
        at: rfc3339(line.at),
        last_at: (line.last_at > line.at).then(|| rfc3339(line.last_at)),
        times: line.times,
        kind: line.kind.clone(),
        reason: text(&line.reason),
        person: person(line.user_id),
        by: person(line.actor_id),
        subject: text(&line.subject),
        plex_id: line.plex_id,
        address: text(&line.address),
        browser: text(&line.agent),
        what: activity::sentence(line, &names).to_string(),
    });
    Ok(Json(Part {
        results: results.collect(),
        next,
    }))
}

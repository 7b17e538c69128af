//! `GET /activity`: what happened, the newest first.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;

use crate::{
    domain::clock::rfc3339,
    services::activity::StoredLine,
    web::{
        activity::{self, Query},
        error::Problem,
        extract::{QueryOf, SeesActivity},
        state::AppState,
    },
};

/// How many lines there are unless told, and at most.
const TAKE: (i64, i64) = (50, 500);

/// A part of the list.
#[derive(Serialize)]
pub(in crate::web) struct Part {
    results: Vec<Line>,
    /// As `before` it gives the next part; null: there is none.
    next: Option<i64>,
}

/// One line. Its words are the pages' business.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: i64,
    at: String,
    /// The last time, where it happened more than once.
    last_at: Option<String>,
    times: i64,
    kind: String,
    reason: Option<String>,
    person: Option<Person>,
    by: Option<Person>,
    subject: Option<String>,
    plex_id: Option<i64>,
    address: Option<String>,
    browser: Option<String>,
    /// The same as a sentence, in English.
    what: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    id: i64,
    display_name: String,
}

/// 200; 400 for a filter that can't be read; 403 without MANAGE_USERS.
pub(in crate::web) async fn list(
    State(state): State<AppState>,
    SeesActivity(leave): SeesActivity,
    QueryOf(query): QueryOf<Query>,
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

//! `/users/:id/explain` and `/users/explain`: why somebody can't sign in.

use app::{
    msg,
    pages::{ExplainPage, ExplainedPerson, ExplainedWay, Page, StepOutcome},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::sign_in_first;
use crate::{
    domain::people_rules::may_see_people,
    services::{
        ServiceError,
        explain::{Explanation, Outcome, Who},
    },
    web::{
        error::Problem,
        extract::{MaybeCaller, PathOf, QueryOf},
        render::View,
        state::AppState,
    },
};

#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    who: String,
}

pub(super) async fn member(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    PathOf(id): PathOf<String>,
    view: View,
) -> Result<Response, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::no_member())?;
    let Some(caller) = caller else {
        return Ok(sign_in_first(&paths::user_explain(id)));
    };
    may_see_people(caller.actor())?;
    let found = state.explain.explain(Who::Member(id)).await?;
    let page = ExplainPage {
        found: Some(person(found.ok_or_else(Problem::no_member)?)),
        ..ExplainPage::default()
    };
    Ok(view.render(StatusCode::OK, Page::Explain(page)).await)
}

pub(super) async fn anybody(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(asked): QueryOf<Asked>,
    view: View,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(sign_in_first(paths::USERS_EXPLAIN));
    };
    may_see_people(caller.actor())?;
    let who: String = asked.who.trim().chars().take(200).collect();
    let (status, found, error) = if who.is_empty() {
        (StatusCode::OK, None, None)
    } else {
        match state.explain.explain(Who::Words(&who)).await {
            Ok(Some(found)) => (StatusCode::OK, Some(person(found)), None),
            Ok(None) => (StatusCode::NOT_FOUND, None, Some(msg!("explain-nobody", who = &who))),
            Err(ServiceError::Conflict(several)) => (StatusCode::CONFLICT, None, Some(several)),
            Err(error) => return Err(error.into()),
        }
    };
    let page = ExplainPage { who, found, error };
    Ok(view.render(status, Page::Explain(page)).await)
}

fn person(explained: Explanation) -> ExplainedPerson {
    let ways = explained.ways.into_iter().map(|way| ExplainedWay {
        plex: way.name == "plex",
        outcome: outcome(way.outcome()),
        advice: way.advice,
        steps: way
            .steps
            .into_iter()
            .map(|step| (outcome(step.outcome), step.text))
            .collect(),
    });
    ExplainedPerson {
        name: explained.name,
        user_id: explained.user_id,
        ways: ways.collect(),
    }
}

fn outcome(outcome: Outcome) -> StepOutcome {
    match outcome {
        Outcome::Ok => StepOutcome::Ok,
        Outcome::No => StepOutcome::No,
        Outcome::Unknown => StepOutcome::Unknown,
    }
}

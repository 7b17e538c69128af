//! `GET /user`: everybody, page by page.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};

use crate::{
    domain::people_rules::may_see_people,
    services::members::{Sort, Wanted},
    web::{
        error::Problem,
        extract::{Caller, QueryOf},
        state::AppState,
        wire::{self, AnyUser},
    },
};

const USUAL: i64 = 10;
const MOST: i64 = 100;

#[derive(Default, Deserialize)]
pub(in crate::web) struct Query {
    take: Option<String>,
    skip: Option<String>,
    sort: Option<String>,
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    pages: i64,
    page_size: i64,
    /// How many people there are in all pages.
    results: i64,
    page: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Page {
    page_info: PageInfo,
    results: Vec<AnyUser>,
}

/// 200: with MANAGE_USERS everything, else names and pictures; 400 no numbers; 401.
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    caller: Caller,
    QueryOf(query): QueryOf<Query>,
) -> Result<Json<Page>, Problem> {
    let take = match number("take", query.take.as_deref())? {
        0 => USUAL,
        take => take.min(MOST),
    };
    let skip = number("skip", query.skip.as_deref())?;
    let wanted = Wanted {
        sort: match query.sort.as_deref() {
            Some("updated") => Sort::Updated,
            Some("displayname") => Sort::Name,
            // Seerr knows others, too, and takes them for this one as well.
            _ => Sort::Created,
        },
        search: &query.q,
        from: skip,
        most: take,
    };
    let (part, results) = match may_see_people(caller.actor()) {
        Ok(leave) => {
            let part = state.members.list(leave, &wanted).await?;
            let results = part.members.iter().map(|(user, _)| AnyUser::full(user)).collect();
            (part, results)
        }
        Err(_) => {
            let part = state.members.list_names(&wanted).await?;
            let results = part.members.iter().map(|(user, _)| wire::brief(user)).collect();
            (part, results)
        }
    };
    let page_info = PageInfo {
        pages: part.total.div_euclid(take) + i64::from(part.total % take > 0),
        page_size: take,
        results: part.total,
        page: skip.div_euclid(take) + i64::from(skip % take > 0) + 1,
    };
    Ok(Json(Page { page_info, results }))
}

fn number(name: &'static str, text: Option<&str>) -> Result<i64, Problem> {
    let number = text.filter(|text| !text.is_empty()).map_or(Ok(0), str::parse::<u32>);
    number.map(i64::from).map_err(|_| {
        let message = app::msg!("people-wrong-number");
        Problem::field(StatusCode::BAD_REQUEST, name, message)
    })
}

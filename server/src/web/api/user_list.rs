//! `GET /user`: everybody, page by page.

use app::api::error::ErrorBody;
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::people_rules::may_see_people,
    services::members::{Sort, Wanted},
    web::{
        error::Problem,
        extract::{AskedFor, Caller},
        openapi::said_of,
        state::AppState,
        wire::{self, AnyUser},
    },
};

const USUAL: i64 = 10;
const MOST: i64 = 100;

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Query {
    #[param(value_type = Option<i64>, minimum = 0, maximum = 4294967295u32, example = 10)]
    take: Option<String>,
    #[param(value_type = Option<i64>, minimum = 0, maximum = 4294967295u32, example = 0)]
    skip: Option<String>,
    #[param(example = "displayname")]
    sort: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<String>, example = "anna")]
    q: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    #[schema(examples(1))]
    pages: i64,
    #[schema(examples(10))]
    page_size: i64,
    /// How many people there are in all pages.
    #[schema(examples(2))]
    results: i64,
    #[schema(examples(1))]
    page: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UserPage)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Page {
    page_info: PageInfo,
    results: Vec<AnyUser>,
}

/// Everybody, page by page: with MANAGE_USERS all about them, else name and picture.
///
/// Case and accents don't matter in a search.
#[utoipa::path(
    get,
    path = "/user",
    tag = "Members",
    params(Query),
    responses(
        (status = 200, description = "A page of the list", body = Page),
        (
            status = 400,
            description = "No number; `errors[0].path` names the parameter",
            body = ErrorBody,
            example = json!(said_of("take", app::msg!("people-wrong-number"))),
        ),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    caller: Caller,
    AskedFor(query): AskedFor<Query>,
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

//! `/user/:id/settings/main`: name, e-mail and language.

use app::{api::error::ErrorBody, msg};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::user::User,
    services::{ServiceError, members::Change},
    web::{
        error::Problem,
        extract::{Client, Edits, JsonBody, Reads},
        openapi::{said, said_of},
        state::AppState,
        wire,
    },
};

#[derive(Serialize, ToSchema)]
#[schema(as = UserMain)]
pub(in crate::web) struct Main {
    #[schema(examples("Anna"))]
    username: Option<String>,
    #[schema(examples("anna@example.com"))]
    email: Option<String>,
    /// Null: the site's.
    #[schema(examples("en"))]
    locale: Option<String>,
}

impl From<&User> for Main {
    fn from(user: &User) -> Self {
        Self {
            username: user.username.clone(),
            email: user.email.clone(),
            locale: user.locale.clone(),
        }
    }
}

/// Name, e-mail and language of a member: themselves, or with MANAGE_USERS.
#[utoipa::path(
    get,
    path = "/user/{id}/settings/main",
    tag = "Members",
    params(wire::MemberPath),
    responses(
        (status = 200, description = "As they are", body = Main),
    )
)]
pub(in crate::web) async fn read(Reads(leave): Reads) -> Json<Main> {
    Json(leave.user().into())
}

/// What is absent stays; null and an empty text take it away.
#[derive(Deserialize, ToSchema)]
#[schema(as = UserMainChange)]
pub(in crate::web) struct Body {
    #[serde(default, deserialize_with = "wire::present")]
    #[schema(value_type = Option<String>, max_length = 100, examples("Anna"))]
    username: Option<Option<String>>,
    #[serde(default, deserialize_with = "wire::present")]
    #[schema(value_type = Option<String>, examples("anna@example.com"))]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "wire::present")]
    #[schema(value_type = Option<String>, examples("en"))]
    locale: Option<Option<String>>,
}

/// Changes them. What is absent stays; null and an empty text take it away.
#[utoipa::path(
    post,
    path = "/user/{id}/settings/main",
    tag = "Members",
    params(wire::MemberPath),
    request_body = Body,
    responses(
        (status = 200, description = "As they are now", body = Main),
        (
            status = 400,
            description = "The e-mail is none or somebody else's, a name that can't be, no such language; nothing is changed",
            body = ErrorBody,
            example = json!(said_of("email", msg!("people-email-taken"))),
        ),
        (
            status = 409,
            description = "Somebody changed them meanwhile",
            body = ErrorBody,
            example = json!(said(msg!("people-changed-meanwhile"))),
        ),
    )
)]
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    Edits(leave): Edits,
    client: Client,
    JsonBody(body): JsonBody<Body>,
) -> Result<Json<Main>, Problem> {
    let text = |field: &'_ Option<Option<String>>| field.as_ref().map(|text| text.clone().unwrap_or_default());
    let (username, email, locale) = (text(&body.username), text(&body.email), text(&body.locale));
    let change = Change {
        username: username.as_deref(),
        email: email.as_deref(),
        locale: locale.as_deref(),
    };
    let edited = state.members.edit(&leave, &change, client.address).await;
    let user = edited.map_err(|error| match error {
        // Seerr says 400 here, and 409 where somebody is made.
        ServiceError::Taken { field, message } => ServiceError::invalid(field, message),
        error => error,
    })?;
    Ok(Json((&user).into()))
}

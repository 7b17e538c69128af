//! `/user/:id/settings/main`: name, e-mail and language.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};

use crate::{
    domain::user::User,
    services::{ServiceError, members::Change},
    web::{
        error::Problem,
        extract::{Client, Edits, JsonBody, Reads},
        state::AppState,
        wire,
    },
};

#[derive(Serialize)]
pub(in crate::web) struct Main {
    username: Option<String>,
    email: Option<String>,
    /// Null: the site's.
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

/// `GET`: 200; 403; 404.
pub(in crate::web) async fn read(Reads(leave): Reads) -> Json<Main> {
    Json(leave.user().into())
}

/// What is absent stays; null and an empty text take it away.
#[derive(Deserialize)]
pub(in crate::web) struct Body {
    #[serde(default, deserialize_with = "wire::present")]
    username: Option<Option<String>>,
    #[serde(default, deserialize_with = "wire::present")]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "wire::present")]
    locale: Option<Option<String>>,
}

/// `POST`: 200 as it is now; 400 the e-mail is none or somebody else's, a name that can't be, no such language; 403; 404.
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

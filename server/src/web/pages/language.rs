//! `POST /language`: the language in which this browser, and whoever is signed in, reads.

use app::messages::Language;
use axum::{extract::State, http::header::SET_COOKIE, response::Response};
use cookie::time::Duration;
use serde::Deserialize;

use super::{see_other, theme::back};
use crate::{
    domain::people_rules,
    services::{ServiceError, members::Change},
    web::{
        cookies,
        error::Problem,
        extract::{Client, FormBody, MaybeCaller},
        state::AppState,
    },
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Form {
    #[serde(default)]
    language: String,
    #[serde(default)]
    return_to: String,
}

/// A member's own setting, which goes with them. The cookie as well: the sign-in page knows nobody.
pub(super) async fn submit(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    client: Client,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let language = Language::ALL
        .into_iter()
        .find(|language| language.tag() == form.language);
    let mut response = see_other(&back(&form.return_to));
    // No button of ours says anything else.
    let Some(language) = language else {
        return Ok(response);
    };
    // Whoever may change nothing has the cookie.
    if let Some(caller) = caller.filter(|caller| caller.may_change_anything().is_ok()) {
        let leave = people_rules::may_edit(caller.actor(), &caller.user).map_err(ServiceError::from)?;
        let change = Change {
            locale: Some(language.tag()),
            ..Change::default()
        };
        state.members.edit(&leave, &change, client.address).await?;
    }
    let secure = state.secure_cookies();
    let cookie = cookies::set(cookies::LANGUAGE, language.tag(), secure, Duration::days(400));
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

//! `POST /login/plex`: signing in with Plex without JavaScript. The server makes the PIN and sends the tab to Plex,
//! which warns that another device asks: that device is us.

use app::{msg, paths};
use axum::{
    extract::State,
    http::{HeaderMap, header::SET_COOKIE},
    response::Response,
};
use serde::Deserialize;

use super::{plex_sign_in, see_other};
use crate::{
    domain::{hash::sha256, redirect::ReturnTarget},
    services::{
        ServiceError,
        sign_in::{Purpose, Start},
    },
    web::{
        api::attempts,
        cookies,
        error::Problem,
        extract::{Client, FormBody, MaybeCaller},
        origin::own_origin,
        state::AppState,
    },
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Form {
    #[serde(default)]
    return_to: String,
}

pub(super) async fn submit(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    client: Client,
    headers: HeaderMap,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let purpose = attempts::purpose(&state, &headers, caller.as_ref(), &form.return_to).await?;
    let not_made = match purpose {
        Purpose::SetUp => format!("{}?reason=pin-not-made", paths::SETUP_OWNER),
        Purpose::SignIn => format!("{}?reason=pin-not-made", paths::LOGIN),
        Purpose::Link(_) => format!("{}?plex=pin-not-made#plex", paths::PROFILE),
    };
    let Some(origin) = own_origin(&state, &client, &headers) else {
        return Err(Problem::bad_request(msg!("errors-no-host")));
    };
    let pin = match state.sign_in.make_pin(&origin, client.address).await {
        Ok(pin) => pin,
        Err(ServiceError::Plex(error)) => {
            tracing::warn!(%error, "a PIN could not be made");
            return Ok(see_other(&not_made));
        }
        Err(error) => return Err(error.into()),
    };
    let (browser, cookie) = cookies::browser_or_new(&headers, state.secure_cookies()).map_err(ServiceError::from)?;
    let start = Start {
        pin_id: pin.id,
        code_hash: sha256(pin.code.expose().as_bytes()),
        browser: Some(browser),
        purpose,
        return_to: ReturnTarget::parse(&form.return_to),
        address: client.address,
    };
    state.sign_in.start(&start).await?;
    let approval = plex_sign_in::approval_url(&state, pin.code.expose(), &plex_sign_in::return_url(&origin));
    let mut response = see_other(&approval);
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

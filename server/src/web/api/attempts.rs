//! `/auth/plex/attempts`: signing in with Plex from this browser. The island speaks these.

use app::{
    api::{
        error::ErrorBody,
        sign_in::{AttemptAnswer, AttemptPoll, AttemptStart, AttemptStarted, Refusal},
    },
    msg, paths,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use tower_sessions::Session;

use crate::{
    domain::{hash::sha256, people_rules, redirect::ReturnTarget, session::Method},
    services::{
        ServiceError,
        sign_in::{Linked, Progress, Purpose, Start},
        site::SetupStage,
    },
    web::{
        cookies,
        error::Problem,
        extract::{Caller, Client, JsonBody, MaybeCaller},
        openapi::{NotAllowed, said},
        session,
        state::AppState,
    },
};

/// Begins signing in with a PIN that this browser made.
///
/// Before there is an owner only a browser that entered the set-up code may, and others are answered 503. `returnTo` of
/// `/profile/plex`, where somebody is signed in, links the account instead.
#[utoipa::path(
    post,
    path = "/auth/plex/attempts",
    tag = "Signing in",
    security(()),
    request_body = AttemptStart,
    responses(
        (
            status = 201,
            description = "The attempt, known by the cookie",
            body = AttemptStarted,
            headers(("Set-Cookie" = String, description = "The attempt")),
        ),
        (
            status = 409,
            description = "This PIN is being tried already",
            body = ErrorBody,
            example = json!(said(msg!("errors-started-already"))),
        ),
        (status = 403, response = NotAllowed),
        (status = 429, description = "Too many tries"),
    )
)]
pub(in crate::web) async fn start(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    client: Client,
    headers: HeaderMap,
    JsonBody(body): JsonBody<AttemptStart>,
) -> Result<Response, Problem> {
    let return_to = body.return_to.as_deref().unwrap_or("/");
    let purpose = purpose(&state, &headers, caller.as_ref(), return_to).await?;
    let pin_id = pin_id(body.pin_id)?;
    let code_hash = sha256(code(&body.code)?.as_bytes());
    let (browser, cookie) = cookies::browser_or_new(&headers, state.secure_cookies()).map_err(ServiceError::from)?;
    let return_to = ReturnTarget::parse(return_to);
    let start = Start {
        pin_id,
        code_hash,
        browser: Some(browser),
        purpose,
        return_to,
        address: client.address,
    };
    let expires_in = state.sign_in.start(&start).await?;
    let mut response = (StatusCode::CREATED, Json(AttemptStarted { expires_in })).into_response();
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// How this browser's attempt is doing.
///
/// Where it is `signedIn`, the answer carries the session cookie.
#[utoipa::path(
    post,
    path = "/auth/plex/attempts/poll",
    tag = "Signing in",
    security(()),
    request_body = AttemptPoll,
    responses(
        (
            status = 200,
            description = "Its state",
            body = AttemptAnswer,
            headers(("Set-Cookie" = String, description = "Where it is `signedIn`: the session")),
        ),
    )
)]
pub(in crate::web) async fn poll(
    State(state): State<AppState>,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
    JsonBody(body): JsonBody<AttemptPoll>,
) -> Result<Json<AttemptAnswer>, Problem> {
    let Some(browser) = cookies::browser(&headers, state.secure_cookies()) else {
        return Ok(Json(AttemptAnswer::Expired));
    };
    let progress = state
        .sign_in
        .poll_browser(&browser, body.pin_id, client.address)
        .await?;
    answer(&state, &browser_session, &client, progress).await.map(Json)
}

/// Gives this browser's attempt up, or all of them.
#[utoipa::path(
    delete,
    path = "/auth/plex/attempts",
    tag = "Signing in",
    security(()),
    request_body = AttemptPoll,
    responses(
        (status = 204, description = "There is none any more"),
    )
)]
pub(in crate::web) async fn cancel(
    State(state): State<AppState>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<AttemptPoll>,
) -> Result<StatusCode, Problem> {
    if let Some(browser) = cookies::browser(&headers, state.secure_cookies()) {
        state.sign_in.cancel(&browser, body.pin_id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What the attempt is for: the owner's set-up while there is no owner and this browser proved the code; linking an account
/// where somebody signed in goes back to where that is done (`paths::PROFILE_PLEX`, which no sign-in page sends); else
/// signing in.
pub(in crate::web) async fn purpose(
    state: &AppState,
    headers: &HeaderMap,
    caller: Option<&Caller>,
    return_to: &str,
) -> Result<Purpose, Problem> {
    if state.site.now().stage() != SetupStage::NoOwner {
        let links = caller
            .filter(|_| return_to == paths::PROFILE_PLEX)
            .and_then(|caller| people_rules::may_change_own(caller.actor(), &caller.user).ok());
        return Ok(links.map_or(Purpose::SignIn, |leave| Purpose::Link(leave.user().id)));
    }
    match cookies::find(headers, cookies::SETUP) {
        Some(proof) if state.setup.is_proof(proof).await? => Ok(Purpose::SetUp),
        _ => Err(Problem::set_up_first()),
    }
}

/// The state for the wire; where the person is in, their session is opened.
pub(in crate::web) async fn answer(
    state: &AppState,
    session: &Session,
    client: &Client,
    progress: Progress,
) -> Result<AttemptAnswer, Problem> {
    Ok(match progress {
        Progress::Pending { retry_after } => AttemptAnswer::Pending { retry_after },
        Progress::PlexTrouble { retry_after, .. } => AttemptAnswer::PlexUnreachable { retry_after },
        Progress::Expired => AttemptAnswer::Expired,
        Progress::Refused { reason, account } => refused(state, reason, account),
        // The profile says how that went.
        Progress::Linked(how) => AttemptAnswer::SignedIn {
            // Without the section: the page it begins on may be this very address, which a browser would not load again.
            to: format!("{}?plex={}", paths::PROFILE, linked_word(how)),
        },
        Progress::In { user, return_to } => {
            session::open(state, session, client, &user, Method::Plex).await?;
            AttemptAnswer::SignedIn {
                to: return_to.as_str().to_owned(),
            }
        }
    })
}

/// How linking went, as the profile is told in its address.
fn linked_word(how: Linked) -> &'static str {
    match how {
        Linked::Yes => "linked",
        Linked::OtherMembers => "taken",
        Linked::HasAnother => "has-another",
    }
}

/// The refusal with the names that its sentence needs.
pub(super) fn refused(state: &AppState, reason: Refusal, account: String) -> AttemptAnswer {
    let media_server = state
        .site
        .now()
        .settings
        .media_server
        .as_ref()
        .map(|server| server.name.clone());
    AttemptAnswer::Refused {
        reason,
        account: Some(account),
        media_server,
    }
}

/// A PIN's number: positive.
pub(in crate::web) fn pin_id(pin_id: i64) -> Result<i64, Problem> {
    if pin_id > 0 {
        Ok(pin_id)
    } else {
        Err(Problem::field(StatusCode::BAD_REQUEST, "pinId", msg!("errors-pin-id")))
    }
}

/// A PIN's code: what plex.tv makes, with some room.
pub(in crate::web) fn code(code: &str) -> Result<&str, Problem> {
    let plausible = (4..=64).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plausible {
        Ok(code)
    } else {
        Err(Problem::field(StatusCode::BAD_REQUEST, "code", msg!("errors-pin-code")))
    }
}

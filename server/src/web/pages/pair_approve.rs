//! `/pair/approve`: on the phone of somebody signed in. They see what asks, and say for whom, or no.
//!
//! A code that came with the address goes into a cookie at once, so that it stands in no history. The form brings its own
//! code: the answer is about the device that the page shows, whatever was scanned in another tab meanwhile.

use app::{
    messages::Message,
    msg,
    pages::{Page, PairApprovePage, PairingDevice, TokenForm},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::Response,
};
use cookie::time::Duration;
use serde::Deserialize;

use super::{see_other, sign_in_first, tokens::life};
use crate::{
    domain::{agent, token::TokenName, token_rules::Denied, user::User},
    services::{
        ServiceError,
        pairing::{Answered, Asking, CODE_LIFE},
    },
    web::{
        cookies,
        error::Problem,
        extract::{Caller, Client, FormBody, MaybeCaller, QueryOf},
        origin::shown_origin,
        render::View,
        state::AppState,
        wire,
    },
};

/// A sign-in older than this is confirmed first, in seconds.
const FRESH: i64 = 10 * 60;

#[derive(Default, Deserialize)]
pub(super) struct Arrival {
    code: Option<String>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    client: Client,
    QueryOf(arrival): QueryOf<Arrival>,
    headers: HeaderMap,
    view: View,
) -> Result<Response, Problem> {
    if let Some(code) = &arrival.code {
        return Ok(keep_code(&state, code));
    }
    let Some(caller) = caller else {
        return Ok(sign_in_first(paths::PAIR_APPROVE));
    };
    let people = state.login_tokens.changeable(caller.actor()).await?;
    let code = cookies::PAIR_CODE
        .find(&headers, state.secure_cookies())
        .map(str::to_owned);
    let page = match (people.first(), code) {
        (None, _) => PairApprovePage::NotAllowed(why_not(&state, &caller).await?),
        (Some(_), None) => enter_code(&state, &client, &headers, None),
        (Some(_), Some(code)) => match state.pairings.find(&code, &caller.user).await {
            Ok(None) => enter_code(&state, &client, &headers, Some(msg!("pair-wrong-code"))),
            Ok(Some(asking)) if !is_fresh(&state, &caller) => PairApprovePage::Confirm {
                device: device(&state, &asking),
                link: confirm_link(),
            },
            Ok(Some(asking)) => PairApprovePage::Ask {
                form: TokenForm {
                    name: agent::system(&asking.agent).unwrap_or_default().to_owned(),
                    ..TokenForm::default()
                },
                device: device(&state, &asking),
                code,
                people,
                person: caller.user.id,
            },
            Err(ServiceError::TooManyTries { seconds }) => {
                enter_code(&state, &client, &headers, Some(too_many(seconds)))
            }
            Err(error) => return Err(error.into()),
        },
    };
    let forget = matches!(page, PairApprovePage::EnterCode { error: Some(_), .. });
    let mut response = view.render(StatusCode::OK, Page::PairApprove(page)).await;
    if forget {
        forget_code(&state, &mut response);
    }
    Ok(response)
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    #[serde(default)]
    code: String,
}

/// `POST /pair/code`: a code that was typed.
pub(super) async fn code(State(state): State<AppState>, FormBody(form): FormBody<CodeForm>) -> Response {
    keep_code(&state, &form.code)
}

/// The form's address opened by hand.
pub(super) async fn elsewhere() -> Response {
    see_other(paths::PAIR_APPROVE)
}

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    expires: String,
    #[serde(default)]
    answer: String,
}

/// `POST /pair/approve`: yes or no.
pub(super) async fn submit(
    State(state): State<AppState>,
    caller: Caller,
    client: Client,
    headers: HeaderMap,
    view: View,
    FormBody(form): FormBody<Answer>,
) -> Result<Response, Problem> {
    let people = state.login_tokens.changeable(caller.actor()).await?;
    if people.is_empty() {
        return Err(Problem::forbidden(why_not(&state, &caller).await?));
    }
    // Also counts wrong codes: this form could be sent with any.
    let Some(asking) = state.pairings.find(&form.code, &caller.user).await? else {
        if let Some(page) = said_already(&state, &caller, &form).await? {
            return Ok(view.render(StatusCode::OK, Page::PairApprove(page)).await);
        }
        let page = enter_code(&state, &client, &headers, Some(msg!("pair-wrong-code")));
        let mut response = view.render(StatusCode::NOT_FOUND, Page::PairApprove(page)).await;
        forget_code(&state, &mut response);
        return Ok(response);
    };
    if form.answer == "no" {
        state.pairings.decline(&form.code, &caller.user, client.address).await?;
        let mut response = view
            .render(StatusCode::OK, Page::PairApprove(PairApprovePage::Declined))
            .await;
        forget_code(&state, &mut response);
        return Ok(response);
    }
    if form.answer != "yes" {
        return Err(Problem::bad_request(msg!("pair-say-yes-or-no")));
    }
    if !is_fresh(&state, &caller) {
        // With the code in its cookie the way back leads to this device.
        let mut response = see_other(&confirm_link());
        response
            .headers_mut()
            .append(SET_COOKIE, code_cookie(&state, &form.code));
        return Ok(response);
    }
    let person = form.person.parse();
    let person = person.map_err(|_| Problem::field(StatusCode::BAD_REQUEST, "person", msg!("pair-say-who")))?;
    let leave = state.login_tokens.may_change(caller.actor(), person).await?;
    let leave = leave.ok_or_else(Problem::no_member)?;
    let approved = match (TokenName::parse(&form.name), life(&form.expires)) {
        (Ok(name), Ok(life)) => {
            state
                .pairings
                .approve(&form.code, &leave, &name, life, client.address)
                .await
        }
        (Err(error), _) => Err(ServiceError::invalid("name", error.message())),
        (_, Err(error)) => Err(error),
    };
    let (status, page) = match approved {
        Ok(true) => (StatusCode::OK, in_now(form.name.trim(), leave.user(), &caller)),
        Ok(false) => (
            StatusCode::NOT_FOUND,
            enter_code(&state, &client, &headers, Some(msg!("pair-wrong-code"))),
        ),
        Err(ServiceError::Invalid { message, .. }) => (
            StatusCode::BAD_REQUEST,
            ask_again(&state, &asking, form, people, person, message),
        ),
        Err(ServiceError::Taken { message, .. } | ServiceError::Conflict(message)) => (
            StatusCode::CONFLICT,
            ask_again(&state, &asking, form, people, person, message),
        ),
        Err(error) => return Err(error.into()),
    };
    let over = !matches!(page, PairApprovePage::Ask { .. });
    let mut response = view.render(status, Page::PairApprove(page)).await;
    if over {
        forget_code(&state, &mut response);
    }
    Ok(response)
}

/// What this person has just answered about that very device: they pressed twice.
async fn said_already(state: &AppState, caller: &Caller, form: &Answer) -> Result<Option<PairApprovePage>, Problem> {
    let page = match state.pairings.answered(&form.code, caller.user.id).await? {
        Some(Answered::Yes { user_id, name }) if form.answer == "yes" => {
            let user = state.members.find(user_id).await?;
            user.map(|user| in_now(&name, &user, caller))
        }
        Some(Answered::No) if form.answer == "no" => Some(PairApprovePage::Declined),
        _ => None,
    };
    Ok(page)
}

fn in_now(name: &str, user: &User, caller: &Caller) -> PairApprovePage {
    let own = user.id == caller.user.id;
    PairApprovePage::Done {
        name: name.to_owned(),
        whose: (!own).then(|| user.display_name().to_owned()),
        tokens: if own {
            format!("{}#tokens", paths::PROFILE)
        } else {
            format!("{}#tokens", paths::user(user.id))
        },
    }
}

fn ask_again(
    state: &AppState,
    asking: &Asking,
    form: Answer,
    people: Vec<(i64, String)>,
    person: i64,
    error: Message,
) -> PairApprovePage {
    PairApprovePage::Ask {
        device: device(state, asking),
        code: form.code,
        people,
        person,
        form: TokenForm {
            name: form.name,
            life: form.expires.parse().ok(),
            error: Some(error),
            ..TokenForm::default()
        },
    }
}

fn enter_code(state: &AppState, client: &Client, headers: &HeaderMap, error: Option<Message>) -> PairApprovePage {
    PairApprovePage::EnterCode {
        device_address: format!("{}{}", shown_origin(state, client, headers), paths::PAIR),
        error,
    }
}

fn too_many(seconds: u32) -> Message {
    msg!("errors-too-many-tries", seconds = seconds)
}

fn device(state: &AppState, asking: &Asking) -> PairingDevice {
    PairingDevice {
        what: agent::describe(&asking.agent),
        address: asking.address.clone(),
        ago: wire::ago(state.clock.now(), asking.since),
    }
}

/// Why this person may make a token for nobody, not even for themselves.
async fn why_not(state: &AppState, caller: &Caller) -> Result<Message, Problem> {
    match state.login_tokens.may_change(caller.actor(), caller.user.id).await {
        Err(ServiceError::Forbidden(why)) => Ok(why),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(Denied::SettingOff.message()),
    }
}

fn is_fresh(state: &AppState, caller: &Caller) -> bool {
    let began = caller.session().map(|session| session.created_at);
    // A sign-in far in the future is one from before the clock was set back: nobody knows how old it is.
    began.is_some_and(|began| (-60..=FRESH).contains(&(state.clock.now() - began)))
}

fn confirm_link() -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("confirm", "1")
        .append_pair("returnTo", paths::PAIR_APPROVE)
        .finish();
    format!("{}?{query}", paths::LOGIN)
}

fn code_cookie(state: &AppState, code: &str) -> axum::http::HeaderValue {
    // What is no code stays out of the header; the page then says that it is wrong.
    let code: String = code
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .take(32)
        .collect();
    cookies::PAIR_CODE.set(&code, state.secure_cookies(), Duration::seconds(CODE_LIFE))
}

/// An empty one forgets the one before.
fn keep_code(state: &AppState, code: &str) -> Response {
    let mut response = see_other(paths::PAIR_APPROVE);
    if code.trim().is_empty() {
        forget_code(state, &mut response);
        return response;
    }
    response.headers_mut().append(SET_COOKIE, code_cookie(state, code));
    response
}

fn forget_code(state: &AppState, response: &mut Response) {
    let cookie = cookies::PAIR_CODE.clear(state.secure_cookies());
    response.headers_mut().append(SET_COOKIE, cookie);
}

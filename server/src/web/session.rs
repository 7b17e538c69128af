//! Opening and ending the session of this browser.

use axum::http::{HeaderMap, HeaderValue};
use tower_sessions::Session;

use super::{cookies, error::Problem, extract::Client, state::AppState};
use crate::{
    domain::{
        hash::Hash,
        session::{Method, SessionFacts, SessionToken},
        user::User,
    },
    services::sessions::{FACTS, id_hash},
};

/// Longest part of the browser's words about itself that is kept.
const LONGEST_AGENT: usize = 300;

/// Opens a session under a new id; whatever session the browser had before ends.
pub(super) async fn open(
    state: &AppState,
    session: &Session,
    client: &Client,
    user: &User,
    method: Method,
) -> Result<(), Problem> {
    begin(state, session, client, user, method, None).await?;
    Ok(())
}

/// The same by a login token, with which the session ends.
pub(super) async fn open_by_token(
    state: &AppState,
    session: &Session,
    client: &Client,
    user: &User,
    token: SessionToken,
) -> Result<SessionFacts, Problem> {
    begin(state, session, client, user, Method::Token, Some(token)).await
}

async fn begin(
    state: &AppState,
    session: &Session,
    client: &Client,
    user: &User,
    method: Method,
    token: Option<SessionToken>,
) -> Result<SessionFacts, Problem> {
    let now = state.clock.now();
    let facts = SessionFacts {
        user_id: user.id,
        method,
        address: client.address.to_canonical().to_string(),
        agent: short_agent(client),
        created_at: now,
        last_seen_at: now,
        token,
    };
    // The store is asked to forget the old id before the new one exists: no id lives on through a sign-in.
    session
        .cycle_id()
        .await
        .map_err(|error| Problem::store_unavailable(&error))?;
    session
        .insert(FACTS, &facts)
        .await
        .map_err(|error| Problem::store_unavailable(&error))?;
    // Now rather than after the answer: a session that can't be stored must be an error that the caller sees.
    session
        .save()
        .await
        .map_err(|error| Problem::store_unavailable(&error))?;
    Ok(facts)
}

/// The browser's words about itself, as they are kept.
pub(super) fn short_agent(client: &Client) -> String {
    client
        .agent
        .chars()
        .filter(|character| !character.is_control())
        .take(LONGEST_AGENT)
        .collect()
}

/// Ends the session in the database and takes the cookie away. The browser's attempts end too: for a while each could
/// be asked again how it ended, and would open the next session. So do a device's pairing, the token that it keeps, and a
/// link that waits for a yes: answers the `Set-Cookie` values for them.
pub(super) async fn end(state: &AppState, headers: &HeaderMap, session: &Session) -> Result<[HeaderValue; 3], Problem> {
    let secure = state.secure_cookies();
    if let Some(secret) = cookies::PAIR.find(headers, secure) {
        state.pairings.forget(secret).await?;
    }
    if let Some(browser) = cookies::browser(headers, state.secure_cookies()) {
        state.sign_in.cancel(&browser, None).await?;
    }
    session
        .flush()
        .await
        .map_err(|error| Problem::store_unavailable(&error))?;
    let cleared = [cookies::DEVICE, cookies::PAIR, cookies::SWITCH];
    Ok(cleared.map(|cookie| cookie.clear(secure)))
}

/// What is stored of the id of this browser's session, if it brought one: whether that is alive is another question.
pub(super) fn stored_id(session: &Session) -> Option<Hash> {
    session.id().as_ref().map(id_hash)
}

/// What the session knows, if there is one.
pub(super) async fn facts(session: &Session) -> Result<Option<SessionFacts>, Problem> {
    session
        .get(FACTS)
        .await
        .map_err(|error| Problem::store_unavailable(&error))
}

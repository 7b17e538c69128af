//! Opening and ending the session of this browser.

use axum::http::{HeaderMap, HeaderValue};
use tower_sessions::Session;

use super::{cookies, error::Problem, extract::Client, state::AppState};
use crate::{
    domain::{
        activity::Kind,
        hash::Hash,
        session::{Method, SessionFacts, SessionToken},
        user::User,
    },
    services::{
        activity::Event,
        sessions::{FACTS, id_hash},
    },
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
    begin(state, session, client, user, method, None, method.name()).await?;
    Ok(())
}

/// The same for a device that somebody let in.
pub(super) async fn open_by_pairing(
    state: &AppState,
    session: &Session,
    client: &Client,
    user: &User,
    token: SessionToken,
) -> Result<SessionFacts, Problem> {
    begin(state, session, client, user, Method::Token, Some(token), "pairing").await
}

/// The same by a login token, with which the session ends.
pub(super) async fn open_by_token(
    state: &AppState,
    session: &Session,
    client: &Client,
    user: &User,
    token: SessionToken,
) -> Result<SessionFacts, Problem> {
    begin(
        state,
        session,
        client,
        user,
        Method::Token,
        Some(token),
        Method::Token.name(),
    )
    .await
}

async fn begin(
    state: &AppState,
    session: &Session,
    client: &Client,
    user: &User,
    method: Method,
    token: Option<SessionToken>,
    way: &str,
) -> Result<SessionFacts, Problem> {
    let facts = new_facts(state, client, user, method, token);
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
    note(state, client, user, &facts, way);
    Ok(facts)
}

/// Writes down that somebody came in, in which way.
pub(super) fn note(state: &AppState, client: &Client, user: &User, facts: &SessionFacts, way: &str) {
    let event = Event {
        user_id: Some(user.id),
        actor_id: Some(user.id),
        ..Event::new(Kind::SignedIn, client.address)
    };
    state.activity.note_sign_in(&event, way, &facts.agent);
}

/// What a new session of this browser knows about itself.
pub(super) fn new_facts(
    state: &AppState,
    client: &Client,
    user: &User,
    method: Method,
    token: Option<SessionToken>,
) -> SessionFacts {
    let now = state.clock.now();
    SessionFacts {
        user_id: user.id,
        method,
        address: client.address.to_canonical().to_string(),
        agent: short_agent(client),
        created_at: now,
        last_seen_at: now,
        token,
    }
}

/// After the session secret was rotated, which ended every session: a new one for this browser, as the old one was. Answers
/// the `Set-Cookie` value: the layer around this request still signs with the secret of before.
pub(super) async fn open_again(
    state: &AppState,
    client: &Client,
    user: &User,
    before: &SessionFacts,
) -> Result<HeaderValue, Problem> {
    let facts = new_facts(state, client, user, before.method, before.token.clone());
    let id = state.sessions.create(&facts).await?;
    Ok(super::middleware::session_cookie(state, &id))
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
pub(super) async fn end(
    state: &AppState,
    client: &Client,
    headers: &HeaderMap,
    session: &Session,
) -> Result<[HeaderValue; 3], Problem> {
    let secure = state.secure_cookies();
    let signed_in = facts(session).await?.map(|facts| facts.user_id);
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
    if signed_in.is_some() {
        state.activity.note(&Event {
            user_id: signed_in,
            actor_id: signed_in,
            ..Event::new(Kind::SignedOut, client.address)
        });
    }
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

//! Password, Plex account and signed-in devices: the sections on `/profile` and `/users/:id`, and the forms in them.
//!
//! A link that was just made travels sealed in a cookie from the form to the page that shows it, as login tokens do.

use app::{
    messages::Message,
    msg,
    pages::{
        CredentialsSections, DeviceRow, DevicesSection, LastUsed, PasswordSection, PlexSection, PlexState, ResetLink,
        SignIn,
    },
    paths,
};
use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{RETRY_AFTER, SET_COOKIE},
    },
    response::Response,
};
use cookie::time::Duration;
use serde::{Deserialize, Serialize};

use super::{looking::Looking, plex_sign_in, see_other, sign_in_first, user::Filled};
use crate::{
    domain::{
        agent,
        clock::rfc3339,
        hash::Hash,
        people_rules::{self, MayChangeSecrets, MayManage},
        redirect::ReturnTarget,
        reset::ResetValue,
        session::{Device, Method},
        user::User,
    },
    services::{ServiceError, activity::StoredLine},
    web::{
        cookies,
        error::Problem,
        extract::{ChangesSecrets, Client, FormBody, Manages, MaybeCaller, PathOf},
        origin::shown_origin,
        render::View,
        state::AppState,
        wire,
    },
};

/// What a new link is sealed for.
const MADE: &str = "made reset link";
/// How many sign-ins are shown.
const SIGN_INS: i64 = 10;
/// How long it may take from the form to the page, in seconds.
const MADE_LIFE: i64 = 60;

/// A new link on its way.
#[derive(Serialize, Deserialize)]
struct Travelling {
    /// Who made it: nobody else is shown it.
    viewer: i64,
    /// For whom.
    user: i64,
    value: String,
    expires_at: i64,
}

/// What the sections say besides what there is.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// What was just done, by its word in the address.
    done: String,
    /// The same of linking.
    plex: String,
    /// What was wrong with a new password.
    password_error: Option<Message>,
    /// The same of unlinking.
    plex_error: Option<Message>,
}

impl Said {
    /// What the address of a person's page says was just done.
    pub(super) fn done(done: &str, plex: &str) -> Self {
        Self {
            done: done.to_owned(),
            plex: plex.to_owned(),
            ..Self::default()
        }
    }
}

impl Looking {
    /// The sections for one person's page. `None`: not this viewer's to see.
    pub(super) async fn credentials(
        &self,
        user: &User,
        said: &Said,
    ) -> Result<Option<Box<CredentialsSections>>, Problem> {
        let actor = self.caller.actor();
        let Ok(leave) = people_rules::may_see_secrets(actor, user) else {
            return Ok(None);
        };
        let own = self.is(user);
        let whose = (!own).then(|| user.display_name().to_owned());
        let devices = self.state.credentials.devices.list(&leave).await?;
        let settings = &self.state.site.now().settings;
        let changed = said.done == "password" && user.has_password;
        let sign_ins = self.state.activity.sign_ins_of(user.id, SIGN_INS).await?;
        Ok(Some(Box::new(CredentialsSections {
            user_id: user.id,
            whose,
            locked: actor.by_login_token,
            password: PasswordSection {
                has: user.has_password,
                has_email: user.email.is_some(),
                accepted: settings.local_sign_in,
                link: people_rules::may_manage(actor, user).is_ok() && user.disabled_at.is_none(),
                made: self.just_made_link(user.id),
                changed,
                error: said.password_error.clone(),
            },
            plex: PlexSection {
                state: self.plex_state(user, own),
                said: plex_said(said, user.plex_id.is_some()),
            },
            devices: DevicesSection {
                devices: devices
                    .into_iter()
                    .map(|device| row(device, self.own_session, self.state.clock.now()))
                    .collect(),
                said: match said.done.as_str() {
                    "device" => Some(msg!("sessions-ended")),
                    "devices" => Some(msg!("sessions-ended-all")),
                    _ => None,
                },
            },
            sign_ins: sign_ins.iter().map(sign_in).collect(),
        })))
    }

    fn plex_state(&self, user: &User, own: bool) -> PlexState {
        let name = [&user.plex_username, &user.plex_name];
        let name = name.into_iter().flatten().next().cloned().unwrap_or_default();
        match user.plex_id {
            Some(_) if user.is_owner() => PlexState::Owners(name),
            Some(_) if user.has_password => PlexState::Linked(name),
            Some(_) => PlexState::LastWay(name),
            None if own && !self.caller.actor().by_login_token && self.state.site.now().settings.plex_sign_in => {
                let back = ReturnTarget::page(paths::PROFILE_PLEX);
                PlexState::CanLink(Box::new(plex_sign_in::data(&self.state, &back)))
            }
            None => PlexState::None,
        }
    }

    fn just_made_link(&self, user_id: i64) -> Option<ResetLink> {
        let sealed = cookies::RESET_LINK.find(&self.headers, self.state.secure_cookies())?;
        let made: Travelling = self.state.sealed.open(MADE, sealed)?;
        if made.viewer != self.caller.user.id || made.user != user_id {
            return None;
        }
        let value = ResetValue::parse(&made.value)?;
        let until = rfc3339(made.expires_at);
        Some(ResetLink {
            link: link(&self.state, &self.client, &self.headers, &value),
            until: format!("{} UTC", until.get(11..16).unwrap_or(&until)),
        })
    }
}

fn plex_said(said: &Said, linked: bool) -> Option<(Message, bool)> {
    if let Some(error) = &said.plex_error {
        return Some((error.clone(), false));
    }
    match said.plex.as_str() {
        "linked" if linked => Some((msg!("linked-done"), true)),
        "gone" if !linked => Some((msg!("linked-gone"), true)),
        "taken" => Some((msg!("linked-taken"), false)),
        "has-another" => Some((msg!("linked-has-another"), false)),
        "pin-not-made" => Some((msg!("linked-pin-not-made"), false)),
        _ => None,
    }
}

fn link(state: &AppState, client: &Client, headers: &HeaderMap, value: &ResetValue) -> String {
    let path = paths::login_reset(&value.expose());
    format!("{}{path}", shown_origin(state, client, headers))
}

fn row(device: Device, own: Option<Hash>, now: i64) -> DeviceRow {
    DeviceRow {
        id: device.public_id(),
        what: agent::describe(&device.agent),
        how: match (device.method, device.token_name) {
            (Method::Plex, _) => msg!("sessions-by-plex"),
            (Method::Password, _) => msg!("sessions-by-password"),
            (Method::Token, Some(name)) => msg!("sessions-by-token", device = name),
            (Method::Token, None) => msg!("sessions-by-gone-token"),
        },
        has_token: device.method == Method::Token,
        since: rfc3339(device.created_at),
        seen: LastUsed {
            at: rfc3339(device.last_seen_at),
            ago: wire::ago(now, device.last_seen_at),
            address: device.address,
        },
        this: own == Some(device.id_hash),
    }
}

fn sign_in(line: &StoredLine) -> SignIn {
    SignIn {
        at: rfc3339(line.at),
        how: match line.reason.as_str() {
            "plex" => msg!("sessions-by-plex"),
            "password" => msg!("sessions-by-password"),
            "pairing" => msg!("sessions-by-pairing"),
            _ => msg!("sessions-by-gone-token"),
        },
        what: (!line.agent.is_empty()).then(|| agent::describe(&line.agent)),
        address: line.address.clone(),
    }
}

/// What was wrong, for the page that answers a form.
fn wrong(credentials: Said) -> Filled {
    Filled {
        credentials,
        ..Filled::default()
    }
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    present: String,
    #[serde(default)]
    password: String,
}

/// `POST /users/:id/password`.
pub(super) async fn password(
    ChangesSecrets(leave): ChangesSecrets,
    looking: Looking,
    view: View,
    FormBody(form): FormBody<PasswordForm>,
) -> Result<Response, Problem> {
    let changed = looking
        .state
        .credentials
        .changes
        .change(
            &leave,
            Some(&form.present),
            &form.password,
            looking.own_session.as_ref(),
            looking.client.address,
        )
        .await;
    let user = leave.user();
    let mut retry_after = None;
    let (status, error) = match changed {
        Ok(()) => return Ok(looking.back(user, "done=password", "password")),
        Err(ServiceError::Invalid { message, .. }) => (StatusCode::BAD_REQUEST, message),
        Err(ServiceError::Forbidden(message)) => (StatusCode::FORBIDDEN, message),
        Err(ServiceError::Conflict(message) | ServiceError::Taken { message, .. }) => (StatusCode::CONFLICT, message),
        Err(ServiceError::TooManyTries { seconds }) => {
            let message = msg!("errors-too-many-tries", seconds = seconds);
            retry_after = Some(seconds);
            (StatusCode::TOO_MANY_REQUESTS, message)
        }
        Err(error) => return Err(error.into()),
    };
    let said = Said {
        password_error: Some(error),
        ..Said::default()
    };
    let mut response = looking.show(user, view, status, wrong(said)).await?;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// `POST /users/:id/reset-link`.
pub(super) async fn reset_link(Manages(leave): Manages, looking: Looking, view: View) -> Result<Response, Problem> {
    match make_link(&leave, &looking).await {
        Ok(response) => Ok(response),
        Err(ServiceError::Conflict(message)) => {
            let said = Said {
                password_error: Some(message),
                ..Said::default()
            };
            looking
                .show(leave.user(), view, StatusCode::CONFLICT, wrong(said))
                .await
        }
        Err(error) => Err(error.into()),
    }
}

async fn make_link(leave: &MayManage, looking: &Looking) -> Result<Response, ServiceError> {
    let Looking { state, caller, .. } = looking;
    let made = state
        .credentials
        .resets
        .make_link(leave, looking.client.address)
        .await?;
    let travelling = Travelling {
        viewer: caller.user.id,
        user: leave.user().id,
        value: made.value.expose(),
        expires_at: made.expires_at,
    };
    let sealed = state.sealed.seal(MADE, &travelling, MADE_LIFE)?;
    let cookie = cookies::RESET_LINK.set(&sealed, state.secure_cookies(), Duration::seconds(MADE_LIFE));
    // Its heading takes the focus.
    let mut response = looking.back(leave.user(), "", "link-heading");
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

/// `POST /users/:id/plex/unlink`. One that is gone already is as good as unlinked.
pub(super) async fn unlink(
    ChangesSecrets(leave): ChangesSecrets,
    looking: Looking,
    view: View,
) -> Result<Response, Problem> {
    let (own, address) = (looking.own_session, looking.client.address);
    let unlinked = looking
        .state
        .credentials
        .linked
        .unlink(&leave, own.as_ref(), address)
        .await;
    let (status, error) = match unlinked {
        Ok(_) => return Ok(looking.back(leave.user(), "plex=gone", "plex")),
        Err(ServiceError::Invalid { message, .. }) => (StatusCode::BAD_REQUEST, message),
        Err(ServiceError::Taken { message, .. }) => (StatusCode::CONFLICT, message),
        Err(error) => return Err(error.into()),
    };
    let said = Said {
        plex_error: Some(error),
        ..Said::default()
    };
    looking.show(leave.user(), view, status, wrong(said)).await
}

/// `POST /users/:id/sessions/:session/end`. One that is gone already is as good as ended.
pub(super) async fn end(
    ChangesSecrets(leave): ChangesSecrets,
    PathOf((_, public_id)): PathOf<(String, String)>,
    looking: Looking,
) -> Result<Response, Problem> {
    let devices = &looking.state.credentials.devices;
    devices.end(&leave, &public_id, looking.client.address).await?;
    Ok(back_to_devices(&looking, &leave, "done=device"))
}

/// `POST /users/:id/sessions/end`.
pub(super) async fn end_others(ChangesSecrets(leave): ChangesSecrets, looking: Looking) -> Result<Response, Problem> {
    let devices = &looking.state.credentials.devices;
    let own = looking.own_session;
    devices.end_others(&leave, own.as_ref(), looking.client.address).await?;
    Ok(back_to_devices(&looking, &leave, "done=devices"))
}

fn back_to_devices(looking: &Looking, leave: &MayChangeSecrets, query: &str) -> Response {
    looking.back(leave.user(), query, "devices")
}

/// Where an attempt that linked an account goes back to when its browser was signed in by it instead.
pub(super) async fn plex(MaybeCaller(caller): MaybeCaller) -> Response {
    match caller {
        Some(_) => see_other(&format!("{}#plex", paths::PROFILE)),
        None => sign_in_first(paths::PROFILE),
    }
}

//! Login tokens: the section on `/profile` and `/users/:id`, and the forms in it.
//!
//! A new value travels sealed in a cookie from the form to the page that shows it, so that loading that page again shows
//! nothing and makes nothing.

use app::{
    pages::{LastUsed, LimitsForm, ShownToken, TokenForm, TokenRow, TokensSection},
    paths,
};
use axum::{
    http::{StatusCode, header::SET_COOKIE},
    response::Response,
};
use cookie::time::Duration;
use serde::{Deserialize, Serialize};

use super::{looking::Looking, see_other, sign_in_first, user::Filled};
use crate::{
    domain::{
        clock::rfc3339,
        secret::random_hex,
        token::{LoginToken, NO_LIMITS, TokenLife, TokenLimits, TokenName, TokenValue},
        token_rules::{Denied, MayChange, MaySee},
    },
    services::{ServiceError, login_tokens::Made},
    web::{
        cookies,
        error::Problem,
        extract::{ChangesTokens, FormBody, MaybeCaller, PathOf},
        render::View,
        state::AppState,
        wire,
    },
};

/// What a new value is sealed for.
const MADE: &str = "made token";
/// How long it may take from the form to the page, in seconds.
const MADE_LIFE: i64 = 60;

/// A new value on its way.
#[derive(Serialize, Deserialize)]
struct Travelling {
    /// Who made it: nobody else is shown it.
    viewer: i64,
    /// Whose it is.
    user: i64,
    name: String,
    value: String,
    expires_at: Option<i64>,
    replaced: bool,
}

#[derive(Default)]
struct NewForm {
    once: String,
    name: String,
    expires: String,
    /// As often as there are ticks; what is no number is no app of ours.
    apps: Vec<i64>,
    reading_only: bool,
}

impl NewForm {
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "once" => form.once = value,
                "name" => form.name = value,
                "expires" => form.expires = value,
                "app" => form.apps.push(value.parse().unwrap_or(-1)),
                "readingOnly" => form.reading_only = true,
                _ => {}
            }
        }
        form
    }

    fn limits(&self) -> TokenLimits {
        TokenLimits {
            apps: (!self.apps.is_empty()).then(|| self.apps.clone()),
            reading_only: self.reading_only,
        }
    }
}

/// `POST /users/:id/tokens`.
pub(super) async fn make(
    ChangesTokens(leave): ChangesTokens,
    looking: Looking,
    view: View,
    FormBody(fields): FormBody<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let form = NewForm::read(fields);
    let limits = form.limits();
    let made = match (TokenName::parse(&form.name), life(&form.expires)) {
        (Ok(name), Ok(life)) => {
            let tokens = &looking.state.login_tokens;
            let address = looking.client.address;
            tokens
                .make_once(&leave, &name, life, &limits, address, once(&form.once))
                .await
        }
        (Err(error), _) => Err(ServiceError::invalid("name", error.message())),
        (_, Err(error)) => Err(error),
    };
    let (status, error) = match made {
        Ok(made) => return show_once(&looking, &leave, made),
        Err(ServiceError::Invalid { message, .. }) => (StatusCode::BAD_REQUEST, message),
        Err(ServiceError::Taken { message, .. } | ServiceError::Conflict(message)) => (StatusCode::CONFLICT, message),
        Err(error) => return Err(error.into()),
    };
    let form = TokenForm {
        name: form.name,
        life: form.expires.parse().ok(),
        error: Some(error),
        limits: Some(limits_form(&looking.state, &limits)),
        ..TokenForm::default()
    };
    let filled = Filled {
        tokens: form,
        ..Filled::default()
    };
    looking.show(leave.user(), view, status, filled).await
}

#[derive(Deserialize)]
pub(super) struct RegenerateForm {
    #[serde(default)]
    expires: String,
}

/// `POST /users/:id/tokens/:tokenId/regenerate`.
pub(super) async fn regenerate(
    ChangesTokens(leave): ChangesTokens,
    PathOf((_, token_id)): PathOf<(String, String)>,
    looking: Looking,
    FormBody(form): FormBody<RegenerateForm>,
) -> Result<Response, Problem> {
    let token_id = token_id.parse().map_err(|_| Problem::no_token())?;
    let life = life(&form.expires)?;
    let tokens = &looking.state.login_tokens;
    let made = tokens
        .regenerate(&leave, token_id, life, looking.client.address)
        .await?;
    show_once(&looking, &leave, made.ok_or_else(Problem::no_token)?)
}

/// `POST /users/:id/tokens/:tokenId/revoke`. One that is gone already is as good as revoked.
pub(super) async fn revoke(
    ChangesTokens(leave): ChangesTokens,
    PathOf((_, token_id)): PathOf<(String, String)>,
    looking: Looking,
) -> Result<Response, Problem> {
    let token_id = token_id.parse().map_err(|_| Problem::no_token())?;
    let tokens = &looking.state.login_tokens;
    tokens.revoke(&leave, token_id, looking.client.address).await?;
    Ok(looking.back(leave.user(), "", "tokens"))
}

/// A form's address opened by hand, or loaded again.
pub(super) async fn elsewhere(
    MaybeCaller(caller): MaybeCaller,
    PathOf(parameters): PathOf<Vec<(String, String)>>,
) -> Response {
    let id = parameters
        .iter()
        .find(|(name, _)| name == "id")
        .and_then(|(_, id)| id.parse().ok());
    match (caller, id) {
        (Some(caller), Some(id)) if caller.user.id != id => see_other(&paths::user(id)),
        (Some(_), _) => see_other(paths::PROFILE),
        (None, _) => sign_in_first(paths::PROFILE),
    }
}

/// What the page put into its form; anything else is a form of nobody's.
fn once(once: &str) -> Option<&str> {
    let ours = once.len() == 32 && once.bytes().all(|byte| byte.is_ascii_hexdigit());
    ours.then_some(once)
}

/// Days as the forms send them; nothing: for ever.
pub(super) fn life(days: &str) -> Result<TokenLife, ServiceError> {
    let wrong = |_| ServiceError::invalid("expires", crate::domain::token::TokenLifeError.message());
    let days = match days.trim() {
        "" => None,
        days => Some(days.parse::<i64>().map_err(|_| wrong(()))?),
    };
    TokenLife::days(days).map_err(|_| wrong(()))
}

fn show_once(looking: &Looking, leave: &MayChange, made: Made) -> Result<Response, Problem> {
    let Looking { state, caller, .. } = looking;
    let travelling = Travelling {
        viewer: caller.user.id,
        user: leave.user().id,
        name: made.token.name,
        value: made.value.expose(),
        expires_at: made.token.expires_at,
        replaced: made.replaced,
    };
    let sealed = state.sealed.seal(MADE, &travelling, MADE_LIFE)?;
    let cookie = cookies::MADE.set(&sealed, state.secure_cookies(), Duration::seconds(MADE_LIFE));
    // Its heading takes the focus.
    let mut response = looking.back(leave.user(), "", "made-heading");
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

impl Looking {
    /// The section for one person's page: the list, and what was just made.
    pub(super) async fn tokens(&self, leave: &MaySee, form: TokenForm) -> Result<TokensSection, Problem> {
        let user = leave.user();
        let own = user.id == self.caller.user.id;
        let tokens = self.state.login_tokens.list(leave).await?;
        let makers = tokens.iter().filter_map(|token| token.created_by);
        let makers = self.state.members.names(makers).await?;
        let maker = |id: i64| if id == user.id { None } else { makers.get(&id).cloned() };
        let now = self.state.clock.now();
        Ok(TokensSection {
            user_id: user.id,
            whose: (!own).then(|| user.display_name().to_owned()),
            tokens: tokens.iter().map(|token| row(&self.state, token, now, maker)).collect(),
            locked: self
                .caller
                .actor()
                .by_login_token
                .then(|| Denied::ByLoginToken.message()),
            made: self.just_made(user.id),
            form: TokenForm {
                once: random_hex(16).map_err(ServiceError::from)?,
                limits: form.limits.or_else(|| Some(limits_form(&self.state, &NO_LIMITS))),
                ..form
            },
        })
    }

    fn just_made(&self, user_id: i64) -> Option<ShownToken> {
        let sealed = cookies::MADE.find(&self.headers, self.state.secure_cookies())?;
        let made: Travelling = self.state.sealed.open(MADE, sealed)?;
        if made.viewer != self.caller.user.id || made.user != user_id {
            return None;
        }
        let value = TokenValue::parse(&made.value)?;
        Some(ShownToken {
            name: made.name,
            token: value.expose(),
            link: wire::sign_in_link(&self.state, &self.client, &self.headers, &value),
            expires_at: made.expires_at.map(rfc3339),
            replaced: made.replaced,
        })
    }
}

/// The boxes for what a new token is limited to.
fn limits_form(state: &AppState, limits: &TokenLimits) -> LimitsForm {
    let ticked = limits.apps.as_deref().unwrap_or_default();
    let apps = state.apps.list().into_iter();
    LimitsForm {
        apps: apps.map(|app| (app.id, app.name, ticked.contains(&app.id))).collect(),
        reading_only: limits.reading_only,
    }
}

fn row(state: &AppState, token: &LoginToken, now: i64, maker: impl Fn(i64) -> Option<String>) -> TokenRow {
    let opens = |ids: &Vec<i64>| {
        let apps = state.apps.list().into_iter();
        apps.filter(|app| ids.contains(&app.id)).map(|app| app.name).collect()
    };
    TokenRow {
        apps: token.limits.apps.as_ref().map(opens),
        reading_only: token.limits.reading_only,
        id: token.id,
        name: token.name.clone(),
        created_at: rfc3339(token.created_at),
        created_by: token.created_by.and_then(maker),
        expires_at: token.expires_at.map(rfc3339),
        expired: !token.alive(now),
        life: token.life(),
        last_used: token.last_used_at.map(|at| LastUsed {
            at: rfc3339(at),
            ago: wire::ago(now, at),
            address: token.last_used_address.clone().unwrap_or_default(),
        }),
    }
}

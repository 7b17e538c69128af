//! Those who may not pass: a page that stands at the app's host, so it brings all that it needs.

use app::{
    messages::Message,
    msg,
    pages::{TurnedAway, turned_away},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};

use super::{Visitor, answer::Answer};
use crate::{
    domain::{
        activity::Kind,
        deep_link::strip,
        gateway::{Asked, Needs},
        secret::random_hex,
        user::User,
    },
    services::activity::Event,
    web::{language::of_reader, state::AppState},
};

impl Visitor<'_> {
    /// Signed in, but this app is not theirs.
    pub(super) async fn turn_away(&self, asked: &Asked<'_>, somebody: &Answer) -> Response {
        let user = somebody.user();
        let app = asked.app.name.as_str();
        self.state.activity.note(&Event {
            user_id: Some(user.id),
            actor_id: Some(user.id),
            subject: app,
            ..Event::new(Kind::AppRefused, self.address())
        });
        self.refuse(Some(user), &why(asked, user)).await
    }

    /// A sign-in link of somebody else than who is signed in.
    pub(super) async fn other_person(&self, user: &User) -> Response {
        self.refuse(Some(user), &msg!("gateway-other-person")).await
    }

    /// No app is there. Who stands at our own address is let through: we look after ourselves.
    pub(super) fn unknown_host(&self) -> Response {
        let own = self.state.public_url.as_ref().map(crate::config::PublicUrl::host);
        if own == Some(&*self.request.host) {
            return self.open();
        }
        let host = &self.request.host;
        if self.state.gateway.say_once(format!("host {host}")) {
            tracing::warn!(
                %host,
                "a proxy asks for a host that no app has; if it is yours, add it at {}",
                paths::SETTINGS_APPS
            );
        }
        let why = msg!("gateway-unknown-host", host = &**host);
        if self.wants_page() {
            return self.page(None, &why, None);
        }
        self.say(StatusCode::FORBIDDEN, &why)
    }

    async fn refuse(&self, user: Option<&User>, why: &Message) -> Response {
        if !self.wants_page() {
            return self.say(StatusCode::FORBIDDEN, why);
        }
        // A name more or less: the page is there without it, too.
        let owner = self.state.members.owner_name().await.ok().flatten();
        self.page(user, why, owner)
    }

    fn page(&self, user: Option<&User>, why: &Message, owner: Option<String>) -> Response {
        let chosen = user.and_then(|user| user.locale.as_deref());
        let language = of_reader(chosen, self.headers, self.state);
        let nonce = random_hex(16).unwrap_or_default();
        let html = turned_away(
            language,
            &TurnedAway {
                nonce: nonce.clone(),
                site: self.state.site.now().settings.application_title.clone(),
                who: user.map(|user| user.display_name().to_owned()),
                why: why.clone(),
                owner,
                home: self.state.site.public_url().to_owned(),
            },
        );
        let mut response = (StatusCode::FORBIDDEN, axum::response::Html(html)).into_response();
        let headers = response.headers_mut();
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert("content-security-policy", policy);
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
        headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
        response
    }
}

/// Why somebody may not pass.
fn why(asked: &Asked<'_>, user: &User) -> Message {
    let app = asked.app.name.as_str();
    if asked.allows(user) {
        msg!("gateway-token-limited", app = app)
    } else if asked.needs == Needs::Owner {
        msg!("gateway-owner-only", app = app)
    } else {
        msg!("gateway-not-yours", app = app)
    }
}

/// `/.latchkey/refused`: where nginx finds the page of a refusal, as it drops the one that it was given.
pub(in crate::web) async fn refused(State(state): State<AppState>, request: axum::http::request::Parts) -> Response {
    let Some(visitor) = super::landed(&state, &request) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let site = state.site.now();
    let Some(asked) = crate::domain::gateway::find(&site.settings.apps, &visitor.request) else {
        return visitor.unknown_host();
    };
    match visitor.find_somebody().await {
        Ok(Some(somebody)) => {
            let user = somebody.user();
            let parameter = &site.settings.gateway_token_parameter;
            // A link was refused, not the person who is signed in.
            let link = visitor.request.query().and_then(|query| strip(query, parameter));
            if link.is_some() {
                return visitor.other_person(user).await;
            }
            visitor.refuse(Some(user), &why(&asked, user)).await
        }
        Ok(None) => visitor.not_signed_in(),
        Err(problem) => visitor.problem(&problem),
    }
}

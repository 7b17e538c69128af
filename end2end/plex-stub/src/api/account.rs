//! Who a token belongs to, and the token's end. Facts: §3.1, §3.2, §5.

use crate::call::Call;
use crate::clock;
use crate::reply::{Reply, XML};
use crate::state::State;
use crate::world::Account;
use crate::xml;
use serde_json::{Value, json};
use time::OffsetDateTime;

/// When every account of the stub joined.
const JOINED_AT: i64 = 1_552_593_531;

/// `GET /api/v2/user` \[V\]
pub(crate) fn user(state: &State, call: &Call) -> Result<Reply, Reply> {
    let account = state.caller(call)?;
    let token = call.token().unwrap_or_default();
    Ok(Reply::face(call, 200, "user", &user_body(state, call, account, token)))
}

/// `GET /api/v2/ping`: `{"pong":true}` or `<pong>1</pong>`. \[C\]
pub(crate) fn ping(state: &State, call: &Call) -> Result<Reply, Reply> {
    state.caller(call)?;
    Ok(if call.json {
        Reply::json(200, &json!({ "pong": true }))
    } else {
        Reply::new(200, XML, "<pong>1</pong>\n")
    })
}

/// `DELETE /api/v2/users/signout`: 204, and the token is dead. \[C\]
pub(crate) fn sign_out(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    state.caller(call)?;
    let value = call.token().unwrap_or_default();
    state
        .tokens
        .iter_mut()
        .filter(|token| token.value == value)
        .for_each(|token| token.dead = true);
    Ok(Reply::empty(204))
}

/// `GET /users/account` and `/users/account.json`. \[V\]
pub(crate) fn legacy(state: &State, call: &Call) -> Result<Reply, Reply> {
    let account = state.legacy_caller(call)?;
    let token = call.token().unwrap_or_default();
    let subscription = json!({ "active": false, "status": "Inactive", "plan": null, "features": [] });
    if call.json {
        let user = json!({
            "id": account.id, "uuid": account.uuid, "email": account.email,
            "joined_at": clock::iso(moment(JOINED_AT)), "username": account.username, "title": account.title,
            "thumb": thumb(account, call), "hasPassword": !account.restricted, "authToken": token,
            "subscription": subscription, "roles": { "roles": [] }, "entitlements": [],
        });
        return Ok(Reply::json(200, &json!({ "user": user })));
    }
    let attributes = json!({
        "email": account.email, "id": account.id, "uuid": account.uuid, "username": account.username,
        "title": account.title, "thumb": thumb(account, call), "authToken": token, "authenticationToken": token,
        "home": account.home_of.is_some(), "restricted": account.restricted, "guest": account.guest,
        "subscription": subscription,
    });
    // Name and e-mail come as elements too, which the general conversion can't express.
    let text = |value: &Option<String>| xml::escape(value.as_deref().unwrap_or_default());
    let elements = format!(
        "<username>{}</username><email>{}</email></user>",
        text(&account.username),
        text(&account.email)
    );
    Ok(Reply::new(
        200,
        XML,
        xml::document("user", &attributes).replace("</user>", &elements),
    ))
}

/// The account's body in the face asked for; dates are epoch seconds except in `subscription`. \[V\]
pub(crate) fn user_body(state: &State, call: &Call, account: &Account, token: &str) -> Value {
    let home_size = state
        .world
        .accounts
        .iter()
        .filter(|other| state.world.same_home(&other.key, &account.key))
        .count();
    let mut body = json!({
        "id": account.id, "uuid": account.uuid, "username": account.username, "title": account.title,
        "email": account.email, "friendlyName": account.friendly_name, "locale": null, "confirmed": !account.restricted,
        "joinedAt": JOINED_AT, "emailOnlyAuth": false, "hasPassword": !account.restricted,
        "protected": account.protected(), "thumb": thumb(account, call), "authToken": token,
        "mailingListStatus": "unsubscribed", "mailingListActive": false, "scrobbleTypes": "", "country": "NL",
        "subscription": {
            "active": false, "subscribedAt": null, "status": "Inactive", "paymentService": null, "plan": null,
            "features": ["guided-upgrade"],
        },
        "subscriptionDescription": null, "restricted": account.restricted, "anonymous": false,
        "home": account.home_of.is_some(), "guest": account.guest, "homeSize": home_size.max(1),
        "homeAdmin": account.home_admin(), "maxHomeSize": 15,
        "rememberExpiresAt": if account.restricted { Value::Null } else { remember_until(state).into() },
        "profile": {
            "autoSelectAudio": true, "defaultAudioLanguage": "en", "defaultSubtitleLanguage": "en",
            "autoSelectSubtitle": 1, "defaultSubtitleAccessibility": 0, "defaultSubtitleForced": 1,
            "watchedIndicator": 1, "mediaReviewsVisibility": 0,
        },
        "entitlements": [], "roles": [],
        "services": [{
            "identifier": "epg", "endpoint": "https://epg.provider.plex.tv", "token": null, "secret": null,
            "status": "online",
        }],
        "adsConsent": null, "adsConsentSetAt": null, "adsConsentReminderAt": null, "experimentalFeatures": false,
        "twoFactorEnabled": false, "backupCodesCreated": false, "attributionPartner": null,
    });
    if !call.json {
        body["subscriptions"] = json!([]);
    }
    body
}

/// About 14 days ahead. \[C\]
fn remember_until(state: &State) -> i64 {
    state.clock.moment(state.clock.now_ms()).unix_timestamp() + 14 * 86_400
}

/// `…/users/{uuid}/avatar?c={epoch}` at the host that was called. \[V\]
pub(crate) fn thumb(account: &Account, call: &Call) -> String {
    let own = || format!("{}/users/{}/avatar?c=1724402119", call.base(), account.uuid);
    account.thumb.clone().unwrap_or_else(own)
}

pub(crate) fn moment(epoch: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(epoch).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

//! The fields of each page of settings.

use leptos::prelude::*;

use super::{GeneralSettings, PlexSettings, SecuritySettings, ShownKey, UsersSettings, languages};
use crate::{
    components::{
        date,
        setting::{Mistakes, Setting},
        tokens::copied_field,
    },
    messages::Message,
    pages::ServerChoice,
    paths, t,
};

fn card(heading: String, id: &'static str, fields: Vec<AnyView>) -> AnyView {
    view! {
        <section class="card card-flat" aria-labelledby=id>
            <h3 id=id>{heading}</h3>
            {fields}
        </section>
    }
    .into_any()
}

pub(super) fn general(page: GeneralSettings, mistakes: &Mistakes) -> AnyView {
    let title = Setting::new("applicationTitle", t!("settings-name-title"), t!("settings-hint-title"));
    let locale = Setting::new("locale", t!("settings-name-locale"), t!("settings-hint-locale"));
    let url = if page.public_url.is_empty() {
        t!("settings-no-public-url")
    } else {
        page.public_url
    };
    view! {
        <section class="card card-flat">
            {title.input("text", &page.application_title, mistakes)}
            {locale.select(languages(), &page.locale, mistakes)}
            <dl class="facts">
                <dt>{t!("settings-public-url")}</dt>
                <dd>{url}</dd>
            </dl>
            <p class="hint">{t!("settings-hint-public-url")}</p>
        </section>
    }
    .into_any()
}

pub(super) fn users(page: &UsersSettings, mistakes: &Mistakes) -> AnyView {
    let check = |name, label, hint, on| Setting::new(name, label, hint).check(on, mistakes);
    let sign_in = vec![
        check(
            "plexSignIn",
            t!("settings-name-plex-sign-in"),
            t!("settings-hint-plex-sign-in"),
            page.plex_sign_in,
        ),
        check(
            "newPlexMembers",
            t!("settings-name-new-members"),
            t!("settings-hint-new-members"),
            page.new_plex_members,
        ),
        check(
            "householdChildren",
            t!("settings-name-children"),
            t!("settings-hint-children"),
            page.household_children,
        ),
        check(
            "localSignIn",
            t!("settings-name-local"),
            t!("settings-hint-local"),
            page.local_sign_in,
        ),
    ];
    let parameter = Setting::new(
        "loginTokenParameter",
        t!("settings-name-parameter"),
        t!("settings-hint-parameter"),
    );
    let tokens = vec![
        check(
            "membersMayMakeTokens",
            t!("settings-name-tokens"),
            t!("settings-hint-tokens"),
            page.members_may_make_tokens,
        ),
        parameter.input("text", &page.login_token_parameter, mistakes),
    ];
    let permissions = vec![
        check(
            "newMayManageUsers",
            t!("settings-new-manage"),
            t!("settings-hint-new-manage"),
            page.new_may_manage_users,
        ),
        check(
            "newMayRequest",
            t!("settings-new-request"),
            t!("settings-hint-new-request"),
            page.new_may_request,
        ),
    ];
    view! {
        {card(t!("settings-sign-in"), "sign-in-heading", sign_in)}
        {card(t!("settings-login-tokens"), "tokens-heading", tokens)}
        {card(t!("settings-name-permissions"), "permissions-heading", permissions)}
    }
    .into_any()
}

pub(super) fn plex(page: PlexSettings, mistakes: &Mistakes) -> AnyView {
    let wrong = mistakes.iter().find(|(name, _)| *name == "machineId");
    let wrong = wrong.map(|(_, wrong)| view! { <p class="mistake" id="machineId-mistake">{wrong.on_page()}</p> });
    let kept = page.chosen.as_ref().map(|(id, _)| id.clone());
    let servers = match page.servers {
        ServerChoice::Owned(mut servers) => {
            if let Some((machine_id, name)) = page.chosen
                && !servers.iter().any(|server| server.machine_id == machine_id)
            {
                // Chosen once, and not among them now: it stays until another one is chosen.
                servers.push(crate::pages::OwnedServer {
                    machine_id,
                    name,
                    platform: t!("settings-server-gone"),
                });
            }
            if servers.is_empty() {
                view! { <p class="hint">{t!("settings-no-servers")}</p> }.into_any()
            } else {
                let choices = servers
                    .into_iter()
                    .map(|server| {
                        let checked = kept.as_ref() == Some(&server.machine_id);
                        view! {
                            <label class="choice">
                                <input type="radio" name="machineId" value=server.machine_id checked=checked />
                                <span>
                                    {server.name}
                                    <span class="hint">{server.platform}</span>
                                </span>
                            </label>
                        }
                    })
                    .collect::<Vec<_>>();
                view! {
                    <fieldset>
                        <legend>{t!("settings-name-server")}</legend>
                        <p class="hint">{t!("settings-hint-server")}</p>
                        {choices}
                        {wrong}
                    </fieldset>
                }
                .into_any()
            }
        }
        choice => {
            let chosen = page.chosen.map_or_else(|| t!("settings-nothing"), |(_, name)| name);
            let why = match choice {
                ServerChoice::PlexUnreachable => t!("settings-plex-unreachable"),
                _ => t!("settings-no-plex-account"),
            };
            view! {
                <dl class="facts">
                    <dt>{t!("settings-name-server")}</dt>
                    <dd>{chosen}</dd>
                </dl>
                <p class="hint">{why}</p>
                {wrong}
            }
            .into_any()
        }
    };
    let tokens = Setting::new(
        "acceptPlexTokens",
        t!("settings-name-plex-tokens"),
        t!("settings-hint-plex-tokens"),
    );
    let minutes = |name, label, hint, value: &str| Setting::new(name, label, hint).number((0, 1440), value, mistakes);
    let membership = vec![
        minutes(
            "membershipCheckMinutes",
            t!("settings-name-check-minutes"),
            t!("settings-hint-check-minutes"),
            &page.membership_check_minutes,
        ),
        minutes(
            "membershipConfirmMinutes",
            t!("settings-name-confirm-minutes"),
            t!("settings-hint-confirm-minutes"),
            &page.membership_confirm_minutes,
        ),
    ];
    view! {
        <section class="card card-flat">{servers}</section>
        {card(t!("settings-membership"), "membership-heading", membership)}
        <section class="card card-flat">
            {tokens.check(page.accept_plex_tokens, mistakes)}
            <dl class="facts">
                <dt>{t!("settings-client-identifier")}</dt>
                <dd>
                    <code>{page.client_identifier}</code>
                </dd>
            </dl>
            <p class="hint">{t!("settings-hint-client-identifier")}</p>
        </section>
    }
    .into_any()
}

pub(super) fn security(page: &SecuritySettings, mistakes: &Mistakes) -> AnyView {
    let days = |name, label, hint, value: &str| Setting::new(name, label, hint).number((1, 3650), value, mistakes);
    let sessions = vec![
        days(
            "sessionIdleDays",
            t!("settings-name-idle"),
            t!("settings-hint-idle"),
            &page.session_idle_days,
        ),
        days(
            "sessionAbsoluteDays",
            t!("settings-name-absolute"),
            t!("settings-hint-absolute"),
            &page.session_absolute_days,
        ),
        Setting::new(
            "seerrCookieName",
            t!("settings-name-cookie"),
            t!("settings-hint-cookie"),
        )
        .check(page.seerr_cookie_name, mistakes),
    ];
    let activity = vec![days(
        "activityDays",
        t!("settings-name-activity-days"),
        t!("settings-hint-activity-days"),
        &page.activity_days,
    )];
    view! {
        {card(t!("settings-sessions"), "sessions-heading", sessions)}
        {card(t!("settings-activity"), "activity-heading", activity)}
    }
    .into_any()
}

/// Whether the page has to load the WASM: only the button that copies a new key needs it.
pub(super) fn has_island(page: &SecuritySettings) -> bool {
    page.api_key.as_ref().is_some_and(|key| key.value.is_some())
}

/// The API key and the session secret: beside the form, each behind a question of its own.
pub(super) fn secrets(page: &SecuritySettings) -> AnyView {
    let button = if page.api_key.is_some() {
        t!("settings-key-renew")
    } else {
        t!("settings-key-make")
    };
    let key = page.api_key.clone().map(key);
    let locked = |why: &Option<Message>| why.as_ref().map(|why| view! { <p class="notice">{why.on_page()}</p> });
    let make = page.api_key_locked.is_none().then(|| {
        view! {
            <a class="button" href=paths::SETTINGS_API_KEY>
                {button}
            </a>
        }
    });
    let rotate = page.secret_locked.is_none().then(|| {
        view! {
            <a class="button" href=paths::SETTINGS_SESSION_SECRET>
                {t!("settings-secret-rotate")}
            </a>
        }
    });
    view! {
        <section class="card card-flat" aria-labelledby="key-heading">
            <h3 id="key-heading">{t!("settings-key")}</h3>
            <p class="hint">{t!("settings-hint-key")}</p>
            {key}
            {locked(&page.api_key_locked)}
            {make}
        </section>
        <section class="card card-flat" aria-labelledby="secret-heading">
            <h3 id="secret-heading">{t!("settings-secret")}</h3>
            {page.rotated.then(|| view! { <p class="notice" role="status">{t!("settings-secret-rotated")}</p> })}
            <p class="hint">{t!("settings-hint-secret")}</p>
            {locked(&page.secret_locked)}
            {rotate}
        </section>
    }
    .into_any()
}

fn key(key: ShownKey) -> AnyView {
    match key.value {
        Some(value) => view! {
            <div class="made" role="group" aria-labelledby="made-heading">
                <h4 id="made-heading" tabindex="-1" autofocus=true>
                    {t!("settings-key-new")}
                </h4>
                <p>
                    <b>{t!("settings-key-once")}</b>
                </p>
                {copied_field("made-key", t!("settings-key"), value, t!("settings-key-copy"))}
                <a class="button" href=paths::SETTINGS_SECURITY>
                    {t!("settings-key-done")}
                </a>
            </div>
        }
        .into_any(),
        None => view! {
            <dl class="facts">
                <dt>{t!("settings-key-ends")}</dt>
                <dd>
                    <code>{format!("…{}", key.masked.trim_start_matches('*'))}</code>
                </dd>
                <dt>{t!("settings-key-made-at")}</dt>
                <dd>{date::day(&key.made_at)}</dd>
            </dl>
        }
        .into_any(),
    }
}

//! First start: code, owner, media server, done.

use leptos::prelude::*;

use super::{
    Chrome, OwnedServer, ServerChoice, SetupCodePage, SetupDonePage, SetupOwnerPage, SetupServerPage, document::Body,
    login::notice,
};
use crate::{
    components::{
        form::{Field, field, form_error},
        words::words,
    },
    islands::plex_sign_in::plex_sign_in,
    msg, paths, t,
};

fn step(chrome: &Chrome, current: usize, heading: String, wide: bool, island: bool, content: AnyView) -> Body {
    let steps = [
        t!("setup-step-code"),
        t!("setup-step-owner"),
        t!("setup-step-server"),
        t!("setup-step-done"),
    ];
    let steps = steps
        .into_iter()
        .enumerate()
        .map(|(number, name)| {
            let past = (number < current).then_some("");
            view! {
                <li data-past=past aria-current=(number == current).then_some("step")>
                    {name}
                </li>
            }
        })
        .collect::<Vec<_>>();
    let main = view! {
        <div class=if wide { "card card-wide" } else { "card" }>
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="56" height="56" />
            <ol class="steps" aria-label=t!("setup-steps")>
                {steps}
            </ol>
            <h1>{heading.clone()}</h1>
            {content}
        </div>
    };
    Body {
        title: heading,
        bar: false,
        main: main.into_any(),
        island,
        refresh: false,
    }
}

pub(super) fn code(chrome: &Chrome, page: SetupCodePage) -> Body {
    let described = page.error.is_some().then_some("code-error");
    let content = view! {
        <p class="lead">{t!("setup-code-where")}</p>
        <form class="stack" method="post" action=paths::SETUP>
            {form_error("code-error", page.error)}
            {field(Field {
                name: "code",
                label: t!("setup-code"),
                kind: "text",
                autocomplete: "one-time-code",
                error: described,
                autofocus: true,
                ..Field::default()
            })}
            <button class="button button-wide" type="submit">
                {t!("setup-go-on")}
            </button>
        </form>
    };
    step(chrome, 0, t!("setup-welcome"), false, false, content.into_any())
}

pub(super) fn owner(chrome: &Chrome, page: SetupOwnerPage) -> Body {
    let described = page.error.is_some().then_some("owner-error");
    let app_url = page.plex.app_url.clone();
    let content = view! {
        <p class="lead">{t!("setup-who-lead")}</p>
        {notice(page.notice, &app_url)}
        <div class="ways">
            <section class="way" aria-labelledby="way-plex">
                <h2 id="way-plex">{t!("setup-with-plex")}</h2>
                <p>{t!("setup-with-plex-hint")}</p>
                {plex_sign_in(page.plex, true)}
            </section>
            <section class="way" aria-labelledby="way-local">
                <h2 id="way-local">{t!("setup-with-password")}</h2>
                <p>{t!("setup-with-password-hint")}</p>
                <form class="stack" method="post" action=paths::SETUP_OWNER>
                    {form_error("owner-error", page.error)}
                    {field(Field {
                        name: "email",
                        label: t!("login-email"),
                        kind: "email",
                        autocomplete: "username",
                        value: &page.email,
                        error: described,
                        ..Field::default()
                    })}
                    {field(Field {
                        name: "username",
                        label: t!("setup-name"),
                        kind: "text",
                        autocomplete: "name",
                        value: &page.username,
                        hint: t!("setup-name-hint"),
                        optional: true,
                        ..Field::default()
                    })}
                    {field(Field {
                        name: "password",
                        label: t!("login-password"),
                        kind: "password",
                        autocomplete: "new-password",
                        hint: t!("setup-password-hint"),
                        min: 8,
                        error: described,
                        ..Field::default()
                    })}
                    <button class="button button-wide" type="submit">
                        {t!("setup-become-owner")}
                    </button>
                </form>
            </section>
        </div>
    };
    step(chrome, 1, t!("setup-who"), true, true, content.into_any())
}

pub(super) fn server(chrome: &Chrome, page: SetupServerPage) -> Body {
    let described = page.error.is_some().then_some("server-error");
    let error = form_error("server-error", page.error);
    let content = match page.servers {
        ServerChoice::Owned(servers) if !servers.is_empty() => pick(servers, described, error),
        ServerChoice::Owned(_) => view! {
            {error}
            <p class="lead">{t!("setup-no-owned")}</p>
            {look_again()}
        }
        .into_any(),
        ServerChoice::NoPlexAccount => view! {
            {error}
            <p class="lead">{t!("setup-no-plex")}</p>
        }
        .into_any(),
        ServerChoice::PlexUnreachable => view! {
            {error}
            <div class="notice notice-bad" role="alert">
                <p>{t!("flow-plex-not-answering")}</p>
            </div>
            {look_again()}
        }
        .into_any(),
    };
    let content = view! {
        {content}
        <form class="aside" method="post" action=paths::SETUP_SERVER>
            <button class="button button-quiet button-wide" type="submit" name="machineId" value="" aria-describedby="skip-means">
                {t!("setup-skip")}
            </button>
            <p class="hint" id="skip-means">
                {t!("setup-skip-means")}
            </p>
        </form>
    };
    step(chrome, 2, t!("setup-which-server"), false, false, content.into_any())
}

fn look_again() -> AnyView {
    view! {
        <a class="button button-wide" href=paths::SETUP_SERVER>
            {t!("setup-look-again")}
        </a>
    }
    .into_any()
}

fn pick(servers: Vec<OwnedServer>, described: Option<&'static str>, error: AnyView) -> AnyView {
    let only = servers.len() == 1;
    let rows = servers
        .into_iter()
        .map(|server| {
            view! {
                <label class="choice">
                    <input type="radio" name="machineId" value=server.machine_id required=true checked=only />
                    <span>
                        <b>{server.name}</b>
                        {(!server.platform.is_empty()).then(|| view! { <small>{server.platform}</small> })}
                    </span>
                </label>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <p class="lead">{t!("setup-servers-lead")}</p>
        <form class="stack" method="post" action=paths::SETUP_SERVER>
            {error}
            <fieldset aria-describedby=described>
                <legend>{t!("setup-servers")}</legend>
                {rows}
            </fieldset>
            <button class="button button-wide" type="submit">
                {t!("setup-use-this")}
            </button>
        </form>
    }
    .into_any()
}

pub(super) fn done(chrome: &Chrome, page: SetupDonePage) -> Body {
    let members = match page.media_server {
        Some(name) => msg!("setup-tell", server = name),
        None => msg!("setup-choose"),
    };
    let address = if page.has_public_url {
        msg!("setup-try")
    } else {
        msg!("setup-address")
    };
    let content = view! {
        <p class="lead">{t!("setup-done-lead")}</p>
        <ol class="next">
            <li>{words(&members)}</li>
            <li>{words(&address)}</li>
            <li>{words(&msg!("setup-back-up"))}</li>
        </ol>
        <a class="button button-wide button-main" href=paths::HOME>
            {t!("setup-go-in")}
        </a>
    };
    step(chrome, 3, t!("setup-ready"), false, false, content.into_any())
}

//! First start: code, owner, media server, done.

use leptos::prelude::*;

use super::{
    Chrome, OwnedServer, ServerChoice, SetupCodePage, SetupDonePage, SetupOwnerPage, SetupServerPage, document::Body,
    login::notice,
};
use crate::{
    components::form::{Field, field, form_error},
    flow::texts,
    islands::plex_sign_in::plex_sign_in,
    paths,
};

const STEPS: [&str; 4] = ["Code", "Owner", "Server", "Done"];

fn step(chrome: &Chrome, current: usize, heading: &'static str, wide: bool, island: bool, content: AnyView) -> Body {
    let steps = STEPS
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let past = (number < current).then_some("");
            view! {
                <li data-past=past aria-current=(number == current).then_some("step")>
                    {*name}
                </li>
            }
        })
        .collect::<Vec<_>>();
    let main = view! {
        <div class=if wide { "card card-wide" } else { "card" }>
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="56" height="56" />
            <ol class="steps" aria-label="Set-up">
                {steps}
            </ol>
            <h1>{heading}</h1>
            {content}
        </div>
    };
    Body {
        title: heading.to_owned(),
        bar: false,
        main: main.into_any(),
        island,
        refresh: false,
    }
}

pub(super) fn code(chrome: &Chrome, page: SetupCodePage) -> Body {
    let described = page.error.is_some().then_some("code-error");
    let content = view! {
        <p class="lead">
            "This is a new install. The set-up code is in its log: look for the line that says “set-up code”."
        </p>
        <form class="stack" method="post" action=paths::SETUP>
            {form_error("code-error", page.error)}
            {field(Field {
                name: "code",
                label: "Set-up code",
                kind: "text",
                autocomplete: "one-time-code",
                error: described,
                autofocus: true,
                ..Field::default()
            })}
            <button class="button button-wide" type="submit">
                "Go on"
            </button>
        </form>
    };
    step(chrome, 0, "Welcome", false, false, content.into_any())
}

pub(super) fn owner(chrome: &Chrome, page: SetupOwnerPage) -> Body {
    let described = page.error.is_some().then_some("owner-error");
    let app_url = page.plex.app_url.clone();
    let content = view! {
        <p class="lead">"The owner looks after this site and says who may come in."</p>
        {notice(page.notice, &app_url)}
        <div class="ways">
            <section class="way" aria-labelledby="way-plex">
                <h2 id="way-plex">"With Plex"</h2>
                <p>"Recommended. Use the account that owns your media server, so the household can come in with theirs."</p>
                {plex_sign_in(page.plex, true)}
            </section>
            <section class="way" aria-labelledby="way-local">
                <h2 id="way-local">"With a password"</h2>
                <p>"Works with no internet. Until members can be added by hand, only you can sign in."</p>
                <form class="stack" method="post" action=paths::SETUP_OWNER>
                    {form_error("owner-error", page.error)}
                    {field(Field {
                        name: "email",
                        label: "E-mail",
                        kind: "email",
                        autocomplete: "username",
                        value: &page.email,
                        error: described,
                        ..Field::default()
                    })}
                    {field(Field {
                        name: "username",
                        label: "Name",
                        kind: "text",
                        autocomplete: "name",
                        value: &page.username,
                        hint: "As others see you. May stay empty.",
                        optional: true,
                        ..Field::default()
                    })}
                    {field(Field {
                        name: "password",
                        label: "Password",
                        kind: "password",
                        autocomplete: "new-password",
                        hint: "At least 8 characters.",
                        min: 8,
                        error: described,
                        ..Field::default()
                    })}
                    <button class="button button-wide" type="submit">
                        "Make this account the owner"
                    </button>
                </form>
            </section>
        </div>
    };
    step(chrome, 1, "Who is the owner?", true, true, content.into_any())
}

pub(super) fn server(chrome: &Chrome, page: SetupServerPage) -> Body {
    let described = page.error.is_some().then_some("server-error");
    let error = form_error("server-error", page.error);
    let content = match page.servers {
        ServerChoice::Owned(servers) if !servers.is_empty() => pick(servers, described, error),
        ServerChoice::Owned(_) => view! {
            {error}
            <p class="lead">"Your Plex account owns no media server. Set one up in Plex, then look again."</p>
            {look_again()}
        }
        .into_any(),
        ServerChoice::NoPlexAccount => view! {
            {error}
            <p class="lead">
                "The owner has no Plex account here, so there are no media servers to choose from. You can link one later."
            </p>
        }
        .into_any(),
        ServerChoice::PlexUnreachable => view! {
            {error}
            <div class="notice notice-bad" role="alert">
                <p>{texts::PLEX_NOT_ANSWERING}</p>
            </div>
            {look_again()}
        }
        .into_any(),
    };
    let content = view! {
        {content}
        <form class="aside" method="post" action=paths::SETUP_SERVER>
            <button class="button button-quiet button-wide" type="submit" name="machineId" value="" aria-describedby="skip-means">
                "Skip for now"
            </button>
            <p class="hint" id="skip-means">
                "Without a media server nobody but the owner can sign in with Plex, because there is nothing to check their access against."
            </p>
        </form>
    };
    step(chrome, 2, "Which media server?", false, false, content.into_any())
}

fn look_again() -> AnyView {
    view! {
        <a class="button button-wide" href=paths::SETUP_SERVER>
            "Look again"
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
        <p class="lead">"Everyone who may use it can come in with their Plex account."</p>
        <form class="stack" method="post" action=paths::SETUP_SERVER>
            {error}
            <fieldset aria-describedby=described>
                <legend>"Your media servers"</legend>
                {rows}
            </fieldset>
            <button class="button button-wide" type="submit">
                "Use this one"
            </button>
        </form>
    }
    .into_any()
}

pub(super) fn done(chrome: &Chrome, page: SetupDonePage) -> Body {
    let members = match page.media_server {
        Some(name) => view! {
            <b>"Tell your people."</b>
            " Send them this page's address. Everyone who may use "
            <b>{name}</b>
            " signs in with their own Plex account."
        }
        .into_any(),
        None => view! {
            <b>"Choose a media server."</b>
            " Until then only you can sign in with Plex."
        }
        .into_any(),
    };
    let address = if page.has_public_url {
        view! {
            <b>"Try it from outside."</b>
            " Open the public address on a phone without Wi-Fi and sign in."
        }
        .into_any()
    } else {
        view! {
            <b>"Set the public address."</b>
            " Put it into the configuration as the public URL, so that people can sign in from outside."
        }
        .into_any()
    };
    let content = view! {
        <p class="lead">"The set-up is finished. Three things to do next:"</p>
        <ol class="next">
            <li>{members}</li>
            <li>{address}</li>
            <li>
                <b>"Back up the data folder."</b>
                " It holds the accounts and the secrets of this install."
            </li>
        </ol>
        <a class="button button-wide button-main" href=paths::HOME>
            "Go in"
        </a>
    };
    step(chrome, 3, "Ready", false, false, content.into_any())
}

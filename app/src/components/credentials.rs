//! The sections "Password", "Plex account", "Signed-in devices" and "Last sign-ins" of a person's page.
//!
//! Works without JavaScript: a question before something is taken away is a `<details>` with the form inside.

use leptos::prelude::*;

use super::{
    date,
    form::form_error,
    people::said,
    qr::qr,
    words::{words, words_with},
};
use crate::{
    islands::{copy::copy_button, plex_sign_in::plex_sign_in},
    msg,
    pages::{
        CredentialsSections, DeviceRow, DevicesSection, PasswordSection, PlexSection, PlexState, ResetLink, SignIn,
    },
    paths, t,
};

/// Whether the page has to load the WASM: the Plex button and the one that copies need it.
#[must_use]
pub fn has_island(sections: &CredentialsSections) -> bool {
    sections.password.made.is_some() || matches!(sections.plex.state, PlexState::CanLink(_))
}

/// All of them.
#[must_use]
pub fn sections(sections: CredentialsSections) -> AnyView {
    let CredentialsSections {
        user_id,
        whose,
        locked,
        password,
        plex,
        devices,
        sign_ins,
    } = sections;
    let whose = whose.as_deref();
    view! {
        {password_section(user_id, whose, locked, password)}
        {plex_section(user_id, whose, locked, plex)}
        {devices_section(user_id, whose, locked, devices)}
        {sign_ins_section(sign_ins)}
    }
    .into_any()
}

/// Class and role of what is said.
fn look(good: bool) -> (&'static str, &'static str) {
    if good {
        ("notice", "status")
    } else {
        ("notice notice-bad", "alert")
    }
}

/// A label and a field that has to be filled in. `error`: the id of what is wrong with its form.
#[must_use]
pub fn text_field(
    name: &'static str,
    label: String,
    kind: &'static str,
    autocomplete: &'static str,
    error: Option<&'static str>,
) -> AnyView {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                required=true
                autofocus=error.is_some()
                aria-describedby=error
                aria-invalid=error.map(|_| "true")
            />
        </div>
    }
    .into_any()
}

/// The field for a new password. `error`: as of [`text_field`]; `first`: nothing stands before it in its form.
#[must_use]
pub fn new_password(error: Option<&'static str>, first: bool) -> AnyView {
    let described = ["password-field-hint"]
        .into_iter()
        .chain(error)
        .collect::<Vec<_>>()
        .join(" ");
    view! {
        <div class="field">
            <label for="password-field">{t!("passwords-new")}</label>
            <p class="hint" id="password-field-hint">
                {t!("passwords-hint")}
            </p>
            <input
                id="password-field"
                name="password"
                type="password"
                autocomplete="new-password"
                minlength="8"
                required=true
                autofocus=first && error.is_some()
                aria-describedby=described
                aria-invalid=error.map(|_| "true")
            />
        </div>
    }
    .into_any()
}

fn password_section(user_id: i64, whose: Option<&str>, locked: bool, section: PasswordSection) -> AnyView {
    let own = whose.is_none();
    let status = match (whose, section.has) {
        (None, true) => t!("passwords-has"),
        (None, false) => t!("passwords-none"),
        (Some(name), true) => t!("passwords-has-of", name = name),
        (Some(name), false) => t!("passwords-none-of", name = name),
    };
    let done = section.changed.then(|| {
        if own {
            msg!("passwords-changed")
        } else {
            msg!("passwords-changed-of")
        }
    });
    let asks = own && section.has;
    let wrong = section.error.as_ref().map(|_| "password-error");
    let form = match (locked, section.has_email) {
        (true, _) => view! { <p class="notice">{t!("passwords-locked")}</p> }.into_any(),
        (false, false) => view! { <p class="notice">{t!("passwords-needs-email")}</p> }.into_any(),
        (false, true) => view! {
            <form class="stack" method="post" action=paths::password(user_id)>
                {asks.then(|| {
                    text_field("present", t!("passwords-present"), "password", "current-password", wrong)
                })}
                {new_password(wrong, !asks)}
                <p class="hint">
                    {whose
                        .map_or_else(|| t!("passwords-others-end"), |name| t!("passwords-all-end", name = name))}
                </p>
                <button class="button" type="submit">
                    {if section.has { t!("passwords-change") } else { t!("passwords-set") }}
                </button>
            </form>
        }
        .into_any(),
    };
    view! {
        <section class="card card-flat" id="password" aria-labelledby="password-heading">
            <div class="heading">
                <h2 id="password-heading">{t!("passwords-title")}</h2>
                <p class="hint">{status}</p>
            </div>
            {said(done)}
            {(!section.accepted).then(|| view! { <p class="notice">{t!("passwords-sign-in-off")}</p> })}
            {section.made.map(|made| reset_link(user_id, whose.unwrap_or_default(), made))}
            {form_error("password-error", section.error)}
            {form}
            {(section.link && section.has_email)
                .then(|| {
                    view! {
                        <form class="stack new" method="post" action=paths::reset_link(user_id)>
                            <h3>{t!("passwords-link")}</h3>
                            <p class="hint">{t!("passwords-link-why", name = whose.unwrap_or_default())}</p>
                            <button class="button" type="submit">
                                {t!("passwords-make-link")}
                            </button>
                        </form>
                    }
                })}
        </section>
    }
    .into_any()
}

/// The one moment when the link is on a page.
fn reset_link(user_id: i64, name: &str, made: ResetLink) -> AnyView {
    view! {
        <div class="made" role="group" aria-labelledby="link-heading">
            <h3 id="link-heading" tabindex="-1" autofocus=true>
                {t!("passwords-link-made", name = name)}
            </h3>
            <p>{words(&msg!("passwords-link-how"))}</p>
            <div class="made-parts">
                {qr(&made.link, t!("passwords-link-qr"))}
                <div class="made-fields">
                    <div class="field field-copied">
                        <label for="reset-link">{t!("passwords-link-label")}</label>
                        <input
                            id="reset-link"
                            type="text"
                            readonly=true
                            value=made.link
                            autocomplete="off"
                            spellcheck="false"
                        />
                        {copy_button(t!("passwords-link-copy"), "reset-link")}
                    </div>
                    <p class="hint">{t!("passwords-link-until", time = made.until)}</p>
                </div>
            </div>
            <a class="button" href=paths::user(user_id)>
                {t!("passwords-done")}
            </a>
        </div>
    }
    .into_any()
}

fn plex_section(user_id: i64, whose: Option<&str>, locked: bool, section: PlexSection) -> AnyView {
    let linked = |name: &str| {
        let sentence = match whose {
            None => msg!("linked-to", name = name),
            Some(_) => msg!("linked-to-of", name = name),
        };
        view! { <p>{words(&sentence)}</p> }
    };
    let content = match section.state {
        PlexState::Linked(name) if !locked => view! {
            {linked(&name)}
            <div class="asks">
                <details class="ask">
                    <summary>{t!("linked-unlink")}</summary>
                    <form class="stack" method="post" action=paths::plex_unlink(user_id)>
                        <p>{t!("linked-unlink-question", name = &name)}</p>
                        <button class="button button-danger" type="submit">
                            {t!("linked-unlink-button")}
                        </button>
                    </form>
                </details>
            </div>
        }
        .into_any(),
        PlexState::Linked(name) => linked(&name).into_any(),
        PlexState::LastWay(name) => view! {
            {linked(&name)}
            <p class="hint">{t!("linked-needs-password")}</p>
        }
        .into_any(),
        PlexState::Owners(name) => view! {
            {linked(&name)}
            <p class="hint">{t!("linked-owner")}</p>
        }
        .into_any(),
        PlexState::CanLink(data) => view! {
            <p>{t!("linked-not")}</p>
            {plex_sign_in(*data, false)}
        }
        .into_any(),
        PlexState::None => {
            let sentence = match whose {
                None if locked => t!("linked-locked"),
                None => t!("linked-none"),
                Some(name) => t!("linked-not-of", name = name),
            };
            view! { <p>{sentence}</p> }.into_any()
        }
    };
    // Whoever comes back from Plex begins here.
    let plex_said = section.said.map(|(message, good)| {
        let (class, role) = look(good);
        view! {
            <p class=class role=role tabindex="-1" autofocus=true>
                {message.on_page()}
            </p>
        }
    });
    view! {
        <section class="card card-flat" id="plex" aria-labelledby="plex-heading">
            <h2 id="plex-heading">{t!("linked-title")}</h2>
            {plex_said}
            {content}
        </section>
    }
    .into_any()
}

fn devices_section(user_id: i64, whose: Option<&str>, locked: bool, section: DevicesSection) -> AnyView {
    let intro = whose.map_or_else(|| t!("sessions-intro"), |name| t!("sessions-intro-of", name = name));
    let others = section.devices.iter().any(|device| !device.this);
    let list = if section.devices.is_empty() {
        view! { <p class="empty">{t!("sessions-none")}</p> }.into_any()
    } else {
        let rows: Vec<_> = section
            .devices
            .into_iter()
            .map(|device| device_row(user_id, device, locked))
            .collect();
        view! { <ul class="devices">{rows}</ul> }.into_any()
    };
    let (summary, question) = match whose {
        None => (t!("sessions-end-others"), t!("sessions-end-others-question")),
        Some(name) => (t!("sessions-end-all"), t!("sessions-end-all-question", name = name)),
    };
    view! {
        <section class="card card-flat" id="devices" aria-labelledby="devices-heading">
            <div class="heading">
                <h2 id="devices-heading">{t!("sessions-title")}</h2>
                <p class="hint">{intro}</p>
            </div>
            {said(section.said)}
            {list}
            {(others && !locked)
                .then(|| {
                    view! {
                        <div class="asks">
                            <details class="ask">
                                <summary>{summary.clone()}</summary>
                                <form class="stack" method="post" action=paths::sessions_end(user_id)>
                                    <p>{question}</p>
                                    <button class="button button-danger" type="submit">
                                        {summary}
                                    </button>
                                </form>
                            </details>
                        </div>
                    }
                })}
        </section>
    }
    .into_any()
}

fn device_row(user_id: i64, device: DeviceRow, locked: bool) -> AnyView {
    let DeviceRow {
        id,
        what,
        how,
        has_token,
        since,
        seen,
        this,
    } = device;
    let what = what.on_page();
    let ago = date::time(&seen.at, seen.ago.on_page());
    let seen = words_with(&msg!("sessions-seen-from", address = seen.address), vec![("ago", ago)]);
    view! {
        <li class="device">
            <h3>
                {what.clone()} " "
                {this.then(|| view! { <span class="tag">{t!("sessions-this")}</span> })}
            </h3>
            <dl class="facts facts-small">
                <dt>{t!("sessions-signed-in")}</dt>
                <dd>{date::day(&since)}</dd>
                <dt>{t!("sessions-how")}</dt>
                <dd>{how.on_page()}</dd>
                <dt>{t!("sessions-seen")}</dt>
                <dd>
                    {seen}
                </dd>
            </dl>
            {(has_token && !this).then(|| view! { <p class="hint">{t!("sessions-token-stays")}</p> })}
            {(!locked && !this)
                .then(|| {
                    view! {
                        <form method="post" action=paths::session_end(user_id, &id)>
                            <button class="button" type="submit" aria-label=t!("sessions-end-of", device = &what)>
                                {t!("sessions-end")}
                            </button>
                        </form>
                    }
                })}
        </li>
    }
    .into_any()
}

fn sign_ins_section(sign_ins: Vec<SignIn>) -> AnyView {
    let none = sign_ins
        .is_empty()
        .then(|| view! { <p class="empty">{t!("sessions-last-none")}</p> });
    let rows = sign_ins
        .into_iter()
        .map(|one| {
            view! {
                <li>
                    <p>{one.how.on_page()}</p>
                    <p class="hint happened-about">
                        {date::moment(&one.at)}
                        {one.what.map(|what| view! { <span>{what.on_page()}</span> })}
                        {(!one.address.is_empty()).then(|| view! { <span>{one.address}</span> })}
                    </p>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <section class="card card-flat" id="sign-ins" aria-labelledby="sign-ins-heading">
            <h2 id="sign-ins-heading">{t!("sessions-last-title")}</h2>
            {none}
            <ol class="happened">{rows}</ol>
        </section>
    }
    .into_any()
}

//! `/pair/approve`: on the phone of somebody signed in. What asks, for whom, and yes or no.

use leptos::prelude::*;

use super::{Chrome, PairApprovePage, PairingDevice, TokenForm, document::Body, pair::typed};
use crate::{
    components::{
        form::{Field, field, form_error},
        tokens::token_fields,
        words::{words, words_with},
    },
    flow::safe_path,
    messages::Message,
    msg, paths, t,
};

pub(super) fn page(chrome: &Chrome, page: PairApprovePage) -> Body {
    let (title, content) = match page {
        PairApprovePage::EnterCode { device_address, error } => (t!("pair-tablet"), enter_code(&device_address, error)),
        PairApprovePage::Confirm { device, link } => (t!("pair-is-it-you"), confirm(device, &link)),
        PairApprovePage::Ask {
            device,
            code,
            people,
            person,
            form,
        } => (t!("pair-let-in-question"), ask(device, code, people, person, form)),
        PairApprovePage::Done { name, whose, tokens } => (t!("pair-device-in"), done(name, whose, &tokens)),
        PairApprovePage::Declined => (t!("pair-not-let-in"), declined()),
        PairApprovePage::NotAllowed(why) => (t!("pair-not-for-you"), not_allowed(&why)),
    };
    let main = view! {
        <div class="card door">
            <img class="door-key door-key-small" src=chrome.assets.icon.clone() alt="" width="56" height="56" />
            <h1>{title.clone()}</h1>
            {content}
        </div>
    };
    Body {
        title,
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

fn enter_code(device_address: &str, error: Option<Message>) -> AnyView {
    let described = error.is_some().then_some("code-error");
    view! {
        <p class="lead">{words_with(&msg!("pair-open-on-tablet"), vec![("address", typed(device_address))])}</p>
        <form class="stack" method="post" action=paths::PAIR_CODE>
            {form_error("code-error", error)}
            {field(Field {
                name: "code",
                label: t!("pair-code"),
                kind: "text",
                autocomplete: "off",
                capitals: "characters",
                error: described,
                max: 32,
                autofocus: true,
                ..Field::default()
            })}
            <button class="button button-wide" type="submit">
                {t!("pair-go-on")}
            </button>
        </form>
    }
    .into_any()
}

/// Plain to see: this is what one says yes or no to.
fn about(device: PairingDevice) -> AnyView {
    view! {
        <dl class="facts facts-small asking">
            <dt>{t!("pair-device")}</dt>
            <dd>
                <b>{device.what.on_page()}</b>
            </dd>
            <dt>{t!("pair-address")}</dt>
            <dd>{device.address}</dd>
            <dt>{t!("pair-asked")}</dt>
            <dd>{device.ago.on_page()}</dd>
        </dl>
    }
    .into_any()
}

fn confirm(device: PairingDevice, link: &str) -> AnyView {
    view! {
        <p class="lead">{t!("pair-confirm")}</p>
        {about(device)}
        <a class="button button-wide button-main" href=safe_path(link).to_owned()>
            {t!("pair-sign-in-again")}
        </a>
        {another_code()}
    }
    .into_any()
}

fn ask(device: PairingDevice, code: String, people: Vec<(i64, String)>, person: i64, form: TokenForm) -> AnyView {
    let whom = if people.len() > 1 {
        let options = people
            .into_iter()
            .map(|(id, name)| {
                view! {
                    <option value=id.to_string() selected=id == person>
                        {name}
                    </option>
                }
            })
            .collect::<Vec<_>>();
        view! {
            <div class="field">
                <label for="person">{t!("pair-who")}</label>
                <p class="hint" id="person-hint">{t!("pair-who-hint")}</p>
                <select id="person" name="person" aria-describedby="person-hint">
                    {options}
                </select>
            </div>
        }
        .into_any()
    } else {
        view! { <input type="hidden" name="person" value=person.to_string() /> }.into_any()
    };
    view! {
        {about(device)}
        <p class="notice notice-warn">{t!("pair-only-if")}</p>
        <form class="stack" method="post" action=paths::PAIR_APPROVE>
            <input type="hidden" name="code" value=code />
            {whom}
            {token_fields(form, t!("pair-name"), "token-error")}
            <div class="answers">
                <button class="button button-main" type="submit" name="answer" value="yes">
                    {t!("pair-yes")}
                </button>
                <button class="button" type="submit" name="answer" value="no" formnovalidate=true>
                    {t!("pair-no")}
                </button>
            </div>
        </form>
        {another_code()}
    }
    .into_any()
}

/// For who scanned or typed the wrong one: forgets it.
fn another_code() -> AnyView {
    let href = [paths::PAIR_APPROVE, "?code="].concat();
    view! {
        <a class="button button-wide" href=href>
            {t!("pair-another-code")}
        </a>
    }
    .into_any()
}

fn done(name: String, whose: Option<String>, tokens: &str) -> AnyView {
    let who = match whose {
        None => msg!("pair-done-you", device = name),
        Some(person) => msg!("pair-done-other", device = name, name = person),
    };
    view! {
        <p class="lead">{words(&who)}</p>
        <p class="hint">{t!("pair-done-lost")}</p>
        <a class="button button-wide button-main" href=paths::HOME>
            {t!("pair-done")}
        </a>
        <a class="button button-wide" href=safe_path(tokens).to_owned()>
            {t!("tokens-title")}
        </a>
    }
    .into_any()
}

fn declined() -> AnyView {
    view! {
        <p class="lead">{t!("pair-declined-here")}</p>
        <a class="button button-wide button-main" href=paths::HOME>
            {t!("pair-done")}
        </a>
        <a class="button button-wide" href=paths::PAIR_APPROVE>
            {t!("pair-another")}
        </a>
    }
    .into_any()
}

fn not_allowed(why: &Message) -> AnyView {
    view! {
        <p class="lead">{why.on_page()}</p>
        <a class="button button-wide" href=paths::HOME>
            {t!("errors-to-start")}
        </a>
    }
    .into_any()
}

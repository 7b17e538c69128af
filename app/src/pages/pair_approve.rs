//! `/pair/approve`: on the phone of somebody signed in. What asks, for whom, and yes or no.

use leptos::prelude::*;

use super::{Chrome, PairApprovePage, PairingDevice, TokenForm, document::Body, pair::typed};
use crate::{
    components::{
        form::{Field, field, form_error},
        tokens::token_fields,
    },
    flow::safe_path,
    messages::Message,
    paths,
};

pub(super) fn page(chrome: &Chrome, page: PairApprovePage) -> Body {
    let (title, content) = match page {
        PairApprovePage::EnterCode { device_address, error } => ("Set up a tablet", enter_code(&device_address, error)),
        PairApprovePage::Confirm { device, link } => ("Is it you?", confirm(device, &link)),
        PairApprovePage::Ask {
            device,
            code,
            people,
            person,
            form,
        } => ("Let this device in?", ask(device, code, people, person, form)),
        PairApprovePage::Done { name, whose, tokens } => ("The device is in", done(name, whose, &tokens)),
        PairApprovePage::Declined => ("Not let in", declined()),
        PairApprovePage::NotAllowed(why) => ("Not for you", not_allowed(&why)),
    };
    let main = view! {
        <div class="card door">
            <img class="door-key door-key-small" src=chrome.assets.icon.clone() alt="" width="56" height="56" />
            <h1>{title}</h1>
            {content}
        </div>
    };
    Body {
        title: title.to_owned(),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

fn enter_code(device_address: &str, error: Option<Message>) -> AnyView {
    let described = error.is_some().then_some("code-error");
    view! {
        <p class="lead">"On the tablet, open " {typed(device_address)} ". It shows a code."</p>
        <form class="stack" method="post" action=paths::PAIR_CODE>
            {form_error("code-error", error)}
            {field(Field {
                name: "code",
                label: "The code on the tablet",
                kind: "text",
                autocomplete: "off",
                capitals: "characters",
                error: described,
                max: 32,
                autofocus: true,
                ..Field::default()
            })}
            <button class="button button-wide" type="submit">
                "Go on"
            </button>
        </form>
    }
    .into_any()
}

/// Plain to see: this is what one says yes or no to.
fn about(device: PairingDevice) -> AnyView {
    view! {
        <dl class="facts facts-small asking">
            <dt>"Device"</dt>
            <dd>
                <b>{device.what.on_page()}</b>
            </dd>
            <dt>"Address"</dt>
            <dd>{device.address}</dd>
            <dt>"Asked"</dt>
            <dd>{device.ago.on_page()}</dd>
        </dl>
    }
    .into_any()
}

fn confirm(device: PairingDevice, link: &str) -> AnyView {
    view! {
        <p class="lead">"A device wants to be let in. Sign in once more first, so that nobody else says yes for you."</p>
        {about(device)}
        <a class="button button-wide button-main" href=safe_path(link).to_owned()>
            "Sign in again"
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
                <label for="person">"Who is it for?"</label>
                <p class="hint" id="person-hint">"It is signed in as this person."</p>
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
        <p class="notice notice-warn">"Only say yes if this device is in front of you."</p>
        <form class="stack" method="post" action=paths::PAIR_APPROVE>
            <input type="hidden" name="code" value=code />
            {whom}
            {token_fields(form, "What is it called?", "token-error")}
            <div class="answers">
                <button class="button button-main" type="submit" name="answer" value="yes">
                    "Let it in"
                </button>
                <button class="button" type="submit" name="answer" value="no" formnovalidate=true>
                    "No"
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
            "Enter another code"
        </a>
    }
    .into_any()
}

fn done(name: String, whose: Option<String>, tokens: &str) -> AnyView {
    let who = match whose {
        None => view! { <b>{name}</b> " is signed in as you." }.into_any(),
        Some(person) => view! { <b>{name}</b> " is signed in as " <b>{person}</b> "." }.into_any(),
    };
    view! {
        <p class="lead">{who} " It goes on by itself in a moment."</p>
        <p class="hint">"If it is ever lost or given away, revoke its login token: it is signed out at once."</p>
        <a class="button button-wide button-main" href=paths::HOME>
            "Done"
        </a>
        <a class="button button-wide" href=safe_path(tokens).to_owned()>
            "Login tokens"
        </a>
    }
    .into_any()
}

fn declined() -> AnyView {
    view! {
        <p class="lead">"The device was not let in. There is nothing else to do."</p>
        <a class="button button-wide button-main" href=paths::HOME>
            "Done"
        </a>
        <a class="button button-wide" href=paths::PAIR_APPROVE>
            "Set up another one"
        </a>
    }
    .into_any()
}

fn not_allowed(why: &Message) -> AnyView {
    view! {
        <p class="lead">{why.on_page()}</p>
        <a class="button button-wide" href=paths::HOME>
            "Back to the start"
        </a>
    }
    .into_any()
}

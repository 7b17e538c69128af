//! The section "Login tokens" of a person's page: what was just made, the list, and the form for a new one.
//!
//! Works without JavaScript: a question before something is taken away is a `<details>` with the form inside.

use leptos::prelude::*;

use super::{
    date,
    form::{Field, expiry, field, form_error},
    qr::qr,
};
use crate::{
    flow::texts,
    islands::copy::copy_button,
    pages::{ShownToken, TokenForm, TokenRow, TokensSection},
    paths,
};

/// Whether the page has to load the WASM: only the buttons that copy need it.
#[must_use]
pub fn has_island(section: Option<&TokensSection>) -> bool {
    section.is_some_and(|section| section.made.is_some())
}

/// The section.
#[must_use]
pub fn tokens(section: TokensSection) -> AnyView {
    let TokensSection {
        user_id,
        whose,
        tokens,
        locked,
        made,
        form,
    } = section;
    let page = whose
        .as_ref()
        .map_or_else(|| paths::PROFILE.to_owned(), |_| paths::user(user_id));
    let intro = match &whose {
        None => {
            "For devices that nobody types on, such as a tablet on the wall: each gets a link that signs it in as you."
                .to_owned()
        }
        Some(name) => {
            format!(
                "For devices that nobody types on, such as a tablet on the wall: each gets a link that signs it in as {name}."
            )
        }
    };
    let changeable = locked.is_none();
    view! {
        <section class="card card-flat" id="tokens" aria-labelledby="tokens-heading">
            <div class="heading">
                <h2 id="tokens-heading">"Login tokens"</h2>
                <p class="hint">{intro}</p>
            </div>
            {made.map(|made| shown(made, page))}
            {locked.map(|why| view! { <p class="notice">{why.on_page()}</p> })}
            {list(user_id, tokens, changeable)}
            {changeable.then(|| new_token(user_id, form))}
        </section>
    }
    .into_any()
}

/// The one moment when the token is on a page. `page`: the same page without it.
fn shown(made: ShownToken, page: String) -> AnyView {
    let heading = if made.replaced {
        "The new token of "
    } else {
        "The token of "
    };
    let until = match &made.expires_at {
        None => view! { "It works until it is revoked." }.into_any(),
        Some(end) => view! { "It works until " {date::day(end)} "." }.into_any(),
    };
    view! {
        <div class="made" role="group" aria-labelledby="made-heading">
            <h3 id="made-heading" tabindex="-1" autofocus=true>
                {heading}
                {made.name}
            </h3>
            {made.replaced.then(|| view! { <p>{texts::OLD_TOKEN_STOPPED}</p> })}
            <p>
                "Open the link on the device, or scan the code with it. "
                <b>{texts::SHOWN_ONCE}</b>
            </p>
            <div class="made-parts">
                {qr(&made.link, "QR code that signs the device in")}
                <div class="made-fields">
                    {copied_field("made-link", "Sign-in link", made.link, texts::COPY_LINK)}
                    {copied_field("made-token", "Token", made.token, texts::COPY_TOKEN)}
                    <p class="hint">{until}</p>
                </div>
            </div>
            <a class="button" href=page>
                "Done"
            </a>
        </div>
    }
    .into_any()
}

fn copied_field(id: &'static str, label: &'static str, value: String, button: &'static str) -> AnyView {
    view! {
        <div class="field field-copied">
            <label for=id>{label}</label>
            <input id=id type="text" readonly=true value=value autocomplete="off" spellcheck="false" />
            {copy_button(button, id)}
        </div>
    }
    .into_any()
}

fn list(user_id: i64, tokens: Vec<TokenRow>, changeable: bool) -> AnyView {
    if tokens.is_empty() {
        let line = if changeable {
            "No device has one yet. Say below what it is for, and the first is ready."
        } else {
            "No device has one yet."
        };
        return view! { <p class="empty">{line}</p> }.into_any();
    }
    let rows = tokens
        .into_iter()
        .map(|token| row(user_id, &token, changeable))
        .collect::<Vec<_>>();
    view! { <ul class="tokens">{rows}</ul> }.into_any()
}

fn row(user_id: i64, token: &TokenRow, changeable: bool) -> AnyView {
    let expires = match &token.expires_at {
        None => "Never".into_any(),
        Some(end) if token.expired => view! { <span class="over">"Expired on " {date::day(end)}</span> }.into_any(),
        Some(end) => date::day(end),
    };
    let used = match &token.last_used {
        None => "Not yet".into_any(),
        Some(used) => view! { {date::time(&used.at, used.ago.on_page())} ", from " {used.address.clone()} }.into_any(),
    };
    view! {
        <li class="token">
            <h3>{token.name.clone()}</h3>
            <dl class="facts facts-small">
                <dt>"Made"</dt>
                <dd>{date::day(&token.created_at)} {token.created_by.as_ref().map(|name| format!(" by {name}"))}</dd>
                <dt>"Expires"</dt>
                <dd>{expires}</dd>
                <dt>"Last used"</dt>
                <dd>{used}</dd>
            </dl>
            {changeable.then(|| questions(user_id, token))}
        </li>
    }
    .into_any()
}

/// Both ask first, and only one is open at a time.
fn questions(user_id: i64, token: &TokenRow) -> AnyView {
    let TokenRow { id, name, life, .. } = token;
    view! {
        <div class="asks">
            <details class="ask" name="token">
                <summary>"Regenerate token" <span class="unseen">" of " {name.clone()}</span></summary>
                <form class="stack" method="post" action=paths::token_regenerate(user_id, *id)>
                    <p>{texts::regenerate_question(name)}</p>
                    {expiry(format!("expires-{id}"), *life)}
                    <button class="button button-main" type="submit">
                        "Regenerate token"
                    </button>
                </form>
            </details>
            <details class="ask" name="token">
                <summary>"Revoke" <span class="unseen">" the token of " {name.clone()}</span></summary>
                <form class="stack" method="post" action=paths::token_revoke(user_id, *id)>
                    <p>{texts::revoke_question(name)}</p>
                    <button class="button button-danger" type="submit">
                        "Revoke token"
                    </button>
                </form>
            </details>
        </div>
    }
    .into_any()
}

fn new_token(user_id: i64, form: TokenForm) -> AnyView {
    view! {
        <form class="stack new" method="post" action=paths::tokens(user_id)>
            <h3>"A new device"</h3>
            <input type="hidden" name="once" value=form.once.clone() />
            {token_fields(form, "Which device is it for?", "token-error")}
            <button class="button" type="submit">
                "Generate token"
            </button>
        </form>
    }
    .into_any()
}

/// Error, name and life of a token that is about to be made. `error`: the error's id.
#[must_use]
pub fn token_fields(form: TokenForm, label: &'static str, error: &'static str) -> AnyView {
    let described = form.error.is_some().then_some(error);
    view! {
        {form_error(error, form.error)}
        <div class="pair-of-fields">
            {field(Field {
                name: "name",
                label,
                kind: "text",
                autocomplete: "off",
                value: &form.name,
                error: described,
                min: 1,
                max: 64,
                capitals: "sentences",
                autofocus: described.is_some(),
                ..Field::default()
            })}
            {expiry("expires".to_owned(), form.life)}
        </div>
    }
    .into_any()
}

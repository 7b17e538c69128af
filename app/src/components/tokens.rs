//! The section "Login tokens" of a person's page: what was just made, the list, and the form for a new one.
//!
//! Works without JavaScript: a question before something is taken away is a `<details>` with the form inside.

use leptos::prelude::*;

use super::{
    date,
    form::{Field, check, expiry, field, form_error},
    qr::qr,
    words::{words, words_with},
};
use crate::{
    islands::copy::copy_button,
    msg,
    pages::{LimitsForm, ShownToken, TokenForm, TokenRow, TokensSection},
    paths, t,
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
        None => t!("tokens-intro"),
        Some(name) => t!("tokens-intro-of", name = name),
    };
    let changeable = locked.is_none();
    view! {
        <section class="card card-flat" id="tokens" aria-labelledby="tokens-heading">
            <div class="heading">
                <h2 id="tokens-heading">{t!("tokens-title")}</h2>
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
        t!("tokens-shown-new", device = made.name)
    } else {
        t!("tokens-shown", device = made.name)
    };
    let until = match &made.expires_at {
        None => words(&msg!("tokens-works-for-ever")),
        Some(end) => words_with(&msg!("tokens-works-until"), vec![("day", date::day(end))]),
    };
    view! {
        <div class="made" role="group" aria-labelledby="made-heading">
            <h3 id="made-heading" tabindex="-1" autofocus=true>
                {heading}
            </h3>
            {made.replaced.then(|| view! { <p>{t!("tokens-old-stopped")}</p> })}
            <p>{words(&msg!("tokens-shown-how"))}</p>
            <div class="made-parts">
                {qr(&made.link, t!("tokens-qr"))}
                <div class="made-fields">
                    {copied_field("made-link", t!("tokens-link"), made.link, t!("tokens-copy-link"))}
                    {copied_field("made-token", t!("tokens-token"), made.token, t!("tokens-copy-token"))}
                    <p class="hint">{until}</p>
                </div>
            </div>
            <a class="button" href=page>
                {t!("tokens-done")}
            </a>
        </div>
    }
    .into_any()
}

/// What is shown once, with a button that copies it.
#[must_use]
pub fn copied_field(id: &'static str, label: String, value: String, button: String) -> AnyView {
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
            t!("tokens-none-yet")
        } else {
            t!("tokens-none")
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
        None => t!("tokens-never").into_any(),
        Some(end) if token.expired => {
            let words = words_with(&msg!("tokens-expired"), vec![("day", date::day(end))]);
            view! { <span class="over">{words}</span> }.into_any()
        }
        Some(end) => date::day(end),
    };
    let used = match &token.last_used {
        None => t!("tokens-not-yet").into_any(),
        Some(used) => {
            let ago = date::time(&used.at, used.ago.on_page());
            words_with(&msg!("tokens-used-from", address = &used.address), vec![("ago", ago)]).into_any()
        }
    };
    let made = date::day(&token.created_at);
    let made = match &token.created_by {
        None => made,
        Some(name) => words_with(&msg!("tokens-made-by", name = name), vec![("day", made)]).into_any(),
    };
    let limits = limited(token);
    view! {
        <li class="token">
            <h3>{token.name.clone()}</h3>
            <dl class="facts facts-small">
                <dt>{t!("tokens-made")}</dt>
                <dd>{made}</dd>
                <dt>{t!("tokens-expires")}</dt>
                <dd>{expires}</dd>
                <dt>{t!("tokens-last-used")}</dt>
                <dd>{used}</dd>
                {limits.map(|limits| view! {
                    <dt>{t!("tokens-limits")}</dt>
                    <dd>{limits}</dd>
                })}
            </dl>
            {changeable.then(|| questions(user_id, token))}
        </li>
    }
    .into_any()
}

/// What a token is limited to, in words; `None`: nothing.
fn limited(token: &TokenRow) -> Option<String> {
    let apps = token.apps.as_ref().map(|apps| {
        if apps.is_empty() {
            t!("tokens-limits-no-app")
        } else {
            t!("tokens-limits-apps", apps = apps.join(", "))
        }
    });
    let reading = token.reading_only.then(|| t!("tokens-limits-reading"));
    let limits: Vec<String> = apps.into_iter().chain(reading).collect();
    (!limits.is_empty()).then(|| limits.join(" · "))
}

/// Both ask first, and only one is open at a time.
fn questions(user_id: i64, token: &TokenRow) -> AnyView {
    let TokenRow { id, name, life, .. } = token;
    view! {
        <div class="asks">
            <details class="ask" name="token">
                <summary aria-label=t!("tokens-regenerate-of", device = name)>{t!("tokens-regenerate")}</summary>
                <form class="stack" method="post" action=paths::token_regenerate(user_id, *id)>
                    <p>{t!("tokens-regenerate-question", device = name)}</p>
                    {expiry(format!("expires-{id}"), *life)}
                    <button class="button button-main" type="submit">
                        {t!("tokens-regenerate")}
                    </button>
                </form>
            </details>
            <details class="ask" name="token">
                <summary aria-label=t!("tokens-revoke-of", device = name)>{t!("tokens-revoke")}</summary>
                <form class="stack" method="post" action=paths::token_revoke(user_id, *id)>
                    <p>{t!("tokens-revoke-question", device = name)}</p>
                    <button class="button button-danger" type="submit">
                        {t!("tokens-revoke-token")}
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
            <h3>{t!("tokens-new")}</h3>
            <input type="hidden" name="once" value=form.once.clone() />
            {token_fields(form, t!("tokens-which-device"), "token-error")}
            <button class="button" type="submit">
                {t!("tokens-generate")}
            </button>
        </form>
    }
    .into_any()
}

/// Error, name and life of a token that is about to be made. `error`: the error's id.
#[must_use]
pub fn token_fields(form: TokenForm, label: String, error: &'static str) -> AnyView {
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
        {form.limits.map(limits)}
    }
    .into_any()
}

/// What the new token is limited to: folded up, because most are to nothing.
fn limits(form: LimitsForm) -> AnyView {
    let open = form.reading_only || form.apps.iter().any(|(_, _, on)| *on);
    let apps = form
        .apps
        .into_iter()
        .map(|(id, name, on)| {
            view! {
                <label class="choice">
                    <input type="checkbox" name="app" value=id.to_string() checked=on />
                    <span>{name}</span>
                </label>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <details class="fold limits" open=open>
            <summary>{t!("tokens-limit")}</summary>
            <p class="hint">{t!("tokens-limit-hint")}</p>
            {check("readingOnly", t!("tokens-limit-reading"), t!("tokens-limit-reading-hint"), form.reading_only)}
            {(!apps.is_empty())
                .then(|| {
                    view! {
                        <fieldset>
                            <legend>{t!("tokens-limit-apps")}</legend>
                            <p class="hint">{t!("tokens-limit-apps-hint")}</p>
                            <div class="ticks">{apps}</div>
                        </fieldset>
                    }
                })}
        </details>
    }
    .into_any()
}

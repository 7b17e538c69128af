//! `/users/:id`: one member, for those who look after others. A section each, in the order of [`page`].

use leptos::prelude::*;

use super::{AccountForm, Chrome, PermissionsForm, TokensSection, UserPage, document::Body};
use crate::{
    components::{
        credentials,
        form::form_error,
        people::{account_form, permissions_form, said},
        person::{avatar, facts, tier_name, tier_sentence_about},
        tokens,
    },
    messages::Message,
    paths, t,
};

pub(super) fn page(_chrome: &Chrome, page: &UserPage) -> Body {
    let title = page.name.clone();
    let island = tokens::has_island(page.tokens.as_ref().ok())
        || page.credentials.as_deref().is_some_and(credentials::has_island);
    let main = view! {
        <p class="back">
            <a href=paths::USERS>{t!("people-all")}</a>
        </p>
        {who(page)}
        {said(page.said.clone())}
        {form_error("user-error", page.error.clone())}
        {account(page)}
        {permissions(page.id, page.permissions.clone())}
        {page.credentials.clone().map(|sections| credentials::sections(*sections))}
        {login_tokens(page.tokens.clone())}
        {explain(page.id)}
        {end(page)}
    };
    Body {
        title,
        bar: true,
        main: main.into_any(),
        island,
        refresh: false,
    }
}

fn who(page: &UserPage) -> AnyView {
    view! {
        <div class="person">
            {avatar(&page.name, page.avatar.clone(), "avatar avatar-large")}
            <div>
                <h1>{page.name.clone()}</h1>
                <p class="tags">
                    <span class="tag">{tier_name(page.tier)}</span>
                    {page.disabled.then(|| view! { <span class="tag tag-off">{t!("people-switched-off")}</span> })}
                </p>
            </div>
        </div>
    }
    .into_any()
}

fn explain(id: i64) -> AnyView {
    view! {
        <section class="card card-flat" aria-labelledby="explain">
            <h2 id="explain">{t!("explain-link")}</h2>
            <p class="hint">{t!("explain-link-hint")}</p>
            <p>
                <a class="button" href=paths::user_explain(id)>
                    {t!("explain-go")}
                </a>
            </p>
        </section>
    }
    .into_any()
}

fn account(page: &UserPage) -> AnyView {
    let belongs = tier_sentence_about(page.tier).to_owned();
    view! {
        <section class="card card-flat" aria-labelledby="account">
            <h2 id="account">{t!("people-account")}</h2>
            {facts(
                page.email.clone(),
                page.plex_username.clone(),
                (t!("person-how-they-belong"), belongs),
                &page.since,
            )}
            {allowed(page.account.clone(), |form: AccountForm| account_form(form))}
        </section>
    }
    .into_any()
}

fn permissions(id: i64, form: Result<PermissionsForm, Message>) -> AnyView {
    view! {
        <section class="card card-flat" aria-labelledby="permissions">
            <h2 id="permissions">{t!("people-permissions")}</h2>
            {allowed(form, move |form| permissions_form(id, form))}
        </section>
    }
    .into_any()
}

fn login_tokens(section: Result<TokensSection, Message>) -> AnyView {
    match section {
        Ok(section) => tokens::tokens(section),
        Err(why) => view! {
            <section class="card card-flat" id="tokens" aria-labelledby="tokens-heading">
                <h2 id="tokens-heading">{t!("people-tokens")}</h2>
                <p>{why.on_page()}</p>
            </section>
        }
        .into_any(),
    }
}

/// Switching off and deleting, both behind a question, as a fold that works without JavaScript.
fn end(page: &UserPage) -> AnyView {
    let asks = match (&page.switch, &page.delete) {
        (Err(why), _) => view! { <p>{why.on_page()}</p> }.into_any(),
        (Ok(()), delete) => view! {
            <div class="asks">
                {if page.disabled { switch_on(page) } else { switch_off(page) }}
                {delete.is_ok().then(|| delete_ask(page))}
            </div>
            {delete.as_ref().err().map(|why| view! { <p class="hint">{why.on_page()}</p> })}
        }
        .into_any(),
    };
    view! {
        <section class="card card-flat" aria-labelledby="end">
            <h2 id="end">{t!("people-end")}</h2>
            {asks}
        </section>
    }
    .into_any()
}

fn switch_off(page: &UserPage) -> AnyView {
    view! {
        <details class="ask" name="end">
            <summary>{t!("people-switch-off")}</summary>
            <form class="stack" method="post" action=paths::user_switch(page.id)>
                <p>{t!("people-switch-off-ask", name = page.name.clone())}</p>
                <button class="button button-danger" type="submit" name="off" value="true">
                    {t!("people-switch-off-do", name = page.name.clone())}
                </button>
            </form>
        </details>
    }
    .into_any()
}

fn switch_on(page: &UserPage) -> AnyView {
    view! {
        <details class="ask" name="end">
            <summary>{t!("people-switch-on")}</summary>
            <form class="stack" method="post" action=paths::user_switch(page.id)>
                <p>{t!("people-switch-on-ask", name = page.name.clone())}</p>
                <button class="button button-main" type="submit" name="off" value="false">
                    {t!("people-switch-on-do", name = page.name.clone())}
                </button>
            </form>
        </details>
    }
    .into_any()
}

fn delete_ask(page: &UserPage) -> AnyView {
    let back = (page.plex_username.is_some()).then(|| view! { <p>{t!("people-delete-comes-back")}</p> });
    view! {
        <details class="ask ask-danger" name="end">
            <summary>{t!("people-delete")}</summary>
            <form class="stack" method="post" action=paths::user_delete(page.id)>
                <p>{t!("people-delete-ask", name = page.name.clone())}</p>
                {back}
                <button class="button button-danger" type="submit">
                    {t!("people-delete-do", name = page.name.clone())}
                </button>
            </form>
        </details>
    }
    .into_any()
}

/// A form, or why it is not there.
fn allowed<T>(form: Result<T, Message>, shown: impl Fn(T) -> AnyView) -> AnyView {
    match form {
        Ok(form) => shown(form),
        Err(why) => view! { <p class="hint">{why.on_page()}</p> }.into_any(),
    }
}

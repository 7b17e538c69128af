//! Parts of the pages about people: the account's form, what somebody may do, what was just done.

use leptos::prelude::*;

use super::form::{Field, field, form_error};
use crate::{
    messages::{Language, Message},
    pages::{AccountForm, PermissionsForm, Right, RightRow},
    paths, t,
};

/// What was just done; read out when the page loads.
#[must_use]
pub fn said(said: Option<Message>) -> AnyView {
    said.map(|said| view! { <p class="notice" role="status">{said.on_page()}</p> })
        .into_any()
}

/// Name, e-mail and language.
#[must_use]
pub fn account_form(form: AccountForm) -> AnyView {
    let described = form.error.is_some().then_some("account-error");
    let (name, email) = (t!("people-name"), t!("people-email"));
    let name_hint = t!("people-name-hint");
    let note = form.email_note.map(|note| note.on_page()).unwrap_or_default();
    view! {
        <form class="stack" method="post" action=paths::user_account(form.user_id)>
            {form_error("account-error", form.error)}
            <div class="pair-of-fields">
                {field(Field {
                    name: "username",
                    label: name.clone(),
                    kind: "text",
                    autocomplete: "off",
                    value: &form.username,
                    hint: name_hint.clone(),
                    error: described,
                    max: 100,
                    capitals: "words",
                    optional: true,
                    autofocus: described.is_some(),
                    ..Field::default()
                })}
                {if form.email_locked {
                    view! {
                        <div class="field">
                            <p class="label">{email}</p>
                            <p class="hint">{note}</p>
                            <p>{form.email}</p>
                        </div>
                    }
                        .into_any()
                } else {
                    field(Field {
                        name: "email",
                        label: email.clone(),
                        kind: "email",
                        autocomplete: "off",
                        value: &form.email,
                        hint: note.clone(),
                        error: described,
                        max: 254,
                        optional: true,
                        ..Field::default()
                    })
                }}
            </div>
            {language(form.locale)}
            <button class="button" type="submit">
                {t!("people-save")}
            </button>
        </form>
    }
    .into_any()
}

fn language(chosen: Option<Language>) -> AnyView {
    let options = Language::ALL
        .into_iter()
        .map(|language| {
            view! {
                <option value=language.tag() lang=language.tag() selected=chosen == Some(language)>
                    {language.name()}
                </option>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="field">
            <label for="locale">{t!("people-language")}</label>
            <select id="locale" name="locale">
                <option value="" selected=chosen.is_none()>
                    {t!("people-language-of-browser")}
                </option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// What somebody may do, one switch each.
#[must_use]
pub fn permissions_form(user_id: i64, form: PermissionsForm) -> AnyView {
    let changeable = form.rights.iter().any(|row| row.may);
    let rows = form.rights.into_iter().map(switch).collect::<Vec<_>>();
    view! {
        <form class="stack" method="post" action=paths::user_permissions(user_id)>
            {form_error("permissions-error", form.error)}
            {rows}
            {(form.others != 0)
                .then(|| view! { <p class="hint">{t!("people-other-permissions", bits = form.others.to_string())}</p> })}
            {changeable
                .then(|| {
                    view! {
                        <button class="button" type="submit">
                            {t!("people-save")}
                        </button>
                    }
                })}
        </form>
    }
    .into_any()
}

fn switch(row: RightRow) -> AnyView {
    let RightRow { right, on, may } = row;
    let hint_id = format!("right-{}-hint", right.name());
    view! {
        <div class="check">
            <label class="choice">
                <input
                    type="checkbox"
                    role="switch"
                    name="right"
                    value=right.name()
                    checked=on
                    disabled=!may
                    aria-describedby=hint_id.clone()
                />
                <span>{right.label().on_page()}</span>
            </label>
            <p class="hint" id=hint_id>
                {right.allows().on_page()}
            </p>
        </div>
    }
    .into_any()
}

/// What somebody may do beyond others, in a word each.
#[must_use]
pub fn right_tags(rights: &[Right]) -> AnyView {
    // An administrator may do everything anyway.
    let told = if rights.contains(&Right::Administrator) {
        &[Right::Administrator]
    } else {
        rights
    };
    told.iter()
        .map(|right| view! { <span class="tag">{right.label().on_page()}</span> })
        .collect::<Vec<_>>()
        .into_any()
}

//! `/users/new`: a new member who signs in without Plex.

use leptos::prelude::*;

use super::{Chrome, NewUserPage, document::Body};
use crate::{
    components::form::{Field, field, form_error},
    paths, t,
};

pub(super) fn page(_chrome: &Chrome, page: &NewUserPage) -> Body {
    let wrong = |name: &str| {
        let here = page.error.is_some() && (page.wrong.is_empty() || page.wrong == name);
        here.then_some("new-error")
    };
    // Where the next thing is typed.
    let begins = |name: &str| {
        name == if page.wrong.is_empty() {
            "email"
        } else {
            page.wrong.as_str()
        }
    };
    let (email, name, password) = (t!("people-email"), t!("people-name"), t!("people-password"));
    let (email_hint, password_hint) = (t!("people-new-email-hint"), t!("people-new-password-hint"));
    let main = view! {
        <p class="back">
            <a href=paths::USERS>{t!("people-all")}</a>
        </p>
        <h1>{t!("people-new")}</h1>
        <section class="card card-flat" aria-label=t!("people-new")>
            <p>{t!("people-new-lead")}</p>
            <form class="stack" method="post" action=paths::USERS_NEW>
                {form_error("new-error", page.error.clone())}
                {field(Field {
                    name: "email",
                    label: email.clone(),
                    kind: "email",
                    autocomplete: "off",
                    value: &page.email,
                    hint: email_hint.clone(),
                    error: wrong("email"),
                    max: 254,
                    autofocus: begins("email"),
                    ..Field::default()
                })}
                {field(Field {
                    name: "username",
                    label: name.clone(),
                    kind: "text",
                    autocomplete: "off",
                    value: &page.username,
                    error: wrong("username"),
                    max: 100,
                    capitals: "words",
                    optional: true,
                    autofocus: begins("username"),
                    ..Field::default()
                })}
                {field(Field {
                    name: "password",
                    label: password.clone(),
                    kind: "password",
                    autocomplete: "new-password",
                    hint: password_hint.clone(),
                    error: wrong("password"),
                    min: 8,
                    optional: true,
                    autofocus: begins("password"),
                    ..Field::default()
                })}
                <button class="button button-main" type="submit">
                    {t!("people-new-do")}
                </button>
            </form>
        </section>
    };
    Body {
        title: t!("people-new"),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

//! `/login/reset` and `/login/reset/:guid`: a forgotten password.

use leptos::prelude::*;

use super::{ChoosePage, Chrome, ForgotPage, document::Body};
use crate::{
    components::{
        credentials::{new_password, text_field},
        form::form_error,
    },
    paths, t,
};

pub(super) fn forgot(chrome: &Chrome, page: ForgotPage) -> Body {
    let (title, content) = match page {
        ForgotPage::Off => (
            t!("passwords-ask-title"),
            view! { <p>{t!("passwords-ask-off")}</p> }.into_any(),
        ),
        ForgotPage::Asked => (
            t!("passwords-asked-title"),
            view! { <p role="status">{t!("passwords-asked")}</p> }.into_any(),
        ),
        ForgotPage::Ask { error } => (t!("passwords-ask-title"), {
            let wrong = error.as_ref().map(|_| "email-error");
            view! {
                <p class="lead">{t!("passwords-ask-lead")}</p>
                <form class="stack" method="post" action=paths::LOGIN_RESET>
                    {form_error("email-error", error)}
                    {text_field("email", t!("passwords-ask-email"), "email", "username", wrong)}
                    <button class="button button-main button-wide" type="submit">
                        {t!("passwords-ask-button")}
                    </button>
                </form>
            }
            .into_any()
        }),
    };
    door(chrome, title, content)
}

pub(super) fn choose(chrome: &Chrome, page: ChoosePage) -> Body {
    let (title, content) = match page {
        ChoosePage::Dead { can_ask } => (
            t!("passwords-dead-title"),
            view! {
                <p>{t!("passwords-dead-why")}</p>
                {can_ask
                    .then(|| {
                        view! {
                            <p>
                                <a class="button" href=paths::LOGIN_RESET>
                                    {t!("passwords-dead-ask")}
                                </a>
                            </p>
                        }
                    })}
            }
            .into_any(),
        ),
        ChoosePage::Ask {
            name,
            email,
            action,
            error,
        } => (t!("passwords-choose-title"), {
            let wrong = error.as_ref().map(|_| "password-error");
            view! {
                <p class="lead">{t!("passwords-choose-lead", name = name, email = email)}</p>
                <form class="stack" method="post" action=action>
                    {form_error("password-error", error)}
                    {new_password(wrong, true)}
                    <p class="hint">{t!("passwords-choose-after")}</p>
                    <button class="button button-main button-wide" type="submit">
                        {t!("passwords-choose-button")}
                    </button>
                </form>
            }
            .into_any()
        }),
    };
    door(chrome, title, content)
}

fn door(chrome: &Chrome, title: String, content: AnyView) -> Body {
    let main = view! {
        <div class="card door">
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="88" height="88" />
            <h1>{title.clone()}</h1>
            {content}
            <p class="otherwise">
                <a href=paths::LOGIN>{t!("passwords-back")}</a>
            </p>
        </div>
    };
    Body {
        title,
        bar: false,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

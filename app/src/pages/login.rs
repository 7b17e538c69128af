//! `/login`, and the parts that it shares with `/setup/owner`.

use leptos::prelude::*;

use super::{Chrome, LoginPage, Notice, document::Body};
use crate::{
    components::{
        form::{Field, field, form_error},
        outcome::{advice, outcome_text},
        words::words,
    },
    flow::outcome::Outcome,
    islands::plex_sign_in::plex_sign_in,
    messages::Message,
    msg, paths, t,
};

pub(super) fn page(chrome: &Chrome, page: LoginPage) -> Body {
    let title = chrome.title.to_string();
    let plex = page.plex.is_some();
    let app_url = page.plex.as_ref().map(|plex| plex.app_url.clone()).unwrap_or_default();
    let lead = match (plex, page.local) {
        (true, _) => t!("login-lead-plex"),
        (false, true) => t!("login-lead-password"),
        (false, false) => t!("login-lead-off"),
    };
    let main = view! {
        <div class="card door">
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="88" height="88" />
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            {notice(page.notice, &app_url)}
            {page.plex.map(|plex| plex_sign_in(plex, false))}
            {page.local.then(|| password_form(plex, &page.email, page.error, page.return_to, page.forgot))}
            {page
                .pair
                .map(|pair| {
                    view! {
                        <p class="otherwise">
                            <a href=pair>{t!("login-with-code")}</a>
                        </p>
                    }
                })}
        </div>
    };
    Body {
        title: t!("login-title"),
        bar: false,
        main: main.into_any(),
        island: plex,
        refresh: false,
    }
}

/// Folded under "Use a password" where there is a Plex button, open after an error.
fn password_form(folded: bool, email: &str, error: Option<Message>, return_to: String, forgot: bool) -> AnyView {
    let open = error.is_some() || !email.is_empty();
    let described = error.is_some().then_some("password-error");
    let form = view! {
        <form class="stack" method="post" action=paths::LOGIN_LOCAL>
            <input type="hidden" name="returnTo" value=return_to />
            {form_error("password-error", error)}
            {field(Field {
                name: "email",
                label: t!("login-email"),
                kind: "email",
                autocomplete: "username",
                value: email,
                error: described,
                autofocus: described.is_some() && email.is_empty(),
                ..Field::default()
            })}
            {field(Field {
                name: "password",
                label: t!("login-password"),
                kind: "password",
                autocomplete: "current-password",
                error: described,
                autofocus: described.is_some() && !email.is_empty(),
                ..Field::default()
            })}
            <button class="button button-wide" type="submit">
                {t!("login-title")}
            </button>
            {forgot
                .then(|| {
                    view! {
                        <p class="otherwise">
                            <a href=paths::LOGIN_RESET>{t!("passwords-forgot")}</a>
                        </p>
                    }
                })}
        </form>
    };
    if folded {
        view! {
            <details class="fold" open=open>
                <summary>{t!("login-use-a-password")}</summary>
                {form}
            </details>
        }
        .into_any()
    } else {
        form.into_any()
    }
}

/// Why the visitor is here. The button to try again is the page's own, so only the advice is shown with it.
pub(super) fn notice(notice: Option<Notice>, app_url: &str) -> AnyView {
    let Some(notice) = notice else {
        return ().into_any();
    };
    let good = matches!(notice, Notice::SignedOut | Notice::PasswordChosen | Notice::Confirm(_));
    let message = match notice {
        Notice::Attempt(answer) => return outcome_box(Outcome::of_answer(&answer), app_url, good),
        Notice::PinNotMade => msg!("flow-pin-not-made"),
        Notice::SignedOut => msg!("login-signed-out"),
        Notice::PasswordChosen => msg!("passwords-chosen"),
        Notice::LinkDead => msg!("login-link-dead"),
        Notice::Confirm(name) => msg!("login-confirm", name = name),
        Notice::OtherAddress(url) => msg!("login-other-address", url = url),
    };
    said(words(&message), Vec::new(), good)
}

/// The sentence and the advice that goes with it.
pub(super) fn outcome_box(outcome: Outcome, app_url: &str, good: bool) -> AnyView {
    let advice = advice(outcome.offers, app_url);
    said(outcome_text(outcome.sentence), advice, good)
}

fn said(sentence: Vec<AnyView>, advice: Vec<AnyView>, good: bool) -> AnyView {
    let class = if good { "notice" } else { "notice notice-bad" };
    view! {
        <div class=class role=if good { "status" } else { "alert" }>
            <p>{sentence}</p>
            {advice}
        </div>
    }
    .into_any()
}

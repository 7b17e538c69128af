//! `/login`, and the parts that it shares with `/setup/owner`.

use leptos::prelude::*;

use super::{Chrome, LoginPage, Notice, document::Body};
use crate::{
    components::{
        form::{Field, field, form_error},
        outcome::{advice, outcome_text},
    },
    flow::{
        outcome::{Offer, Outcome},
        texts,
    },
    islands::plex_sign_in::plex_sign_in,
    messages::Message,
    paths,
};

pub(super) fn page(chrome: &Chrome, page: LoginPage) -> Body {
    let title = chrome.title.to_string();
    let plex = page.plex.is_some();
    let app_url = page.plex.as_ref().map(|plex| plex.app_url.clone()).unwrap_or_default();
    let lead = match (plex, page.local) {
        (true, _) => "Sign in with the Plex account you already have.",
        (false, true) => "Sign in with your e-mail address and password.",
        (false, false) => "Signing in is switched off here. Ask the owner.",
    };
    let main = view! {
        <div class="card door">
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="88" height="88" />
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            {notice(page.notice, &app_url)}
            {page.plex.map(|plex| plex_sign_in(plex, false))}
            {page.local.then(|| password_form(plex, &page.email, page.error, page.return_to))}
            {page
                .pair
                .map(|pair| {
                    view! {
                        <p class="otherwise">
                            <a href=pair>"Set up this device with a code instead"</a>
                        </p>
                    }
                })}
        </div>
    };
    Body {
        title: "Sign in".to_owned(),
        bar: false,
        main: main.into_any(),
        island: plex,
        refresh: false,
    }
}

/// Folded under "Use a password" where there is a Plex button, open after an error.
fn password_form(folded: bool, email: &str, error: Option<Message>, return_to: String) -> AnyView {
    let open = error.is_some() || !email.is_empty();
    let described = error.is_some().then_some("password-error");
    let form = view! {
        <form class="stack" method="post" action=paths::LOGIN_LOCAL>
            <input type="hidden" name="returnTo" value=return_to />
            {form_error("password-error", error)}
            {field(Field {
                name: "email",
                label: "E-mail",
                kind: "email",
                autocomplete: "username",
                value: email,
                error: described,
                autofocus: described.is_some() && email.is_empty(),
                ..Field::default()
            })}
            {field(Field {
                name: "password",
                label: "Password",
                kind: "password",
                autocomplete: "current-password",
                error: described,
                autofocus: described.is_some() && !email.is_empty(),
                ..Field::default()
            })}
            <button class="button button-wide" type="submit">
                {texts::SIGN_IN}
            </button>
        </form>
    };
    if folded {
        view! {
            <details class="fold" open=open>
                <summary>{texts::USE_A_PASSWORD}</summary>
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
    let good = matches!(notice, Notice::SignedOut | Notice::Confirm(_));
    let outcome = match notice {
        Notice::Attempt(answer) => Outcome::of_answer(&answer),
        Notice::PinNotMade => Outcome::plain(texts::PIN_NOT_MADE, Vec::new()),
        Notice::SignedOut => Outcome::plain(texts::SIGNED_OUT, Vec::new()),
        Notice::LinkDead => Outcome::plain(texts::LINK_DEAD, Vec::new()),
        Notice::Confirm(name) => Outcome {
            sentence: texts::confirm(&name),
            offers: Vec::new(),
        },
        Notice::OtherAddress(url) => Outcome {
            sentence: texts::other_address(&url),
            offers: Vec::new(),
        },
    };
    outcome_box(outcome, app_url, good)
}

/// The sentence and the advice that goes with it.
pub(super) fn outcome_box(outcome: Outcome, app_url: &str, good: bool) -> AnyView {
    let class = if good { "notice" } else { "notice notice-bad" };
    let offers: Vec<Offer> = outcome.offers;
    view! {
        <div class=class role=if good { "status" } else { "alert" }>
            <p>{outcome_text(outcome.sentence)}</p>
            {advice(offers, app_url)}
        </div>
    }
    .into_any()
}

//! `/login/plex/return`: where Plex sends the tab.

use leptos::prelude::*;

use super::{
    Chrome, PlexReturnPage,
    document::{Body, undecided},
    login::outcome_box,
};
use crate::{
    api::sign_in::AttemptAnswer,
    flow::{
        outcome::{Offer, Outcome},
        safe_path, texts,
    },
    islands::{plex_return::plex_return, setup::ReturnSetup},
    t,
};

pub(super) fn page(chrome: &Chrome, page: PlexReturnPage) -> Body {
    let waiting = undecided(&page.answer);
    let (title, content) = match &page.answer {
        _ if waiting => {
            let (here, app_url) = (safe_path(&chrome.path).to_owned(), page.app_url);
            (
                texts::ONE_MOMENT.say(),
                plex_return(ReturnSetup {
                    here,
                    start_again: page.start_again,
                    app_url,
                    texts: texts::hand_over(texts::RETURN_PAGE),
                }),
            )
        }
        // The server redirects instead; said all the same, so that nobody is left on an empty page.
        AttemptAnswer::SignedIn { to } => (texts::SIGNED_IN.say(), signed_in(safe_path(to))),
        answer => (
            texts::NOT_SIGNED_IN.say(),
            ended(answer, &page.app_url, page.start_again),
        ),
    };
    // The island says so itself once it has asked.
    let trouble = matches!(page.answer, AttemptAnswer::PlexUnreachable { .. }).then(|| {
        view! {
            <noscript>
                <p class="notice notice-bad">{texts::PLEX_NOT_ANSWERING.say()}</p>
            </noscript>
        }
    });
    let main = view! {
        <div class="card door">
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="88" height="88" />
            {content}
            {trouble}
        </div>
    };
    let title = title.trim_end_matches(['…', '.']).to_owned();
    Body {
        title,
        bar: false,
        main: main.into_any(),
        island: waiting,
        refresh: waiting,
    }
}

fn signed_in(to: &str) -> AnyView {
    view! {
        <h1>{texts::SIGNED_IN.say()}</h1>
        <a class="button button-wide button-main" href=to.to_owned()>
            {t!("flow-go-on")}
        </a>
    }
    .into_any()
}

fn ended(answer: &AttemptAnswer, app_url: &str, start_again: String) -> AnyView {
    let outcome = Outcome::of_answer(answer);
    let again = if outcome.offers.contains(&Offer::TryAgain) {
        texts::TRY_AGAIN
    } else {
        texts::START_AGAIN
    };
    view! {
        <h1>{texts::NOT_SIGNED_IN.say()}</h1>
        {outcome_box(outcome, app_url, false)}
        <a class="button button-wide button-main" href=start_again>
            {again.say()}
        </a>
    }
    .into_any()
}

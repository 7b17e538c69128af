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
};

/// Where Plex's web app is; nothing on this page needs another one.
const PLEX_APP: &str = "https://app.plex.tv";

pub(super) fn page(chrome: &Chrome, page: PlexReturnPage) -> Body {
    let refresh = undecided(&page.answer);
    let to = match &page.answer {
        AttemptAnswer::SignedIn { to } => Some(safe_path(to).to_owned()),
        _ => None,
    };
    let island = refresh || to.is_some();
    let (title, content) = if island {
        let title = if refresh { texts::ONE_MOMENT } else { texts::SIGNED_IN };
        let setup = ReturnSetup {
            to,
            here: safe_path(&chrome.path).to_owned(),
            start_again: page.start_again,
            app_url: PLEX_APP.to_owned(),
        };
        (title, plex_return(setup))
    } else {
        (texts::NOT_SIGNED_IN, ended(&page.answer, page.start_again))
    };
    let main = view! {
        <div class="card door">
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="88" height="88" />
            {content}
        </div>
    };
    Body {
        title: title.trim_end_matches(['…', '.']).to_owned(),
        bar: false,
        main: main.into_any(),
        island,
        refresh,
    }
}

fn ended(answer: &AttemptAnswer, start_again: String) -> AnyView {
    let outcome = Outcome::of_answer(answer);
    let again = if outcome.offers.contains(&Offer::TryAgain) {
        texts::TRY_AGAIN
    } else {
        texts::START_AGAIN
    };
    view! {
        <h1>{texts::NOT_SIGNED_IN}</h1>
        {outcome_box(outcome, PLEX_APP, false)}
        <a class="button button-wide" href=start_again>
            {again}
        </a>
    }
    .into_any()
}

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
        texts,
    },
    paths,
};

pub(super) fn page(chrome: &Chrome, page: PlexReturnPage) -> Body {
    let waiting = undecided(&page.answer);
    let content = match &page.answer {
        AttemptAnswer::Pending { .. } | AttemptAnswer::PlexUnreachable { .. } => view! {
            <p class="lead">{texts::CHECKING}</p>
            <a class="button button-wide" href=paths::LOGIN_PLEX_RETURN>
                {texts::CHECK_NOW_SHORT}
            </a>
        }
        .into_any(),
        AttemptAnswer::SignedIn { to } => view! {
            <p class="lead">{texts::CLOSE_THIS_WINDOW}</p>
            <a class="button button-wide" href=to.clone()>
                {texts::GO_ON_HERE}
            </a>
        }
        .into_any(),
        answer => {
            let outcome = Outcome::of_answer(answer);
            let again = if outcome.offers.contains(&Offer::TryAgain) {
                texts::TRY_AGAIN
            } else {
                texts::START_AGAIN
            };
            view! {
                {outcome_box(outcome, "https://app.plex.tv", false)}
                <a class="button button-wide" href=page.start_again>
                    {again}
                </a>
            }
            .into_any()
        }
    };
    let heading = match page.answer {
        AttemptAnswer::SignedIn { .. } => texts::SIGNED_IN,
        _ if waiting => texts::ONE_MOMENT,
        _ => "Not signed in",
    };
    let main = view! {
        <div class="card door">
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="88" height="88" />
            <h1>{heading}</h1>
            {content}
        </div>
    };
    Body {
        title: heading.trim_end_matches(['…', '.']).to_owned(),
        bar: false,
        main: main.into_any(),
        island: waiting,
        refresh: waiting,
    }
}

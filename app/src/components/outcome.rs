//! How an attempt ended, as people read it.

use leptos::prelude::*;

use crate::flow::{
    outcome::{Offer, Piece},
    texts::{self, Text},
};

/// A sentence whose names are set in bold.
#[must_use]
pub fn outcome_text(pieces: Vec<Piece>) -> Vec<AnyView> {
    pieces
        .into_iter()
        .filter(|piece| !piece.text.is_empty())
        .map(|piece| {
            if piece.strong {
                view! { <b>{piece.text}</b> }.into_any()
            } else {
                piece.text.into_any()
            }
        })
        .collect()
}

/// The offers that are advice or a link; the ones that are buttons belong to whoever shows the outcome.
#[must_use]
pub fn advice(offers: Vec<Offer>, app_url: &str) -> Vec<AnyView> {
    let plex =
        |text: Text| view! { <a href=app_url.to_owned() target="_blank" rel="noopener">{text.say()}</a> }.into_any();
    let fold = |title: Text, text: Vec<AnyView>, link: Option<AnyView>| {
        view! {
            <details class="fold">
                <summary>{title.say()}</summary>
                <p>{text}</p>
                {link.map(|link| view! { <p>{link}</p> })}
            </details>
        }
        .into_any()
    };
    offers
        .into_iter()
        .filter_map(|offer| match offer {
            Offer::TryAgain | Offer::StartAgain | Offer::ContinueInThisTab => None,
            Offer::OpenPlex => Some(view! { <p>{plex(texts::OPEN_PLEX)}</p> }.into_any()),
            Offer::OtherAccount => Some(fold(
                texts::OTHER_ACCOUNT,
                vec![texts::OTHER_ACCOUNT_HOW.say().into_any()],
                Some(plex(texts::OPEN_PLEX)),
            )),
            Offer::AskOwner(how) => Some(fold(texts::HOW_TO_ASK, outcome_text(how), None)),
        })
        .collect()
}

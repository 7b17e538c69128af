//! `/pair`: on the device that wants in, read from across the room.

use leptos::prelude::*;

use super::{Chrome, PairPage, document::Body};
use crate::{
    components::{qr::qr, words::words_with},
    flow::{safe_path, texts},
    islands::{pair_wait::pair_wait, setup::PairSetup},
    msg, t,
};

pub(super) fn page(chrome: &Chrome, page: PairPage) -> Body {
    match page {
        PairPage::Waiting {
            code,
            address,
            link,
            expires_in,
            again,
        } => {
            let setup = PairSetup {
                again: safe_path(&again).to_owned(),
                seconds: expires_in,
                texts: texts::hand_over(texts::DEVICE),
            };
            waiting(&code, &address, &link, setup)
        }
        PairPage::Declined { again } => declined(chrome, &again),
    }
}

fn waiting(code: &str, address: &str, link: &str, setup: PairSetup) -> Body {
    let main = view! {
        <div class="card pair">
            <h1>{t!("pair-title")}</h1>
            <div class="pair-scan">{qr(link, t!("pair-qr"))}</div>
            <ol class="next">
                <li>
                    {words_with(&msg!("pair-scan"), vec![("address", typed(address))])}
                    <b class="pair-code">{code.to_owned()}</b>
                </li>
                <li>{t!("pair-say-who-for")}</li>
                <li>{t!("pair-look-again")}</li>
            </ol>
            {pair_wait(setup)}
        </div>
    };
    Body {
        title: t!("pair-title"),
        bar: false,
        main: main.into_any(),
        island: true,
        refresh: true,
    }
}

/// An address for typing: `https://` is left out, because every browser finds it by itself, and a line may end after
/// each single `/`.
pub(super) fn typed(address: &str) -> AnyView {
    let address = address.strip_prefix("https://").unwrap_or(address);
    let (scheme, rest) = address.split_at(address.find("://").map_or(0, |end| end + 3));
    let parts = rest
        .split_inclusive('/')
        .map(|part| view! { {part.to_owned()} <wbr /> })
        .collect::<Vec<_>>();
    view! { <b class="address">{scheme.to_owned()} {parts}</b> }.into_any()
}

fn declined(chrome: &Chrome, again: &str) -> Body {
    let main = view! {
        <div class="card door">
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="88" height="88" />
            <h1>{t!("pair-not-let-in")}</h1>
            <p class="lead" role="alert">
                {t!("pair-declined")}
            </p>
            <a class="button button-wide button-main" href=safe_path(again).to_owned()>
                {t!("pair-new-code")}
            </a>
        </div>
    };
    Body {
        title: t!("pair-not-let-in"),
        bar: false,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

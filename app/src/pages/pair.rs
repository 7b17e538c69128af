//! `/pair`: on the device that wants in, read from across the room.

use leptos::prelude::*;

use super::{Chrome, PairPage, document::Body};
use crate::{
    components::qr::qr,
    flow::safe_path,
    islands::{pair_wait::pair_wait, setup::PairSetup},
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
            };
            waiting(&code, &address, &link, setup)
        }
        PairPage::Declined { again } => declined(chrome, &again),
    }
}

fn waiting(code: &str, address: &str, link: &str, setup: PairSetup) -> Body {
    let main = view! {
        <div class="card pair">
            <h1>"Set up this device"</h1>
            <div class="pair-scan">{qr(link, "QR code that opens this site on your phone")}</div>
            <ol class="next">
                <li>
                    "On your phone, scan the code, or open " {typed(address)} " and type"
                    <b class="pair-code">{code.to_owned()}</b>
                </li>
                <li>"Say who the device is for, and let it in."</li>
                <li>"Look here again: it goes on by itself."</li>
            </ol>
            {pair_wait(setup)}
        </div>
    };
    Body {
        title: "Set up this device".to_owned(),
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
            <h1>"Not let in"</h1>
            <p class="lead" role="alert">
                "Somebody said no to this device. If that was a slip, try again with a new code."
            </p>
            <a class="button button-wide button-main" href=safe_path(again).to_owned()>
                "Get a new code"
            </a>
        </div>
    };
    Body {
        title: "Not let in".to_owned(),
        bar: false,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

//! `/switch`: somebody else's deep link was opened where somebody is signed in.

use leptos::prelude::*;

use super::{Chrome, SwitchPage, document::Body};
use crate::{flow::safe_path, paths};

pub(super) fn page(chrome: &Chrome, page: SwitchPage) -> Body {
    let SwitchPage {
        current,
        other,
        device,
        to,
        link,
    } = page;
    let main = view! {
        <div class="card door">
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="88" height="88" />
            <h1>"Switch to another account?"</h1>
            <p class="lead">
                "You're signed in as " <b>{current.clone()}</b> ". This link is for " <b>{other.clone()}</b> " (" {device} ")."
            </p>
            <form method="post" action=paths::SWITCH>
                <input type="hidden" name="link" value=link />
                <button class="button button-wide button-main" type="submit">
                    "Switch to "
                    {other}
                </button>
            </form>
            <a class="button button-wide" href=safe_path(&to).to_owned()>
                "Stay signed in as "
                {current}
            </a>
        </div>
    };
    Body {
        title: "Switch account".to_owned(),
        bar: false,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

//! `/switch`: somebody else's deep link was opened where somebody is signed in.

use leptos::prelude::*;

use super::{Chrome, SwitchPage, document::Body};
use crate::{components::words::words, flow::safe_path, msg, paths, t};

pub(super) fn page(chrome: &Chrome, page: SwitchPage) -> Body {
    let SwitchPage {
        current,
        other,
        device,
        to,
        link,
    } = page;
    let lead = msg!("switch-lead", current = &current, other = &other, device = device);
    let main = view! {
        <div class="card door">
            <img class="door-key" src=chrome.assets.icon.clone() alt="" width="88" height="88" />
            <h1>{t!("switch-question")}</h1>
            <p class="lead">{words(&lead)}</p>
            <form method="post" action=paths::SWITCH>
                <input type="hidden" name="link" value=link />
                <button class="button button-wide button-main" type="submit">
                    {t!("switch-yes", name = other)}
                </button>
            </form>
            <a class="button button-wide" href=safe_path(&to).to_owned()>
                {t!("switch-no", name = current)}
            </a>
        </div>
    };
    Body {
        title: t!("switch-title"),
        bar: false,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

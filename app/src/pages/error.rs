//! Error pages: what is wrong, in words, and the way back.

use leptos::prelude::*;

use super::{Chrome, ErrorPage, document::Body};
use crate::{msg, paths, t};

pub(super) fn page(chrome: &Chrome, page: ErrorPage) -> Body {
    let (heading, usual) = match page.status {
        401 => (t!("errors-401"), msg!("errors-401-usual")),
        403 => (t!("errors-403"), msg!("errors-403-usual")),
        404 => (t!("errors-404"), msg!("errors-404-usual")),
        405 => (t!("errors-405"), msg!("errors-405-usual")),
        413 => (t!("errors-413"), msg!("errors-413-usual")),
        429 => (t!("errors-429"), msg!("errors-429-usual")),
        503 => (t!("errors-503"), msg!("errors-503-usual")),
        500..=599 => (t!("errors-500"), msg!("errors-500-usual")),
        _ => (t!("errors-other"), msg!("errors-other-usual")),
    };
    let message = page.message.unwrap_or(usual).on_page();
    let (to, way) = if chrome.viewer.is_some() {
        (paths::HOME, t!("errors-to-start"))
    } else {
        (paths::LOGIN, t!("errors-to-sign-in"))
    };
    let main = view! {
        <div class="card door">
            <p class="status-code">{page.status}</p>
            <h1>{heading.clone()}</h1>
            <p class="lead">{message}</p>
            <a class="button button-wide" href=to>
                {way}
            </a>
            {page.request_id.map(|id| view! { <p class="fine">{t!("errors-request")} " " <code>{id}</code></p> })}
        </div>
    };
    Body {
        title: heading,
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

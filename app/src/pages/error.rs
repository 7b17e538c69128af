//! Error pages: what is wrong, in words, and the way back.

use leptos::prelude::*;

use super::{Chrome, ErrorPage, document::Body};
use crate::paths;

pub(super) fn page(chrome: &Chrome, page: ErrorPage) -> Body {
    let (heading, usual) = match page.status {
        401 => ("Please sign in", "This page is for members."),
        403 => (
            "Not for you",
            "You may not see or do this. If you think you should, ask the owner.",
        ),
        404 => (
            "Nothing here",
            "There is no page at this address. It may have moved, or the address has a slip in it.",
        ),
        405 => (
            "Not like this",
            "This address doesn't answer to that. Go back and try another way.",
        ),
        413 => ("Too much at once", "What was sent is too large."),
        429 => (
            "A little slower",
            "Too many tries in a short time. Wait a minute and try again.",
        ),
        503 => (
            "Not ready yet",
            "This site isn't ready right now. Try again in a minute.",
        ),
        500..=599 => (
            "That went wrong",
            "Something broke on our side. Try again in a minute; the owner can look it up in the log.",
        ),
        _ => ("That didn't work", "Go back and try again."),
    };
    let message = page
        .message
        .map_or_else(|| usual.to_owned(), |message| message.on_page());
    let (to, way) = if chrome.viewer.is_some() {
        (paths::HOME, "Back to the start")
    } else {
        (paths::LOGIN, "Go to the sign-in page")
    };
    let main = view! {
        <div class="card door">
            <p class="status-code">{page.status}</p>
            <h1>{heading}</h1>
            <p class="lead">{message}</p>
            <a class="button button-wide" href=to>
                {way}
            </a>
            {page.request_id.map(|id| view! { <p class="fine">"Request " <code>{id}</code></p> })}
        </div>
    };
    Body {
        title: heading.to_owned(),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

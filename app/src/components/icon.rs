//! The few icons of the pages, drawn as inline SVG; decoration only, the words stand beside them.

use leptos::prelude::*;

/// A monitor: as the system says.
#[must_use]
pub fn system() -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d="M3 4h14v9H3zM7 16.5h6M10 13v3.5" />
        </svg>
    }
    .into_any()
}

/// A sun: light.
#[must_use]
pub fn sun() -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d="M10 6.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7zM10 1.8v1.7M10 16.5v1.7M1.8 10h1.7M16.5 10h1.7M4.2 4.2l1.2 1.2M14.6 14.6l1.2 1.2M15.8 4.2l-1.2 1.2M5.4 14.6l-1.2 1.2" />
        </svg>
    }
    .into_any()
}

/// A moon: dark.
#[must_use]
pub fn moon() -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d="M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3z" />
        </svg>
    }
    .into_any()
}

/// A tick: this is good.
#[must_use]
pub fn tick() -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d="M4 10.5l4 4l8-9" />
        </svg>
    }
    .into_any()
}

/// A cross: this is not.
#[must_use]
pub fn cross() -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d="M5 5l10 10M15 5l-10 10" />
        </svg>
    }
    .into_any()
}

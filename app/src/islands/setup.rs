//! What the islands need to know: given by the page on the server, read from `data-` attributes in the browser.

use crate::flow::{
    plex_url::App,
    texts::{self, Text},
};

/// For the Plex button.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setup {
    /// What Plex is told about this site.
    pub app: App,
    /// Base URLs to make PINs at, separated by spaces.
    pub pin_urls: String,
    /// Base URL of Plex's web app.
    pub app_url: String,
    /// Absolute URL of the return page where a public URL is configured; else empty.
    pub forward_url: String,
    /// Where to go afterwards.
    pub return_to: String,
    /// Whether it is the owner who signs in, at set-up.
    pub owner: bool,
    /// What it says ([`texts::BUTTON`]).
    pub texts: String,
}

impl Setup {
    /// What the button says.
    #[must_use]
    pub fn label(&self) -> Text {
        if self.owner {
            texts::SIGN_IN_AS_OWNER
        } else {
            texts::SIGN_IN_WITH_PLEX
        }
    }
}

/// For the return page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReturnSetup {
    /// This page's path and query.
    pub here: String,
    /// Where to start again.
    pub start_again: String,
    /// Base URL of Plex's web app.
    pub app_url: String,
    /// What it says ([`texts::RETURN_PAGE`]).
    pub texts: String,
}

/// For a device that waits to be let in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PairSetup {
    /// Where the next code is.
    pub again: String,
    /// Seconds that this one is good.
    pub seconds: u32,
    /// What it says ([`texts::DEVICE`]).
    pub texts: String,
}

/// For a button that copies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CopySetup {
    /// What the button says.
    pub label: String,
    /// The id of the input whose text is copied; never the text itself. `None` in the browser: hydration leaves what is
    /// not given as it stands.
    pub input: Option<&'static str>,
    /// What it says afterwards ([`texts::COPY`]); `None` in the browser.
    pub texts: Option<String>,
}

/// The page gave it before it made the island.
#[cfg(feature = "ssr")]
pub(super) fn plex_sign_in() -> Setup {
    leptos::context::use_context().unwrap_or_default()
}

/// The form carries it.
#[cfg(feature = "hydrate")]
pub(super) fn plex_sign_in() -> Setup {
    let data = crate::browser::dom::data_of("form[data-plex-sign-in]");
    let words = data("texts");
    texts::learn(texts::BUTTON, &words);
    Setup {
        app: App {
            client_identifier: data("client"),
            product: data("product"),
            version: data("version"),
        },
        pin_urls: data("pinUrls"),
        app_url: data("appUrl"),
        forward_url: data("forwardUrl"),
        return_to: data("returnTo"),
        owner: !data("owner").is_empty(),
        texts: words,
    }
}

/// The page gave it before it made the island.
#[cfg(feature = "ssr")]
pub(super) fn plex_return() -> ReturnSetup {
    leptos::context::use_context().unwrap_or_default()
}

/// The island's element carries it.
#[cfg(feature = "hydrate")]
pub(super) fn plex_return() -> ReturnSetup {
    let data = crate::browser::dom::data_of("[data-plex-return]");
    let words = data("texts");
    texts::learn(texts::RETURN_PAGE, &words);
    ReturnSetup {
        here: data("here"),
        start_again: data("startAgain"),
        app_url: data("appUrl"),
        texts: words,
    }
}

/// The page gave it before it made the island.
#[cfg(feature = "ssr")]
pub(super) fn pair_wait() -> PairSetup {
    leptos::context::use_context().unwrap_or_default()
}

/// The island's element carries it.
#[cfg(feature = "hydrate")]
pub(super) fn pair_wait() -> PairSetup {
    let data = crate::browser::dom::data_of("[data-pair]");
    let words = data("texts");
    texts::learn(texts::DEVICE, &words);
    PairSetup {
        again: data("again"),
        seconds: data("seconds").parse().unwrap_or_default(),
        texts: words,
    }
}

/// The page gave it before it made the island.
#[cfg(feature = "ssr")]
pub(super) fn copy() -> CopySetup {
    leptos::context::use_context().unwrap_or_default()
}

/// Several stand on one page, so there is no selector that finds the right one. What the server wrote stays as it is, and
/// the island reads it in its own element when that is clicked.
#[cfg(not(feature = "ssr"))]
pub(super) fn copy() -> CopySetup {
    CopySetup::default()
}

/// Without server or browser there is nothing to read.
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
pub(super) fn pair_wait() -> PairSetup {
    PairSetup::default()
}

/// Without server or browser there is nothing to read.
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
pub(super) fn plex_sign_in() -> Setup {
    Setup::default()
}

/// Without server or browser there is nothing to read.
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
pub(super) fn plex_return() -> ReturnSetup {
    ReturnSetup::default()
}

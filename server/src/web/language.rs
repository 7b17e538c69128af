//! Which language the reader of an answer wants.

use app::messages::Language;
use axum::http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, VARY},
};

use super::{cookies, state::AppState};

/// `chosen`: the member's own setting. Then the choice that this browser made without being signed in, what it accepts, and
/// the site's language.
pub(super) fn of_reader(chosen: Option<&str>, headers: &HeaderMap, state: &AppState) -> Language {
    let accepted = || {
        // The header may come in several lines, which are one list (RFC 9110 §5.3).
        let lines = headers.get_all(ACCEPT_LANGUAGE).iter();
        let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
        Language::negotiate(&lines.join(","))
    };
    chosen
        .and_then(Language::from_tag)
        .or_else(|| cookies::find(headers, cookies::LANGUAGE).and_then(Language::from_tag))
        .or_else(accepted)
        .or_else(|| Language::from_tag(&state.site.now().settings.locale))
        .unwrap_or_default()
}

/// Says which language the answer is in, and what that depends on.
pub(super) fn mark(headers: &mut HeaderMap, language: Language) {
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.append(VARY, HeaderValue::from_static("Accept-Language, Cookie"));
}

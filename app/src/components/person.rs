//! A person: picture or initials, and how they belong.

use leptos::prelude::*;

use super::date;
use crate::{pages::Tier, t};

/// The picture over the initials: where the picture does not load, the initials show.
#[must_use]
pub fn avatar(name: &str, picture: Option<String>, class: &'static str) -> AnyView {
    view! {
        <span class=class aria-hidden="true">
            <span class="initials">{initials(name)}</span>
            {picture
                .filter(|url| !url.is_empty())
                .map(|url| view! { <img src=url alt="" width="96" height="96" referrerpolicy="no-referrer" /> })}
        </span>
    }
    .into_any()
}

/// At most two letters: of the first and of the last word.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut firsts = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = firsts.next();
    let last = firsts.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// The tier's name.
#[must_use]
pub fn tier_name(tier: Tier) -> String {
    match tier {
        Tier::Owner => t!("person-tier-owner"),
        Tier::Home => t!("person-tier-home"),
        Tier::Friend => t!("person-tier-friend"),
        Tier::Local => t!("person-tier-local"),
    }
}

/// The tier in a sentence.
#[must_use]
pub fn tier_sentence(tier: Tier, media_server: Option<&str>) -> String {
    let server = || media_server.map_or_else(|| t!("person-the-server"), str::to_owned);
    match tier {
        Tier::Owner => t!("person-you-owner"),
        Tier::Home => t!("person-you-home", server = server()),
        Tier::Friend => t!("person-you-friend", server = server()),
        Tier::Local => t!("person-you-local"),
    }
}

/// The same about somebody else.
#[must_use]
pub fn tier_sentence_about(tier: Tier) -> String {
    match tier {
        Tier::Owner => t!("person-they-owner"),
        Tier::Home => t!("person-they-home"),
        Tier::Friend => t!("person-they-friend"),
        Tier::Local => t!("person-they-local"),
    }
}

/// What is known about an account, as a list. `belongs`: how that is called, and the tier in a sentence. `since`: RFC
/// 3339 UTC.
#[must_use]
pub fn facts(email: Option<String>, plex_username: Option<String>, belongs: (String, String), since: &str) -> AnyView {
    view! {
        <dl class="facts">
            <dt>{t!("person-email")}</dt>
            <dd>{email.unwrap_or_else(|| t!("person-none"))}</dd>
            <dt>{t!("person-plex")}</dt>
            <dd>{plex_username.unwrap_or_else(|| t!("person-not-linked"))}</dd>
            <dt>{belongs.0}</dt>
            <dd>{belongs.1}</dd>
            <dt>{t!("person-since")}</dt>
            <dd>{date::day(since)}</dd>
        </dl>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_two_letters_at_most() {
        for (name, expected) in [
            ("anna", "A"),
            ("Anna Maria Berg", "AB"),
            ("  ", ""),
            ("🦊 fox", "F"),
            ("élan vital", "ÉV"),
            ("7 of 9", "79"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }
}

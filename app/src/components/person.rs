//! A person: picture or initials, and how they belong.

use leptos::prelude::*;

use super::date;
use crate::pages::Tier;

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
pub fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Owner => "Owner",
        Tier::Home => "Plex Home",
        Tier::Friend => "Friend",
        Tier::Local => "Local account",
    }
}

/// The tier in a sentence.
#[must_use]
pub fn tier_sentence(tier: Tier, media_server: Option<&str>) -> String {
    let server = media_server.unwrap_or("the media server");
    match tier {
        Tier::Owner => "You look after this site.".to_owned(),
        Tier::Home => format!("You belong to the Plex Home of {server}."),
        Tier::Friend => format!("{server} is shared with you."),
        Tier::Local => "You have an account of this site, without Plex.".to_owned(),
    }
}

/// The same about somebody else.
#[must_use]
pub fn tier_sentence_about(tier: Tier) -> &'static str {
    match tier {
        Tier::Owner => "Looks after this site.",
        Tier::Home => "Belongs to the owner's Plex Home.",
        Tier::Friend => "The media server is shared with them.",
        Tier::Local => "Has an account of this site, without Plex.",
    }
}

/// What is known about an account, as a list. `belongs`: how that is called, and the tier in a sentence. `since`: RFC
/// 3339 UTC.
#[must_use]
pub fn facts(
    email: Option<String>,
    plex_username: Option<String>,
    belongs: (&'static str, String),
    since: &str,
) -> AnyView {
    view! {
        <dl class="facts">
            <dt>"E-mail"</dt>
            <dd>{email.unwrap_or_else(|| "None".to_owned())}</dd>
            <dt>"Plex account"</dt>
            <dd>{plex_username.unwrap_or_else(|| "Not linked".to_owned())}</dd>
            <dt>{belongs.0}</dt>
            <dd>{belongs.1}</dd>
            <dt>"Member since"</dt>
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

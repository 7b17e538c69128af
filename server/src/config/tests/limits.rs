//! `[limits]`: every setting goes where its name says. No two values are the same, or one could pass for another.

use std::time::Duration;

use super::*;
use crate::domain::limits::{TrafficLimits, Tries, TryLimits};

/// Names and values, in the order of the table of settings.
const VALUES: [(&str, &str); 20] = [
    ("password_of_account", "1/21m"),
    ("password_from_address", "2/22m"),
    ("present_password", "3/23m"),
    ("setup_code", "4/24m"),
    ("plex_from_address", "5/25m"),
    ("token_from_address", "6/26m"),
    ("token_of_member", "7/27m"),
    ("api_key_from_address", "8/28m"),
    ("pairing_from_address", "9/29m"),
    ("pairing_code", "10/30m"),
    ("reset_from_address", "11/31m"),
    ("reset_of_account", "12/32m"),
    ("reset_link", "13/33m"),
    ("connections", "9"),
    ("connections_of_address", "8"),
    ("head", "7s"),
    ("unread", "6s"),
    ("request", "5s"),
    ("head_size", "32k"),
    ("body_size", "16k"),
];

/// The values as a section of the file.
pub(super) fn section() -> String {
    VALUES.iter().fold("[limits]\n".to_owned(), |section, (name, value)| {
        format!("{section}{name} = '{value}'\n")
    })
}

/// Each value is where it belongs, and is shown there.
#[track_caller]
pub(super) fn check(config: &Config) {
    let tries = |most: i64| Tries {
        most,
        window_ms: (20 + most) * 60_000,
    };
    let expected = TryLimits {
        password_of_account: tries(1),
        password_from_address: tries(2),
        present_password: tries(3),
        setup_code: tries(4),
        plex_from_address: tries(5),
        token_from_address: tries(6),
        token_of_member: tries(7),
        api_key_from_address: tries(8),
        pairing_from_address: tries(9),
        pairing_code: tries(10),
        reset_from_address: tries(11),
        reset_of_account: tries(12),
        reset_link: tries(13),
    };
    assert_eq!(config.try_limits, expected);
    let expected = TrafficLimits {
        connections: 9,
        connections_of_address: 8,
        head: Duration::from_secs(7),
        unread: Duration::from_secs(6),
        request: Duration::from_secs(5),
        head_size: 32 * 1024,
        body_size: 16 * 1024,
    };
    assert_eq!(config.traffic_limits, expected);
    let text = describe(config);
    for (name, value) in VALUES {
        let key = format!("limits.{name}");
        let line = text
            .lines()
            .find(|line| line.split_whitespace().next() == Some(key.as_str()));
        let shown = line.and_then(|line| line.split_whitespace().nth(1));
        assert_eq!(shown, Some(value), "{key}");
    }
}

#[test]
fn every_limit_is_in_the_test_of_all_limits() {
    let names = SETTINGS
        .iter()
        .filter_map(|setting| setting.key?.strip_prefix("limits."));
    assert_eq!(names.collect::<Vec<_>>(), VALUES.map(|(name, _)| name));
}

#[test]
fn every_limit_can_come_from_the_environment() {
    let named = VALUES.map(|(name, value)| (format!("LATCHKEY_LIMIT_{}", name.to_uppercase()), value));
    let pairs: Vec<(&str, &str)> = named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    check(&loaded(&pairs, ""));
}

/// The longest window of all counts for what is cleared away, whichever kind has it.
#[test]
fn what_the_longest_window_looks_at_is_kept() {
    for (name, value) in VALUES.iter().filter(|(_, value)| value.contains('/')) {
        let name = format!("LATCHKEY_LIMIT_{}", name.to_uppercase());
        let limits = loaded(&[(&name, "1/23h")], "").try_limits;
        assert_eq!(limits.longest_ms(), 23 * 60 * 60_000, "{name}, {value}");
    }
}

//! `[limits]`: how much anybody gets.

use std::time::Duration;

use super::{error::quoted, loader::Loader, loader::Said, settings};
use crate::domain::limits::{TrafficLimits, Tries, TryLimits};

/// Most tries that a setting may allow: each is a row in the database.
const MOST_TRIES: i64 = 10_000;
/// Largest head or body, in KiB.
const MOST_KIB: usize = 16 * 1024;

/// All kinds of tries.
pub(super) fn try_limits(loader: &mut Loader) -> Option<TryLimits> {
    // Each is read, so that all mistakes are told.
    let password_of_account = loader.required(&settings::LIMIT_PASSWORD_OF_ACCOUNT, tries);
    let password_from_address = loader.required(&settings::LIMIT_PASSWORD_FROM_ADDRESS, tries);
    let present_password = loader.required(&settings::LIMIT_PRESENT_PASSWORD, tries);
    let setup_code = loader.required(&settings::LIMIT_SETUP_CODE, tries);
    let plex_from_address = loader.required(&settings::LIMIT_PLEX_FROM_ADDRESS, tries);
    let token_from_address = loader.required(&settings::LIMIT_TOKEN_FROM_ADDRESS, tries);
    let token_of_member = loader.required(&settings::LIMIT_TOKEN_OF_MEMBER, tries);
    let api_key_from_address = loader.required(&settings::LIMIT_API_KEY_FROM_ADDRESS, tries);
    let pairing_from_address = loader.required(&settings::LIMIT_PAIRING_FROM_ADDRESS, tries);
    let pairing_code = loader.required(&settings::LIMIT_PAIRING_CODE, tries);
    let reset_from_address = loader.required(&settings::LIMIT_RESET_FROM_ADDRESS, tries);
    let reset_of_account = loader.required(&settings::LIMIT_RESET_OF_ACCOUNT, tries);
    let reset_link = loader.required(&settings::LIMIT_RESET_LINK, tries);
    Some(TryLimits {
        password_of_account: password_of_account?,
        password_from_address: password_from_address?,
        present_password: present_password?,
        setup_code: setup_code?,
        plex_from_address: plex_from_address?,
        token_from_address: token_from_address?,
        token_of_member: token_of_member?,
        api_key_from_address: api_key_from_address?,
        pairing_from_address: pairing_from_address?,
        pairing_code: pairing_code?,
        reset_from_address: reset_from_address?,
        reset_of_account: reset_of_account?,
        reset_link: reset_link?,
    })
}

/// Connections and requests.
pub(super) fn traffic_limits(loader: &mut Loader) -> Option<TrafficLimits> {
    let connections = loader.required(&settings::LIMIT_CONNECTIONS, count);
    let connections_of_address = loader.required(&settings::LIMIT_CONNECTIONS_OF_ADDRESS, count);
    let head = loader.required(&settings::LIMIT_HEAD, time);
    let unread = loader.required(&settings::LIMIT_UNREAD, time);
    let request = loader.required(&settings::LIMIT_REQUEST, time);
    let head_size = loader.required(&settings::LIMIT_HEAD_SIZE, size);
    let body_size = loader.required(&settings::LIMIT_BODY_SIZE, size);
    Some(TrafficLimits {
        connections: connections?,
        connections_of_address: connections_of_address?,
        head: head?,
        unread: unread?,
        request: request?,
        head_size: head_size?,
        body_size: body_size?,
    })
}

/// `10/15m`: ten in fifteen minutes.
fn tries(text: &str) -> Result<Tries, Said> {
    let wrong = || {
        format!(
            "{} is not a number of tries, a slash and a time, at most {MOST_TRIES} in 24h",
            quoted(text)
        )
    };
    let (most, window) = text.split_once('/').ok_or_else(wrong)?;
    let most: i64 = most.trim().parse().map_err(|_| wrong())?;
    let window_ms = seconds(window)
        .and_then(|seconds| seconds.checked_mul(1000))
        .ok_or_else(wrong)?;
    let window_ms = i64::try_from(window_ms).map_err(|_| wrong())?;
    let fits = (1..=MOST_TRIES).contains(&most) && (1..=Tries::LONGEST_MS).contains(&window_ms);
    fits.then_some(Tries { most, window_ms }).ok_or_else(wrong)
}

/// `10s`, `15m`, `1h`.
fn time(text: &str) -> Result<Duration, Said> {
    let fits = seconds(text).filter(|seconds| (1..=3600).contains(seconds));
    fits.map(Duration::from_secs)
        .ok_or_else(|| format!("{} is not a time from 1s to 1h", quoted(text)))
}

fn seconds(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

fn count(text: &str) -> Result<u32, Said> {
    let fits = text.parse().ok().filter(|number| (1..=100_000).contains(number));
    fits.ok_or_else(|| format!("{} is not a number from 1 to 100000", quoted(text)))
}

/// `64k`, in bytes.
fn size(text: &str) -> Result<usize, Said> {
    let kib = text.strip_suffix(['k', 'K']).and_then(|number| number.parse().ok());
    // Smaller ones would not hold our own forms.
    let fits = kib.filter(|kib| (16..=MOST_KIB).contains(kib));
    fits.map(|kib: usize| kib * 1024)
        .ok_or_else(|| format!("{} is not a size from 16k to {MOST_KIB}k", quoted(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_have_a_number_and_a_time() {
        let read = |text| tries(text).map(|tries| (tries.most, tries.window_ms));
        assert_eq!(read("10/15m"), Ok((10, 900_000)));
        assert_eq!(read(" 1 / 1s "), Ok((1, 1000)));
        assert_eq!(read("10000/24h"), Ok((10_000, Tries::LONGEST_MS)));
        for wrong in [
            "",
            "10",
            "/",
            "10/",
            "/15m",
            "0/15m",
            "-1/15m",
            "10/0m",
            "10/15",
            "10/15d",
            "10/m",
            "10/25h",
            "10001/1h",
            "1/1m/2",
            "ten/1m",
            "1/18446744073709551615h",
            "1/1\u{e4}",
        ] {
            assert!(tries(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_counts_and_sizes_have_bounds() {
        assert_eq!(time("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(time("1h"), Ok(Duration::from_secs(3600)));
        assert_eq!(count("512"), Ok(512));
        assert_eq!(size("64k"), Ok(65_536));
        for wrong in ["", "0s", "61m", "10", "s", "1.5s", "\u{20ac}"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "0", "-1", "100001", "4294967296", "many"] {
            assert!(count(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "64", "15k", "16385k", "k", "1m", "-64k"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}

//! Days as people write them, with the exact time on hover.

use leptos::prelude::*;

/// The day of this time (RFC 3339, UTC).
#[must_use]
pub fn day(rfc3339: &str) -> AnyView {
    time(rfc3339, long_date(rfc3339))
}

/// A time in other words, such as `5 minutes ago`.
#[must_use]
pub fn time(rfc3339: &str, words: String) -> AnyView {
    view! {
        <time datetime=rfc3339.to_owned() title=exact(rfc3339)>
            {words}
        </time>
    }
    .into_any()
}

/// `2026-09-14T18:02:11Z` as `14 September 2026`; anything else as it is.
fn long_date(rfc3339: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = rfc3339.split('T').next().unwrap_or_default().splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return rfc3339.to_owned();
    };
    let name = month
        .parse::<usize>()
        .ok()
        .and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    match (name, day.parse::<u8>()) {
        (Some(month), Ok(day)) => format!("{day} {month} {year}"),
        _ => rfc3339.to_owned(),
    }
}

/// `2026-09-14T18:02:11Z` as `14 September 2026, 18:02 UTC`; anything else as it is.
#[must_use]
pub fn exact(rfc3339: &str) -> String {
    match rfc3339.split_once('T') {
        Some((_, time)) if rfc3339.ends_with('Z') && time.is_ascii() => {
            let minutes = time.get(..5).unwrap_or(time);
            format!("{}, {minutes} UTC", long_date(rfc3339))
        }
        _ => rfc3339.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{exact, long_date};

    #[test]
    fn dates_are_written_out() {
        assert_eq!(long_date("2026-09-04T18:02:11Z"), "4 September 2026");
        assert_eq!(long_date("2026-13-04T18:02:11Z"), "2026-13-04T18:02:11Z");
        assert_eq!(long_date("2026-00-04"), "2026-00-04");
        assert_eq!(long_date("soon"), "soon");
        assert_eq!(long_date(""), "");
    }

    #[test]
    fn the_exact_time_says_which_clock() {
        assert_eq!(exact("2026-09-04T18:02:11Z"), "4 September 2026, 18:02 UTC");
        assert_eq!(exact("2026-09-04T18:02:11+02:00"), "2026-09-04T18:02:11+02:00");
        assert_eq!(exact("2026-09-04TZ"), "4 September 2026, Z UTC");
        assert_eq!(exact("soon"), "soon");
    }
}

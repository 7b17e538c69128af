//! Days as people write them, with the exact time on hover.

use leptos::prelude::*;

use crate::{
    messages::{Language, Message},
    msg,
};

/// The day of this time (RFC 3339, UTC).
#[must_use]
pub fn day(rfc3339: &str) -> AnyView {
    time(rfc3339, long_date(rfc3339).on_page())
}

/// A time in other words, such as `5 minutes ago`.
#[must_use]
pub fn time(rfc3339: &str, words: String) -> AnyView {
    view! {
        <time datetime=rfc3339.to_owned() title=exact(rfc3339).on_page()>
            {words}
        </time>
    }
    .into_any()
}

/// Day and minute, in the reader's order.
#[must_use]
pub fn moment(rfc3339: &str) -> AnyView {
    let (day, clock) = rfc3339.split_once('T').unwrap_or((rfc3339, ""));
    let minute = clock.get(..5).unwrap_or_default();
    time(rfc3339, format!("{} {minute}", short_day(day)))
}

/// `2026-09-14` as the reader writes it.
fn short_day(day: &str) -> String {
    let mut parts = day.splitn(3, '-');
    match (Language::of_page(), parts.next(), parts.next(), parts.next()) {
        (Language::German, Some(year), Some(month), Some(day)) => format!("{day}.{month}.{year}"),
        _ => day.to_owned(),
    }
}

/// `2026-09-14T18:02:11Z` as `14 September 2026`; anything else as it is.
fn long_date(rfc3339: &str) -> Message {
    const MONTHS: [&str; 12] = [
        "date-month-1",
        "date-month-2",
        "date-month-3",
        "date-month-4",
        "date-month-5",
        "date-month-6",
        "date-month-7",
        "date-month-8",
        "date-month-9",
        "date-month-10",
        "date-month-11",
        "date-month-12",
    ];
    let mut parts = rfc3339.split('T').next().unwrap_or_default().splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return rfc3339.into();
    };
    let name = month
        .parse::<usize>()
        .ok()
        .and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    match (name, day.parse::<u8>()) {
        (Some(month), Ok(day)) => msg!(
            "date-day",
            day = u16::from(day),
            month = Message::new(month, Vec::new()),
            year = year
        ),
        _ => rfc3339.into(),
    }
}

/// `2026-09-14T18:02:11Z` as `14 September 2026, 18:02 UTC`; anything else as it is.
#[must_use]
pub fn exact(rfc3339: &str) -> Message {
    match rfc3339.split_once('T') {
        Some((_, time)) if rfc3339.ends_with('Z') && time.is_ascii() => {
            let minutes = time.get(..5).unwrap_or(time);
            msg!("date-exact", day = long_date(rfc3339), time = minutes)
        }
        _ => rfc3339.into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::messages::Language;

    fn long_date(text: &str) -> String {
        super::long_date(text).to_string()
    }

    fn exact(text: &str) -> String {
        super::exact(text).to_string()
    }

    #[test]
    fn each_language_writes_its_own_dates() {
        let day = "2026-09-04T18:02:11Z";
        let german = super::long_date(day).in_language(Language::German);
        assert_eq!(german, "4. September 2026");
        let exact = super::exact("2026-03-04T18:02:11Z").in_language(Language::German);
        assert_eq!(exact, "4. März 2026, 18:02 Uhr UTC");
    }

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

//! `/profile`: the account.

use leptos::prelude::*;

use super::{Chrome, ProfilePage, document::Body};
use crate::components::person::{avatar, tier_name, tier_sentence};

pub(super) fn page(_chrome: &Chrome, page: ProfilePage) -> Body {
    let since = long_date(&page.since);
    let main = view! {
        <h1>"Your account"</h1>
        <section class="card card-flat" aria-labelledby="who">
            <div class="person">
                {avatar(&page.name, page.avatar, "avatar avatar-large")}
                <div>
                    <h2 id="who">{page.name}</h2>
                    <p class="tag">{tier_name(page.tier)}</p>
                </div>
            </div>
            <dl class="facts">
                <dt>"E-mail"</dt>
                <dd>{page.email.unwrap_or_else(|| "None".to_owned())}</dd>
                <dt>"Plex account"</dt>
                <dd>{page.plex_username.unwrap_or_else(|| "Not linked".to_owned())}</dd>
                <dt>"How you belong"</dt>
                <dd>{tier_sentence(page.tier, page.media_server.as_deref())}</dd>
                <dt>"Member since"</dt>
                <dd>
                    <time datetime=page.since.clone() title=page.since.clone()>
                        {since}
                    </time>
                </dd>
            </dl>
        </section>
    };
    Body {
        title: "Your account".to_owned(),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
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

#[cfg(test)]
mod tests {
    use super::long_date;

    #[test]
    fn dates_are_written_out() {
        assert_eq!(long_date("2026-09-04T18:02:11Z"), "4 September 2026");
        assert_eq!(long_date("2026-13-04T18:02:11Z"), "2026-13-04T18:02:11Z");
        assert_eq!(long_date("2026-00-04"), "2026-00-04");
        assert_eq!(long_date("soon"), "soon");
        assert_eq!(long_date(""), "");
    }
}

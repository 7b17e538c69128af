//! `/activity`: who did what to whom, from where, when.

use leptos::prelude::*;

use super::{Chrome, document::Body};
use crate::{
    components::{date, setting::Setting},
    messages::Message,
    paths, t,
};

/// `/activity`.
#[derive(Debug, Clone)]
pub struct ActivityPage {
    /// What is looked for.
    pub filter: ActivityFilter,
    /// Who can be picked: number and name.
    pub people: Vec<(i64, String)>,
    /// What can be picked: the word in the address, and what it is called.
    pub kinds: Vec<(String, Message)>,
    /// This page's lines, the newest first.
    pub lines: Vec<ActivityLine>,
    /// Path and query of the next page; `None`: this is the last.
    pub older: Option<String>,
    /// Path and query of the same filter's first page; `None`: this is it.
    pub newest: Option<String>,
    /// Path and query of the file with the same filter.
    pub csv: String,
    /// Sign-ins by day, the oldest first; empty: not shown.
    pub days: Vec<DayCount>,
    /// For how many days lines are kept.
    pub kept_days: u16,
}

/// What is looked for, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// A member's number; empty: everybody.
    pub person: String,
    /// The word of a kind or group; empty: all.
    pub kind: String,
    /// Part of a name or address; empty: any.
    pub text: String,
    /// `2026-09-14`; empty: from the first.
    pub from: String,
    /// `2026-09-14`; empty: to the last.
    pub to: String,
}

/// One line.
#[derive(Debug, Clone)]
pub struct ActivityLine {
    /// RFC 3339 UTC.
    pub at: String,
    /// The last time, where it happened more than once.
    pub last_at: Option<String>,
    /// How often.
    pub times: i64,
    /// What happened.
    pub sentence: Message,
    /// From where; empty: unknown, or from the command line.
    pub address: String,
    /// Browser and system, where they are known.
    pub browser: Option<Message>,
    /// Whether somebody was turned away.
    pub refusal: bool,
    /// Where it says why this person can't sign in.
    pub explain: Option<String>,
}

/// One day of the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// RFC 3339 UTC, its first second.
    pub day: String,
    /// How many sign-ins.
    pub count: i64,
}

pub(super) fn page(_chrome: &Chrome, page: ActivityPage) -> Body {
    let main = view! {
        <h1>{t!("activity-title")}</h1>
        {chart(&page.days)}
        {search(&page)}
        {list(page)}
    };
    Body {
        title: t!("activity-title"),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

fn search(page: &ActivityPage) -> AnyView {
    let everybody = (String::new(), t!("activity-everybody"));
    let people = std::iter::once(everybody)
        .chain(page.people.iter().map(|(id, name)| (id.to_string(), name.clone())))
        .collect();
    let all = (String::new(), t!("activity-all-kinds"));
    let kinds = std::iter::once(all)
        .chain(page.kinds.iter().map(|(word, name)| (word.clone(), name.on_page())))
        .collect();
    let filter = &page.filter;
    let field = |name, label| Setting::new(name, label, String::new());
    view! {
        <form class="card card-flat search" method="get" action=paths::ACTIVITY aria-label=t!("activity-search")>
            <div class="search-fields">
                {field("person", t!("activity-person")).select(people, &filter.person, &[])}
                {field("kind", t!("activity-kind")).select(kinds, &filter.kind, &[])}
                {field("text", t!("activity-text")).input("search", &filter.text, &[])}
                {field("from", t!("activity-from")).input("date", &filter.from, &[])}
                {field("to", t!("activity-to")).input("date", &filter.to, &[])}
            </div>
            <div class="buttons">
                <button class="button button-main" type="submit">
                    {t!("activity-show")}
                </button>
                <a class="button" href=page.csv.clone()>
                    {t!("activity-csv")}
                </a>
            </div>
        </form>
    }
    .into_any()
}

fn list(page: ActivityPage) -> AnyView {
    let none = page.lines.is_empty().then(|| t!("activity-none"));
    let lines = page.lines.into_iter().map(line).collect::<Vec<_>>();
    let turns = (page.older.is_some() || page.newest.is_some()).then(|| {
        let newest = page.newest.map(|to| {
            view! {
                <a class="button" href=to>
                    {t!("activity-newest")}
                </a>
            }
        });
        let older = page.older.map(|to| {
            view! {
                <a class="button" rel="next" href=to>
                    {t!("activity-older")}
                </a>
            }
        });
        view! {
            <nav class="turns" aria-label=t!("activity-pages")>
                {newest}
                {older}
            </nav>
        }
    });
    view! {
        <section class="card card-flat" aria-label=t!("activity-list")>
            {match none {
                Some(none) => view! { <p class="empty">{none}</p> }.into_any(),
                None => view! { <ol class="happened">{lines}</ol> }.into_any(),
            }}
            {turns}
            <p class="hint">{t!("activity-kept", days = page.kept_days)}</p>
        </section>
    }
    .into_any()
}

fn line(line: ActivityLine) -> AnyView {
    let times = (line.times > 1).then(|| {
        let words = t!("activity-times", count = line.times);
        view! { <span class="tag">{words}</span> }
    });
    let last = line.last_at.as_deref().map(|last| {
        view! {
            <span>
                {t!("activity-last")}
                " "
                {date::moment(last)}
            </span>
        }
    });
    let address = (!line.address.is_empty()).then_some(line.address);
    let explain = line.explain.map(|to| view! { <a href=to>{t!("activity-explain")}</a> });
    let class = if line.refusal { "happened-refusal" } else { "" };
    view! {
        <li class=class>
            <p>
                {line.sentence.on_page()}
                " "
                {times}
            </p>
            <p class="hint happened-about">
                {date::moment(&line.at)}
                {last}
                {address.map(|address| view! { <span>{address}</span> })}
                {line.browser.map(|browser| view! { <span>{browser.on_page()}</span> })}
                {explain}
            </p>
        </li>
    }
    .into_any()
}

/// Sign-ins by day as bars, and the same as a table for those who don't see them.
fn chart(days: &[DayCount]) -> Option<AnyView> {
    const HEIGHT: i64 = 60;
    const STEP: usize = 10;
    if days.is_empty() {
        return None;
    }
    let most = days.iter().map(|day| day.count).max().unwrap_or(0).max(1);
    let all: i64 = days.iter().map(|day| day.count).sum();
    let bars = days
        .iter()
        .enumerate()
        .map(|(index, day)| {
            // What is not nothing can be seen.
            let least = i64::from(day.count > 0) * 2;
            let height = (day.count * HEIGHT / most).max(least);
            view! {
                <rect
                    x=(index * STEP + 1).to_string()
                    y=(HEIGHT - height).to_string()
                    width=(STEP - 2).to_string()
                    height=height.to_string()
                    rx="1"
                />
            }
        })
        .collect::<Vec<_>>();
    let width = days.len() * STEP;
    let rows = days
        .iter()
        .filter(|day| day.count > 0)
        .map(|day| {
            view! {
                <tr>
                    <th scope="row">{date::day(&day.day)}</th>
                    <td>{day.count}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let ends = days.first().zip(days.last()).map(|(first, last)| {
        view! {
            <p class="chart-ends">
                {date::day(&first.day)} {date::day(&last.day)}
            </p>
        }
    });
    let words = t!("activity-chart", count = all, days = days.len());
    let chart = view! {
        <section class="card card-flat" aria-labelledby="chart-heading">
            <h2 id="chart-heading">{t!("activity-chart-title")}</h2>
            <svg class="chart" viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=words.clone()>
                {bars}
            </svg>
            {ends}
            <p class="hint">{words}</p>
            <details class="fold fold-start">
                <summary>{t!("activity-chart-table")}</summary>
                <table class="changes">
                    <thead>
                        <tr>
                            <th scope="col">{t!("activity-chart-day")}</th>
                            <th scope="col">{t!("activity-chart-count")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        </section>
    };
    Some(chart.into_any())
}

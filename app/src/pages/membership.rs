//! `/settings/membership`: who still has access at Plex. `/users/import`: people with access who are no members yet.

use leptos::prelude::*;

use super::{Chrome, document::Body, settings};
use crate::{
    components::{date, form::form_error, person::avatar},
    messages::Message,
    paths, t,
};

/// `/settings/membership`.
#[derive(Debug, Clone, Default)]
pub struct MembershipPage {
    /// The media server's name; `None`: none is chosen.
    pub media_server: Option<String>,
    /// Every how many minutes Plex is asked; 0: never.
    pub minutes: u16,
    /// RFC 3339 UTC; `None`: never.
    pub checked_at: Option<String>,
    /// RFC 3339 UTC; `None`: never.
    pub good_at: Option<String>,
    /// Why the last check changed nothing.
    pub problem: Option<Message>,
    /// Number and name of members whom one answer left out.
    pub missing: Vec<(i64, String)>,
    /// Number and name of members who are out.
    pub out: Vec<(i64, String)>,
    /// Whether a check was made just now.
    pub checked_now: bool,
    /// Why none could be made.
    pub error: Option<Message>,
}

/// `/users/import`.
#[derive(Debug, Clone, Default)]
pub struct ImportPage {
    /// Who could be taken in.
    pub people: Vec<ImportRow>,
    /// What was wrong with the last try, or why there is no list.
    pub error: Option<Message>,
    /// How many were taken in just now.
    pub added: Option<u32>,
}

/// Somebody on the owner's list.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// Plex's number for the account.
    pub plex_id: i64,
    /// The name.
    pub name: String,
    /// E-mail or name at Plex; may be empty.
    pub detail: String,
    /// Where the picture is; here.
    pub picture: Option<String>,
    /// Has not accepted the invitation.
    pub pending: bool,
    /// A managed profile.
    pub child: bool,
    /// Whether the box is ticked.
    pub ticked: bool,
}

pub(super) fn membership(_chrome: &Chrome, page: MembershipPage) -> Body {
    let title = t!("membership-title");
    let moment = |at: Option<String>| match at {
        Some(at) => date::time(&at, date::exact(&at).on_page()),
        None => t!("membership-checked-never").into_any(),
    };
    let how_often = if page.minutes == 0 {
        t!("membership-never")
    } else {
        t!("membership-every", minutes = page.minutes)
    };
    let body = match page.media_server {
        None => view! { <p class="notice">{t!("membership-no-server")}</p> }.into_any(),
        Some(server) => view! {
            <p>{t!("membership-lead", server = server)}</p>
            <section class="card card-flat" aria-label=title.clone()>
                {page.problem.map(|problem| view! { <p class="notice notice-bad">{problem.on_page()}</p> })}
                <dl class="facts">
                    <dt>{t!("membership-checked")}</dt>
                    <dd>{moment(page.checked_at)}</dd>
                    <dt>{t!("membership-good")}</dt>
                    <dd>{moment(page.good_at)}</dd>
                </dl>
                <p class="hint">{how_often}</p>
                <form method="post" action=paths::SETTINGS_MEMBERSHIP>
                    <button class="button button-main" type="submit">
                        {t!("membership-check-now")}
                    </button>
                </form>
            </section>
            {people("missing", t!("membership-missing"), t!("membership-missing-hint"), page.missing)}
            {people("out", t!("membership-out"), t!("membership-out-hint"), page.out)}
        }
        .into_any(),
    };
    let main = view! {
        <h1>{t!("settings-title")}</h1>
        <div class="with-side">
            {settings::side(paths::SETTINGS_MEMBERSHIP)}
            <div class="sections">
                <h2 class="part-heading">{title.clone()}</h2>
                {page.checked_now.then(|| view! { <p class="notice" role="status">{t!("membership-checked-now")}</p> })}
                {form_error("membership-error", page.error)}
                {body}
            </div>
        </div>
    };
    Body {
        title: format!("{title} · {}", t!("settings-title")),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

fn people(id: &'static str, heading: String, hint: String, people: Vec<(i64, String)>) -> AnyView {
    let list = if people.is_empty() {
        view! { <p>{t!("membership-none")}</p> }.into_any()
    } else {
        let rows = people.into_iter().map(|(id, name)| {
            view! {
                <li>
                    <a href=paths::user(id)>{name}</a>
                </li>
            }
        });
        view! { <ul class="plain-list">{rows.collect::<Vec<_>>()}</ul> }.into_any()
    };
    view! {
        <section class="card card-flat" aria-labelledby=id>
            <h3 id=id>{heading}</h3>
            <p class="hint">{hint}</p>
            {list}
        </section>
    }
    .into_any()
}

pub(super) fn import(_chrome: &Chrome, page: ImportPage) -> Body {
    let title = t!("membership-import");
    let no_list = page.people.is_empty() && page.error.is_some();
    let tick = |all: &'static str, words: String| {
        view! { <a class="button" href=format!("{}?ticked={all}", paths::USERS_IMPORT)>{words}</a> }
    };
    let body = if no_list {
        form_error("import-error", page.error)
    } else if page.people.is_empty() {
        view! { <p>{t!("membership-import-none")}</p> }.into_any()
    } else {
        let rows = page.people.into_iter().map(row).collect::<Vec<_>>();
        view! {
            <p class="lead">{t!("membership-import-lead")}</p>
            <form class="card card-flat" method="post" action=paths::USERS_IMPORT>
                {form_error("import-error", page.error)}
                <p class="import-ticks">
                    {tick("all", t!("membership-import-all"))} {tick("none", t!("membership-import-nobody"))}
                </p>
                <fieldset class="import">
                    <legend class="unseen">{t!("membership-import-people")}</legend>
                    {rows}
                </fieldset>
                <button class="button button-main" type="submit">
                    {t!("membership-import-add")}
                </button>
            </form>
        }
        .into_any()
    };
    let main = view! {
        <p class="back">
            <a href=paths::USERS>{t!("explain-people")}</a>
        </p>
        <h1>{title.clone()}</h1>
        {page
            .added
            .map(|count| view! { <p class="notice" role="status">{t!("membership-import-done", count = count)}</p> })}
        {body}
    };
    Body {
        title,
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

fn row(row: ImportRow) -> AnyView {
    view! {
        <label class="choice import-row" for=format!("person-{}", row.plex_id)>
            <input type="checkbox" id=format!("person-{}", row.plex_id) name="person" value=row.plex_id.to_string() checked=row.ticked />
            {avatar(&row.name, row.picture, "avatar")}
            <span class="import-who">
                {row.name} {(!row.detail.is_empty()).then(|| view! { <small>{row.detail}</small> })}
                {row.pending.then(|| view! { <small class="tag">{t!("membership-import-pending")}</small> })}
                {row.child.then(|| view! { <small class="tag">{t!("membership-import-child")}</small> })}
            </span>
        </label>
    }
    .into_any()
}

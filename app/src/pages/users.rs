//! `/users`: everybody, for those who look after others.

use leptos::prelude::*;

use super::{Chrome, PeopleSort, PersonRow, Right, Tier, UsersPage, document::Body};
use crate::{
    components::{
        form::form_error,
        people::{right_tags, said},
        person::{avatar, tier_name},
    },
    paths, t,
};

pub(super) fn page(_chrome: &Chrome, page: UsersPage) -> Body {
    let UsersPage {
        people,
        page,
        pages,
        total,
        search,
        sort,
        grantable,
        picked,
        said: done,
        error,
    } = page;
    let turn = |to: u32, rel: &'static str, words: String| {
        view! {
            <a class="button" rel=rel href=address(to, &search, sort)>
                {words}
            </a>
        }
    };
    let here = [
        ("page", page.to_string()),
        ("q", search.clone()),
        ("sort", sort.name().to_owned()),
    ];
    let bulk = !grantable.is_empty() && people.iter().any(|person| person.ticked.is_some());
    let nobody = people.is_empty();
    let rows = people.into_iter().map(|person| row(person, bulk)).collect::<Vec<_>>();
    let searched = (!search.is_empty()).then(|| {
        view! {
            <p class="hint" role="status">
                {t!("people-found", count = i64::from(total))} " "
                <a href=paths::USERS>{t!("people-show-all")}</a>
            </p>
        }
    });
    let main = view! {
        <div class="title-row">
            <h1>{t!("people-title")}</h1>
            <div>
                <a class="button" href=paths::USERS_IMPORT>
                    {t!("membership-import")}
                </a>
                <a class="button button-main" href=paths::USERS_NEW>
                    {t!("people-add")}
                </a>
            </div>
        </div>
        {said(done)}
        {form_error("people-error", error)}
        <section class="card card-flat" aria-label=t!("people-everybody")>
            {search_form(&search, sort)}
            {searched}
            {if nobody {
                view! { <p class="empty">{t!("people-nobody")}</p> }.into_any()
            } else {
                view! { <ul class="people">{rows}</ul> }.into_any()
            }}
            {(pages > 1)
                .then(|| {
                    view! {
                        <nav class="turns" aria-label=t!("people-pages")>
                            {(page > 1).then(|| turn(page - 1, "prev", t!("people-previous")))}
                            <p class="hint">{t!("people-page-of", page = page, pages = pages)}</p>
                            {(page < pages).then(|| turn(page + 1, "next", t!("people-next")))}
                        </nav>
                    }
                })}
            {bulk.then(|| bulk_form(&grantable, picked, &here))}
        </section>
        <p>
            <a href=paths::USERS_EXPLAIN>{t!("explain-title-nobody")}</a>
        </p>
    };
    Body {
        title: t!("people-title"),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

/// This list from another part on.
fn address(page: u32, search: &str, sort: PeopleSort) -> String {
    let mut address = format!("{}?page={page}", paths::USERS);
    if !search.is_empty() {
        address.push_str("&q=");
        for byte in search.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                address.push(char::from(byte));
            } else {
                address.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    if sort != PeopleSort::default() {
        address.push_str("&sort=");
        address.push_str(sort.name());
    }
    address
}

fn search_form(search: &str, sort: PeopleSort) -> AnyView {
    let sorts = PeopleSort::ALL
        .into_iter()
        .map(|one| {
            view! {
                <option value=one.name() selected=one == sort>
                    {one.label().on_page()}
                </option>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <form class="people-search" method="get" action=paths::USERS role="search">
            <div class="field">
                <label for="q">{t!("people-search")}</label>
                <input
                    id="q"
                    name="q"
                    type="search"
                    value=search.to_owned()
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="200"
                />
            </div>
            <div class="field">
                <label for="sort">{t!("people-sort")}</label>
                <select id="sort" name="sort">
                    {sorts}
                </select>
            </div>
            <button class="button" type="submit">
                {t!("people-search-do")}
            </button>
        </form>
    }
    .into_any()
}

fn row(person: PersonRow, bulk: bool) -> AnyView {
    let rights = (person.tier != Tier::Owner).then(|| right_tags(&person.rights));
    let mut ways = Vec::new();
    if person.plex {
        ways.push(t!("people-way-plex"));
    }
    if person.password {
        ways.push(t!("people-way-password"));
    }
    if person.tokens > 0 {
        ways.push(t!("common-tokens", count = person.tokens));
    }
    let ways = if ways.is_empty() {
        t!("people-way-none")
    } else {
        ways.join(" · ")
    };
    let tick = bulk.then(|| match person.ticked {
        Some(ticked) => view! {
            <label class="tick">
                <input type="checkbox" name="id" value=person.id.to_string() form="bulk" checked=ticked />
                <span class="unseen">{t!("people-tick", name = person.name.clone())}</span>
            </label>
        }
        .into_any(),
        None => view! { <span class="tick"></span> }.into_any(),
    });
    view! {
        <li>
            {tick}
            {avatar(&person.name, person.avatar, "avatar")}
            <div class="people-who">
                <a href=paths::user(person.id)>{person.name}</a>
                {(!person.detail.is_empty()).then(|| view! { <span class="hint">{person.detail}</span> })}
            </div>
            <p class="tags">
                <span class="hint">{ways}</span>
                {person.disabled.then(|| view! { <span class="tag tag-off">{t!("people-switched-off")}</span> })}
                {rights}
                <span class="tag">{tier_name(person.tier)}</span>
            </p>
        </li>
    }
    .into_any()
}

/// Gives or takes one permission of everybody who is ticked; the boxes stand in the list and belong to this form.
/// `here`: the part of the list that is shown, to come back to.
fn bulk_form(grantable: &[Right], picked: Option<Right>, here: &[(&'static str, String)]) -> AnyView {
    let here = here
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone() /> })
        .collect::<Vec<_>>();
    let rights = grantable
        .iter()
        .map(|right| {
            view! {
                <option value=right.name() selected=picked == Some(*right)>
                    {right.label().on_page()}
                </option>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <form id="bulk" class="stack people-bulk" method="post" action=paths::USERS_PERMISSIONS>
            {here}
            <h2>{t!("people-bulk")}</h2>
            <p class="hint">{t!("people-bulk-hint")}</p>
            <div class="field">
                <label for="right">{t!("people-bulk-right")}</label>
                <select id="right" name="right">
                    {rights}
                </select>
            </div>
            <div class="people-bulk-do">
                <button class="button" type="submit" name="give" value="true">
                    {t!("people-bulk-give")}
                </button>
                <button class="button" type="submit" name="give" value="false">
                    {t!("people-bulk-take")}
                </button>
            </div>
        </form>
    }
    .into_any()
}

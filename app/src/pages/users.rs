//! `/users`: everybody.

use leptos::prelude::*;

use super::{Chrome, PersonRow, UsersPage, document::Body};
use crate::{
    components::person::{avatar, tier_name},
    paths, t,
};

pub(super) fn page(_chrome: &Chrome, page: UsersPage) -> Body {
    let UsersPage { people, page, pages } = page;
    let rows = people.into_iter().map(row).collect::<Vec<_>>();
    let turn = |to: u32, rel: &'static str, words: String| {
        view! {
            <a class="button" rel=rel href=format!("{}?page={to}", paths::USERS)>
                {words}
            </a>
        }
    };
    let main = view! {
        <h1>{t!("person-people")}</h1>
        <section class="card card-flat" aria-label=t!("person-everybody")>
            <ul class="people">{rows}</ul>
            {(pages > 1)
                .then(|| {
                    view! {
                        <nav class="turns" aria-label=t!("person-pages")>
                            {(page > 1).then(|| turn(page - 1, "prev", t!("person-previous")))}
                            <p class="hint">{t!("person-page-of", page = page, pages = pages)}</p>
                            {(page < pages).then(|| turn(page + 1, "next", t!("person-next")))}
                        </nav>
                    }
                })}
        </section>
    };
    Body {
        title: t!("person-people"),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

fn row(person: PersonRow) -> AnyView {
    let tokens = (person.tokens > 0).then(|| t!("common-tokens", count = person.tokens));
    view! {
        <li>
            {avatar(&person.name, None, "avatar")}
            <div class="people-who">
                <a href=paths::user(person.id)>{person.name}</a>
                {(!person.detail.is_empty()).then(|| view! { <span class="hint">{person.detail}</span> })}
            </div>
            <p class="tags">
                {tokens.map(|tokens| view! { <span class="hint">{tokens}</span> })}
                {person.disabled.then(|| view! { <span class="tag tag-off">{t!("person-off")}</span> })}
                <span class="tag">{tier_name(person.tier)}</span>
            </p>
        </li>
    }
    .into_any()
}

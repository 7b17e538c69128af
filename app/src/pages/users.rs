//! `/users`: everybody.

use leptos::prelude::*;

use super::{Chrome, PersonRow, UsersPage, document::Body};
use crate::{
    components::person::{avatar, tier_name},
    paths,
};

pub(super) fn page(_chrome: &Chrome, page: UsersPage) -> Body {
    let UsersPage { people, page, pages } = page;
    let rows = people.into_iter().map(row).collect::<Vec<_>>();
    let turn = |to: u32, rel: &'static str, words: &'static str| {
        view! {
            <a class="button" rel=rel href=format!("{}?page={to}", paths::USERS)>
                {words}
            </a>
        }
    };
    let main = view! {
        <h1>"People"</h1>
        <section class="card card-flat" aria-label="Everybody">
            <ul class="people">{rows}</ul>
            {(pages > 1)
                .then(|| {
                    view! {
                        <nav class="turns" aria-label="Pages">
                            {(page > 1).then(|| turn(page - 1, "prev", "Previous"))}
                            <p class="hint">{format!("Page {page} of {pages}")}</p>
                            {(page < pages).then(|| turn(page + 1, "next", "Next"))}
                        </nav>
                    }
                })}
        </section>
    };
    Body {
        title: "People".to_owned(),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

fn row(person: PersonRow) -> AnyView {
    let tokens = match person.tokens {
        0 => None,
        1 => Some("1 token".to_owned()),
        many => Some(format!("{many} tokens")),
    };
    view! {
        <li>
            {avatar(&person.name, None, "avatar")}
            <div class="people-who">
                <a href=paths::user(person.id)>{person.name}</a>
                {(!person.detail.is_empty()).then(|| view! { <span class="hint">{person.detail}</span> })}
            </div>
            <p class="tags">
                {tokens.map(|tokens| view! { <span class="hint">{tokens}</span> })}
                {person.disabled.then(|| view! { <span class="tag tag-off">"Switched off"</span> })}
                <span class="tag">{tier_name(person.tier)}</span>
            </p>
        </li>
    }
    .into_any()
}

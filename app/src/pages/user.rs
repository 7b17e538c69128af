//! `/users/:id`: somebody's account and login tokens, for those who look after others.

use leptos::prelude::*;

use super::{Chrome, UserPage, document::Body};
use crate::{
    components::{
        person::{avatar, facts, tier_name, tier_sentence_about},
        tokens,
    },
    paths, t,
};

pub(super) fn page(_chrome: &Chrome, page: UserPage) -> Body {
    let title = page.name.clone();
    let belongs = tier_sentence_about(page.tier);
    let island = tokens::has_island(page.tokens.as_ref().ok());
    let tokens = match page.tokens {
        Ok(section) => tokens::tokens(section),
        Err(why) => view! {
            <section class="card card-flat" id="tokens" aria-labelledby="tokens-heading">
                <h2 id="tokens-heading">{t!("tokens-title")}</h2>
                <p>{why.on_page()}</p>
            </section>
        }
        .into_any(),
    };
    let main = view! {
        <p class="back">
            <a href=paths::USERS>{t!("person-all")}</a>
        </p>
        <div class="person">
            {avatar(&page.name, None, "avatar avatar-large")}
            <div>
                <h1>{page.name}</h1>
                <p class="tags">
                    <span class="tag">{tier_name(page.tier)}</span>
                    {page.disabled.then(|| view! { <span class="tag tag-off">{t!("person-off")}</span> })}
                </p>
            </div>
        </div>
        <section class="card card-flat" aria-labelledby="account">
            <h2 id="account">{t!("person-account-theirs")}</h2>
            {facts(page.email, page.plex_username, (t!("person-how-they-belong"), belongs), &page.since)}
        </section>
        {tokens}
    };
    Body {
        title,
        bar: true,
        main: main.into_any(),
        island,
        refresh: false,
    }
}

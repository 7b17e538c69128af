//! `/profile`: the account and its login tokens.

use leptos::prelude::*;

use super::{Chrome, ProfilePage, document::Body};
use crate::{
    components::{
        person::{avatar, facts, tier_name, tier_sentence},
        tokens,
    },
    t,
};

pub(super) fn page(_chrome: &Chrome, page: ProfilePage) -> Body {
    let belongs = tier_sentence(page.tier, page.media_server.as_deref());
    let island = tokens::has_island(page.tokens.as_ref());
    let main = view! {
        <h1>{t!("person-account")}</h1>
        <section class="card card-flat" aria-labelledby="who">
            <div class="person">
                {avatar(&page.name, page.avatar, "avatar avatar-large")}
                <div>
                    <h2 id="who">{page.name}</h2>
                    <p class="tag">{tier_name(page.tier)}</p>
                </div>
            </div>
            {facts(page.email, page.plex_username, (t!("person-how-you-belong"), belongs), &page.since)}
        </section>
        {page.tokens.map(tokens::tokens)}
    };
    Body {
        title: t!("person-account"),
        bar: true,
        main: main.into_any(),
        island,
        refresh: false,
    }
}

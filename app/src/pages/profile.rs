//! `/profile`: the member's own account. A section each, in the order of [`page`].

use leptos::prelude::*;

use super::{Chrome, ProfilePage, document::Body};
use crate::{
    components::{
        credentials,
        people::{account_form, said},
        person::{avatar, facts, tier_name, tier_sentence},
        tokens,
    },
    t,
};

pub(super) fn page(_chrome: &Chrome, page: ProfilePage) -> Body {
    let island =
        tokens::has_island(page.tokens.as_ref()) || page.credentials.as_deref().is_some_and(credentials::has_island);
    let main = view! {
        <h1>{t!("people-your-account")}</h1>
        {said(page.said.clone())}
        {who(&page)}
        {account(&page)}
        {page.credentials.map(|sections| credentials::sections(*sections))}
        {page.tokens.map(tokens::tokens)}
    };
    Body {
        title: t!("people-your-account"),
        bar: true,
        main: main.into_any(),
        island,
        refresh: false,
    }
}

fn who(page: &ProfilePage) -> AnyView {
    let belongs = tier_sentence(page.tier, page.media_server.as_deref());
    view! {
        <section class="card card-flat" aria-labelledby="who">
            <div class="person">
                {avatar(&page.name, page.avatar.clone(), "avatar avatar-large")}
                <div>
                    <h2 id="who">{page.name.clone()}</h2>
                    <p class="tag">{tier_name(page.tier)}</p>
                </div>
            </div>
            {facts(
                page.email.clone(),
                page.plex_username.clone(),
                (t!("person-how-you-belong"), belongs),
                &page.since,
            )}
        </section>
    }
    .into_any()
}

fn account(page: &ProfilePage) -> AnyView {
    view! {
        <section class="card card-flat" aria-labelledby="account">
            <h2 id="account">{t!("people-your-details")}</h2>
            {account_form(page.account.clone())}
        </section>
    }
    .into_any()
}

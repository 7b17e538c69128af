//! `/`: who you are and, for the owner, what needs attention.

use leptos::prelude::*;

use super::{AppTile, Chrome, HomePage, document::Body};
use crate::{
    components::{
        app_icon::app_icon,
        person::{tier_name, tier_sentence},
    },
    paths, t,
};

pub(super) fn page(chrome: &Chrome, page: HomePage) -> Body {
    let (name, owner) = chrome
        .viewer
        .as_ref()
        .map(|viewer| (viewer.name.clone(), viewer.owner))
        .unwrap_or_default();
    let attention = page
        .attention
        .into_iter()
        .map(|item| {
            view! {
                <li>
                    <b>{item.text.on_page()}</b>
                    <span>{item.advice.on_page()}</span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let needs = if attention.is_empty() {
        view! { <p class="hint">{t!("home-all-well")}</p> }.into_any()
    } else {
        view! { <ul class="attention">{attention}</ul> }.into_any()
    };
    let main = view! {
        <div class="welcome">
            <h1>{t!("home-hello", name = name)}</h1>
            <p class="lead">
                {tier_sentence(page.tier, page.media_server.as_deref())} " " <span class="tag">{tier_name(page.tier)}</span>
            </p>
        </div>
        {tiles(page.apps)}
        {owner
            .then(|| {
                view! {
                    <section class="card card-flat" aria-labelledby="attention">
                        <h2 id="attention">{t!("home-attention")}</h2>
                        {needs}
                    </section>
                }
            })}
        {page
            .may_set_up_devices
            .then(|| {
                view! {
                    <section class="card card-flat" aria-labelledby="devices">
                        <h2 id="devices">{t!("home-tablet")}</h2>
                        <p>{t!("home-tablet-how")}</p>
                        <a class="button button-quiet" href=paths::PAIR_APPROVE>
                            {t!("home-tablet")}
                        </a>
                    </section>
                }
            })}
        <section class="card card-flat" aria-labelledby="account">
            <h2 id="account">{t!("home-account")}</h2>
            <p>{t!("home-account-what")}</p>
            <a class="button button-quiet" href=paths::PROFILE>
                {t!("home-account-open")}
            </a>
        </section>
    };
    Body {
        title: String::new(),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

fn tiles(apps: Vec<AppTile>) -> Option<AnyView> {
    if apps.is_empty() {
        return None;
    }
    let tiles = apps
        .into_iter()
        .map(|app| {
            view! {
                <li>
                    <a class="tile" href=app.url>
                        {app_icon(&app.name, &app.icon)}
                        <span class="tile-name">{app.name}</span>
                    </a>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let section = view! {
        <section aria-labelledby="apps">
            <h2 class="unseen" id="apps">
                {t!("home-apps")}
            </h2>
            <ul class="tiles">{tiles}</ul>
        </section>
    };
    Some(section.into_any())
}

//! The page of those who may not open an app. It stands at the app's host, so it brings its style with it and asks for
//! nothing.

use leptos::prelude::*;

use crate::{
    messages::{Language, Message},
    msg, t,
};

const STYLE: &str = include_str!("turned_away.css");

/// What it says.
#[derive(Debug, Clone)]
pub struct TurnedAway {
    /// On `<style>`.
    pub nonce: String,
    /// The household's name for this site.
    pub site: String,
    /// Who is signed in.
    pub who: Option<String>,
    /// Why not.
    pub why: Message,
    /// Whom to ask.
    pub owner: Option<String>,
    /// Our own address; empty: none is known.
    pub home: String,
}

/// The whole page as HTML.
#[must_use]
pub fn turned_away(language: Language, page: &TurnedAway) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(language);
        document(page.clone()).to_html()
    });
    owner.unset_with_forced_cleanup();
    html
}

fn document(page: TurnedAway) -> impl IntoView {
    let heading = match page.who {
        Some(_) => t!("gateway-heading"),
        None => t!("gateway-heading-nobody"),
    };
    let title = format!("{heading} · {}", page.site);
    let who = page.who.map(|who| msg!("gateway-you-are", name = who).on_page());
    let ask = page.owner.map(|owner| msg!("gateway-ask", owner = owner).on_page());
    let home = (!page.home.is_empty()).then_some(page.home);
    view! {
        <!DOCTYPE html>
        <html lang=Language::of_page().tag()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="robots" content="noindex" />
                <title>{title}</title>
                <style nonce=page.nonce>{STYLE}</style>
            </head>
            <body>
                <main>
                    <h1>{heading}</h1>
                    <p>{page.why.on_page()}</p>
                    {who.map(|who| view! { <p>{who}</p> })}
                    {ask.map(|ask| view! { <p>{ask}</p> })}
                    {home
                        .map(|home| {
                            view! {
                                <p class="soft">
                                    <a href=home>{msg!("gateway-to-home", site = page.site).on_page()}</a>
                                </p>
                            }
                        })}
                </main>
            </body>
        </html>
    }
}

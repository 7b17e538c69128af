//! `/settings/proxy`: whether the reverse proxy in front of the apps does what it should.

use leptos::prelude::*;

use crate::{components::icon, messages::Message, paths, t};

/// `/settings/proxy`.
#[derive(Debug, Clone, Default)]
pub struct ProxySettings {
    /// The apps that can be asked for: number, and name with host.
    pub apps: Vec<(i64, String)>,
    /// Select `app`: which one is chosen.
    pub chosen: Option<i64>,
    /// What the test of it found: whether that is good, and what it is.
    pub findings: Option<Vec<(bool, Message)>>,
}

pub(super) fn page(page: ProxySettings) -> AnyView {
    test(page)
}

fn test(page: ProxySettings) -> AnyView {
    let options = page
        .apps
        .iter()
        .cloned()
        .map(|(id, name)| {
            view! {
                <option value=id.to_string() selected=page.chosen == Some(id)>
                    {name}
                </option>
            }
        })
        .collect::<Vec<_>>();
    let form = if options.is_empty() {
        view! {
            <p class="empty">{t!("proxy-no-apps")}</p>
            <a class="button" href=paths::SETTINGS_APPS_NEW>
                {t!("apps-add")}
            </a>
        }
        .into_any()
    } else {
        view! {
            <form class="apps-ask" method="post" action=format!("{}#test", paths::SETTINGS_PROXY_TEST)>
                <div class="field">
                    <label for="app">{t!("proxy-app")}</label>
                    <select id="app" name="app">
                        {options}
                    </select>
                </div>
                <button class="button button-main" type="submit">
                    {t!("proxy-test-do")}
                </button>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="card card-flat" id="test" aria-labelledby="test-heading">
            <div class="heading">
                <h3 id="test-heading">{t!("proxy-test-title")}</h3>
                <p class="hint">{t!("proxy-test-hint")}</p>
            </div>
            {form}
            {page.findings.map(findings)}
        </section>
    }
    .into_any()
}

fn findings(findings: Vec<(bool, Message)>) -> AnyView {
    let wrong = findings.iter().filter(|(good, _)| !good).count();
    let summary = if wrong == 0 {
        view! { <p class="notice" role="status">{t!("proxy-all-good")}</p> }.into_any()
    } else {
        view! { <p class="notice notice-bad" role="status">{t!("proxy-some-wrong", count = wrong)}</p> }.into_any()
    };
    let rows = findings
        .into_iter()
        .map(|(good, message)| {
            let (class, word, icon) = if good {
                ("finding finding-good", t!("proxy-good"), icon::tick())
            } else {
                ("finding finding-bad", t!("proxy-bad"), icon::cross())
            };
            view! {
                <li class=class>
                    {icon}
                    <span>
                        <span class="unseen">{word} " "</span>
                        {message.on_page()}
                    </span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! {
        {summary}
        <ul class="findings">{rows}</ul>
    }
    .into_any()
}

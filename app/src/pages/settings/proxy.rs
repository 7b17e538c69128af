//! `/settings/proxy`: the lines for the reverse proxy in front of the apps, and whether it does what it should.

use leptos::prelude::*;

use crate::{components::icon, islands::copy::copy_button, messages::Message, paths, t};

/// `/settings/proxy`.
#[derive(Debug, Clone, Default)]
pub struct ProxySettings {
    /// The apps that can be asked for: number, and name with host.
    pub apps: Vec<(i64, String)>,
    /// Select `app`: which one is chosen.
    pub chosen: Option<i64>,
    /// What the test of it found: whether that is good, and what it is.
    pub findings: Option<Vec<(bool, Message)>>,
    /// What a reverse proxy is told.
    pub lines: ProxyLines,
}

/// The lines for a reverse proxy, and for which.
#[derive(Debug, Clone, Default)]
pub struct ProxyLines {
    /// Select `proxy`: what it is called in addresses, and by people.
    pub proxies: Vec<(&'static str, &'static str)>,
    /// Select `app`: number, and name with address.
    pub apps: Vec<(i64, String)>,
    /// Which proxy is chosen, as it is called in addresses.
    pub proxy: String,
    /// Which app is chosen: its number as it was sent.
    pub app: String,
    /// Text `upstream`: where the proxy reaches the app, as it was sent.
    pub upstream: String,
    /// The server has no public URL: there is nothing to write yet.
    pub without_url: bool,
    /// Each file's name and text, or what is wrong.
    pub written: Option<Result<Vec<(String, String)>, Message>>,
}

/// Where the texts stand: copy buttons find them by it.
const FILES: [&str; 6] = ["file-1", "file-2", "file-3", "file-4", "file-5", "file-6"];

pub(super) fn page(page: ProxySettings) -> AnyView {
    let written = (!page.lines.apps.is_empty()).then(|| lines(page.lines.clone()));
    view! {
        {written}
        {test(page)}
    }
    .into_any()
}

fn lines(lines: ProxyLines) -> AnyView {
    let proxies = lines
        .proxies
        .iter()
        .map(|&(name, title)| {
            view! {
                <option value=name selected=lines.proxy == name>
                    {title}
                </option>
            }
        })
        .collect::<Vec<_>>();
    let apps = lines
        .apps
        .iter()
        .cloned()
        .map(|(id, name)| {
            view! {
                <option value=id.to_string() selected=lines.app == id.to_string()>
                    {name}
                </option>
            }
        })
        .collect::<Vec<_>>();
    let form = if lines.without_url {
        view! { <p class="notice notice-bad">{t!("proxy-lines-no-url")}</p> }.into_any()
    } else {
        view! {
            <form class="lines-ask" method="get" action=format!("{}#lines", paths::SETTINGS_PROXY)>
                <div class="pair-of-fields">
                    <div class="field">
                        <label for="lines-proxy">{t!("proxy-title")}</label>
                        <select id="lines-proxy" name="proxy">
                            {proxies}
                        </select>
                    </div>
                    <div class="field">
                        <label for="lines-app">{t!("proxy-app")}</label>
                        <select id="lines-app" name="app">
                            {apps}
                        </select>
                    </div>
                </div>
                <div class="field">
                    <label for="upstream">{t!("proxy-upstream")}</label>
                    <p class="hint" id="upstream-hint">
                        {t!("proxy-upstream-hint")}
                    </p>
                    <input
                        id="upstream"
                        name="upstream"
                        type="text"
                        value=lines.upstream.clone()
                        placeholder="http://192.168.1.5:8989"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        aria-describedby="upstream-hint"
                    />
                </div>
                <button class="button button-main" type="submit">
                    {t!("proxy-lines-do")}
                </button>
            </form>
        }
        .into_any()
    };
    let written = lines.written.map(|written| match written {
        Ok(files) => FILES
            .iter()
            .zip(files)
            .map(|(id, (file, text))| file_view(id, &file, text))
            .collect::<Vec<_>>()
            .into_any(),
        Err(message) => view! { <p class="notice notice-bad" role="alert">{message.on_page()}</p> }.into_any(),
    });
    view! {
        <section class="card card-flat" id="lines" aria-labelledby="lines-heading">
            <div class="heading">
                <h3 id="lines-heading">{t!("proxy-lines-title")}</h3>
                <p class="hint">{t!("proxy-lines-hint")}</p>
            </div>
            {form}
            {written}
        </section>
    }
    .into_any()
}

fn file_view(id: &'static str, file: &str, text: String) -> AnyView {
    // All of a short one, a window on a long one.
    let rows = text.lines().count().clamp(3, 18);
    view! {
        <div class="field lines-file">
            <label for=id>{file.to_owned()}</label>
            <textarea id=id rows=rows.to_string() readonly spellcheck="false" wrap="off" translate="no">
                {text}
            </textarea>
            {copy_button(t!("proxy-lines-copy"), id)}
        </div>
    }
    .into_any()
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

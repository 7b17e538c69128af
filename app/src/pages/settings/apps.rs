//! `/settings/apps`: what stands behind the gateway, and the form of one app.

use leptos::prelude::*;

use super::{
    SettingsPage,
    theirs::{Theirs, meanwhile},
};
use crate::{
    components::{
        app_icon::app_icon,
        person::tier_name,
        setting::{Mistakes, Setting},
        words::{words, words_with},
    },
    messages::Message,
    msg,
    pages::{Right, Tier},
    paths, t,
};

/// `/settings/apps`.
#[derive(Debug, Clone, Default)]
pub struct AppsSettings {
    /// In the order of their tiles.
    pub apps: Vec<AppRow>,
    /// What was just done to an app.
    pub said: Option<Message>,
    /// The address that somebody asks about, as typed (`url`, `method`), and what was found.
    pub question: AppQuestion,
    /// Text `cookieDomain`.
    pub cookie_domain: String,
    /// Text `gatewayTokenParameter`.
    pub gateway_token_parameter: String,
    /// Where people sign in, if the cookie domain does not cover that.
    pub outside_domain: Option<String>,
}

/// One app in the list.
#[derive(Debug, Clone)]
pub struct AppRow {
    /// Its number; the name leads to `paths::settings_app(id)`.
    pub id: i64,
    /// Such as `Sonarr`.
    pub name: String,
    /// For its tile; may be empty.
    pub icon: String,
    /// Host and path.
    pub address: String,
    /// Where it opens; `None`: a wildcard.
    pub url: Option<String>,
    /// Who may open it besides the owner.
    pub who: Vec<Message>,
    /// How many exceptions it has.
    pub exceptions: usize,
}

/// Which app answers at an address.
#[derive(Debug, Clone, Default)]
pub struct AppQuestion {
    /// As typed; empty: nobody asked.
    pub url: String,
    /// `GET` and the like.
    pub method: String,
    /// What was found.
    pub answer: Option<AppAnswer>,
}

/// What answers.
#[derive(Debug, Clone)]
pub enum AppAnswer {
    /// That is no address.
    Unreadable,
    /// No app is there.
    Nobody {
        /// The host.
        host: String,
    },
    /// One app, or several where the path can be read in several ways.
    Apps {
        /// Number and name.
        apps: Vec<(i64, String)>,
        /// Who gets in.
        who: AppAnswerWho,
        /// The exception that says so: its methods and path.
        rule: Option<String>,
    },
}

/// Who gets in at an address.
#[derive(Debug, Clone)]
pub enum AppAnswerWho {
    /// Everybody, without signing in.
    Everybody,
    /// The owner.
    Owner,
    /// Whom the app lets in, besides the owner.
    Members(Vec<Message>),
    /// Whom each of several apps lets in.
    MembersOfAll,
}

/// The form of one app.
#[derive(Debug, Clone, Default)]
pub struct AppForm {
    /// Its number; `None`: it is a new one.
    pub id: Option<i64>,
    /// Hidden `version`: the state in which the form was made.
    pub version: String,
    /// Text `name`.
    pub name: String,
    /// Text `icon`.
    pub icon: String,
    /// Text `host`.
    pub host: String,
    /// Text `path`.
    pub path: String,
    /// Text `order`, as typed.
    pub order: String,
    /// Box `everyone`.
    pub everyone: bool,
    /// Boxes `tier`.
    pub tiers: Vec<(Tier, bool)>,
    /// Boxes `right`.
    pub rights: Vec<(Right, bool)>,
    /// Boxes `person`: number, name, ticked.
    pub people: Vec<(i64, String, bool)>,
    /// Text `q`, where there are more people than stand there.
    pub search: Option<String>,
    /// `access`, `methods` and `path` of each exception; empty ones to be filled in.
    pub rules: Vec<AppRule>,
    /// Whether the boxes were changed by searching or for more exceptions, and nothing is saved yet.
    pub unsaved: bool,
    /// What somebody else made of the app meanwhile, where it differs from what was entered; `Some`: the last try was not saved.
    pub changed: Option<Vec<Theirs>>,
}

/// One exception in the form.
#[derive(Debug, Clone, Default)]
pub struct AppRule {
    /// Whether it is for the owner only; else it needs no sign-in.
    pub owner: bool,
    /// As typed, such as `GET, POST`.
    pub methods: String,
    /// As typed.
    pub path: String,
}

/// The list, above the form of the settings.
pub(super) fn list(page: &AppsSettings) -> AnyView {
    let rows = page.apps.iter().cloned().map(row).collect::<Vec<_>>();
    let list = if rows.is_empty() {
        view! { <p class="empty">{t!("apps-none")}</p> }.into_any()
    } else {
        view! { <ul class="apps">{rows}</ul> }.into_any()
    };
    let said = page.said.as_ref().map(Message::on_page);
    view! {
        {said.map(|said| view! { <p class="notice" role="status">{said}</p> })}
        <section class="card card-flat" aria-labelledby="apps-heading">
            <div class="heading">
                <h3 id="apps-heading">{t!("apps-list")}</h3>
                <p class="hint">{t!("apps-lead")}</p>
            </div>
            {list}
            <a class="button" href=paths::SETTINGS_APPS_NEW>
                {t!("apps-add")}
            </a>
        </section>
        {question(&page.question)}
    }
    .into_any()
}

fn row(app: AppRow) -> AnyView {
    let open = app.url.map(|url| {
        view! {
            <a class="button button-quiet" href=url rel="noreferrer">
                {t!("apps-open")}
                <span class="unseen">" " {app.name.clone()}</span>
            </a>
        }
    });
    let whom = if app.who.is_empty() {
        t!("apps-for-owner")
    } else {
        t!("apps-for", who = listed(&app.who))
    };
    view! {
        <li>
            {app_icon(&app.name, &app.icon)}
            <div class="apps-what">
                <a class="apps-name" href=paths::settings_app(app.id)>
                    {app.name}
                </a>
                <span class="apps-address">{app.address}</span>
                <span class="hint">
                    {whom}
                    {(app.exceptions > 0).then(|| format!(" · {}", t!("apps-exceptions-count", count = app.exceptions)))}
                </span>
            </div>
            {open}
        </li>
    }
    .into_any()
}

/// Who may, in a list of words.
pub(super) fn listed(who: &[Message]) -> String {
    who.iter().map(Message::on_page).collect::<Vec<_>>().join(", ")
}

fn question(question: &AppQuestion) -> AnyView {
    let answer = question.answer.clone().map(answer);
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
        .into_iter()
        .map(|method| (method.to_owned(), method.to_owned()))
        .collect();
    let url = Setting::new("url", t!("apps-ask-url"), String::new());
    let method = Setting::new("method", t!("apps-ask-method"), String::new());
    view! {
        <section class="card card-flat" id="answer" aria-labelledby="answer-heading">
            <div class="heading">
                <h3 id="answer-heading">{t!("apps-ask-title")}</h3>
                <p class="hint">{t!("apps-ask-hint")}</p>
            </div>
            <form class="apps-ask" method="get" action=format!("{}#answer", paths::SETTINGS_APPS)>
                {url.input("text", &question.url, &[])} {method.select(methods, &question.method, &[])}
                <button class="button" type="submit">
                    {t!("apps-ask-do")}
                </button>
            </form>
            {answer}
        </section>
    }
    .into_any()
}

fn answer(answer: AppAnswer) -> AnyView {
    let (apps, who, rule) = match answer {
        AppAnswer::Unreadable => {
            return view! { <p class="notice notice-bad" role="status">{t!("apps-ask-unreadable")}</p> }.into_any();
        }
        AppAnswer::Nobody { host } => {
            let said = words(&msg!("apps-ask-nobody", host = host));
            return view! { <p class="notice notice-bad" role="status">{said}</p> }.into_any();
        }
        AppAnswer::Apps { apps, who, rule } => (apps, who, rule),
    };
    let several = apps.len() > 1;
    let links = apps
        .into_iter()
        .enumerate()
        .map(|(number, (id, name))| {
            view! {
                {(number > 0).then_some(", ")}
                <a href=paths::settings_app(id)>{name}</a>
            }
        })
        .collect::<Vec<_>>()
        .into_any();
    let answers = if several {
        words_with(&msg!("apps-ask-several"), vec![("apps", links)])
    } else {
        words_with(&msg!("apps-ask-answers"), vec![("apps", links)])
    };
    let who = match who {
        AppAnswerWho::Everybody => t!("apps-ask-everybody"),
        AppAnswerWho::Members(who) if !who.is_empty() => t!("apps-ask-members", who = listed(&who)),
        AppAnswerWho::Owner | AppAnswerWho::Members(_) => t!("apps-ask-owner"),
        AppAnswerWho::MembersOfAll => t!("apps-ask-members-of-all"),
    };
    let rule = rule.map(|rule| {
        let rule = view! { <code>{rule}</code> }.into_any();
        let said = words_with(&msg!("apps-ask-rule"), vec![("rule", rule)]);
        view! { <p>{said}</p> }
    });
    view! {
        <div class="notice stack-tight" role="status">
            <p>{answers}</p>
            <p>{who}</p>
            {rule}
        </div>
    }
    .into_any()
}

/// The settings for all apps together.
pub(super) fn shared(page: &AppsSettings, mistakes: &Mistakes) -> AnyView {
    let domain = Setting::new("cookieDomain", t!("settings-name-domain"), t!("settings-hint-domain"));
    let parameter = Setting::new(
        "gatewayTokenParameter",
        t!("settings-name-app-parameter"),
        t!("settings-hint-app-parameter"),
    );
    let outside = page.outside_domain.as_ref().map(|host| {
        let said = t!(
            "apps-outside-domain",
            host = host.as_str(),
            domain = page.cookie_domain.as_str()
        );
        view! { <p class="notice notice-warn">{said}</p> }
    });
    view! {
        <section class="card card-flat" aria-labelledby="shared-heading">
            <h3 id="shared-heading">{t!("apps-shared")}</h3>
            {domain.input("text", &page.cookie_domain, mistakes)}
            {outside}
            {parameter.input("text", &page.gateway_token_parameter, mistakes)}
        </section>
    }
    .into_any()
}

/// The form of one app.
pub(super) fn app(form: &AppForm, page: &SettingsPage) -> AnyView {
    let mistakes = page.mistakes.as_slice();
    let action = form
        .id
        .map_or_else(|| paths::SETTINGS_APPS_NEW.to_owned(), paths::settings_app);
    let text = |name, label, hint, value: &str| Setting::new(name, label, hint).input("text", value, mistakes);
    let save = match (form.id, form.changed.is_some()) {
        (Some(_), true) => t!("settings-save-again"),
        (Some(_), false) => t!("settings-save"),
        (None, _) => t!("apps-add"),
    };
    let delete = form.id.map(|id| delete(id, &form.name));
    let meanwhile = form.changed.as_ref().map(|theirs| meanwhile(theirs, &action));
    view! {
        {meanwhile}
        {form.unsaved.then(|| view! { <p class="notice" role="status">{t!("apps-not-saved-yet")}</p> })}
        <form class="sections" method="post" action=action.clone() aria-labelledby="part-heading">
            // Whoever presses the Enter key means this, not the first button in sight.
            <button type="submit" hidden=true tabindex="-1"></button>
            <input type="hidden" name="version" value=form.version.clone() />
            <section class="card card-flat" aria-labelledby="what-heading">
                <h3 id="what-heading">{t!("apps-what")}</h3>
                <div class="apps-name-fields">
                    {text("name", t!("apps-name"), t!("apps-name-hint"), &form.name)}
                    {text("icon", t!("apps-icon"), t!("apps-icon-hint"), &form.icon)}
                </div>
                {text("host", t!("apps-host"), t!("apps-host-hint"), &form.host)}
                <div class="apps-pair">
                    {text("path", t!("apps-path"), t!("apps-path-hint"), &form.path)}
                    {text("order", t!("apps-order"), t!("apps-order-hint"), &form.order)}
                </div>
            </section>
            {who(form, mistakes)}
            {exceptions(&form.rules, mistakes)}
            <button class="button button-main" type="submit" name="do" value="save">
                {save}
            </button>
        </form>
        {delete}
    }
    .into_any()
}

fn mistake_of(name: &'static str, mistakes: &Mistakes) -> Option<AnyView> {
    let (_, message) = mistakes.iter().find(|(wrong, _)| *wrong == name)?;
    let id = format!("{name}-mistake");
    Some(view! { <p class="mistake" id=id>{message.on_page()}</p> }.into_any())
}

fn tick(name: &'static str, value: String, label: String, on: bool) -> AnyView {
    view! {
        <label class="choice">
            <input type="checkbox" name=name value=value checked=on />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

fn who(form: &AppForm, mistakes: &Mistakes) -> AnyView {
    let tier = |(tier, on): &(Tier, bool)| tick("tier", tier_word(*tier).to_owned(), tier_name(*tier), *on);
    let right = |(right, on): &(Right, bool)| {
        let label = right.label().on_page();
        tick("right", right.name().to_owned(), label, *on)
    };
    let people = form
        .people
        .iter()
        .map(|(id, name, on)| tick("person", id.to_string(), name.clone(), *on))
        .collect::<Vec<_>>();
    let search = form.search.as_ref().map(|search| {
        view! {
            <div class="apps-find">
                <div class="field">
                    <label for="q">{t!("apps-find")}</label>
                    <input id="q" name="q" type="search" value=search.clone() autocomplete="off" />
                </div>
                <button class="button" type="submit" name="do" value="find">
                    {t!("apps-find-do")}
                </button>
            </div>
        }
    });
    view! {
        <section class="card card-flat" aria-labelledby="who-heading">
            <div class="heading">
                <h3 id="who-heading">{t!("apps-who")}</h3>
                <p class="hint">{t!("apps-who-hint")}</p>
            </div>
            {tick("everyone", "true".to_owned(), t!("apps-who-everyone-box"), form.everyone)}
            <fieldset>
                <legend>{t!("apps-who-tiers")}</legend>
                <div class="ticks">{form.tiers.iter().map(tier).collect::<Vec<_>>()}</div>
            </fieldset>
            <fieldset>
                <legend>{t!("apps-who-rights")}</legend>
                <div class="ticks">{form.rights.iter().map(right).collect::<Vec<_>>()}</div>
                {mistake_of("permissions", mistakes)}
            </fieldset>
            <fieldset id="people">
                <legend>{t!("apps-who-people")}</legend>
                {search}
                {if people.is_empty() {
                    view! { <p class="hint">{t!("apps-who-no-people")}</p> }.into_any()
                } else {
                    view! { <div class="ticks">{people}</div> }.into_any()
                }}
                {mistake_of("people", mistakes)}
            </fieldset>
        </section>
    }
    .into_any()
}

/// The word in forms.
fn tier_word(tier: Tier) -> &'static str {
    match tier {
        Tier::Owner => "owner",
        Tier::Home => "home",
        Tier::Friend => "friend",
        Tier::Local => "local",
    }
}

fn exceptions(rules: &[AppRule], mistakes: &Mistakes) -> AnyView {
    let rows = rules
        .iter()
        .cloned()
        .enumerate()
        .map(|(number, rule)| exception(number + 1, rule))
        .collect::<Vec<_>>();
    view! {
        <section class="card card-flat" id="exceptions" aria-labelledby="exceptions-heading">
            <div class="heading">
                <h3 id="exceptions-heading">{t!("apps-exceptions")}</h3>
                <p class="hint">{t!("apps-exceptions-hint")}</p>
            </div>
            {mistake_of("rules", mistakes)}
            {rows}
            <button class="button" type="submit" name="do" value="more">
                {t!("apps-exceptions-more")}
            </button>
        </section>
    }
    .into_any()
}

fn exception(number: usize, rule: AppRule) -> AnyView {
    let id = |what: &str| format!("rule-{what}-{number}");
    view! {
        <fieldset class="exception">
            <legend class="unseen">{t!("apps-exception", number = number)}</legend>
            <div class="field">
                <label for=id("path")>{t!("apps-exception-path")}</label>
                <input
                    id=id("path")
                    name="rulePath"
                    type="text"
                    value=rule.path
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                />
            </div>
            <div class="field">
                <label for=id("methods")>{t!("apps-exception-methods")}</label>
                <input
                    id=id("methods")
                    name="ruleMethods"
                    type="text"
                    value=rule.methods
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                />
            </div>
            <div class="field exception-access">
                <label for=id("access")>{t!("apps-exception-access")}</label>
                <select id=id("access") name="ruleAccess">
                    <option value="open" selected=!rule.owner>
                        {t!("apps-exception-open")}
                    </option>
                    <option value="owner" selected=rule.owner>
                        {t!("apps-exception-owner")}
                    </option>
                </select>
            </div>
        </fieldset>
    }
    .into_any()
}

fn delete(id: i64, name: &str) -> AnyView {
    view! {
        <section class="card card-flat" aria-labelledby="end-heading">
            <h3 id="end-heading">{t!("apps-end")}</h3>
            <div class="asks">
                <details class="ask">
                    <summary>{t!("apps-delete")}</summary>
                    <form class="stack" method="post" action=paths::settings_app_delete(id)>
                        <p>{t!("apps-delete-ask", name = name)}</p>
                        <button class="button button-danger" type="submit">
                            {t!("apps-delete-do", name = name)}
                        </button>
                    </form>
                </details>
            </div>
        </section>
    }
    .into_any()
}

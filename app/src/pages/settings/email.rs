//! `/settings/email`: the mail server, and whether mail from here arrives.

use leptos::prelude::*;

use crate::{
    components::setting::{Mistakes, Setting},
    messages::Message,
    paths, t,
};

/// `/settings/email`. A password goes in and never comes out.
#[derive(Debug, Clone, Default)]
pub struct EmailSettings {
    /// Whether mail is sent.
    pub on: bool,
    /// Text `host`.
    pub host: String,
    /// Number `port`, as typed.
    pub port: String,
    /// Select `security`: `starttls`, `tls` or `none`.
    pub security: String,
    /// Text `user`.
    pub user: String,
    /// Whether a password is kept for that server and user.
    pub has_password: bool,
    /// Text `from`.
    pub from: String,
    /// Text `fromName`.
    pub from_name: String,
    /// The viewer's own address, where a test goes; `None`: they have none.
    pub to: Option<String>,
    /// How the test went that was just made, and why it failed.
    pub tested: Option<Result<(), Message>>,
}

pub(super) fn fields(page: &EmailSettings, mistakes: &Mistakes) -> AnyView {
    let text = |name, label, hint| Setting::new(name, label, hint);
    let securities = vec![
        ("starttls".to_owned(), t!("settings-smtp-starttls")),
        ("tls".to_owned(), t!("settings-smtp-tls")),
        ("none".to_owned(), t!("settings-smtp-none")),
    ];
    let password_hint = if page.has_password {
        t!("settings-hint-smtp-password-kept")
    } else {
        t!("settings-hint-smtp-password")
    };
    view! {
        <p class="lead">{if page.on { t!("settings-email-on") } else { t!("settings-email-off") }}</p>
        <section class="card card-flat" aria-labelledby="server-heading">
            <h3 id="server-heading">{t!("settings-smtp-server")}</h3>
            {text("host", t!("settings-smtp-host"), t!("settings-hint-smtp-host")).input("text", &page.host, mistakes)}
            <div class="pair-of-fields">
                {text("port", t!("settings-smtp-port"), t!("settings-hint-smtp-port"))
                    .number((1, 65_535), &page.port, mistakes)}
                {text("security", t!("settings-smtp-security"), t!("settings-hint-smtp-security"))
                    .select(securities, &page.security, mistakes)}
            </div>
            <div class="pair-of-fields">
                {text("user", t!("settings-smtp-user"), t!("settings-hint-smtp-user"))
                    .input("text", &page.user, mistakes)}
                {text("password", t!("settings-smtp-password"), password_hint).password(mistakes)}
            </div>
        </section>
        <section class="card card-flat" aria-labelledby="sender-heading">
            <h3 id="sender-heading">{t!("settings-smtp-sender")}</h3>
            <div class="pair-of-fields">
                {text("from", t!("settings-smtp-from"), t!("settings-hint-smtp-from"))
                    .input("email", &page.from, mistakes)}
                {text("fromName", t!("settings-smtp-from-name"), t!("settings-hint-smtp-from-name"))
                    .input("text", &page.from_name, mistakes)}
            </div>
        </section>
    }
    .into_any()
}

/// What is about the settings as they are kept: the test, and sending no mail any more.
pub(super) fn beside(page: &EmailSettings, version: i64) -> Option<AnyView> {
    page.on.then(|| {
        view! {
            {test(page)}
            <section class="card card-flat" aria-labelledby="off-heading">
                <h3 id="off-heading">{t!("settings-smtp-stop")}</h3>
                <p class="hint">{t!("settings-smtp-stop-what")}</p>
                <div class="asks">
                    <details class="ask">
                        <summary>{t!("settings-smtp-stop-yes")}</summary>
                        <form class="stack" method="post" action=paths::SETTINGS_EMAIL_OFF>
                            <input type="hidden" name="version" value=version.to_string() />
                            <p>{t!("settings-smtp-stop-question")}</p>
                            <button class="button button-danger" type="submit">
                                {t!("settings-smtp-stop-yes")}
                            </button>
                        </form>
                    </details>
                </div>
            </section>
        }
        .into_any()
    })
}

fn test(page: &EmailSettings) -> AnyView {
    let said = page.tested.as_ref().map(|tested| match tested {
        Ok(()) => view! {
            <p class="notice" role="status">
                {t!("settings-smtp-tested", address = page.to.clone().unwrap_or_default())}
            </p>
        }
        .into_any(),
        Err(why) => view! {
            <p class="notice notice-bad" role="alert" tabindex="-1" autofocus=true>
                {why.on_page()}
            </p>
        }
        .into_any(),
    });
    let form = match &page.to {
        Some(address) => view! {
            <p class="hint">{t!("settings-smtp-test-to", address = address)}</p>
            <form method="post" action=paths::SETTINGS_EMAIL_TEST>
                <button class="button" type="submit">
                    {t!("settings-smtp-test")}
                </button>
            </form>
        }
        .into_any(),
        None => view! { <p class="hint">{t!("mail-no-address")}</p> }.into_any(),
    };
    view! {
        <section class="card card-flat" id="test" aria-labelledby="test-heading">
            <h3 id="test-heading">{t!("settings-smtp-does-it-arrive")}</h3>
            {said}
            {form}
        </section>
    }
    .into_any()
}

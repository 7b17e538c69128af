//! Every page in every state as a file, to look at without a server: `cargo run -p app --features ssr --example
//! gallery`, then open `target/gallery/index.html`. The style sheet is the one of the working tree.

mod apps;
mod credentials;
mod devices;
mod people;
mod site;

pub(crate) use devices::waiting_states;

use std::{fs, io, sync::Arc};

use app::{
    api::sign_in::{AttemptAnswer, Refusal},
    flow::{
        event::{Event, Fault, Pin},
        machine::Machine,
        phase::Manner,
        shown, texts,
    },
    islands::{face, setup::Setup},
    messages::Language,
    pages::*,
};
use leptos::prelude::*;

const OUT: &str = "target/gallery";

fn main() -> io::Result<()> {
    fs::create_dir_all(OUT)?;
    let mut index = String::from("<!DOCTYPE html><meta charset=utf-8><title>Gallery</title><ul>");
    for language in Language::ALL {
        for (theme, theme_name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let render = |viewer, page| render_in(language, chrome(theme, viewer), page);
            let mut all: Vec<(String, String)> = pages()
                .into_iter()
                .map(|(name, viewer, page)| (name.into(), render(viewer, page)))
                .collect();
            let (button, waiting) = Owner::new().with(|| {
                provide_context(language);
                (island_states(), waiting_states())
            });
            all.extend(button.into_iter().map(|(name, html)| {
                let login = render(None, login(None, None, ""));
                (format!("login-island-{name}"), with_island(&login, &html))
            }));
            let page = render(None, devices::waiting());
            let waiting = waiting.into_iter();
            all.extend(waiting.map(|(name, html)| (format!("pair-{name}"), with_island(&page, &html))));
            for (name, html) in all {
                let file = format!("{name}.{theme_name}.{}.html", language.tag());
                fs::write(format!("{OUT}/{file}"), html)?;
                index.push_str(&format!("<li><a href=\"{file}\">{file}</a>"));
            }
        }
    }
    fs::write(format!("{OUT}/index.html"), index)
}

pub(crate) fn chrome(theme: Theme, viewer: Option<Viewer>) -> Chrome {
    Chrome {
        nonce: Arc::from("gallery"),
        assets: Arc::new(Assets {
            css: "../../style/main.css".into(),
            icon: "../../style/public/icon.svg".into(),
            ..Assets::default()
        }),
        theme,
        title: Arc::from("Attic"),
        viewer,
        path: "/login".into(),
    }
}

fn plex() -> PlexSignInData {
    PlexSignInData {
        client_identifier: "0b7c1d7e-4c1c-4d38-9d27-0a4c5ed2a0ff".into(),
        product: "Latchkey".into(),
        version: "0.1.0".into(),
        pin_urls: vec!["https://clients.plex.tv".into(), "https://plex.tv".into()],
        app_url: "https://app.plex.tv".into(),
        forward_url: None,
        media_server: Some("Attic".into()),
        return_to: "/".into(),
    }
}

fn viewer(name: &str) -> Viewer {
    Viewer {
        name: name.into(),
        avatar: None,
        owner: false,
        manages_users: false,
        manages_settings: false,
    }
}

fn login(notice: Option<Notice>, error: Option<&str>, email: &str) -> Page {
    let error = error.map(Into::into);
    Page::Login(LoginPage {
        plex: Some(plex()),
        local: true,
        forgot: true,
        return_to: "/".into(),
        email: email.into(),
        error,
        notice,
        pair: Some("/pair?returnTo=%2F".into()),
    })
}

fn refused(reason: Refusal) -> AttemptAnswer {
    AttemptAnswer::Refused {
        reason,
        account: Some("anna".into()),
        media_server: Some("Attic".into()),
    }
}

fn setup_owner(error: Option<&str>) -> Page {
    let (email, username, error) = ("mara@example.org".into(), "Mara".into(), error.map(Into::into));
    Page::SetupOwner(SetupOwnerPage {
        plex: plex(),
        email,
        username,
        error,
        notice: None,
    })
}

pub(crate) fn pages() -> Vec<(&'static str, Option<Viewer>, Page)> {
    let owner = || {
        Some(Viewer {
            owner: true,
            manages_users: true,
            manages_settings: true,
            ..viewer("Mara Lindqvist")
        })
    };
    let member = || Some(viewer("anna"));
    let attention = vec![
        Attention {
            text: "No public address is set.".into(),
            advice: "Set it in the configuration, so that people can sign in from outside.".into(),
        },
        Attention {
            text: "The Plex token of the owner has stopped working.".into(),
            advice: "Sign out and sign in with Plex again.".into(),
        },
    ];
    let server = |name: &str, platform: &str| OwnedServer {
        machine_id: name.to_lowercase(),
        name: name.into(),
        platform: platform.into(),
    };
    let error = |status, id: Option<&str>| {
        Page::Error(ErrorPage {
            status,
            message: None,
            request_id: id.map(Into::into),
        })
    };
    let profile = ProfilePage {
        name: "Mara Lindqvist".into(),
        avatar: None,
        email: Some("mara.lindqvist.with.a.long.address@household.example.org".into()),
        plex_username: Some("maralind".into()),
        tier: Tier::Owner,
        media_server: Some("Attic".into()),
        since: "2026-09-14T18:02:11Z".into(),
        said: None,
        account: people::account(1),
        credentials: Some(Box::new(credentials::of_member())),
        tokens: Some(devices::section()),
    };
    let home = |tier, attention| {
        Page::Home(HomePage {
            tier,
            media_server: Some("Attic".into()),
            attention,
            may_set_up_devices: true,
            apps: apps::tiles(),
        })
    };
    let servers = |servers| Page::SetupServer(SetupServerPage { servers, error: None });
    let mut pages = vec![
        ("login", None, login(None, None, "")),
        (
            "login-wrong-password",
            None,
            login(None, Some("E-mail or password is wrong."), "anna@example.org"),
        ),
        (
            "login-no-access",
            None,
            login(Some(Notice::Attempt(refused(Refusal::NoAccess))), None, ""),
        ),
        (
            "login-pending-invitation",
            None,
            login(Some(Notice::Attempt(refused(Refusal::InvitationPending))), None, ""),
        ),
        ("login-signed-out", None, login(Some(Notice::SignedOut), None, "")),
        (
            "login-local-only",
            None,
            Page::Login(LoginPage {
                plex: None,
                local: true,
                forgot: true,
                return_to: "/".into(),
                email: String::new(),
                error: None,
                notice: None,
                pair: Some("/pair".into()),
            }),
        ),
        ("login-link-dead", None, login(Some(Notice::LinkDead), None, "")),
        (
            "login-confirm",
            member(),
            login(Some(Notice::Confirm("anna".into())), None, ""),
        ),
        (
            "return-waiting",
            None,
            Page::PlexReturn(PlexReturnPage {
                answer: AttemptAnswer::Pending { retry_after: 2000 },
                app_url: "https://app.plex.tv".into(),
                start_again: "/login".into(),
            }),
        ),
        (
            "return-refused",
            None,
            Page::PlexReturn(PlexReturnPage {
                answer: refused(Refusal::NoAccess),
                app_url: "https://app.plex.tv".into(),
                start_again: "/login".into(),
            }),
        ),
        ("pair", None, devices::waiting()),
        ("setup-code", None, Page::SetupCode(SetupCodePage::default())),
        (
            "setup-code-wrong",
            None,
            Page::SetupCode(SetupCodePage {
                error: Some("That is not the code.".into()),
            }),
        ),
        ("setup-owner", None, setup_owner(None)),
        (
            "setup-owner-error",
            None,
            setup_owner(Some("The password is too short: at least 10 characters.")),
        ),
        (
            "setup-server",
            owner(),
            servers(ServerChoice::Owned(vec![
                server("Attic", "Linux"),
                server("Cabin", "Windows"),
                server("Old", ""),
            ])),
        ),
        ("setup-server-local", owner(), servers(ServerChoice::NoPlexAccount)),
        ("setup-server-down", owner(), servers(ServerChoice::PlexUnreachable)),
        (
            "setup-done",
            owner(),
            Page::SetupDone(SetupDonePage {
                media_server: Some("Attic".into()),
                has_public_url: false,
            }),
        ),
        ("home-owner", owner(), home(Tier::Owner, attention)),
        ("home-member", member(), home(Tier::Friend, Vec::new())),
        ("profile", owner(), Page::Profile(Box::new(profile.clone()))),
        (
            "profile-empty",
            member(),
            Page::Profile(Box::new(ProfilePage {
                tokens: Some(devices::empty()),
                ..profile.clone()
            })),
        ),
        (
            "profile-made",
            member(),
            Page::Profile(Box::new(ProfilePage {
                tokens: Some(devices::made()),
                ..profile.clone()
            })),
        ),
        (
            "profile-link-plex",
            member(),
            Page::Profile(Box::new(ProfilePage {
                credentials: Some(Box::new(credentials::without_plex(plex()))),
                tokens: None,
                ..profile.clone()
            })),
        ),
        ("forgot", None, Page::Forgot(credentials::forgot())),
        ("forgot-off", None, Page::Forgot(app::pages::ForgotPage::Off)),
        ("forgot-asked", None, Page::Forgot(app::pages::ForgotPage::Asked)),
        ("choose-password", None, Page::Choose(credentials::choose())),
        (
            "choose-password-dead",
            None,
            Page::Choose(app::pages::ChoosePage::Dead { can_ask: true }),
        ),
        ("error-403", member(), error(403, None)),
        ("error-404", None, error(404, None)),
        ("error-500", None, error(500, Some("01JB8Z7W8R6Q"))),
    ];
    pages.extend(
        devices::members_pages()
            .into_iter()
            .map(|(name, page)| (name, member(), page)),
    );
    pages.extend(people::pages().into_iter().map(|(name, page)| (name, owner(), page)));
    pages.extend(
        devices::owners_pages()
            .into_iter()
            .map(|(name, page)| (name, owner(), page)),
    );
    let settings = site::pages().into_iter().chain(apps::pages());
    pages.extend(settings.map(|(name, page)| (name, owner(), page)));
    pages
}

/// The island in the states that it passes through, as the browser would show them.
pub(crate) fn island_states() -> Vec<(&'static str, String)> {
    let opening: &[Event] = &[Event::Start];
    let made = [
        Event::Start,
        Event::PinMade(
            Pin {
                id: 7,
                code: "k3v9".into(),
            },
            1800,
        ),
    ];
    let waiting = [&made[..], &[Event::AttemptStarted(600)]].concat();
    let blocked = [
        &[Event::Start, Event::WindowBlocked][..],
        &made[1..],
        &[Event::AttemptStarted(600)],
    ]
    .concat();
    let then = |event: Event| [&waiting[..], &[Event::CheckNow, event]].concat();
    [
        ("opening", opening.to_vec()),
        ("waiting", waiting.clone()),
        ("checking", [&waiting[..], &[Event::CheckNow]].concat()),
        (
            "not-yet",
            then(Event::Answered(AttemptAnswer::Pending { retry_after: 2000 })),
        ),
        ("hint", [&waiting[..], &[Event::HintDue]].concat()),
        ("blocked", blocked),
        (
            "plex-down",
            then(Event::Answered(AttemptAnswer::PlexUnreachable { retry_after: 2000 })),
        ),
        (
            "too-many",
            then(Event::Answered(AttemptAnswer::TooManyTries { seconds: 30 })),
        ),
        ("no-plex", vec![Event::Start, Event::PinHostDown(1)]),
        (
            "site-down",
            [&made[..], &[Event::AttemptFailed(Fault::Unreachable)]].concat(),
        ),
        ("no-access", then(Event::Answered(refused(Refusal::NoAccess)))),
        ("expired", then(Event::Answered(AttemptAnswer::Expired))),
        (
            "signed-in",
            then(Event::Answered(AttemptAnswer::SignedIn { to: "/".into() })),
        ),
    ]
    .into_iter()
    .map(|(name, events)| {
        let mut machine = Machine::new(Manner::Popup, 2);
        for event in events {
            machine.handle(event, 0);
        }
        let shown = shown::button(&machine, texts::SIGN_IN_WITH_PLEX, |_| {
            "https://app.plex.tv/auth".into()
        });
        let setup = Setup {
            app_url: "https://app.plex.tv".into(),
            ..Setup::default()
        };
        let html =
            Owner::new().with(|| face::sign_in(setup, RwSignal::new(shown), face::Anchors::new(), |_| {}).to_html());
        (name, html)
    })
    .collect()
}

/// The page with this instead of its island.
fn with_island(page: &str, html: &str) -> String {
    let (before, rest) = page.split_once("<leptos-island").unwrap_or((page, ""));
    let (_, after) = rest.split_once("</leptos-island>").unwrap_or_default();
    format!("{before}<leptos-island>{html}</leptos-island>{after}")
}

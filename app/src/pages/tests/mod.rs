//! Every page's HTML: forms and their fields, nothing inline, hostile names escaped.

mod credentials;
mod devices;

use std::sync::Arc;

use super::*;
use crate::{
    api::sign_in::{AttemptAnswer, Refusal},
    paths,
};

const HOSTILE: &str = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)> onclick=\"x\"";

fn chrome(title: &str, viewer: Option<Viewer>) -> Chrome {
    Chrome {
        nonce: Arc::from("n0nce"),
        assets: Arc::new(Assets {
            css: "/pkg/main.css".into(),
            boot: "/pkg/boot.js".into(),
            js: "/pkg/latchkey.js".into(),
            wasm: "/pkg/latchkey.wasm".into(),
            icon: "/pkg/icon.svg".into(),
        }),
        theme: Theme::System,
        title: Arc::from(title),
        viewer,
        path: "/login?returnTo=%2Fprofile&x=1".into(),
    }
}

fn plex(text: &str) -> PlexSignInData {
    PlexSignInData {
        client_identifier: text.into(),
        product: text.into(),
        version: text.into(),
        pin_urls: vec!["https://clients.plex.tv".into(), "https://plex.tv".into()],
        app_url: "https://app.plex.tv".into(),
        forward_url: Some(text.into()),
        media_server: Some(text.into()),
        return_to: text.into(),
    }
}

fn login(text: &str) -> LoginPage {
    LoginPage {
        plex: Some(plex(text)),
        local: true,
        forgot: true,
        return_to: text.into(),
        email: text.into(),
        error: Some(text.into()),
        notice: Some(Notice::Attempt(refused(text))),
        pair: Some(text.into()),
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

fn refused(text: &str) -> AttemptAnswer {
    AttemptAnswer::Refused {
        reason: Refusal::NoAccess,
        account: Some(text.into()),
        media_server: Some(text.into()),
    }
}

fn pending() -> Page {
    let answer = AttemptAnswer::Pending { retry_after: 2_000 };
    Page::PlexReturn(PlexReturnPage {
        answer,
        app_url: "https://app.plex.tv".into(),
        start_again: paths::LOGIN.into(),
    })
}

/// Every page, `text` wherever somebody else can put something.
fn all(text: &str) -> Vec<Page> {
    let mut all = basic(text);
    all.extend(devices::all(text));
    all.extend(credentials::all(text));
    all
}

fn basic(text: &str) -> Vec<Page> {
    let server = OwnedServer {
        machine_id: text.into(),
        name: text.into(),
        platform: text.into(),
    };
    vec![
        Page::SetupCode(SetupCodePage {
            error: Some(text.into()),
        }),
        Page::SetupOwner(SetupOwnerPage {
            plex: plex(text),
            email: text.into(),
            username: text.into(),
            error: Some(text.into()),
            notice: Some(Notice::PinNotMade),
        }),
        Page::SetupServer(SetupServerPage {
            servers: ServerChoice::Owned(vec![server]),
            error: Some(text.into()),
        }),
        Page::SetupServer(SetupServerPage {
            servers: ServerChoice::PlexUnreachable,
            error: None,
        }),
        Page::SetupServer(SetupServerPage {
            servers: ServerChoice::NoPlexAccount,
            error: None,
        }),
        Page::SetupDone(SetupDonePage {
            media_server: Some(text.into()),
            has_public_url: true,
        }),
        Page::Login(login(text)),
        pending(),
        Page::PlexReturn(PlexReturnPage {
            answer: refused(text),
            app_url: "https://app.plex.tv".into(),
            start_again: paths::LOGIN.into(),
        }),
        Page::Home(HomePage {
            tier: Tier::Owner,
            media_server: Some(text.into()),
            attention: vec![Attention {
                text: text.into(),
                advice: text.into(),
            }],
            may_set_up_devices: true,
            apps: vec![AppTile {
                name: text.into(),
                icon: text.into(),
                url: "https://wiki.example/".into(),
            }],
        }),
        Page::Profile(Box::new(ProfilePage {
            name: text.into(),
            avatar: Some(text.into()),
            email: Some(text.into()),
            plex_username: Some(text.into()),
            tier: Tier::Friend,
            media_server: Some(text.into()),
            since: text.into(),
            said: Some(text.into()),
            account: AccountForm {
                email: text.into(),
                email_locked: true,
                email_note: Some(text.into()),
                ..AccountForm::default()
            },
            credentials: Some(Box::new(credentials::sections(text, None))),
            tokens: Some(devices::section(text)),
        })),
        Page::Error(ErrorPage {
            status: 500,
            message: Some(text.into()),
            request_id: Some(text.into()),
        }),
    ]
}

fn html(page: Page) -> String {
    render(chrome("Attic", None), page)
}

/// The names of the fields of the form with this action.
fn fields(html: &str, action: &str) -> Vec<String> {
    let start = html
        .find(&format!("action=\"{action}\""))
        .unwrap_or_else(|| panic!("no form to {action} in {html}"));
    let form = &html[start..start + html[start..].find("</form>").expect("an end")];
    form.match_indices(" name=\"")
        .map(|(at, sign)| form[at + sign.len()..].split('"').next().unwrap().into())
        .collect()
}

#[test]
fn names_of_others_are_text_everywhere() {
    let viewer = Viewer {
        avatar: Some(HOSTILE.into()),
        owner: true,
        manages_users: true,
        manages_settings: true,
        ..viewer(HOSTILE)
    };
    for page in all(HOSTILE) {
        let name = format!("{page:?}").chars().take(30).collect::<String>();
        let html = render(
            Chrome {
                path: HOSTILE.into(),
                ..chrome(HOSTILE, Some(viewer.clone()))
            },
            page,
        );
        assert!(!html.contains("<script>alert"), "{name}");
        assert!(!html.contains("<img src=x"), "{name}");
        assert!(!html.contains("\" onclick") && !html.contains("\"onclick"), "{name}");
    }
}

#[test]
fn nothing_is_inline() {
    for page in all("Attic") {
        let html = html(page);
        assert!(html.starts_with("<!DOCTYPE html><html"), "{html}");
        assert!(html.trim_end().ends_with("</html>"));
        for inline in [" style=", "<style", " onclick=", " onsubmit=", "javascript:"] {
            assert!(!html.contains(inline), "{inline} in {html}");
        }
        for (at, _) in html.match_indices("<script") {
            let tag = &html[at..at + html[at..].find("</script>").expect("an end")];
            assert!(
                tag.contains("src=\"/pkg/boot.js\"") && tag.contains("nonce=\"n0nce\"") && tag.ends_with('>'),
                "{tag}"
            );
        }
    }
}

#[test]
fn only_pages_with_an_island_load_scripts() {
    for page in all("Attic") {
        let html = html(page);
        let island = html.contains("<leptos-island");
        assert_eq!(html.matches("<script").count(), usize::from(island));
        assert_eq!(html.contains("modulepreload"), island);
        assert_eq!(html.contains("latchkey.wasm"), island);
    }
    let mut without = chrome("Attic", None);
    without.assets = Arc::new(Assets::default());
    assert!(
        !render(without, Page::Login(login("x"))).contains("<script"),
        "a build without WASM"
    );
}

#[test]
fn forms_have_the_fields_that_the_server_reads() {
    let page = html(Page::Login(login("x")));
    assert_eq!(fields(&page, paths::LOGIN_PLEX), ["returnTo"]);
    assert_eq!(fields(&page, paths::LOGIN_LOCAL), ["returnTo", "email", "password"]);
    assert_eq!(fields(&page, paths::THEME), ["returnTo", "theme", "theme", "theme"]);
    let mut pages = all("x").into_iter().map(html);
    assert_eq!(fields(&pages.next().unwrap(), paths::SETUP), ["code"]);
    let owner = pages.next().unwrap();
    assert_eq!(fields(&owner, paths::SETUP_OWNER), ["email", "username", "password"]);
    assert_eq!(fields(&owner, paths::LOGIN_PLEX), ["returnTo"]);
    assert!(owner.contains("Sign in with Plex as owner"));
    let server = pages.next().unwrap();
    assert_eq!(
        server.matches("name=\"machineId\"").count(),
        2,
        "a radio button and the one to skip"
    );
    assert!(server.contains("name=\"machineId\" value=\"\""));
    let home = render(
        chrome("Attic", Some(viewer("Anna"))),
        Page::Home(HomePage {
            tier: Tier::Friend,
            media_server: None,
            attention: Vec::new(),
            may_set_up_devices: false,
            apps: Vec::new(),
        }),
    );
    assert!(
        !home.contains("class=\"tiles\""),
        "nothing is said of apps where there are none"
    );
    assert!(fields(&home, paths::LOGOUT).is_empty());
    assert!(!home.contains("needs your attention") && !home.contains(paths::PAIR_APPROVE));
    assert!(!home.contains(paths::USERS) && !home.contains(paths::SETTINGS));
}

#[test]
fn passwords_are_not_given_back_and_errors_are_bound() {
    let html = html(Page::Login(login("given@example.org")));
    assert!(html.contains("value=\"given@example.org\""));
    let password = html
        .split("<input")
        .find(|tag| tag.contains("name=\"password\""))
        .expect("a password field");
    let password = &password[..password.find('>').expect("an end")];
    assert!(!password.contains("value="), "{password}");
    assert!(password.contains("aria-describedby=\"password-error\"") && html.contains("id=\"password-error\""));
    assert!(password.contains("autocomplete=\"current-password\""));
}

#[test]
fn a_password_alone_is_not_folded_away() {
    let page = Page::Login(LoginPage {
        plex: None,
        notice: None,
        error: None,
        ..login("")
    });
    let html = html(page);
    assert!(!html.contains("<details") && !html.contains("<leptos-island") && html.contains(paths::LOGIN_LOCAL));
    let neither = LoginPage {
        plex: None,
        local: false,
        notice: None,
        error: None,
        ..login("")
    };
    assert!(!render(chrome("Attic", None), Page::Login(neither)).contains("type=\"password\""));
}

#[test]
fn the_return_page_reloads_only_without_javascript_and_only_while_undecided() {
    let waiting = html(pending());
    assert!(
        waiting.contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"),
        "{waiting}"
    );
    assert!(waiting.contains("One moment…") && waiting.contains("Check now"));
    let over = html(Page::PlexReturn(PlexReturnPage {
        answer: refused("anna"),
        app_url: "https://app.plex.tv".into(),
        start_again: "/setup/owner".into(),
    }));
    assert!(!over.contains("http-equiv") && over.contains("href=\"/setup/owner\"") && over.contains("<b>anna</b>"));
    let elsewhere = AttemptAnswer::SignedIn {
        to: "//evil.example".into(),
    };
    let signed_in = html(Page::PlexReturn(PlexReturnPage {
        answer: elsewhere,
        app_url: "https://app.plex.tv".into(),
        start_again: "/login".into(),
    }));
    assert!(!signed_in.contains("evil"));
}

#[test]
fn the_theme_is_on_the_document() {
    for (theme, attribute, scheme) in [
        (Theme::System, None, "light dark"),
        (Theme::Light, Some("data-theme=\"light\""), "\"light\""),
        (Theme::Dark, Some("data-theme=\"dark\""), "\"dark\""),
    ] {
        let html = render(
            Chrome {
                theme,
                ..chrome("Attic", None)
            },
            pending(),
        );
        let head = &html[..html.find("</head>").expect("a head")];
        match attribute {
            Some(attribute) => assert!(head.contains(attribute), "{head}"),
            None => assert!(!head.contains("data-theme"), "{head}"),
        }
        assert!(head.contains(scheme));
        assert_eq!(html.matches("aria-pressed=\"true\"").count(), 1);
    }
}

#[test]
fn every_status_has_its_own_words() {
    for (status, words) in [
        (403, "ask the owner"),
        (404, "no page at this address"),
        (500, "on our side"),
        (418, "try again"),
    ] {
        let page = Page::Error(ErrorPage {
            status,
            message: None,
            request_id: Some("req-1".into()),
        });
        let html = html(page);
        assert!(
            html.contains(words) && html.contains("req-1") && html.contains(&status.to_string()),
            "{status}: {html}"
        );
    }
}

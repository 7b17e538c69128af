//! Who only looks, what writes, what is no page: no session for a token in the address.

use axum::http::Method;

use super::{SESSIONS, SID, WRONG, home, is_anna, leads};
use crate::{
    pages::household::{count, silent_about},
    support::{Attributes, Engine, TestApp},
};

/// Nobody sits in front of a link's preview, nor looks at a page in another one's frame.
#[tokio::test]
async fn who_only_looks_opens_nothing() {
    let home = home(Engine::Sqlite).await;
    let token = &home.made.value;
    let browser = home.app.anon();
    let sessions = count(&home.app, SESSIONS).await;
    let ask = |method, token: &str| {
        browser
            .ask(method, &format!("/profile?a=1&token={token}"))
            .header("accept", "text/html")
    };
    for token in [token.as_str(), WRONG, ""] {
        let mut asked = vec![ask(Method::HEAD, token)];
        for into in [
            "iframe",
            "frame",
            "embed",
            "object",
            "image",
            "empty",
            "script",
            "style",
            "audio",
            "worker",
            "prefetch",
            "Document",
            "\"document\"",
            "",
        ] {
            asked.push(ask(Method::GET, token).header("sec-fetch-dest", into));
        }
        for agent in [
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
            "WhatsApp/2.23.20.0 A",
            "TelegramBot (like TwitterBot)",
            "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
            "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
            "LinkedInBot/1.0 (compatible; Mozilla/5.0)",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Synapse (bot; +https://github.com/matrix-org/synapse)",
            "Mattermost-Bot/1.1",
            "Iframely/1.3.1 (+https://iframely.com/docs/about)",
        ] {
            asked.push(ask(Method::GET, token).header("user-agent", agent));
        }
        for asked in asked {
            let answer = asked.send().await;
            assert_eq!(
                leads(&answer, if token.is_empty() { WRONG } else { token }),
                "/profile?a=1"
            );
            assert_eq!(answer.cookies(), [], "{}", answer.asked);
        }
    }
    assert_eq!(count(&home.app, SESSIONS).await, sessions);
    home.app.state.login_tokens.flush().await.unwrap();
    assert_eq!(
        count(
            &home.app,
            "SELECT COUNT(*) FROM login_tokens WHERE last_used_at IS NOT NULL"
        )
        .await,
        0,
        "it was not used"
    );
    assert_eq!(
        count(&home.app, "SELECT COUNT(*) FROM failures WHERE kind LIKE 'token%'").await,
        0,
        "nothing was tried"
    );
    // A person's browser, coming from a chat.
    let answer = ask(Method::GET, token)
        .header("sec-fetch-dest", "document")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-site", "cross-site")
        .header("user-agent", "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36");
    assert_eq!(leads(&answer.send().await, token), "/profile?a=1");
    is_anna(&home, &browser).await;
}

/// A browser that loads a link before anybody has clicked it, because a page or a habit suggests so.
#[tokio::test]
async fn what_is_loaded_ahead_opens_nothing() {
    let home = home(Engine::Sqlite).await;
    let token = &home.made.value;
    let sessions = count(&home.app, SESSIONS).await;
    let browser = home.app.anon();
    for (name, value) in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("sec-purpose", "prefetch;anonymous-client-ip"),
        ("purpose", "prefetch"),
    ] {
        for token in [token.as_str(), WRONG] {
            let asked = browser
                .ask(Method::GET, &format!("/profile?token={token}"))
                .header("accept", "text/html");
            let answer = asked
                .header("sec-fetch-dest", "document")
                .header(name, value)
                .send()
                .await;
            // A failure, which is thrown away: the click asks again. A redirect would be kept for it.
            assert_eq!(
                (answer.status(), answer.header("location")),
                (503, ""),
                "{name}: {value}"
            );
            assert_eq!(
                (answer.header("cache-control"), answer.header("referrer-policy")),
                ("no-store", "no-referrer")
            );
            assert_eq!(answer.cookies(), [], "{name}: {value}");
            silent_about(&answer, token);
        }
    }
    assert_eq!(count(&home.app, SESSIONS).await, sessions);
    assert_eq!(
        count(&home.app, "SELECT COUNT(*) FROM failures WHERE kind LIKE 'token%'").await,
        0,
        "nothing was tried"
    );
    leads(&browser.page(&format!("/profile?token={token}")).await, token);
    is_anna(&home, &browser).await;
}

#[tokio::test]
async fn what_writes_is_left_alone() {
    let home = home(Engine::Sqlite).await;
    let token = &home.made.value;
    let browser = home.app.anon();
    let sessions = count(&home.app, SESSIONS).await;
    for (method, path, status) in [
        (Method::POST, "/logout", 303),
        (Method::POST, "/theme", 303),
        (Method::POST, "/login/password", 403),
        (Method::POST, "/nothing", 404),
        (Method::POST, "/profile", 405),
        (Method::PUT, "/profile", 405),
        (Method::DELETE, "/", 405),
        (Method::PATCH, "/a/b", 404),
        (Method::OPTIONS, "/profile", 405),
        (Method::POST, "/switch", 303),
        (Method::POST, "/users/1/tokens", 401),
        (Method::POST, "/pair/approve", 401),
    ] {
        let asked = browser.ask(method, &format!("{path}?a=1&token={token}"));
        let fields = [
            ("email", "x@home.test"),
            ("password", "wrong wrong"),
            ("theme", "system"),
        ];
        let answer = asked
            .header("accept", "text/html")
            .form(&fields)
            .send()
            .await
            .expect(status);
        silent_about(&answer, token);
        assert!(answer.cookies().iter().all(Attributes::removes), "{}", answer.asked);
        assert_eq!(browser.cookie(SID), None, "{}", answer.asked);
    }
    assert_eq!(count(&home.app, SESSIONS).await, sessions);
}

#[tokio::test]
async fn the_api_files_and_health_are_left_alone() {
    let home = home(Engine::Sqlite).await;
    let token = &home.made.value;
    for (path, status) in [
        ("/api/v1/auth/me", 401),
        ("/api/v1/status", 200),
        ("/API/v1/Status/", 200),
        ("/api/v1/nothing", 404),
        ("/api", 404),
        ("/api/", 404),
        ("/pkg/main.0a1b.css", 200),
        ("/pkg/nothing.css", 404),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/robots.txt", 200),
    ] {
        for value in [token.as_str(), WRONG] {
            let browser = home.app.anon();
            for answer in [
                browser.page(&format!("{path}?token={value}")).await,
                browser.get(&format!("{path}?token={value}&a=1")).await,
            ] {
                let answer = answer.expect(status);
                assert_eq!(
                    (answer.header("location"), answer.cookies()),
                    ("", Vec::new()),
                    "{path}"
                );
                silent_about(&answer, value);
            }
        }
    }
}

#[tokio::test]
async fn before_the_set_up_is_done() {
    let app = TestApp::start(Engine::Sqlite).await;
    for stage in ["nobody is owner", "the owner is not done"] {
        for path in [
            "/",
            "/profile",
            "/setup",
            "/setup/owner",
            "/login",
            "/login/plex/return",
            "/nothing",
            "/switch",
            "/pair",
        ] {
            let browser = app.anon();
            let mut answer = browser.page(&format!("{path}?token={WRONG}&a=1")).await;
            for _ in 0..3 {
                assert!(
                    matches!(answer.status(), 303 | 307),
                    "{stage}, {path}: {} {}",
                    answer.status(),
                    answer.text()
                );
                assert_eq!(answer.header("cache-control"), "no-store", "{stage}, {path}");
                assert_eq!(answer.cookies(), [], "{stage}, {path}");
                silent_about(&answer, WRONG);
                let to = answer.header("location").to_owned();
                if to == "/setup" || (stage != "nobody is owner" && to.starts_with("/login?reason=link&")) {
                    break;
                }
                answer = browser.page(&to).await;
            }
            let to = answer.header("location");
            assert!(
                to == "/setup" || to.starts_with("/login?reason=link&"),
                "{stage}, {path}: {to}"
            );
            let page = browser.page(to).await;
            silent_about(&page, WRONG);
        }
        if stage == "nobody is owner" {
            app.owner_made().await;
        }
    }
}

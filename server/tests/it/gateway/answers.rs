//! Allowed, not signed in, not allowed, not understood.

use axum::http::Method;
use latchkey::domain::gateway::{RuleAccess, Who};

use super::browser::{Browser, PAGE, PROXY, app_at, door, rule};
use crate::support::{Engine, TestApp, on_both};

const FORWARD: &str = "/api/v1/gateway/forward-auth";
const NGINX: &str = "/api/v1/gateway/auth-request";

/// Household at `home.example`, one app beside it.
async fn start(engine: Engine) -> TestApp {
    let mut tv = app_at(1, "tv.home.example");
    tv.rules = vec![rule("/hook", RuleAccess::Open), rule("/settings", RuleAccess::Owner)];
    let mut office = app_at(2, "office.home.example");
    office.who = Who::default();
    let app = door(engine, "https://door.home.example", vec![tv, office]).await;
    app.state
        .site
        .update(|settings| settings.cookie_domain = "home.example".into())
        .await
        .unwrap();
    app
}

on_both! {
    async fn who_is_signed_in_is_let_in_and_named(engine) {
        let app = start(engine).await;
        let anna = Browser::of(&app, "anna").await;
        let (at, answer) = anna.open("https://tv.home.example/a?b=%20&c").await;
        assert_eq!(at, "https://tv.home.example/a?b=%20&c");
        let answer = answer.expect(200);
        assert_eq!(answer.header("remote-user"), "anna.k");
        assert_eq!(answer.header("remote-groups"), "friend,request");
        assert_eq!(answer.header("remote-email"), "anna@example.test");
        assert!(!answer.header("remote-name").is_empty());
        assert_eq!(answer.header("set-cookie"), "", "nothing is set on this path");
        // Programs on the page, too, and from memory.
        let answer = anna.ask(Method::POST, "https://tv.home.example/api/x", &[("accept", "*/*")]).await.expect(200);
        assert_eq!(answer.header("remote-user"), "anna.k");
        let owner = Browser::of(&app, "attic-owner").await;
        let (_, answer) = owner.open("https://office.home.example/").await;
        assert_eq!(answer.expect(200).header("remote-groups"), "owner,admin,manage-users,request");
    }

    async fn nothing_but_our_own_steps_is_open(engine) {
        let app = start(engine).await;
        let nobody = Browser::new(&app);
        for path in ["/.latchkey/../admin", "/.latchkey/x", "/.latchkey/refused", "/.latchkey/start/../../admin", "/.latchkey/"] {
            nobody.ask(Method::GET, &format!("https://tv.home.example{path}"), &[("accept", "*/*")]).await.problem(401);
        }
    }

    async fn who_is_not_signed_in_is_led_to_the_sign_in_page_or_told_401(engine) {
        let app = start(engine).await;
        let nobody = Browser::new(&app);
        let url = "https://tv.home.example/%C3%A4?x=1&y=%20&x=2";
        let to = "https://door.home.example/login?returnTo=https%3A%2F%2Ftv.home.example%2F%25C3%25A4%3Fx%3D1%26y%3D%2520%26x%3D2";
        for (method, status) in [(Method::GET, 302), (Method::HEAD, 302), (Method::POST, 303), (Method::DELETE, 303)] {
            let answer = nobody.ask(method, url, &[("accept", PAGE)]).await.expect(status);
            assert_eq!(answer.header("location"), to);
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        for accept in ["*/*", "application/json", "image/avif,*/*;q=0.1", "text/*"] {
            let answer = nobody.ask(Method::GET, url, &[("accept", accept), ("user-agent", "Mozilla/5.0 Chrome")]).await;
            answer.problem(401);
            assert_eq!(answer.header("location"), "");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
        // nginx takes no redirect for an answer.
        let nginx = app.anon().from(PROXY);
        let ask = |accept: &str| nginx.ask(Method::GET, NGINX).header("x-original-url", url)
            .header("x-original-method", "GET").header("accept", accept).send();
        let answer = ask(PAGE).await.expect(401);
        assert_eq!(answer.header("location"), to);
        assert_eq!(ask("*/*").await.expect(401).header("location"), "");
    }

    async fn who_may_not_is_told_who_they_are_and_whom_to_ask(engine) {
        let app = start(engine).await;
        let anna = Browser::of(&app, "anna").await;
        let (_, answer) = anna.open("https://office.home.example/").await;
        let answer = answer.expect(403);
        let html = answer.text();
        assert!(html.contains("App 2 is not open to you.") && html.contains("You are signed in as"), "{html}");
        assert!(html.contains("ask "), "{html}");
        assert_eq!(answer.header("remote-user"), "");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; style-src 'nonce-"));
        anna.ask(Method::GET, "https://office.home.example/", &[("accept", "*/*")]).await.problem(403);
        let (_, answer) = anna.open("https://tv.home.example/settings").await;
        assert!(answer.expect(403).text().contains("open to the owner only"));
        app.state.activity.flush().await.unwrap();
        let told = app.happened(1).await;
        assert_eq!((told[0].kind.as_str(), told[0].subject.as_str()), ("app-refused", "App 1"));
    }

    async fn open_paths_need_nobody_and_odd_ones_are_not_open(engine) {
        let app = start(engine).await;
        let nobody = Browser::new(&app);
        let answer = nobody.ask(Method::POST, "https://tv.home.example/hook/1", &[("authorization", "Basic eDp5")]).await;
        let answer = answer.expect(200);
        assert_eq!(answer.header("remote-user"), "");
        assert_eq!(answer.header("authorization"), "Basic eDp5", "the app's own goes on to the app");
        for odd in ["/hook/../x", "/hook//x", "/HOOK", "/%68ook", "/hook%2f..%2fx", "/hookx"] {
            // Not through `Url`, which would tidy it.
            let answer = app.anon().from(PROXY).ask(Method::GET, FORWARD)
                .header("x-forwarded-method", "GET").header("x-forwarded-proto", "https")
                .header("x-forwarded-host", "tv.home.example").header("x-forwarded-uri", odd).send().await;
            assert_eq!(answer.status(), 401, "{odd}");
        }
    }

    async fn unknown_hosts_are_refused_and_our_own_let_through(engine) {
        let app = start(engine).await;
        let anna = Browser::of(&app, "anna").await;
        for url in ["https://other.home.example/", "https://evil.example/"] {
            let answer = anna.ask(Method::GET, url, &[("accept", PAGE)]).await.expect(403);
            assert!(answer.text().contains("No app is set up at"), "{}", answer.text());
            anna.ask(Method::GET, url, &[]).await.problem(403);
        }
        let own = app.anon().from(PROXY).ask(Method::GET, FORWARD)
            .header("x-forwarded-method", "GET").header("x-forwarded-proto", "https")
            .header("x-forwarded-host", "door.home.example").header("x-forwarded-uri", "/login").send().await;
        assert_eq!(own.expect(200).header("remote-user"), "");
    }

    async fn what_makes_no_sense_is_400_and_says_what_to_do(engine) {
        let app = start(engine).await;
        let proxy = app.anon().from(PROXY);
        let whole = [
            ("x-forwarded-method", "GET"), ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "tv.home.example"), ("x-forwarded-uri", "/"),
        ];
        for missing in 0..whole.len() {
            let mut asked = proxy.ask(Method::GET, FORWARD);
            for (number, (name, value)) in whole.iter().enumerate() {
                if number != missing {
                    asked = asked.header(name, value);
                }
            }
            let said = asked.send().await.problem(400);
            assert!(said.to_lowercase().contains(whole[missing].0), "{said}");
        }
        for (name, value) in whole {
            let mut asked = proxy.ask(Method::GET, FORWARD);
            for (own, good) in whole {
                asked = asked.header(own, good);
            }
            let said = asked.header(name, value).send().await.problem(400);
            assert!(said.contains("more than once"), "{said}");
        }
        proxy.get(NGINX).await.problem(400);
        let stranger = app.anon();
        let mut stranger = stranger.ask(Method::GET, FORWARD);
        for (name, value) in whole {
            stranger = stranger.header(name, value);
        }
        let said = stranger.send().await.problem(400);
        assert!(said.contains("192.0.2.10") && said.contains("LATCHKEY_TRUSTED_PROXIES"), "{said}");
    }

    async fn before_the_set_up_nobody_gets_in(engine) {
        let app = TestApp::build(engine).with("LATCHKEY_PUBLIC_URL", "https://door.home.example")
            .with("LATCHKEY_TRUSTED_PROXIES", PROXY).start().await;
        Browser::new(&app).ask(Method::GET, "https://tv.home.example/", &[("accept", PAGE)]).await.problem(503);
    }

    async fn paths_in_another_case_are_the_same_question(engine) {
        let app = start(engine).await;
        let answer = app.anon().from(PROXY).get("/API/v1/Gateway/Forward-Auth/").await;
        assert!(answer.problem(400).contains("X-Forwarded-Method"));
    }

    async fn without_a_database_nobody_gets_in(engine) {
        let app = start(engine).await;
        let anna = Browser::of(&app, "anna").await;
        let (_, answer) = anna.open("https://tv.home.example/").await;
        answer.expect(200);
        app.db.close().await;
        // What is in memory counts for a moment, and not for longer.
        app.clock.advance(5);
        let answer = anna.ask(Method::GET, "https://tv.home.example/", &[("accept", PAGE)]).await;
        answer.problem(503);
    }
}

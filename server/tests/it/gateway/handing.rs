//! How a session gets to the host of an app.

use axum::http::Method;
use latchkey::domain::gateway::Pass;
use url::Url;

use super::browser::{Browser, PAGE, PROXY, app_at, door};
use crate::support::{Engine, TestApp, on_both};

async fn start(engine: Engine) -> TestApp {
    door(
        engine,
        "https://door.example",
        vec![app_at(1, "tv.other.example"), app_at(2, "*.wild.example")],
    )
    .await
}

const TARGET: &str = "https://tv.other.example:8443/%C3%A4/a%2Fb?x=1&y=%20&x=2&redirect=https://a.example/";

on_both! {
    async fn without_a_cookie_domain_each_host_gets_its_own_cookie(engine) {
        let app = start(engine).await;
        let anna = Browser::of(&app, "anna").await;
        let (at, answer) = anna.open(TARGET).await;
        assert_eq!(at, TARGET, "byte for byte");
        assert_eq!(answer.expect(200).header("remote-user"), "anna.k");
        let cookies = anna.cookies("tv.other.example");
        assert!(cookies.contains("__Host-latchkey.app="), "{cookies}");
        assert!(!cookies.contains("latchkey.sid"), "the session's own cookie never gets there: {cookies}");
        // The next time nobody is led anywhere.
        anna.ask(Method::GET, "https://tv.other.example/x", &[]).await.expect(200);
        // What counts at one host counts nowhere else.
        let proxy = app.anon().from(PROXY);
        let stolen = proxy.ask(Method::GET, "/api/v1/gateway/forward-auth")
            .header("x-forwarded-method", "GET").header("x-forwarded-proto", "https")
            .header("x-forwarded-host", "a.wild.example").header("x-forwarded-uri", "/").header("cookie", &cookies);
        assert_eq!(stolen.send().await.status(), 401);
        let me = app.anon().ask(Method::GET, "/api/v1/auth/me").header("cookie", &cookies).send().await;
        assert_eq!(me.status(), 401, "nor at our own pages");
    }

    async fn also_where_all_apps_of_a_host_lie_below_paths(engine) {
        let wiki = latchkey::domain::gateway::App { path: "/wiki".into(), ..app_at(1, "tv.other.example") };
        let app = door(engine, "https://door.example", vec![wiki]).await;
        let anna = Browser::of(&app, "anna").await;
        let (at, answer) = anna.open("https://tv.other.example/wiki/x?y=%20").await;
        assert_eq!(at, "https://tv.other.example/wiki/x?y=%20");
        assert_eq!(answer.expect(200).header("remote-user"), "anna.k");
        anna.ask(Method::GET, "https://tv.other.example/elsewhere", &[]).await.problem(403);
    }

    async fn a_code_is_worth_something_once_to_one_browser_for_half_a_minute(engine) {
        let app = start(engine).await;
        let anna = Browser::of(&app, "anna").await;
        anna.open("https://tv.other.example/").await.1.expect(200);
        let finish = |browser: &Browser<'_>| {
            let went = browser.went.lock().unwrap();
            went.iter().find(|url| url.contains("/.latchkey/finish?code=")).cloned().unwrap()
        };
        let used = finish(&anna);
        let again = anna.ask(Method::GET, &used, &[("accept", PAGE)]).await.expect(302);
        assert_eq!(again.header("location"), "https://tv.other.example/");
        assert_eq!(again.header("set-cookie"), "", "once");

        // Up to the code, but no further.
        let code = async |browser: &Browser<'_>| {
            let mut at = "https://door.example/gateway/go?to=https%3A%2F%2Ftv.other.example%2F".to_owned();
            browser.waits();
            for _ in 0..4 {
                if at.contains("/.latchkey/finish") {
                    break;
                }
                let answer = browser.ask(Method::GET, &at, &[("accept", PAGE)]).await;
                at = Url::parse(&at).unwrap().join(answer.header("location")).unwrap().to_string();
            }
            at
        };
        let fresh = Browser::of(&app, "anna").await;
        let stolen = code(&fresh).await;
        let thief = Browser::new(&app);
        let answer = thief.ask(Method::GET, &stolen, &[("accept", PAGE)]).await.expect(302);
        assert_eq!(answer.header("set-cookie"), "", "another browser");
        let begun = Browser::new(&app);
        begun.ask(Method::GET, "https://tv.other.example/.latchkey/start?to=/", &[]).await;
        assert_eq!(begun.ask(Method::GET, &code(&fresh).await, &[]).await.header("set-cookie"), "", "with a cookie of its own");
        let late = code(&fresh).await;
        app.clock.advance(30);
        assert_eq!(fresh.ask(Method::GET, &late, &[]).await.header("set-cookie"), "", "too late");
        let elsewhere = code(&fresh).await.replace("tv.other.example", "a.wild.example");
        assert_eq!(fresh.ask(Method::GET, &elsewhere, &[]).await.header("set-cookie"), "", "at another host");
        // And with the right one it goes on.
        let right = code(&fresh).await;
        assert!(fresh.ask(Method::GET, &right, &[]).await.header("set-cookie").contains("__Host-latchkey.app="));
    }

    async fn the_sign_in_page_leads_on_to_the_app(engine) {
        let app = start(engine).await;
        let ben = Browser::new(&app);
        let (at, answer) = ben.open(TARGET).await;
        assert!(at.starts_with("https://door.example/login?returnTo="), "{at}");
        // What the page hands to each way of signing in.
        let html = answer.expect(200).text();
        let to = "/gateway/go?to=https%3A%2F%2Ftv.other.example%3A8443%2F%25C3%25A4%2Fa%252Fb%3Fx%3D1%26y%3D%2520%26x%3D2%26redirect%3Dhttps%3A%2F%2Fa.example%2F";
        assert!(html.contains(to), "{html}");
        let anna = Browser::of(&app, "anna").await;
        assert_eq!(anna.open(&format!("https://door.example{to}")).await.0, TARGET);
    }

    async fn below_the_cookie_domain_one_cookie_does(engine) {
        let app = door(engine, "https://door.home.example", vec![app_at(1, "tv.home.example"), app_at(2, "wiki.home.example")]).await;
        app.state.site.update(|settings| settings.cookie_domain = "home.example".into()).await.unwrap();
        let anna = Browser::of(&app, "anna").await;
        anna.open("https://tv.home.example/").await.1.expect(200);
        let went = anna.went.lock().unwrap().len();
        assert_eq!(went, 4, "app, sign-in page, on, app");
        assert!(anna.cookies("wiki.home.example").contains("__Secure-latchkey.apps="));
        anna.ask(Method::GET, "https://wiki.home.example/", &[]).await.expect(200);
        // It opens apps only.
        let me = app.anon().ask(Method::GET, "/api/v1/auth/me").header("cookie", &anna.cookies("wiki.home.example")).send().await;
        assert_eq!(me.status(), 401);
        // Taken away, it counts no more.
        app.state.site.update(|settings| settings.cookie_domain.clear()).await.unwrap();
        anna.ask(Method::GET, "https://wiki.home.example/", &[]).await.problem(401);
    }

    async fn nobody_is_led_to_a_host_without_an_app(engine) {
        let app = start(engine).await;
        let anna = Browser::of(&app, "anna").await;
        for to in [
            "https://evil.example/", "https://tv.other.example.evil.example/", "https://tv.other.example@evil.example/",
            "https://evil.example\\@tv.other.example/", "//evil.example/", "javascript:alert(1)", "", "/x",
            "https://tv.other.example:8443@evil.example/", "https:tv.other.example",
            "https://tv.other.example//evil.example", "http://tv.other.example/",
        ] {
            let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish();
            let answer = anna.ask(Method::GET, &format!("https://door.example/gateway/go?{query}"), &[("accept", PAGE)]).await;
            assert_eq!(answer.status(), 400, "{to}: {}", answer.header("location"));
        }
    }

    async fn a_browser_that_comes_back_again_and_again_is_told_why(engine) {
        let app = start(engine).await;
        let anna = Browser::of(&app, "anna").await;
        let mut last = 0;
        for _ in 0..6 {
            let (at, answer) = anna.open("https://tv.other.example/").await;
            last = answer.status();
            if last != 200 {
                assert!(at.starts_with("https://door.example/gateway/go"), "{at}");
                assert!(answer.text().contains("sent you back again and again"), "{}", answer.text());
                break;
            }
            // The app's host does not keep our cookie.
            anna.forget("tv.other.example");
        }
        assert_eq!(last, 400);
    }

    async fn who_reads_the_database_makes_no_pass(engine) {
        const COOKIE: &str = "__Host-latchkey.app";
        const PURPOSE: &str = "gateway pass";
        let app = start(engine).await;
        let anna = Browser::of(&app, "anna").await;
        anna.open(TARGET).await.1.expect(200);
        let cookies = anna.cookies("tv.other.example");
        let hers = cookies.split("; ").find_map(|pair| pair.strip_prefix(&format!("{COOKIE}="))).unwrap().to_owned();
        // What stands in it stands in the database, too: the hash of her session's id, and the session secret.
        let pass: Pass = app.state.passes.open(PURPOSE, &hers).unwrap();
        let forged = app.state.sealed.seal(PURPOSE, &pass, 3600).unwrap();
        let made_here = app.state.passes.seal(PURPOSE, &pass, 3600).unwrap();
        for (value, status) in [(forged, 401), (made_here, 200)] {
            let proxy = app.anon().from(PROXY);
            let asked = proxy.ask(Method::GET, "/api/v1/gateway/forward-auth")
                .header("x-forwarded-method", "GET").header("x-forwarded-proto", "https")
                .header("x-forwarded-host", "tv.other.example").header("x-forwarded-uri", "/")
                .header("cookie", &format!("{COOKIE}={value}"));
            assert_eq!(asked.send().await.status(), status);
        }
    }
}

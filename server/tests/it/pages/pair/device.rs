//! On the device: the code, the QR code, and going in.

use axum::http::Method;
use serde_json::json;

use super::{DEVICE, PAIR, PAIRINGS, POLL, SID, begin, poll, say, scan, shown, state, tablet, tokens_of, yes};
use crate::{
    pages::household::{between, count, disable, number, qr_shape, shape, silent_about},
    support::{Actor, Engine, MINUTE, TestApp, on_both},
};

/// A household, its owner's phone, and anna's number.
struct Home {
    app: TestApp,
    phone: Actor,
    anna: i64,
}

async fn home(engine: Engine) -> Home {
    let app = TestApp::start(engine).await;
    let phone = app.set_up().await;
    let anna = number(&app.member("anna").await).await;
    Home { app, phone, anna }
}

/// The same device after it lost everything but the cookie with its secret.
fn again(app: &TestApp, device: &Actor) -> Actor {
    let other = tablet(app);
    other.plant(PAIR, &device.cookie(PAIR).unwrap());
    other
}

on_both! {
    async fn a_page_with_a_code_and_a_cookie(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        let page = device.page("/pair").await;
        let code = shown(&page);
        assert_eq!(page.header("cache-control"), "no-store");
        let cookie = page.cookie(PAIR).unwrap();
        assert!(cookie.has("httponly") && cookie.has("samesite=lax") && cookie.has("path=/") && !cookie.has("secure"), "{cookie:?}");
        assert_eq!(cookie.max_age(), Some(10 * MINUTE));
        assert!(cookie.value.len() == 64 && cookie.value.bytes().all(|byte| byte.is_ascii_hexdigit()), "32 random bytes");
        assert_eq!(page.cookies().len(), 1, "no session");
        // The page holds no secret; the QR code leads to the question, with the code and nothing else.
        let text = page.text();
        assert!(!text.contains(&cookie.value));
        assert_eq!(shape(&text).unwrap(), qr_shape(&format!("http://home.test/pair/approve?code={code}")));
        assert!(text.replace("<wbr>", "").contains("home.test/pair/approve"), "for typing: {text}");
        assert!(text.contains("http-equiv=\"refresh\"") && text.contains("data-seconds=\"300\""), "{text}");

        // Loaded again, the same; another device, another one.
        let reload = device.page("/pair").await;
        assert_eq!((shown(&reload), reload.cookies()), (code.clone(), Vec::new()));
        home.app.clock.advance(100);
        assert!(device.page("/pair").await.text().contains("data-seconds=\"200\""));
        assert_eq!(count(&home.app, PAIRINGS).await, 1);
        let other = tablet(&home.app);
        assert_ne!(begin(&other).await, code);
        assert_ne!(other.cookie(PAIR), device.cookie(PAIR));
    }

    async fn a_code_lives_five_minutes(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        let secret = device.cookie(PAIR).unwrap();
        home.app.clock.advance(5 * MINUTE - 1);
        assert_eq!(begin(&device).await, code);
        assert_eq!(state(&device).await, "waiting");
        assert!(scan(&home.phone, &code).await.text().contains("Safari on iPad"));
        home.app.clock.advance(1);
        assert_eq!(poll(&device).await, json!({ "state": "expired" }));
        let late = yes(&home.phone, &code, home.anna, "Late").await.expect(404);
        assert!(late.text().contains("No device is waiting with that code"));
        assert!(scan(&home.phone, &code).await.text().contains("No device is waiting with that code"));
        // The page goes on with a code and a secret of its own.
        let next = begin(&device).await;
        assert_ne!(next, code);
        assert_ne!(device.cookie(PAIR).unwrap(), secret);
        assert_eq!(state(&device).await, "waiting");
        assert_eq!(tokens_of(&home.phone, home.anna).await, Vec::<serde_json::Value>::new());
    }

    async fn in_by_asking(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        assert_eq!(poll(&device).await, json!({ "state": "expired" }), "without a cookie");
        let code = begin(&device).await;
        for _ in 0..3 {
            let answer = device.post(POLL).await.expect(200);
            assert_eq!((answer.json(), answer.cookies()), (json!({ "state": "waiting", "retryAfter": 1000 }), Vec::new()));
        }
        yes(&home.phone, &code, home.anna, "Kitchen").await.expect(200);
        let answer = device.post(POLL).await.expect(200);
        assert_eq!(answer.json(), json!({ "state": "signedIn", "to": "/" }));
        let cookie = answer.cookie(SID).unwrap();
        assert!(cookie.has("httponly") && cookie.has("samesite=lax"), "{cookie:?}");
        assert!(answer.cookie(DEVICE).unwrap().has("httponly"));
        assert_eq!(number(&device).await, home.anna);
        device.page("/profile").await.expect(200);
        // It is a session of the token.
        let own = format!("/api/v1/user/{}/settings/tokens", home.anna);
        device.post_json(&own, json!({ "name": "Another" })).await.problem(403);
    }

    /// Without JavaScript the page loads itself again, and is in.
    async fn in_by_loading_the_page(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        yes(&home.phone, &code, home.anna, "Kitchen").await.expect(200);
        let answer = device.page("/pair").await;
        assert_eq!(answer.see_other(), "/");
        assert!(answer.cookie(SID).is_some() && answer.cookie(DEVICE).is_some());
        assert!(device.page("/").await.expect(200).text().contains("Anna Kowalska"));
        // Who is in has no business there.
        assert_eq!(device.page("/pair").await.see_other(), "/");
        assert_eq!(device.page("/pair?returnTo=/profile").await.see_other(), "/profile");
    }

    async fn a_code_is_good_once(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        yes(&home.phone, &code, home.anna, "Kitchen").await.expect(200);
        // Who presses twice is told the same again; nothing else happens.
        let again = yes(&home.phone, &code, home.anna, "Again").await.expect(200);
        assert!(again.text().contains("Kitchen") && !again.text().contains("Again"));
        say(&home.phone, &code, "no", home.anna, "Again").await.expect(404);
        assert_eq!(state(&device).await, "signedIn");
        home.app.clock.advance(2 * MINUTE);
        yes(&home.phone, &code, home.anna, "Again").await.expect(404);
        assert_eq!(tokens_of(&home.phone, home.anna).await.len(), 1);
        // Somebody who only read the code gets nowhere with it.
        let stranger = app_stranger(&home.app, &code);
        assert_eq!(state(&stranger).await, "expired");
        assert_ne!(begin(&stranger).await, code);
    }

    /// The network failed right after the yes: the device asks once more, and has one token, not two.
    async fn an_answer_that_got_lost(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        yes(&home.phone, &code, home.anna, "Kitchen").await.expect(200);
        let lost = again(&home.app, &device);
        assert_eq!(state(&lost).await, "signedIn");
        home.app.clock.advance(2 * MINUTE - 1);
        assert_eq!(state(&device).await, "signedIn");
        // The same device with the same token: the answer that got lost is worth as much.
        assert_eq!((number(&device).await, number(&lost).await), (home.anna, home.anna));
        let tokens = tokens_of(&home.phone, home.anna).await;
        assert_eq!((tokens.len(), &tokens[0]["name"]), (1, &json!("Kitchen")));
        assert_eq!(count(&home.app, "SELECT COUNT(*) FROM login_tokens").await, 1);

        home.app.clock.advance(1);
        let late = again(&home.app, &device);
        assert_eq!(state(&late).await, "expired");
        assert_ne!(begin(&late).await, code);
        assert_eq!(number(&device).await, home.anna, "who is in stays in");
        home.app.state.activity.flush().await.unwrap();
        let made = "SELECT COUNT(*) FROM activity WHERE kind = 'token-made'";
        assert_eq!(count(&home.app, made).await, 1, "it was made once");
    }

    async fn a_device_that_never_comes_gets_nothing(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        yes(&home.phone, &code, home.anna, "Kitchen").await.expect(200);
        home.app.clock.advance(2 * MINUTE);
        assert_eq!(state(&device).await, "expired");
        assert_eq!(tokens_of(&home.phone, home.anna).await.len(), 0);
        assert_eq!(device.cookie(SID), None);
        // The name is free for the next try.
        let code = begin(&device).await;
        yes(&home.phone, &code, home.anna, "Kitchen").await.expect(200);
        assert_eq!(state(&device).await, "signedIn");
    }

    async fn a_device_that_was_declined(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        let page = say(&home.phone, &code, "no", home.anna, "").await.expect(200);
        assert!(page.text().contains("The device was not let in"), "{}", page.text());
        for _ in 0..2 {
            assert_eq!(poll(&device).await, json!({ "state": "declined" }));
        }
        let page = device.page("/pair").await.expect(200);
        assert!(page.text().contains("Somebody said no") && page.text().contains("href=\"/pair\""), "{}", page.text());
        assert!(page.cookie(PAIR).unwrap().removes());
        yes(&home.phone, &code, home.anna, "Changed my mind").await.expect(404);
        assert_eq!(device.cookie(SID), None);
        assert_ne!(begin(&device).await, code);
    }

    /// Between the yes and the device's coming.
    async fn people_who_are_switched_off_meanwhile(engine) {
        let home = home(engine).await;
        let bea = home.app.member("bea").await;
        let marlow = crate::pages::household::manager(&home.app, "marlow").await;
        let (one, two) = (tablet(&home.app), tablet(&home.app));
        let (first, second) = (begin(&one).await, begin(&two).await);
        yes(&home.phone, &first, number(&bea).await, "Bea's").await.expect(200);
        yes(&marlow, &second, home.anna, "Anna's").await.expect(200);
        disable(&home.app, number(&bea).await).await;
        disable(&home.app, number(&marlow).await).await;
        for device in [&one, &two] {
            assert_eq!(state(device).await, "expired");
            assert_eq!(device.cookie(SID), None);
        }
        assert_eq!(count(&home.app, "SELECT COUNT(*) FROM login_tokens").await, 0);
    }

    async fn made_at_one_instance_approved_at_the_other(engine) {
        let home = home(engine).await;
        let second = home.app.second_instance().await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        assert_eq!(begin(&device.at(&second)).await, code);
        let phone = home.phone.at(&second);
        assert!(scan(&phone, &code).await.text().contains("Safari on iPad"));
        yes(&phone, &code, home.anna, "Kitchen").await.expect(200);
        let there = device.at(&second);
        assert_eq!(state(&there).await, "signedIn");
        assert_eq!(number(&there.at(&home.app)).await, home.anna);
        // Declined there, heard here.
        let other = tablet(&second);
        let code = begin(&other).await;
        say(&home.phone, &code, "no", home.anna, "").await.expect(200);
        assert_eq!(state(&other.at(&home.app)).await, "declined");
        assert_eq!(state(&other).await, "declined");
    }

    /// Somebody signs in on the device while it waits: the yes that comes then puts nobody out.
    async fn somebody_signs_in_on_it_meanwhile(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        assert_eq!(home.app.sign_in(&device, "bea").await["state"], "signedIn");
        let sid = device.cookie(SID).unwrap();
        yes(&home.phone, &code, home.anna, "Kitchen").await.expect(200);
        assert_eq!(device.page("/pair").await.see_other(), "/");
        let answer = device.post(POLL).await.expect(200);
        assert_eq!((answer.json(), answer.cookies()), (json!({ "state": "expired" }), Vec::new()));
        assert_eq!(device.cookie(SID).unwrap(), sid);
        assert_ne!(number(&device).await, home.anna);
        device.post_form("/logout", &[]).await.see_other();
        assert_ne!(begin(&device).await, code, "that is over");
        assert_eq!(tokens_of(&home.phone, home.anna).await.len(), 0);
    }

    /// Two tabs of the device poll, and one loads the page: all are of one browser, which is in.
    async fn two_tabs(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        assert_eq!(begin(&device).await, code);
        yes(&home.phone, &code, home.anna, "Kitchen").await.expect(200);
        let (one, two, three) = tokio::join!(device.post(POLL), device.post(POLL), device.page("/pair"));
        for answer in [one, two] {
            assert_eq!(answer.expect(200).json()["state"], "signedIn");
        }
        three.see_other();
        // Whichever came last is the one whose cookie counts.
        let last = again(&home.app, &device);
        assert_eq!(state(&last).await, "signedIn");
        assert_eq!(number(&last).await, home.anna);
        assert_eq!(tokens_of(&home.phone, home.anna).await.len(), 1);
    }
}

/// Somebody who read the code from across the room.
fn app_stranger(app: &TestApp, code: &str) -> Actor {
    let stranger = app.anon();
    stranger.plant(PAIR, code);
    stranger
}

#[tokio::test]
async fn back_to_where_the_device_was_going() {
    let home = home(Engine::Sqlite).await;
    for (wanted, to) in [
        ("%2Fprofile%3Fx%3D1%26y%3D%2520", "/profile?x=1&y=%20"),
        ("/nothing/at/all", "/nothing/at/all"),
        ("%2F%2Fevil.test", "/"),
        ("https://evil.test", "/"),
        ("%2Flogin", "/"),
        ("", "/"),
    ] {
        let device = tablet(&home.app);
        let page = device.page(&format!("/pair?returnTo={wanted}")).await;
        let code = shown(&page);
        let again = between(&page.text(), "data-again=\"", "\"").replace("&amp;", "&");
        assert_eq!(
            device.page(&again).await.text().matches(&code).count(),
            1,
            "{again} is this page"
        );
        yes(&home.phone, &code, home.anna, &format!("For {wanted}"))
            .await
            .expect(200);
        assert_eq!(
            poll(&device).await,
            json!({ "state": "signedIn", "to": to }),
            "{wanted}"
        );
    }
    // The sign-in page leads there and keeps where to go.
    let text = home
        .app
        .anon()
        .page("/login?returnTo=%2Fprofile")
        .await
        .expect(200)
        .text();
    assert!(text.contains("href=\"/pair?returnTo=%2Fprofile\""), "{text}");
}

/// Who asks for headers alone, or fetches for a preview, shows no code to anybody, and is not sent round in circles.
#[tokio::test]
async fn a_head_begins_nothing() {
    let home = home(Engine::Sqlite).await;
    for path in ["/pair", "/pair?returnTo=%2Fprofile"] {
        let answer = home.app.anon().ask(Method::HEAD, path).send().await;
        assert_eq!(answer.cookies(), [], "{path}");
        assert_ne!(answer.header("location"), path, "a HEAD to {path} leads to itself");
    }
    assert_eq!(count(&home.app, PAIRINGS).await, 0);
}

#[tokio::test]
async fn cookies_that_nobody_gave_out() {
    let home = home(Engine::Sqlite).await;
    let good = tablet(&home.app);
    let code = begin(&good).await;
    let secret = good.cookie(PAIR).unwrap();
    let hash = latchkey::domain::hash::hex(&latchkey::domain::hash::sha256(secret.as_bytes()));
    for planted in [
        "",
        "x",
        "🔑",
        "%00",
        &"0".repeat(64),
        &"a".repeat(8000),
        &hash,
        &secret[1..],
        &secret.to_uppercase(),
        "' OR 1=1",
    ] {
        let device = tablet(&home.app);
        device.plant(PAIR, planted);
        assert_eq!(poll(&device).await, json!({ "state": "expired" }), "{planted}");
        let page = device.page("/pair").await;
        assert_ne!(shown(&page), code, "{planted}");
        assert!(
            page.cookie(PAIR).is_some_and(|cookie| cookie.value.len() == 64),
            "{planted}"
        );
    }
    // Two of that name: one was planted, so neither counts.
    let device = home.app.anon();
    let both = format!("{PAIR}={secret}; {PAIR}={secret}");
    let answer = device.ask(Method::POST, POLL).header("cookie", &both).send().await;
    assert_eq!(answer.expect(200).json(), json!({ "state": "expired" }));
    assert_eq!(begin(&good).await, code);
}

/// On https a neighbouring host can't plant the secret of a pairing that it began itself: with the owner's yes to what
/// the tablet shows, it would get in too. So it is with the cookie of an attempt.
#[tokio::test]
async fn on_https_no_neighbour_plants_a_pairing() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://home.test")
        .start()
        .await;
    app.set_up().await;
    let attacker = app.anon();
    let page = attacker.page("/pair").await;
    let code = shown(&page);
    let cookie = page
        .cookies()
        .into_iter()
        .find(|cookie| cookie.value.len() == 64)
        .unwrap();
    assert!(cookie.has("secure"), "{cookie:?}");
    // What a host below the same domain can set: any name without the prefix.
    let victim = tablet(&app);
    victim.plant(PAIR, &cookie.value);
    assert_ne!(begin(&victim).await, code, "the tablet shows the attacker's code");
}

#[tokio::test]
async fn with_a_public_url_the_codes_lead_there() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://home.test")
        .start()
        .await;
    let phone = app.set_up().await;
    let device = app.anon();
    let page = device
        .ask(Method::GET, "/pair")
        .header("accept", "text/html")
        .header("host", "evil.test")
        .send()
        .await;
    let code = shown(&page);
    assert!(page.cookies()[0].has("secure"));
    assert_eq!(
        shape(&page.text()).unwrap(),
        qr_shape(&format!("https://home.test/pair/approve?code={code}"))
    );
    assert!(!page.text().contains("evil.test"));
    yes(&phone, &code, 1, "Kitchen").await.expect(200);
    let answer = device.post(POLL).await.expect(200);
    assert!(
        answer.cookie(SID).unwrap().has("secure") && answer.cookie("__Host-latchkey.device").unwrap().has("secure")
    );
}

/// The session secret is rotated while a device waits: the code that it shows works, whichever that is.
#[tokio::test]
async fn a_code_that_is_shown_works_after_the_secret_was_rotated() {
    let home = home(Engine::Sqlite).await;
    let device = tablet(&home.app);
    begin(&device).await;
    home.app.state.site.rotate_session_secret(&home.app.by()).await.unwrap();
    let phone = home.app.owner().await;
    let code = begin(&device).await;
    yes(&phone, &code, home.anna, "Kitchen").await.expect(200);
    assert_eq!(state(&device).await, "signedIn");
}

#[tokio::test]
async fn another_site_cannot_ask_in_the_devices_name() {
    let home = home(Engine::Sqlite).await;
    let device = tablet(&home.app);
    let code = begin(&device).await;
    yes(&home.phone, &code, home.anna, "Kitchen").await.expect(200);
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.test")] {
        let answer = device.ask(Method::POST, POLL).header(name, value).send().await;
        answer.problem(403);
        assert_eq!(answer.cookies(), []);
    }
    device.get(POLL).await.problem(405);
    assert_eq!(state(&device).await, "signedIn");
}

#[tokio::test]
async fn before_the_set_up_there_is_nothing_to_come_into() {
    let app = TestApp::start(Engine::Sqlite).await;
    assert_eq!(app.anon().page("/pair").await.see_other(), "/setup");
    assert_eq!(
        app.anon().page("/pair/approve?code=BBBB-BBBB").await.see_other(),
        "/setup"
    );
    app.anon().post(POLL).await.problem(503);
    assert_eq!(count(&app, PAIRINGS).await, 0);
}

#[tokio::test]
async fn without_the_database() {
    let home = home(Engine::Sqlite).await;
    let device = tablet(&home.app);
    let code = begin(&device).await;
    let secret = device.cookie(PAIR).unwrap();
    home.app.db.close().await;
    device.post(POLL).await.problem(503);
    let page = device.page("/pair").await.expect(503);
    silent_about(&page, &code);
    assert_eq!(page.cookies(), []);
    assert_eq!(device.cookie(PAIR).unwrap(), secret, "it goes on where it was");
}

//! The part of the walk with login tokens, deep links, switching and pairing.

use axum::http::Method;
use serde_json::json;

use super::{LINK_TOKEN, Secrets, TOKEN};
use crate::support::{Actor, Answer, DAY, MINUTE, TestApp};

/// Nobody's: the letters are right.
const WRONG_CODE: &str = "BCDF-GHJK";

/// Brings a login token in every way there is, good or not.
async fn bring(app: &TestApp, secrets: &mut Secrets, which: &str, value: &str) {
    let link = format!("/profile?a=1&token={value}&b=2");
    let browser = app.anon();
    browser.page(&link).await;
    secrets.add_cookies(&format!("the browser of {which}"), &browser);
    browser.page("/profile?a=1&b=2").await;
    let looker = app.anon();
    looker.get(&link).await;
    secrets.add_cookies(&format!("the program with the link of {which}"), &looker);
    for (method, path) in [
        (Method::HEAD, link.as_str()),
        (Method::POST, &link),
        (Method::DELETE, &format!("/nothing/at/all?%74oken={value}")),
        (Method::GET, &format!("/api/v1/auth/me?token={value}")),
        (Method::GET, &format!("/api/v1/nothing?token={value}")),
        (Method::GET, &format!("/api?token={value}")),
        (Method::GET, &format!("/healthz?token={value}")),
        (Method::GET, &format!("/pkg/nothing?token={value}")),
    ] {
        app.anon().ask(method, path).header("accept", "text/html").send().await;
    }
    let program = app.anon();
    program.post_json("/api/v1/auth/token", json!({ "token": value })).await;
    secrets.add_cookies(&format!("the program of {which}"), &program);
    program.post("/api/v1/auth/logout").await.expect(200);
    for body in [
        json!({ "token": [value] }),
        json!({ "token": { value: 1 } }),
        json!([value]),
        json!(value),
        json!({ value: 1 }),
    ] {
        app.anon().post_json("/api/v1/auth/token", body).await;
    }
    let asked = app.anon().from("198.51.100.30");
    for (name, text) in [
        ("x-login-token", value.to_owned()),
        ("x-login-token", format!("Bearer {value}")),
        ("authorization", format!("Bearer {value}")),
        ("authorization", format!("Basic {value}")),
        ("authorization", value.to_owned()),
    ] {
        asked
            .ask(Method::GET, "/api/v1/auth/me")
            .header(name, &text)
            .send()
            .await;
        asked
            .ask(Method::POST, "/api/v1/user/1/settings/tokens")
            .header(name, &text)
            .send()
            .await;
        asked
            .ask(Method::GET, "/profile")
            .header("accept", "text/html")
            .header(name, &text)
            .send()
            .await;
    }
    let two = asked.ask(Method::GET, "/api/v1/auth/me").header("x-login-token", value);
    two.header("authorization", &format!("Bearer {}", LINK_TOKEN.replace('0', "1")))
        .send()
        .await;
}

/// The value of the token that the page shows.
fn value_on(page: &Answer) -> String {
    let text = page.text();
    let input = text
        .split("<input")
        .find(|input| input.contains("id=\"made-token\""))
        .unwrap();
    input.split("value=\"").nth(1).unwrap()[..36].to_owned()
}

/// Login tokens made, replaced, revoked, and brought in every way; each is shown once.
pub(super) async fn login_tokens(app: &TestApp, secrets: &mut Secrets, owner: &Actor) {
    secrets.add(format!("{TOKEN} that nobody made"), LINK_TOKEN);
    bring(app, secrets, "nobody", LINK_TOKEN).await;
    let rest = "/api/v1/user/1/settings";
    let made = owner
        .post_json(&format!("{rest}/tokens"), json!({ "name": "Hall" }))
        .await
        .expect(201)
        .json();
    let hall = made["token"].as_str().unwrap().to_owned();
    secrets.token_shown_now(app, "of REST", &hall);
    owner
        .post_json(&format!("{rest}/tokens"), json!({ "name": "Hall" }))
        .await
        .problem(409);
    for which in ["of the default", "of the default again"] {
        let made = owner
            .post_json(&format!("{rest}/token"), json!({}))
            .await
            .expect(200)
            .json();
        secrets.token_shown_now(app, which, made["token"].as_str().unwrap());
        bring(app, secrets, which, made["token"].as_str().unwrap()).await;
    }
    // By form: its value travels in a cookie to the page that shows it.
    let mut replaced = String::new();
    for (which, form, whose) in [
        ("of a form", "/users/1/tokens".to_owned(), "/profile"),
        ("of a form for somebody", "/users/2/tokens".to_owned(), "/users/2"),
        (
            "that was replaced",
            format!("/users/1/tokens/{}/regenerate", made["id"]),
            "/profile",
        ),
    ] {
        owner
            .post_form(&form, &[("name", "Kitchen"), ("expires", "30")])
            .await
            .see_other();
        secrets.add_cookies(which, owner);
        let page = owner.page(whose).await.expect(200);
        let value = value_on(&page);
        secrets.token_shown_now(app, which, &value);
        owner.page(whose).await.expect(200);
        owner.get(&format!("{rest}/tokens")).await.expect(200);
        bring(app, secrets, which, &value).await;
        replaced = value;
    }
    bring(app, secrets, "what the new value replaced", &hall).await;
    for (name, expires) in [("", ""), ("Kitchen", ""), ("More", "0")] {
        owner
            .post_form("/users/1/tokens", &[("name", name), ("expires", expires)])
            .await;
    }

    // Somebody else is asked, stays, is asked again, and switches.
    let bea = app.anon();
    app.sign_in(&bea, "bea").await;
    for answer in ["stays", "switches"] {
        bea.page(&format!("/profile?token={replaced}")).await.expect(307);
        secrets.add_cookies(&format!("bea who {answer}"), &bea);
        bea.page("/switch").await.expect(200);
        bea.page("/profile").await.expect(200);
    }
    let page = bea.page("/switch").await.text();
    let (_, link) = page.split_once("name=\"link\" value=\"").unwrap();
    let link = link.split('"').next().unwrap();
    assert_eq!(
        bea.post_form("/switch", &[("link", link)]).await.see_other(),
        "/profile"
    );
    secrets.add_cookies("bea after the switch", &bea);
    bea.page("/profile").await.expect(200);

    let revoke = format!("/users/1/tokens/{}/revoke", made["id"]);
    owner.post_form(&revoke, &[]).await.see_other();
    bring(app, secrets, "what was revoked", &replaced).await;
    bea.page("/profile").await.see_other();
    for word in ["token-made", "token-regenerated", "token-revoked", "token-refused"] {
        app.state.activity.flush().await.unwrap();
        let lines = app.happened(500).await;
        assert!(lines.iter().any(|line| line.kind == word), "{word}");
    }
}

/// The code on a device's page.
fn code_on(page: &Answer) -> String {
    page.text().split("pair-code\">").nth(1).unwrap()[..9].to_owned()
}

/// Devices set up, declined and forgotten; one is let in again.
pub(super) async fn pairing(app: &TestApp, secrets: &mut Secrets, owner: &Actor) {
    secrets.add("a wrong code", WRONG_CODE);
    let mut devices = Vec::new();
    for which in ["the tablet", "the declined tablet", "the slow tablet"] {
        let device = app.anon();
        device.post("/api/v1/pair/poll").await.expect(200);
        let code = code_on(&device.page("/pair").await);
        secrets.code_shown_now(app, which, &code);
        secrets.add_cookies(which, &device);
        device.page("/pair?returnTo=%2Fprofile").await;
        secrets.code_shown_now(app, which, &code);
        device.post("/api/v1/pair/poll").await.expect(200);
        device.page("/login").await;
        devices.push((which, device, code));
    }
    let stranger = app.anon();
    stranger
        .page(&format!("/pair/approve?code={}", devices[0].2))
        .await
        .see_other();
    stranger.page("/pair/approve").await.see_other();
    stranger.page("/login?returnTo=%2Fpair%2Fapprove").await.expect(200);
    for (path, code) in [
        ("/pair/code", WRONG_CODE),
        ("/pair/approve", WRONG_CODE),
        ("/pair/code", devices[2].2.as_str()),
    ] {
        owner
            .post_form(path, &[("code", code), ("answer", "yes"), ("name", "x")])
            .await;
        owner.page("/pair/approve").await;
    }
    secrets.code_shown_now(app, "the slow tablet", &devices[2].2);
    for (which, _, code) in &devices[..2] {
        owner.page(&format!("/pair/approve?code={code}")).await.see_other();
        owner.page("/pair/approve").await.expect(200);
        secrets.code_shown_now(app, which, code);
        let fields = |answer, name| {
            [
                ("code", code.as_str()),
                ("answer", answer),
                ("name", name),
                ("person", "1"),
            ]
        };
        owner.post_form("/pair/approve", &fields("yes", "")).await.expect(400);
        secrets.code_shown_now(app, which, code);
        let answer = if *which == "the tablet" { "yes" } else { "no" };
        // The second time, as a finger that pressed twice does it, the answer is the same.
        for _ in 0..2 {
            owner
                .post_form("/pair/approve", &fields(answer, "Wall"))
                .await
                .expect(200);
        }
    }
    for (which, device, _) in &devices {
        device.post("/api/v1/pair/poll").await.expect(200);
        secrets.add_cookies(which, device);
    }
    let (_, tablet, _) = &devices[0];
    // Its token was shown to nobody: it is in this cookie alone, sealed.
    let kept: Option<String> = app
        .state
        .sealed
        .open("device", &tablet.cookie("latchkey.device").unwrap());
    let kept = kept.unwrap();
    secrets.add(format!("{TOKEN} of the tablet, without hyphens"), kept.replace('-', ""));
    secrets.add(format!("{TOKEN} of the tablet"), kept);
    tablet.page("/profile").await.expect(200);
    tablet.post("/api/v1/pair/poll").await.expect(200);
    secrets.add_cookies("the tablet that asked again", tablet);
    devices[1].1.page("/pair").await.expect(200);
    app.clock.advance(6 * MINUTE);
    let code = code_on(&devices[2].1.page("/pair").await);
    secrets.code_shown_now(app, "the slow tablet's second try", &code);
    secrets.add_cookies("the slow tablet's second try", &devices[2].1);
    owner.page(&format!("/pair/approve?code={code}")).await.see_other();
    app.clock.advance(200 * DAY);
    tablet.page("/profile").await.expect(200);
    secrets.add_cookies("the tablet let in again", tablet);
    tablet.page("/profile").await.expect(200);
    tablet.post_form("/logout", &[]).await.see_other();
    tablet.page("/profile").await.see_other();
}

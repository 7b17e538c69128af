//! Bodies that nobody means well: too large, too deep, of another kind, with odd values in every field.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Answer, OWNER_EMAIL, OWNER_PASSWORD, TestApp, on_both};

/// An address that takes JSON: method, path, and a body that is right in form and wrong in fact.
fn json_endpoints() -> Vec<(Method, &'static str, Value)> {
    let pin = json!({ "pinId": 731_946_025, "code": "k3v9qz0d7m1xw8e2rb5ntj4ya" });
    vec![
        (
            Method::POST,
            "/api/v1/auth/local",
            json!({ "email": "anna@example.test", "password": "wrong-but-long" }),
        ),
        (
            Method::POST,
            "/api/v1/auth/plex",
            json!({ "pinId": 731_946_025, "code": "k3v9qz0d7m1xw8e2rb5ntj4ya", "authToken": "sTk-7Qx" }),
        ),
        (
            Method::POST,
            "/api/v1/auth/plex/attempts",
            json!({ "pinId": 731_946_025, "code": "k3v9qz0d7m1xw8e2rb5ntj4ya", "returnTo": "/profile" }),
        ),
        (
            Method::DELETE,
            "/api/v1/auth/plex/attempts",
            json!({ "pinId": 731_946_025 }),
        ),
        (
            Method::POST,
            "/api/v1/auth/plex/attempts/poll",
            json!({ "pinId": 731_946_025 }),
        ),
        (Method::POST, "/api/v1/settings/plex", json!({ "machineId": "5f3a" })),
        (
            Method::POST,
            "/api/v1/setup/owner",
            with(&pin, "setupCode", json!("wrong-code")),
        ),
    ]
}

/// A form's address and its fields.
const FORMS: [(&str, &[&str]); 7] = [
    ("/login/password", &["email", "password", "returnTo"]),
    ("/login/plex", &["returnTo"]),
    ("/theme", &["theme", "returnTo"]),
    ("/setup", &["code"]),
    ("/setup/owner", &["email", "password", "username"]),
    ("/setup/server", &["machineId"]),
    ("/logout", &["returnTo"]),
];

fn with(body: &Value, field: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[field] = value;
    body
}

/// Texts that break something somewhere.
fn texts() -> Vec<String> {
    vec![
        String::new(),
        "\0".into(),
        "anna\0@example.test".into(),
        "\u{feff}".into(),
        "🔑🚪👨‍👩‍👧‍👦".into(),
        "a\u{202e}b\u{200b}\u{301}\u{301}\u{301}".into(),
        "\r\nSet-Cookie: latchkey.sid=injected".into(),
        "'; DROP TABLE users; --".into(),
        "<script>alert(1)</script>".into(),
        "../../../etc/passwd".into(),
        "%00%ff{{7*7}}${jndi:x}".into(),
        "\u{1b}[2J\u{7f}\u{85}\u{2028}".into(),
        "ﷺ".repeat(3000),
        "x".repeat(50_000),
        "\0".repeat(9000),
        "\u{10ffff}\u{fffe}".into(),
        "K".to_lowercase() + "İ",
    ]
}

/// The same, and everything that is no text.
fn values() -> Vec<Value> {
    let mut values: Vec<Value> = texts().into_iter().map(Value::from).collect();
    values.extend([
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1.5),
        json!(1e300),
        json!([]),
        json!([[[["x"]]]]),
        json!({}),
        json!({ "pinId": { "$gt": "" } }),
    ]);
    values
}

/// Addresses to ask from, so that no limit on tries hides what is tried.
fn address(number: usize) -> String {
    format!("198.18.{}.{}", number / 250, number % 250 + 1)
}

/// An answer that a caller can do something with: no 5xx, and errors in the one shape that names what is wrong.
#[track_caller]
fn assert_sane(answer: &Answer, what: &str) {
    let status = answer.status();
    assert!(status < 500, "{what}: {}: {status} {}", answer.asked, answer.text());
    if status >= 400 && answer.asked.contains(" /api/") {
        let said = answer.problem(status);
        assert!(said.len() < 600, "{what}: a long answer to a long question: {said}");
    }
    for (name, value) in &answer.headers {
        let text = String::from_utf8_lossy(value.as_bytes());
        assert!(!text.contains("latchkey.sid=injected"), "{what}: {name}: {text}");
    }
}

/// The household with its local owner, and the owner.
async fn household(engine: crate::support::Engine) -> (TestApp, Actor) {
    let app = TestApp::start(engine).await;
    let owner = app.set_up_local().await;
    (app, owner)
}

async fn assert_well(app: &TestApp, owner: &Actor) {
    assert_eq!(app.anon().get("/readyz").await.expect(200).text(), "ready\n");
    owner.get("/api/v1/auth/me").await.expect(200);
}

on_both! {
    async fn odd_values_in_every_json_field(engine) {
        let (app, owner) = household(engine).await;
        let mut number = 0;
        for (method, path, body) in json_endpoints() {
            let fields: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
            for field in &fields {
                for value in values() {
                    number += 1;
                    let what = format!("{field} = {}", value.to_string().chars().take(40).collect::<String>());
                    let odd = with(&body, field, value);
                    let caller = if path.contains("/settings/") {
                        owner.ask(method.clone(), path).json(&odd).send().await
                    } else {
                        let stranger = app.anon().from(&address(number));
                        stranger.ask(method.clone(), path).json(&odd).send().await
                    };
                    assert_sane(&caller, &what);
                }
            }
        }
        assert_well(&app, &owner).await;
    }

    async fn odd_values_in_every_form_field(engine) {
        let (app, owner) = household(engine).await;
        let mut number = 0;
        for (path, fields) in FORMS {
            for field in fields {
                for text in texts() {
                    number += 1;
                    let stranger = app.anon().from(&address(number));
                    let all: Vec<(&str, &str)> = fields
                        .iter()
                        .map(|name| (*name, if name == field { text.as_str() } else { "something" }))
                        .collect();
                    let answer = stranger.post_form(path, &all).await;
                    let what = format!("{field} = {}", text.chars().take(40).collect::<String>().escape_debug());
                    assert_sane(&answer, &what);
                    if answer.status() == 303 {
                        let target = answer.see_other();
                        let ours = target.starts_with('/') && !target.starts_with("//") || target.starts_with(&app.plex.url());
                        assert!(ours, "{path} {what}: {target}");
                    }
                    assert!(!answer.text().contains("<script>alert(1)"), "{path} {what}");
                }
            }
        }
        assert_well(&app, &owner).await;
    }

    async fn odd_values_before_there_is_an_owner(engine) {
        let app = TestApp::start(engine).await;
        let code = app.setup_code().await;
        // The rest is such that nothing is ever made: the e-mail is none.
        let body = json!({ "setupCode": code, "email": "nobody", "password": "short", "username": "Robin" });
        let mut number = 0;
        for field in ["setupCode", "email", "password", "username", "pinId", "code"] {
            for value in values() {
                number += 1;
                let what = format!("{field} = {}", value.to_string().chars().take(40).collect::<String>());
                let stranger = app.anon().from(&address(number));
                let odd = with(&body, field, value);
                assert_sane(&stranger.post_json("/api/v1/setup/owner", odd).await, &what);
            }
        }
        for text in texts() {
            number += 1;
            let stranger = app.anon().from(&address(number));
            assert_sane(&stranger.post_form("/setup", &[("code", &text)]).await, &text);
        }
        // Past the code, with the proof in a cookie.
        let prover = app.anon();
        prover.post_form("/setup", &[("code", &code)]).await.see_other();
        for field in ["email", "password", "username"] {
            for text in texts() {
                let fields = [("email", "nobody"), ("password", "short"), ("username", "Robin")]
                    .map(|(name, usual)| (name, if name == field { text.as_str() } else { usual }));
                assert_sane(&prover.post_form("/setup/owner", &fields).await, &text);
            }
        }
        assert!(!app.state.site.now().owner_exists, "nobody became owner by nonsense");
        // And then somebody does, with everything a name and a password may hold.
        let owner = app.anon();
        let body = json!({
            "setupCode": code, "email": " Ännä+🔑@exämple.test ", "password": "🔑\0\u{202e} spaces and NUL ", "username": "👨‍👩‍👧‍👦 O'Neil",
        });
        let made = owner.post_json("/api/v1/setup/owner", body).await.expect(201).json();
        assert_eq!(made["username"], "👨‍👩‍👧‍👦 O'Neil");
        owner.post("/api/v1/settings/initialize").await.expect(200);
        let body = json!({ "email": "ÄNNÄ+🔑@EXÄMPLE.TEST", "password": "🔑\0\u{202e} spaces and NUL " });
        app.anon().post_json("/api/v1/auth/local", body).await.expect(200);
        let body = json!({ "email": "ÄNNÄ+🔑@EXÄMPLE.TEST", "password": "🔑" });
        app.anon().post_json("/api/v1/auth/local", body).await.problem(403);
    }

    async fn bodies_that_are_not_what_they_say(engine) {
        let (app, owner) = household(engine).await;
        let deep = [
            "[".repeat(30_000),
            "{\"pinId\":".repeat(7_000),
            format!("{}1{}", "[".repeat(30_000), "]".repeat(30_000)),
            format!("{{\"x\":{}0{}}}", "[".repeat(30_000), "]".repeat(30_000)),
        ];
        let raw: [&[u8]; 16] = [
            b"",
            b" ",
            b"null",
            b"[]",
            b"\"text\"",
            b"123",
            b"{",
            b"{\"pinId\":1",
            b"{\"pinId\":1}{\"pinId\":2}",
            b"{\"pinId\":1,\"pinId\":2,\"code\":\"aaaa\",\"code\":\"bbbb\"}",
            b"\xef\xbb\xbf{}",
            b"{\"pinId\":1,\"code\":\"\xff\xfe\"}",
            b"{\"pinId\":1,\"code\":\"\\ud800\"}",
            b"{\"pinId\":1e999,\"code\":\"aaaa\"}",
            b"{\"pinId\":99999999999999999999999999,\"code\":\"aaaa\"}",
            b"<?xml version=\"1.0\"?><pin id=\"1\"/>",
        ];
        for (method, path, _) in json_endpoints() {
            let bodies = raw.iter().map(|body| body.to_vec()).chain(deep.iter().map(|body| body.clone().into_bytes()));
            for body in bodies {
                let what = String::from_utf8_lossy(&body).chars().take(60).collect::<String>();
                let asked = owner.ask(method.clone(), path).header("content-type", "application/json");
                let answer = asked.body(body).send().await;
                assert_sane(&answer, &what);
                // What a field that nobody reads holds is nobody's business.
                let ignored = what.starts_with("{\"pinId\":1,\"code\"") && (path.ends_with("/poll") || method == Method::DELETE);
                let harmless = ignored || what == "null" || what == "[]" || what.starts_with("{\"x\"");
                assert!(harmless || answer.status() >= 400, "{path} took {what}: {}", answer.text());
            }
        }
        for (path, _) in FORMS {
            for body in [&b"%"[..], b"%zz=%&=&&==", b"\xff=\xff", b"a", b"email=%ff%fe&password=%00", b"code=1&code=2&email=1&email=2"] {
                let asked = owner.ask(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
                let answer = asked.header("accept", "text/html").body(body.to_vec()).send().await;
                assert_sane(&answer, &String::from_utf8_lossy(body));
            }
        }
        let sign_in = json!({ "email": OWNER_EMAIL, "password": OWNER_PASSWORD });
        app.anon().post_json("/api/v1/auth/local", sign_in).await.expect(200);
    }

    async fn ten_megabytes(engine) {
        let (app, owner) = household(engine).await;
        let padding = "x".repeat(10 * 1024 * 1024);
        for (method, path, body) in json_endpoints() {
            let field = body.as_object().unwrap().keys().next().unwrap().clone();
            let large = with(&body, &field, json!(padding)).to_string();
            let asked = owner.ask(method, path).header("content-type", "application/json");
            let said = asked.body(large).send().await.problem(413);
            assert!(said.contains("64 KiB"), "{said}");
        }
        for (path, fields) in FORMS.iter().filter(|(path, _)| *path != "/logout") {
            let answer = app.anon().post_form(path, &[(fields[0], &padding)]).await;
            assert_eq!(answer.status(), 413, "{path}: {}", answer.text());
            assert!(answer.text().contains("64 KiB") && answer.header("content-type").starts_with("text/html"), "{path}");
        }
        // Where no body is looked at, none is read either.
        let asked = owner.ask(Method::POST, "/api/v1/settings/initialize");
        asked.body(padding.clone()).send().await.expect(200);
        assert_well(&app, &owner).await;
    }

    async fn the_wrong_content_type(engine) {
        let (app, owner) = household(engine).await;
        let kinds = [
            "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json", "application/",
            "application/jsonp", "text/json+x", "application/json2", "🔑",
        ];
        for (method, path, body) in json_endpoints() {
            for kind in kinds {
                let asked = owner.ask(method.clone(), path).header("content-type", kind);
                let said = asked.body(body.to_string()).send().await.problem(415);
                assert!(said.contains("application/json"), "{said}");
            }
            owner.ask(method, path).body(body.to_string()).send().await.problem(415);
        }
        for (path, _) in FORMS.iter().filter(|(path, _)| *path != "/logout") {
            for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
                let asked = app.anon().ask(Method::POST, path).header("content-type", kind).body("{}").send().await;
                asked.expect(415);
            }
        }
        // Spellings that are right.
        for kind in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json", "application/json ;x"] {
            let asked = owner.ask(Method::POST, "/api/v1/auth/plex/attempts/poll").header("content-type", kind);
            asked.body("{}").send().await.expect(200);
        }
    }

    async fn odd_addresses_and_headers(engine) {
        let (app, owner) = household(engine).await;
        let long = format!("/login?returnTo=/{}", "x".repeat(60_000));
        let paths = [
            "/login?returnTo=%ff%fe", "/login?returnTo=%00", "/login?returnTo=a&returnTo=b", "/login?reason=%00&reason",
            "/login?reason=🔑", "/login?%", "/login?=&==", "/%00", "/%ff", "/..%2f..%2fetc/passwd", "/pkg/../../etc/passwd",
            "/pkg/%2e%2e/%2e%2e/etc/passwd", "/pkg/%00", "/pkg/a%00b", "//evil.test", "/\\evil.test", "/api/v1/%00",
            "/API/V1/AUTH/ME%00", "/api/v1/auth/me/////", "/setup/owner?reason=%ff", "/login/plex/return?window=%ff", &long,
        ];
        for path in paths {
            for page in [true, false] {
                let path = path.replace('🔑', "%F0%9F%94%91");
                let answer = if page { owner.page(&path).await } else { owner.get(&path).await };
                assert_sane(&answer, &path);
                let location = answer.header("location");
                let ours = location.is_empty() || location.starts_with('/') && !location.starts_with("//");
                assert!(ours, "{path} leads to {location}");
            }
        }
        let odd = "\u{fffd}🔑".repeat(500);
        for name in ["user-agent", "accept", "accept-language", "cookie", "origin", "referer", "x-forwarded-for", "host"] {
            for value in ["", "\t", ";;;===,,,", odd.as_str(), "null"] {
                let stranger = app.anon().from(&address(7));
                let asked = stranger.ask(Method::POST, "/api/v1/auth/local").header(name, value);
                let asked = asked.json(&json!({ "email": OWNER_EMAIL, "password": OWNER_PASSWORD }));
                assert_sane(&asked.send().await, &format!("{name}: {value}"));
                assert_sane(&owner.ask(Method::GET, "/login").header(name, value).send().await, name);
            }
        }
        let agent = "🔑\u{85}".repeat(2000);
        let stranger = app.anon();
        let asked = stranger.ask(Method::POST, "/api/v1/auth/local").header("user-agent", &agent);
        asked.json(&json!({ "email": OWNER_EMAIL, "password": OWNER_PASSWORD })).send().await.expect(200);
        assert_well(&app, &owner).await;
    }

    /// Numbers around the edges of what a PIN can be.
    async fn pin_numbers(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let code = "k3v9qz0d7m1xw8e2rb5ntj4ya";
        for (number, pin_id) in [i64::MIN, -731_946_025, -1, 0].into_iter().enumerate() {
            let browser = app.anon().from(&address(number));
            let answer = app.start_attempt(&browser, pin_id, code).await;
            answer.problem(400);
            assert_eq!(answer.fields(), ["pinId"]);
            assert_eq!(app.poll(&browser, pin_id).await, json!({ "state": "expired" }));
            let body = json!({ "pinId": pin_id, "code": code });
            assert_eq!(browser.post_json("/api/v1/auth/plex", body).await.problem(400), "pinId is the number that plex.tv gave the PIN.");
        }
        for pin_id in [1, i64::MAX] {
            let browser = app.anon();
            app.start_attempt(&browser, pin_id, code).await.expect(201);
            assert_eq!(app.poll(&browser, pin_id).await, json!({ "state": "expired" }));
            app.poll(&browser, i64::MIN).await;
        }
        for bad in ["", "abc", &"a".repeat(65), "k3v9 qz0d", "k3v9/../qz0d", "k3v9%00", "ключ-от-двери", "k3v9\0qz0d"] {
            let answer = app.start_attempt(&app.anon(), 731_946_025, bad).await;
            answer.problem(400);
            assert_eq!(answer.fields(), ["code"], "{bad:?}");
        }
        let asked: Vec<_> = app.plex.log().into_iter().map(|request| request.path).collect();
        assert!(!asked.iter().any(|path| path.contains("pins/-") || path.ends_with("pins/0")), "{asked:?}");
    }
}

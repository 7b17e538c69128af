//! `/switch`: somebody else's deep link in a browser where somebody is signed in. Nobody is switched without a yes.

use axum::http::Method;
use serde_json::json;

use super::{
    has_form,
    household::{Made, between, count, disable, link_of, make, make_for_days, number, revoke, silent_about, switch},
};
use crate::support::{Actor, Answer, DAY, Engine, MINUTE, TestApp, on_both};

const SID: &str = "latchkey.sid";
const SWITCH: &str = "latchkey.switch";
const SESSIONS: &str = "SELECT COUNT(*) FROM sessions";

/// Bea is signed in, and opens anna's link.
struct Asked {
    app: TestApp,
    owner: Actor,
    bea: Actor,
    anna: i64,
    made: Made,
}

impl Asked {
    async fn on(app: TestApp) -> Self {
        let owner = app.set_up().await;
        let anna = number(&app.member("anna").await).await;
        let bea = app.member("bea").await;
        let made = make(&owner, anna, "Kitchen <tablet>").await;
        let asked = Self {
            app,
            owner,
            bea,
            anna,
            made,
        };
        asked.open().await;
        asked
    }

    async fn start(engine: Engine) -> Self {
        Self::on(TestApp::start(engine).await).await
    }

    async fn open(&self) -> Answer {
        let answer = self.bea.page(&format!("/profile?x=1&token={}", self.made.value)).await;
        assert_eq!(answer.status(), 307, "{}", answer.text());
        assert_eq!(answer.header("location"), "/switch");
        answer
    }

    /// Bea is still who is signed in, by the very same session.
    async fn nothing_happened(&self, sid: &str) {
        assert_eq!(self.bea.cookie(SID).as_deref(), Some(sid));
        let me = self.bea.get("/api/v1/auth/me").await.expect(200).json();
        assert_eq!(me["plexUsername"], "bea");
    }

    fn sid(&self) -> String {
        self.bea.cookie(SID).unwrap()
    }
}

/// The question is over: its cookie goes, whatever it was.
#[track_caller]
fn over(answer: &Answer) -> String {
    assert!(answer.cookie(SWITCH).unwrap().removes(), "{}", answer.asked);
    answer.see_other()
}

on_both! {
    async fn the_page_asks_and_asking_changes_nothing(engine) {
        let asked = Asked::start(engine).await;
        let (sid, sessions) = (asked.sid(), count(&asked.app, SESSIONS).await);
        for _ in 0..3 {
            let answer = asked.open().await;
            assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "no-referrer"));
            silent_about(&answer, &asked.made.value);
            let cookie = answer.cookie(SWITCH).unwrap();
            assert!(cookie.has("httponly") && cookie.has("samesite=lax") && cookie.has("path=/"), "{cookie:?}");
            assert_eq!(cookie.max_age(), Some(5 * MINUTE));
            assert_eq!(answer.cookies().len(), 1);
            let hash = latchkey::domain::hash::sha256(asked.made.value.as_bytes());
            silent_about(&answer, &latchkey::domain::hash::hex(&hash));

            let page = asked.bea.page("/switch").await.expect(200);
            assert_eq!(page.header("cache-control"), "no-store");
            assert_eq!(page.cookies(), []);
            has_form(&page, "/switch");
            let text = page.text();
            for said in ["Switch to another account?", "<b>bea</b>", "<b>Anna Kowalska</b>", "Kitchen &lt;tablet&gt;", "href=\"/profile?x=1\""] {
                assert!(text.contains(said), "{said}: {text}");
            }
            assert!(!text.contains("<tablet>"));
            silent_about(&page, &asked.made.value);
            asked.bea.ask(Method::HEAD, "/switch").send().await.expect(200);
            asked.nothing_happened(&sid).await;
        }
        assert_eq!(count(&asked.app, SESSIONS).await, sessions);
    }

    async fn staying_keeps_everything(engine) {
        let asked = Asked::start(engine).await;
        let sid = asked.sid();
        asked.bea.page("/switch").await.expect(200);
        // The link of the page.
        let page = asked.bea.page("/profile?x=1").await.expect(200);
        assert!(page.text().contains("bea@example.test"));
        asked.nothing_happened(&sid).await;
    }

    async fn switching_by_post_ends_the_old_session(engine) {
        let asked = Asked::start(engine).await;
        let (sid, sessions) = (asked.sid(), count(&asked.app, SESSIONS).await);
        let before = asked.bea.at(&asked.app);
        let answer = switch(&asked.bea).await;
        assert_eq!(over(&answer), "/profile?x=1");
        silent_about(&answer, &asked.made.value);
        assert_ne!(asked.sid(), sid);
        assert!(asked.bea.page("/profile?x=1").await.expect(200).text().contains("anna@example.test"));
        before.get("/api/v1/auth/me").await.problem(403);
        assert_eq!(count(&asked.app, SESSIONS).await, sessions, "one went, one came");
        // It is a session of the token: it can't make another, and ends with it.
        asked.app.state.site.update(|settings| settings.members_may_make_tokens = true).await.unwrap();
        let path = format!("/api/v1/user/{}/settings/tokens", asked.anna);
        asked.bea.post_json(&path, json!({ "name": "Another" })).await.problem(403);
        revoke(&asked.owner, asked.anna, asked.made.id).await;
        asked.bea.get("/api/v1/auth/me").await.problem(403);
        // The answer was good once.
        assert_eq!(switch(&asked.bea).await.see_other(), "/login?reason=link");
    }

    /// The yes of two tabs, or of somebody who pressed twice.
    async fn twice_yes(engine) {
        let asked = Asked::start(engine).await;
        let other_tab = asked.bea.at(&asked.app);
        let shown = asked.bea.page("/switch").await.expect(200).text();
        let link = between(&shown, "name=\"link\" value=\"", "\"");
        assert_eq!(over(&switch(&asked.bea).await), "/profile?x=1");
        let cookie = other_tab.cookie(SWITCH).unwrap();
        asked.bea.plant(SWITCH, &cookie);
        assert_eq!(over(&asked.bea.page("/switch").await), "/profile?x=1", "nothing is left to ask");
        asked.bea.plant(SWITCH, &cookie);
        assert_eq!(over(&asked.bea.post_form("/switch", &[("link", link)]).await), "/profile?x=1");
        assert_eq!(number(&asked.bea).await, asked.anna);
    }

    async fn an_answer_that_comes_too_late(engine) {
        let asked = Asked::start(engine).await;
        let sid = asked.sid();
        asked.app.clock.advance(5 * MINUTE - 1);
        asked.bea.page("/switch").await.expect(200);
        let cookie = asked.bea.cookie(SWITCH).unwrap();
        asked.app.clock.advance(1);
        assert_eq!(over(&asked.bea.page("/switch").await), "/");
        asked.bea.plant(SWITCH, &cookie);
        assert_eq!(over(&switch(&asked.bea).await), "/login?reason=link");
        asked.nothing_happened(&sid).await;
    }

    async fn a_token_that_ends_between_question_and_answer(engine) {
        let asked = Asked::start(engine).await;
        let sid = asked.sid();
        let gone = async |what: &str, cookie: &str| {
            asked.bea.plant(SWITCH, cookie);
            assert_eq!(over(&asked.bea.page("/switch").await), "/", "{what}");
            asked.bea.plant(SWITCH, cookie);
            let answer = switch(&asked.bea).await;
            assert_eq!(over(&answer), "/login?reason=link", "{what}");
            // Who is still signed in sees no sign-in page for it.
            assert_eq!(asked.bea.page("/login?reason=link").await.see_other(), "/", "{what}");
            asked.nothing_happened(&sid).await;
        };
        let ask_with = async |made: &Made| {
            asked.bea.page(&format!("/?token={}", made.value)).await.expect(307);
            asked.bea.page("/switch").await.expect(200);
            asked.bea.cookie(SWITCH).unwrap()
        };
        let revoked = make(&asked.owner, asked.anna, "Revoked").await;
        let cookie = ask_with(&revoked).await;
        revoke(&asked.owner, asked.anna, revoked.id).await;
        gone("revoked", &cookie).await;

        let replaced = make(&asked.owner, asked.anna, "Replaced").await;
        let cookie = ask_with(&replaced).await;
        let path = format!("/api/v1/user/{}/settings/token", asked.anna);
        asked.owner.post_json(&path, json!({ "name": "Replaced" })).await.expect(200);
        gone("replaced", &cookie).await;

        let expired = make_for_days(&asked.owner, asked.anna, "For a day", 1).await;
        asked.app.clock.advance(DAY - 1);
        let cookie = ask_with(&expired).await;
        asked.app.clock.advance(1);
        gone("expired", &cookie).await;

        let cookie = ask_with(&asked.made).await;
        disable(&asked.app, asked.anna).await;
        gone("switched off", &cookie).await;
    }

    async fn a_cookie_that_is_not_ours(engine) {
        let asked = Asked::start(engine).await;
        let (sid, good) = (asked.sid(), asked.bea.cookie(SWITCH).unwrap());
        let other = Asked::start(Engine::Sqlite).await;
        let foreign = other.bea.cookie(SWITCH).unwrap();
        // Sealed here, for something else.
        let form = [("name", "Hall"), ("expires", "")];
        let made = asked.owner.post_form(&format!("/users/{}/tokens", asked.anna), &form).await;
        let made = made.cookie("latchkey.made").unwrap().value;
        let mut damaged: Vec<String> = vec![
            String::new(), "x".into(), "zz".repeat(60), "0".repeat(200), "a".repeat(8000), good.to_uppercase() + "0", foreign, made,
            good[2..].to_owned(), good[..good.len() - 2].to_owned(), format!("{good}{good}"), format!("{good}00"), "🔑".into(),
        ];
        for at in [0, 20, 47, 48, 49, good.len() / 2, good.len() - 1] {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            damaged.push(String::from_utf8(bytes).unwrap());
        }
        for cookie in &damaged {
            asked.bea.plant(SWITCH, cookie);
            assert_eq!(over(&asked.bea.page("/switch").await), "/", "{cookie}");
            asked.bea.plant(SWITCH, cookie);
            assert_eq!(over(&switch(&asked.bea).await), "/login?reason=link", "{cookie}");
        }
        // Two of that name: one was planted by somebody.
        let both = format!("{SID}={sid}; {SWITCH}={good}; {SWITCH}={good}");
        let browser = asked.app.anon();
        let answer = browser.ask(Method::POST, "/switch").header("cookie", &both).form(&[]).send().await;
        assert_eq!(answer.see_other(), "/login?reason=link");
        // Without any.
        asked.bea.page("/switch").await.see_other();
        assert_eq!(switch(&asked.bea).await.see_other(), "/login?reason=link");
        asked.nothing_happened(&sid).await;
        // All that hurt nothing.
        asked.bea.plant(SWITCH, &good);
        assert_eq!(over(&switch(&asked.bea).await), "/profile?x=1");
        assert_eq!(number(&asked.bea).await, asked.anna);
    }

    async fn a_rotated_secret_ends_the_question(engine) {
        let asked = Asked::start(engine).await;
        let cookie = asked.bea.cookie(SWITCH).unwrap();
        asked.app.state.site.rotate_session_secret(&asked.app.by()).await.unwrap();
        assert_eq!(over(&asked.bea.page("/switch").await), "/");
        asked.bea.plant(SWITCH, &cookie);
        assert_eq!(over(&switch(&asked.bea).await), "/login?reason=link");
        asked.bea.get("/api/v1/auth/me").await.problem(403);
    }

    async fn asked_at_one_instance_answered_at_the_other(engine) {
        let asked = Asked::start(engine).await;
        let second = asked.app.second_instance().await;
        let there = asked.bea.at(&second);
        assert!(there.page("/switch").await.expect(200).text().contains("Anna Kowalska"));
        assert_eq!(over(&switch(&there).await), "/profile?x=1");
        assert_eq!(number(&there.at(&asked.app)).await, asked.anna);
        asked.bea.get("/api/v1/auth/me").await.problem(403);
    }
}

#[tokio::test]
async fn nobody_is_signed_in_any_more() {
    let asked = Asked::start(Engine::Sqlite).await;
    let cookie = asked.bea.cookie(SWITCH).unwrap();
    // The session ends by itself, not by signing out.
    asked.app.clock.advance(2 * MINUTE);
    let stranger = asked.app.anon();
    stranger.plant(SWITCH, &cookie);
    assert_eq!(over(&stranger.page("/switch").await), "/");
    assert_eq!(stranger.page("/").await.see_other(), "/login?returnTo=%2F");
}

/// As with an attempt at Plex: what was left behind does not let the next person at this browser in.
#[tokio::test]
async fn signing_out_ends_the_question() {
    for by_form in [true, false] {
        let asked = Asked::start(Engine::Sqlite).await;
        if by_form {
            asked.bea.post_form("/logout", &[]).await.see_other();
        } else {
            asked.bea.post("/api/v1/auth/logout").await.expect(200);
        }
        assert_eq!(asked.bea.cookie(SWITCH), None);
        let answer = asked.bea.post_form("/switch", &[]).await;
        assert_eq!(answer.see_other(), "/login?reason=link");
        asked.bea.get("/api/v1/auth/me").await.problem(401);
    }
}

/// Meanwhile the other person signed in here themselves.
#[tokio::test]
async fn there_is_nothing_to_ask_any_more() {
    let asked = Asked::start(Engine::Sqlite).await;
    let cookie = asked.bea.cookie(SWITCH).unwrap();
    assert_eq!(asked.app.sign_in(&asked.bea, "anna").await["state"], "signedIn");
    let sid = asked.sid();
    asked.bea.plant(SWITCH, &cookie);
    assert_eq!(over(&asked.bea.page("/switch").await), "/profile?x=1");
    assert_eq!(asked.sid(), sid);
    assert_eq!(number(&asked.bea).await, asked.anna);
}

#[tokio::test]
async fn another_site_cannot_say_yes() {
    let asked = Asked::start(Engine::Sqlite).await;
    let sid = asked.sid();
    let foreign: [&[(&'static str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.test")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.test")],
        &[("origin", "null")],
        &[("origin", "http://home.test.evil.test")],
    ];
    for headers in foreign {
        let mut post = asked.bea.ask(Method::POST, "/switch").header("accept", "text/html");
        for (name, value) in headers {
            post = post.header(name, value);
        }
        let answer = post.form(&[]).send().await.expect(403);
        assert!(answer.text().contains("another site"), "{headers:?}");
        assert_eq!(answer.cookies(), [], "{headers:?}");
        asked.nothing_happened(&sid).await;
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        asked.bea.ask(method, "/switch").send().await.expect(405);
    }
    asked.nothing_happened(&sid).await;
    asked.bea.page("/switch").await.expect(200);
}

#[tokio::test]
async fn on_https_the_cookie_is_secure() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://home.test")
        .start()
        .await;
    let asked = Asked::on(app).await;
    let secure = "__Host-latchkey.switch";
    assert!(asked.open().await.cookie(secure).unwrap().has("secure"));
    let answer = switch(&asked.bea).await;
    assert!(answer.cookie(secure).unwrap().has("secure") && answer.cookie(SID).unwrap().has("secure"));
}

/// A link to this very page: staying must lead somewhere else than to the same question.
#[tokio::test]
async fn a_link_to_the_question_itself() {
    let asked = Asked::start(Engine::Sqlite).await;
    let answer = asked
        .bea
        .page(&format!("/switch?token={}", asked.made.value))
        .await
        .expect(307);
    assert_eq!(answer.header("location"), "/switch");
    let text = asked.bea.page("/switch").await.expect(200).text();
    let stay = link_of(&text, "Stay signed in");
    assert_ne!(stay, "/switch", "staying asks the same again");
}

/// A device that was set up for somebody forgets that when it is switched: it is not let in as the old person later.
#[tokio::test]
async fn switching_ends_what_the_device_kept() {
    let asked = Asked::start(Engine::Sqlite).await;
    asked.bea.plant("latchkey.device", "00");
    let answer = switch(&asked.bea).await;
    assert!(answer.cookie("latchkey.device").unwrap().removes());
}

/// Browsers drop a cookie of more than 4096 bytes, and proxies refuse answers with longer headers: nobody would be asked,
/// and the link would lead to the home page without a word.
#[tokio::test]
async fn a_long_link_asks_too() {
    let asked = Asked::start(Engine::Sqlite).await;
    for length in [500, 1_500, 1_900, 3_000, 7_900] {
        let target = format!("/profile?x={}", "y".repeat(length));
        let answer = asked.bea.page(&format!("{target}&token={}", asked.made.value)).await;
        assert_eq!(answer.header("location"), "/switch", "{length}");
        let cookie = answer.cookie(SWITCH).unwrap();
        let size = SWITCH.len() + cookie.value.len();
        assert!(
            size <= 4096,
            "an address of {length} bytes makes a cookie of {size} bytes"
        );
        assert!(
            asked
                .bea
                .page("/switch")
                .await
                .expect(200)
                .text()
                .contains("Anna Kowalska")
        );
    }
}

/// The page was shown for one link, and then another one was opened in another tab: the yes is not for that one.
#[tokio::test]
async fn the_yes_is_for_the_link_that_was_shown() {
    let asked = Asked::start(Engine::Sqlite).await;
    let shown = asked.bea.page("/switch").await.expect(200).text();
    let link = between(&shown, "name=\"link\" value=\"", "\"");
    let owners = make(&asked.owner, 1, "Office").await;
    asked.bea.page(&format!("/?token={}", owners.value)).await.expect(307);
    let sid = asked.sid();
    let answer = asked.bea.post_form("/switch", &[("link", link)]).await;
    assert_eq!(answer.see_other(), "/switch");
    asked.nothing_happened(&sid).await;
    switch(&asked.bea).await.see_other();
    assert_eq!(number(&asked.bea).await, 1);
}

//! Links that open nothing, and a database that is away.

use std::collections::BTreeSet;

use latchkey::storage::Db;
use serde_json::json;

use super::{WRONG, dead, home, is_anna, leads};
use crate::{
    pages::household::{count, disable, make, make_for_days, number, revoke, silent_about},
    support::{DAY, Engine, MINUTE, on_both},
};

on_both! {
    /// Wrong, expired, revoked, malformed, replaced, of somebody switched off: nobody can tell which.
    async fn dead_links_are_all_the_same(engine) {
        let home = home(engine).await;
        let (app, owner) = (&home.app, &home.owner);
        let bea = number(&app.member("bea").await).await;
        let of_bea = make(owner, bea, "Bea's").await.value;
        let expired = make_for_days(owner, home.anna, "For a day", 1).await.value;
        let revoked = make(owner, home.anna, "Lost").await;
        revoke(owner, home.anna, revoked.id).await;
        let replaced = make(owner, home.anna, "Swapped").await;
        owner.post_json(&format!("/api/v1/user/{}/settings/token", home.anna), json!({ "name": "Swapped" })).await.expect(200);
        disable(app, bea).await;
        app.clock.advance(DAY);
        let mut seen = BTreeSet::new();
        let long = "a".repeat(3000);
        for token in [
            WRONG, of_bea.as_str(), &expired, &revoked.value, &replaced.value, &home.made.value[..35], "x", "null", "undefined",
            "%00%00", "%ff%fe", "%0d%0aSet-Cookie:%20x=1", "..%2f..%2f", "%27%20OR%201%3D1--", "%3Cscript%3E",
            &home.made.value.replace('-', ""), &format!("%7B{}%7D", home.made.value), &format!("urn:uuid:{}", home.made.value),
            &format!("{}0", home.made.value), &format!("{0}{0}", home.made.value), &long, "", "%20",
        ] {
            let browser = app.anon();
            let answer = browser.page(&format!("/profile?a=1&token={token}&b=%20")).await;
            let held = if token.len() < 8 { "no secret at all" } else { token };
            assert_eq!(leads(&answer, held), dead("/profile?a=1&b=%20"), "{token}");
            assert_eq!(answer.cookies(), [], "{token}");
            assert_eq!(answer.body.len(), 0, "{token}");
            let headers: BTreeSet<String> = answer.headers.iter()
                .filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "content-security-policy"))
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
                .collect();
            seen.insert(headers);
            let page = browser.page(answer.header("location")).await.expect(200);
            silent_about(&page, held);
            let text = page.text();
            assert!(text.contains("This sign-in link no longer works."), "{text}");
            assert!(text.contains("name=\"returnTo\" value=\"/profile?a=1&amp;b=%20\""), "{text}");
            browser.get("/api/v1/auth/me").await.problem(401);
        }
        assert_eq!(seen.len(), 1, "the answers differ: {seen:#?}");
    }

    /// Guessing is not told from any other dead link, and the household behind the address is not locked out by it.
    async fn after_many_wrong_ones_the_answer_is_the_same_and_a_good_one_works(engine) {
        let home = home(engine).await;
        let broken = home.app.anon();
        let mut answers = BTreeSet::new();
        for number in 0..60 {
            let token = format!("0b7c1f62-1111-4222-8333-{number:012}");
            let answer = broken.page(&format!("/profile?token={token}")).await;
            assert_eq!(leads(&answer, &token), dead("/profile"), "{number}");
            assert_eq!((answer.header("retry-after"), answer.cookies()), ("", Vec::new()));
            answers.insert(answer.headers.len());
        }
        assert_eq!(answers.len(), 1);
        let browser = home.app.anon();
        assert_eq!(leads(&browser.page(&format!("/?token={}", home.made.value)).await, &home.made.value), "/");
        is_anna(&home, &browser).await;
        // A program from there is told to wait, so the tries were counted.
        home.app.anon().post_json("/api/v1/auth/token", json!({ "token": WRONG })).await.problem(429);
    }

    /// A tablet that opens its dead link again and again uses up one try a minute.
    async fn one_dead_link_for_ever_locks_nobody_out(engine) {
        let home = home(engine).await;
        let tablet = home.app.anon();
        for _ in 0..100 {
            leads(&tablet.page(&format!("/?token={WRONG}")).await, WRONG);
        }
        home.app.anon().post_json("/api/v1/auth/token", json!({ "token": WRONG.replace('6', "7") })).await.problem(403);
        home.app.clock.advance(MINUTE);
        leads(&tablet.page(&format!("/?token={WRONG}")).await, WRONG);
        assert_eq!(count(&home.app, "SELECT COUNT(*) FROM failures WHERE kind = 'token_from_address'").await, 3);
    }

    /// With the database away the page says so, and holds the token no more than any other.
    async fn without_the_database(engine) {
        let home = home(engine).await;
        home.app.db.close().await;
        for token in [home.made.value.as_str(), WRONG] {
            for browser in [home.app.anon(), home.owner.at(&home.app)] {
                let page = browser.page(&format!("/profile?a=1&token={token}")).await.expect(503);
                assert!(page.text().contains("database isn"), "{}", page.text());
                assert_eq!((page.header("retry-after"), page.header("cache-control")), ("5", "no-store"));
                assert_eq!(page.cookies(), []);
                silent_about(&page, token);
                // This page's address holds the token: its style sheet and links must not be asked for with it.
                assert_eq!(page.header("referrer-policy"), "no-referrer");
                let answer = browser.get(&format!("/profile?token={token}")).await;
                answer.problem(503);
                silent_about(&answer, token);
                assert_eq!(answer.header("referrer-policy"), "no-referrer");
            }
        }
    }
}

/// The database reads but does not write: nobody is told that they are signed in who is not.
#[tokio::test]
async fn a_session_that_cannot_be_kept_is_an_error() {
    let home = home(Engine::Sqlite).await;
    let Db::Sqlite(pool) = &home.app.db else { unreachable!() };
    let mut all = Vec::new();
    // As many as there can be, so that none is made later without it.
    for _ in 0..pool.options().get_max_connections() {
        all.push(pool.acquire().await.unwrap());
    }
    for connection in &mut all {
        sqlx::query("PRAGMA query_only = ON")
            .execute(&mut **connection)
            .await
            .unwrap();
    }
    drop(all);
    let browser = home.app.anon();
    for token in [home.made.value.as_str(), WRONG] {
        let answer = browser.page(&format!("/profile?token={token}")).await.expect(503);
        assert_eq!((answer.cookies(), answer.header("location")), (Vec::new(), ""));
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        silent_about(&answer, token);
    }
}

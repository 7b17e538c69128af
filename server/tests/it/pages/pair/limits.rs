//! How often codes are begun and tried.

use serde_json::json;

use super::{CODE, PAIRINGS, POLL, WRONG_CODE, begin, say, scan, state, tablet, tokens_of, yes};
use crate::{
    pages::household::{count, execute, manager, number},
    support::{Actor, Answer, Engine, MINUTE, TestApp, on_both},
};

const NO_DEVICE: &str = "No device is waiting with that code";
const ASKS: &str = "Only say yes if this device is in front of you.";

/// Another wrong code each time, with the right letters.
fn wrong(number: usize) -> String {
    let letters = b"BCDFGHJKLM";
    let letter = |at: u32| char::from(letters[number / 10_usize.pow(at) % 10]);
    format!("ZZZZ-Z{}{}{}", letter(2), letter(1), letter(0))
}

#[track_caller]
fn too_many(page: &Answer) {
    let text = page.text();
    assert!(
        text.contains("Too many tries") && !text.contains(ASKS) && !text.contains("Safari on iPad"),
        "{text}"
    );
}

async fn try_by_page(phone: &Actor, code: &str) -> Answer {
    scan(phone, code).await
}

on_both! {
    /// Ten by one member in ten minutes, whether by the page or by its form, on whichever instance.
    async fn wrong_codes(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let second = app.second_instance().await;
        let marlow = manager(&app, "marlow").await;
        let device = tablet(&app);
        for number in 0..5 {
            let page = try_by_page(&owner, &wrong(number)).await.expect(200);
            assert!(page.text().contains(NO_DEVICE), "{}", page.text());
            assert!(page.cookie(CODE).unwrap().removes());
            let page = yes(&owner.at(&second), &wrong(100 + number), 1, "Guessed").await.expect(404);
            assert!(page.text().contains(NO_DEVICE), "{}", page.text());
        }
        let code = begin(&device).await;
        // The right one, too: or the eleventh guess would be told from the others.
        for code in [code.as_str(), WRONG_CODE, "nonsense"] {
            let page = try_by_page(&owner, code).await;
            too_many(&page);
            assert!(matches!(page.status(), 200 | 429));
            for answer in ["yes", "no"] {
                let page = say(&owner.at(&second), code, answer, 1, "Guessed").await.expect(429);
                too_many(&page);
                let wait: i64 = page.header("retry-after").parse().unwrap();
                assert!((1..=10 * MINUTE).contains(&wait), "{wait}");
            }
        }
        assert_eq!(state(&device).await, "waiting");
        assert_eq!(tokens_of(&owner, 1).await.len(), 0);
        // The other phone of the household is not held up by it.
        yes(&marlow, &code, number(&marlow).await, "Hall").await.expect(200);
        assert_eq!(state(&device).await, "signedIn");

        app.clock.advance(10 * MINUTE + 1);
        let owner = app.owner().await;
        let device = tablet(&app);
        let code = begin(&device).await;
        assert!(try_by_page(&owner, &code).await.text().contains(ASKS));
        yes(&owner, &code, 1, "Kitchen").await.expect(200);
        assert_eq!(state(&device).await, "signedIn");
    }

    /// A member who scans, loads again, and makes mistakes in the form is no guesser.
    async fn right_codes_are_not_counted(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let device = tablet(&app);
        let code = begin(&device).await;
        for _ in 0..30 {
            assert!(try_by_page(&owner, &code).await.text().contains(ASKS));
            yes(&owner, &code, 1, "").await.expect(400);
        }
        for number in 0..9 {
            try_by_page(&owner, &wrong(number)).await;
        }
        assert!(try_by_page(&owner, &code).await.text().contains(ASKS));
        yes(&owner, &code, 1, "Kitchen").await.expect(200);
        assert_eq!(state(&device).await, "signedIn");
    }

    /// Thirty devices in ten minutes from one address; loading the page again is none.
    async fn codes_that_are_begun(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let first = tablet(&app);
        let code = begin(&first).await;
        for _ in 0..40 {
            assert_eq!(begin(&first).await, code);
        }
        for _ in 0..29 {
            begin(&tablet(&app)).await;
        }
        let late = tablet(&app);
        let page = late.page("/pair").await.expect(429);
        let wait: i64 = page.header("retry-after").parse().unwrap();
        assert!((1..=10 * MINUTE).contains(&wait), "{wait}");
        assert!(page.header("content-type").starts_with("text/html") && page.text().contains("Too many tries"), "{}", page.text());
        assert_eq!((page.cookies(), count(&app, PAIRINGS).await), (Vec::new(), 30));
        // Those that wait are not held up, and neither are others.
        begin(&app.anon().from("198.51.100.20")).await;
        yes(&owner, &code, 1, "Kitchen").await.expect(200);
        assert_eq!(state(&first).await, "signedIn");
        app.clock.advance(10 * MINUTE + 1);
        begin(&late).await;
    }

    /// Pairings that are over are cleared away, those that wait are not.
    async fn what_is_over_is_forgotten(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        begin(&tablet(&app)).await;
        app.clock.advance(16 * MINUTE);
        let waiting = tablet(&app);
        begin(&waiting).await;
        assert_eq!(app.state.pairings.clean().await.unwrap(), 1);
        assert_eq!(count(&app, PAIRINGS).await, 1);
        assert_eq!(state(&waiting).await, "waiting");
    }
}

/// A member can have a hundred login tokens, however they are made.
#[tokio::test]
async fn no_more_tokens_than_there_may_be() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let anna = number(&app.member("anna").await).await;
    for number in 0..100 {
        execute(
            &app,
            format!("INSERT INTO login_tokens (user_id, name, token_hash, created_at) VALUES ({anna}, 'No. {number}', x'{number:064x}', 0)"),
        )
        .await;
    }
    let path = format!("/api/v1/user/{anna}/settings/tokens");
    owner.post_json(&path, json!({ "name": "One more" })).await.problem(409);
    let device = tablet(&app);
    let code = begin(&device).await;
    let page = yes(&owner, &code, anna, "One more").await;
    assert_eq!(page.status(), 409, "a hundred and first by pairing: {}", page.text());
    device.post(POLL).await.expect(200);
    assert_eq!(tokens_of(&owner, anna).await.len(), 100);
}

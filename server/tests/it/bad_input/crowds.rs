//! Too much at once, and people who hang up in the middle.

use std::{sync::Arc, time::Duration};

use latchkey::{
    plex::{PacingLimits, PlexLimits},
    storage::Db,
};
use plex_stub::Fault;
use serde_json::json;
use tokio::task::JoinSet;

use super::people::count;
use crate::{
    process::http::Browser,
    support::{Engine, MINUTE, TestApp, on_both, until},
};

const POLL: &str = "/api/v1/auth/plex/attempts/poll";

on_both! {
    async fn two_hundred_attempts_at_once_from_one_browser(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = Arc::new(app.anon());
        // One begun before, by somebody who is just approving it.
        let (early, early_code) = app.pin();
        app.start_attempt(&browser, early, &early_code).await.expect(201);
        app.plex.clear_log();

        let mut all = JoinSet::new();
        for _ in 0..200 {
            let browser = Arc::clone(&browser);
            let (pin_id, code) = app.pin();
            all.spawn(async move {
                let body = json!({ "pinId": pin_id, "code": code });
                (pin_id, browser.post_json("/api/v1/auth/plex/attempts", body).await)
            });
        }
        let (mut begun, mut turned_away) = (Vec::new(), 0);
        while let Some(done) = all.join_next().await {
            let (pin_id, answer) = done.unwrap();
            if answer.status() == 201 {
                begun.push(pin_id);
                continue;
            }
            answer.problem(429);
            let wait: i64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=10 * MINUTE).contains(&wait), "{wait}");
            turned_away += 1;
        }
        // Sixty in ten minutes, one of them was made by the set-up's own sign-in or the early one.
        assert!((40..60).contains(&begun.len()), "{}", begun.len());
        assert_eq!(begun.len() + turned_away, 200);
        assert!(app.plex.log().is_empty(), "beginning asks Plex nothing");

        // Everybody polls at once, the early one among them.
        app.plex.approve(&early_code, "anna").unwrap();
        let mut polls = JoinSet::new();
        for pin_id in begun.iter().copied().chain([early]) {
            let browser = Arc::clone(&browser);
            polls.spawn(async move { browser.post_json(POLL, json!({ "pinId": pin_id })).await });
        }
        while let Some(answer) = polls.join_next().await {
            let state = answer.unwrap().expect(200).json();
            assert!(matches!(state["state"].as_str(), Some("pending" | "signedIn")), "{state}");
        }
        assert!(app.plex.log().len() <= begun.len() + 3, "one question a PIN, two about anna");
        assert_eq!(app.poll(&browser, early).await["state"], "signedIn");
        browser.get("/api/v1/auth/me").await.expect(200);
        // Another household is not concerned, and this one not for long.
        let elsewhere = app.anon().from("198.51.100.7");
        assert_eq!(app.sign_in(&elsewhere, "marlow").await["state"], "signedIn");
        app.clock.advance(10 * MINUTE + 1);
        assert_eq!(app.sign_in(&browser, "anna").await["state"], "signedIn");
    }

    /// The real pacing: a crowd of polls is told when to come back instead of asking plex.tv.
    async fn a_crowd_does_not_trip_plex(engine) {
        let limits = PlexLimits::default();
        let app = TestApp::build(engine).plex_limits(limits).start().await;
        app.set_up().await;
        let mut crowd = Vec::new();
        for number in 0..50 {
            let browser = Arc::new(app.anon().from(&format!("198.51.100.{}", number + 1)));
            let (pin_id, code) = app.pin();
            app.start_attempt(&browser, pin_id, &code).await.expect(201);
            crowd.push((browser, pin_id));
        }
        app.plex.clear_log();
        app.plex.switch(|switches| switches.requests_per_second = Some(10));
        let mut polls = JoinSet::new();
        for (browser, pin_id) in &crowd {
            let (browser, pin_id) = (Arc::clone(browser), *pin_id);
            polls.spawn(async move { browser.post_json(POLL, json!({ "pinId": pin_id })).await });
        }
        let mut waits = Vec::new();
        while let Some(answer) = polls.join_next().await {
            let state = answer.unwrap().expect(200).json();
            assert_eq!(state["state"], "pending", "{state}");
            waits.push(state["retryAfter"].as_u64().unwrap());
        }
        let log = app.plex.log();
        assert!(log.len() <= 8, "{} requests at once", log.len());
        assert!(log.iter().all(|request| request.status != 429), "{log:#?}");
        assert!(waits.iter().all(|wait| (50..=15_000).contains(wait)), "{waits:?}");
    }

    /// Sixty PINs of a stranger at one address, polled without end: everybody else's sign-in goes on.
    async fn one_stranger_stops_nobody(engine) {
        let limits = PlexLimits {
            pacing: PacingLimits {
                per_pin: Duration::from_millis(400),
                every: Duration::from_millis(200),
                ..PacingLimits::default()
            },
            ..PlexLimits::default()
        };
        let app = TestApp::build(engine).plex_limits(limits).start().await;
        app.set_up_local().await;
        let stranger = Arc::new(app.anon().from("203.0.113.66"));
        let (mut theirs, mut crowd) = (Vec::new(), JoinSet::new());
        for _ in 0..60 {
            let (pin_id, code) = app.pin();
            app.start_attempt(&stranger, pin_id, &code).await.expect(201);
            theirs.push(pin_id);
        }
        for pin_id in theirs {
            let stranger = Arc::clone(&stranger);
            crowd.spawn(async move {
                loop {
                    stranger.post_json(POLL, json!({ "pinId": pin_id })).await.expect(200);
                    // Not a wait for anything: how fast the flood is.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            });
        }
        until("the stranger has used up what may be asked at once", || async { app.plex.log().len() >= 6 }).await;

        let browser = app.anon();
        let (pin_id, code) = app.pin();
        app.start_attempt(&browser, pin_id, &code).await.expect(201);
        app.plex.clear_log();
        let own = format!("/api/v2/pins/{pin_id}");
        for reads in 1..=3 {
            until("the PIN is read", || async {
                app.poll(&browser, pin_id).await;
                app.plex.log().iter().filter(|request| request.path == own).count() >= reads
            })
            .await;
        }
        let log = app.plex.log();
        let others = log.iter().filter(|request| request.path != own).count();
        // In turn they are one or two to one; sixty PINs in turn would be a hundred and eighty.
        assert!(others <= 15, "{others} reads of the stranger's PINs, three of this one");
        crowd.abort_all();
    }

    async fn fifty_polls_of_one_approved_pin(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = Arc::new(app.anon());
        let (pin_id, code) = app.pin();
        app.start_attempt(&browser, pin_id, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        app.plex.clear_log();
        // Slow enough that all of them come while the first is at it.
        app.plex.switch(|switches| switches.faults.push(Fault::slow("/api/v2/user", 300)));
        let mut polls = JoinSet::new();
        for _ in 0..50 {
            let browser = Arc::clone(&browser);
            polls.spawn(async move { browser.post_json(POLL, json!({ "pinId": pin_id })).await });
        }
        let mut signed_in = 0;
        while let Some(answer) = polls.join_next().await {
            let answer = answer.unwrap().expect(200);
            match answer.json()["state"].as_str() {
                Some("signedIn") => {
                    signed_in += 1;
                    assert!(answer.cookie("latchkey.sid").is_some());
                }
                Some("pending") => {
                    assert!(answer.json()["retryAfter"].as_u64().unwrap() >= 50);
                    assert!(answer.cookie("latchkey.sid").is_none());
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(signed_in >= 1);
        assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 1, "redeemed once");
        let asked: Vec<_> = app.plex.log().into_iter().map(|request| request.path).collect();
        assert_eq!(asked, [&format!("/api/v2/pins/{pin_id}"), "/api/v2/user", "/api/v2/resources"]);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 2);
        // Whoever hears "signed in" gets a session, and a browser that hears it again gives the one before back.
        let sessions = count(&app, "SELECT COUNT(*) FROM sessions WHERE user_id = 2").await;
        assert!((1..=signed_in).contains(&sessions), "{sessions} sessions of {signed_in} answers");
        assert_eq!(app.poll(&browser, pin_id).await["state"], "signedIn");
        browser.get("/api/v1/auth/me").await.expect(200);
    }

    async fn fifty_programs_with_one_pin(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (pin_id, code) = app.pin();
        app.plex.approve(&code, "anna").unwrap();
        app.plex.switch(|switches| switches.faults.push(Fault::slow("/api/v2/user", 200)));
        let mut all = JoinSet::new();
        for _ in 0..50 {
            let program = app.anon();
            let body = json!({ "pinId": pin_id, "code": code });
            all.spawn(async move { program.post_json("/api/v1/auth/plex", body).await });
        }
        while let Some(answer) = all.join_next().await {
            let answer = answer.unwrap();
            assert!(matches!(answer.status(), 200 | 202), "{}", answer.text());
        }
        assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 1);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 2);
    }

    async fn fifty_owners_at_once(engine) {
        let app = TestApp::start(engine).await;
        let code = app.setup_code().await;
        let mut all = JoinSet::new();
        // Over the limit of wrong codes too: right ones are not counted.
        for number in 0..50 {
            let candidate = app.anon();
            let body = json!({
                "setupCode": code, "email": format!("owner{number}@home.test"), "password": "long-enough-password",
            });
            all.spawn(async move { candidate.post_json("/api/v1/setup/owner", body).await.status() });
        }
        let mut made = 0;
        while let Some(status) = all.join_next().await {
            match status.unwrap() {
                201 => made += 1,
                409 | 429 | 503 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(made, 1);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 1);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM sessions").await, 1);
    }

    /// The browser goes away while the server asks Plex: the work goes on, and the next poll is in.
    async fn hanging_up_in_the_middle(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let served = app.listen().await;
        for path in ["/api/v2/pins/", "/api/v2/user", "/api/v2/resources"] {
            let mut browser = Browser::new(served.address);
            let (pin_id, code) = app.pin();
            let begun = browser.post("/api/v1/auth/plex/attempts", &json!({ "pinId": pin_id, "code": code })).await;
            assert_eq!(begun.status, 201, "{begun:?}");
            app.plex.approve(&code, "anna").unwrap();
            app.plex.clear_log();
            app.plex.switch(|switches| switches.faults = vec![Fault::slow(path, 300).times(1)]);
            let hanging = browser.begin("POST", POLL, Some("application/json"), b"{}").await.unwrap();
            until("Plex is asked", || async {
                app.plex.log().iter().any(|request| request.path.starts_with(path))
            })
            .await;
            drop(hanging);
            let mut state = json!(null);
            until("the next poll is in", || {
                let mut browser = browser.clone();
                async move {
                    let answer = browser.post(POLL, &json!({})).await;
                    assert_eq!(answer.status, 200, "{answer:?}");
                    assert_ne!(answer.json()["state"], "expired", "{path}");
                    answer.json()["state"] == "signedIn"
                }
            })
            .await;
            let answer = browser.post(POLL, &json!({})).await;
            state.clone_from(&answer.json());
            assert_eq!(state["state"], "signedIn", "{path}");
            assert_eq!(browser.get("/api/v1/auth/me").await.json()["plexId"], 52_990_041);
            assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 1, "{path}: redeemed once");
        }
    }

    /// The same in the process, where a dropped future is all there is: at every point that it can be dropped at.
    async fn dropped_at_any_moment(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for delay in [0, 1, 3, 8, 20, 50] {
            let browser = app.anon();
            let (pin_id, code) = app.pin();
            app.start_attempt(&browser, pin_id, &code).await.expect(201);
            app.plex.approve(&code, "anna").unwrap();
            let poll = browser.post_json(POLL, json!({ "pinId": pin_id }));
            // Not a wait for anything: the moment is the point.
            let _ = tokio::time::timeout(Duration::from_millis(delay), poll).await;
            until("in", || async { app.poll(&browser, pin_id).await["state"] == "signedIn" }).await;
            assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 1, "after {delay} ms");
            browser.get("/api/v1/auth/me").await.expect(200);
        }
    }

    /// Bodies that stop in the middle, heads that never end: the others are served.
    async fn half_a_request(engine) {
        use tokio::io::AsyncWriteExt as _;
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let served = app.listen().await;
        let mut held = Vec::new();
        for number in 0..40 {
            let mut stream = tokio::net::TcpStream::connect(served.address).await.unwrap();
            let half = match number % 4 {
                0 => "POST /api/v1/auth/local HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"email\":".to_owned(),
                1 => format!("GET /{} HTTP/1.1\r\nHost: x\r\nX-Long: {}", "a".repeat(100), "b".repeat(2000)),
                2 => "POST /login/password HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nffffff\r\nemail=".to_owned(),
                _ => String::new(),
            };
            stream.write_all(half.as_bytes()).await.unwrap();
            held.push(stream);
        }
        let mut browser = Browser::new(served.address);
        assert_eq!(browser.get("/readyz").await.status, 200);
        assert_eq!(browser.get("/login").await.status, 200);
        let endless = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Endless: {}\r\n\r\n", "x".repeat(2_000_000));
        let mut stream = tokio::net::TcpStream::connect(served.address).await.unwrap();
        let _ = stream.write_all(endless.as_bytes()).await;
        if let Ok(answer) = crate::process::http::finish(stream).await {
            assert!((400..500).contains(&answer.status), "{answer:?}");
        }
        assert_eq!(browser.get("/readyz").await.status, 200);
    }
}

/// Polls that plex.tv would not be asked for write nothing: each write is waited for until it is on the disk.
#[tokio::test]
async fn a_flood_of_polls_writes_nothing() {
    let app = TestApp::build(Engine::Sqlite)
        .plex_limits(PlexLimits::default())
        .start()
        .await;
    app.set_up_local().await;
    let Db::Sqlite(pool) = &app.db else {
        unreachable!("asked for SQLite")
    };
    for statement in [
        "CREATE TABLE writes (at INTEGER)",
        "CREATE TRIGGER count_writes AFTER UPDATE ON attempts BEGIN INSERT INTO writes VALUES (1); END",
    ] {
        sqlx::query(statement).execute(pool).await.unwrap();
    }
    let browser = Arc::new(app.anon());
    let (pin_id, code) = app.pin();
    app.start_attempt(&browser, pin_id, &code).await.expect(201);
    app.plex.clear_log();
    assert_eq!(app.poll(&browser, pin_id).await["state"], "pending");
    assert_eq!(
        count(&app, "SELECT COUNT(*) FROM writes").await,
        2,
        "the lease, and back"
    );
    // By number and as the newest, which are two polls to begin with.
    for body in [json!({ "pinId": pin_id }), json!({})] {
        let mut polls = JoinSet::new();
        for _ in 0..200 {
            let (browser, body) = (Arc::clone(&browser), body.clone());
            polls.spawn(async move { browser.post_json(POLL, body).await });
        }
        while let Some(answer) = polls.join_next().await {
            let state = answer.unwrap().expect(200).json();
            assert_eq!(state["state"], "pending", "{state}");
            assert!((500..=2000).contains(&state["retryAfter"].as_u64().unwrap()), "{state}");
        }
    }
    let reads = app.plex.log().len();
    let writes = count(&app, "SELECT COUNT(*) FROM writes").await;
    // A slow machine may need longer than the two seconds between two reads.
    assert!(reads <= 3, "{reads} reads");
    assert_eq!(
        writes,
        2 * i64::try_from(reads).unwrap(),
        "{writes} writes, {reads} reads"
    );
    // A clock that is set back holds nobody up, and who was just approved is in as soon as the PIN may be read.
    app.clock.advance(-60);
    app.plex.approve(&code, "anna").unwrap();
    until("anna is heard", || async {
        app.poll(&browser, pin_id).await["state"] != "pending"
    })
    .await;
}

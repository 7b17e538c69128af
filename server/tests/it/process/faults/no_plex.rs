//! plex.tv is gone for as long as the program runs: from the first start of a household without Plex, and later in one that
//! lives with it.

use plex_stub::ATTIC;
use serde_json::{Value, json};

use super::crowd::{Crowd, command};
use crate::{
    process::{
        faults::{Seed, facts::Facts},
        home::{Home, Process, SETUP_CODE, me},
        http::{Answer, Browser},
    },
    support::on_both,
};

const PASSWORD: &str = "a kettle of seven fish";

/// The server with a plex.tv that nobody is at.
async fn without_plex(home: &Home) -> Process {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut command = command(home);
    for name in [
        "LATCHKEY_PLEX_API_URL",
        "LATCHKEY_PLEX_APP_URL",
        "LATCHKEY_PLEX_PIN_URLS",
    ] {
        command.env(name, format!("http://{free}"));
    }
    Process::start(command).await
}

#[track_caller]
fn good(answer: &Answer) -> Value {
    assert!((200..300).contains(&answer.status), "{answer:?}");
    answer.json()
}

/// Every way of signing in with Plex says clearly that Plex is the trouble, and lets nobody in.
async fn plex_is_the_trouble(process: &Process) {
    let mut program = Browser::new(process.address).with("X-Forwarded-For", "198.51.100.1");
    let pin = json!({ "pinId": 8_000_001, "code": "abcdefghijklmnopqrstuvwxy" });
    let answer = program.post("/api/v1/auth/plex", &pin).await;
    assert_eq!(answer.status, 502, "{answer:?}");
    assert!(answer.body.contains("Plex isn't answering"), "{answer:?}");

    // A browser whose PIN was made elsewhere: it is told to wait, and asks on.
    let mut browser = Browser::new(process.address).with("X-Forwarded-For", "198.51.100.2");
    good(
        &browser
            .post(
                "/api/v1/auth/plex/attempts",
                &json!({ "pinId": 8_000_002, "code": "bcdefghijklmnopqrstuvwxyz" }),
            )
            .await,
    );
    let answer = browser.post("/api/v1/auth/plex/attempts/poll", &json!({})).await;
    assert_eq!(good(&answer)["state"], "plexUnreachable", "{answer:?}");

    // A browser without JavaScript, for which the server would make the PIN.
    let mut plain = Browser::new(process.address).with("Accept", "text/html");
    let form = Some("application/x-www-form-urlencoded");
    let answer = plain.send("POST", "/login/plex", form, b"returnTo=%2F").await.unwrap();
    assert_eq!(answer.status, 303, "{answer:?}");
    let answer = plain.get(answer.header("location").unwrap()).await;
    assert!(answer.body.contains("Plex isn't answering"), "{answer:?}");
    for browser in [&mut program, &mut browser, &mut plain] {
        assert!(!browser.cookies.contains_key("latchkey.sid"));
    }
}

on_both! {
    /// The owner has an e-mail and a password. Everything but Plex works.
    async fn from_the_first_start(engine) {
        let seed = Seed::new();
        let mut chance = seed.chance();
        let home = Home::new(engine).await;
        let process = without_plex(&home).await;
        let mut owner = Browser::new(process.address);
        let body = json!({ "setupCode": SETUP_CODE, "email": "owner@home.test", "password": PASSWORD, "username": "Ada" });
        let answer = owner.post("/api/v1/setup/owner", &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        good(&owner.post("/api/v1/settings/initialize", &json!({})).await);
        assert_eq!(owner.get("/").await.status, 200);
        assert_eq!(owner.get("/users").await.status, 200);

        plex_is_the_trouble(&process).await;
        let mut again = Browser::new(process.address);
        good(&again.post("/api/v1/auth/local", &json!({ "email": "owner@home.test", "password": PASSWORD })).await);
        assert_eq!(good(&again.get("/api/v1/auth/me").await)["id"], 1);

        // Members, tokens, sessions and settings, as ever.
        let mut crowd = Crowd::gather(&mut owner, process.address, &mut chance).await;
        crowd.check(&Facts::read(&home).await);
        crowd.work();
        crowd.answered(300).await;
        crowd.stop().await;
        crowd.check(&Facts::read(&home).await);
        crowd.try_doors(&process, true).await;
    }

    /// Members of Plex stay in, and the check whether they still may be changes nothing.
    async fn in_a_household_that_lives_with_it(engine) {
        let home = Home::new(engine).await;
        let (process, owner) = home.set_up().await;
        let anna = home.sign_in(&process, "anna").await;
        let marlow = home.sign_in(&process, "marlow").await;
        process.kill();

        let process = without_plex(&home).await;
        let [mut owner, mut anna, mut marlow] = [owner, anna, marlow].map(|browser| browser.moved_to(process.address));
        plex_is_the_trouble(&process).await;
        for _ in 0..3 {
            let check = good(&owner.post("/api/v1/settings/plex/check", &json!({})).await);
            assert!(check["problem"].is_string() && check["goodAt"].is_null(), "{check}");
            for nobody in ["missing", "out", "ended"] {
                assert_eq!(check[nobody], json!([]), "{check}");
            }
        }
        for browser in [&mut owner, &mut anna, &mut marlow] {
            me(browser).await.unwrap();
            assert_eq!(browser.get("/profile").await.status, 200);
        }
        let servers = owner.get("/api/v1/settings/plex/devices/servers").await;
        assert!(matches!(servers.status, 502 | 504), "{servers:?}");
        let chosen = owner.post("/api/v1/settings/plex", &json!({ "machineId": ATTIC })).await;
        assert!(matches!(chosen.status, 502 | 504), "nothing is taken on trust: {chosen:?}");
        assert_eq!(good(&owner.get("/api/v1/settings/plex").await)["machineId"], ATTIC);
        process.kill();

        // Back again.
        let process = home.serve().await;
        let bea = home.sign_in(&process, "bea").await;
        me(&mut bea.moved_to(process.address)).await.unwrap();
        me(&mut anna.moved_to(process.address)).await.unwrap();
    }
}

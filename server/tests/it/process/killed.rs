//! `kill -9` in the middle of things: at the next start nobody has lost a session and nothing is half made.

use serde_json::json;

use super::{
    home::{Home, Process, SETUP_CODE, eventually, keep_asking, me, poll_to_the_end},
    http::Browser,
};
use crate::support::{Engine, on_both};
use plex_stub::Fault;

const OWNER: i64 = 31_007_766;
const ANNA: i64 = 52_990_041;
const MARLOW: i64 = 48_210_377;

const POLL: &str = "/api/v1/auth/plex/attempts/poll";

/// Nothing refers to what is not there, nobody is there twice, and the file is whole.
async fn assert_consistent(home: &Home) {
    let orphans = "SELECT COUNT(*) FROM sessions WHERE user_id NOT IN (SELECT id FROM users)";
    assert_eq!(home.count(orphans).await, 0);
    let twins = "SELECT COUNT(*) FROM (SELECT plex_id FROM users GROUP BY plex_id HAVING COUNT(*) > 1) AS twins";
    assert_eq!(home.count(twins).await, 0);
    let undecided = "SELECT COUNT(*) FROM attempts WHERE (finished_at IS NULL) <> (outcome IS NULL)";
    assert_eq!(home.count(undecided).await, 0);
    if home.is_sqlite() {
        let pool = home.sqlite().await;
        let check: String = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_one(&pool)
            .await
            .unwrap();
        pool.close().await;
        assert_eq!(check, "ok");
    }
}

/// marlow's sign-in while plex.tv is silent at `path`, where the server is killed; then the next start.
async fn killed_while_plex_is_silent(engine: Engine, path: &str) {
    let home = Home::new(engine).await;
    let (process, owner) = home.set_up().await;
    let anna = home.sign_in(&process, "anna").await;
    let mut marlow = Browser::new(process.address);
    home.attempt(&mut marlow, "marlow").await;
    home.plex.clear_log();
    home.plex
        .switch(|switches| switches.faults.push(Fault::slow(path, 60_000)));
    let hanging = keep_asking(&marlow, POLL, "{}".to_owned());
    home.asked(path).await;
    process.kill();
    assert!(hanging.await.unwrap().is_none(), "killed in the middle");
    home.plex.switch(|switches| switches.faults.clear());

    let process = home.serve().await;
    assert_eq!(me(&mut owner.moved_to(process.address)).await.unwrap(), OWNER);
    assert_eq!(me(&mut anna.moved_to(process.address)).await.unwrap(), ANNA);
    assert_eq!(
        home.count("SELECT COUNT(*) FROM users").await,
        2,
        "marlow is no member yet"
    );
    assert_eq!(home.count("SELECT COUNT(*) FROM sessions").await, 2);
    assert_consistent(&home).await;

    let mut marlow = marlow.moved_to(process.address);
    assert!(me(&mut marlow).await.is_err());
    if home.is_sqlite() {
        // The lease is free again at once, and the PIN lives on for a few seconds: the same attempt leads in.
        let state = poll_to_the_end(&mut marlow).await;
        assert_eq!(state["state"], "signedIn", "{state}");
    } else {
        // Another instance might hold the lease; a new attempt waits for nobody.
        home.attempt(&mut marlow, "marlow").await;
        let state = poll_to_the_end(&mut marlow).await;
        assert_eq!(state["state"], "signedIn", "{state}");
    }
    assert_eq!(me(&mut marlow).await.unwrap(), MARLOW);
    assert_consistent(&home).await;
}

on_both! {
    async fn while_the_pin_is_read(engine) {
        killed_while_plex_is_silent(engine, "/api/v2/pins/").await;
    }

    async fn while_the_account_is_asked(engine) {
        killed_while_plex_is_silent(engine, "/api/v2/user").await;
    }

    async fn while_the_servers_are_asked(engine) {
        killed_while_plex_is_silent(engine, "/api/v2/resources").await;
    }

    async fn while_the_database_is_written(engine) {
        let home = Home::new(engine).await;
        let (mut process, owner) = home.set_up().await;
        let anna = home.sign_in(&process, "anna").await;
        for account in ["marlow", "bea", "marlow"] {
            let mut browser = Browser::new(process.address);
            home.attempt(&mut browser, account).await;
            home.plex.clear_log();
            let poll = keep_asking(&browser, POLL, "{}".to_owned());
            // The answer is on its way; what follows is the decision and what it writes.
            home.asked("/api/v2/resources").await;
            process.kill();
            poll.await.unwrap();
            process = home.serve().await;
            assert_consistent(&home).await;
            assert_eq!(me(&mut owner.moved_to(process.address)).await.unwrap(), OWNER);
            assert_eq!(me(&mut anna.moved_to(process.address)).await.unwrap(), ANNA);
            let again = home.sign_in(&process, account).await;
            assert!(me(&mut again.clone()).await.is_ok());
        }
    }

    async fn while_the_owner_is_made(engine) {
        let home = Home::new(engine).await;
        let process = home.serve().await;
        let mut owner = Browser::new(process.address);
        let (pin_id, code) = home.approved_pin(&mut owner, "attic-owner").await;
        let body = json!({ "setupCode": SETUP_CODE, "pinId": pin_id, "code": code }).to_string();
        home.plex.clear_log();
        home.plex.switch(|switches| switches.faults.push(Fault::slow("/api/v2/resources", 60_000)));
        let hanging = keep_asking(&owner, "/api/v1/setup/owner", body);
        home.asked("/api/v2/resources").await;
        process.kill();
        assert!(hanging.await.unwrap().is_none(), "killed in the middle");
        home.plex.switch(|switches| switches.faults.clear());

        assert_eq!(home.count("SELECT COUNT(*) FROM users").await, 0);
        let process = home.serve().await;
        let mut owner = Browser::new(process.address);
        assert_eq!(owner.get("/api/v1/settings/public").await.json()["initialized"], false);
        home.become_owner(&mut owner).await;
        assert_eq!(me(&mut owner).await.unwrap(), OWNER);
        assert_eq!(home.count("SELECT COUNT(*) FROM users WHERE id = 1").await, 1);
        assert_consistent(&home).await;
    }

    async fn right_after_the_owner_was_made(engine) {
        let home = Home::new(engine).await;
        let process = home.serve().await;
        let mut owner = Browser::new(process.address);
        let (pin_id, code) = home.approved_pin(&mut owner, "attic-owner").await;
        let body = json!({ "setupCode": SETUP_CODE, "pinId": pin_id, "code": code }).to_string();
        let request = keep_asking(&owner, "/api/v1/setup/owner", body);
        eventually("user 1", || async { (home.count("SELECT COUNT(*) FROM users").await == 1).then_some(()) }).await;
        process.kill();
        request.await.unwrap();

        // Somebody is owner: they sign in and go on with the set-up.
        let process = home.serve().await;
        let mut owner = home.sign_in(&process, "attic-owner").await;
        assert_eq!(me(&mut owner).await.unwrap(), OWNER);
        let servers = owner.get("/api/v1/settings/plex/devices/servers").await;
        assert_eq!(servers.json()[0]["name"], "Attic", "{servers:?}");
        assert_consistent(&home).await;
    }
}

/// A code that nobody chose is the same at every start until there is an owner.
#[tokio::test]
async fn the_set_up_code_survives() {
    let home = Home::new(Engine::Sqlite).await;
    let start = || {
        let mut command = home.command(&["serve"]);
        command.env_remove("LATCHKEY_SETUP_CODE");
        Process::start(command)
    };
    let mut codes = Vec::new();
    for _ in 0..2 {
        let mut process = start().await;
        let line = process.wait_for_log("enter the set-up code ").await;
        codes.push(line.split("enter the set-up code ").nth(1).unwrap().to_owned());
        process.kill();
    }
    assert_eq!(codes[0], codes[1]);
    assert!(codes[0].len() >= 8, "{codes:?}");
}

//! Starting: several at once, where somebody is already, on what can't be used.

use std::os::unix::fs::PermissionsExt as _;

use super::{
    home::{Home, Process, eventually, me, output},
    http::Browser,
};
use crate::support::{Engine, on_both};

/// Runs `serve` to its end and checks how it ended; answers what it said.
#[track_caller]
fn refused(home: &Home, change: impl FnOnce(&mut std::process::Command)) -> String {
    let mut command = home.command(&["serve"]);
    change(&mut command);
    let output = output(&mut command);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let last = said.lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("latchkey: "), "{said}");
    last
}

on_both! {
    async fn two_at_once_on_one_empty_database_both_come_up(engine) {
        let home = Home::new(engine).await;
        let mut processes = [
            Process::launch(home.command(&["serve"])),
            Process::launch(home.command(&["serve"])),
            Process::launch(home.command(&["serve"])),
        ];
        let mut identifiers = Vec::new();
        for process in &mut processes {
            process.listening().await;
            let mut browser = Browser::new(process.address);
            let public = browser.get("/api/v1/settings/public").await;
            identifiers.push(public.json()["plexClientIdentifier"].as_str().unwrap().to_owned());
            assert_eq!(browser.get("/readyz").await.status, 200);
        }
        assert!(identifiers.iter().all(|identifier| *identifier == identifiers[0]), "{identifiers:?}");
        // A session of one is good at the other: they share the session secret, whoever made it.
        let mut owner = Browser::new(processes[0].address);
        home.become_owner(&mut owner).await;
        let mut elsewhere = owner.moved_to(processes[1].address);
        eventually("the other knows of the owner", || {
            let mut elsewhere = elsewhere.clone();
            async move { me(&mut elsewhere).await.ok() }
        })
        .await;
        assert_eq!(me(&mut elsewhere).await.unwrap(), 31_007_766);
    }
}

#[tokio::test]
async fn a_second_one_on_the_same_port_says_so() {
    let home = Home::new(Engine::Sqlite).await;
    let process = home.serve().await;
    let said = refused(&home, |command| {
        command.env("LATCHKEY_LISTEN", process.address.to_string());
    });
    let address = process.address.to_string();
    assert!(said.contains(&address) && said.contains("LATCHKEY_LISTEN"), "{said}");
    assert_eq!(Browser::new(process.address).get("/readyz").await.status, 200);
}

#[tokio::test]
async fn no_database_server_says_so_without_the_password() {
    let home = Home::new(Engine::Sqlite).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let said = refused(&home, |command| {
        command.env(
            "LATCHKEY_DATABASE_URL",
            format!("postgres://me:hunter2@{free}/latchkey"),
        );
    });
    assert!(
        said.contains("LATCHKEY_DATABASE_URL") && !said.contains("hunter2"),
        "{said}"
    );
}

#[tokio::test]
async fn no_site_says_so() {
    let home = Home::new(Engine::Sqlite).await;
    let said = refused(&home, |command| {
        command.env("LATCHKEY_SITE_DIR", home.folder().join("nowhere"));
    });
    assert!(said.contains("LATCHKEY_SITE_DIR") && said.contains("nowhere"), "{said}");
}

#[tokio::test]
async fn a_file_that_is_no_database_says_so_and_stays() {
    let home = Home::new(Engine::Sqlite).await;
    std::fs::create_dir(home.data()).unwrap();
    let file = home.data().join("latchkey.db");
    let letter = "Dear grandmother, ".repeat(1000);
    std::fs::write(&file, &letter).unwrap();
    let said = refused(&home, |_| {});
    assert!(
        said.contains("the database can't be opened") && said.contains("not a database"),
        "{said}"
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), letter);
}

on_both! {
    async fn a_database_of_a_newer_version_is_left_alone(engine) {
        let home = Home::new(engine).await;
        home.serve().await.kill();
        home.execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (99991231000000, 'from the future', TRUE, '', 0)",
        )
        .await;
        let said = refused(&home, |_| {});
        assert!(said.contains("newer version of Latchkey"), "{said}");
        assert!(!said.contains("LATCHKEY_DATABASE_URL"), "that is not the trouble: {said}");
        assert_eq!(home.count("SELECT COUNT(*) FROM _sqlx_migrations WHERE version = 99991231000000").await, 1);
    }
}

#[tokio::test]
async fn a_damaged_key_says_what_to_do_and_stays() {
    let home = Home::new(Engine::Sqlite).await;
    home.serve().await.kill();
    let key = home.data().join("encryption.key");
    for damaged in [&b"hunter2"[..], b"", b"\xff\xfe\0", &[b'a'; 63], &[b'x'; 64]] {
        std::fs::write(&key, damaged).unwrap();
        let said = refused(&home, |_| {});
        assert!(said.contains("encryption.key") && said.contains("damaged"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
        assert_eq!(std::fs::read(&key).unwrap(), damaged);
    }
    // As the message says: without the file it starts, and the owner signs in once more.
    std::fs::remove_file(&key).unwrap();
    home.serve().await.kill();
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_lost_key_costs_the_owner_one_sign_in() {
    let home = Home::new(Engine::Sqlite).await;
    let (process, owner) = home.set_up().await;
    process.kill();
    std::fs::remove_file(home.data().join("encryption.key")).unwrap();
    let process = home.serve().await;
    let mut owner = owner.moved_to(process.address);
    assert_eq!(me(&mut owner).await.unwrap(), 31_007_766, "the session needs no key");
    let servers = owner.get("/api/v1/settings/plex/devices/servers").await;
    assert_eq!(servers.status, 409, "{servers:?}");
    let mut owner = home.sign_in(&process, "attic-owner").await;
    let servers = owner.get("/api/v1/settings/plex/devices/servers").await;
    assert_eq!(servers.status, 200, "{servers:?}");
    assert!(complains_about_the_key(&process), "{:#?}", process.log());
    process.kill();
    // From then on the new key is the right one.
    assert!(!complains_about_the_key(&home.serve().await));
}

fn complains_about_the_key(process: &Process) -> bool {
    let log = process.log();
    let line = log.iter().find(|line| line.contains("another encryption key"));
    line.is_some_and(|line| line.contains("ERROR") && line.contains("LATCHKEY_ENCRYPTION_KEY"))
}

#[tokio::test]
async fn instances_with_keys_of_their_own_are_told() {
    let home = Home::new(Engine::Postgres).await;
    let first = home.serve().await;
    let elsewhere = || {
        let mut command = home.command(&["serve"]);
        command.env("LATCHKEY_DATA_DIR", home.folder().join("elsewhere"));
        command
    };
    let second = Process::start(elsewhere()).await;
    assert_eq!(
        (complains_about_the_key(&first), complains_about_the_key(&second)),
        (false, true)
    );
    let key = std::fs::read_to_string(home.data().join("encryption.key")).unwrap();
    let mut same_key = elsewhere();
    same_key.env("LATCHKEY_ENCRYPTION_KEY", key.trim());
    let third = Process::start(same_key).await;
    assert!(!complains_about_the_key(&third));
}
